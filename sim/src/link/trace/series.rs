//! A recorded channel as a table by time: round trips, and perhaps rates and losses.
//!
//! A `.csv` file whose first line names its columns: `t_s` (or `t`) in seconds from any moment on,
//! never falling, and `rtt_ms` (or `rtt`); then, as far as they are there, `dl_kbps` and `ul_kbps`,
//! and `loss`, the share of packets lost each way. Other columns, such as `rsrp`, are not used. A
//! row holds until the next, of rows of one moment the last; an empty `rtt_ms` says that nothing
//! came back. After the last row it starts over.

use std::rc::Rc;

use contract::{Lapse, Time};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::link::bearer::{Bearer, Direction, Fate, RateQueue, delivered};

/// How long a lone row holds.
const LONE: Lapse = Lapse::from_secs(1);

/// Latest time, longest recording and longest round trip, in their units: an evident slip beyond.
/// Times since 1970 are about 1.8e9 s today.
const LATEST_S: f64 = 1e10;
const LONGEST_S: f64 = 366.0 * 86_400.0;
const LONGEST_RTT_MS: f64 = 60_000.0;

/// What a file must look like, for whoever gave another one.
const LAYOUT: &str = "the first line names the columns: t_s,rtt_ms and, if you like, \
                      dl_kbps,ul_kbps,loss; a row without rtt_ms is a gap";

/// The rows, from time zero.
#[derive(Debug)]
pub(in crate::link) struct Series {
    rows: Vec<Row>,
    period: Lapse,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    from: Lapse,
    /// `None`: nothing passes.
    rtt_ms: Option<f64>,
    /// Up and down; `None`: without limit.
    kbps: [Option<u32>; 2],
    /// Share of packets.
    loss: f64,
}

/// Which column is what, by its place.
struct Columns {
    time: usize,
    rtt: usize,
    up: Option<usize>,
    down: Option<usize>,
    loss: Option<usize>,
}

impl Columns {
    fn parse(header: &str) -> Result<Columns, String> {
        // Spreadsheets write a mark of the encoding in front and names in quotes.
        let header = header.trim_start_matches('\u{feff}');
        let names: Vec<&str> =
            header.split(',').map(|name| name.trim().trim_matches('"')).collect();
        let place = |known: &[&str]| names.iter().position(|name| known.contains(name));
        let needed = |known: &[&str]| {
            let missing = || format!("1: no column is called {}; {LAYOUT}", known.join(" or "));
            place(known).ok_or_else(missing)
        };
        Ok(Columns {
            time: needed(&["t_s", "t"])?,
            rtt: needed(&["rtt_ms", "rtt"])?,
            up: place(&["ul_kbps"]),
            down: place(&["dl_kbps"]),
            loss: place(&["loss"]),
        })
    }

    fn row(&self, line: &str) -> Result<(f64, Row), String> {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let cell = |place: usize| cells.get(place).copied().unwrap_or_default();
        let number = |place: usize, most: f64| match cell(place).parse::<f64>() {
            Ok(value) if (0.0..=most).contains(&value) => Ok(value),
            _ => Err(format!("`{}` is not a number from 0 to {most}", cell(place))),
        };
        let given = |place: Option<usize>, most: f64| match place {
            Some(place) if !cell(place).is_empty() => number(place, most).map(Some),
            _ => Ok(None),
        };
        let rate = |place| given(place, 1e7).map(|kbps| kbps.map(|kbps| kbps as u32));
        let row = Row {
            from: Lapse::ZERO,
            rtt_ms: given(Some(self.rtt), LONGEST_RTT_MS)?,
            kbps: [rate(self.up)?, rate(self.down)?],
            loss: given(self.loss, 1.0)?.unwrap_or(0.0),
        };
        Ok((number(self.time, LATEST_S)?, row))
    }
}

impl Series {
    /// The error begins with the line's number.
    pub(super) fn parse(text: &str) -> Result<Series, String> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let (_, header) = lines.next().ok_or("1: the file is empty")?;
        let columns = Columns::parse(header)?;
        let mut rows: Vec<Row> = Vec::new();
        let mut begin_s = None;
        for (index, line) in lines {
            let line_no = index + 1;
            let (time_s, mut row) = columns.row(line).map_err(|why| format!("{line_no}: {why}"))?;
            let begin_s = *begin_s.get_or_insert(time_s);
            row.from = Lapse(((time_s - begin_s).max(0.0) * 1e6) as u64);
            let last = rows.last().map(|last| last.from).unwrap_or_default();
            if row.from < last || time_s < begin_s {
                return Err(format!("{line_no}: the time falls; rows stand in order of time"));
            }
            if time_s - begin_s > LONGEST_S {
                return Err(format!("{line_no}: more than a year after the first row"));
            }
            rows.pop_if(|last| last.from == row.from);
            rows.push(row);
        }
        let last = rows.last().ok_or("2: there is no row below the names")?.from;
        let before = rows.len().checked_sub(2).map(|index| rows[index].from);
        Ok(Series { period: last + before.map_or(LONE, |before| last - before), rows })
    }

    fn at(&self, time: Time) -> &Row {
        let within = Lapse(time.0 % self.period.0);
        let place = self.rows.partition_point(|row| row.from <= within);
        &self.rows[place.saturating_sub(1)]
    }

    /// The round-trip time that this share of the rows stays below; 0 when nothing ever passes.
    pub(super) fn rtt_ms(&self, share: f64) -> f64 {
        let mut all: Vec<f64> = self.rows.iter().filter_map(|row| row.rtt_ms).collect();
        all.sort_by(f64::total_cmp);
        let place = (share * all.len() as f64) as usize;
        all.get(place.min(all.len().saturating_sub(1))).copied().unwrap_or(0.0)
    }

    /// Losses each way in percent, rows alike.
    pub(super) fn loss_percent(&self) -> f64 {
        let lost = |row: &Row| if row.rtt_ms.is_none() { 1.0 } else { row.loss };
        self.rows.iter().map(lost).sum::<f64>() * 100.0 / self.rows.len() as f64
    }

    pub(super) fn describe(&self) -> String {
        let (rows, seconds) = (self.rows.len(), self.period.as_ms() / 1_000);
        let (p50, p99, loss) = (self.rtt_ms(0.5), self.rtt_ms(0.99), self.loss_percent());
        format!("{rows} rows in {seconds} s; RTT p50 {p50} ms, p99 {p99} ms, loss {loss:.2} %\n")
    }
}

/// A series being played.
#[derive(Debug)]
pub(super) struct Playback {
    series: Rc<Series>,
    queues: [RateQueue; 2],
    rng: ChaCha8Rng,
}

impl Playback {
    pub(super) fn new(series: &Rc<Series>, rng: ChaCha8Rng) -> Playback {
        Playback { series: Rc::clone(series), queues: [0, 0].map(RateQueue::new), rng }
    }
}

impl Bearer for Playback {
    fn fate(&mut self, at: Time, direction: Direction, bytes: usize) -> Fate {
        let row = *self.series.at(at);
        let queue = &mut self.queues[direction as usize];
        let queued = row.kbps[direction as usize].map_or(Lapse::ZERO, |kbps| {
            queue.set_rate(kbps);
            queue.pass(at, bytes)
        });
        let lost = row.loss > 0.0 && self.rng.random::<f64>() < row.loss;
        match row.rtt_ms.filter(|_| !lost) {
            None => Fate::Lost,
            Some(ms) => delivered(queued + direction.share_of(Lapse((ms * 1_000.0) as u64))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playback(text: &str) -> Playback {
        let series = Rc::new(Series::parse(text).unwrap());
        Playback::new(&series, crate::env::rng(1, "test series"))
    }

    fn up_ms(playback: &mut Playback, at_ms: u64, bytes: usize) -> Option<u64> {
        match playback.fate(Time::from_ms(at_ms), Direction::Up, bytes) {
            Fate::Delivered(delay) => Some(delay.as_ms()),
            Fate::Lost => None,
        }
    }

    #[test]
    fn rows_hold_until_the_next_and_start_over() {
        let mut playback = playback("t_s,rtt_ms\n10,100\n11,200\n12,\n13,50\n");
        for (at, delay) in [(0, 60), (999, 60), (1_000, 120), (3_000, 30), (3_999, 30), (4_000, 60)]
        {
            assert_eq!(up_ms(&mut playback, at, 100), Some(delay), "at {at} ms");
        }
        assert_eq!(up_ms(&mut playback, 2_500, 100), None, "nothing came back");
        assert_eq!(up_ms(&mut playback, 86_400_000 + 2_500, 100), None);
    }

    #[test]
    fn times_may_count_from_1970_and_of_one_moment_the_last_row_holds() {
        let text = "t_s,rtt_ms\n1529184967.25,10\n1529184967.25,100\n1529184968.25,200\n";
        let mut playback = playback(text);
        assert_eq!(up_ms(&mut playback, 0, 100), Some(60));
        assert_eq!(up_ms(&mut playback, 1_000, 100), Some(120));
    }

    #[test]
    fn rates_and_losses_hold_where_they_are_given() {
        let mut playback =
            playback("t,rtt,dl_kbps,ul_kbps,rsrp,loss\n0,100,,8,-90,\n1,100,,,-120,0.5\n");
        assert_eq!(up_ms(&mut playback, 0, 100), Some(160));
        assert_eq!(up_ms(&mut playback, 0, 100), Some(260), "behind the first");
        let lost = (0..1_000).filter(|n| up_ms(&mut playback, 1_000 + n % 900, 100).is_none());
        assert!((420..580).contains(&lost.count()));
        assert_eq!(playback.series.loss_percent(), 25.0);
    }

    #[test]
    fn bad_files_are_refused_with_their_line() {
        for (text, start) in [
            ("", "1: the file is empty"),
            ("time,rtt_ms\n0,1\n", "1: no column is called t_s or t"),
            ("t,ping\n0,1\n", "1: no column is called rtt_ms or rtt"),
            ("t,rtt\n", "2: there is no row"),
            ("t,rtt\n5,5\n4,6\n", "3: the time falls"),
            ("t,rtt\n0,5\n5,5\n4,6\n", "4: the time falls"),
            ("t,rtt\n0,5\n31622401,6\n", "3: more than a year"),
            ("t,rtt\n0,x\n", "2: `x` is not a number"),
            ("t,rtt\n0,-1\n", "2: `-1` is not a number"),
            ("t,rtt\n,1\n", "2: `` is not a number"),
            ("t,rtt,loss\n0,1,1.5\n", "2: `1.5` is not a number from 0 to 1"),
        ] {
            let why = Series::parse(text).unwrap_err();
            assert!(why.starts_with(start), "{text:?}: {why}");
        }
    }
}

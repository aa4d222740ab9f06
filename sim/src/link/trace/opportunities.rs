//! A recorded channel in Mahimahi's format: BASE.up and BASE.down, one line for each opportunity
//! to deliver 1500 bytes, its number the time in ms; after the last line it starts over.
//!
//! It knows when packets could leave, and nothing of propagation: that is added as a constant.
//! Recordings of a saturated link overstate the waiting of small payments (CellReplay, NSDI 2025).

use std::rc::Rc;

use contract::{Lapse, Time};

use crate::link::bearer::{Bearer, Direction, Fate, delivered};

/// Bytes that one opportunity carries (Mahimahi's trace format).
const OPPORTUNITY_BYTES: usize = 1_500;

/// One-way propagation, which a recording does not contain (assumption; Mahimahi's users add
/// their own with `mm-delay`).
const PROPAGATION: Lapse = Lapse::from_ms(20);

/// Propagation there and back.
pub(super) const RTT_MS: f64 = 40.0;

/// Longest recording in ms, a year; keeps the arithmetic of repeated play in range.
const LONGEST_MS: u64 = 366 * 86_400_000;

/// Both directions of a recording.
#[derive(Debug, Clone)]
pub(in crate::link) struct Opportunities {
    ways: [Rc<[u64]>; 2],
}

impl Opportunities {
    /// Reads BASE.up and BASE.down.
    ///
    /// # Errors
    /// The file, the line and what is wrong with it.
    pub(super) fn read(base: &str) -> Result<Opportunities, String> {
        let way = |suffix: &str| {
            let file = format!("{base}.{suffix}");
            let text = std::fs::read_to_string(&file).map_err(|e| {
                format!("{file}: {e}; a recording is a pair of files, {base}.up and {base}.down")
            })?;
            parse(&text).map_err(|why| format!("{file}:{why}"))
        };
        Ok(Opportunities { ways: [way("up")?.into(), way("down")?.into()] })
    }

    /// What is in it, in words.
    pub(super) fn describe(&self) -> String {
        let line = |name: &str, times: &[u64]| {
            let ms = times.last().copied().unwrap_or(1);
            let kbps = times.len() as u64 * OPPORTUNITY_BYTES as u64 * 8 / ms;
            let count = times.len();
            format!("{name}: {count} opportunities of 1500 bytes in {ms} ms, {kbps} kbit/s\n")
        };
        let propagation = PROPAGATION.as_ms();
        line("up", &self.ways[0])
            + &line("down", &self.ways[1])
            + &format!("propagation: {propagation} ms each way (assumption), no losses\n")
    }
}

/// The times of all opportunities; the error begins with the line's number.
fn parse(text: &str) -> Result<Vec<u64>, String> {
    let mut times = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line_no = index + 1;
        let time = line.trim().parse().ok().filter(|time| *time <= LONGEST_MS);
        let time = time.ok_or_else(|| format!("{line_no}: `{line}` is not a time in whole ms"))?;
        if let Some(last) = times.last().filter(|last| **last > time) {
            return Err(format!("{line_no}: {time} comes after {last}; times must not fall"));
        }
        times.push(time);
    }
    match times.last() {
        None => Err("1: the file is empty; it needs a line for each opportunity".into()),
        Some(0) => Err(format!("{}: the last time must be more than 0", times.len())),
        Some(_) => Ok(times),
    }
}

/// A recording being played.
#[derive(Debug)]
pub(super) struct Playback {
    ways: [Way; 2],
}

impl Playback {
    /// From the start.
    pub(super) fn new(recording: &Opportunities) -> Playback {
        Playback { ways: recording.ways.clone().map(Way::new) }
    }
}

impl Bearer for Playback {
    fn fate(&mut self, at: Time, direction: Direction, bytes: usize) -> Fate {
        let left_ms = self.ways[direction as usize].carry(at.as_ms(), bytes);
        delivered(Time::from_ms(left_ms).since(at) + PROPAGATION)
    }
}

/// One direction: which opportunity comes next and what is left of it.
#[derive(Debug)]
struct Way {
    times: Rc<[u64]>,
    next: u64,
    left: usize,
}

impl Way {
    fn new(times: Rc<[u64]>) -> Way {
        Way { times, next: 0, left: OPPORTUNITY_BYTES }
    }

    /// When the last byte of a packet leaves that comes at this time, both in ms. What is left of
    /// an opportunity goes to packets that wait already, else it is wasted.
    fn carry(&mut self, at: u64, bytes: usize) -> u64 {
        if self.time(self.next) < at {
            self.next = self.first_from(at);
            self.left = OPPORTUNITY_BYTES;
        }
        let mut rest = bytes;
        while rest > self.left {
            rest -= self.left;
            self.next += 1;
            self.left = OPPORTUNITY_BYTES;
        }
        self.left -= rest;
        self.time(self.next)
    }

    fn period(&self) -> u64 {
        self.times[self.times.len() - 1]
    }

    fn time(&self, number: u64) -> u64 {
        let count = self.times.len() as u64;
        number / count * self.period() + self.times[(number % count) as usize]
    }

    /// The first opportunity not before this time.
    fn first_from(&self, at: u64) -> u64 {
        let (rounds, within) = (at / self.period(), at % self.period());
        let place = self.times.partition_point(|time| *time < within) as u64;
        rounds * self.times.len() as u64 + place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(text: &str) -> Way {
        Way::new(parse(text).unwrap().into())
    }

    #[test]
    fn a_packet_takes_the_next_opportunity() {
        let mut way = way("10\n10\n30\n");
        assert_eq!(way.carry(0, 1_500), 10);
        assert_eq!(way.carry(0, 1_500), 10);
        assert_eq!(way.carry(0, 1_500), 30);
        assert_eq!(way.carry(0, 1_500), 40, "starts over at its last time");
        assert_eq!(way.carry(100, 300), 100);
        assert_eq!(way.carry(101, 3_001), 130, "needs three");
    }

    #[test]
    fn waiting_packets_share_an_opportunity_and_late_ones_do_not() {
        let mut way = way("10\n20\n30\n");
        assert_eq!(way.carry(5, 1_000), 10);
        assert_eq!(way.carry(6, 500), 10);
        assert_eq!(way.carry(7, 1), 20);
        assert_eq!(way.carry(21, 1_500), 30);
    }

    #[test]
    fn bad_recordings_are_refused_with_their_line() {
        let refused = |text: &str, start: &str| {
            let why = parse(text).unwrap_err();
            assert!(why.starts_with(start), "{why}");
        };
        refused("", "1: the file is empty");
        refused("1\nx\n", "2: `x` is not a time");
        refused("1\n-2\n", "2: `-2`");
        refused("18446744073709551615\n", "1: `18446744073709551615`");
        refused("5\n4\n", "2: 4 comes after 5");
        refused("0\n0\n", "2: the last time");
        let why = Opportunities::read("no/such/recording").unwrap_err();
        assert!(why.starts_with("no/such/recording.up: "), "{why}");
    }
}

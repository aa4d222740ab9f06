//! A latency table as netem takes it, with the list of mean and deviation beside it.
//!
//! The table has the values of the distribution at equal steps of share, in 1/8192 of the
//! deviation from the mean (`tc-netem(8)`; mobile-latency-emulator keeps mean and deviation in
//! `profile_info.txt`, a line of name, mean and deviation in ms for each table). It becomes a
//! profile as any other, without gaps and losses.

use std::fmt::Write;
use std::path::Path;

/// The list, in the table's folder.
const LIST: &str = "profile_info.txt";

/// netem's `NETEM_DIST_SCALE`.
const SCALE: f64 = 8_192.0;

/// So many steps of share are kept.
const STEPS: usize = 256;

/// No round trip is faster, in ms (assumption: that of the link's shortest delay).
const LEAST_MS: f64 = 10.0;

/// The file of the profile of this table. `None` when there is no such file or it is a `.csv`.
///
/// # Errors
/// The file and what is wrong with it.
pub(in crate::link) fn latency_table(file: &str) -> Result<Option<String>, String> {
    let path = Path::new(file);
    if file.ends_with(".csv") || !path.is_file() {
        return Ok(None);
    }
    let read = |path: &Path| {
        let shown = path.display();
        std::fs::read_to_string(path).map_err(|e| format!("{shown}: {e}"))
    };
    let values = parse(&read(path)?).map_err(|why| format!("{file}:{why}"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let list = path.with_file_name(LIST);
    let (mean, deviation) = mean_and_deviation(&read(&list)?, &name)
        .ok_or_else(|| format!("{}: no line says `{name} MEAN DEVIATION`", list.display()))?;
    let ms = |value: &f64| (mean + deviation * value / SCALE).max(LEAST_MS);
    profile(&name, &values.iter().map(ms).collect::<Vec<_>>()).map(Some)
}

/// All numbers, sorted; the error begins with the line's number.
fn parse(text: &str) -> Result<Vec<f64>, String> {
    let mut values = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        for word in line.split_whitespace() {
            let value = word.parse::<i32>();
            let wrong = |_| format!("{}: `{word}` is not a whole number", index + 1);
            values.push(f64::from(value.map_err(wrong)?));
        }
    }
    values.sort_by(f64::total_cmp);
    if values.is_empty() { Err("1: the table is empty".into()) } else { Ok(values) }
}

fn mean_and_deviation(list: &str, name: &str) -> Option<(f64, f64)> {
    let mut lines = list.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let words = lines.find(|words| words.first() == Some(&name) && words.len() == 3)?;
    let number = |word: &str| word.parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0);
    Some((number(words[1])?, number(words[2])?))
}

/// A profile of these sorted round trips in ms.
fn profile(name: &str, rtt_ms: &[f64]) -> Result<String, String> {
    let steps = STEPS.min(rtt_ms.len());
    let mut points = String::new();
    for step in 0..steps {
        let share = (step as f64 + 0.5) / steps as f64;
        let value = rtt_ms[(share * rtt_ms.len() as f64) as usize];
        let end = if step % 4 == 3 { "\n   " } else { "" };
        write!(points, " [{share:.5}, {value:.3}],{end}").map_err(|e| e.to_string())?;
    }
    Ok(format!(
        "title = \"round trips of a latency table\"\n\n\
         [rtt]\nquantiles_ms = [\n   {points}\n]\nsource = '''latency table {name}'''\n\
         memory_ms = 1500\nmemory_source = \"as in the built-in profiles; a table has no time\"\n\n\
         [loss]\npercent = 0.0\nsource = \"not in the table\"\n\n\
         [rate]\nup_kbps = 50000\ndown_kbps = 100000\n\
         source = \"not in the table; so high that it does not matter\"\n\n\
         [nat]\nidle_s = 7440\nmode = \"silent\"\nsource = \"not in the table; RFC 5382 REQ-5\"\n"
    ))
}

#[cfg(test)]
mod tests {
    use contract::{TerminalId, Time};

    use crate::link::Profile;
    use crate::link::bearer::{Direction, Fate};

    use super::*;

    /// A synthetic table of 4096 values: short round trips, and a long tail.
    fn table() -> Vec<i32> {
        let value = |n: i32| if n < 3_072 { n - 2_048 } else { (n - 3_072) * 20 };
        (0..4_096).map(value).collect()
    }

    fn in_folder(list: &str, test: impl FnOnce(&str)) {
        let folder = std::env::temp_dir().join(format!("payrig-latency-{}", std::process::id()));
        let folder = folder.join(list.len().to_string());
        std::fs::create_dir_all(&folder).unwrap();
        let words: Vec<String> = table().iter().map(i32::to_string).collect();
        let text = words.chunks(8).map(|line| line.join(" ") + "\n").collect::<String>();
        std::fs::write(folder.join("Op.good.4G"), format!("# a comment\n{text}")).unwrap();
        std::fs::write(folder.join(LIST), list).unwrap();
        test(&format!("trace:{}", folder.join("Op.good.4G").display()));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn sampled_round_trips_have_the_tables_distribution() {
        in_folder("Other 1 2\nOp.good.4G 90.5 20\n", |name| {
            let mut bearer = Profile::load(name).unwrap().bearer(1, TerminalId(1));
            let mut way = |at: u64, way| match bearer.fate(Time::from_ms(at), way, 0) {
                Fate::Delivered(delay) => delay.as_ms() as f64,
                Fate::Lost => panic!("a table loses nothing"),
            };
            // Ten seconds apart they are as good as independent.
            let mut trip =
                |n: u64| way(n * 10_000, Direction::Up) + way(n * 10_000, Direction::Down);
            let mut trips: Vec<f64> = (0..40_000).map(&mut trip).collect();
            trips.sort_by(f64::total_cmp);
            let mut distance: f64 = 0.0;
            let mut input: Vec<f64> =
                table().iter().map(|x| 90.5 + 20.0 * f64::from(*x) / SCALE).collect();
            input.sort_by(f64::total_cmp);
            for at in (80..140).map(f64::from) {
                // Delays are whole ms each way, so that a round trip is up to 1 ms off.
                let share = |values: &[f64], at: f64| {
                    values.partition_point(|ms| *ms <= at) as f64 / values.len() as f64
                };
                let (low, high) = (share(&input, at - 1.0), share(&input, at + 1.0));
                let own = share(&trips, at);
                distance = distance.max(low - own).max(own - high);
            }
            assert!(distance <= 0.02, "Kolmogorov-Smirnov distance {distance}");
        });
    }

    #[test]
    fn a_table_without_its_mean_is_refused() {
        in_folder("Op.good.3G 90 20\n", |name| {
            let why = Profile::load(name).unwrap_err();
            assert!(why.contains("no line says `Op.good.4G MEAN DEVIATION`"), "{why}");
        });
        assert_eq!(parse("# x\n1 2\n3 y\n").unwrap_err(), "3: `y` is not a whole number");
        assert!(Profile::load("trace:no/such").unwrap_err().contains("no/such.up"));
    }
}

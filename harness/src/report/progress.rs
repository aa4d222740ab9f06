//! How far a suite is, on standard error: a bar on a terminal, otherwise a line for each case.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::result::{CaseResult, Outcome};
use crate::suite::{Case, Progress};

/// At most so many running cases are named.
const NAMED: usize = 8;

/// Shows progress, in the manner that fits where standard error goes.
pub enum Meter {
    /// Nothing at all.
    Quiet,
    /// A line for each finished case.
    Lines {
        /// Cases in all.
        total: usize,
        /// Cases that ended.
        done: usize,
    },
    /// One line that changes.
    Bar {
        /// The bar.
        bar: ProgressBar,
        /// Running cases, by name and seed.
        running: Vec<String>,
    },
}

impl Meter {
    /// For a suite of this many cases.
    pub fn new(total: usize, quiet: bool) -> Meter {
        if quiet {
            return Meter::Quiet;
        }
        if !std::io::stderr().is_terminal() {
            return Meter::Lines { total, done: 0 };
        }
        let bar = ProgressBar::new(total as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {elapsed} {wide_msg}")
        {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Meter::Bar { bar, running: Vec::new() }
    }

    /// Takes in what the suite tells.
    pub fn take(&mut self, progress: Progress<'_>) {
        match (self, progress) {
            (Meter::Lines { total, done }, Progress::Finished(result)) => {
                *done += 1;
                anstream::eprintln!("[{done}/{total}] {}", line(result));
            }
            (Meter::Bar { bar, running }, Progress::Started(case)) => {
                running.push(name(case));
                bar.set_message(names(running));
            }
            (Meter::Bar { bar, running }, Progress::Finished(result)) => {
                let ended = format!("{} seed {}", result.scenario, result.seed);
                running.retain(|name| *name != ended);
                bar.inc(1);
                bar.set_message(names(running));
                if !matches!(result.outcome, Outcome::Passed | Outcome::Skipped(_)) {
                    bar.suspend(|| anstream::eprintln!("{}", line(result)));
                }
            }
            _ => {}
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        if let Meter::Bar { bar, .. } = self {
            bar.finish_and_clear();
        }
    }
}

fn name(case: &Case) -> String {
    format!("{} seed {}", case.scenario.name, case.seed)
}

fn names(running: &[String]) -> String {
    let mut text = running.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if let more @ 1.. = running.len().saturating_sub(NAMED) {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

/// `passed link/drop seed 1, 3m5s simulated in 0.05s`.
fn line(result: &CaseResult) -> String {
    let (word, scenario, seed) = (result.outcome.word(), &result.scenario, result.seed);
    match result.outcome.reason() {
        Some(why) => format!("{word} {scenario} seed {seed}: {why}"),
        None => {
            let real = result.real.as_secs_f64();
            format!("{word} {scenario} seed {seed}, {} simulated in {real:.2}s", result.simulated)
        }
    }
}

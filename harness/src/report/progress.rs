//! How far a suite is, on standard error: a bar on a terminal; otherwise a line for each case that
//! did not pass, and one now and then.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::result::{CaseResult, Outcome};
use crate::suite::{Case, Progress};

/// At most so many running cases are named.
const NAMED: usize = 8;

/// So many lines at most say how far a suite is when nothing fails.
const LINES: usize = 20;

/// Shows progress, in the manner that fits where standard error goes.
pub enum Meter {
    /// Nothing at all.
    Quiet,
    /// Lines that stay.
    Lines {
        /// Cases in all.
        total: usize,
        /// Cases that ended.
        done: usize,
        /// Those of them that did not pass.
        bad: usize,
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
            return Meter::Lines { total, done: 0, bad: 0 };
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
            (Meter::Lines { total, done, bad }, Progress::Finished(result)) => {
                *done += 1;
                *bad += usize::from(is_bad(result));
                if *total <= LINES || is_bad(result) {
                    anstream::eprintln!("[{done}/{total}] {}", line(result));
                } else if is_due(*done, *total) {
                    anstream::eprintln!("[{done}/{total}] {bad} did not pass");
                }
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
                if is_bad(result) {
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

fn is_bad(result: &CaseResult) -> bool {
    !matches!(result.outcome, Outcome::Passed | Outcome::Skipped(_))
}

/// Whether it is time to say how far it is: at the first case, and at equal parts of the way.
fn is_due(done: usize, total: usize) -> bool {
    let parts = |done: usize| done.saturating_mul(LINES) / total.max(1);
    done == 1 || parts(done) > parts(done.saturating_sub(1))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_suite_says_now_and_then_how_far_it_is() {
        for total in [21, 155, 10_000, 1_000_000] {
            let lines: Vec<usize> = (1..=total).filter(|done| is_due(*done, total)).collect();
            assert!((LINES..=LINES + 1).contains(&lines.len()), "{total}: {}", lines.len());
            assert_eq!((lines[0], lines.last()), (1, Some(&total)));
        }
    }
}

//! Many plans to one result: worker threads play the cases, and each case is judged once, here.
//!
//! Knows no report: it tells whoever listens what began and what ended. A rig never leaves the
//! thread that opened it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use contract::rig::OpenRig;
use contract::trace::Title;
use contract::{Lapse, RigFault, Time, Trace};

use crate::plan::Plan;
use crate::result::{CaseResult, Metrics, Outcome, Setup, SourceText, SuiteResult};
use crate::run::run;

pub mod metrics;
pub mod select;
#[cfg(test)]
mod tests;
pub mod verdict;

/// A scenario with a seed, to be played or skipped.
#[derive(Debug, Clone)]
pub struct Case {
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    pub title: Title,
    /// Its file.
    pub source: Option<Arc<SourceText>>,
    /// The seed.
    pub seed: u64,
    /// What to play, or why it is skipped.
    pub plan: Result<Box<Plan>, String>,
}

/// How to play a suite.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Worker threads, at least one.
    pub jobs: usize,
    /// Begin no case after one that failed or whose rig broke.
    pub fail_fast: bool,
    /// Which traces to keep in the results.
    pub keep: Keep,
    /// Set by ctrl-C.
    pub interrupted: &'a AtomicBool,
}

/// Which traces stay in the results. A trace has some hundred kilobytes, and with its seed a case
/// is quickly played again, so that a large suite keeps only some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// All of them.
    All,
    /// Those of this many cases that did not pass, whichever ended first.
    Bad(usize),
}

/// What a suite tells while it plays.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'a> {
    /// A case began.
    Started(&'a Case),
    /// A case ended, in whatever order.
    Finished(&'a CaseResult),
}

enum Note {
    Started(usize),
    Finished(Box<CaseResult>),
}

/// Plays all cases and sorts the results by scenario, then seed.
pub fn play(
    cases: &[Case],
    opener: OpenRig,
    setup: Setup,
    options: Options<'_>,
    progress: &mut dyn FnMut(Progress<'_>),
) -> SuiteResult {
    let begun = wall();
    let (next, kept, stop) = Default::default();
    let pool = Pool { cases, opener, options, next, kept, stop };
    let mut results = std::thread::scope(|scope| {
        let (to, from) = channel();
        for _ in 0..options.jobs.clamp(1, cases.len().max(1)) {
            let (pool, to) = (&pool, to.clone());
            scope.spawn(move || pool.work(&to));
        }
        drop(to);
        pool.collect(&from, progress)
    });
    results.sort_by(|a, b| (&a.scenario, a.seed).cmp(&(&b.scenario, b.seed)));
    let interrupted = options.interrupted.load(Ordering::Relaxed);
    SuiteResult { cases: results, setup, real: begun.elapsed(), interrupted }
}

/// What the worker threads share.
struct Pool<'a> {
    cases: &'a [Case],
    opener: OpenRig,
    options: Options<'a>,
    next: AtomicUsize,
    kept: AtomicUsize,
    stop: AtomicBool,
}

impl Pool<'_> {
    /// Takes cases until there are none left. Ends early when nobody listens any more.
    fn work(&self, to: &Sender<Note>) {
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = self.cases.get(index) else { return };
            let mut result = match self.unwanted() {
                Some(why) => skipped(case, why),
                None => {
                    if to.send(Note::Started(index)).is_err() {
                        return;
                    }
                    play_case(case, self.opener, self.options.interrupted)
                }
            };
            if result.trace.is_some() && !self.keeps(&result.outcome) {
                result.trace = None;
            }
            if self.options.fail_fast && is_bad(&result.outcome) {
                self.stop.store(true, Ordering::Relaxed);
            }
            if to.send(Note::Finished(result.into())).is_err() {
                return;
            }
        }
    }

    fn keeps(&self, outcome: &Outcome) -> bool {
        match self.options.keep {
            Keep::All => true,
            Keep::Bad(_) if *outcome == Outcome::Passed => false,
            Keep::Bad(most) => self.kept.fetch_add(1, Ordering::Relaxed) < most,
        }
    }

    fn unwanted(&self) -> Option<String> {
        if self.options.interrupted.load(Ordering::Relaxed) {
            return Some("interrupted before it began".into());
        }
        let stop = self.stop.load(Ordering::Relaxed);
        stop.then(|| "an earlier case failed, and --fail-fast is on".into())
    }

    fn collect(
        &self,
        from: &Receiver<Note>,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Vec<CaseResult> {
        let mut results = Vec::with_capacity(self.cases.len());
        for note in from {
            match note {
                Note::Started(index) => progress(Progress::Started(&self.cases[index])),
                Note::Finished(result) => {
                    progress(Progress::Finished(&result));
                    results.push(*result);
                }
            }
        }
        results
    }
}

fn is_bad(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Failed | Outcome::Faulted(_))
}

/// Plays and judges one case. Nothing that happens in it reaches the others.
fn play_case(case: &Case, opener: OpenRig, interrupted: &AtomicBool) -> CaseResult {
    let plan = match &case.plan {
        Ok(plan) => plan,
        Err(why) => return skipped(case, why.clone()),
    };
    let begun = wall();
    let played =
        catch_unwind(AssertUnwindSafe(|| judged(case, attempt(plan, opener, interrupted))));
    let mut result = played.unwrap_or_else(|panic| {
        let what = format!("it panicked: {}", panic_text(&*panic));
        blank(case, Outcome::Faulted(RigFault::Broken(what)))
    });
    result.real = begun.elapsed();
    result
}

/// Opens a rig and plays the plan on it.
fn attempt(
    plan: &Plan,
    opener: OpenRig,
    interrupted: &AtomicBool,
) -> (Option<Trace>, Option<RigFault>) {
    let mut rig = match opener(&plan.request) {
        Ok(rig) => rig,
        Err(fault) => return (None, Some(fault)),
    };
    match run(plan, rig.as_mut(), interrupted) {
        Ok(trace) => (Some(trace), None),
        Err((trace, fault)) => (Some(trace), Some(fault)),
    }
}

/// A rig that can't do what a scenario asks for skips it; any other fault of the rig leaves the
/// case without a verdict.
fn judged(case: &Case, (trace, fault): (Option<Trace>, Option<RigFault>)) -> CaseResult {
    let mut result = match (&trace, fault) {
        (_, Some(RigFault::CannotDo(what))) => {
            blank(case, Outcome::Skipped(format!("the rig can't do this: {what}")))
        }
        (_, Some(fault)) => blank(case, Outcome::Faulted(fault)),
        (None, None) => blank(case, Outcome::Undecided),
        (Some(trace), None) => {
            let verdict = verdict::judge(trace);
            CaseResult {
                findings: verdict.findings,
                explained: verdict.explained,
                ..blank(case, verdict.outcome)
            }
        }
    };
    if let Some(trace) = &trace {
        result.digest = trace.digest();
        result.metrics = metrics::of(trace);
        result.simulated = trace.events().last().map_or(Lapse::ZERO, |e| e.at.since(Time(0)));
    }
    CaseResult { trace, ..result }
}

/// A stored trace, judged by today's rules as if it had just been played.
pub fn judge_stored(trace: Trace) -> CaseResult {
    let header = trace.header();
    let case = Case {
        scenario: header.scenario.clone(),
        title: header.title.clone(),
        source: None,
        seed: header.seed,
        plan: Err(String::new()),
    };
    judged(&case, (Some(trace), None))
}

/// A case of which nothing is known but how it ended.
fn blank(case: &Case, outcome: Outcome) -> CaseResult {
    CaseResult {
        scenario: case.scenario.clone(),
        title: case.title.clone(),
        source: case.source.clone(),
        seed: case.seed,
        outcome,
        findings: Vec::new(),
        explained: Vec::new(),
        trace: None,
        digest: 0,
        metrics: Metrics::default(),
        simulated: Lapse::ZERO,
        real: Duration::ZERO,
    }
}

fn skipped(case: &Case, why: String) -> CaseResult {
    blank(case, Outcome::Skipped(why))
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it did not say why")
}

#[expect(clippy::disallowed_methods, reason = "how long the machine took, shown to people only")]
fn wall() -> Instant {
    Instant::now()
}

//! Many plans to one result: worker threads play the cases, and each case is judged once, here.
//!
//! Knows no report: it tells whoever listens what began and what ended. A rig never leaves the
//! thread that opened it.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use contract::rig::OpenRig;
use contract::trace::Title;
use contract::{Lapse, RigFault, Time, Trace};

use crate::plan::{Move, Plan};
use crate::result::{CaseResult, Metrics, Outcome, Setup, SourceText, SuiteResult};
use crate::run::run;
use crate::scenario::{self, Scenario};

pub mod metrics;
pub mod select;
#[cfg(test)]
mod tests;
pub mod verdict;

/// A scenario with a seed, to be played or skipped. Its plan is drawn when its turn comes, so that
/// many seeds need little memory.
#[derive(Debug, Clone)]
pub struct Case {
    /// What to play.
    pub scenario: Arc<Scenario>,
    /// Its file.
    pub source: Option<Arc<SourceText>>,
    /// The seed.
    pub seed: u64,
    /// Why it is skipped.
    pub skip: Option<String>,
}

impl Case {
    /// What is played, on whatever rig.
    pub fn plan(&self, setup: &Setup) -> Plan {
        let mut plan = scenario::draw(&self.scenario, self.seed, &setup.firmware);
        plan.request.rig.clone_from(&setup.rig);
        if let Some(link) = &setup.link {
            plan.request.link.clone_from(link);
        }
        if let Some(wire) = &setup.wire {
            plan.request.wire.clone_from(wire);
        }
        plan
    }
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
/// is quickly played again, so that a large suite keeps only some. `Progress::Settled` has each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// All of them.
    All,
    /// Those of the first so many cases that did not pass.
    Bad(usize),
}

/// What a suite tells while it plays.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'a> {
    /// A case began.
    Started(&'a Case),
    /// A case ended, in whatever order.
    Finished(&'a CaseResult),
    /// A case ended, and so did all before it: in the order of the cases, each with its trace.
    Settled {
        /// How it ended.
        result: &'a CaseResult,
        /// Whether its trace stays in the results.
        kept: bool,
    },
}

enum Note {
    Started(usize),
    Finished(usize, Box<CaseResult>),
}

/// At most so many cases are played ahead of the first one that has not ended, so that few traces
/// wait for it in memory (assumption: enough for any machine's threads).
const AHEAD: usize = 64;

/// Plays all cases; the results are in the order of the cases.
pub fn play(
    cases: &[Case],
    opener: OpenRig,
    setup: Setup,
    options: Options<'_>,
    progress: &mut dyn FnMut(Progress<'_>),
) -> SuiteResult {
    let begun = wall();
    let (next, stop, settled, moved) = Default::default();
    let pool = Pool { cases, opener, setup: &setup, options, next, stop, settled, moved };
    let results = std::thread::scope(|scope| {
        let (to, from) = channel();
        for _ in 0..options.jobs.clamp(1, cases.len().max(1)) {
            let (pool, to) = (&pool, to.clone());
            scope.spawn(move || pool.work(&to));
        }
        drop(to);
        pool.collect(&from, progress)
    });
    let interrupted = options.interrupted.load(Ordering::Relaxed);
    let not_begun = cases.len() - results.len();
    SuiteResult { cases: results, not_begun, setup, real: begun.elapsed(), interrupted }
}

/// What the worker threads share.
struct Pool<'a> {
    cases: &'a [Case],
    opener: OpenRig,
    setup: &'a Setup,
    options: Options<'a>,
    next: AtomicUsize,
    stop: AtomicBool,
    /// So many cases have ended, without a gap.
    settled: Mutex<usize>,
    moved: Condvar,
}

impl Pool<'_> {
    /// Takes cases until there are none left. Ends early when it is interrupted, or nobody listens
    /// any more.
    fn work(&self, to: &Sender<Note>) {
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = self.cases.get(index) else { return };
            self.wait_for_others(index);
            if self.options.interrupted.load(Ordering::Relaxed) {
                // Nobody may wait for the case that is left.
                return self.settle(usize::MAX);
            }
            let result = match self.unwanted() {
                Some(why) => skipped(case, why),
                None => {
                    if to.send(Note::Started(index)).is_err() {
                        return;
                    }
                    self.play_case(case)
                }
            };
            if self.options.fail_fast && is_bad(&result.outcome) {
                self.stop.store(true, Ordering::Relaxed);
            }
            if to.send(Note::Finished(index, result.into())).is_err() {
                return;
            }
        }
    }

    /// Waits until this case is not too far ahead.
    fn wait_for_others(&self, index: usize) {
        let settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        let far = |settled: &mut usize| index >= settled.saturating_add(AHEAD);
        drop(self.moved.wait_while(settled, far).unwrap_or_else(PoisonError::into_inner));
    }

    fn settle(&self, count: usize) {
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        *settled = count.max(*settled);
        drop(settled);
        self.moved.notify_all();
    }

    fn unwanted(&self) -> Option<String> {
        let stop = self.stop.load(Ordering::Relaxed);
        stop.then(|| "an earlier case failed, and --fail-fast is on".into())
    }

    fn collect(
        &self,
        from: &Receiver<Note>,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Vec<CaseResult> {
        let _release = Release(self);
        let mut kept = 0;
        let mut waiting = BTreeMap::new();
        let mut results = Vec::with_capacity(self.cases.len());
        for note in from {
            let (index, result) = match note {
                Note::Started(index) => {
                    progress(Progress::Started(&self.cases[index]));
                    continue;
                }
                Note::Finished(index, result) => (index, result),
            };
            progress(Progress::Finished(&result));
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&results.len()) {
                results.push(self.settled(*result, &mut kept, progress));
            }
            self.settle(results.len());
        }
        // Behind a case that had not begun when it was interrupted.
        let late = waiting.into_values().map(|result| self.settled(*result, &mut kept, progress));
        results.extend(late);
        results
    }

    /// A case whose turn it is among the results: tells of it, and drops a trace that is not kept.
    fn settled(
        &self,
        mut result: CaseResult,
        kept: &mut usize,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> CaseResult {
        let keeps = self.options.keep.keeps(&result, kept);
        progress(Progress::Settled { result: &result, kept: keeps });
        result.trace = result.trace.filter(|_| keeps);
        result
    }

    /// Plays and judges one case. Nothing that happens in it reaches the others.
    fn play_case(&self, case: &Case) -> CaseResult {
        if let Some(why) = &case.skip {
            return skipped(case, why.clone());
        }
        let begun = wall();
        let played = catch_unwind(AssertUnwindSafe(|| {
            let plan = case.plan(self.setup);
            judged(blank(case), attempt(&plan, self.opener, self.options.interrupted))
        }));
        let mut result = played.unwrap_or_else(|panic| {
            let what = format!("it panicked: {}", panic_text(&*panic));
            CaseResult { outcome: Outcome::Faulted(RigFault::Broken(what)), ..blank(case) }
        });
        result.real = begun.elapsed();
        result
    }
}

/// Lets the workers end, come what may, when nobody collects any more.
struct Release<'a>(&'a Pool<'a>);

impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.0.settle(usize::MAX);
    }
}

impl Keep {
    /// Whether the trace of this case stays, when so many of bad ones stay already.
    pub fn keeps(self, result: &CaseResult, kept: &mut usize) -> bool {
        match self {
            Keep::All => true,
            Keep::Bad(most) => {
                let bad = !matches!(result.outcome, Outcome::Passed | Outcome::Skipped(_));
                *kept += usize::from(bad);
                bad && *kept <= most
            }
        }
    }
}

fn is_bad(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Failed | Outcome::Faulted(_))
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
    let awaited = plan.moves.iter().filter_map(Move::awaits);
    let mut needed = plan.needs.iter().copied().chain(awaited);
    if let Some(tap) = needed.find(|tap| !rig.info().taps.contains(tap)) {
        let what = format!("observe `{}`, which the scenario needs", tap.word());
        return (None, Some(RigFault::CannotDo(what)));
    }
    if let Some(why) = plan.moves.iter().find_map(|this| rig.cannot(&this.action)) {
        return (None, Some(RigFault::CannotDo(why)));
    }
    match run(plan, rig.as_mut(), interrupted) {
        Ok(trace) => (Some(trace), None),
        Err((trace, fault)) => (Some(trace), Some(fault)),
    }
}

/// A rig that can't do what a scenario asks for skips it; any other fault of the rig leaves the
/// case without a verdict.
fn judged(mut result: CaseResult, (trace, fault): (Option<Trace>, Option<RigFault>)) -> CaseResult {
    match (&trace, fault) {
        (_, Some(fault @ RigFault::CannotDo(_))) => {
            result.outcome = Outcome::Skipped(fault.to_string());
        }
        (_, Some(fault)) => result.outcome = Outcome::Faulted(fault),
        (None, None) => {}
        (Some(trace), None) => {
            let verdict = verdict::judge(trace);
            result.outcome = verdict.outcome;
            result.findings = verdict.findings;
            result.explained = verdict.explained;
        }
    }
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
    let unplayed = unplayed(&header.scenario, &header.title, header.seed);
    judged(unplayed, (Some(trace), None))
}

/// A case of which nothing is known yet.
fn blank(case: &Case) -> CaseResult {
    CaseResult {
        clauses: case.scenario.clauses.clone(),
        source: case.source.clone(),
        ..unplayed(&case.scenario.name, &case.scenario.title, case.seed)
    }
}

fn unplayed(scenario: &str, title: &Title, seed: u64) -> CaseResult {
    CaseResult {
        scenario: scenario.to_owned(),
        title: title.clone(),
        clauses: Vec::new(),
        source: None,
        seed,
        outcome: Outcome::Undecided,
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
    CaseResult { outcome: Outcome::Skipped(why), ..blank(case) }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it did not say why")
}

#[expect(clippy::disallowed_methods, reason = "how long the machine took, shown to people only")]
fn wall() -> Instant {
    Instant::now()
}

//! Counts over a suite: outcomes, rules, payments. What console and JSON both show.

use contract::Invariant;

use crate::finding::{Finding, Rule, Verdict};
use crate::result::{CaseResult, Metrics, Outcome, SuiteResult};

/// How many cases ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Every rule held.
    pub passed: usize,
    /// A rule was broken.
    pub failed: usize,
    /// An observation was lost.
    pub undecided: usize,
    /// The rig failed.
    pub faulted: usize,
    /// Not played.
    pub skipped: usize,
}

/// Counts the outcomes.
pub fn counts(suite: &SuiteResult) -> Counts {
    let mut counts = Counts::default();
    for case in &suite.cases {
        *match case.outcome {
            Outcome::Passed => &mut counts.passed,
            Outcome::Failed => &mut counts.failed,
            Outcome::Undecided => &mut counts.undecided,
            Outcome::Faulted(_) => &mut counts.faulted,
            Outcome::Skipped(_) => &mut counts.skipped,
        } += 1;
    }
    counts
}

/// In how many cases an invariant stood how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub invariant: Invariant,
    /// It was put to the test and held.
    pub held: usize,
    /// It was broken.
    pub broken: usize,
    /// It could not be judged.
    pub undecided: usize,
    /// Its premise never occurred.
    pub not_exercised: usize,
    /// The rig has no tap for it.
    pub not_observable: usize,
}

/// The standing of every invariant.
pub fn standings(suite: &SuiteResult) -> Vec<Standing> {
    Invariant::ALL.iter().map(|invariant| standing(suite, *invariant)).collect()
}

fn standing(suite: &SuiteResult, invariant: Invariant) -> Standing {
    let verdicts: Vec<Verdict> = suite
        .cases
        .iter()
        .flat_map(|case| &case.findings)
        .filter(|finding| finding.rule == Rule::Invariant(invariant))
        .map(|finding| finding.verdict)
        .collect();
    let count = |wanted| verdicts.iter().filter(|verdict| **verdict == wanted).count();
    Standing {
        invariant,
        held: count(Verdict::Held),
        broken: count(Verdict::Broken),
        undecided: count(Verdict::Undecided),
        not_exercised: count(Verdict::NotExercised),
        not_observable: count(Verdict::NotObservable),
    }
}

/// Judged cases in which not every invariant could be observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unseen {
    /// How many cases.
    pub cases: usize,
    /// How many invariants could be observed in the case with the fewest.
    pub least: usize,
}

/// How much was not observable; `None` when every invariant was, in every case that was judged.
pub fn unseen(suite: &SuiteResult) -> Option<Unseen> {
    let seen = |case: &CaseResult| {
        let unseen = |finding: &&Finding| finding.verdict == Verdict::NotObservable;
        Invariant::ALL.len() - case.findings.iter().filter(unseen).count()
    };
    let judged = suite.cases.iter().filter(|case| !case.findings.is_empty());
    let poor: Vec<usize> = judged.map(seen).filter(|seen| *seen < Invariant::ALL.len()).collect();
    Some(Unseen { cases: poor.len(), least: poor.iter().copied().min()? })
}

/// What all cases counted together.
pub fn metrics(suite: &SuiteResult) -> Metrics {
    let mut total = Metrics::default();
    for case in &suite.cases {
        total.add(&case.metrics);
    }
    total
}

//! Counts over a suite: outcomes, rules, payments. What console and JSON both show.

use std::collections::BTreeMap;

use contract::Invariant;
use contract::catalogue::{FAULTS, FaultInfo};

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

/// In how many cases a fault of the catalogue met a payment, as their scenarios claim.
#[derive(Debug, Clone, Copy)]
pub struct Coverage {
    /// Which.
    pub fault: &'static FaultInfo,
    /// It did.
    pub met: usize,
    /// It was claimed and did not.
    pub missed: usize,
}

/// The coverage of every fault of the catalogue, in its order.
pub fn coverage(suite: &SuiteResult) -> Vec<Coverage> {
    let mut counts = BTreeMap::<&str, (usize, usize)>::new();
    for finding in suite.cases.iter().flat_map(|case| &case.findings) {
        if let Rule::Covers(id) = &finding.rule {
            let count = counts.entry(id).or_default();
            count.0 += usize::from(finding.verdict == Verdict::Held);
            count.1 += usize::from(finding.verdict == Verdict::Broken);
        }
    }
    let of = |fault: &'static FaultInfo| {
        let (met, missed) = counts.get(fault.id.0).copied().unwrap_or_default();
        Coverage { fault, met, missed }
    };
    FAULTS.iter().map(of).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::suite;

    #[test]
    fn a_fault_is_covered_where_a_scenario_claims_it_and_it_met_a_payment() {
        let mut suite = suite();
        let of = |suite: &SuiteResult, id: &str| {
            let all = coverage(suite);
            let one = all.iter().find(|one| one.fault.id.0 == id).unwrap();
            (one.met, one.missed)
        };
        assert_eq!(of(&suite, "link-outage"), (0, 0));
        for (index, verdict) in [(1, Verdict::Held), (4, Verdict::Held), (2, Verdict::Broken)] {
            let rule = Rule::Covers("link-outage".into());
            let finding = Finding { rule, verdict, ..suite.cases[1].findings[0].clone() };
            suite.cases[index].findings.push(finding);
        }
        assert_eq!(of(&suite, "link-outage"), (2, 1));
        assert_eq!(coverage(&suite).len(), FAULTS.len());
    }
}

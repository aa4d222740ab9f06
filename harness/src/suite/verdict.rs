//! A trace to its verdict: findings, their causes, and the one outcome that follows from them.
//!
//! The only place where an outcome is decided, for a run just played and for a stored trace alike.

use contract::{EventKind, Trace};

use crate::diagnose::{self, Diagnosis};
use crate::finding::{Finding, Rule, Verdict, Violation};
use crate::oracle;
use crate::result::{Explained, Outcome};

/// At most so many violations of one rule are explained; more of the same help nobody.
const EXPLAINED: usize = 5;

/// What follows from a trace.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The verdict on each rule, sorted by rule.
    pub findings: Vec<Finding>,
    /// Causes of the first violations of each rule.
    pub explained: Vec<Explained>,
    /// How the case ended.
    pub outcome: Outcome,
}

/// Judges a trace by all rules.
pub fn judge(trace: &Trace) -> Judged {
    let mut findings = oracle::judge(trace);
    findings.extend(missed_steps(trace));
    findings.sort_by(|a, b| a.rule.cmp(&b.rule));
    let explained = explain(trace, &findings);
    let ended = trace.events().iter().any(|event| event.kind == EventKind::End);
    let outcome = outcome(&findings, ended);
    Judged { findings, explained, outcome }
}

/// Broken beats undecided, and a run that did not end has not passed.
fn outcome(findings: &[Finding], ended: bool) -> Outcome {
    let any = |verdict| findings.iter().any(|finding| finding.verdict == verdict);
    if any(Verdict::Broken) {
        Outcome::Failed
    } else if any(Verdict::Undecided) || !ended {
        Outcome::Undecided
    } else {
        Outcome::Passed
    }
}

/// A step that was never carried out breaks the scenario: it did not test what it says.
fn missed_steps(trace: &Trace) -> impl Iterator<Item = Finding> {
    let events = trace.events().iter();
    events.filter_map(|event| match event.kind {
        EventKind::StepMissed(step) => Some(missed_step(event.seq, step)),
        _ => None,
    })
}

fn missed_step(event: u64, step: u32) -> Finding {
    let what = format!("step {} was never carried out: its moment did not come", step + 1);
    let violation = Violation { event, evidence: vec![event], what, ..Violation::default() };
    Finding {
        rule: Rule::Step(step),
        verdict: Verdict::Broken,
        exercised: 1,
        violations: vec![violation],
        tap: None,
        slowest: None,
    }
}

fn explain(trace: &Trace, findings: &[Finding]) -> Vec<Explained> {
    let broken = |f: &Finding| f.verdict == Verdict::Broken;
    let kept = !findings.iter().any(|f| broken(f) && matches!(f.rule, Rule::Invariant(_)));
    let mut explained = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        for (nth, violation) in finding.violations.iter().enumerate().take(EXPLAINED) {
            let by_the_link = || diagnose::by_the_link(trace, finding, violation);
            let diagnosis = match finding.rule {
                _ if kept && let Some(diagnosis) = by_the_link() => diagnosis,
                Rule::Step(_) => never_came(),
                _ => diagnose::explain(trace, finding, violation),
            };
            explained.push(Explained { finding: index, violation: nth, diagnosis });
        }
    }
    explained
}

fn never_came() -> Diagnosis {
    Diagnosis {
        fault: None,
        cause_en: "The moment that the step waits for did not come after the step before it."
            .into(),
        cause_zh: "该步骤等待的时刻在上一步骤之后没有出现。".into(),
        remedy_en: "Look at the timeline for what came instead; change the step's `on`, or give \
                    the scenario more time with `until`."
            .into(),
        remedy_zh: "查看时间线，确认实际发生了什么；修改该步骤的 `on`，或用 `until` 延长场景时间。"
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(verdict: Verdict) -> Finding {
        Finding { verdict, ..missed_step(1, 0) }
    }

    #[test]
    fn broken_beats_undecided_and_only_a_whole_run_passes() {
        let (held, broken) = (finding(Verdict::Held), finding(Verdict::Broken));
        let undecided = finding(Verdict::Undecided);
        let rest = [finding(Verdict::NotExercised), finding(Verdict::NotObservable)];
        assert_eq!(outcome(&rest, true), Outcome::Passed);
        assert_eq!(outcome(std::slice::from_ref(&held), true), Outcome::Passed);
        assert_eq!(outcome(std::slice::from_ref(&held), false), Outcome::Undecided);
        assert_eq!(outcome(&[held, undecided.clone()], true), Outcome::Undecided);
        assert_eq!(outcome(&[undecided, broken.clone()], true), Outcome::Failed);
        assert_eq!(outcome(&[broken], false), Outcome::Failed);
    }
}

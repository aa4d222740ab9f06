//! Rules and firmwares against each other: the reference breaks nothing, and each planted flaw is
//! found by the rules that its row names, under the faults that bring it out.
//!
//! `golden/flaws.txt` has the whole matrix; `golden/causes.txt` what is told of each cause.

use std::collections::BTreeSet;

use contract::{EventKind, Invariant};
use harness::finding::{Finding, Rule, Verdict};
use harness::result::{CaseResult, Outcome, Setup};
use sim::{FIRMWARES, FirmwareInfo};

use crate::causes::{Causes, untranslated};
use crate::golden::golden;
use crate::play::{cases, play, root, the_suite};

fn suite_on(firmware: &FirmwareInfo) -> Vec<CaseResult> {
    let setup = Setup { firmware: firmware.name.into(), ..Setup::default() };
    play(&cases(&the_suite()), sim::open_event, &setup)
}

/// The rules that a firmware broke in cases with a fault, and in those without any.
#[derive(Default)]
struct Broken {
    troubled: BTreeSet<Invariant>,
    calm: BTreeSet<Invariant>,
}

impl Broken {
    fn by(results: &[CaseResult]) -> Broken {
        let mut broken = Broken::default();
        for case in results {
            let rules = if had_fault(case) { &mut broken.troubled } else { &mut broken.calm };
            rules.extend(case.findings.iter().filter_map(broken_invariant));
        }
        broken
    }

    fn all(&self) -> BTreeSet<Invariant> {
        &self.troubled | &self.calm
    }
}

fn broken_invariant(finding: &Finding) -> Option<Invariant> {
    match &finding.rule {
        Rule::Invariant(invariant) if finding.verdict == Verdict::Broken => Some(*invariant),
        _ => None,
    }
}

fn had_fault(case: &CaseResult) -> bool {
    let trace = case.trace.as_ref().unwrap();
    trace.events().iter().any(|event| matches!(event.kind, EventKind::FaultOn { .. }))
}

#[test]
fn the_reference_breaks_nothing() {
    let reference = &FIRMWARES[0];
    assert_eq!((reference.name, reference.breaks), ("reference", &[][..]));
    for case in suite_on(reference) {
        let name = format!("{} seed {}", case.scenario, case.seed);
        assert_eq!(case.outcome, Outcome::Passed, "{name}: {:#?}", case.explained);
    }
}

#[test]
fn each_flaw_is_found_by_the_rules_that_its_row_names() {
    let mut wrong = Vec::new();
    let mut causes = Causes::default();
    let mut matrix = row("firmware", "names", "broken with a fault", "broken without");
    for firmware in &FIRMWARES[1..] {
        let (name, results) = (firmware.name, suite_on(firmware));
        let judged = |case: &CaseResult| matches!(case.outcome, Outcome::Passed | Outcome::Failed);
        assert!(results.iter().all(judged), "{name}: not every case was judged");
        causes.look(name, &results);
        let english = untranslated(&results).into_iter();
        wrong.extend(english.map(|text| format!("{name}: not in Chinese: {text}")).take(3));
        let broken = Broken::by(&results);
        let named = BTreeSet::from_iter(firmware.breaks.iter().copied());
        assert!(!named.is_empty(), "{name} names no rule");
        for rule in &named - &broken.all() {
            wrong.push(format!("{name}: {rule} is named and never broken"));
        }
        if named.is_disjoint(&broken.troubled) {
            wrong.push(format!("{name}: no fault brings it out"));
        }
        matrix += &row(name, &list(&named), &list(&broken.troubled), &list(&broken.calm));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    golden(&root().join("tests/it/golden/flaws.txt"), &matrix).unwrap_or_else(|e| panic!("{e}"));
    let path = root().join("tests/it/golden/causes.txt");
    golden(&path, &causes.text()).unwrap_or_else(|e| panic!("{e}"));
}

fn list(rules: &BTreeSet<Invariant>) -> String {
    rules.iter().map(|rule| rule.id()).collect::<Vec<_>>().join(" ")
}

fn row(firmware: &str, named: &str, troubled: &str, calm: &str) -> String {
    format!("{firmware:<22}  {named:<6}  {troubled:<24}  {calm}").trim_end().to_owned() + "\n"
}

//! What the suite knows of each fault: the scenarios that cover it, and the bad firmwares that
//! they catch because of it. It plays them, so that the table is never older than the code.
//!
//! A scenario that fails may owe that to another fault, or to none: what counts is what it breaks
//! with the fault and not without it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use contract::{Invariant, catalogue};

use super::{BadInput, Workshop, run};
use crate::diagnostic::scenario as message;
use crate::finding::{Rule, Verdict};
use crate::result::{CaseResult, Setup};
use crate::scenario::{Args, Scenario, Step, words};
use crate::suite::select::{Selection, select};
use crate::suite::{self, Case, Keep, Options};

/// What covers one fault.
#[derive(Default)]
pub(super) struct Covered {
    /// The scenarios that claim to.
    pub(super) scenarios: Vec<String>,
    /// The firmwares that break in one of them a rule that the catalogue names for the fault, and
    /// that they keep to when the fault stays away.
    pub(super) catches: BTreeSet<String>,
}

/// By fault; the scenarios are played with their own seeds on the first rig.
pub(super) fn coverage(
    paths: &[PathBuf],
    workshop: &Workshop,
) -> Result<BTreeMap<String, Covered>, BadInput> {
    let files = run::find(paths, workshop)?;
    if files.is_empty() {
        return Err(BadInput(message::none_in(paths).render(true)));
    }
    let mut covered = BTreeMap::<String, Covered>::new();
    for file in &files {
        let scenario = &file.scenario;
        for id in &scenario.covers {
            let entry = covered.entry(id.clone()).or_default();
            entry.scenarios.push(scenario.name.clone());
        }
    }
    let mut cases = select(&files, &Selection::default()).unwrap_or_default();
    cases.retain(|case| !case.scenario.covers.is_empty());
    for firmware in workshop.firmwares.iter().filter(|row| !row.breaks.is_empty()) {
        let results = played(&cases, &firmware.name, workshop);
        let falls = cases.iter().zip(&results).flat_map(|(case, result)| {
            let falls = |id: &&String| !broken(result, id).is_empty();
            case.scenario.covers.iter().filter(falls).map(move |id| (case, result, id))
        });
        let falls: Vec<_> = falls.collect();
        let calm: Vec<Case> = falls.iter().map(|(case, _, id)| without(case, id)).collect();
        let calm = played(&calm, &firmware.name, workshop);
        for ((_, result, id), calm) in falls.into_iter().zip(&calm) {
            let due = !broken(result, id).is_subset(&broken(calm, id));
            if let Some(entry) = covered.get_mut(id).filter(|_| due) {
                entry.catches.insert(firmware.name.clone());
            }
        }
    }
    Ok(covered)
}

fn played(cases: &[Case], firmware: &str, workshop: &Workshop) -> Vec<CaseResult> {
    let interrupted = AtomicBool::new(false);
    let (jobs, keep) = (run::jobs(None), Keep::Bad(0));
    let options = Options { jobs, fail_fast: false, keep, interrupted: &interrupted };
    let setup = Setup { firmware: firmware.to_owned(), ..Setup::default() };
    suite::play(cases, workshop.rigs[0].open, setup, options, &mut |_| {}).cases
}

/// The rules broken in a case that a bad terminal breaks under this fault.
fn broken(case: &CaseResult, id: &str) -> BTreeSet<Invariant> {
    let breaks = catalogue::fault(id).map_or(&[][..], |fault| fault.breaks);
    let broken = case.findings.iter().filter(|finding| finding.verdict == Verdict::Broken);
    let rules = broken.filter_map(|finding| match &finding.rule {
        Rule::Invariant(rule) if breaks.contains(rule) => Some(*rule),
        _ => None,
    });
    rules.collect()
}

/// The same case without this fault. In its steps' place nobody does anything, so that the other
/// steps keep their moments.
fn without(case: &Case, id: &str) -> Case {
    let mut scenario = Scenario::clone(&case.scenario);
    let nothing = words::verbs_of("heal").find(|verb| verb.word == Some("wait"));
    for step in &mut scenario.steps {
        if let (true, Some(verb)) = (step.verb.fault().is_some_and(|fault| fault.0 == id), nothing)
        {
            *step = Step { verb, args: Args::default(), lasts: None, ..step.clone() };
        }
    }
    Case { scenario: Arc::new(scenario), ..case.clone() }
}

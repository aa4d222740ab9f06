//! What the suite knows of each fault: the scenarios that cover it, and the bad firmwares that
//! they catch under it. It plays them, so that the table is never older than the code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use contract::catalogue;

use super::{BadInput, Workshop, run};
use crate::finding::{Rule, Verdict};
use crate::result::{CaseResult, Setup};
use crate::suite::select::{Selection, select};
use crate::suite::{self, Case, Keep, Options};

/// What covers one fault.
#[derive(Default)]
pub(super) struct Covered {
    /// The scenarios that claim to.
    pub(super) scenarios: Vec<String>,
    /// The firmwares that break in one of them a rule that the catalogue names for the fault.
    pub(super) catches: BTreeSet<String>,
}

/// By fault; the scenarios are played with their first seed on the first rig.
pub(super) fn coverage(
    paths: &[PathBuf],
    workshop: &Workshop,
) -> Result<BTreeMap<String, Covered>, BadInput> {
    let files = run::find(paths, workshop)?;
    let mut covered = BTreeMap::<String, Covered>::new();
    let mut claims = BTreeMap::new();
    for file in &files {
        let scenario = &file.scenario;
        for id in &scenario.covers {
            let entry = covered.entry(id.clone()).or_default();
            entry.scenarios.push(scenario.name.clone());
        }
        claims.insert(scenario.name.as_str(), scenario.covers.as_slice());
    }
    let mut cases = select(&files, &Selection::default()).unwrap_or_default();
    cases.retain(|case| !case.scenario.covers.is_empty());
    cases.dedup_by(|a, b| a.scenario.name == b.scenario.name);
    for firmware in workshop.firmwares.iter().filter(|row| !row.breaks.is_empty()) {
        for case in played(&cases, &firmware.name, workshop) {
            for id in claims.get(case.scenario.as_str()).copied().unwrap_or_default() {
                if let Some(entry) = covered.get_mut(id).filter(|_| falls_to(&case, id)) {
                    entry.catches.insert(firmware.name.clone());
                }
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

/// Whether a rule was broken that a bad terminal breaks under this fault.
fn falls_to(case: &CaseResult, id: &str) -> bool {
    let Some(fault) = catalogue::fault(id) else { return false };
    let broken = case.findings.iter().filter(|finding| finding.verdict == Verdict::Broken);
    let mut rules = broken.filter_map(|finding| match &finding.rule {
        Rule::Invariant(rule) => Some(rule),
        _ => None,
    });
    rules.any(|rule| fault.breaks.contains(rule))
}

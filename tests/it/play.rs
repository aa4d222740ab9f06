//! Plays scenarios inside the test's own process, where the binary can't show what is compared.
//! Knows where the suite lies; judges nothing itself.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use contract::rig::OpenRig;
use harness::result::{CaseResult, Setup};
use harness::scenario::{self, ScenarioFile};
use harness::suite::select::{Selection, select};
use harness::suite::{self, Case, Keep, Options};

/// The repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every scenario of the suite.
pub(crate) fn the_suite() -> Vec<ScenarioFile> {
    let found = scenario::find(&[root().join("scenarios")]);
    let found = found.unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert!(!found.is_empty(), "the suite is empty");
    found
}

/// A scenario from a text, under this name.
pub(crate) fn scenario_of(name: &str, text: &str) -> ScenarioFile {
    let (parsed, errors) = scenario::parse(name, text);
    let mut scenario = parsed.unwrap_or_else(|| panic!("{name}: {errors:#?}"));
    scenario.name = Path::new(name).with_extension("").display().to_string();
    ScenarioFile { path: name.to_owned(), text: text.to_owned(), scenario }
}

/// The cases of these scenarios with their own seeds.
pub(crate) fn cases(files: &[ScenarioFile]) -> Vec<Case> {
    select(files, &Selection::default()).unwrap()
}

/// Plays them on both processors of a small machine, and keeps every trace.
pub(crate) fn play(cases: &[Case], opener: OpenRig, setup: &Setup) -> Vec<CaseResult> {
    let interrupted = AtomicBool::new(false);
    let options = Options { jobs: 2, fail_fast: false, keep: Keep::All, interrupted: &interrupted };
    suite::play(cases, opener, setup.clone(), options, &mut |_| {}).cases
}

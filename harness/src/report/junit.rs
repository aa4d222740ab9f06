//! JUnit XML: a suite for each folder, a case for each scenario and seed.
//!
//! `failure` for a broken rule, `error` for a rig fault and for an undecided case, `skipped` with
//! its reason. A failure's text is the one that the console shows.

use std::collections::BTreeMap;
use std::io::{self, Write};

use contract::Trace;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{again, failure, plain, timeline, wording};
use crate::finding::Verdict;
use crate::message::Words;
use crate::result::{CaseResult, Outcome, Setup, SuiteResult};

/// Writes the whole document.
///
/// # Errors
/// What the writer says.
pub fn write(suite: &SuiteResult, w: Words, mut to: impl Write) -> io::Result<()> {
    let mut folders = BTreeMap::<&str, TestSuite>::new();
    for case in &suite.cases {
        let folder = split(&case.scenario).0;
        let of_folder = folders.entry(folder).or_insert_with(|| TestSuite::new(folder));
        of_folder.add_test_case(test_case(case, &suite.setup, w));
    }
    if suite.not_begun > 0 {
        folders.insert(INTERRUPTED, not_begun(suite.not_begun, w));
    }
    let mut report = Report::new("payrig");
    report.set_time(suite.real);
    report.add_test_suites(folders.into_values());
    let text = report.to_string().map_err(io::Error::other)?;
    // What XML 1.0 has no way to write, and the library lets pass.
    let text = text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    to.write_all(text.as_bytes())?;
    to.flush()
}

/// The name of the suite that stands for cases that were not begun; no folder has a blank.
const INTERRUPTED: &str = "not begun";

/// One skipped case for all of them: there may be hundreds of thousands.
fn not_begun(count: usize, w: Words) -> TestSuite {
    let mut status = TestCaseStatus::skipped();
    status.set_message(w.not_begun(count));
    let mut suite = TestSuite::new(INTERRUPTED);
    suite.add_test_case(TestCase::new(format!("{count} cases"), status));
    suite
}

/// Folder and file: `link/drop` is `drop` in `link`.
fn split(scenario: &str) -> (&str, &str) {
    scenario.rsplit_once('/').unwrap_or(("scenarios", scenario))
}

fn test_case(case: &CaseResult, setup: &Setup, w: Words) -> TestCase {
    let (folder, file) = split(&case.scenario);
    let mut test = TestCase::new(format!("{file} seed {}", case.seed), status(case, setup, w));
    test.set_classname(folder).set_time(case.real);
    for (name, value) in [
        ("seed", case.seed.to_string()),
        ("digest", format!("{:016x}", case.digest)),
        ("rig", setup.rig.clone()),
        ("firmware", setup.firmware.clone()),
        ("repeat", again(case, setup)),
    ] {
        test.add_property((name, value.as_str()));
    }
    for clause in &case.clauses {
        test.add_property(("clause", clause.as_str()));
    }
    if let Some(trace) = &case.trace {
        test.set_system_out(story(trace, w));
    }
    test
}

fn status(case: &CaseResult, setup: &Setup, w: Words) -> TestCaseStatus {
    let text = plain(&failure::block(case, setup, w));
    match &case.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Skipped(why) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(why.as_str());
            status
        }
        Outcome::Failed => {
            let (kind, message) = first_broken(case, w);
            non_success(NonSuccessKind::Failure, &kind, &message, text)
        }
        Outcome::Undecided => {
            let message = w.lost_or_early();
            non_success(NonSuccessKind::Error, "undecided", &message, text)
        }
        Outcome::Faulted(fault) => {
            non_success(NonSuccessKind::Error, "rig-fault", &fault.to_string(), text)
        }
    }
}

fn non_success(kind: NonSuccessKind, ty: &str, message: &str, text: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(ty).set_message(message).set_description(text);
    status
}

/// The first broken rule, by id, and what is wrong.
fn first_broken(case: &CaseResult, w: Words) -> (String, String) {
    let first = case.findings.iter().find(|finding| finding.verdict == Verdict::Broken);
    first.map_or_else(Default::default, |finding| {
        let what = finding.violations.first().map_or("", |violation| violation.what.as_str());
        let (name, what) = (wording::rule_name(&finding.rule, w), w.told(what));
        (wording::rule_id(&finding.rule), format!("{name}: {what}"))
    })
}

/// The short timeline of a run: its most telling events.
fn story(trace: &Trace, w: Words) -> String {
    timeline::table(trace, &timeline::highlights(trace), None, w)
}

//! Annotations for GitHub Actions: each broken rule at its scenario's file.

use super::{again, failure, wording};
use crate::finding::{Finding, Verdict};
use crate::message::Words;
use crate::result::{CaseResult, Outcome, SuiteResult};

/// One workflow command a line, as GitHub documents them ("Workflow commands for GitHub Actions").
pub fn render(suite: &SuiteResult, w: Words) -> String {
    let mut out = String::new();
    for case in &suite.cases {
        let file = case.source.as_ref().map_or("", |source| source.path.as_str());
        let repeat = again(case, &suite.setup);
        for Note { level, line, title, text } in notes(case, w) {
            out.push_str(&format!(
                "::{level} file={},line={line},title={}::{}\n",
                property(file),
                property(&format!("{}: {title}", case.scenario)),
                data(&format!("{text}\n{repeat}"))
            ));
        }
    }
    out
}

struct Note {
    level: &'static str,
    line: usize,
    title: String,
    text: String,
}

fn notes(case: &CaseResult, w: Words) -> Vec<Note> {
    let whole = |level, title: &str, text: String| {
        vec![Note { level, line: 1, title: title.to_owned(), text }]
    };
    match &case.outcome {
        Outcome::Passed | Outcome::Skipped(_) => Vec::new(),
        Outcome::Undecided => whole("warning", &w.undecided(), w.lost_or_early()),
        Outcome::Faulted(fault) => whole("error", &w.rig_fault(), fault.to_string()),
        Outcome::Failed => {
            (0..).zip(&case.findings).filter_map(|one| broken(case, one, w)).collect()
        }
    }
}

fn broken(case: &CaseResult, (index, finding): (usize, &Finding), w: Words) -> Option<Note> {
    if finding.verdict != Verdict::Broken {
        return None;
    }
    Some(Note {
        level: "error",
        line: failure::place(case, index, w).map_or(1, |place| place.line),
        title: wording::rule_name(&finding.rule, w),
        text: finding.violations.first().map_or_else(String::new, |first| w.told(&first.what)),
    })
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::suite;

    #[test]
    fn broken_rules_and_rig_faults_are_annotated_and_nothing_else() {
        let text = render(&suite(), Words::default());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert!(lines[0].starts_with(
            "::error file=scenarios/bench/cable.toml,line=1,title=bench/cable%3A rig fault::"
        ));
        assert!(lines[1].starts_with(
            "::error file=scenarios/link/drop.toml,line=4,title=link/drop%3A L1 eventual report::"
        ));
        assert!(text.contains("%0Apayrig run scenarios/link/drop.toml --seed 4711"));
        assert_eq!(data("100%\nsure"), "100%25%0Asure");
    }
}

//! A summary in Markdown, for the page of a CI job: how it went, what broke and why, how to repeat
//! it. Prints what others found.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use super::{again, summary, wording};
use crate::finding::{Finding, Verdict};
use crate::message::{Lang, Words};
use crate::result::{CaseResult, Metrics, Outcome, SuiteResult};

/// So many cases that did not pass have a row, and so many of them their cause: a job's page takes
/// one mebibyte ("Adding a job summary" in GitHub's documentation).
const ROWS: usize = 200;
const CAUSES: usize = 20;

/// Writes the whole text.
///
/// # Errors
/// What the writer says.
pub fn write(suite: &SuiteResult, lang: Lang, mut to: impl Write) -> io::Result<()> {
    to.write_all(render(suite, Words(lang)).as_bytes())?;
    to.flush()
}

/// Adds the text to the file that a CI job shows; other steps have written there, too.
///
/// # Errors
/// What the file says.
pub fn append(suite: &SuiteResult, lang: Lang, path: &Path) -> io::Result<()> {
    write(suite, lang, OpenOptions::new().create(true).append(true).open(path)?)
}

fn render(suite: &SuiteResult, words: Words) -> String {
    let mut out =
        format!("## {}\n\n", escaped(&words.title(&suite.setup.firmware, &suite.setup.rig)));
    let counts = summary::counts(suite);
    let all = [
        (counts.failed, words.failed()),
        (counts.faulted, words.rig_fault()),
        (counts.undecided, words.undecided()),
        (counts.passed, words.passed()),
        (counts.skipped, words.skipped()),
    ];
    let there = all.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = there.map(|(count, word)| format!("**{count}** {word}")).collect();
    let time = format!("{:.1}s", suite.real.as_secs_f64());
    let line = words.took(words.cases(suite.cases.len()), time);
    let _ = writeln!(out, "{line}: {}\n", parts.join(", "));
    if suite.not_begun > 0 {
        let _ = writeln!(out, "{}\n", words.not_begun(suite.not_begun));
    }
    out + &figures(&summary::metrics(suite), words) + &broken(suite, words)
}

fn figures(metrics: &Metrics, words: Words) -> String {
    let times = [50, 95, 99].map(|p| metrics.percentile(p));
    let times = match times {
        [Some(p50), Some(p95), Some(p99)] => format!("p50 {p50}, p95 {p95}, p99 {p99}"),
        _ => words.no_times(),
    };
    let settled = metrics.settlement;
    let rows = [
        (words.payments(), metrics.payments.to_string()),
        (words.captured(), metrics.captured.to_string()),
        (words.late(), metrics.late.to_string()),
        (words.customer_side(), metrics.customer_side.to_string()),
        (words.merchant_side(), metrics.merchant_side.to_string()),
        (words.charged_twice(), metrics.charged_twice.to_string()),
        (words.time_to_report(), times),
        (words.unknown(), metrics.unknown_shown.to_string()),
        (words.reversals(), metrics.reversals.to_string()),
        (words.no_reads(), words.of_looks(metrics.no_reads, metrics.looks)),
        (words.balanced(), format!("{} / {}", settled.balanced, settled.batches)),
    ];
    let mut out = String::from("| | |\n|---|---|\n");
    for (name, figure) in rows {
        let _ = writeln!(out, "| {} | {} |", escaped(&name), escaped(&figure));
    }
    for (channel, delivery) in &metrics.channels {
        let told = words.told_of(delivery.told, delivery.owed);
        let _ = writeln!(out, "| {} | {} |", words.channel_name(*channel), told);
    }
    out + "\n"
}

fn broken(suite: &SuiteResult, words: Words) -> String {
    let bad = |case: &&CaseResult| !matches!(case.outcome, Outcome::Passed | Outcome::Skipped(_));
    let cases: Vec<&CaseResult> = suite.cases.iter().filter(bad).collect();
    if cases.is_empty() {
        return String::new();
    }
    let mut out = format!("| {} | | |\n|---|---|---|\n", words.scenarios());
    for case in cases.iter().take(ROWS) {
        let _ = writeln!(
            out,
            "| {} {} | {} | {} |",
            escaped(&case.scenario),
            words.seed(case.seed),
            words.outcome(&case.outcome),
            escaped(&why(case, words))
        );
    }
    if let more @ 1.. = cases.len().saturating_sub(ROWS) {
        let _ = writeln!(out, "\n{}", words.more_rows(more));
    }
    for case in cases.iter().take(CAUSES) {
        out.push_str(&cause(case, suite, words));
    }
    out
}

fn why(case: &CaseResult, words: Words) -> String {
    case.outcome.reason().unwrap_or_else(|| {
        let open = |f: &&Finding| matches!(f.verdict, Verdict::Broken | Verdict::Undecided);
        let rules = case.findings.iter().filter(open);
        rules.map(|finding| wording::rule_name(&finding.rule, words)).collect::<Vec<_>>().join(", ")
    })
}

/// The first cause of a case, folded away, with the command that plays it again.
fn cause(case: &CaseResult, suite: &SuiteResult, words: Words) -> String {
    let name = format!("{} {}", case.scenario, words.seed(case.seed));
    let mut out = format!("\n<details><summary>{}</summary>\n\n", escaped(&name));
    if let Some(first) = case.explained.first().map(|one| &one.diagnosis) {
        let texts = [
            (words.cause(), words.0.either(&first.cause_en, &first.cause_zh)),
            (words.remedy(), words.0.either(&first.remedy_en, &first.remedy_zh)),
        ];
        for (label, text) in texts {
            let _ = writeln!(out, "**{label}**: {}\n", escaped(text));
        }
    }
    // The command holds no line break, and a fence ends only at one.
    let command = again(case, &suite.setup).replace(['\n', '\r'], " ");
    let _ = writeln!(out, "```sh\n{command}\n```\n\n</details>");
    out
}

/// A text that Markdown shows as it is, in one line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '$' | '@' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::suite;

    #[test]
    fn what_broke_has_its_cause_and_its_command() {
        let text = render(&suite(), Words(Lang::En));
        let told = [
            "5 cases, 4.1s: **1** failed, **1** rig fault, **1** undecided, **1** passed",
            "| link/drop seed 4711 | failed | L1 eventual report, expectation 1 |",
            "**cause**: The link went down after the capture",
            "```sh\npayrig run scenarios/link/drop.toml --seed 4711 --firmware forgetful\n```",
        ];
        for line in told {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
        let zh = render(&suite(), Words(Lang::Zh));
        assert!(zh.contains("**原因**: 扣款后网络中断"), "{zh}");
    }

    #[test]
    fn a_value_is_neither_markup_nor_a_cell() {
        let mut suite = suite();
        suite.cases[1].scenario = "a|b <b>*c*</b>\n# d".into();
        let text = render(&suite, Words(Lang::En));
        assert!(text.contains("| a\\|b &lt;b&gt;\\*c\\*&lt;/b&gt; # d seed 4711 |"), "{text}");
    }
}

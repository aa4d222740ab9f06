//! The end of a run for people, on standard output: each failure, then one screen that says how
//! it went.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use contract::Invariant;

use super::summary::{self, Counts, Standing, Unseen};
use super::{again, failure, wording};
use crate::finding::Verdict;
use crate::result::{CaseResult, Metrics, Outcome, SuiteResult};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
const STRONG: Style = Style::new().bold();

/// So many cases are shown in full.
const BLOCKS: usize = 10;

/// The whole text, with colours. `details` adds the tables of rules and payments.
pub fn render(suite: &SuiteResult, details: bool) -> String {
    let mut out = String::new();
    out.push_str(&blocks(suite));
    let played: Vec<&CaseResult> = suite.cases.iter().filter(|c| !c.findings.is_empty()).collect();
    match played[..] {
        _ if !details => {}
        [] => {}
        [case] => out.push_str(&rules_of_one(case)),
        _ => out.push_str(&rules(&summary::standings(suite))),
    }
    if details && !played.is_empty() {
        out.push_str(&payments(&summary::metrics(suite)));
    }
    out.push_str(&skipped(suite));
    out.push_str(&not_passed(suite));
    let _ = writeln!(out, "{}", last_line(suite));
    out
}

/// The first case of each scenario that did not pass, in full; the others are listed further down
/// and stand in full in the JUnit report.
fn blocks(suite: &SuiteResult) -> String {
    let bad = |case: &&CaseResult| !matches!(case.outcome, Outcome::Passed | Outcome::Skipped(_));
    let all: Vec<&CaseResult> = suite.cases.iter().filter(bad).collect();
    let mut first = all.clone();
    first.dedup_by(|a, b| a.scenario == b.scenario);
    first.truncate(BLOCKS);
    let mut out = String::new();
    for case in &first {
        let _ = writeln!(out, "{}", failure::block(case, &suite.setup));
    }
    if let more @ 1.. = all.len() - first.len() {
        let _ = writeln!(out, "({more} more such cases: below, and in the JUnit report)\n");
    }
    out
}

/// A table of the invariants: in how many cases each one stood how.
fn rules(standings: &[Standing]) -> String {
    let mut out = format!(
        "{STRONG}{:<30} {:>6} {:>7} {:>10} {:>14} {:>15}{STRONG:#}\n",
        "invariant, cases", "held", "broken", "undecided", "not exercised", "not observable"
    );
    for row in standings {
        let name = format!("{:<3} {}", row.invariant.id(), row.invariant.name());
        let style = if row.broken > 0 { BAD } else { Style::new() };
        let _ = writeln!(
            out,
            "{name:<30} {:>6} {style}{:>7}{style:#} {:>10} {:>14} {:>15}",
            dot(row.held),
            dot(row.broken),
            dot(row.undecided),
            dot(row.not_exercised),
            dot(row.not_observable)
        );
    }
    out + "\n"
}

/// How the rules stood in a single case: `held: S1 S2`.
fn rules_of_one(case: &CaseResult) -> String {
    let mut out = String::new();
    for verdict in Verdict::ALL {
        let hit = case.findings.iter().filter(|finding| finding.verdict == verdict);
        let ids: Vec<String> = hit.map(|finding| wording::rule_id(&finding.rule)).collect();
        if !ids.is_empty() {
            let word = wording::verdict(verdict);
            let _ = writeln!(out, "{STRONG}{word:>14}:{STRONG:#} {}", ids.join(" "));
        }
    }
    out + "\n"
}

/// A number, or a dot for none, so that the others stand out.
fn dot(n: usize) -> String {
    if n == 0 { "·".to_owned() } else { n.to_string() }
}

fn payments(metrics: &Metrics) -> String {
    let mut out = format!(
        "payments {}: captured {}, reported as paid {}, shown as unknown {}, reversed {}\n",
        metrics.payments,
        metrics.captured,
        metrics.reported,
        metrics.unknown_shown,
        metrics.reversals
    );
    if let [Some(p50), Some(p95), Some(p99)] = [50, 95, 99].map(|p| metrics.percentile(p)) {
        let _ = writeln!(out, "capture to first report: p50 {p50}, p95 {p95}, p99 {p99}");
    }
    out + "\n"
}

/// Skipped cases with their reasons, equal reasons counted together.
fn skipped(suite: &SuiteResult) -> String {
    let mut reasons = std::collections::BTreeMap::<&str, Vec<&str>>::new();
    for case in &suite.cases {
        if let Outcome::Skipped(why) = &case.outcome {
            reasons.entry(why).or_default().push(&case.scenario);
        }
    }
    let mut out = String::new();
    for (why, mut names) in reasons {
        let count = names.len();
        names.dedup();
        let more = if names.len() > 3 { ", …" } else { "" };
        names.truncate(3);
        let _ = writeln!(out, "skipped {count}: {why} ({}{more})", names.join(", "));
    }
    out
}

/// Each case that did not pass on two lines: what broke, and how to play it again.
fn not_passed(suite: &SuiteResult) -> String {
    let mut out = String::new();
    for case in &suite.cases {
        let (style, why) = match &case.outcome {
            Outcome::Passed | Outcome::Skipped(_) => continue,
            Outcome::Failed => (BAD, rules_with(case, Verdict::Broken)),
            Outcome::Undecided => (DOUBT, rules_with(case, Verdict::Undecided)),
            Outcome::Faulted(fault) => (BAD, fault.to_string()),
        };
        let word = case.outcome.word();
        let _ = writeln!(
            out,
            "{style}{word:<9}{style:#} {} seed {}: {why}\n          {}",
            case.scenario,
            case.seed,
            again(case, &suite.setup)
        );
    }
    if out.is_empty() { out } else { out + "\n" }
}

fn rules_with(case: &CaseResult, verdict: Verdict) -> String {
    let hit = case.findings.iter().filter(|finding| finding.verdict == verdict);
    hit.map(|finding| wording::rule_name(&finding.rule)).collect::<Vec<_>>().join(", ")
}

/// How little of what passed was judged at all: `, 3 of 22 rules observable`.
fn observable(cases: usize, Unseen { cases: poor, least }: Unseen) -> String {
    let rules = Invariant::ALL.len();
    match cases {
        1 => format!(", {DOUBT}{least} of {rules} rules observable{DOUBT:#}"),
        _ => format!(
            ", {DOUBT}in {poor} not all rules observable, down to {least} of {rules}{DOUBT:#}"
        ),
    }
}

/// `28 cases: 26 passed, 1 failed, 1 skipped, in 4.1s`.
fn last_line(suite: &SuiteResult) -> String {
    let Counts { passed, failed, undecided, faulted, skipped } = summary::counts(suite);
    let parts = [
        (failed, "failed", BAD),
        (faulted, "without a verdict (rig fault)", BAD),
        (undecided, "undecided", DOUBT),
        (passed, "passed", GOOD),
        (skipped, "skipped", Style::new()),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, word, style)| format!("{style}{count} {word}{style:#}"))
        .collect();
    let cases = suite.cases.len();
    let plural = if cases == 1 { "case" } else { "cases" };
    let early = match (suite.interrupted, suite.not_begun) {
        (false, _) => String::new(),
        (true, 0) => "; interrupted".to_owned(),
        (true, more) => format!("; interrupted, {more} more not begun"),
    };
    let list = if parts.is_empty() { "nothing to run".to_owned() } else { parts.join(", ") };
    let unseen =
        summary::unseen(suite).map_or_else(String::new, |unseen| observable(cases, unseen));
    format!(
        "{STRONG}{cases} {plural}{STRONG:#} with {} on {}: {list}{unseen}{early}; {:.1}s",
        suite.setup.firmware,
        suite.setup.rig,
        suite.real.as_secs_f64()
    )
}

//! The end of a run for people, on standard output: each failure, then one screen that says how
//! it went.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use contract::Invariant;

use super::summary::{self, Counts, Standing, Unseen};
use super::{again, failure, left, right, wording};
use crate::finding::Verdict;
use crate::message::Words;
use crate::result::{CaseResult, Metrics, Outcome, SuiteResult};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
const STRONG: Style = Style::new().bold();

/// So many cases are shown in full.
const BLOCKS: usize = 10;

/// The whole text, with colours. `details` adds the tables of rules and payments.
pub fn render(suite: &SuiteResult, details: bool, w: Words) -> String {
    let mut out = String::new();
    out.push_str(&blocks(suite, w));
    let played: Vec<&CaseResult> = suite.cases.iter().filter(|c| !c.findings.is_empty()).collect();
    match played[..] {
        _ if !details => {}
        [] => {}
        [case] => out.push_str(&rules_of_one(case, w)),
        _ => out.push_str(&rules(&summary::standings(suite), w)),
    }
    if details && !played.is_empty() {
        out.push_str(&payments(&summary::metrics(suite), w));
    }
    out.push_str(&skipped(suite, w));
    out.push_str(&not_passed(suite, w));
    let _ = writeln!(out, "{}", last_line(suite, w));
    out
}

/// The first case of each scenario that did not pass, in full; the others are listed further down
/// and stand in full in the JUnit report.
fn blocks(suite: &SuiteResult, w: Words) -> String {
    let bad = |case: &&CaseResult| !matches!(case.outcome, Outcome::Passed | Outcome::Skipped(_));
    let all: Vec<&CaseResult> = suite.cases.iter().filter(bad).collect();
    let mut first = all.clone();
    first.dedup_by(|a, b| a.scenario == b.scenario);
    first.truncate(BLOCKS);
    let mut out = String::new();
    for case in &first {
        let _ = writeln!(out, "{}", failure::block(case, &suite.setup, w));
    }
    if let more @ 1.. = all.len() - first.len() {
        let _ = writeln!(out, "{}\n", w.more_such(more));
    }
    out
}

/// A table of the invariants: in how many cases each one stood how.
fn rules(standings: &[Standing], w: Words) -> String {
    let heads = [w.held(), w.broken(), w.undecided(), w.not_exercised(), w.not_observable()];
    let heads = heads.iter().zip([7, 8, 11, 15, 16]).map(|(head, cells)| right(head, cells));
    let heads: String = heads.collect();
    let mut out = format!("{STRONG}{}{heads}{STRONG:#}\n", left(&w.invariant_column(), 30));
    for row in standings {
        let named = w.0.of(row.invariant.named());
        let name = left(&format!("{:<3} {named}", row.invariant.id()), 30);
        let style = if row.broken > 0 { BAD } else { Style::new() };
        let _ = writeln!(
            out,
            "{name} {:>6} {style}{:>7}{style:#} {:>10} {:>14} {:>15}",
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
fn rules_of_one(case: &CaseResult, w: Words) -> String {
    let mut out = String::new();
    for verdict in Verdict::ALL {
        let hit = case.findings.iter().filter(|finding| finding.verdict == verdict);
        let ids: Vec<String> = hit.map(|finding| wording::rule_id(&finding.rule)).collect();
        if !ids.is_empty() {
            let word = right(&wording::verdict_named(verdict, w), 14);
            let _ = writeln!(out, "{STRONG}{word}:{STRONG:#} {}", ids.join(" "));
        }
    }
    out + "\n"
}

/// A number, or a dot for none, so that the others stand out.
fn dot(n: usize) -> String {
    if n == 0 { "·".to_owned() } else { n.to_string() }
}

fn payments(metrics: &Metrics, w: Words) -> String {
    let mut out = w.payments_line(
        metrics.payments,
        metrics.captured,
        metrics.reported,
        metrics.unknown_shown,
        metrics.reversals,
    );
    out.push('\n');
    if let [Some(p50), Some(p95), Some(p99)] = [50, 95, 99].map(|p| metrics.percentile(p)) {
        let _ = writeln!(out, "{}", w.report_times(p50, p95, p99));
    }
    out + "\n"
}

/// Skipped cases with their reasons, equal reasons counted together.
fn skipped(suite: &SuiteResult, w: Words) -> String {
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
        let why = w.skipped_for(count, why);
        let _ = writeln!(out, "{why} ({}{more})", names.join(", "));
    }
    out
}

/// Each case that did not pass on two lines: what broke, and how to play it again.
fn not_passed(suite: &SuiteResult, w: Words) -> String {
    let mut out = String::new();
    for case in &suite.cases {
        let (style, why) = match &case.outcome {
            Outcome::Passed | Outcome::Skipped(_) => continue,
            Outcome::Failed => (BAD, rules_with(case, Verdict::Broken, w)),
            Outcome::Undecided => (DOUBT, rules_with(case, Verdict::Undecided, w)),
            Outcome::Faulted(fault) => (BAD, fault.to_string()),
        };
        let word = left(&w.outcome(&case.outcome), 9);
        let _ = writeln!(
            out,
            "{style}{word}{style:#} {} {}: {why}\n          {}",
            case.scenario,
            w.seed(case.seed),
            again(case, &suite.setup)
        );
    }
    if out.is_empty() { out } else { out + "\n" }
}

fn rules_with(case: &CaseResult, verdict: Verdict, w: Words) -> String {
    let hit = case.findings.iter().filter(|finding| finding.verdict == verdict);
    hit.map(|finding| wording::rule_name(&finding.rule, w)).collect::<Vec<_>>().join(", ")
}

/// How little of what passed was judged at all: `, 3 of 22 rules observable`.
fn observable(cases: usize, Unseen { cases: poor, least }: Unseen, w: Words) -> String {
    let rules = Invariant::ALL.len();
    match cases {
        1 => format!(", {DOUBT}{}{DOUBT:#}", w.observable(least, rules)),
        _ => format!(", {DOUBT}{}{DOUBT:#}", w.poorly_observable(poor, least, rules)),
    }
}

/// `28 cases: 26 passed, 1 failed, 1 skipped, in 4.1s`.
fn last_line(suite: &SuiteResult, w: Words) -> String {
    let Counts { passed, failed, undecided, faulted, skipped } = summary::counts(suite);
    let parts = [
        (failed, w.failed(), BAD),
        (faulted, w.without_verdict(), BAD),
        (undecided, w.undecided(), DOUBT),
        (passed, w.passed(), GOOD),
        (skipped, w.skipped(), Style::new()),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, word, style)| format!("{style}{count} {word}{style:#}"))
        .collect();
    let cases = suite.cases.len();
    let counted = if cases == 1 { w.one_case() } else { w.cases(cases) };
    let early = match (suite.interrupted, suite.not_begun) {
        (false, _) => String::new(),
        (true, 0) => w.ended_early(),
        (true, more) => w.ended_before(more),
    };
    let list = if parts.is_empty() { w.nothing_to_run() } else { parts.join(", ") };
    let unseen =
        summary::unseen(suite).map_or_else(String::new, |unseen| observable(cases, unseen, w));
    let counted = format!("{STRONG}{counted}{STRONG:#}");
    let line = w.last_line(counted, &suite.setup.firmware, &suite.setup.rig, list);
    format!("{line}{unseen}{early}; {:.1}s", suite.real.as_secs_f64())
}

//! The machine's report: one versioned document, described by `schema/report.json`.
//!
//! It is also what a stored run is read back from, so it can be read as well as written.

use std::io::{self, Write};

use contract::Invariant;
use serde::{Deserialize, Serialize, Serializer};

use super::{again, summary, wording};
use crate::cli::exit::ExitCode;
use crate::finding::{Finding, Measured, Violation};
use crate::message::{Lang, Words};
use crate::result::{CaseResult, Explained, Metrics, Outcome, Setup, SuiteResult};

/// Version of the document; a reader refuses another.
pub const FORMAT: u32 = 1;

/// The JSON Schema of the document, as published.
pub const SCHEMA: &str = include_str!("../../../schema/report.json");

/// A suite's results. The cases are made while they are written, so that a large suite does not
/// stand in memory twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document<Cases = Vec<Case>> {
    /// The document's version.
    pub payrig_report: u32,
    /// Version of payrig that wrote it.
    pub payrig: String,
    /// The rig's name.
    pub rig: String,
    /// The firmware's name.
    pub firmware: String,
    /// The link profile, where one was asked for.
    pub link: Option<String>,
    /// The wire profile, where one was asked for.
    #[serde(default)]
    pub wire: Option<String>,
    /// Whether ctrl-C ended the run early.
    pub interrupted: bool,
    /// How many cases had not begun when it was interrupted; they are not among the cases.
    #[serde(default)]
    pub not_begun: usize,
    /// What the process exits with.
    pub exit_code: u8,
    /// Wall time in milliseconds.
    pub real_ms: u64,
    /// Outcomes, counted.
    pub counts: Counts,
    /// Invariants, counted.
    pub invariants: Vec<Standing>,
    /// Payments, counted and measured.
    pub metrics: Measures,
    /// Every case.
    pub cases: Cases,
}

/// How many cases ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    passed: usize,
    failed: usize,
    undecided: usize,
    rig_fault: usize,
    skipped: usize,
}

/// In how many cases an invariant stood how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    id: Invariant,
    name: String,
    statement: String,
    held: usize,
    broken: usize,
    undecided: usize,
    not_exercised: usize,
    not_observable: usize,
}

/// What was counted, with the times in microseconds of rig time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    payments: u32,
    captured: u32,
    reported: u32,
    unknown_shown: u32,
    reversals: u32,
    report_p50_us: Option<u64>,
    report_p95_us: Option<u64>,
    report_p99_us: Option<u64>,
    #[serde(default)]
    late: u32,
    #[serde(default)]
    customer_side: u32,
    #[serde(default)]
    merchant_side: u32,
    #[serde(default)]
    charged_twice: u32,
    #[serde(default)]
    reversed: u32,
    #[serde(default)]
    looks: u32,
    #[serde(default)]
    no_reads: u32,
    #[serde(default)]
    batches: u32,
    #[serde(default)]
    batches_balanced: u32,
}

/// One scenario with one seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The scenario's name.
    pub scenario: String,
    /// Its file, as given on the command line.
    pub path: Option<String>,
    title_en: String,
    title_zh: String,
    #[serde(default)]
    clauses: Vec<String>,
    /// The seed.
    pub seed: u64,
    /// `passed`, `failed`, `undecided`, `rig-fault` or `skipped`.
    pub outcome: String,
    reason: Option<String>,
    /// The trace's digest, 16 hexadecimal digits; all 0 when nothing was played.
    pub digest: String,
    simulated_us: u64,
    real_ms: u64,
    /// The command that plays it again.
    pub again: String,
    metrics: Measures,
    findings: Vec<Rule>,
}

/// The verdict on one rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    rule: String,
    /// `None` for an invariant: the list of invariants has it.
    statement: Option<String>,
    verdict: String,
    exercised: u32,
    tap: Option<contract::event::Tap>,
    slowest: Option<Took>,
    violations: Vec<Breach>,
}

/// A time against its bound, in microseconds of rig time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Took {
    took_us: Option<u64>,
    bound_us: u64,
}

/// One breach of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Breach {
    terminal: Option<contract::TerminalId>,
    intent: Option<contract::IntentId>,
    order: Option<contract::OrderId>,
    event: u64,
    evidence: Vec<u64>,
    what: String,
    truth: String,
    seen: String,
    measured: Option<Took>,
    diagnosis: Option<Advice>,
}

/// Cause and remedy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    fault: Option<String>,
    cause_en: String,
    cause_zh: String,
    remedy_en: String,
    remedy_zh: String,
}

struct Lazy<'a>(&'a SuiteResult);

impl Serialize for Lazy<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.cases.iter().map(|one| case(one, &self.0.setup)))
    }
}

/// Writes the document, with a newline at its end.
///
/// # Errors
/// What the writer says.
pub fn write(suite: &SuiteResult, mut to: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut to, &document(suite))?;
    to.write_all(b"\n")?;
    to.flush()
}

/// Reads a document back.
///
/// # Errors
/// What is wrong with it, one line.
pub fn read(text: &str) -> Result<Document, String> {
    let document: Document = serde_json::from_str(text).map_err(|e| e.to_string())?;
    match document.payrig_report {
        FORMAT => Ok(document),
        other => {
            Err(format!("report format {other} is not known here; this payrig reads {FORMAT}"))
        }
    }
}

fn document(suite: &SuiteResult) -> Document<Lazy<'_>> {
    let Setup { rig, firmware, link, wire } = suite.setup.clone();
    let counts = summary::counts(suite);
    Document {
        payrig_report: FORMAT,
        payrig: env!("CARGO_PKG_VERSION").to_owned(),
        rig,
        firmware,
        link,
        wire,
        interrupted: suite.interrupted,
        not_begun: suite.not_begun,
        exit_code: ExitCode::of(suite).number(),
        real_ms: millis(suite.real),
        counts: Counts {
            passed: counts.passed,
            failed: counts.failed,
            undecided: counts.undecided,
            rig_fault: counts.faulted,
            skipped: counts.skipped,
        },
        invariants: summary::standings(suite).into_iter().map(standing).collect(),
        metrics: measures(&summary::metrics(suite)),
        cases: Lazy(suite),
    }
}

fn standing(row: summary::Standing) -> Standing {
    Standing {
        id: row.invariant,
        name: row.invariant.name().to_owned(),
        statement: row.invariant.statement().to_owned(),
        held: row.held,
        broken: row.broken,
        undecided: row.undecided,
        not_exercised: row.not_exercised,
        not_observable: row.not_observable,
    }
}

fn measures(metrics: &Metrics) -> Measures {
    let at = |percent| metrics.percentile(percent).map(|lapse| lapse.0);
    Measures {
        payments: metrics.payments,
        captured: metrics.captured,
        reported: metrics.reported,
        unknown_shown: metrics.unknown_shown,
        reversals: metrics.reversals,
        report_p50_us: at(50),
        report_p95_us: at(95),
        report_p99_us: at(99),
        late: metrics.late,
        customer_side: metrics.customer_side,
        merchant_side: metrics.merchant_side,
        charged_twice: metrics.charged_twice,
        reversed: metrics.reversed,
        looks: metrics.looks,
        no_reads: metrics.no_reads,
        batches: metrics.settlement.batches,
        batches_balanced: metrics.settlement.balanced,
    }
}

fn case(case: &CaseResult, setup: &Setup) -> Case {
    let finding = |(index, one)| rule(case, index, one);
    Case {
        scenario: case.scenario.clone(),
        path: case.source.as_ref().map(|source| source.path.clone()),
        title_en: case.title.en.clone(),
        title_zh: case.title.zh.clone(),
        clauses: case.clauses.clone(),
        seed: case.seed,
        outcome: outcome(&case.outcome).to_owned(),
        reason: case.outcome.reason(),
        digest: format!("{:016x}", case.digest),
        simulated_us: case.simulated.0,
        real_ms: millis(case.real),
        again: again(case, setup),
        metrics: measures(&case.metrics),
        findings: case.findings.iter().enumerate().map(finding).collect(),
    }
}

const fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Faulted(_) => "rig-fault",
        other => other.word(),
    }
}

fn rule(case: &CaseResult, index: usize, finding: &Finding) -> Rule {
    let header = case.trace.as_ref().map(contract::Trace::header);
    let why =
        |nth: usize| case.explained.iter().find(|one| one.finding == index && one.violation == nth);
    let violations = finding.violations.iter().enumerate();
    Rule {
        rule: wording::rule_id(&finding.rule),
        statement: (!matches!(finding.rule, crate::finding::Rule::Invariant(_)))
            .then(|| wording::statement(&finding.rule, header, Words(Lang::En))),
        verdict: wording::verdict(finding.verdict).replace(' ', "-"),
        exercised: finding.exercised,
        tap: finding.tap,
        slowest: finding.slowest.as_ref().map(took),
        violations: violations.map(|(nth, one)| breach(one, why(nth))).collect(),
    }
}

fn took(measured: &Measured) -> Took {
    Took { took_us: measured.took.map(|took| took.0), bound_us: measured.bound.0 }
}

fn breach(violation: &Violation, explained: Option<&Explained>) -> Breach {
    Breach {
        terminal: violation.terminal,
        intent: violation.intent,
        order: violation.order,
        event: violation.event,
        evidence: violation.evidence.clone(),
        what: violation.what.clone(),
        truth: violation.truth.clone(),
        seen: violation.seen.clone(),
        measured: violation.measured.as_ref().map(took),
        diagnosis: explained.map(|one| advice(&one.diagnosis)),
    }
}

fn advice(diagnosis: &crate::diagnose::Diagnosis) -> Advice {
    Advice {
        fault: diagnosis.fault.clone(),
        cause_en: diagnosis.cause_en.clone(),
        cause_zh: diagnosis.cause_zh.clone(),
        remedy_en: diagnosis.remedy_en.clone(),
        remedy_zh: diagnosis.remedy_zh.clone(),
    }
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

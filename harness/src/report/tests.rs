//! A hand-made suite, and what each report makes of it.

use std::sync::Arc;
use std::time::Duration;

use contract::event::{LedgerChange, Phase, Report, Tap, WireMessage};
use contract::fault::Way;
use contract::trace::{StepText, Title};
use contract::{
    Amount, Bytes, Channel, CodeText, EventKind, Expect, Fault, FaultNo, FieldText, IntentId,
    Invariant, Lapse, LedgerState, Message, News, OrderId, Purpose, RigFault, Source, Status, Time,
    Trace, Trigger,
};

use super::{console, json, junit, plain, timeline};
use crate::diagnose::Diagnosis;
use crate::finding::{Finding, Measured, Rule, Verdict, Violation};
use crate::message::{Lang, Words};
use crate::result::{CaseResult, Explained, Metrics, Outcome, Setup, SourceText, SuiteResult};
use crate::run::fake::{T1, plan};

const FILE: &str = r#"title = { en = "The link drops", zh = "断网" }
steps = [
  { at = "1s", pay = "12.50" },
  { on = "captured", link = "outage", for = "45s" },
]
expect = [
  { seen = "approved shown", within = "60s" },
]
"#;

/// A suite with one case of each outcome.
pub(crate) fn suite() -> SuiteResult {
    let broken = RigFault::Broken("serial port /dev/ttyUSB0 is gone".into());
    let lost = finding(Rule::Invariant(Invariant::S1), Verdict::Undecided);
    let undecided = CaseResult { findings: vec![lost], ..case("link/lost", 2, Outcome::Undecided) };
    SuiteResult {
        cases: vec![
            case("bench/cable", 1, Outcome::Faulted(broken)),
            failed(),
            undecided,
            case("power/later", 1, Outcome::Skipped("needs power".into())),
            case("smoke/pay", 1, Outcome::Passed),
        ],
        not_begun: 0,
        setup: Setup { firmware: "forgetful".into(), ..Setup::default() },
        real: Duration::from_millis(4_100),
        interrupted: false,
    }
}

fn case(scenario: &str, seed: u64, outcome: Outcome) -> CaseResult {
    let path = format!("scenarios/{scenario}.toml");
    CaseResult {
        scenario: scenario.into(),
        title: Title::default(),
        clauses: Vec::new(),
        source: Some(Arc::new(SourceText { path, text: FILE.into() })),
        seed,
        outcome,
        findings: Vec::new(),
        explained: Vec::new(),
        trace: None,
        digest: 0,
        metrics: Metrics::default(),
        simulated: Lapse::ZERO,
        real: Duration::from_millis(50),
    }
}

fn finding(rule: Rule, verdict: Verdict) -> Finding {
    let tap = (verdict == Verdict::Undecided).then_some(Tap::Ledger);
    Finding { rule, verdict, exercised: 1, violations: Vec::new(), tap, slowest: None }
}

fn failed() -> CaseResult {
    let violation = Violation {
        terminal: Some(T1),
        intent: Some(IntentId(1)),
        order: OrderId::new("T1-000001"),
        channel: None,
        event: 12,
        evidence: vec![7, 8, 12],
        truth: "captured 12.50 at 1.730s".into(),
        seen: "screen: unknown at 31.740s".into(),
        what: "the payment was never reported as paid".into(),
        measured: Some(Measured { took: None, bound: Lapse::from_secs(120) }),
    };
    let l1 = Rule::Invariant(Invariant::L1);
    let first = Finding { violations: vec![violation.clone()], ..finding(l1, Verdict::Broken) };
    let late = Violation { what: "`approved shown` never came".into(), ..violation };
    let second = Finding { violations: vec![late], ..finding(Rule::Expect(0), Verdict::Broken) };
    let held = Finding {
        slowest: Some(Measured { took: Some(Lapse::from_ms(300)), bound: Lapse::from_secs(2) }),
        ..finding(Rule::Invariant(Invariant::S2), Verdict::Held)
    };
    let trace = trace();
    CaseResult {
        title: Title { en: "The link drops".into(), zh: "断网".into() },
        clauses: vec!["PAY-07".into(), "PAY-08".into()],
        findings: vec![held, first, second],
        explained: vec![Explained { finding: 1, violation: 0, diagnosis: diagnosis() }],
        digest: trace.digest(),
        metrics: Metrics { payments: 1, captured: 1, unknown_shown: 1, ..Metrics::default() },
        trace: Some(trace),
        simulated: Lapse::from_secs(185),
        ..case("link/drop", 4711, Outcome::Failed)
    }
}

fn diagnosis() -> Diagnosis {
    Diagnosis {
        fault: Some("link-outage".into()),
        cause_en: "The link went down after the capture, and the terminal never asked again."
            .into(),
        cause_zh: "扣款后网络中断，终端没有再次查询。".into(),
        remedy_en: "Query the order after the link is back.".into(),
        remedy_zh: "网络恢复后查询订单。".into(),
    }
}

fn trace() -> Trace {
    let mut plan = plan(Time::from_ms(60_000), Vec::new());
    plan.scenario = "link/drop".into();
    plan.steps = [(3, "{ at = \"1s\", pay = \"12.50\" },"), (4, "{ on = \"captured\", … },")]
        .map(|(line, text)| StepText { line, text: text.into() })
        .into();
    plan.expect = vec![Expect {
        line: 7,
        seen: Trigger::from_word("approved shown").unwrap(),
        terminal: None,
        at_least: 1,
        at_most: None,
        within: Some(Lapse::from_secs(60)),
        after: None,
    }];
    let mut trace = Trace::new(plan.header(crate::run::fake::info()));
    for (ms, source, kind) in story() {
        trace.push(News { at: Time::from_ms(ms), terminal: Some(T1), source, kind });
    }
    trace
}

fn story() -> Vec<(u64, Source, EventKind)> {
    let order = OrderId::new("T1-000001").unwrap();
    let amount = Amount(1_250);
    let code = CodeText::new("134512345678901234").unwrap();
    let wire = |tap, answer, response: Option<&str>| {
        let message = Message {
            purpose: Purpose::Sale,
            answer,
            stan: 1,
            tid: FieldText::new("T0000001").unwrap(),
            mid: FieldText::new("M1").unwrap(),
            order: Some(order),
            amount: Some(amount),
            currency: Some(156),
            code: None,
            response: response.and_then(FieldText::new),
            batch: None,
        };
        let bytes = Bytes::from(&[0u8; 40][..]);
        Box::new(WireMessage { tap, conn: 1, bytes, message: Some(message), authentic: true })
    };
    let ledger = LedgerChange { order, state: LedgerState::Captured, amount, code };
    let fault = Box::new(Fault::LinkOutage { way: Way::Both });
    let unknown = Report {
        channel: Channel::Screen,
        status: Status::Unknown,
        order: Some(order),
        amount: Some(amount),
        paid_at: None,
        copy: false,
        text: "结果未知 / 12.50".into(),
    };
    let screen = |phase, text: &str| EventKind::Screen { phase, text: text.into() };
    use EventKind as K;
    use Source::{Acquirer, Customer, Harness, Operator, Terminal, Wallet};
    vec![
        (1_000, Harness, K::Step(0)),
        (1_000, Customer, K::Intent { intent: IntentId(1), meant: amount }),
        (1_010, Operator, K::Keyed("12.50".into())),
        (1_020, Terminal, screen(Phase::Scan, "请扫码 / SHOW CODE")),
        (1_030, Terminal, K::Scanned(code.as_str().into())),
        (1_040, Terminal, K::Sent(wire(Tap::TerminalWire, false, None))),
        (1_700, Acquirer, K::Received(wire(Tap::HostWire, false, None))),
        (1_730, Wallet, K::Ledger(Box::new(ledger))),
        (1_730, Harness, K::Step(1)),
        (1_730, Harness, K::FaultOn { no: FaultNo(1), fault }),
        (1_740, Acquirer, K::Sent(wire(Tap::HostWire, true, Some("00")))),
        (31_740, Terminal, K::Report(Box::new(unknown))),
        (46_730, Harness, K::FaultOff(FaultNo(1))),
        (60_000, Harness, K::Healed),
        (185_000, Harness, K::End),
    ]
}

fn written(write: impl Fn(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut to = Vec::new();
    write(&mut to).unwrap();
    String::from_utf8(to).unwrap()
}

#[test]
fn the_console_shows_each_failure_and_one_line_that_sums_up() {
    insta::assert_snapshot!(plain(&console::render(&suite(), true, Words(Lang::En))));
}

#[test]
fn the_console_says_the_same_in_chinese() {
    insta::assert_snapshot!(plain(&console::render(&suite(), true, Words(Lang::Zh))));
}

#[test]
fn junit_tells_failure_error_and_skip_apart() {
    insta::assert_snapshot!(written(|to| junit::write(&suite(), Words(Lang::En), to)));
}

#[test]
fn json_has_everything_and_keeps_to_its_schema() {
    let text = written(|to| json::write(&suite(), to));
    insta::assert_snapshot!(text);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let schema: serde_json::Value = serde_json::from_str(json::SCHEMA).unwrap();
    let mut problems = Vec::new();
    check(&schema, &schema, &document, "", &mut problems);
    assert_eq!(problems, [""; 0]);
    let mut spoilt = document;
    spoilt["cases"][0]["surprise"] = true.into();
    spoilt["counts"]["passed"] = "many".into();
    check(&schema, &schema, &spoilt, "", &mut problems);
    assert_eq!(problems.len(), 2, "the check itself finds what is wrong: {problems:?}");
}

/// As much of JSON Schema as `schema/report.json` uses.
fn check(
    root: &serde_json::Value,
    schema: &serde_json::Value,
    value: &serde_json::Value,
    place: &str,
    problems: &mut Vec<String>,
) {
    if let Some(target) = schema["$ref"].as_str() {
        let target = root.pointer(target.trim_start_matches('#')).unwrap();
        return check(root, target, value, place, problems);
    }
    if let Some(options) = schema["anyOf"].as_array() {
        let fits = |option: &serde_json::Value| {
            let mut inner = Vec::new();
            check(root, option, value, place, &mut inner);
            inner.is_empty()
        };
        if !options.iter().any(fits) {
            problems.push(format!("{place}: fits none"));
        }
        return;
    }
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64(),
        "null" => value.is_null(),
        other => panic!("unknown type {other}"),
    };
    if !is(schema["type"].as_str().unwrap()) {
        problems.push(format!("{place}: not a {}", schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        problems.push(format!("{place}: {value} is no such word"));
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(key) {
            Some(expected) => check(root, expected, inner, &format!("{place}/{key}"), problems),
            None => problems.push(format!("{place}/{key}: not in the schema")),
        }
    }
    for key in schema["required"].as_array().into_iter().flatten() {
        if value.get(key.as_str().unwrap()).is_none() {
            problems.push(format!("{place}: {key} is missing"));
        }
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &schema["items"], inner, &format!("{place}/{index}"), problems);
    }
}

#[test]
fn a_long_run_is_cut_to_the_rows_around_the_evidence() {
    let mut trace = trace();
    for ms in 0..500 {
        let kind = EventKind::Flash(contract::event::FlashChange::Sync);
        let at = Time::from_ms(190_000 + ms);
        trace.push(News { at, terminal: Some(T1), source: Source::Terminal, kind });
    }
    let violation = Violation { event: 300, evidence: vec![8, 300], ..Violation::default() };
    let shown = timeline::around(&trace, &violation);
    assert_eq!(shown.len(), timeline::ROWS);
    assert!(shown.is_sorted() && shown.contains(&8) && shown.contains(&300));
    assert!(shown.contains(&10), "the fault near the capture tells more than a flash write");
}

#[test]
fn a_report_that_cannot_be_written_is_a_warning_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let wanted: super::Wanted = format!("junit={}", file.join("x").display()).parse().unwrap();
    let suite = suite();
    let before = crate::cli::exit::ExitCode::of(&suite);
    let warning = super::write_all(&suite, &[wanted], Lang::En).remove(0).unwrap_err();
    assert!(warning.starts_with("the report junit="), "{warning}");
    assert_eq!(crate::cli::exit::ExitCode::of(&suite), before);
}

#[test]
fn reports_are_asked_for_as_kind_and_path() {
    for text in ["junit", "junit=", "xml=a", "=a", ""] {
        assert!(text.parse::<super::Wanted>().is_err(), "{text}");
    }
    assert_eq!("json=a=b".parse::<super::Wanted>().unwrap().to_string(), "json=a=b");
}

#[test]
fn a_case_is_played_again_as_it_was() {
    let [link, wire] = ["lab", "cup-scan"].map(|name| Some(name.to_owned()));
    let setup = Setup { rig: "turmoil".into(), link, wire, ..Setup::default() };
    let again = super::again(&suite().cases[0], &setup);
    assert!(again.ends_with(" --rig turmoil --link lab --wire cup-scan"), "{again}");
}

//! The event engine against turmoil, which has its own network, its own crashes and files and its
//! own idea of time: what both tell is not the opinion of one simulator.
//!
//! Compared is every event with its millisecond, in an order that does not depend on the engine.
//! Equal events mean that each payment ends the same: in the ledger, on the screen, and on each
//! channel.

use contract::{Event, Trace};
use harness::finding::Verdict;
use harness::result::{CaseResult, Outcome, Setup};
use harness::scenario::ScenarioFile;

use crate::play::{cases, play, scenario_of, the_suite};

/// Customers wait for each other, one types a password, one has no money.
const QUEUE: &str = r#"
title = "A queue"
title_zh = "排队"
story = "Customers come one after another."
story_zh = "顾客一个接一个。"
until = "5m"
link = "lab"
connection = "keep"
steps = [
  { at = "10s", pay = "6.50", wallet = "wechat" },
  { at = "10s", pay = "12.00", wallet = "alipay", password = "9s" },
  { at = "11s", pay = "23.80", wallet = "unionpay", funds = false },
  { at = "2m",  pay = "1.00..900.00", every = "7s", times = 6 },
  { at = "4m",  list = "backend" },
]
"#;

/// Trouble that a clock sets off, and nothing else.
const CLOCKWORK: &str = r#"
title = "Trouble by the clock"
title_zh = "按点出故障"
story = "Link, power and host go and come at fixed times."
story_zh = "链路、电源和主机按固定时刻断开和恢复。"
until = "10m"
link = "lab"
steps = [
  { at = "9s",   link = "outage", way = "down", for = "70s" },
  { at = "10s",  pay = "6.50" },
  { at = "3m",   power = "cut", for = "10s" },
  { at = "4m",   acquirer = "maintenance", mode = "accept-no-reply", for = "20s" },
  { at = "4m2s", pay = "8.00" },
  { at = "7m",   link = "outage", for = "30s" },
  { at = "7m1s", pay = "9.00" },
]
"#;

#[test]
fn both_rigs_tell_the_same_without_loss_and_jitter() {
    let setup = Setup { link: Some("lab".into()), ..Setup::default() };
    let mut files = the_suite();
    files.retain(|file| file.scenario.name == "day/rush-hour");
    files.push(scenario_of("differential/queue.toml", QUEUE));
    files.push(scenario_of("differential/clockwork.toml", CLOCKWORK));
    assert_eq!(files.len(), 3);
    assert_same(&files, &setup);
}

#[test]
fn both_rigs_tell_the_same_of_the_whole_suite() {
    assert_same(&the_suite(), &Setup::default());
}

fn assert_same(files: &[ScenarioFile], setup: &Setup) {
    let cases = cases(files);
    let event = play(&cases, sim::open_event, setup);
    let turmoil = play(&cases, sim::open_turmoil, setup);
    assert_eq!(event.len(), turmoil.len());
    let differ: Vec<String> =
        event.iter().zip(&turmoil).filter_map(|(a, b)| disagreement(a, b)).collect();
    assert!(differ.is_empty(), "\n{}\n", differ.join("\n"));
}

/// What two runs of a case disagree about; one that was not played to the end agrees with none.
fn disagreement(event: &CaseResult, turmoil: &CaseResult) -> Option<String> {
    let name = format!("{} seed {}", event.scenario, event.seed);
    let (Some(a), Some(b)) = (&event.trace, &turmoil.trace) else {
        return Some(format!("{name}: {:?} and {:?}", event.outcome, turmoil.outcome));
    };
    if a.canonical_digest() != b.canonical_digest() {
        return Some(format!("{name}, {}", first_difference(&canonical(a), &canonical(b))));
    }
    let judged = |case: &CaseResult| match case.outcome {
        Outcome::Passed => None,
        _ => Some(format!("{name}: {:?}, broken: {:?}", case.outcome, broken(case))),
    };
    judged(event).or_else(|| judged(turmoil))
}

fn broken(case: &CaseResult) -> Vec<&harness::finding::Rule> {
    let broken = case.findings.iter().filter(|finding| finding.verdict == Verdict::Broken);
    broken.map(|finding| &finding.rule).collect()
}

/// Every event without its number, in canonical order.
fn canonical(trace: &Trace) -> Vec<String> {
    let key = |e: &Event| (e.at, e.terminal, e.source, format!("{:?}", e.kind));
    let mut events: Vec<_> = trace.events().iter().map(key).collect();
    events.sort();
    let line = |(at, terminal, source, kind): (contract::Time, Option<_>, _, _)| {
        let terminal = terminal.map(|t: contract::TerminalId| t.to_string()).unwrap_or_default();
        format!("{at} {terminal} {source:?} {kind}")
    };
    events.into_iter().map(line).collect()
}

/// Where they part, and what each of them has there.
fn first_difference(event: &[String], turmoil: &[String]) -> String {
    let both = || event.iter().zip(turmoil);
    let place = both().position(|(a, b)| a != b).unwrap_or(both().count());
    let line = |lines: &[String]| lines.get(place).map_or("nothing", String::as_str).to_owned();
    format!("event {place}\n  event    {}\n  turmoil  {}", line(event), line(turmoil))
}

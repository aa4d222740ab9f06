//! The bench rig against terminals that are processes: `payrig terminal`, driven over the control
//! protocol, killed for a power cut. What is found must be what the simulation finds.
//!
//! Both clocks go faster than outside, and the scenarios are short, because each is played in real
//! time.

use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::sync::atomic::AtomicBool;

use contract::event::Tap;
use contract::{
    Action, EventKind, Fault, FaultNo, FaultSpan, Invariant, Lapse, News, RigRequest, TerminalId,
    Time, Trigger,
};
use harness::finding::{Rule, Verdict};
use harness::result::{CaseResult, Outcome, Setup};
use harness::suite::{self, Case, Keep, Options};

use crate::play::{cases, scenario_of};
use crate::sandbox::Sandbox;

/// How much faster than outside the clocks go.
const SPEED: u32 = 15;

/// Live-capable scenarios: name, fault covered, times captured, steps.
const SCENARIOS: [(&str, &str, u32, &str); 5] = [
    ("bench/sale.toml", "", 1, r#"{ at = "5s", pay = "12.50" }"#),
    (
        "bench/answer-lost.toml",
        "net-response-lost-after-capture",
        1,
        r#"{ at = "4s", answer = "lost", next = 1 }, { at = "5s", pay = "12.50" }"#,
    ),
    (
        "bench/power-cut.toml",
        "power-cut",
        1,
        r#"{ at = "5s", pay = "12.50" }, { on = "captured", power = "cut", for = "4s" }"#,
    ),
    (
        "bench/outage.toml",
        "link-outage",
        1,
        r#"{ at = "5s", pay = "12.50" }, { on = "sale sent", link = "outage", for = "6s" }"#,
    ),
    (
        "bench/settle.toml",
        "",
        1,
        r#"{ at = "5s", pay = "12.50" }, { at = "18s", press = "settle" }"#,
    ),
];

fn scenario((name, fault, captures, steps): (&str, &str, u32, &str)) -> Case {
    let covers = match fault {
        "" => String::new(),
        fault => format!("covers = [\"{fault}\"]\n"),
    };
    let text = format!(
        "title = \"A bench\"\ntitle_zh = \"台架\"\nstory = \"Real time.\"\nstory_zh = \"实时。\"\n\
         tags = [\"bench\"]\n{covers}until = \"30s\"\ncaptures = {captures}\n\
         bounds = {{ screen = \"35s\", resolve = \"35s\", backend = \"30s\", soundbox = \"30s\", \
         sms = \"35s\", push = \"30s\", attended = \"30s\", claim = \"30s\", react = \"20s\" }}\n\
         steps = [ {steps} ]\n"
    );
    cases(&[scenario_of(name, &text)]).remove(0)
}

/// A bench file in a sandbox whose terminal is this binary's own.
fn bench(sandbox: &Sandbox) -> String {
    let payrig = env!("CARGO_BIN_EXE_payrig");
    let given = include_str!("../../hw-fixtures/benches/process.toml");
    let file = given
        .replace("{payrig}", payrig)
        .replace("[[terminal]]", &format!("speed = {SPEED}\n\n[[terminal]]"));
    sandbox.write("bench.toml", file);
    sandbox.path("bench.toml").display().to_string()
}

/// Plays them all at once: they wait more than they work.
fn play(cases: &[Case], rig: &str, firmware: &str) -> Vec<CaseResult> {
    let open = if rig == "event" { sim::open_event } else { hw_fixtures::bench::open };
    let setup =
        Setup { rig: rig.to_owned(), firmware: firmware.to_owned(), link: None, wire: None };
    let interrupted = AtomicBool::new(false);
    let options = Options { jobs: 8, fail_fast: false, keep: Keep::All, interrupted: &interrupted };
    suite::play(cases, open, setup, options, &mut |_| {}).cases
}

/// Each rule that says something, with its verdict. Those that need the flash say nothing on a
/// bench.
fn verdicts(case: &CaseResult) -> Vec<(&Rule, Verdict)> {
    let rows = case.findings.iter().map(|finding| (&finding.rule, finding.verdict));
    rows.filter(|(rule, _)| **rule != WRITE_AHEAD).collect()
}

/// The rule that looks into the flash.
const WRITE_AHEAD: Rule = Rule::Invariant(Invariant::S6);

#[test]
fn a_process_on_the_bench_is_judged_as_the_same_firmware_in_simulation() {
    let sandbox = Sandbox::new();
    let bench = bench(&sandbox);
    let cases: Vec<Case> = SCENARIOS.into_iter().map(scenario).collect();
    let (simulated, real) = (play(&cases, "event", "reference"), play(&cases, &bench, "reference"));
    for (simulated, real) in simulated.iter().zip(&real) {
        let name = &real.scenario;
        assert_eq!(simulated.outcome, Outcome::Passed, "{name}: {:#?}", broken(simulated));
        assert_eq!(real.outcome, Outcome::Passed, "{name}: {:#?}", broken(real));
        assert_eq!(verdicts(simulated), verdicts(real), "{name}");
        let header = real.trace.as_ref().unwrap().header();
        assert!(!header.rig.taps.contains(&Tap::Flash) && header.rig.emulated);
        assert_eq!((&*header.rig.rig, &*header.rig.firmware), ("bench", "reference"));
        let blind = real.findings.iter().find(|finding| finding.rule == WRITE_AHEAD);
        assert_eq!(blind.unwrap().verdict, Verdict::NotObservable);
    }
}

#[test]
fn a_planted_flaw_is_found_on_the_bench_too() {
    let sandbox = Sandbox::new();
    let bench = bench(&sandbox);
    let steps = r#"{ at = "4s", request = "lost", next = 1 }, { at = "5s", pay = "12.50" }"#;
    let case = scenario(("bench/lost.toml", "net-request-lost", 0, steps));
    let result = play(&[case], &bench, "timeout-means-success").remove(0);
    assert_eq!(result.outcome, Outcome::Failed);
    let found = broken(&result);
    assert!(found.contains(&&Rule::Invariant(Invariant::S2)), "{found:?}");
}

fn broken(case: &CaseResult) -> Vec<&Rule> {
    let broken = case.findings.iter().filter(|finding| finding.verdict == Verdict::Broken);
    broken.map(|finding| &finding.rule).collect()
}

/// A process that ends with its test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A terminal that the rig does not start: reached over TCP, it keeps running, and its power can't
/// be cut.
#[test]
fn a_terminal_over_tcp_sells_and_says_what_it_lacks() {
    let sandbox = Sandbox::new();
    let (control, acquirer) = (free_port(), free_port());
    let words = format!(
        "terminal --listen 127.0.0.1:{control} --acquirer 127.0.0.1:{acquirer} --state t1.flash"
    );
    let start = || Ended(sandbox.command(&words).stdin(Stdio::null()).spawn().unwrap());
    let first = start();
    let file = format!(
        "[[terminal]]\ncontrol = {{ tcp = \"127.0.0.1:{control}\" }}\n\
         acquirer = \"127.0.0.1:{acquirer}\"\n"
    );
    sandbox.write("tcp.toml", file);
    let rig = sandbox.path("tcp.toml").display().to_string();
    let request = case_request(&rig);
    let mut open = hw_fixtures::bench::open(&request).unwrap();
    let cannot = open.cannot(&power_cut());
    assert_eq!(cannot.as_deref(), Some("t1: nothing here switches its power"));
    let mut news = Vec::new();
    let shown = Trigger::from_word("idle");
    let watch: Vec<_> = shown.into_iter().collect();
    open.advance(Time::from_ms(10_000), &watch, &mut news).unwrap();
    let screens = news.iter().filter(|n| matches!(n.kind, EventKind::Screen { .. }));
    assert!(screens.count() > 0, "{news:#?}");

    drop(first);
    let mut until = |wanted: EventKind, trouble: &str| {
        let (end, mut news) = (open.now() + Lapse::from_secs(20), Vec::new());
        while open.now() < end && !news.iter().any(|n: &News| n.kind == wanted) {
            open.advance(open.now() + Lapse::from_ms(100), &[], &mut news).unwrap();
        }
        assert!(open.now() < end, "{trouble}: {news:#?}");
    };
    until(EventKind::TapLost(Tap::Screen), "its end is noticed");
    let _second = start();
    until(EventKind::TapBack(Tap::Screen), "it is greeted again");
}

fn power_cut() -> Action {
    Action::FaultOn {
        no: FaultNo(1),
        terminal: TerminalId(1),
        fault: Fault::PowerCut,
        span: FaultSpan::Next(1),
    }
}

fn case_request(rig: &str) -> RigRequest {
    let case = scenario(SCENARIOS[0]);
    let setup = Setup { rig: rig.to_owned(), ..Setup::default() };
    case.plan(&setup).request
}

#[test]
fn what_never_answers_is_said_and_nothing_hangs() {
    let sandbox = Sandbox::new();
    for (name, command, said) in [
        ("gone.toml", "[\"/bin/true\"]", "ended before it said hello"),
        ("none.toml", "[\"/nowhere/at/all\"]", "can't be started"),
    ] {
        sandbox.write(name, format!("[[terminal]]\ncontrol = {{ stdio = {command} }}\n"));
        let request = case_request(&sandbox.path(name).display().to_string());
        let Err(fault) = hw_fixtures::bench::open(&request) else { panic!("{name} opened") };
        assert!(fault.to_string().contains(said), "{fault}");
    }
}

#[test]
fn check_lists_what_a_bench_can_not_do() {
    let sandbox = Sandbox::with_suite();
    sandbox.write("b.toml", "[[terminal]]\ncontrol = { stdio = [\"a\", \"{wire}\"] }\n");
    let output = sandbox.command("check --rig b.toml scenarios/power").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("step 2: t1: nothing here switches its power"), "{said}");
    assert!(said.contains("b.toml can play"), "{said}");
}

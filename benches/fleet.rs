//! A fleet's day: 1,000 terminals x 24 h with faults, what it costs and whether it grows straight.
//!
//! `cargo bench --bench fleet`. Each row runs in a process of its own, so that its memory is its
//! own: CPU seconds and peak memory of playing alone, and of playing, keeping the trace and
//! judging it. One run a row: these are seconds, not microseconds.

use std::process::Command;
use std::sync::atomic::AtomicBool;

use contract::action::{Visit, WalletBrand};
use contract::fault::Way;
use contract::{
    Action, Amount, Bounds, Channel, Fault, FaultNo, FaultSpan, IntentId, Lapse, RigRequest,
    TerminalId, Time,
};
use harness::plan::{Moment, Move, Plan};
use harness::{oracle, run};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

const DAY_MS: u64 = 86_400_000;

/// The shop is open for the first 70 % of the day; afterwards everything comes to rest.
const OPEN_MS: u64 = DAY_MS / 10 * 7;

/// Payments of a terminal in a day; with the faults below, the load of the measured prototype.
const PAYMENTS: u32 = 145;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    match words.iter().position(|word| word == "--row") {
        Some(at) => row(&words[at + 1], words[at + 2] == "judged"),
        None => table(),
    }
}

fn table() {
    println!("terminals  what                     CPU s   peak MB      events  violations");
    let own = std::env::current_exe().expect("a running program has a path");
    for terminals in ["100", "1000", "10000"] {
        for what in ["alone", "judged"] {
            // A trace of 50 million events is of no use to anybody.
            if (terminals, what) == ("10000", "judged") {
                continue;
            }
            let row = Command::new(&own).args(["--row", terminals, what]).status();
            assert!(row.is_ok_and(|status| status.success()), "{terminals} {what} failed");
        }
    }
}

fn row(terminals: &str, judged: bool) {
    let terminals: u32 = terminals.parse().expect("a number");
    let plan = plan(terminals, judged);
    let before = cpu_seconds();
    let mut rig = sim::open_event(&plan.request).expect("the rig opens");
    let trace = run::run(&plan, &mut *rig, &AtomicBool::new(false));
    let trace = trace.map_err(|(_, fault)| fault).expect("the rig holds");
    let findings = if judged { oracle::judge(&trace) } else { Vec::new() };
    let violations: usize = findings.iter().map(|finding| finding.violations.len()).sum();
    println!(
        "{terminals:>9}  {:<22} {:>7.2}  {:>8}  {:>10}  {violations:>10}",
        if judged { "with trace and oracles" } else { "alone" },
        cpu_seconds() - before,
        peak_mb(),
        trace.events().len(),
    );
}

fn plan(terminals: u32, taps: bool) -> Plan {
    let mut rng = sim::env::rng(1, "fleet");
    let mut moves = Vec::new();
    let mut faults = 0;
    for terminal in (1..=terminals).map(TerminalId) {
        for n in 0..PAYMENTS {
            let intent = IntentId((terminal.0 - 1) * PAYMENTS + n + 1);
            moves.push((moment(&mut rng), pay(&mut rng, terminal, intent)));
        }
        let outages = [0, 1].map(|_| Fault::LinkOutage { way: Way::Both });
        let cuts = (terminal.0 % 2 == 0).then_some(Fault::PowerCut);
        for fault in outages.into_iter().chain(cuts) {
            faults += 1;
            let span = FaultSpan::For(Lapse::from_secs(rng.random_range(5..120)));
            let no = FaultNo(faults);
            moves.push((moment(&mut rng), Action::FaultOn { no, terminal, fault, span }));
        }
    }
    moves.sort_by_key(|(at, _)| *at);
    let moves = moves.into_iter();
    Plan {
        scenario: "bench/fleet".into(),
        title: contract::trace::Title::default(),
        request: request(terminals, taps),
        until: Time::from_ms(DAY_MS),
        steps: Vec::new(),
        moves: moves.map(|(at, action)| Move { step: 0, moment: Moment::At(at), action }).collect(),
        bounds: Bounds::default(),
        expect: Vec::new(),
        covers: Vec::new(),
        captures: 0,
    }
}

fn request(terminals: u32, taps: bool) -> RigRequest {
    RigRequest {
        seed: 1,
        terminals,
        firmware: "reference".into(),
        link: "lte-good".into(),
        poll: "wechat-v2".into(),
        callbacks: "wechat-v2".into(),
        channels: Channel::USUAL.to_vec(),
        keep_connection: true,
        taps,
    }
}

fn moment(rng: &mut ChaCha8Rng) -> Time {
    Time::from_ms(rng.random_range(10_000..OPEN_MS))
}

fn pay(rng: &mut ChaCha8Rng, terminal: TerminalId, intent: IntentId) -> Action {
    let amount = Amount(rng.random_range(1..100_000));
    let wallet = WalletBrand::Wechat;
    Action::Pay { terminal, visit: Visit { intent, amount, wallet, password: None, funds: true } }
}

/// User and system time of this process, from Linux's `/proc/self/stat` in hundredths of a second.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|f| f.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// Peak resident memory of this process, from Linux's `/proc/self/status`.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

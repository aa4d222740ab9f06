//! A fleet's day: 1,000 terminals x 24 h with faults, what it costs and whether it grows straight.
//!
//! `cargo bench --bench fleet`. Each row runs in a process of its own, so that its memory is its
//! own: CPU seconds and peak memory of playing alone, of keeping the trace, and of judging it.
//! One run a row: these are seconds, not microseconds. Beside each row that has a target stands the
//! target, and whether this run kept it; a busy machine may miss what a quiet one keeps.

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

#[path = "shared/cost.rs"]
mod cost;

const DAY: Time = Time::from_ms(86_400_000);

/// The shop is open for the first 70 % of the day; afterwards everything comes to rest.
const OPEN_MS: u64 = DAY.as_ms() / 10 * 7;

/// Payments of a terminal in a day; with the faults below, the load of the measured prototype.
const PAYMENTS: u32 = 145;

/// After the payments, two outages, and a power cut at every other terminal.
const OUTAGES: u32 = 2;

/// What 1,000 terminals may cost: how they are played, CPU seconds, peak MB.
const TARGETS: [(&str, f64, Option<u64>); 2] = [("alone", 5.0, Some(40)), ("judged", 10.0, None)];

/// How a day is played.
const HOWS: [&str; 3] = ["alone", "traced", "judged"];

fn main() {
    let words: Vec<String> = std::env::args().collect();
    match words.iter().position(|word| word == "--row") {
        Some(at) => row(words[at + 1].parse().expect("a number"), &words[at + 2]),
        None => table(),
    }
}

fn table() {
    println!("terminals  how      CPU s  CPU ms a terminal  peak MB     events  violations");
    let own = std::env::current_exe().expect("a running program has a path");
    let mut alone_ms = Vec::new();
    for terminals in ["100", "1000", "10000"] {
        // A trace of 50 million events is of no use to anybody.
        for how in if terminals == "10000" { &HOWS[..1] } else { &HOWS[..] } {
            let row = Command::new(&own).args(["--row", terminals, how]).output();
            let row = row.expect("it starts");
            let text = String::from_utf8_lossy(&row.stdout);
            assert!(row.status.success(), "{terminals} {how} failed");
            print!("{text}");
            if *how == "alone" {
                let ms = text.split_whitespace().nth(3).and_then(|ms| ms.parse::<f64>().ok());
                alone_ms.push(ms.expect("a row has it"));
            }
        }
    }
    let grown: Vec<String> = alone_ms.iter().map(|ms| format!("{:.2}", ms / alone_ms[0])).collect();
    println!("growth: a terminal alone among 100, 1,000, 10,000 costs {}", grown.join(", "));
}

fn row(terminals: u32, how: &str) {
    let orders = orders(terminals);
    let before = cost::cpu_seconds();
    let (events, violations) = match how {
        "alone" => alone(terminals, &orders),
        "traced" => (trace(terminals, &orders).events().len(), 0),
        _ => {
            let trace = trace(terminals, &orders);
            let findings = oracle::judge(&trace);
            (trace.events().len(), findings.iter().map(|finding| finding.violations.len()).sum())
        }
    };
    let spent = cost::cpu_seconds() - before;
    let peak = cost::peak_mb();
    let each_ms = spent * 1_000.0 / f64::from(terminals);
    print!("{terminals:>9}  {how:<6} {spent:>7.2}  {each_ms:>17.2}  {peak:>7}  ");
    println!("{events:>9}  {violations:>10}{}", against_target(terminals, how, (spent, peak)));
}

/// The target of a row, if it has one, and whether it was kept.
fn against_target(terminals: u32, how: &str, (spent, peak): (f64, u64)) -> String {
    let target = TARGETS.iter().find(|(name, ..)| terminals == 1_000 && *name == how);
    let Some((_, seconds, mb)) = target else { return String::new() };
    let word = |kept| if kept { "kept" } else { "missed" };
    let time = format!("  at most {seconds} s: {}", word(spent <= *seconds));
    let memory = mb.map(|mb| format!(", {mb} MB: {}", word(peak <= mb)));
    time + &memory.unwrap_or_default()
}

/// The rig by itself, as long as a run takes.
fn alone(terminals: u32, orders: &[Order]) -> (usize, usize) {
    let mut rig = sim::open_event(&request(terminals, false)).expect("the rig opens");
    let mut news = Vec::new();
    for order in orders {
        rig.advance(order.at(), &[], &mut news).expect("the rig holds");
        rig.act(&order.action()).expect("the rig can");
    }
    rig.advance(DAY, &[], &mut news).expect("the rig holds");
    rig.act(&Action::Heal).expect("the rig can");
    let end = DAY + run::settling(&Bounds::default());
    rig.advance(end, &[], &mut news).expect("the rig holds");
    (news.len(), 0)
}

fn trace(terminals: u32, orders: &[Order]) -> contract::Trace {
    let plan = plan(request(terminals, true), orders);
    let mut rig = sim::open_event(&plan.request).expect("the rig opens");
    let trace = run::run(&plan, &mut *rig, &AtomicBool::new(false));
    trace.map_err(|(_, fault)| fault).expect("the rig holds")
}

/// The moment, the terminal (14 bits) and which of its orders (8 bits): a fleet has many.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Order(u64);

/// All orders of a day, in order of time.
fn orders(terminals: u32) -> Vec<Order> {
    let mut rng = sim::env::rng(1, "fleet");
    let mut orders = Vec::new();
    for terminal in 1..=u64::from(terminals) {
        let cuts = u32::from(terminal % 2 == 0);
        for n in 0..PAYMENTS + OUTAGES + cuts {
            let at: u64 = rng.random_range(10_000..OPEN_MS);
            orders.push(Order(at << 22 | terminal << 8 | u64::from(n)));
        }
    }
    orders.sort_unstable();
    orders
}

impl Order {
    fn at(self) -> Time {
        Time::from_ms(self.0 >> 22)
    }

    fn action(self) -> Action {
        let (terminal, n) = ((self.0 >> 8) as u32 & 0x3fff, self.0 as u32 & 0xff);
        let mut rng = sim::env::rng(self.0, "order");
        let no = (terminal - 1) * (PAYMENTS + OUTAGES + 1) + n + 1;
        let terminal = TerminalId(terminal);
        if n < PAYMENTS {
            let (intent, amount) = (IntentId(no), Amount(rng.random_range(1..100_000)));
            let wallet = WalletBrand::Wechat;
            let visit =
                Visit { intent, amount, wallet, password: None, cancels: None, funds: true };
            return Action::Pay { terminal, visit };
        }
        let outage = n < PAYMENTS + OUTAGES;
        let fault = if outage { Fault::LinkOutage { way: Way::Both } } else { Fault::PowerCut };
        let span = FaultSpan::For(Lapse::from_secs(rng.random_range(5..120)));
        Action::FaultOn { no: FaultNo(no), terminal, fault, span }
    }
}

fn plan(request: RigRequest, orders: &[Order]) -> Plan {
    let to_move =
        |order: &Order| Move { step: 0, moment: Moment::At(order.at()), action: order.action() };
    Plan {
        scenario: "bench/fleet".into(),
        title: contract::trace::Title::default(),
        request,
        until: DAY,
        steps: Vec::new(),
        moves: orders.iter().map(to_move).collect(),
        bounds: Bounds::default(),
        expect: Vec::new(),
        covers: Vec::new(),
        captures: 0,
        needs: Vec::new(),
    }
}

fn request(terminals: u32, taps: bool) -> RigRequest {
    RigRequest {
        rig: "event".into(),
        seed: 1,
        terminals,
        firmware: "reference".into(),
        link: "lte-good".into(),
        poll: "wechat-v2".into(),
        wire: "plain87".into(),
        callbacks: "wechat-v2".into(),
        channels: Channel::USUAL.to_vec(),
        keep_connection: true,
        hosts: 1,
        magic_amounts: false,
        taps,
    }
}

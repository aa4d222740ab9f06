//! What payrig costs beside others that do the same in the same run: ratios hold on a busy machine,
//! single times do not.
//!
//! `cargo bench --bench ratio`. The codec beside pyiso8583 (`pip install pyiso8583`); the engines,
//! event beside turmoil, on the first minutes of `seed.toml`. Each pair is run several times in
//! turn; the median of the pairs' ratios counts.

use std::hint::black_box;
use std::process::{Command, ExitCode};
use std::sync::atomic::AtomicBool;

use contract::Time;
use contract::rig::OpenRig;
use harness::plan::{Moment, Plan};
use harness::run;
use sim::iso8583::plain87;

#[path = "shared/cost.rs"]
mod cost;
#[path = "shared/inputs.rs"]
mod inputs;

/// Pairs of each kind.
const PAIRS: usize = 3;

/// Messages that payrig reads and writes for one measurement; pyiso8583 gets a tenth.
const MESSAGES: u32 = 200_000;

/// How much of the hour the engines play: turmoil takes most of a minute for all of it.
const UNTIL: Time = Time::from_ms(300_000);

/// Less than this faster than pyiso8583 is a fault.
const LEAST: f64 = 20.0;

fn main() -> ExitCode {
    println!("{:<44} {:>12} {:>12} {:>7}", "", "payrig", "other", "ratio");
    let frame = inputs::sale().encode(plain87()).expect("it fits");
    let codec = || {
        seconds_each(MESSAGES, || {
            let fields = sim::iso8583::decode(plain87(), black_box(&frame)).expect("it is one");
            black_box(sim::iso8583::encode(plain87(), &fields).expect("it fits"));
        })
    };
    let faster = compare("a sale read and written: pyiso8583 (us)", 1e6, codec, || python(&frame));
    let plan = first_minutes();
    let play = |open: OpenRig| {
        let mut rig = open(&plan.request).expect("the rig opens");
        let played = run::run(&plan, &mut *rig, &AtomicBool::new(false));
        black_box(played.map_err(|(_, fault)| fault).expect("the rig holds"));
    };
    let event = || seconds_each(200, || play(sim::open_event));
    let turmoil = || Some(seconds_each(1, || play(sim::open_turmoil)));
    compare("minutes of 3 terminals: event, turmoil (ms)", 1e3, event, turmoil);
    match faster {
        Some(ratio) if ratio < LEAST => {
            eprintln!("the codec is only {ratio:.0} times as fast as pyiso8583, not {LEAST}");
            ExitCode::FAILURE
        }
        Some(_) => ExitCode::SUCCESS,
        None => {
            // A skipped comparison must not look like a good one.
            eprintln!("SKIPPED: python3 with pyiso8583 is missing (pip install pyiso8583)");
            ExitCode::SUCCESS
        }
    }
}

/// CPU seconds of one call, the mean of so many.
fn seconds_each(times: u32, mut work: impl FnMut()) -> f64 {
    let before = cost::cpu_seconds();
    (0..times).for_each(|_| work());
    (cost::cpu_seconds() - before) / f64::from(times)
}

/// Runs both in turn and prints the medians; how many times longer the other takes, if it is there.
fn compare(
    what: &str,
    unit: f64,
    ours: impl Fn() -> f64,
    other: impl Fn() -> Option<f64>,
) -> Option<f64> {
    let pairs: Option<Vec<(f64, f64)>> = (0..PAIRS).map(|_| Some((ours(), other()?))).collect();
    let pairs = pairs?;
    let median = |value: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = pairs.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values[PAIRS / 2]
    };
    let ratio = median(|(ours, other)| other / ours);
    let (ours, other) = (median(|pair| pair.0) * unit, median(|pair| pair.1) * unit);
    println!("{what:<44} {ours:>12.3} {other:>12.3} {ratio:>7.1}");
    Some(ratio)
}

fn first_minutes() -> Plan {
    let mut plan = inputs::plan(1);
    plan.until = UNTIL;
    plan.moves.retain(|m| matches!(m.moment, Moment::At(at) if at < UNTIL));
    plan
}

/// CPU seconds that pyiso8583 takes to read and write a frame, as it says itself.
fn python(frame: &[u8]) -> Option<f64> {
    const SCRIPT: &str = "
import sys, time
sys.path.insert(0, sys.argv[1])
import iso8583, plain87
message, times = bytes.fromhex(sys.argv[2])[2:], int(sys.argv[3])
def both():
    return iso8583.encode(iso8583.decode(message, plain87.SPEC)[0], plain87.SPEC)[0]
assert both() == message
start = time.process_time()
for _ in range(times):
    both()
print((time.process_time() - start) / times)
";
    let peers = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers");
    let hex: String = frame.iter().map(|byte| format!("{byte:02x}")).collect();
    let times = (MESSAGES / 10).to_string();
    let done = Command::new("python3").args(["-B", "-c", SCRIPT, peers, &hex, &times]).output();
    let done = done.ok().filter(|done| done.status.success())?;
    String::from_utf8(done.stdout).ok()?.trim().parse().ok()
}

//! What one message, one seed and one judgement cost.
//!
//! `cargo bench --bench micro`. Targets: a seed with oracles takes at most 3 ms; at least 300,000
//! TCP exchanges a second. The fleets stand in `fleet.rs`, what others cost in `ratio.rs`.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use contract::fault::{Damage, Rate};
use contract::{Lapse, Trace};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use harness::plan::Plan;
use harness::{oracle, run};
use sim::code::damage::damage;
use sim::code::image::{EcLevel, Symbology, read, render};
use sim::iso8583::plain87;
use sim::link::{Channel, Exchange, Kernel, Plain, sample};
use sim::wire::Pdu;

#[path = "shared/inputs.rs"]
mod inputs;

use inputs::{plan, sale};

fn play(plan: &Plan) -> Trace {
    let mut rig = sim::open_event(&plan.request).expect("the rig opens");
    let played = run::run(plan, &mut *rig, &AtomicBool::new(false));
    played.map_err(|(_, fault)| fault).expect("the rig holds")
}

fn codec(c: &mut Criterion) {
    let (pdu, profile) = (sale(), plain87());
    let frame = pdu.encode(profile).expect("it fits");
    let fields = sim::iso8583::decode(profile, &frame).expect("it is one");
    let mut group = c.benchmark_group("codec");
    group.throughput(Throughput::Elements(1));
    let encode = || sim::iso8583::encode(profile, black_box(&fields));
    group.bench_function("encode a sale", |b| b.iter(encode));
    let decode = || sim::iso8583::decode(profile, black_box(&frame));
    group.bench_function("decode a sale", |b| b.iter(decode));
    group.bench_function("message to frame", |b| b.iter(|| black_box(&pdu).encode(profile)));
    let read = || Pdu::decode(profile, black_box(&frame));
    group.bench_function("frame to message", |b| b.iter(read));
    group.finish();
}

fn seed(c: &mut Criterion) {
    let plans: Vec<Plan> = (1..=16).map(plan).collect();
    let mut group = c.benchmark_group("one seed, 3 terminals x 1 h");
    let mut next = plans.iter().cycle();
    let mut take = move || next.next().expect("it goes round").clone();
    group.bench_function("with trace", |b| {
        b.iter_batched(&mut take, |plan| play(&plan), BatchSize::SmallInput);
    });
    group.bench_function("with trace and oracles", |b| {
        let judged = |plan: Plan| oracle::judge(&play(&plan));
        b.iter_batched(&mut take, judged, BatchSize::SmallInput);
    });
    group.finish();
}

fn oracles(c: &mut Criterion) {
    let trace = play(&plan(1));
    let mut group = c.benchmark_group("oracles");
    group.throughput(Throughput::Elements(trace.events().len() as u64));
    group.bench_function("judge, per event", |b| b.iter(|| oracle::judge(black_box(&trace))));
    group.finish();
}

/// What a scanner's picture costs: drawn, damaged, decoded, and one after the other.
fn pictures(c: &mut Criterion) {
    let mut group = c.benchmark_group("a scanner's picture");
    group.throughput(Throughput::Elements(1));
    let code = "134567890123456789";
    for (name, symbology) in [("qr", Symbology::Qr(EcLevel::H)), ("code128", Symbology::Code128)] {
        let draw = || render(black_box(code), symbology, 4).expect("it fits");
        group.bench_function(format!("{name}: draw"), |b| b.iter(draw));
        let clean = draw();
        group.bench_function(format!("{name}: decode"), |b| b.iter(|| read(&clean.image)));
        // One that reads and one that does not, which is the dearer.
        for damages in [[(Damage::Tilt, 3), (Damage::Blur, 2)], [(Damage::Blur, 6); 2]] {
            let mut rng = sim::env::rng(1, "bench");
            let name = format!("{name}: all, {} {}", damages[0].0.word(), damages[0].1);
            let mut all = || read(&damage(&draw(), &damages, &mut rng));
            group.bench_function(name, |b| b.iter(&mut all));
        }
    }
    group.finish();
}

/// 10,000 exchanges over a channel that loses a share of packets, through both ends' TCP.
fn tcp(c: &mut Criterion) {
    let mut group = c.benchmark_group("tcp exchanges");
    group.throughput(Throughput::Elements(10_000));
    for (name, loss) in [("no loss", 0), ("5 % loss", 50_000), ("20 % loss", 200_000)] {
        let plain = Plain { rtt: Lapse::from_ms(100), loss: Rate(loss), outage: None, hold: None };
        let channel = Channel::Plain(plain);
        group.bench_function(name, |b| {
            let exchanges = || sample(&channel, 1, Exchange::Persistent, Kernel::V6_18);
            b.iter(|| exchanges().take(10_000).filter(|s| s.duration.is_none()).count());
        });
    }
    group.finish();
}

criterion_group!(benches, codec, seed, oracles, pictures, tcp);
criterion_main!(benches);

//! The model of TCP against real Linux kernels: completion times of exchanges over lossy links.
//!
//! The distance is Kolmogorov and Smirnov's, the larger of both sides, where either distribution
//! may be shifted by 30 ms: schedulers of the measured machines add some milliseconds to each
//! exchange, and most exchanges take exactly a multiple of the round trip.

use std::fs;

use contract::Lapse;
use contract::fault::Rate;
use sim::link::{Channel, Every, Exchange, Kernel, Plain, Sample, sample};

use crate::play::root;

const TOLERANCE_S: f64 = 0.030;

const OUTAGE: Every = Every { lasts: Lapse::from_secs(10), every: Lapse::from_secs(60) };

/// A column of a reference file.
fn column(file: &str, column: usize) -> Vec<f64> {
    let text = fs::read_to_string(root().join("tests/data/tcp-ref").join(file)).unwrap();
    let cell = |line: &str| line.split(',').nth(column).unwrap().parse().unwrap();
    text.lines().skip(1).map(cell).collect()
}

fn plain(loss_percent: u32, outage: Option<Every>) -> Channel {
    let loss = Rate(loss_percent * Rate::ONE.0 / 100);
    Channel::Plain(Plain { rtt: Lapse::from_ms(100), loss, outage, hold: None })
}

fn seconds(sample: &Sample) -> f64 {
    sample.duration.map_or(f64::INFINITY, |duration| duration.0 as f64 / 1e6)
}

/// The largest share by which one distribution lies above the other in spite of the tolerance.
fn distance(one: &[f64], other: &[f64]) -> f64 {
    let sorted = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values
    };
    let (one, other) = (sorted(one), sorted(other));
    above(&one, &other).max(above(&other, &one))
}

fn above(upper: &[f64], lower: &[f64]) -> f64 {
    let share = |values: &[f64], at: f64| {
        values.partition_point(|value| *value <= at) as f64 / values.len() as f64
    };
    let gap = |at: &f64| share(upper, *at) - share(lower, *at + TOLERANCE_S);
    upper.iter().map(gap).fold(0.0, f64::max)
}

/// The median of three seeds.
fn median(mut of_seed: impl FnMut(u64) -> f64) -> f64 {
    let mut distances = [1, 2, 3].map(&mut of_seed);
    distances.sort_by(f64::total_cmp);
    distances[1]
}

fn lossy(file: &str, loss_percent: u32, exchange: Exchange, kernel: Kernel) -> f64 {
    let reference = column(file, 1);
    median(|seed| {
        let samples = sample(&plain(loss_percent, None), seed, exchange, kernel);
        let times: Vec<f64> = samples.take(8_000).map(|s| seconds(&s)).collect();
        distance(&times, &reference)
    })
}

#[test]
fn lossy_links_make_payments_as_late_as_real_kernels_do() {
    use Exchange::{Connect, Persistent, Tls};
    use Kernel::{V6_1, V6_18};
    for (file, loss_percent, exchange, kernel, most) in [
        ("tun_rr_5.csv", 5, Persistent, V6_18, 0.05),
        ("tun_rr_20.csv", 20, Persistent, V6_18, 0.05),
        ("uml_rr_20.csv", 20, Persistent, V6_1, 0.05),
        ("tun_c_5.csv", 5, Connect, V6_18, 0.05),
        ("tun_c_20.csv", 20, Connect, V6_18, 0.05),
        ("tun_t_5.csv", 5, Tls, V6_18, 0.06),
        ("tun_t_20.csv", 20, Tls, V6_18, 0.06),
        ("uml_tls_20.csv", 20, Tls, V6_1, 0.06),
    ] {
        let distance = lossy(file, loss_percent, exchange, kernel);
        assert!(distance <= most, "{file}: {distance:.4} is more than {most}");
    }
}

#[test]
fn an_outage_makes_payments_as_late_as_a_real_kernel_does() {
    let (into, times) = (column("tun_outage10s_r.csv", 0), column("tun_outage10s_r.csv", 1));
    let within = |at: f64| (0.0..10.0).contains(&at);
    let reference: Vec<f64> =
        into.iter().zip(times).filter(|(at, _)| within(**at)).map(|(_, time)| time).collect();
    let distance = median(|seed| {
        let samples = sample(&plain(0, Some(OUTAGE)), seed, Exchange::Persistent, Kernel::V6_18);
        let every = OUTAGE.every.0;
        let met = |s: &Sample| s.start.0 > every && s.start.0 % every < OUTAGE.lasts.0;
        let times: Vec<f64> = samples.take(8_000).filter(met).map(|s| seconds(&s)).collect();
        distance(&times, &reference)
    });
    assert!(distance <= 0.03, "{distance:.4} is more than 0.03");
}

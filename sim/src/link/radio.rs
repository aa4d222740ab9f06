//! A 4G channel drawn from a profile: round-trip times that remember the last seconds, gaps that
//! hold packets, gaps that lose them, single losses, a rate, and the wake-up of an idle modem.
//!
//! It knows no faults and no connections. The order in which it is asked decides what is drawn,
//! so equal questions get equal answers.

use contract::{Lapse, Time};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::bearer::{Bearer, Direction, Fate, RateQueue, delivered};
use super::quantile::{Table, normal, normal_share};
use super::renewal::Renewal;

/// The round-trip time: a quantile table read at the place where an Ornstein-Uhlenbeck process
/// stands, so that it has exactly the table's distribution and changes gradually.
#[derive(Debug)]
pub(super) struct RoundTrip {
    table_ms: Table,
    constant_ms: Option<f64>,
    tau_ms: f64,
    z: f64,
    asked: Time,
    rng: ChaCha8Rng,
}

impl RoundTrip {
    pub(super) fn new(table_ms: Table, tau_ms: f64, mut rng: ChaCha8Rng) -> RoundTrip {
        let (constant_ms, z) = (table_ms.constant(), normal(&mut rng));
        RoundTrip { table_ms, constant_ms, tau_ms, z, asked: Time(0), rng }
    }

    fn at(&mut self, at: Time) -> Lapse {
        let ms = self.constant_ms.unwrap_or_else(|| {
            self.move_on(at);
            self.table_ms.at(normal_share(self.z))
        });
        Lapse((ms * 1_000.0) as u64)
    }

    fn move_on(&mut self, at: Time) {
        if at > self.asked {
            let kept = (-(at.since(self.asked).as_ms() as f64) / self.tau_ms).exp();
            self.z = self.z * kept + (1.0 - kept * kept).sqrt() * normal(&mut self.rng);
            self.asked = at;
        }
    }
}

/// An idle modem has to be promoted to RRC connected before anything passes.
#[derive(Debug)]
pub(super) struct Promotion {
    takes: Lapse,
    idle_after: Lapse,
    active: Option<Time>,
    ready: Time,
}

impl Promotion {
    pub(super) fn new(takes: Lapse, idle_after: Lapse) -> Promotion {
        Promotion { takes, idle_after, active: None, ready: Time(0) }
    }

    /// How long a packet waits for it.
    fn wait(&mut self, at: Time) -> Lapse {
        if self.active.is_none_or(|active| at.since(active) > self.idle_after) {
            self.ready = at + self.takes;
        }
        self.active = self.active.max(Some(at));
        self.ready.since(at)
    }
}

/// The parts of a drawn channel. What a profile does not have is `None`.
#[derive(Debug)]
pub(super) struct Radio {
    pub(super) round_trip: RoundTrip,
    pub(super) hold: Option<Renewal>,
    pub(super) drop: Option<Renewal>,
    pub(super) loss: f64,
    pub(super) loss_rng: ChaCha8Rng,
    pub(super) queues: [RateQueue; 2],
    pub(super) promotion: Option<Promotion>,
}

impl Radio {
    fn loses(&mut self, at: Time) -> bool {
        let gap = self.drop.as_mut().is_some_and(|drop| drop.rest(at) > Lapse::ZERO);
        let single = self.loss > 0.0 && self.loss_rng.random::<f64>() < self.loss;
        gap || single
    }
}

impl Bearer for Radio {
    fn fate(&mut self, at: Time, direction: Direction, bytes: usize) -> Fate {
        let waking = self.promotion.as_mut().map_or(Lapse::ZERO, |p| p.wait(at));
        let held = self.hold.as_mut().map_or(Lapse::ZERO, |hold| hold.rest(at));
        let queued = self.queues[direction as usize].pass(at, bytes);
        let travel = direction.share_of(self.round_trip.at(at));
        if self.loses(at) {
            return Fate::Lost;
        }
        delivered(waking.max(held) + queued + travel)
    }
}

#[cfg(test)]
mod tests {
    use contract::TerminalId;

    use super::super::profile::Profile;
    use super::*;

    fn round_trip(radio: &mut dyn Bearer, at: Time) -> Option<u64> {
        let mut way = |direction| match radio.fate(at, direction, 0) {
            Fate::Delivered(delay) => Some(delay.as_ms()),
            Fate::Lost => None,
        };
        Some(way(Direction::Up)? + way(Direction::Down)?)
    }

    #[test]
    fn sampled_round_trips_have_the_tables_distribution() {
        let table: Vec<(f64, f64)> = vec![
            (0.01, 29.0),
            (0.05, 35.0),
            (0.25, 53.0),
            (0.5, 76.0),
            (0.75, 105.0),
            (0.9, 110.0),
            (0.95, 122.0),
            (0.99, 147.0),
            (1.0, 270.0),
        ];
        let table = Table::new(&table, 1.0, 1e4).unwrap();
        let mut process = RoundTrip::new(table.clone(), 1_500.0, crate::env::rng(1, "test rtt"));
        // Ten seconds apart they are as good as independent.
        let mut times: Vec<f64> =
            (0..50_000).map(|n| process.at(Time::from_ms(n * 10_000)).0 as f64 / 1e3).collect();
        times.sort_by(f64::total_cmp);
        let distance = (0..1_000)
            .map(|n| (f64::from(n) + 0.5) / 1_000.0)
            .filter(|share| *share > 0.01)
            .map(|share| {
                let below = times.partition_point(|ms| *ms <= table.at(share) + 1e-3);
                (below as f64 / times.len() as f64 - share).abs()
            })
            .fold(0.0, f64::max);
        assert!(distance <= 0.02, "Kolmogorov-Smirnov distance {distance}");
    }

    #[test]
    fn round_trips_of_the_driving_profile_remember_the_last_second() {
        let mut radio = Profile::load("lte-driving").unwrap().bearer(1, TerminalId(1));
        let logs: Vec<Option<f64>> = (0..100_000)
            .map(|n| round_trip(&mut *radio, Time::from_ms(n * 200)).map(|ms| (ms as f64).ln()))
            .collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let kept: Vec<f64> = logs.iter().flatten().copied().collect();
        let centre = mean(&kept);
        let spread = mean(&kept.iter().map(|l| (l - centre).powi(2)).collect::<Vec<_>>());
        // Five pings of 200 ms are one second.
        let pairs =
            logs.iter().zip(&logs[5..]).filter_map(|(a, b)| Some((a.as_ref()?, b.as_ref()?)));
        let products: Vec<f64> = pairs.map(|(a, b)| (a - centre) * (b - centre)).collect();
        let correlation = mean(&products) / spread;
        assert!((0.2..=0.45).contains(&correlation), "autocorrelation at 1 s: {correlation}");
    }

    #[test]
    fn an_idle_modem_wakes_up_first() {
        let mut promotion = Promotion::new(Lapse::from_ms(150), Lapse::from_secs(10));
        for (at, wait) in [(0, 150), (50, 100), (200, 0), (10_200, 0), (20_201, 150)] {
            assert_eq!(promotion.wait(Time::from_ms(at)), Lapse::from_ms(wait), "at {at} ms");
        }
    }

    #[test]
    fn equal_seeds_give_equal_fates() {
        let fates = |seed| {
            let mut radio = Profile::load("lte-poor").unwrap().bearer(seed, TerminalId(1));
            let ask = |n: u64| radio.fate(Time::from_ms(n * 321), Direction::Up, 300);
            (0..2_000).map(ask).collect::<Vec<_>>()
        };
        assert_eq!(fates(7), fates(7));
        assert_ne!(fates(7), fates(8));
    }
}

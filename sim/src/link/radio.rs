//! A 4G channel drawn from a profile: round-trip times that remember the last seconds, gaps that
//! hold packets, gaps that lose them, losses one by one and in bursts, a rate, and the wake-up of
//! an idle modem.
//!
//! It knows no faults and no connections. The order in which it is asked decides what is drawn,
//! so equal questions get equal answers.

use contract::{Lapse, Time};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::bearer::{Bearer, Direction, Fate, RateQueue, delivered};
use super::quantile::{Table, normal, normal_share};
use super::renewal::Renewal;
use super::rrc::Rrc;

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

/// Losses that come together: Gilbert and Elliott's two states with holding times in time, each
/// way by itself. States that change with each packet, as those of netem, would last for minutes
/// with so few packets.
#[derive(Debug)]
pub(super) struct LossBursts {
    ways: [Renewal; 2],
    loss: f64,
    rng: ChaCha8Rng,
}

impl LossBursts {
    /// This share is lost while a burst lasts; `ways` has the bursts up and down.
    pub(super) fn new(ways: [Renewal; 2], loss: f64, rng: ChaCha8Rng) -> LossBursts {
        LossBursts { ways, loss, rng }
    }

    fn loses(&mut self, at: Time, direction: Direction) -> bool {
        let bad = self.ways[direction as usize].rest(at) > Lapse::ZERO;
        bad && self.rng.random::<f64>() < self.loss
    }
}

/// The parts of a drawn channel. What a profile does not have is `None`.
#[derive(Debug)]
pub(super) struct Radio {
    pub(super) round_trip: RoundTrip,
    /// Gaps that delay packets until they end.
    pub(super) holds: Vec<Renewal>,
    /// Gaps that lose packets.
    pub(super) drops: Vec<Renewal>,
    /// In a box, because most profiles have none and a fleet has many links.
    pub(super) bursts: Option<Box<LossBursts>>,
    pub(super) loss: f64,
    pub(super) loss_rng: ChaCha8Rng,
    pub(super) queues: [RateQueue; 2],
    pub(super) rrc: Option<Rrc>,
}

impl Radio {
    fn loses(&mut self, at: Time, direction: Direction) -> bool {
        let gap = longest(&mut self.drops, at) > Lapse::ZERO;
        let burst = self.bursts.as_mut().is_some_and(|bursts| bursts.loses(at, direction));
        let single = self.loss > 0.0 && self.loss_rng.random::<f64>() < self.loss;
        gap || burst || single
    }
}

/// What is left of the longest of these events.
fn longest(events: &mut [Renewal], at: Time) -> Lapse {
    events.iter_mut().fold(Lapse::ZERO, |longest, event| longest.max(event.rest(at)))
}

impl Bearer for Radio {
    fn fate(&mut self, at: Time, direction: Direction, bytes: usize) -> Fate {
        let waking = self.rrc.as_mut().map_or(Lapse::ZERO, |rrc| rrc.wait(at, direction));
        let held = longest(&mut self.holds, at);
        let queued = self.queues[direction as usize].pass(at, bytes);
        let travel = direction.share_of(self.round_trip.at(at));
        if self.loses(at, direction) {
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

    fn bursts(good_ms: f64, bad_ms: f64, loss: f64) -> LossBursts {
        let rng = |part| crate::env::rng(5, part);
        let way = |part| Renewal::exponential(good_ms, bad_ms, rng(part));
        LossBursts::new([way("test up"), way("test down")], loss, rng("test bursts"))
    }

    /// Which packets get lost, this many ms apart.
    fn losses(mut bursts: LossBursts, direction: Direction, step_ms: u64) -> Vec<bool> {
        (0..1_000_000).map(|n| bursts.loses(Time::from_ms(n * step_ms), direction)).collect()
    }

    fn share(lost: &[bool]) -> f64 {
        lost.iter().filter(|lost| **lost).count() as f64 / lost.len() as f64
    }

    #[test]
    fn bursts_lose_as_much_as_their_holding_times_say_however_few_packets_there_are() {
        // 0.2 s in 10 s: 2 % of the time; half of it 1 %.
        for (loss, step_ms, expected) in [(1.0, 10, 0.02), (0.5, 10, 0.01), (1.0, 7_000, 0.02)] {
            let lost = losses(bursts(9_800.0, 200.0, loss), Direction::Down, step_ms);
            let measured = share(&lost);
            assert!((measured / expected - 1.0).abs() < 0.1, "{measured}, not {expected}");
        }
    }

    #[test]
    fn bursts_last_as_long_as_their_holding_time_says() {
        let lost = losses(bursts(9_800.0, 200.0, 1.0), Direction::Up, 10);
        let runs = lost.windows(2).filter(|pair| !pair[0] && pair[1]).count();
        let mean_ms = share(&lost) * lost.len() as f64 * 10.0 / runs as f64;
        // Bursts between two packets are not seen, so that those that are look longer.
        assert!((185.0..225.0).contains(&mean_ms), "{mean_ms} ms");
        let apart = losses(bursts(9_800.0, 200.0, 1.0), Direction::Up, 7_000);
        let pairs = apart.windows(2).filter(|pair| pair[0] && pair[1]).count() as f64;
        let by_chance = share(&apart).powi(2) * apart.len() as f64;
        assert!((pairs / by_chance - 1.0).abs() < 0.25, "{pairs} pairs, {by_chance} by chance");
    }

    #[test]
    fn bursts_up_and_down_do_not_know_each_other() {
        let up = losses(bursts(1_000.0, 1_000.0, 1.0), Direction::Up, 10);
        let down = losses(bursts(1_000.0, 1_000.0, 1.0), Direction::Down, 10);
        let both: Vec<bool> = up.iter().zip(&down).map(|(up, down)| *up && *down).collect();
        assert!((0.23..0.27).contains(&share(&both)), "half of half of the time: {}", share(&both));
    }

    /// A radio with nothing but a round trip of 100 ms.
    fn still() -> Radio {
        let table = Table::new(&[(1.0, 100.0)], 1.0, 1e4).unwrap();
        Radio {
            round_trip: RoundTrip::new(table, 1_500.0, crate::env::rng(1, "test")),
            holds: Vec::new(),
            drops: Vec::new(),
            bursts: None,
            loss: 0.0,
            loss_rng: crate::env::rng(1, "test loss"),
            queues: [RateQueue::new(1_000_000), RateQueue::new(1_000_000)],
            rrc: None,
        }
    }

    fn events(per_minute: f64, shortest: f64, longest: f64) -> Renewal {
        let lasts = Table::new(&[(0.0, shortest), (1.0, longest)], 1.0, 60_000.0).unwrap();
        Renewal::new(per_minute, lasts, crate::env::rng(9, "test events"))
    }

    #[test]
    fn handovers_delay_and_never_lose() {
        let mut radio = Radio { holds: vec![events(20.0, 30.0, 60.0)], ..still() };
        let mut held = 0;
        for at in (0..500_000).step_by(5) {
            let fate = radio.fate(Time::from_ms(at), Direction::Up, 100);
            let Fate::Delivered(delay) = fate else { panic!("lost at {at} ms") };
            assert!((60..=121).contains(&delay.as_ms()), "{delay}");
            held += u32::from(delay.as_ms() > 61);
        }
        // 20 a minute of 45 ms each are 1.5 % of the time.
        assert!((1_100..1_900).contains(&held), "{held} of 100000 are held");
    }

    #[test]
    fn a_radio_link_failure_loses_all_that_is_sent_meanwhile() {
        let mut radio = Radio { drops: vec![events(2.0, 1_200.0, 12_000.0)], ..still() };
        let lost: Vec<bool> = (0..200_000)
            .map(|n| radio.fate(Time::from_ms(n * 20), Direction::Down, 100) == Fate::Lost)
            .collect();
        let runs = lost.split(|lost| !lost).map(<[bool]>::len).filter(|run| *run > 0);
        let runs: Vec<usize> = runs.collect();
        assert!(runs.len() > 50, "{} failures in 67 min", runs.len());
        assert!(runs.iter().all(|run| (59..=601).contains(run)), "1.2 to 12 s: {runs:?}");
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

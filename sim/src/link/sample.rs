//! How long payments take over a link: request and answer, one after another, computed without a
//! runtime.
//!
//! It uses the same TCP as the streams; it knows no NAT and no rig.

mod plain;

use std::ops::RangeInclusive;

use contract::{Lapse, TerminalId, Time};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::bearer::{Bearer, Direction};
use super::profile::Profile;
use super::tcp::{self, Flow, Front, Kernel, MSS, Payload};
use crate::env;

pub use plain::{Every, Plain};

/// Request and answer, each (ISO 8583 scan payments are 250 to 450 bytes).
const MESSAGE_BYTES: usize = 300;

/// A TLS 1.2 handshake with a chain of three certificates, up and down in turn (own measurement).
const TLS_BYTES: [usize; 4] = [517, 3_600, 126, 51];

/// Pause between payments in ms (assumption: a busy till); also that of the reference measurement
/// with outages.
const TILL_MS: RangeInclusive<u64> = 2_000..=14_000;

/// Pause between exchanges where packets are only lost one by one, in ms: that of the reference
/// measurements.
const BUSY_MS: RangeInclusive<u64> = 200..=600;

/// What happens on each payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// Request and answer on a connection that stays open.
    Persistent,
    /// A new connection, then request and answer.
    Connect,
    /// A new connection, a TLS 1.2 handshake, then request and answer.
    Tls,
}

/// What carries the packets.
#[derive(Debug, Clone)]
pub enum Channel {
    /// A link of this kind, with 2 to 14 s between payments.
    Profile(Profile),
    /// Nothing but the numbers given, with 0.2 to 0.6 s between exchanges; 2 to 14 s where outages
    /// or holds come by the clock, so that they meet exchanges at all their moments.
    Plain(Plain),
}

/// One exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// When it began.
    pub start: Time,
    /// Until the answer was there; `None` when TCP gave up.
    pub duration: Option<Lapse>,
}

/// An endless row of exchanges; the same for the same seed.
pub fn sample(
    channel: &Channel,
    seed: u64,
    exchange: Exchange,
    kernel: Kernel,
) -> impl Iterator<Item = Sample> + use<> {
    let (bearer, think_ms): (Box<dyn Bearer>, _) = match channel {
        Channel::Profile(profile) => (profile.bearer(seed, TerminalId(1)), TILL_MS),
        Channel::Plain(plain) if plain.by_the_clock() => (plain.bearer(seed), TILL_MS),
        Channel::Plain(plain) => (plain.bearer(seed), BUSY_MS),
    };
    let rng = env::rng(seed, "link sample");
    let mut till = Till { bearer, think_ms, rng, exchange, kernel, flow: None, now: Time(0) };
    std::iter::repeat_with(move || till.serve())
}

struct Till {
    bearer: Box<dyn Bearer>,
    think_ms: RangeInclusive<u64>,
    rng: ChaCha8Rng,
    exchange: Exchange,
    kernel: Kernel,
    flow: Option<Flow>,
    now: Time,
}

impl Till {
    fn serve(&mut self) -> Sample {
        let think = Lapse::from_ms(self.rng.random_range(self.think_ms.clone()));
        if self.exchange == Exchange::Persistent && self.flow.is_none() {
            self.now = self.connect(self.now).unwrap_or(self.now);
        }
        let start = self.now + think;
        let end = self.exchange(start);
        self.now = end.unwrap_or(start);
        Sample { start, duration: end.map(|end| end.since(start)) }
    }

    fn exchange(&mut self, start: Time) -> Option<Time> {
        let mut now = match self.exchange {
            Exchange::Persistent => start,
            Exchange::Connect | Exchange::Tls => self.connect(start)?,
        };
        let handshake = if self.exchange == Exchange::Tls { &TLS_BYTES[..] } else { &[] };
        let messages = handshake.iter().chain(&[MESSAGE_BYTES; 2]);
        let ways = [Direction::Up, Direction::Down].into_iter().cycle();
        for (bytes, way) in messages.zip(ways) {
            now = self.deliver(now, way, *bytes)?;
        }
        Some(now)
    }

    fn connect(&mut self, start: Time) -> Option<Time> {
        self.flow = None;
        let answer = tcp::connect(start, self.kernel, &mut *self.bearer)?;
        self.flow = Some(Flow::open(answer, self.kernel, &mut *self.bearer));
        Some(answer.at)
    }

    /// When the whole message has arrived that is sent now. A broken connection is not used again.
    fn deliver(&mut self, at: Time, way: Direction, bytes: usize) -> Option<Time> {
        let flow = self.flow.as_mut()?;
        for start in (0..bytes).step_by(MSS) {
            let payload = Payload::Data(MSS.min(bytes - start));
            flow.send(at, way, payload, &mut *self.bearer);
        }
        let (mut now, mut left) = (at, bytes);
        while left > 0 {
            match flow.arrived(now, way, &mut *self.bearer) {
                Front::Wait(until) => now = until,
                Front::Ready(Payload::Data(bytes)) => {
                    flow.take(way, bytes);
                    left -= bytes;
                }
                Front::Ready(_) | Front::Idle => {
                    self.flow = None;
                    return None;
                }
            }
        }
        Some(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(profile: &str, seed: u64, exchange: Exchange, count: usize) -> Vec<Sample> {
        of(Profile::load(profile).unwrap(), seed, exchange, count)
    }

    fn of(profile: Profile, seed: u64, exchange: Exchange, count: usize) -> Vec<Sample> {
        sample(&Channel::Profile(profile), seed, exchange, Kernel::V6_18).take(count).collect()
    }

    /// The profile with a wake-up that always takes as long, and a modem that always listens.
    fn waking_in(profile: &str, ms: i64) -> Profile {
        let profile = Profile::load(profile).unwrap();
        let mut file: toml::Table = toml::from_str(profile.text()).unwrap();
        let constant = toml::Value::Array(vec![toml::Value::Array(vec![1.into(), ms.into()])]);
        file["promotion"].as_table_mut().unwrap().insert("takes_ms".into(), constant);
        file.remove("drx");
        Profile::parse("test", toml::to_string(&file).unwrap()).unwrap()
    }

    #[test]
    fn the_lab_link_takes_its_round_trips_and_nothing_else() {
        let exchanges = [(Exchange::Persistent, 20), (Exchange::Connect, 40), (Exchange::Tls, 80)];
        for (exchange, ms) in exchanges {
            let samples = first("lab", 1, exchange, 1_000);
            assert!(samples.iter().all(|s| s.duration == Some(Lapse::from_ms(ms))));
        }
    }

    #[test]
    fn equal_seeds_give_equal_samples() {
        let samples = |seed| first("lte-driving", seed, Exchange::Connect, 300);
        assert_eq!(samples(1), samples(1));
        assert_ne!(samples(1), samples(2));
    }

    /// Against an independent model of both TCP ends over the same profiles, whose wake-ups always
    /// take as long (own measurement, 10 %).
    #[test]
    fn most_payments_take_as_long_as_over_another_model() {
        let expected = [
            ("lte-good", 150, 103.0, 247.0),
            ("lte-medium", 150, 105.0, 255.0),
            ("lte-poor", 250, 128.0, 420.0),
            ("lte-driving", 150, 93.0, 253.0),
            ("lte-roaming", 200, 132.0, 334.0),
        ];
        for (profile, wake_ms, p50, p90) in expected {
            let plain = waking_in(profile, wake_ms);
            let mut all = of(plain, 1, Exchange::Persistent, 10_000);
            all.sort_by_key(|s| s.duration);
            for (n, expected) in [(5_000, p50), (9_000, p90)] {
                let ms = all[n].duration.unwrap().as_ms() as f64;
                assert!((ms / expected - 1.0).abs() < 0.1, "{profile}: {ms}, not {expected} ms");
            }
        }
    }
}

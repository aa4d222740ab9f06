//! How long payments take over a profile: request and answer, one after another, computed without
//! a runtime.
//!
//! It uses the same TCP as the streams; it knows no faults and no NAT.

use contract::{Lapse, TerminalId, Time};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::bearer::{Bearer, Direction};
use super::profile::Profile;
use super::tcp::{self, Flow, Front, Payload};
use crate::env;

/// Request and answer, each (ISO 8583 scan payments are 250 to 450 bytes).
const MESSAGE_BYTES: usize = 300;

/// Pause between exchanges in ms (assumption: a busy till).
const THINK_MS: std::ops::RangeInclusive<u64> = 2_000..=14_000;

/// What happens on each payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// Request and answer on a connection that stays open.
    Persistent,
    /// A new connection, then request and answer.
    Connect,
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
pub fn sample(profile: &Profile, seed: u64, exchange: Exchange) -> impl Iterator<Item = Sample> {
    let mut till = Till {
        bearer: profile.bearer(seed, TerminalId(1)),
        rng: env::rng(seed, "link sample"),
        exchange,
        flow: None,
        now: Time(0),
    };
    std::iter::repeat_with(move || till.serve())
}

struct Till {
    bearer: Box<dyn Bearer>,
    rng: ChaCha8Rng,
    exchange: Exchange,
    flow: Option<Flow>,
    now: Time,
}

impl Till {
    fn serve(&mut self) -> Sample {
        let think = Lapse::from_ms(self.rng.random_range(THINK_MS));
        if self.exchange == Exchange::Persistent && self.flow.is_none() {
            self.now = self.connect(self.now).unwrap_or(self.now);
        }
        let start = self.now + think;
        let end = self.exchange(start);
        self.now = end.unwrap_or(start);
        Sample { start, duration: end.map(|end| end.since(start)) }
    }

    fn exchange(&mut self, start: Time) -> Option<Time> {
        let ready = match self.exchange {
            Exchange::Persistent => start,
            Exchange::Connect => self.connect(start)?,
        };
        let asked = self.deliver(ready, Direction::Up)?;
        self.deliver(asked, Direction::Down)
    }

    fn connect(&mut self, start: Time) -> Option<Time> {
        let answer = tcp::connect(start, &mut *self.bearer)?;
        self.flow = Some(Flow::new(answer.delays));
        Some(answer.at)
    }

    /// When a message that is sent now arrives. A broken connection is not used again.
    fn deliver(&mut self, at: Time, direction: Direction) -> Option<Time> {
        let flow = self.flow.as_mut()?;
        flow.send(at, direction, Payload::Data(MESSAGE_BYTES), &mut *self.bearer);
        let mut now = at;
        loop {
            match flow.arrived(now, direction, &mut *self.bearer) {
                Front::Wait(until) => now = until,
                Front::Ready(_) => {
                    flow.take(direction, MESSAGE_BYTES);
                    return Some(now);
                }
                Front::Idle => {
                    self.flow = None;
                    return None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(profile: &str, seed: u64, exchange: Exchange, count: usize) -> Vec<Sample> {
        sample(&Profile::load(profile).unwrap(), seed, exchange).take(count).collect()
    }

    #[test]
    fn the_lab_link_takes_its_round_trips_and_nothing_else() {
        for (exchange, ms) in [(Exchange::Persistent, 20), (Exchange::Connect, 40)] {
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

    /// Against a full model of both TCP ends over the same profiles (own measurement, 10 %). The
    /// tails differ, because this TCP is a simpler one.
    #[test]
    fn most_payments_take_as_long_as_over_a_full_tcp() {
        let expected = [
            ("lte-good", 103.0, 247.0),
            ("lte-medium", 105.0, 255.0),
            ("lte-poor", 128.0, 420.0),
            ("lte-driving", 93.0, 253.0),
        ];
        for (profile, p50, p90) in expected {
            let mut all = first(profile, 1, Exchange::Persistent, 10_000);
            all.sort_by_key(|s| s.duration);
            for (n, expected) in [(5_000, p50), (9_000, p90)] {
                let ms = all[n].duration.unwrap().as_ms() as f64;
                assert!((ms / expected - 1.0).abs() < 0.1, "{profile}: {ms}, not {expected} ms");
            }
        }
    }
}

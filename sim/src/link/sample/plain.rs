//! A channel of a few plain numbers, as emulators on a bench have it: a constant delay, single
//! losses, and outages or holds by the clock.
//!
//! It is what real kernels were measured over, so that the model can be held against them.

use contract::fault::Rate;
use contract::{Lapse, Time};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::env;
use crate::link::bearer::{Bearer, Direction, Fate, delivered};

/// Something that happens by the clock: number k, from 1 on, begins at k times `every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Every {
    /// How long it lasts.
    pub lasts: Lapse,
    /// From one beginning to the next; longer than it lasts.
    pub every: Lapse,
}

impl Every {
    /// What is left of it at this moment; nothing when there is none.
    fn rest(self, at: Time) -> Lapse {
        let into = at.0 % self.every.0.max(1);
        if at.0 < self.every.0 { Lapse::ZERO } else { self.lasts - Lapse(into) }
    }
}

/// The numbers.
#[derive(Debug, Clone, Copy)]
pub struct Plain {
    /// Round-trip time, half of it each way.
    pub rtt: Lapse,
    /// Share of packets lost, each way.
    pub loss: Rate,
    /// Loses what is sent in it.
    pub outage: Option<Every>,
    /// Keeps what would arrive in it until it ends.
    pub hold: Option<Every>,
}

impl Plain {
    pub(super) fn by_the_clock(self) -> bool {
        self.outage.is_some() || self.hold.is_some()
    }

    pub(super) fn bearer(self, seed: u64) -> Box<dyn Bearer> {
        Box::new(PlainChannel { numbers: self, rng: env::rng(seed, "link plain loss") })
    }
}

struct PlainChannel {
    numbers: Plain,
    rng: ChaCha8Rng,
}

impl Bearer for PlainChannel {
    fn fate(&mut self, at: Time, _direction: Direction, _bytes: usize) -> Fate {
        let Plain { rtt, loss, outage, hold } = self.numbers;
        let single = loss.0 > 0 && self.rng.random_range(0..Rate::ONE.0) < loss.0;
        if single || outage.is_some_and(|outage| outage.rest(at) > Lapse::ZERO) {
            return Fate::Lost;
        }
        let travel = Lapse(rtt.0 / 2);
        let held = hold.map_or(Lapse::ZERO, |hold| hold.rest(at + travel));
        delivered(travel + held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(numbers: Plain, times_ms: &[u64]) -> Vec<Option<u64>> {
        let mut bearer = numbers.bearer(1);
        let mut fate = |ms: &u64| match bearer.fate(Time::from_ms(*ms), Direction::Up, 100) {
            Fate::Delivered(delay) => Some(ms + delay.as_ms()),
            Fate::Lost => None,
        };
        times_ms.iter().map(&mut fate).collect()
    }

    const CLEAR: Plain =
        Plain { rtt: Lapse::from_ms(100), loss: Rate(0), outage: None, hold: None };

    #[test]
    fn outages_lose_and_holds_keep_from_the_first_period_on() {
        let every = Some(Every { lasts: Lapse::from_secs(10), every: Lapse::from_secs(60) });
        let times = [0, 59_940, 59_999, 60_000, 69_900, 69_999, 70_000, 119_999, 120_000];
        let lost = fates(Plain { outage: every, ..CLEAR }, &times);
        let gone: Vec<bool> = lost.iter().map(Option::is_none).collect();
        assert_eq!(gone, [false, false, false, true, true, true, false, false, true]);
        let held = fates(Plain { hold: every, ..CLEAR }, &times);
        let held: Vec<u64> = held.into_iter().flatten().collect();
        let ms = [50, 59_990, 70_000, 70_000, 70_000, 70_049, 70_050, 130_000, 130_000];
        assert_eq!(held, ms);
    }

    #[test]
    fn the_share_is_lost() {
        let times: Vec<u64> = (0..10_000).collect();
        let lost = fates(Plain { loss: Rate(200_000), ..CLEAR }, &times);
        let lost = lost.iter().filter(|fate| fate.is_none()).count();
        assert!((1_900..2_100).contains(&lost), "{lost}");
    }
}

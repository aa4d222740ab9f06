//! The wired network between the host of the ledger and a second host: what a request costs that
//! has to cross it. Knows no message.

use std::cell::RefCell;

use contract::{Lapse, Time};

use super::bearer::{Bearer, Direction, Fate};
use super::profile::Profile;

/// The network's profile.
const PROFILE: &str = "host-backup";

/// After so long a lost packet is sent again (Linux's `TCP_RTO_MIN`), then after twice as long.
const AGAIN: Lapse = Lapse::from_ms(200);

/// So often at most; then the connection is as good as new (assumption: a house mends its own).
const TRIES: u32 = 5;

/// Bytes of a request to the ledger with its headers, and of its answer (assumption).
const BYTES: usize = 400;

/// One host's way to the ledger of another.
pub struct Backbone(RefCell<Box<dyn Bearer>>);

impl Backbone {
    /// The way of the host of this name.
    ///
    /// # Errors
    /// What is wrong with the profile.
    pub fn new(seed: u64, host: &str) -> Result<Backbone, String> {
        let profile = Profile::load(PROFILE)?;
        Ok(Backbone(RefCell::new(profile.channel(seed, &format!("backbone {host}")))))
    }

    /// How long it takes to the ledger from now on.
    pub fn to_ledger(&self, now: Time) -> Lapse {
        self.crossing(now, Direction::Up)
    }

    /// How long it takes back.
    pub fn from_ledger(&self, now: Time) -> Lapse {
        self.crossing(now, Direction::Down)
    }

    fn crossing(&self, now: Time, direction: Direction) -> Lapse {
        let mut waited = Lapse::ZERO;
        for tries in 0..TRIES {
            let fate = self.0.borrow_mut().fate(now + waited, direction, BYTES);
            if let Fate::Delivered(delay) = fate {
                return waited + delay;
            }
            waited = waited + Lapse(AGAIN.0 << tries);
        }
        waited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_trip_to_the_ledger_is_that_of_its_profile() {
        let backbone = Backbone::new(1, "backup").unwrap();
        let mut trips: Vec<u64> = (0..2_001)
            .map(|n| Time::from_ms(n * 5_000))
            .map(|at| (backbone.to_ledger(at) + backbone.from_ledger(at)).as_ms())
            .collect();
        trips.sort_unstable();
        assert_eq!((trips[0], trips[1_000]), (12, 12));
        assert!(trips[2_000] <= 30 + 200, "{}", trips[2_000]);
    }
}

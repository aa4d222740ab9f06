//! The radio resource control of a modem: asleep when it was silent for long, half asleep when it
//! was for a moment.
//!
//! It knows when packets pass and nothing of their fate. The rest of a wake-up is shared by all
//! packets that come meanwhile.

use contract::{Lapse, Time};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::bearer::Direction;
use super::quantile::Table;

/// Idle, connected, or connected and listening only now and then (3GPP TS 36.331 and 36.321).
#[derive(Debug)]
pub(super) struct Rrc {
    takes_ms: Table,
    idle_after: Lapse,
    /// How far apart the moments are at which an idle modem can be called.
    paging: Lapse,
    /// Connected DRX: after which silence, and with which cycle.
    drx: Option<(Lapse, Lapse)>,
    active: Option<Time>,
    ready: Time,
    rng: ChaCha8Rng,
}

impl Rrc {
    pub(super) fn new(
        takes_ms: Table,
        idle_after: Lapse,
        paging: Lapse,
        drx: Option<(Lapse, Lapse)>,
        rng: ChaCha8Rng,
    ) -> Rrc {
        Rrc { takes_ms, idle_after, paging, drx, active: None, ready: Time(0), rng }
    }

    /// How long a packet of this moment waits until the modem can send or hear it.
    pub(super) fn wait(&mut self, at: Time, direction: Direction) -> Lapse {
        let quiet = self.active.map(|active| at.since(active));
        if quiet.is_none_or(|quiet| quiet > self.idle_after) {
            let takes = Lapse::from_ms(self.takes_ms.draw(&mut self.rng) as u64);
            self.ready = at + self.paged(direction) + takes;
        } else if let Some((after, cycle)) = self.drx
            && direction == Direction::Down
            && quiet.is_some_and(|quiet| quiet > after)
        {
            // Only what comes from the network waits: the modem sends when it wants to.
            self.ready = self.ready.max(at + self.up_to(cycle));
        }
        // While it wakes up it is not silent.
        self.active = self.active.max(Some(at.max(self.ready)));
        self.ready.since(at)
    }

    fn paged(&mut self, direction: Direction) -> Lapse {
        match direction {
            Direction::Up => Lapse::ZERO,
            Direction::Down => self.up_to(self.paging),
        }
    }

    fn up_to(&mut self, longest: Lapse) -> Lapse {
        Lapse::from_ms(self.rng.random_range(0..=longest.as_ms()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Down, Up};

    fn rrc(takes_ms: &[(f64, f64)], paging: u64, drx: Option<(u64, u64)>) -> Rrc {
        let takes_ms = Table::new(takes_ms, 1.0, 1e4).unwrap();
        let drx = drx.map(|(after, cycle)| (Lapse::from_ms(after), Lapse::from_ms(cycle)));
        let (idle, paging) = (Lapse::from_secs(10), Lapse::from_ms(paging));
        Rrc::new(takes_ms, idle, paging, drx, crate::env::rng(1, "test rrc"))
    }

    #[test]
    fn an_idle_modem_wakes_up_first() {
        let mut rrc = rrc(&[(1.0, 150.0)], 1_280, None);
        for (at, wait) in [(0, 150), (50, 100), (200, 0), (10_200, 0), (20_201, 150)] {
            assert_eq!(rrc.wait(Time::from_ms(at), Up), Lapse::from_ms(wait), "at {at} ms");
        }
    }

    /// Waits in ms, asked once a minute.
    fn waits(rrc: &mut Rrc, direction: Direction) -> Vec<u64> {
        let mut all: Vec<u64> =
            (0..20_000).map(|n| rrc.wait(Time::from_ms(n * 60_000), direction).as_ms()).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn waking_up_takes_as_long_as_its_table_says() {
        let points = [(0.0, 50.0), (0.25, 130.0), (0.5, 174.0), (0.9, 326.0), (1.0, 1_028.0)];
        let all = waits(&mut rrc(&points, 1_280, None), Up);
        for (share, expected) in &points[1..4] {
            let ms = all[(share * all.len() as f64) as usize] as f64;
            assert!((ms / expected - 1.0).abs() < 0.05, "{share}: {ms}, not {expected} ms");
        }
        assert!(all[0] >= 50 && all[all.len() - 1] <= 1_028);
    }

    #[test]
    fn what_the_network_sends_to_an_idle_modem_waits_for_a_paging_moment_too() {
        let all = waits(&mut rrc(&[(1.0, 150.0)], 1_280, None), Down);
        let mean = all.iter().sum::<u64>() as f64 / all.len() as f64;
        assert!((780.0..800.0).contains(&mean), "150 and half of 1280, not {mean} ms");
        assert!(all[0] >= 150 && all[all.len() - 1] <= 1_430);
    }

    #[test]
    fn connected_drx_delays_only_what_comes_down_after_a_silence() {
        let mut rrc = rrc(&[(1.0, 150.0)], 1_280, Some((100, 40)));
        rrc.wait(Time(0), Up);
        let mut longest = Lapse::ZERO;
        for n in 1..1_000 {
            let at = n * 1_000;
            longest = longest.max(rrc.wait(Time::from_ms(at), Down));
            assert_eq!(rrc.wait(Time::from_ms(at + 90), Down), Lapse::ZERO, "it listens");
            assert_eq!(rrc.wait(Time::from_ms(at + 300), Up), Lapse::ZERO, "it sends");
        }
        assert_eq!(longest, Lapse::from_ms(40));
    }
}

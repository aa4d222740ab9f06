//! The one question that TCP asks of a link: what becomes of a packet that is sent now?
//!
//! It knows no connection and no protocol. Whatever can carry packets answers it: a drawn radio
//! channel, a recorded one, or either of them under imposed faults.

use contract::{Lapse, Time};

/// Which way a packet goes, seen from the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// From the terminal to the host.
    Up,
    /// From the host to the terminal.
    Down,
}

impl Direction {
    /// The way back.
    pub const fn other(self) -> Direction {
        match self {
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
        }
    }

    /// This direction's share of a round trip. The uplink gets 60 %, because a terminal has to
    /// ask for a grant before it may send (assumption).
    pub(super) const fn share_of(self, round_trip: Lapse) -> Lapse {
        match self {
            Direction::Up => Lapse(round_trip.0 * 6 / 10),
            Direction::Down => Lapse(round_trip.0 * 4 / 10),
        }
    }
}

/// What becomes of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrives after this long: whole milliseconds, at least `MIN_DELAY`.
    Delivered(Lapse),
    /// It never arrives.
    Lost,
}

/// Nothing crosses a 4G link faster, one way (assumption: half of a round trip of 10 ms, shorter
/// than any in the profiles). Engines may rely on it.
pub const MIN_DELAY: Lapse = Lapse::from_ms(5);

/// Carries packets between a terminal and the Internet.
pub trait Bearer {
    /// What becomes of a packet of this size, with its headers, that is sent at this moment.
    /// Asked in order of time, give or take a few seconds.
    fn fate(&mut self, at: Time, direction: Direction, bytes: usize) -> Fate;
}

/// Rounds to whole milliseconds and applies the lower limit.
pub(super) fn delivered(delay: Lapse) -> Fate {
    Fate::Delivered(Lapse::from_ms((delay.0 + 500) / 1_000).max(MIN_DELAY))
}

/// A bottleneck: one packet after another leaves at a constant rate. Without a limit on what
/// waits: a sender of payments never fills it.
#[derive(Debug)]
pub(super) struct RateQueue {
    kbps: u64,
    free_at: Time,
}

impl RateQueue {
    /// With this rate in kbit/s; nothing is slower than 1 kbit/s.
    pub(super) fn new(kbps: u32) -> RateQueue {
        RateQueue { kbps: u64::from(kbps.max(1)), free_at: Time(0) }
    }

    /// What comes from now on leaves at this rate.
    pub(super) fn set_rate(&mut self, kbps: u32) {
        self.kbps = u64::from(kbps.max(1));
    }

    /// How long this packet takes until its last bit has left, in microseconds.
    pub(super) fn pass(&mut self, at: Time, bytes: usize) -> Lapse {
        let sending = Lapse(bytes as u64 * 8_000 / self.kbps);
        self.free_at = self.free_at.max(at) + sending;
        self.free_at.since(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_wait_for_those_before_them() {
        let mut queue = RateQueue::new(8);
        assert_eq!(queue.pass(Time(0), 100), Lapse::from_ms(100));
        assert_eq!(queue.pass(Time::from_ms(40), 100), Lapse::from_ms(160));
        assert_eq!(queue.pass(Time::from_ms(5_000), 100), Lapse::from_ms(100));
    }

    #[test]
    fn delays_are_whole_milliseconds_and_never_below_the_minimum() {
        assert_eq!(delivered(Lapse(12_499)), Fate::Delivered(Lapse::from_ms(12)));
        assert_eq!(delivered(Lapse(12_500)), Fate::Delivered(Lapse::from_ms(13)));
        assert_eq!(delivered(Lapse::ZERO), Fate::Delivered(MIN_DELAY));
    }
}

//! The round-trip time as a sender knows it: smoothed, with its deviation (RFC 6298), and Linux's
//! rules for a deviation that rises at once and falls slowly.
//!
//! It knows samples, not where they come from.

use contract::{Lapse, Time};

/// Linux's `TCP_RTO_MIN`: the least that the timeout lies above the round trip.
pub(super) const LEAST_MARGIN: Lapse = Lapse::from_ms(200);

/// For how long the least round trip is believed (Linux's `tcp_min_rtt_wlen`).
const LEAST_VALID: Lapse = Lapse::from_secs(300);

/// The estimate, in microseconds; smoothed values are kept with their fractions, eighths of the
/// round trip and quarters of the deviation.
#[derive(Debug)]
pub(super) struct RoundTrips {
    smoothed_8: u64,
    deviation_4: u64,
    /// What is added for the timeout.
    margin: u64,
    /// The largest deviation, at least `LEAST_MARGIN`, since `round_ends` was sent.
    worst: u64,
    round_ends: u32,
    least: Lapse,
    least_at: Time,
}

impl RoundTrips {
    pub(super) fn new() -> RoundTrips {
        RoundTrips {
            smoothed_8: 0,
            deviation_4: 0,
            margin: 0,
            worst: 0,
            round_ends: 0,
            least: Lapse::ZERO,
            least_at: Time(0),
        }
    }

    /// The smoothed round trip, once there is one.
    pub(super) fn smoothed(&self) -> Option<Lapse> {
        (self.smoothed_8 > 0).then_some(Lapse(self.smoothed_8 / 8))
    }

    /// The shortest of the last minutes.
    pub(super) fn least(&self) -> Lapse {
        self.least
    }

    /// The timeout that follows from it.
    pub(super) fn timeout(&self) -> Lapse {
        Lapse(self.smoothed_8 / 8 + self.margin)
    }

    /// Takes a sample. `acked` and `sent` are the numbers of the oldest segment that is not
    /// acknowledged and of the next to be sent: once in a round trip the margin may fall.
    pub(super) fn add(&mut self, now: Time, sample: Lapse, acked: u32, sent: u32) {
        self.keep_least(now, sample);
        if self.smoothed_8 == 0 {
            self.smoothed_8 = (sample.0 * 8).max(1);
            self.deviation_4 = sample.0 * 2;
            self.margin = self.deviation_4.max(LEAST_MARGIN.0);
            self.worst = self.margin;
            self.round_ends = sent;
            return;
        }
        self.smooth(sample.0);
        self.worst = self.worst.max(self.deviation_4);
        self.margin = self.margin.max(self.worst);
        if acked > self.round_ends {
            self.margin -= (self.margin - self.worst) / 4;
            self.round_ends = sent;
            self.worst = LEAST_MARGIN.0;
        }
    }

    /// A shorter round trip than expected moves the deviation up eight times less than a longer.
    fn smooth(&mut self, sample: u64) {
        let expected = self.smoothed_8 / 8;
        let (off, known) = (sample.abs_diff(expected), self.deviation_4 / 4);
        if sample >= expected {
            self.smoothed_8 += off;
            self.deviation_4 = self.deviation_4 - known + off;
            return;
        }
        self.smoothed_8 = (self.smoothed_8 - off).max(1);
        match off > known {
            true => self.deviation_4 += (off - known) / 8,
            false => self.deviation_4 -= known - off,
        }
    }

    fn keep_least(&mut self, now: Time, sample: Lapse) {
        let first = self.smoothed_8 == 0;
        if first || sample <= self.least || now.since(self.least_at) > LEAST_VALID {
            (self.least, self.least_at) = (sample, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(samples_ms: impl IntoIterator<Item = u64>) -> RoundTrips {
        let mut trips = RoundTrips::new();
        for (n, ms) in (0..).zip(samples_ms) {
            trips.add(Time::from_ms(u64::from(n) * 1_000), Lapse::from_ms(ms), n, n + 1);
        }
        trips
    }

    #[test]
    fn the_first_sample_counts_alone() {
        assert_eq!(after([100]).timeout(), Lapse::from_ms(300));
        assert_eq!(after([1_100]).timeout(), Lapse::from_ms(3_300));
        assert_eq!(after([]).smoothed(), None);
    }

    #[test]
    fn steady_round_trips_leave_the_least_margin() {
        let trips = after(std::iter::repeat_n(100, 100));
        assert_eq!(trips.smoothed(), Some(Lapse::from_ms(100)));
        assert_eq!(trips.timeout(), Lapse::from_ms(300));
    }

    #[test]
    fn one_long_round_trip_raises_the_margin_at_once_and_for_long() {
        let margins = |calm: usize| {
            let samples = std::iter::repeat_n(100, 50).chain([1_000]);
            let trips = after(samples.chain(std::iter::repeat_n(100, calm)));
            trips.margin / 1_000
        };
        assert_eq!(margins(0), 900);
        assert!((500..900).contains(&margins(5)), "{}", margins(5));
        assert_eq!(margins(100), 200);
    }

    #[test]
    fn the_least_is_forgotten_after_minutes() {
        assert_eq!(after([50, 100, 200]).least(), Lapse::from_ms(50));
        let long_ago = after(std::iter::once(50).chain(std::iter::repeat_n(100, 302)));
        assert_eq!(long_ago.least(), Lapse::from_ms(100));
    }
}

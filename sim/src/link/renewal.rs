//! Events that come at random and last for a while: handovers, scheduling gaps, loss of coverage.
//!
//! It knows not what an event does to packets. A query costs nothing while none is near, however
//! long nobody asked.

use contract::{Lapse, Time};
use rand::rngs::ChaCha8Rng;

use super::quantile::{Table, exponential};

/// After a longer silence the past is not played through: events start anew this long before the
/// query. Longer than any event, so that what was before has no influence.
const HORIZON: Lapse = Lapse::from_secs(60);

/// Longest event in ms; keeps the horizon honest.
pub(super) const LONGEST_MS: f64 = 60_000.0;

/// How long an event lasts, in ms.
#[derive(Debug)]
enum Durations {
    Table(Table),
    Exponential { mean: f64 },
}

/// An alternating renewal process with exponential gaps.
#[derive(Debug)]
pub(super) struct Renewal {
    mean_gap_ms: f64,
    durations_ms: Durations,
    rng: ChaCha8Rng,
    start: Time,
    end: Time,
}

impl Renewal {
    /// With this many events a minute of undisturbed time, more than none.
    pub(super) fn new(per_minute: f64, durations_ms: Table, rng: ChaCha8Rng) -> Renewal {
        Renewal::begin(60_000.0 / per_minute, Durations::Table(durations_ms), rng)
    }

    /// With exponential gaps and durations of these means in ms.
    pub(super) fn exponential(mean_gap_ms: f64, mean_ms: f64, rng: ChaCha8Rng) -> Renewal {
        Renewal::begin(mean_gap_ms, Durations::Exponential { mean: mean_ms }, rng)
    }

    fn begin(mean_gap_ms: f64, durations_ms: Durations, rng: ChaCha8Rng) -> Renewal {
        let mut process = Renewal { mean_gap_ms, durations_ms, rng, start: Time(0), end: Time(0) };
        process.draw(Time(0));
        process
    }

    /// What is left of the event at this moment; nothing when there is none.
    pub(super) fn rest(&mut self, at: Time) -> Lapse {
        if at.since(self.end) > HORIZON {
            self.draw(Time(at.0 - HORIZON.0));
        }
        while self.end <= at {
            self.draw(self.end);
        }
        if self.start <= at { self.end.since(at) } else { Lapse::ZERO }
    }

    /// The first event after this moment.
    fn draw(&mut self, after: Time) {
        let gap_ms = exponential(&mut self.rng) * self.mean_gap_ms;
        self.start = after + Lapse::from_ms(gap_ms as u64);
        let duration_ms = match &self.durations_ms {
            Durations::Table(table) => table.draw(&mut self.rng),
            Durations::Exponential { mean } => (exponential(&mut self.rng) * mean).min(LONGEST_MS),
        };
        self.end = self.start + Lapse::from_ms((duration_ms as u64).max(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(per_minute: f64) -> Renewal {
        let durations = Table::new(&[(0.0, 500.0), (1.0, 1_500.0)], 1.0, LONGEST_MS).unwrap();
        Renewal::new(per_minute, durations, crate::env::rng(3, "test renewal"))
    }

    /// The share of queries that meet an event, asked every `step`.
    fn share_busy(step: Lapse) -> f64 {
        let mut process = process(6.0);
        let times = (0..20_000).map(|n| Time(step.0 * n));
        let busy = times.filter(|at| process.rest(*at) > Lapse::ZERO).count();
        busy as f64 / 20_000.0
    }

    #[test]
    fn as_much_time_is_disturbed_as_rate_and_duration_say() {
        // A mean gap of 10 s and a mean duration of 1 s: 1 / 11 of the time.
        for step in [Lapse::from_ms(100), Lapse::from_secs(7), Lapse::from_secs(3_600)] {
            let share = share_busy(step);
            assert!((0.075..0.108).contains(&share), "{share} at steps of {step}");
        }
    }

    #[test]
    fn an_event_runs_out() {
        let mut process = process(60.0);
        let first = (0..).map(Time::from_ms).find(|at| process.rest(*at) > Lapse::ZERO).unwrap();
        let rest = process.rest(first);
        assert_eq!(process.rest(first + Lapse::from_ms(100)), rest - Lapse::from_ms(100));
        assert_eq!(process.rest(first + rest), Lapse::ZERO);
    }

    #[test]
    fn hours_of_silence_cost_no_more_than_a_minute() {
        let mut process = process(6.0);
        process.rest(Time(0) + Lapse::from_secs(100_000_000));
        let mut played = super::tests::process(6.0);
        played.rest(Time(0) + Lapse::from_secs(60));
        let draws = |p: &Renewal| p.rng.get_word_pos();
        assert!(draws(&process) < draws(&played) + 200);
    }
}

//! What time it is for the terminal: its own clock, put right by what the host said last.

use std::rc::Rc;

use contract::{Lapse, Time};

use crate::peripheral::rtc::Rtc;

/// So far its clock may be from the host's before the host's counts: 30 s (assumption, longer than
/// an answer may take).
const TOLERANCE: Lapse = Lapse::from_secs(30);

/// The clock with its correction.
pub(super) struct Clock {
    rtc: Rc<Rtc>,
    correction: Correction,
}

impl Clock {
    pub(super) fn new(rtc: Rc<Rtc>) -> Clock {
        Clock { rtc, correction: Correction::default() }
    }

    /// What time it is; `now` is what the board's oscillator counts.
    pub(super) fn now(&self, now: Time) -> Time {
        self.correction.of(self.rtc.read(now))
    }

    /// The host said what time it is.
    pub(super) fn adopt(&mut self, now: Time, host: Time) {
        self.correction.adopt(self.rtc.read(now), host);
    }

    /// Whether the clock was right when the host last said what time it is.
    pub(super) fn is_right(&self) -> bool {
        self.correction.0.is_none()
    }
}

/// What the clock showed when the host said another time, and that time. A power cut forgets it.
#[derive(Default)]
struct Correction(Option<(Time, Time)>);

impl Correction {
    fn of(&self, own: Time) -> Time {
        self.0.map_or(own, |(shown, host)| host + own.since(shown))
    }

    fn adopt(&mut self, own: Time, host: Time) {
        let apart = own.since(host).max(host.since(own));
        self.0 = (apart > TOLERANCE).then_some((own, host));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_time_counts_where_the_own_clock_is_far_off() {
        let at = |s: u64| Time::from_ms(s * 1_000);
        let mut correction = Correction::default();
        correction.adopt(at(90), at(100));
        assert_eq!(correction.of(at(95)), at(95), "the answer took its time");
        for own in [7_300, 0] {
            correction.adopt(at(own), at(100));
            assert_eq!(correction.of(at(own + 10)), at(110));
        }
    }
}

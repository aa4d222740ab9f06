//! What time it is for the terminal: its own clock, put right by what the host said last.

use std::rc::Rc;

use contract::{Lapse, Time};

use crate::peripheral::rtc::Rtc;

/// So far its clock may be from the host's before the host's counts: 30 s (assumption, longer than
/// an answer may take).
const TOLERANCE: Lapse = Lapse::from_secs(30);

/// The clock with its correction, which a power cut forgets.
pub(super) struct Clock {
    rtc: Rc<Rtc>,
    /// What the clock showed when the host said another time, and that time.
    corrected: Option<(Time, Time)>,
}

impl Clock {
    pub(super) fn new(rtc: Rc<Rtc>) -> Clock {
        Clock { rtc, corrected: None }
    }

    /// What time it is; `now` is what the board's oscillator counts.
    pub(super) fn now(&self, now: Time) -> Time {
        let own = self.rtc.read(now);
        self.corrected.map_or(own, |(shown, host)| host + own.since(shown))
    }

    /// The host said what time it is.
    pub(super) fn adopt(&mut self, now: Time, host: Time) {
        let own = self.rtc.read(now);
        let apart = own.since(host).max(host.since(own));
        self.corrected = (apart > TOLERANCE).then_some((own, host));
    }

    /// Whether the clock was right when the host last said what time it is.
    pub(super) fn is_right(&self) -> bool {
        self.corrected.is_none()
    }
}

#[cfg(test)]
mod tests {
    use contract::fault::ClockError;
    use contract::{EventKind, Fault, FaultNo, FaultSpan, Source, TerminalId};

    use super::*;
    use crate::env::Tap;
    use crate::faults::Faults;

    struct Deaf;
    impl Tap for Deaf {
        fn on(&self) -> bool {
            false
        }
        fn tell(&self, _: Option<TerminalId>, _: Source, _: EventKind) {}
    }

    #[test]
    fn the_hosts_time_counts_where_the_own_clock_is_far_off() {
        let at = |s: u64| Time::from_ms(s * 1_000);
        for (error, shown) in [(ClockError::Ahead, at(7_300)), (ClockError::Behind, at(0))] {
            let faults = Faults::new(Rc::new(Deaf));
            let mut clock = Clock::new(Rtc::new(TerminalId(1), Rc::clone(&faults)));
            clock.adopt(at(90), at(100));
            assert!(clock.is_right() && clock.now(at(90)) == at(90), "the answer took its time");
            let fault = Fault::ClockSkew { error, by: Lapse::from_secs(7_200) };
            let span = FaultSpan::For(Lapse::from_secs(60));
            faults.begin(FaultNo(1), TerminalId(1), fault, span);
            assert_eq!(clock.now(at(100)), shown);
            clock.adopt(at(7_300), at(7_299));
            assert!(!clock.is_right());
            assert_eq!(clock.now(at(7_310)), at(7_309));
        }
    }
}

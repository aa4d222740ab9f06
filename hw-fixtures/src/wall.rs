//! The wall clock as a rig's time, and as the pace of an engine. The only file here that asks the
//! machine what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use contract::{Lapse, Time};
use sim::engine::Pace;

/// A rig's time on the wall clock. Any thread may ask it.
#[derive(Debug, Clone, Copy)]
pub struct WallClock {
    begun: Instant,
    at: Time,
    speed: u32,
}

impl WallClock {
    /// It is `at` now, and time passes `speed` times as fast as outside: once on a real bench,
    /// faster only where each terminal is a program whose clock does the same.
    #[expect(clippy::disallowed_methods, reason = "this is where a bench's time comes from")]
    pub fn start(at: Time, speed: u32) -> WallClock {
        WallClock { begun: Instant::now(), at, speed: speed.max(1) }
    }

    /// What time it is.
    pub fn now(&self) -> Time {
        let passed = self.begun.elapsed().saturating_mul(self.speed);
        Time(self.at.0.saturating_add(u64::try_from(passed.as_micros()).unwrap_or(u64::MAX)))
    }

    /// How fast it goes.
    pub fn speed(&self) -> u32 {
        self.speed
    }

    /// How long a span of this clock takes outside.
    pub fn real(&self, span: Lapse) -> Lapse {
        Lapse(span.0 / u64::from(self.speed))
    }

    /// How long to wait until a moment; zero when it is past.
    fn until(&self, moment: Time) -> Duration {
        Duration::from_micros(moment.0.saturating_sub(self.now().0)) / self.speed
    }
}

/// Has an engine wait for the wall clock. Belongs to the thread that made it.
pub struct WallPace {
    clock: WallClock,
    bell: Arc<Bell>,
}

/// Wakes the engine's thread.
struct Bell {
    thread: Thread,
    rung: AtomicBool,
}

impl Wake for Bell {
    fn wake(self: Arc<Bell>) {
        self.wake_by_ref();
    }

    /// The engine's own thread does not wait while it rings.
    fn wake_by_ref(self: &Arc<Bell>) {
        let own = thread::current().id() == self.thread.id();
        if !own && !self.rung.swap(true, Ordering::AcqRel) {
            self.thread.unpark();
        }
    }
}

impl WallPace {
    /// The pace of this clock, for an engine on this thread.
    pub fn new(clock: WallClock) -> WallPace {
        let bell = Bell { thread: thread::current(), rung: AtomicBool::new(false) };
        WallPace { clock, bell: Arc::new(bell) }
    }
}

impl Pace for WallPace {
    fn pass(&self, until: Time) -> Time {
        loop {
            let left = self.clock.until(until);
            if left.is_zero() {
                return until;
            }
            if self.bell.rung.swap(false, Ordering::AcqRel) {
                return self.clock.now().min(until);
            }
            thread::park_timeout(left);
        }
    }

    fn bell(&self) -> Option<Waker> {
        Some(Waker::from(Arc::clone(&self.bell)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_past_costs_no_wait_and_a_bell_ends_one() {
        let clock = WallClock::start(Time::from_ms(5), 1);
        let pace = WallPace::new(clock);
        assert_eq!(pace.pass(Time::from_ms(3)), Time::from_ms(3));
        let soon = Time(clock.now().0 + 2_000);
        assert_eq!(pace.pass(soon), soon);
        assert!(clock.now() >= soon);
        let far = Time(u64::MAX);
        let bell = pace.bell().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(move || bell.wake());
            assert!(pace.pass(far) < far);
        });
    }

    #[test]
    fn a_faster_clock_waits_less() {
        let (clock, real) = (WallClock::start(Time(0), 100), WallClock::start(Time(0), 1));
        let pace = WallPace::new(clock);
        assert_eq!(pace.pass(Time::from_ms(1_000)), Time::from_ms(1_000));
        assert!(real.now() >= Time::from_ms(10), "a second is 10 ms");
        assert!(clock.now() >= Time::from_ms(1_000));
    }
}

//! What differs between Linux kernels: the tick, and how SYNs are repeated; and the wheel that
//! rounds every timer of TCP.
//!
//! It knows no connection.

use contract::{Lapse, Time};

/// Timers that are due within this many ticks fire at their tick; each further level of the wheel
/// reaches eight times as far and is eight times as coarse (Linux's `kernel/time/timer.c`).
const FINE_TICKS: u64 = 63;

/// Whose TCP both ends have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// Linux 6.1 as Debian 12 builds User Mode Linux: 100 ticks a second; SYNs are repeated after
    /// 1, 3, 7, 15, 31 and 63 s.
    V6_1,
    /// Linux 6.18: 250 ticks a second; SYNs are repeated after 1, 2, 3, 4, 5, 7, 11, 19, 35 and
    /// 67 s (`tcp_syn_linear_timeouts`, since 6.5).
    V6_18,
}

impl Kernel {
    /// How many timeouts of a SYN pass before they begin to double (`tcp_syn_linear_timeouts`).
    pub(super) const fn linear_syns(self) -> u32 {
        match self {
            Kernel::V6_1 => 0,
            Kernel::V6_18 => 4,
        }
    }

    const fn tick(self) -> Lapse {
        match self {
            Kernel::V6_1 => Lapse::from_ms(10),
            Kernel::V6_18 => Lapse::from_ms(4),
        }
    }

    /// A span in ticks, rounded up as the kernel does.
    pub(super) const fn ticks(self, span: Lapse) -> u64 {
        span.0.div_ceil(self.tick().0)
    }

    /// So many ticks as a span.
    pub(super) const fn span(self, ticks: u64) -> Lapse {
        Lapse(ticks * self.tick().0)
    }

    /// When a timer fires that is set now for so many ticks: never early, and up to an eighth
    /// of its time late.
    pub(super) const fn expiry(self, now: Time, ticks: u64) -> Time {
        let mut shift = 0;
        while ticks >= FINE_TICKS << shift {
            shift += 3;
        }
        let due = now.0 / self.tick().0 + ticks;
        Time((((due >> shift) + 1) << shift) * self.tick().0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_fire_late_and_the_later_the_coarser() {
        for (kernel, now_ms, span_ms, at_ms) in [
            (Kernel::V6_18, 0, 40, 44),
            (Kernel::V6_18, 3, 40, 44),
            (Kernel::V6_18, 4, 248, 256),
            (Kernel::V6_18, 0, 300, 320),
            (Kernel::V6_18, 0, 1_000, 1_024),
            (Kernel::V6_18, 0, 2_400, 2_560),
            (Kernel::V6_18, 0, 20_000, 20_480),
            (Kernel::V6_1, 0, 300, 310),
            (Kernel::V6_1, 0, 1_000, 1_040),
        ] {
            let ticks = kernel.ticks(Lapse::from_ms(span_ms));
            let at = kernel.expiry(Time::from_ms(now_ms), ticks);
            assert_eq!(at, Time::from_ms(at_ms), "{kernel:?}: {span_ms} ms at {now_ms} ms");
        }
    }

    #[test]
    fn no_timer_is_early_or_more_than_an_eighth_late() {
        for kernel in [Kernel::V6_1, Kernel::V6_18] {
            for ticks in 1..40_000 {
                let now = Time::from_ms(ticks * 7);
                let late = kernel.expiry(now, ticks).since(now);
                let least = kernel.span(ticks);
                assert!(late.0 + kernel.tick().0 > least.0, "{ticks} ticks");
                assert!(late.0 <= least.0 + least.0 / 7 + kernel.tick().0, "{ticks} ticks");
            }
        }
    }
}

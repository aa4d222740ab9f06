//! STANs (field 11): every request gets one of its own, except a reversal, which carries that of
//! its sale. What was used is noted in the flash only now and then, so a power cut skips ahead.
//! Knows no message and no flash.

/// So many STANs may be used beyond the last one noted (assumption: few enough that skipping them
/// at each power cut wastes little, enough that the flash is seldom written for them alone).
pub(super) const BLOCK: u32 = 100;

/// So many requests leave between two looks at `due`: an echo, a sign-in, what is asked, and one
/// more.
const AHEAD: u32 = 4;

/// The highest STAN: six digits.
const LAST: u32 = 999_999;

/// Counts the requests of a terminal. Counts go on for ever; `stan_of` makes STANs of them.
pub(super) struct Stans {
    count: u32,
    /// Counts up to this one are safe to use.
    limit: u32,
}

impl Stans {
    /// After a start: `noted` is the highest count in the flash, 0 for none.
    pub(super) fn after(noted: u32) -> Stans {
        let count = if noted == 0 { 0 } else { noted.saturating_add(BLOCK) };
        Stans { count, limit: count }
    }

    /// The next count.
    pub(super) fn take(&mut self) -> u32 {
        self.count = self.count.saturating_add(1);
        self.count
    }

    /// What is to be noted before the next request, if anything is.
    pub(super) fn due(&self) -> Option<u32> {
        (self.count.saturating_add(AHEAD) > self.limit).then_some(self.count.max(1))
    }

    /// This count stands in the flash.
    pub(super) fn noted(&mut self, count: u32) {
        self.limit = self.limit.max(count.saturating_add(BLOCK));
    }

    /// Another device under this terminal's number has used the STANs up to this one, as far as
    /// the host knows; it may have used some that never reached the host.
    pub(super) fn skip(&mut self, used: u32) {
        self.count = self.count.max(used.saturating_add(BLOCK));
    }
}

/// A count's STAN. STANs begin again after the highest; they are to be unique within a batch, and
/// no batch holds so many.
pub(super) fn stan_of(count: u32) -> u32 {
    count.saturating_sub(1) % LAST + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stans_have_six_digits() {
        let stans = [1, LAST, LAST + 1, u32::MAX].map(stan_of);
        assert_eq!(stans[..3], [1, LAST, 1]);
        assert!(stans[3] <= LAST);
    }

    #[test]
    fn no_count_comes_again_after_any_number_of_starts() {
        let (mut flash, mut highest) = (0, 0);
        for requests in [0, 1, 2, 99, 100, 101, 350, 0, 7] {
            let mut stans = Stans::after(flash);
            for _ in 0..requests {
                if let Some(count) = stans.due() {
                    flash = flash.max(count);
                    stans.noted(count);
                }
                let count = stans.take();
                assert!(count > highest, "{count} after {highest}");
                highest = count;
            }
        }
    }
}

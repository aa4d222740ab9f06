//! The congestion window, in segments: slow start and congestion avoidance (RFC 5681) from
//! Linux's first window (RFC 6928).
//!
//! It knows counts only. Payments stay within the first window; after losses a short window costs
//! longer messages a round trip.

/// Segments in the first window (RFC 6928).
const FIRST: u32 = 10;

/// What the receiver takes beyond the last acknowledged segment: Linux's first receive window of
/// 64 KiB is about 48 of them, and it grows (assumption: it has grown a little).
pub(super) const RECEIVE: u32 = 64;

/// How many segments may be under way.
#[derive(Debug)]
pub(super) struct Window {
    size: u32,
    threshold: u32,
    /// Acknowledged segments that did not make it grow yet.
    credit: u32,
}

impl Window {
    pub(super) fn new() -> Window {
        Window { size: FIRST, threshold: u32::MAX, credit: 0 }
    }

    pub(super) fn size(&self) -> u32 {
        self.size
    }

    /// Segments were acknowledged while so many were under way. It grows only if it was used.
    pub(super) fn grow(&mut self, acked: u32, under_way: u32) {
        if self.size < self.threshold {
            if under_way * 2 > self.size {
                self.size = (self.size + acked).min(self.threshold);
            }
        } else if under_way >= self.size {
            self.credit += acked;
            if self.credit >= self.size {
                self.credit = 0;
                self.size += 1;
            }
        }
    }

    /// A loss: it falls to 70 % (cubic, RFC 9438).
    pub(super) fn reduce(&mut self) {
        self.threshold = (self.size * 7 / 10).max(2);
        self.size = self.threshold;
    }

    /// A timeout: nothing beyond what is under way and one segment.
    pub(super) fn collapse(&mut self, under_way: u32) {
        self.size = under_way + 1;
    }

    /// The loss was none.
    pub(super) fn restore(&mut self) {
        self.size = self.size.max(FIRST);
        self.threshold = u32::MAX;
    }

    /// Nothing was sent for longer than a timeout: what it grew to is not trusted any more.
    pub(super) fn rest(&mut self) {
        self.size = self.size.min(FIRST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_only_when_it_is_used_and_slower_after_a_loss() {
        let mut window = Window::new();
        window.grow(1, 1);
        assert_eq!(window.size(), 10);
        window.grow(10, 10);
        assert_eq!(window.size(), 20);
        window.reduce();
        assert_eq!(window.size(), 14);
        window.grow(14, 14);
        assert_eq!(window.size(), 15);
        window.collapse(0);
        assert_eq!(window.size(), 1);
        window.grow(1, 1);
        assert_eq!(window.size(), 2);
    }
}

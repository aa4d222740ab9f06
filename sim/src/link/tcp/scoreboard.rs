//! What a sender knows of its segments: under way, arrived past a gap, lost, or not sent yet.
//!
//! What was sent before the newest that arrived is lost once it is late (RACK, RFC 8985). It knows
//! no timer and no window.

use std::collections::VecDeque;

use contract::{Lapse, Time};

use super::receiver::Ack;

#[derive(Debug)]
struct Segment {
    bytes: usize,
    /// Last.
    sent: Time,
    repeated: bool,
    sacked: bool,
    /// Given up and not sent again yet.
    lost: bool,
}

impl Segment {
    fn under_way(&self) -> bool {
        !self.sacked && !self.lost
    }
}

/// The segment sent latest of those that arrived.
#[derive(Debug)]
struct Newest {
    sent: Time,
    number: u32,
    round_trip: Lapse,
}

/// What one acknowledgement made known.
#[derive(Debug, Default)]
pub(super) struct News {
    pub(super) acked: u32,
    pub(super) sacked: u32,
    /// Something acknowledged had been sent more than once.
    pub(super) repeated: bool,
    /// When the first segments were sent, if only once, that were acknowledged or sacked.
    pub(super) first_acked: Option<Time>,
    pub(super) first_sacked: Option<Time>,
    /// Something arrived by which others can be found lost.
    pub(super) newest: bool,
}

/// All segments from the oldest that is not acknowledged.
#[derive(Debug)]
pub(super) struct Scoreboard {
    segments: VecDeque<Segment>,
    acked: u32,
    next: u32,
    newest: Newest,
}

impl Scoreboard {
    pub(super) fn new() -> Scoreboard {
        let newest = Newest { sent: Time(0), number: 0, round_trip: Lapse::ZERO };
        Scoreboard { segments: VecDeque::new(), acked: 0, next: 0, newest }
    }

    /// The number of the oldest segment that is not acknowledged.
    pub(super) fn acked(&self) -> u32 {
        self.acked
    }

    /// The number of the first segment that was never sent.
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    /// How many are sent and not acknowledged.
    pub(super) fn outstanding(&self) -> usize {
        (self.next - self.acked) as usize
    }

    /// How many of those are neither sacked nor lost.
    pub(super) fn under_way(&self) -> u32 {
        self.segments.range(..self.outstanding()).filter(|s| s.under_way()).count() as u32
    }

    pub(super) fn sacked(&self) -> usize {
        self.segments.iter().filter(|segment| segment.sacked).count()
    }

    pub(super) fn any_lost(&self) -> bool {
        self.segments.iter().any(|segment| segment.lost)
    }

    /// Whether the outstanding segment of this index is lost and not sent again yet.
    pub(super) fn lost(&self, index: usize) -> bool {
        self.segments.get(index).is_some_and(|segment| segment.lost)
    }

    /// When the oldest was sent last.
    pub(super) fn oldest_sent(&self) -> Option<Time> {
        self.segments.front().map(|segment| segment.sent)
    }

    /// How much the segment of this number carries.
    pub(super) fn bytes(&self, number: u32) -> usize {
        let index = number.wrapping_sub(self.acked) as usize;
        self.segments.get(index).map_or(0, |segment| segment.bytes)
    }

    /// A segment that is to be sent.
    pub(super) fn push(&mut self, bytes: usize) {
        let fresh = Segment { bytes, sent: Time(0), repeated: false, sacked: false, lost: false };
        self.segments.push_back(fresh);
    }

    /// The next segment is sent for the first time; its number.
    pub(super) fn send(&mut self, now: Time) -> Option<u32> {
        let outstanding = self.outstanding();
        self.segments.get_mut(outstanding)?.sent = now;
        self.next += 1;
        Some(self.next - 1)
    }

    /// The outstanding segment of this index is sent again; its number.
    pub(super) fn repeat(&mut self, now: Time, index: usize) -> u32 {
        let segment = &mut self.segments[index];
        (segment.sent, segment.repeated, segment.lost) = (now, true, false);
        self.acked + index as u32
    }

    /// Takes out what is acknowledged and marks what is sacked. `least` is the least round trip.
    pub(super) fn take(&mut self, now: Time, ack: &Ack, least: Lapse) -> News {
        let mut news = News::default();
        while self.acked < ack.upto.min(self.next) {
            let Some(segment) = self.segments.pop_front() else { break };
            news.acked += 1;
            news.repeated |= segment.repeated;
            if !segment.sacked {
                if !segment.repeated {
                    news.first_acked.get_or_insert(segment.sent);
                }
                let arrived = (self.acked, segment.sent, segment.repeated);
                news.newest |= self.arrived(now, arrived, ack.echo, least);
            }
            self.acked += 1;
        }
        if ack.upto == self.acked {
            self.mark_sacked(now, ack, least, &mut news);
        }
        news
    }

    fn mark_sacked(&mut self, now: Time, ack: &Ack, least: Lapse, news: &mut News) {
        let mut beyond = ack.beyond;
        while beyond != 0 {
            let index = beyond.trailing_zeros() as usize + 1;
            beyond &= beyond - 1;
            let Some(segment) = self.segments.get_mut(index) else { return };
            if segment.sacked {
                continue;
            }
            (segment.sacked, segment.lost) = (true, false);
            news.sacked += 1;
            if !segment.repeated {
                news.first_sacked.get_or_insert(segment.sent);
            }
            let arrived = (ack.upto + index as u32, segment.sent, segment.repeated);
            news.newest |= self.arrived(now, arrived, ack.echo, least);
        }
    }

    /// A segment got through. A repeat says nothing when it is the original that was answered.
    fn arrived(
        &mut self,
        now: Time,
        (number, sent, repeated): (u32, Time, bool),
        echo: Time,
        least: Lapse,
    ) -> bool {
        let round_trip = now.since(sent);
        if repeated && (echo < sent || round_trip < least) {
            return false;
        }
        self.newest.round_trip = round_trip;
        if (sent, number) > (self.newest.sent, self.newest.number) {
            (self.newest.sent, self.newest.number) = (sent, number);
        }
        true
    }

    /// Marks as lost what was sent before the newest and is late, after some patience for
    /// reordering. The longest time that some of it has left.
    pub(super) fn find_lost(&mut self, now: Time, patience: Lapse) -> Lapse {
        let outstanding = self.outstanding();
        let Newest { sent, number, round_trip } = self.newest;
        let mut longest = Lapse::ZERO;
        for (own, segment) in (self.acked..).zip(self.segments.range_mut(..outstanding)) {
            if segment.under_way() && (segment.sent, own) < (sent, number) {
                let rest = round_trip + patience - now.since(segment.sent);
                segment.lost = rest == Lapse::ZERO;
                longest = longest.max(rest);
            }
        }
        longest
    }

    /// Takes everything for lost but what is sacked or was sent within the last round trip.
    pub(super) fn lose_all(&mut self, now: Time) {
        let (outstanding, recent) = (self.outstanding(), self.newest.round_trip);
        for (index, segment) in self.segments.range_mut(..outstanding).enumerate() {
            segment.lost = !segment.sacked && (index == 0 || now.since(segment.sent) >= recent);
        }
    }

    /// Nothing was lost after all.
    pub(super) fn find_all(&mut self) {
        self.segments.iter_mut().for_each(|segment| segment.lost = false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five segments sent 10 ms apart from 1 s on.
    fn five() -> Scoreboard {
        let mut board = Scoreboard::new();
        for n in 0..5 {
            board.push(100);
            assert_eq!(board.send(Time::from_ms(1_000 + n * 10)), Some(n as u32));
        }
        board
    }

    fn take(board: &mut Scoreboard, at_ms: u64, upto: u32, beyond: u64) -> News {
        let ack = Ack { upto, beyond, echo: Time::from_ms(at_ms - 50), again: false };
        board.take(Time::from_ms(at_ms), &ack, Lapse::from_ms(50))
    }

    #[test]
    fn what_is_late_behind_the_newest_is_lost_and_nothing_else() {
        let mut board = five();
        let news = take(&mut board, 1_120, 1, 0b10);
        assert_eq!((news.acked, news.sacked, board.under_way()), (1, 1, 3));
        let mut late = |at_ms| board.find_lost(Time::from_ms(at_ms), Lapse::from_ms(25));
        assert_eq!(late(1_120), Lapse::from_ms(15), "the third, sent 10 ms before the newest");
        assert_eq!(late(1_126), Lapse::from_ms(9));
        assert!(board.lost(0) && !board.lost(1) && !board.lost(3), "the fifth is newer");
    }

    #[test]
    fn a_repeat_whose_original_was_answered_makes_nothing_newest() {
        let mut board = five();
        board.repeat(Time::from_ms(1_080), 0);
        let ack = Ack { upto: 1, beyond: 0, echo: Time::from_ms(1_000), again: false };
        let news = board.take(Time::from_ms(1_100), &ack, Lapse::from_ms(90));
        assert!(news.repeated && !news.newest && news.first_acked.is_none());
    }

    #[test]
    fn a_timeout_spares_what_is_sacked_and_what_is_recent() {
        let mut board = five();
        take(&mut board, 1_110, 1, 0b1);
        board.repeat(Time::from_ms(1_400), 3);
        board.lose_all(Time::from_ms(1_450));
        let lost: Vec<bool> = (0..4).map(|index| board.lost(index)).collect();
        assert_eq!(lost, [true, false, true, false]);
        board.find_all();
        assert!(!board.any_lost());
    }
}

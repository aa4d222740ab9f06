//! The sending half of an end: what is under way, what is lost, and the one timer that decides
//! when to try again.
//!
//! It knows when segments were sent and what came back. It sends nothing itself: numbers of
//! segments that leave now are put into `due`.

use std::collections::VecDeque;

use contract::{Lapse, Time};

use super::kernel::Kernel;
use super::receiver::Ack;
use super::rtt::{LEAST_MARGIN, RoundTrips};
use super::window::{RECEIVE, Window};
use super::{FIRST_TIMEOUT, LONGEST_TIMEOUT};

/// How long Linux repeats before it gives up (`tcp_retries2` = 15: 0.2 s doubled up to 120 s).
const GIVE_UP: Lapse = Lapse::from_ms(924_600);

/// Linux's `TCP_TIMEOUT_MIN`, in ticks.
const SHORT_TICKS: u64 = 2;

/// So many segments past a gap say that it is no reordering (Linux's `tcp_reordering`).
const REORDERING: usize = 3;

/// What the timer is set for; one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timer {
    /// The tail may be lost: send its last segment again.
    Probe,
    /// What is still missing then is lost.
    Reordering,
    /// All is lost.
    Timeout,
}

/// Linux's congestion state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// Something came past a gap.
    Disorder,
    /// Something is lost, and later segments arrived.
    Recovery,
    /// The timeout passed.
    Loss,
}

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

/// The segment sent latest of those that arrived (RFC 8985).
#[derive(Debug)]
struct Newest {
    sent: Time,
    number: u32,
    round_trip: Lapse,
    /// It changed with the present acknowledgement.
    moved: bool,
}

/// What one acknowledgement made known.
#[derive(Debug, Default)]
struct News {
    acked: u32,
    sacked: u32,
    /// Something acknowledged had been sent more than once.
    repeated: bool,
    /// When the first segments were sent, if only once, that were acknowledged or sacked.
    first_acked: Option<Time>,
    first_sacked: Option<Time>,
}

#[derive(Debug)]
pub(super) struct Sender {
    kernel: Kernel,
    rtt: RoundTrips,
    window: Window,
    /// From the oldest that is not acknowledged.
    segments: VecDeque<Segment>,
    /// The number of the first of them.
    acked: u32,
    /// The number of the first that was never sent.
    next: u32,
    phase: Phase,
    /// Recovery or loss is over when all before this number is acknowledged.
    recover: u32,
    newest: Newest,
    /// A probe is out until all before this number, and then more, is acknowledged.
    probing: Option<u32>,
    /// In ticks.
    timeout: u64,
    timer: Option<(Timer, Time)>,
    /// Timeouts in a row.
    timeouts: u32,
    /// When the first repeat left since the last progress.
    repeating: Option<Time>,
    last_sent: Time,
    /// Numbers of segments that leave now.
    pub(super) due: Vec<u32>,
}

impl Sender {
    pub(super) fn new(kernel: Kernel) -> Sender {
        Sender {
            kernel,
            rtt: RoundTrips::new(),
            window: Window::new(),
            segments: VecDeque::new(),
            acked: 0,
            next: 0,
            phase: Phase::Open,
            recover: 0,
            newest: Newest { sent: Time(0), number: 0, round_trip: Lapse::ZERO, moved: false },
            probing: None,
            timeout: kernel.ticks(FIRST_TIMEOUT),
            timer: None,
            timeouts: 0,
            repeating: None,
            last_sent: Time(0),
            due: Vec::new(),
        }
    }

    /// When the timer fires.
    pub(super) fn timer(&self) -> Option<Time> {
        self.timer.map(|(_, at)| at)
    }

    pub(super) fn smoothed(&self) -> Option<Lapse> {
        self.rtt.smoothed()
    }

    /// The timeout as it stands.
    pub(super) fn timeout(&self) -> Lapse {
        self.kernel.span(self.timeout)
    }

    /// How much the segment of this number carries.
    pub(super) fn bytes(&self, number: u32) -> usize {
        let index = number.wrapping_sub(self.acked) as usize;
        self.segments.get(index).map_or(0, |segment| segment.bytes)
    }

    /// A round trip is known from elsewhere: opening the connection.
    pub(super) fn sample(&mut self, now: Time, round_trip: Lapse) {
        self.rtt.add(now, round_trip, self.acked, self.next);
        let timeout = self.rtt.timeout().min(LONGEST_TIMEOUT);
        self.timeout = self.kernel.ticks(timeout);
    }

    /// Takes a segment to be sent, now if the window allows it.
    pub(super) fn write(&mut self, now: Time, bytes: usize) {
        let fresh = Segment { bytes, sent: now, repeated: false, sacked: false, lost: false };
        self.segments.push_back(fresh);
        if self.outstanding() == 0 && now.since(self.last_sent) > self.timeout() {
            self.window.rest();
        }
        self.send_new(now);
    }

    /// An acknowledgement arrives, perhaps together with data.
    pub(super) fn acknowledge(&mut self, now: Time, ack: &Ack, with_data: bool) {
        if self.rtt.smoothed().is_none() {
            self.sample(now, now.since(ack.echo));
        }
        if self.outstanding() == 0 {
            return;
        }
        let before = self.under_way();
        let news = self.clean(now, ack);
        self.estimate(now, ack, &news);
        self.end_probe(ack, &news, with_data);
        if news.acked > 0 {
            self.advance(ack);
            self.window.grow(news.acked, before);
        }
        let waits = std::mem::take(&mut self.newest.moved) && self.find_lost(now);
        self.change_phase();
        if news.acked > 0 && !waits && !self.arm_probe(now, self.timeout) {
            self.arm_timeout(now, false);
        }
        self.resend(now);
        self.send_new(now);
    }

    /// The timer fires. `false`: the connection is given up.
    pub(super) fn fire(&mut self, now: Time) -> bool {
        match self.timer.take() {
            None => {}
            Some((Timer::Probe, _)) => self.probe(now),
            Some((Timer::Reordering, _)) => {
                self.find_lost(now);
                self.change_phase();
                self.resend(now);
                if self.timer.is_none() {
                    self.arm_timeout(now, true);
                }
            }
            Some((Timer::Timeout, _)) => return self.time_out(now),
        }
        true
    }

    fn outstanding(&self) -> usize {
        (self.next - self.acked) as usize
    }

    fn under_way(&self) -> u32 {
        self.segments.range(..self.outstanding()).filter(|s| s.under_way()).count() as u32
    }

    /// Takes out what is acknowledged and marks what is sacked.
    fn clean(&mut self, now: Time, ack: &Ack) -> News {
        let mut news = News::default();
        while self.acked < ack.upto.min(self.next) {
            let Some(segment) = self.segments.pop_front() else { break };
            news.acked += 1;
            news.repeated |= segment.repeated;
            if !segment.sacked {
                if !segment.repeated {
                    news.first_acked.get_or_insert(segment.sent);
                }
                self.arrived(now, self.acked, (segment.sent, segment.repeated), ack.echo);
            }
            self.acked += 1;
        }
        self.mark_sacked(now, ack, &mut news);
        news
    }

    fn mark_sacked(&mut self, now: Time, ack: &Ack, news: &mut News) {
        if ack.upto != self.acked {
            return;
        }
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
            let (sent, repeated) = (segment.sent, segment.repeated);
            if !repeated {
                news.first_sacked.get_or_insert(sent);
            }
            self.arrived(now, ack.upto + index as u32, (sent, repeated), ack.echo);
        }
    }

    /// A segment got through. A repeat says nothing when it is the original that was answered.
    fn arrived(&mut self, now: Time, number: u32, (sent, repeated): (Time, bool), echo: Time) {
        let round_trip = now.since(sent);
        if repeated && (echo < sent || round_trip < self.rtt.least()) {
            return;
        }
        self.newest.moved = true;
        self.newest.round_trip = round_trip;
        if (sent, number) > (self.newest.sent, self.newest.number) {
            (self.newest.sent, self.newest.number) = (sent, number);
        }
    }

    /// Samples the round trip: from segments sent once, else from the echoed time.
    fn estimate(&mut self, now: Time, ack: &Ack, news: &News) {
        let first = news.first_acked.filter(|_| !news.repeated).or(news.first_sacked);
        let echoed = (news.acked > 0).then_some(ack.echo);
        if let Some(sent) = first.or(echoed) {
            self.sample(now, now.since(sent));
        }
    }

    /// A probe that was needed blocks the next until more than it is acknowledged; one that was
    /// not needed does not.
    fn end_probe(&mut self, ack: &Ack, news: &News, with_data: bool) {
        let Some(high) = self.probing.filter(|high| ack.upto >= *high) else { return };
        let plain_repeat = news.acked == 0 && news.sacked == 0 && !with_data;
        if ack.upto > high || ack.again || plain_repeat {
            self.probing = None;
        }
    }

    /// Something new was acknowledged. After a timeout that was too early, all goes on as before.
    fn advance(&mut self, ack: &Ack) {
        self.timeouts = 0;
        let early = self.repeating.take().is_some_and(|repeating| ack.echo < repeating);
        if self.phase == Phase::Loss && early {
            self.segments.iter_mut().for_each(|segment| segment.lost = false);
            self.window.restore();
            self.phase = Phase::Open;
        }
        if self.acked >= self.recover && matches!(self.phase, Phase::Recovery | Phase::Loss) {
            self.phase = Phase::Open;
        }
    }

    /// Marks as lost what should have arrived before the newest. `true`: some of it has a little
    /// time left, for which the timer is set.
    fn find_lost(&mut self, now: Time) -> bool {
        let patience = self.reordering_patience();
        let outstanding = self.outstanding();
        let Newest { sent, number, round_trip, .. } = self.newest;
        let mut longest = Lapse::ZERO;
        for (own, segment) in (self.acked..).zip(self.segments.range_mut(..outstanding)) {
            if !segment.under_way() || (segment.sent, own) >= (sent, number) {
                continue;
            }
            let rest = round_trip + patience - now.since(segment.sent);
            segment.lost = rest == Lapse::ZERO;
            longest = longest.max(rest);
        }
        if longest > Lapse::ZERO {
            let ticks = self.kernel.ticks(longest) + SHORT_TICKS;
            self.arm(Timer::Reordering, now, ticks);
        }
        longest > Lapse::ZERO
    }

    fn reordering_patience(&self) -> Lapse {
        let sacked = self.segments.iter().filter(|segment| segment.sacked).count();
        if matches!(self.phase, Phase::Recovery | Phase::Loss) || sacked >= REORDERING {
            return Lapse::ZERO;
        }
        let eighth = self.rtt.smoothed().map_or(0, |smoothed| smoothed.0 / 8);
        Lapse((self.rtt.least().0 / 4).min(eighth))
    }

    fn change_phase(&mut self) {
        if matches!(self.phase, Phase::Recovery | Phase::Loss) {
            return;
        }
        if self.segments.iter().any(|segment| segment.lost) {
            self.phase = Phase::Recovery;
            self.recover = self.next;
            self.window.reduce();
        } else {
            let gap = self.segments.iter().any(|segment| segment.sacked);
            self.phase = if gap { Phase::Disorder } else { Phase::Open };
        }
    }

    /// Sends lost segments again, as many as the window allows.
    fn resend(&mut self, now: Time) {
        let mut room = self.window.size().saturating_sub(self.under_way());
        for index in 0..self.outstanding() {
            if room == 0 {
                return;
            }
            if self.segments[index].lost {
                room -= 1;
                self.repeat(now, index);
                if index == 0 && !matches!(self.timer, Some((Timer::Reordering, _))) {
                    self.arm_timeout(now, false);
                }
            }
        }
    }

    fn repeat(&mut self, now: Time, index: usize) {
        let segment = &mut self.segments[index];
        (segment.sent, segment.repeated, segment.lost) = (now, true, false);
        self.repeating.get_or_insert(now);
        self.last_sent = now;
        self.due.push(self.acked + index as u32);
    }

    /// Sends what was not sent yet, as much as the windows allow.
    fn send_new(&mut self, now: Time) {
        let before = self.outstanding();
        let mut room = self.window.size().saturating_sub(self.under_way());
        while room > 0 && self.send_next(now) {
            room -= 1;
        }
        if self.outstanding() == before {
            return;
        }
        if before == 0 || matches!(self.timer, Some((Timer::Probe, _))) {
            self.arm_timeout(now, before > 0);
        }
        let left = self.ticks_left(now);
        self.arm_probe(now, left);
    }

    fn send_next(&mut self, now: Time) -> bool {
        let outstanding = self.outstanding();
        if outstanding >= RECEIVE as usize {
            return false;
        }
        let Some(segment) = self.segments.get_mut(outstanding) else { return false };
        segment.sent = now;
        self.last_sent = now;
        self.due.push(self.next);
        self.next += 1;
        true
    }

    /// Sends the last segment again, or a new one, so that something comes back.
    fn probe(&mut self, now: Time) {
        if self.probing.is_some() {
            self.arm_timeout(now, true);
            return;
        }
        if !self.send_next(now) && self.outstanding() > 0 {
            self.repeat(now, self.outstanding() - 1);
        }
        self.probing = Some(self.next);
        self.arm_timeout(now, false);
    }

    /// Takes everything for lost, begins with the oldest, and doubles the timeout.
    fn time_out(&mut self, now: Time) -> bool {
        let outstanding = self.outstanding();
        if outstanding == 0 {
            return true;
        }
        let since = self.repeating.filter(|_| self.timeouts > 0);
        if since.is_some_and(|since| now.since(since) >= GIVE_UP) {
            return false;
        }
        if matches!(self.phase, Phase::Open | Phase::Disorder) {
            self.window.reduce();
        }
        let recent = self.newest.round_trip;
        for (index, segment) in self.segments.range_mut(..outstanding).enumerate() {
            segment.lost = !segment.sacked && (index == 0 || now.since(segment.sent) >= recent);
        }
        self.window.collapse(self.under_way());
        (self.phase, self.recover, self.probing) = (Phase::Loss, self.next, None);
        self.repeat(now, 0);
        self.timeouts += 1;
        self.timeout = (self.timeout * 2).min(self.kernel.ticks(LONGEST_TIMEOUT));
        self.arm_timeout(now, false);
        true
    }

    fn arm(&mut self, timer: Timer, now: Time, ticks: u64) {
        self.timer = Some((timer, self.kernel.expiry(now, ticks)));
    }

    /// How many ticks the oldest segment has left until its timeout, at least one.
    fn ticks_left(&self, now: Time) -> u64 {
        let sent = self.segments.front().map_or(now, |segment| segment.sent);
        self.kernel.ticks((sent + self.timeout()).since(now)).max(1)
    }

    /// Sets the timeout: from now, or from when the oldest segment was sent.
    fn arm_timeout(&mut self, now: Time, from_sent: bool) {
        if self.outstanding() == 0 {
            self.timer = None;
            return;
        }
        let ticks = if from_sent { self.ticks_left(now) } else { self.timeout };
        self.arm(Timer::Timeout, now, ticks);
    }

    /// Sets the probe after two round trips, or at the timeout when that is sooner. A lone segment
    /// may wait for a delayed acknowledgement, too.
    fn arm_probe(&mut self, now: Time, timeout: u64) -> bool {
        if self.outstanding() == 0 || self.phase != Phase::Open {
            return false;
        }
        let lone = self.outstanding() == 1;
        let margin = if lone { LEAST_MARGIN } else { self.kernel.span(SHORT_TICKS) };
        let wait = self.rtt.smoothed().map_or(FIRST_TIMEOUT, |smoothed| smoothed * 2 + margin);
        self.arm(Timer::Probe, now, self.kernel.ticks(wait).min(timeout));
        true
    }
}

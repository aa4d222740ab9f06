//! The sending half of an end: when to send, and the one timer that decides when to try again.
//!
//! Which segments are under way and which are lost stands on its scoreboard. It sends nothing
//! itself: numbers of segments that leave now are put into `due`.

use contract::{Lapse, Time};

use super::kernel::Kernel;
use super::receiver::Ack;
use super::rtt::{LEAST_MARGIN, RoundTrips};
use super::scoreboard::{News, Scoreboard};
use super::window::{RECEIVE, Window};
use super::{FIRST_TIMEOUT, LONGEST_TIMEOUT};

/// How long Linux repeats before it gives up (`tcp_retries2` = 15: 0.2 s doubled up to 120 s).
const GIVE_UP: Lapse = Lapse::from_ms(924_600);

/// What two kernels and their interrupts add to what the link takes. A sender counts it in, so that
/// a link of 100 ms is never a round trip of 100 ms to its timer (median of
/// `tests/data/tcp-ref/tun_rr_5.csv`: 100.43 ms).
const KERNEL_TIME: Lapse = Lapse(430);

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
pub(super) struct Sender {
    kernel: Kernel,
    rtt: RoundTrips,
    window: Window,
    board: Scoreboard,
    phase: Phase,
    /// Recovery or loss is over when all before this number is acknowledged.
    recover: u32,
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
            board: Scoreboard::new(),
            phase: Phase::Open,
            recover: 0,
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
        self.board.bytes(number)
    }

    /// A round trip is known from elsewhere: opening the connection.
    pub(super) fn sample(&mut self, now: Time, round_trip: Lapse) {
        let round_trip = round_trip + KERNEL_TIME;
        self.rtt.add(now, round_trip, self.board.acked(), self.board.next());
        let timeout = self.rtt.timeout().min(LONGEST_TIMEOUT);
        self.timeout = self.kernel.ticks(timeout);
    }

    /// Takes a segment to be sent, now if the window allows it.
    pub(super) fn write(&mut self, now: Time, bytes: usize) {
        self.board.push(bytes);
        if self.board.outstanding() == 0 && now.since(self.last_sent) > self.timeout() {
            self.window.rest();
        }
        self.send_new(now);
    }

    /// An acknowledgement arrives, perhaps together with data.
    pub(super) fn acknowledge(&mut self, now: Time, ack: &Ack, with_data: bool) {
        if self.rtt.smoothed().is_none() {
            self.sample(now, now.since(ack.echo));
        }
        if self.board.outstanding() == 0 {
            return;
        }
        let before = self.board.under_way();
        let news = self.board.take(now, ack, self.rtt.least());
        self.estimate(now, ack, &news);
        self.end_probe(ack, &news, with_data);
        if news.acked > 0 {
            self.advance(ack);
            self.window.grow(news.acked, before);
        }
        let waits = news.newest && self.find_lost(now);
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
            self.board.find_all();
            self.window.restore();
            self.phase = Phase::Open;
        }
        if self.board.acked() >= self.recover && matches!(self.phase, Phase::Recovery | Phase::Loss)
        {
            self.phase = Phase::Open;
        }
    }

    /// Marks as lost what should have arrived. `true`: some of it has a little time left, for
    /// which the timer is set.
    fn find_lost(&mut self, now: Time) -> bool {
        let rest = self.board.find_lost(now, self.reordering_patience());
        if rest > Lapse::ZERO {
            let ticks = self.kernel.ticks(rest) + SHORT_TICKS;
            self.arm(Timer::Reordering, now, ticks);
        }
        rest > Lapse::ZERO
    }

    fn reordering_patience(&self) -> Lapse {
        let recovering = matches!(self.phase, Phase::Recovery | Phase::Loss);
        if recovering || self.board.sacked() >= REORDERING {
            return Lapse::ZERO;
        }
        let eighth = self.rtt.smoothed().map_or(0, |smoothed| smoothed.0 / 8);
        Lapse((self.rtt.least().0 / 4).min(eighth))
    }

    fn change_phase(&mut self) {
        if matches!(self.phase, Phase::Recovery | Phase::Loss) {
            return;
        }
        if self.board.any_lost() {
            self.phase = Phase::Recovery;
            self.recover = self.board.next();
            self.window.reduce();
        } else {
            self.phase = if self.board.sacked() > 0 { Phase::Disorder } else { Phase::Open };
        }
    }

    /// Sends lost segments again, as many as the window allows.
    fn resend(&mut self, now: Time) {
        let mut room = self.window.size().saturating_sub(self.board.under_way());
        for index in 0..self.board.outstanding() {
            if room == 0 {
                return;
            }
            if self.board.lost(index) {
                room -= 1;
                self.repeat(now, index);
                if index == 0 && !matches!(self.timer, Some((Timer::Reordering, _))) {
                    self.arm_timeout(now, false);
                }
            }
        }
    }

    fn repeat(&mut self, now: Time, index: usize) {
        self.due.push(self.board.repeat(now, index));
        self.repeating.get_or_insert(now);
        self.last_sent = now;
    }

    /// Sends what was not sent yet, as much as the windows allow.
    fn send_new(&mut self, now: Time) {
        let before = self.board.outstanding();
        let mut room = self.window.size().saturating_sub(self.board.under_way());
        while room > 0 && self.send_next(now) {
            room -= 1;
        }
        if self.board.outstanding() == before {
            return;
        }
        if before == 0 || matches!(self.timer, Some((Timer::Probe, _))) {
            self.arm_timeout(now, before > 0);
        }
        let left = self.ticks_left(now);
        self.arm_probe(now, left);
    }

    fn send_next(&mut self, now: Time) -> bool {
        if self.board.outstanding() >= RECEIVE as usize {
            return false;
        }
        let Some(number) = self.board.send(now) else { return false };
        self.last_sent = now;
        self.due.push(number);
        true
    }

    /// Sends the last segment again, or a new one, so that something comes back.
    fn probe(&mut self, now: Time) {
        if self.probing.is_some() {
            self.arm_timeout(now, true);
            return;
        }
        if !self.send_next(now) && self.board.outstanding() > 0 {
            self.repeat(now, self.board.outstanding() - 1);
        }
        self.probing = Some(self.board.next());
        self.arm_timeout(now, false);
    }

    /// Takes everything for lost, begins with the oldest, and doubles the timeout.
    fn time_out(&mut self, now: Time) -> bool {
        if self.board.outstanding() == 0 {
            return true;
        }
        let since = self.repeating.filter(|_| self.timeouts > 0);
        if since.is_some_and(|since| now.since(since) >= GIVE_UP) {
            return false;
        }
        if matches!(self.phase, Phase::Open | Phase::Disorder) {
            self.window.reduce();
        }
        self.board.lose_all(now);
        self.window.collapse(self.board.under_way());
        (self.phase, self.recover, self.probing) = (Phase::Loss, self.board.next(), None);
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
        let sent = self.board.oldest_sent().unwrap_or(now);
        self.kernel.ticks((sent + self.timeout()).since(now)).max(1)
    }

    /// Sets the timeout: from now, or from when the oldest segment was sent.
    fn arm_timeout(&mut self, now: Time, from_sent: bool) {
        if self.board.outstanding() == 0 {
            self.timer = None;
            return;
        }
        let ticks = if from_sent { self.ticks_left(now) } else { self.timeout };
        self.arm(Timer::Timeout, now, ticks);
    }

    /// Sets the probe after two round trips, or at the timeout when that is sooner. A lone segment
    /// may wait for a delayed acknowledgement, too.
    fn arm_probe(&mut self, now: Time, timeout: u64) -> bool {
        if self.board.outstanding() == 0 || self.phase != Phase::Open {
            return false;
        }
        let lone = self.board.outstanding() == 1;
        let margin = if lone { LEAST_MARGIN } else { self.kernel.span(SHORT_TICKS) };
        let wait = self.rtt.smoothed().map_or(FIRST_TIMEOUT, |smoothed| smoothed * 2 + margin);
        self.arm(Timer::Probe, now, self.kernel.ticks(wait).min(timeout));
        true
    }
}

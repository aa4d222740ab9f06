//! The receiving half of an end: what is in order, and when to acknowledge.
//!
//! The application reads at once, which Linux answers with an acknowledgement, unless the
//! connection is in ping-pong: the last data was soon answered with data, and the next may be,
//! too. It knows no bearer and sends nothing itself.

use contract::{Lapse, Time};

use super::MSS;
use super::kernel::Kernel;

/// Linux's `TCP_ATO_MIN` and `TCP_DELACK_MIN`.
const LEAST_DELAY: Lapse = Lapse::from_ms(40);

/// Linux's `TCP_DELACK_MAX`.
const LONGEST_DELAY: Lapse = Lapse::from_ms(200);

/// Linux's `TCP_MAX_QUICKACKS`.
const QUICK: u32 = 16;

/// What an acknowledgement says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ack {
    /// All segments before this number arrived.
    pub(super) upto: u32,
    /// Of those after it: bit n stands for number `upto` + 1 + n (SACK, RFC 2018, without its
    /// limit of three blocks).
    pub(super) beyond: u64,
    /// When the segment that it answers was sent (RFC 7323).
    pub(super) echo: Time,
    /// It answers a segment that had arrived before (D-SACK, RFC 2883).
    pub(super) again: bool,
}

#[derive(Debug)]
pub(super) struct Receiver {
    kernel: Kernel,
    next: u32,
    beyond: u64,
    echo: Time,
    again: bool,
    /// What the other end was told.
    told: u32,
    ping_pong: bool,
    quick: u32,
    /// Linux's `ato`: how soon an answer is expected; zero before the first data.
    patience: Lapse,
    heard: Time,
    delayed: Option<Time>,
}

impl Receiver {
    /// `echo` is when the segment was sent that opened the connection, which arrived now.
    pub(super) fn new(kernel: Kernel, now: Time, echo: Time) -> Receiver {
        Receiver {
            kernel,
            next: 0,
            beyond: 0,
            echo,
            again: false,
            told: 0,
            ping_pong: false,
            quick: QUICK,
            patience: Lapse::ZERO,
            heard: now,
            delayed: None,
        }
    }

    /// All segments before this number have arrived.
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    /// When a delayed acknowledgement is due.
    pub(super) fn delayed(&self) -> Option<Time> {
        self.delayed
    }

    /// A segment arrives. `true`: acknowledge it now.
    pub(super) fn hear(
        &mut self,
        now: Time,
        (number, bytes, sent): (u32, usize, Time),
        timeout: Lapse,
        round_trip: Option<Lapse>,
    ) -> bool {
        if number <= self.told {
            self.echo = self.echo.max(sent);
        }
        if number < self.next || self.holds(number) {
            self.again = true;
            self.hurry();
            self.ping_pong = false;
            return true;
        }
        if number > self.next {
            self.beyond |= 1u64.unbounded_shl(number - self.next - 1);
            return true;
        }
        let gap = self.beyond != 0;
        self.accept();
        self.adapt(now, timeout);
        let small = bytes < MSS;
        let eager = !self.ping_pong && (self.quick > 0 || small);
        if gap || eager || self.next - self.told >= 2 {
            return true;
        }
        let wait = self.patience.min(round_trip.unwrap_or(LEAST_DELAY).max(LEAST_DELAY));
        let ticks = self.kernel.ticks(wait.min(LONGEST_DELAY));
        self.delayed.get_or_insert(self.kernel.expiry(now, ticks));
        false
    }

    /// The delayed acknowledgement is due: no answer came in time.
    pub(super) fn overdue(&mut self, timeout: Lapse) {
        self.patience = match self.ping_pong {
            true => LEAST_DELAY,
            false => (self.patience * 2).min(timeout),
        };
        self.ping_pong = false;
    }

    /// Data is sent: perhaps the answer to what came last.
    pub(super) fn answering(&mut self, now: Time) {
        self.ping_pong |= now.since(self.heard) < self.patience;
    }

    /// The acknowledgement in a packet that leaves now.
    pub(super) fn tell(&mut self) -> Ack {
        self.told = self.next;
        self.delayed = None;
        self.quick = self.quick.saturating_sub(1);
        let again = std::mem::take(&mut self.again);
        Ack { upto: self.next, beyond: self.beyond, echo: self.echo, again }
    }

    /// Whether a segment after a gap is here. No sender goes beyond the bits.
    fn holds(&self, number: u32) -> bool {
        number > self.next && self.beyond.unbounded_shr(number - self.next - 1) & 1 == 1
    }

    fn accept(&mut self) {
        loop {
            self.next += 1;
            let more = self.beyond & 1 == 1;
            self.beyond >>= 1;
            if !more {
                return;
            }
        }
    }

    /// How soon the next data is to be expected (Linux's `tcp_event_data_recv`).
    fn adapt(&mut self, now: Time, timeout: Lapse) {
        let pause = now.since(self.heard);
        let half = Lapse(self.patience.0 / 2);
        if self.patience == Lapse::ZERO {
            self.hurry();
        } else if pause <= Lapse(LEAST_DELAY.0 / 2) {
            self.patience = half + Lapse(LEAST_DELAY.0 / 2);
        } else if pause < self.patience {
            self.patience = (half + pause).min(timeout);
        } else if pause > timeout {
            self.quick = QUICK;
        }
        self.heard = now;
    }

    fn hurry(&mut self) {
        self.quick = QUICK;
        self.patience = LEAST_DELAY;
    }
}

//! Opening a connection: the terminal repeats its SYN, the host its SYN/ACK, each on a timer of
//! its own and the host also when it hears a SYN again.
//!
//! It knows no listener: whoever asks decides whether the answer is a refusal.

use std::collections::BTreeSet;

use contract::{Lapse, Time};

use super::kernel::Kernel;
use super::{FIRST_TIMEOUT, SYN_BYTES};
use crate::link::bearer::{Direction, Fate};

/// Linux's `tcp_syn_retries`; linear ones are added.
const SYN_RETRIES: u32 = 6;

/// Linux's `tcp_synack_retries`.
const ANSWER_RETRIES: u32 = 5;

/// A repeated SYN that comes sooner after the last answer is not answered
/// (Linux's `tcp_invalid_ratelimit`).
const ANSWER_PAUSE: Lapse = Lapse::from_ms(500);

/// Both ways of a connection being opened: SYN, then SYN/ACK or a refusal.
///
/// Ask `next` what leaves when, tell `send` what became of it, until there is an answer.
#[derive(Debug)]
pub(in crate::link) struct Handshake {
    kernel: Kernel,
    /// When the next SYN leaves, or connecting is given up.
    timer: Time,
    syns: u32,
    timeout: Lapse,
    /// SYNs on their way: when they arrive, when they were sent.
    coming: BTreeSet<(Time, Time)>,
    host: Option<Host>,
}

/// The host's half, from the first SYN on.
#[derive(Debug)]
struct Host {
    /// When the first SYN was sent that arrived.
    syn: Time,
    answered: Time,
    timer: Time,
    repeats: u32,
}

/// The answer to a SYN has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::link) struct Answer {
    /// When.
    pub(in crate::link) at: Time,
    /// When the first SYN was sent that reached the host: from then on the terminal counts its
    /// first round trip.
    pub(in crate::link) syn: Time,
    /// When the answer was sent.
    pub(in crate::link) sent: Time,
}

/// What happens next.
enum Step {
    Syn,
    Heard { sent: Time },
    Repeat,
}

impl Handshake {
    pub(in crate::link) fn new(begun: Time, kernel: Kernel) -> Handshake {
        Handshake {
            kernel,
            timer: begun,
            syns: 0,
            timeout: FIRST_TIMEOUT,
            coming: BTreeSet::new(),
            host: None,
        }
    }

    /// What leaves next: up a SYN, down the host's answer. `None`: nothing more before the
    /// deadline.
    pub(in crate::link) fn next(&mut self) -> Option<(Time, Direction)> {
        loop {
            let (at, step) = self.step();
            match step {
                Step::Syn if self.syns > SYN_RETRIES + self.kernel.linear_syns() => return None,
                Step::Syn => {
                    self.repeat_syn(at);
                    return Some((at, Direction::Up));
                }
                Step::Heard { sent } => {
                    self.coming.pop_first();
                    if self.answers(at, sent) {
                        return Some((at, Direction::Down));
                    }
                }
                Step::Repeat => {
                    if self.repeats_answer(at) {
                        return Some((at, Direction::Down));
                    }
                }
            }
        }
    }

    /// When the terminal gives up; known when nothing more leaves.
    pub(in crate::link) fn deadline(&self) -> Time {
        self.timer
    }

    /// Sends what `next` gave.
    pub(in crate::link) fn send(
        &mut self,
        (at, direction): (Time, Direction),
        mut fate: impl FnMut(Time, Direction, usize) -> Fate,
    ) -> Option<Answer> {
        let Fate::Delivered(delay) = fate(at, direction, SYN_BYTES) else { return None };
        if direction == Direction::Up {
            self.coming.insert((at + delay, at));
            return None;
        }
        let syn = self.host.as_ref()?.syn;
        Some(Answer { at: at + delay, syn, sent: at })
    }

    fn step(&self) -> (Time, Step) {
        let mut first = (self.timer, Step::Syn);
        if let Some(&(at, sent)) = self.coming.first().filter(|(at, _)| *at <= first.0) {
            first = (at, Step::Heard { sent });
        }
        if let Some(host) = self.host.as_ref().filter(|host| host.timer < first.0) {
            first = (host.timer, Step::Repeat);
        }
        first
    }

    /// Linux doubles the timeout after the linear ones.
    fn repeat_syn(&mut self, at: Time) {
        if self.syns > self.kernel.linear_syns() {
            self.timeout = self.timeout * 2;
        }
        self.syns += 1;
        self.timer = self.kernel.expiry(at, self.kernel.ticks(self.timeout));
    }

    /// A SYN reaches the host. Whether it answers at once.
    fn answers(&mut self, at: Time, sent: Time) -> bool {
        let host = self.host.get_or_insert(Host { syn: sent, answered: at, timer: at, repeats: 0 });
        let first = host.timer == at && host.repeats == 0;
        if !first && at.since(host.answered) < ANSWER_PAUSE {
            return false;
        }
        host.answer(at, self.kernel);
        true
    }

    /// The host's timer fires. Whether it answers once more; else it forgets the SYN.
    fn repeats_answer(&mut self, at: Time) -> bool {
        match &mut self.host {
            Some(host) if host.repeats < ANSWER_RETRIES => {
                host.repeats += 1;
                host.answer(at, self.kernel);
                true
            }
            _ => {
                self.host = None;
                false
            }
        }
    }
}

impl Host {
    fn answer(&mut self, at: Time, kernel: Kernel) {
        self.answered = at;
        self.timer = kernel.expiry(at, kernel.ticks(FIRST_TIMEOUT * (1 << self.repeats)));
    }
}

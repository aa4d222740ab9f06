//! The carrier's NAT, which forgets connections that are idle for too long.
//!
//! It knows one connection's traffic and the rule in force; how packets travel to it and from it
//! is the bearer's matter.

use contract::fault::NatMode;
use contract::{FaultNo, Lapse, Time};

use super::Link;
use super::bearer::{Bearer, Direction, Fate};

/// A segment without data or options: IP and TCP headers.
const RESET_BYTES: usize = 40;

/// After what silence a connection is forgotten, and what then.
#[derive(Debug, Clone, Copy)]
pub(super) struct NatRule {
    pub(super) idle: Lapse,
    pub(super) mode: NatMode,
    /// The fault that imposed it, if it is not the carrier's own.
    pub(super) imposed: Option<FaultNo>,
}

/// What the NAT knows of one connection.
#[derive(Debug)]
pub(super) struct NatEntry {
    used: Time,
    forgotten: Option<NatRule>,
    /// When its reset reaches the terminal; taken by the connection.
    pub(super) reset: Option<Time>,
}

impl NatEntry {
    pub(super) fn new(used: Time) -> NatEntry {
        NatEntry { used, forgotten: None, reset: None }
    }

    /// Whether nothing of the connection passes any more.
    pub(super) fn forgotten(&self) -> bool {
        self.forgotten.is_some()
    }

    /// Applies the rule in force; to be called before each packet and before the rule changes.
    pub(super) fn age(&mut self, now: Time, rule: NatRule) {
        if self.forgotten.is_none() && now.since(self.used) > rule.idle {
            self.forgotten = Some(rule);
        }
    }

    /// Forgets it without a word, because of this fault if it was one of the link.
    pub(super) fn vanish(&mut self, imposed: Option<FaultNo>) {
        let mode = NatMode::Silent;
        self.forgotten = Some(NatRule { idle: Lapse::ZERO, mode, imposed });
    }

    /// A packet comes by. `false`: the NAT throws it away.
    fn lets_pass(&mut self, at: Time, rule: NatRule) -> bool {
        self.age(at, rule);
        self.used = self.used.max(at);
        !self.forgotten()
    }
}

/// The link of a terminal with the NAT behind it, for the packets of one connection.
pub(super) struct ThroughNat<'a> {
    pub(super) link: &'a Link,
    pub(super) entry: &'a mut NatEntry,
}

impl Bearer for ThroughNat<'_> {
    fn fate(&mut self, at: Time, direction: Direction, bytes: usize) -> Fate {
        match direction {
            Direction::Up => self.outwards(at, bytes),
            Direction::Down => self.inwards(at, bytes),
        }
    }
}

impl ThroughNat<'_> {
    /// First the radio, then the NAT, which may answer with a reset. Without power nothing leaves.
    fn outwards(&mut self, at: Time, bytes: usize) -> Fate {
        if !self.link.powered.get() {
            return Fate::Lost;
        }
        let fate = self.link.fate(at, Direction::Up, bytes);
        let Fate::Delivered(delay) = fate else { return Fate::Lost };
        if self.entry.lets_pass(at, self.link.nat_rule()) {
            return fate;
        }
        self.tell_fault();
        if self.entry.forgotten.is_some_and(|rule| rule.mode == NatMode::Reset) {
            self.answer_reset(at + delay);
        }
        Fate::Lost
    }

    /// First the NAT, then the radio.
    fn inwards(&mut self, at: Time, bytes: usize) -> Fate {
        if self.entry.lets_pass(at, self.link.nat_rule()) {
            return self.link.fate(at, Direction::Down, bytes);
        }
        self.tell_fault();
        Fate::Lost
    }

    fn tell_fault(&self) {
        if let Some(no) = self.entry.forgotten.and_then(|rule| rule.imposed) {
            self.link.met(no);
        }
    }

    /// A reset is sent once and not repeated: it may get lost on its way to the terminal.
    fn answer_reset(&mut self, at: Time) {
        if let Fate::Delivered(delay) = self.link.fate(at, Direction::Down, RESET_BYTES) {
            self.entry.reset.get_or_insert(at + delay);
        }
    }
}

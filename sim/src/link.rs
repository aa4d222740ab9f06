//! The 4G link of a terminal: profiles, faults, NAT, power, and TCP as it feels over them.
//!
//! An engine gives raw networks without latency; `AccessNetwork` wraps them, so that the link is
//! the same over any engine. `Link` decides the fate of each packet, `tcp` what a lost packet
//! costs, `Conn` keeps what is on its way, streams carry the bytes. The link never drops stream
//! bytes: a terminal sees lateness, resets and black holes. It knows no payment and no message.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};

use contract::fault::ModemMode;
use contract::{EventKind, Fault, FaultNo, Source, TerminalId, Time};

use crate::env::{Clock, Tap};

mod access;
mod backbone;
mod bearer;
mod conditions;
mod conn;
mod nat;
mod profile;
mod quantile;
mod radio;
mod registration;
mod renewal;
mod rrc;
mod sample;
mod stream;
mod tcp;
mod trace;

pub use access::AccessNetwork;
pub use backbone::Backbone;
pub use bearer::{Bearer, Direction, Fate, MIN_DELAY};
pub use profile::{Profile, profile_names};
pub use sample::{Channel, Every, Exchange, Plain, Sample, sample};
pub use tcp::Kernel;

use conditions::{Conditions, Obstacle};
use conn::Conn;
use nat::NatRule;
use registration::{Loss, Registration};

/// The link of one terminal: its channel, the faults in force on it, its NAT and its power.
pub struct Link {
    terminal: TerminalId,
    seed: u64,
    clock: Rc<dyn Clock>,
    tap: Rc<dyn Tap>,
    channel: RefCell<Box<dyn Bearer>>,
    conditions: RefCell<Conditions>,
    met: RefCell<BTreeSet<FaultNo>>,
    nat: NatRule,
    registration: Registration,
    powered: Cell<bool>,
    conns: RefCell<Vec<Weak<Conn>>>,
}

impl Link {
    /// A link of this kind, with power and without faults.
    pub fn new(
        terminal: TerminalId,
        profile: &Profile,
        seed: u64,
        clock: Rc<dyn Clock>,
        tap: Rc<dyn Tap>,
    ) -> Rc<Link> {
        Rc::new(Link {
            terminal,
            seed,
            clock,
            tap,
            channel: RefCell::new(profile.bearer(seed, terminal)),
            conditions: RefCell::default(),
            met: RefCell::default(),
            nat: profile.nat(),
            registration: Registration::new(profile.attach_ms(), seed, terminal),
            powered: Cell::new(true),
            conns: RefCell::default(),
        })
    }

    /// Puts a fault in force from now on. `false`, and nothing done, when it is not one of a
    /// link.
    pub fn impose(&self, no: FaultNo, fault: &Fault) -> bool {
        self.age_conns();
        let stream = format!("link {}", self.terminal);
        let ours = self.conditions.borrow_mut().impose(no, fault, self.seed, &stream);
        if ours {
            self.cut_connections(no, fault);
            if self.registration.impose(no, fault, self.now()) {
                self.tell_attaching();
            }
        }
        ours
    }

    /// Ends a fault, if it is in force. Where it cost the registration, the link can be used only
    /// when the modem registered anew.
    pub fn lift(&self, no: FaultNo) {
        self.age_conns();
        self.conditions.borrow_mut().lift(no);
        if self.registration.losing(no) == Some(Loss::Moved) {
            self.each_conn(|conn| conn.fall_silent(no));
        }
        if self.registration.lift(no, self.now()) {
            self.tell_attaching();
        }
    }

    /// What a fault does at its begin to the connections that stand.
    fn cut_connections(&self, no: FaultNo, fault: &Fault) {
        let now = self.now();
        match fault {
            Fault::ModemDead { mode: ModemMode::Reset } => {
                self.each_conn(|conn| conn.break_off(now, no));
            }
            Fault::HalfOpen => self.each_conn(|conn| conn.fall_silent(no)),
            _ if registration::loss(fault).is_some() => {
                self.each_conn(|conn| conn.fall_silent(no));
            }
            _ => {}
        }
    }

    fn tell_attaching(&self) {
        self.tell(Source::Link, || EventKind::Attaching { until: self.registration.ready() });
    }

    /// What is in the way of a new connection now; tells the fault behind it.
    fn obstacle(&self) -> Option<Obstacle> {
        if let Some(obstacle) = self.conditions.borrow().obstacle() {
            self.met(obstacle.0);
            return Some(obstacle.1);
        }
        self.registration.cause(self.now()).map(|no| {
            self.met(no);
            Obstacle::NoNetwork
        })
    }

    /// When the answer to a packet that leaves now is here, if neither gets lost.
    fn round_trip(&self, at: Time, bytes: usize) -> Option<Time> {
        [Direction::Up, Direction::Down].into_iter().try_fold(at, |at, way| {
            match self.fate(at, way, bytes) {
                Fate::Delivered(delay) => Some(at + delay),
                Fate::Lost => None,
            }
        })
    }

    /// Takes or gives the terminal's power; to be called before the engine ends the terminal's
    /// tasks. Without power all its connections vanish without a word: what got through still
    /// arrives at the host, no FIN follows, and what is sent to the terminal goes nowhere.
    pub fn set_power(&self, on: bool) {
        self.catch_up();
        self.powered.set(on);
        if !on {
            self.each_conn(|conn| conn.vanish());
            self.conns.borrow_mut().clear();
        }
    }

    /// What becomes of a packet of this size that is sent at this moment.
    pub fn fate(&self, at: Time, direction: Direction, bytes: usize) -> Fate {
        if let Some(no) = self.registration.cause(at) {
            self.met(no);
            return Fate::Lost;
        }
        let base = self.channel.borrow_mut().fate(at, direction, bytes);
        let mut touched = Vec::new();
        let packet = (at, direction, bytes);
        let fate = self.conditions.borrow_mut().bend(packet, base, &mut touched);
        touched.into_iter().for_each(|no| self.met(no));
        fate
    }

    /// Says, once for each fault, that it touched something.
    fn met(&self, no: FaultNo) {
        if self.met.borrow_mut().insert(no) {
            self.tell(Source::Link, || EventKind::FaultMet(no));
        }
    }

    fn tell(&self, source: Source, kind: impl FnOnce() -> EventKind) {
        if self.tap.on() {
            self.tap.tell(Some(self.terminal), source, kind());
        }
    }

    fn now(&self) -> Time {
        self.clock.now()
    }

    fn nat_rule(&self) -> NatRule {
        self.conditions.borrow().nat(self.nat)
    }

    /// Plays through what happened unseen on all connections: what comes now comes later.
    fn catch_up(&self) {
        let now = self.now();
        self.each_conn(|conn| conn.catch_up(now));
    }

    /// Lets the NAT forget by its present rule, because the rule may change now.
    fn age_conns(&self) {
        self.catch_up();
        let (now, rule) = (self.now(), self.nat_rule());
        self.each_conn(|conn| conn.age(now, rule));
    }

    fn register(&self, conn: &Rc<Conn>) {
        let mut conns = self.conns.borrow_mut();
        conns.retain(|conn| conn.strong_count() > 0);
        conns.push(Rc::downgrade(conn));
    }

    fn each_conn(&self, act: impl Fn(&Conn)) {
        self.conns.borrow().iter().filter_map(Weak::upgrade).for_each(|conn| act(&conn));
    }
}

#[cfg(test)]
mod tests;

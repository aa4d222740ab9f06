//! One connection between a terminal and a host, shared by its two ends.
//!
//! It knows what is on its way and whether the connection still exists; the bytes themselves
//! travel through the engine's stream.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::task::Context;

use contract::event::ConnChange;
use contract::{EventKind, FaultNo, Source, Time};

use super::Link;
use super::bearer::Direction;
use super::nat::{NatEntry, NatRule, ThroughNat};
use super::tcp::{Answer, Flow, Front, KERNEL, Payload};

/// The state that both ends share.
pub(super) struct Conn {
    no: u32,
    link: Rc<Link>,
    state: RefCell<State>,
    /// Whether the trace says that it stands.
    stands: Cell<bool>,
}

struct State {
    flow: Flow,
    nat: NatEntry,
}

impl Conn {
    /// A connection whose handshake ends now with this answer.
    pub(super) fn open(no: u32, link: &Rc<Link>, answer: Answer) -> Rc<Conn> {
        let mut nat = NatEntry::new(answer.at);
        let flow = Flow::open(answer, KERNEL, &mut ThroughNat { link, entry: &mut nat });
        let (state, stands) = (RefCell::new(State { flow, nat }), Cell::new(false));
        let conn = Rc::new(Conn { no, link: Rc::clone(link), state, stands });
        conn.link.register(&conn);
        conn
    }

    pub(super) fn no(&self) -> u32 {
        self.no
    }

    /// Whether nothing of it passes any more, without any end having been told.
    pub(super) fn gone(&self) -> bool {
        self.state.borrow().nat.forgotten()
    }

    /// Sends a segment now.
    pub(super) fn send(&self, at: Time, direction: Direction, payload: Payload) {
        self.link.catch_up();
        self.with_flow(|flow, path| flow.send(at, direction, payload, path));
    }

    /// What has arrived by now; the task is woken when something new is on its way.
    pub(super) fn front(&self, now: Time, direction: Direction, task: &Context<'_>) -> Front {
        self.with_flow(|flow, path| flow.front(now, direction, path, task))
    }

    /// So many bytes of what arrived were read.
    pub(super) fn take(&self, direction: Direction, bytes: usize) {
        self.state.borrow_mut().flow.take(direction, bytes);
    }

    /// Whether an end may still send in this direction, as far as it can know.
    ///
    /// # Errors
    /// It sent a FIN, or it got a reset.
    pub(super) fn writable(&self, now: Time, direction: Direction) -> io::Result<()> {
        if self.state.borrow().flow.finished(direction) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let front = self.with_flow(|flow, path| flow.arrived(now, direction.other(), path));
        match front {
            Front::Ready(Payload::Broken(how)) => Err(how.into()),
            _ => Ok(()),
        }
    }

    /// The terminal lost its power.
    pub(super) fn vanish(&self) {
        let mut state = self.state.borrow_mut();
        state.nat.vanish(None);
        [Direction::Up, Direction::Down].into_iter().for_each(|way| state.flow.cut(way));
    }

    /// Nothing of it passes any more, because of this fault, and neither end is told. What the
    /// terminal sent already arrives.
    pub(super) fn fall_silent(&self, no: FaultNo) {
        let mut state = self.state.borrow_mut();
        state.nat.vanish(Some(no));
        state.flow.lose(Direction::Down);
    }

    /// The terminal's end breaks with an error, because of this fault, and the host is not told.
    pub(super) fn break_off(&self, now: Time, no: FaultNo) {
        self.fall_silent(no);
        let mut state = self.state.borrow_mut();
        state.flow.cut(Direction::Up);
        state.flow.break_off(now, Direction::Down, io::ErrorKind::ConnectionReset);
    }

    /// Plays through what happened up to now under the conditions that held until now.
    pub(super) fn catch_up(&self, now: Time) {
        self.with_flow(|flow, path| flow.catch_up(now, path));
    }

    /// The NAT looks whether it still knows this connection.
    pub(super) fn age(&self, now: Time, rule: NatRule) {
        self.state.borrow_mut().nat.age(now, rule);
    }

    /// Tells the trace that the terminal can use it.
    pub(super) fn tell_opened(&self) {
        self.stands.set(true);
        self.tell(Source::Link, ConnChange::Opened);
    }

    /// Tells the trace, once, that it is over for the terminal.
    pub(super) fn tell_end(&self, source: Source, change: ConnChange) {
        if self.stands.replace(false) && self.link.powered.get() {
            self.tell(source, change);
        }
    }

    fn tell(&self, source: Source, change: ConnChange) {
        self.link.tell(source, || EventKind::Conn { conn: self.no, change });
    }

    /// Does something with the flow, and then what the NAT made of it.
    fn with_flow<T>(&self, act: impl FnOnce(&mut Flow, &mut ThroughNat<'_>) -> T) -> T {
        let State { flow, nat } = &mut *self.state.borrow_mut();
        let done = act(flow, &mut ThroughNat { link: &self.link, entry: nat });
        if let Some(at) = nat.reset.take() {
            flow.cut(Direction::Up);
            flow.break_off(at, Direction::Down, io::ErrorKind::ConnectionReset);
        }
        done
    }
}

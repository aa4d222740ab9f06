//! The faults in force, apart from those on the link. Whoever stands for a part of the world asks
//! here whether something is wrong with it; the terminal never does.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use contract::{EventKind, Fault, FaultNo, FaultSpan, Purpose, Remedy, Source, TerminalId};

use crate::env::Tap;

struct Active {
    terminal: TerminalId,
    fault: Fault,
    /// How many payments it may still meet; `None` when it ends by time.
    left: Option<u32>,
    met: bool,
}

/// Which faults are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    /// Those that end by time, not by the payments that they met.
    Lasting,
}

impl Active {
    fn acts_on(&self, terminal: TerminalId, which: Which) -> bool {
        let here = self.terminal == terminal || self.fault.is_global();
        here && (which == Which::All || self.left.is_none())
    }
}

/// The faults in force on a rig.
pub(crate) struct Faults {
    tap: Rc<dyn Tap>,
    active: RefCell<BTreeMap<FaultNo, Active>>,
}

impl Faults {
    pub(crate) fn new(tap: Rc<dyn Tap>) -> Rc<Faults> {
        Rc::new(Faults { tap, active: RefCell::default() })
    }

    /// Puts a fault in force.
    pub(crate) fn begin(&self, no: FaultNo, terminal: TerminalId, fault: Fault, span: FaultSpan) {
        let left = match span {
            FaultSpan::For(_) => None,
            FaultSpan::Next(count) => Some(count),
        };
        let place = (!fault.is_global()).then_some(terminal);
        let kind = EventKind::FaultOn { no, fault: Box::new(fault.clone()) };
        self.tap.tell(place, Source::Harness, kind);
        self.active.borrow_mut().insert(no, Active { terminal, fault, left, met: false });
    }

    /// Ends one; returns what it was, if it was still in force.
    pub(crate) fn end(&self, no: FaultNo) -> Option<(TerminalId, Fault)> {
        let ended = self.active.borrow_mut().remove(&no)?;
        let place = (!ended.fault.is_global()).then_some(ended.terminal);
        self.tap.tell(place, Source::Harness, EventKind::FaultOff(no));
        Some((ended.terminal, ended.fault))
    }

    /// The numbers of all that are in force.
    pub(crate) fn all(&self) -> Vec<FaultNo> {
        self.active.borrow().keys().copied().collect()
    }

    /// The numbers of those in force here that a remedy takes away.
    pub(crate) fn cured_by(&self, terminal: TerminalId, remedy: Remedy) -> Vec<FaultNo> {
        let active = self.active.borrow();
        let cured = |a: &Active| a.acts_on(terminal, Which::All) && remedy.cures(&a.fault);
        active.iter().filter(|(_, a)| cured(a)).map(|(no, _)| *no).collect()
    }

    /// Whether one is in force here that `wanted` picks out; it does not count as met.
    pub(crate) fn find<T>(
        &self,
        terminal: TerminalId,
        wanted: impl Fn(&Fault) -> Option<T>,
    ) -> Option<T> {
        self.look(terminal, Which::All, wanted)
    }

    /// Like `find`, and the fault met a payment: the trace says so, and a fault that was to meet
    /// so many ends with the last of them.
    pub(crate) fn meet<T>(
        &self,
        terminal: TerminalId,
        wanted: impl Fn(&Fault) -> Option<T>,
    ) -> Option<T> {
        self.touch(terminal, Which::All, wanted)
    }

    /// Like `find`, where nobody asks for its parameters.
    pub(crate) fn is_on(&self, terminal: TerminalId, wanted: impl Fn(&Fault) -> bool) -> bool {
        self.find(terminal, |fault| wanted(fault).then_some(())).is_some()
    }

    /// Like `meet`, where nobody asks for its parameters.
    pub(crate) fn meets(&self, terminal: TerminalId, wanted: impl Fn(&Fault) -> bool) -> bool {
        self.meet(terminal, |fault| wanted(fault).then_some(())).is_some()
    }

    /// What meets a message to the host. Only a sale is a payment: what is to meet so many
    /// payments leaves the others alone. A sign-in or echo is not worth a word in the trace.
    pub(crate) fn meet_message<T>(
        &self,
        terminal: TerminalId,
        purpose: Purpose,
        wanted: impl Fn(&Fault) -> Option<T>,
    ) -> Option<T> {
        match purpose {
            Purpose::Sale => self.touch(terminal, Which::All, wanted),
            Purpose::SignIn | Purpose::Echo => self.look(terminal, Which::Lasting, wanted),
            _ => self.touch(terminal, Which::Lasting, wanted),
        }
    }

    fn look<T>(
        &self,
        terminal: TerminalId,
        which: Which,
        wanted: impl Fn(&Fault) -> Option<T>,
    ) -> Option<T> {
        let active = self.active.borrow();
        active.values().filter(|a| a.acts_on(terminal, which)).find_map(|a| wanted(&a.fault))
    }

    fn touch<T>(
        &self,
        terminal: TerminalId,
        which: Which,
        wanted: impl Fn(&Fault) -> Option<T>,
    ) -> Option<T> {
        let (no, found, news, used_up) = {
            let mut active = self.active.borrow_mut();
            let (no, entry, found) = active
                .iter_mut()
                .filter(|(_, a)| a.acts_on(terminal, which))
                .find_map(|(no, a)| wanted(&a.fault).map(|found| (*no, a, found)))?;
            let news = !entry.met || entry.left.is_some();
            entry.met = true;
            entry.left = entry.left.map(|left| left.saturating_sub(1));
            (no, found, news, entry.left == Some(0))
        };
        if news {
            self.tap.tell(Some(terminal), Source::Harness, EventKind::FaultMet(no));
        }
        if used_up {
            self.end(no);
        }
        Some(found)
    }
}

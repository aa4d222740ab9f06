//! The terminal's own clock, which has a battery and can be wrong. Knows nothing of who reads it.

use std::rc::Rc;

use contract::fault::ClockError;
use contract::{Fault, TerminalId, Time};

use crate::faults::Faults;

/// A clock of one terminal.
pub(crate) struct Rtc {
    terminal: TerminalId,
    faults: Rc<Faults>,
}

impl Rtc {
    pub(crate) fn new(terminal: TerminalId, faults: Rc<Faults>) -> Rc<Rtc> {
        Rc::new(Rtc { terminal, faults })
    }

    /// What it shows; never a time before time zero.
    pub(crate) fn read(&self, now: Time) -> Time {
        let wrong = |fault: &Fault| match fault {
            Fault::ClockSkew { error: ClockError::Ahead, by } => Some(now.0.saturating_add(by.0)),
            Fault::ClockSkew { error: ClockError::Behind, by } => Some(now.0.saturating_sub(by.0)),
            _ => None,
        };
        self.faults.find(self.terminal, wrong).map_or(now, Time)
    }
}

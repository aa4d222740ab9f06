//! What peripherals answer when the firmware asks them how they are: status requests on their
//! lines. It stands for scanner and keypad; display, printer and flash answer for themselves.

use std::rc::Rc;

use contract::{Fault, TerminalId};

use crate::faults::Faults;

/// The answers of one terminal's peripherals.
pub(crate) struct Probe {
    terminal: TerminalId,
    faults: Rc<Faults>,
}

impl Probe {
    pub(crate) fn new(terminal: TerminalId, faults: Rc<Faults>) -> Rc<Probe> {
        Rc::new(Probe { terminal, faults })
    }

    /// Whether the scanner answers and reads its own test pattern once and right.
    pub(crate) fn scanner(&self) -> bool {
        !self.faults.is_on(self.terminal, |fault| match fault {
            Fault::ScannerFault { .. } => true,
            Fault::HwAging { misread, .. } => misread.0 > 0,
            _ => false,
        })
    }

    /// Whether the keypad's controller has counted no bounces.
    pub(crate) fn keypad(&self) -> bool {
        let worn = |fault: &Fault| matches!(fault, Fault::HwAging { bounce, .. } if bounce.0 > 0);
        !self.faults.is_on(self.terminal, worn)
    }
}

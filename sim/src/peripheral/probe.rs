//! What peripherals answer when the firmware asks them how they are: status requests on their
//! lines. It stands for scanner, keypad, print head and modem; display, paper and flash answer for
//! themselves.

use std::rc::Rc;

use contract::{Fault, TerminalId};

use crate::faults::Faults;

/// How a scanner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScannerHealth {
    /// Reads its own test pattern, each time, once and right.
    Well,
    /// Reads it at times.
    Worn,
    /// Does not answer, or reads something else, or twice.
    Broken,
}

/// What a modem answers to AT commands (3GPP TS 27.007).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModemHealth {
    /// It is registered, with a data connection.
    Well,
    /// It does not answer, or with ERROR.
    Dead,
    /// `+CPIN?`: no SIM card.
    NoCard,
    /// `+CGACT?`: no data connection under this APN.
    NoData,
}

/// The answers of one terminal's peripherals.
pub(crate) struct Probe {
    terminal: TerminalId,
    faults: Rc<Faults>,
}

impl Probe {
    pub(crate) fn new(terminal: TerminalId, faults: Rc<Faults>) -> Rc<Probe> {
        Rc::new(Probe { terminal, faults })
    }

    /// How the scanner reads its own test pattern.
    pub(crate) fn scanner(&self) -> ScannerHealth {
        let found = self.faults.find(self.terminal, |fault| match fault {
            Fault::ScannerFault { .. } => Some(ScannerHealth::Broken),
            Fault::HwAging { misread, .. } if misread.0 > 0 => Some(ScannerHealth::Worn),
            _ => None,
        });
        found.unwrap_or(ScannerHealth::Well)
    }

    /// Whether the keypad's controller has counted no bounces.
    pub(crate) fn keypad(&self) -> bool {
        let worn = |fault: &Fault| matches!(fault, Fault::HwAging { bounce, .. } if bounce.0 > 0);
        !self.faults.is_on(self.terminal, worn)
    }

    /// Whether each dot of the print head has its resistance.
    pub(crate) fn print_head(&self) -> bool {
        let worn = |fault: &Fault| match fault {
            Fault::HwAging { fade, .. } if fade.0 > 0 => Some(()),
            _ => None,
        };
        self.faults.find(self.terminal, worn).is_none()
    }

    /// Whether the signal that the modem reports (`+CSQ`) is enough; `None` when it reports none,
    /// for want of an answer or a card.
    pub(crate) fn signal(&self) -> Option<bool> {
        if matches!(self.modem(), ModemHealth::Dead | ModemHealth::NoCard) {
            return None;
        }
        let weak = |fault: &Fault| matches!(fault, Fault::LinkWeakSignal { .. });
        Some(!self.faults.is_on(self.terminal, weak))
    }

    /// What the modem answers.
    pub(crate) fn modem(&self) -> ModemHealth {
        let found = self.faults.find(self.terminal, |fault| match fault {
            Fault::ModemDead { .. } => Some(ModemHealth::Dead),
            Fault::SimRemoved => Some(ModemHealth::NoCard),
            Fault::ApnMisconfig => Some(ModemHealth::NoData),
            _ => None,
        });
        found.unwrap_or(ModemHealth::Well)
    }
}

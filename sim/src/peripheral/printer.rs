//! The receipt printer: takes bytes (text lines and ESC/POS commands), gives paper, or an error
//! when there is none.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use contract::fault::Rate;
use contract::{Channel, EventKind, Fault, Source, TerminalId};

use super::reader;
use crate::device::{Said, Says};
use crate::env::Tap;
use crate::faults::Faults;

/// Full cut (`GS V 0`): ends a receipt. ESC/POS command reference.
pub(crate) const CUT: &[u8] = b"\x1dV\0";

/// The printer has no paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoPaper;

/// A printer. What stands before a cut is one receipt.
pub(crate) struct Printer {
    terminal: TerminalId,
    tap: Rc<dyn Tap>,
    faults: Rc<Faults>,
    /// Where its receipts go besides, for a printer that somebody else looks at.
    says: Option<Says>,
    line: RefCell<Vec<u8>>,
    /// How many receipts a worn head has printed, the faint ones among them.
    worn: Cell<u64>,
}

impl Printer {
    pub(crate) fn new(
        terminal: TerminalId,
        tap: Rc<dyn Tap>,
        faults: Rc<Faults>,
        says: Option<Says>,
    ) -> Rc<Printer> {
        Rc::new(Printer {
            terminal,
            tap,
            faults,
            says,
            line: RefCell::default(),
            worn: Cell::default(),
        })
    }

    /// Prints one receipt, up to and with its cut. Where nobody reads it, it is not even worded.
    pub(crate) fn print(&self, receipt: impl FnOnce() -> Vec<u8>) -> Result<(), NoPaper> {
        if self.faults.meets(self.terminal, |fault| matches!(fault, Fault::PrintPaperOut)) {
            return Err(NoPaper);
        }
        let faint = self.is_faint();
        if self.tap.on() && !faint {
            self.line.borrow_mut().extend_from_slice(&receipt());
            self.emit();
        }
        Ok(())
    }

    /// Whether nobody can read what is printed now. A worn head's faint receipts are spread evenly.
    fn is_faint(&self) -> bool {
        let share = self.faults.meet(self.terminal, |fault| match fault {
            Fault::HwAging { fade, .. } if fade.0 > 0 => Some(u64::from(fade.0)),
            _ => None,
        });
        let Some(share) = share else { return false };
        let (printed, one) = (self.worn.get(), u64::from(Rate::ONE.0));
        self.worn.set(printed + 1);
        (printed + 1) * share / one > printed * share / one
    }

    /// What the status request says (`DLE EOT 4`, paper sensors: ESC/POS command reference).
    pub(crate) fn status(&self) -> Result<(), NoPaper> {
        let no_paper = |fault: &Fault| matches!(fault, Fault::PrintPaperOut).then_some(NoPaper);
        self.faults.find(self.terminal, no_paper).map_or(Ok(()), Err)
    }

    /// Tells of each receipt that is complete.
    fn emit(&self) {
        let mut line = self.line.borrow_mut();
        while let Some(end) = line.windows(CUT.len()).position(|window| window == CUT) {
            let rest = line.split_off(end + CUT.len());
            let receipt = std::mem::replace(&mut *line, rest);
            let text = String::from_utf8_lossy(&receipt[..end]).into_owned();
            let lines: Vec<&str> = text.lines().collect();
            if let Some(says) = &self.says {
                says(Said::Print(lines.iter().map(|line| (*line).to_owned()).collect()));
            }
            let checks: Vec<_> =
                lines.iter().filter_map(|line| reader::read_health(line)).collect();
            let report = reader::read_report(&lines);
            let text = lines.join(" / ");
            let tell = |kind| self.tap.tell(Some(self.terminal), Source::Terminal, kind);
            match report {
                Some(report) => {
                    tell(EventKind::Report(Box::new(report.on(Channel::Receipt, text))));
                }
                None if checks.is_empty() => tell(EventKind::Slip(text)),
                None => {}
            }
            for (item, well, fault) in checks {
                tell(EventKind::Health { item, well, fault });
            }
        }
    }
}

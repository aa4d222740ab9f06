//! The receipt printer: takes bytes (text lines and ESC/POS commands), gives paper, or an error
//! when there is none.

use std::cell::RefCell;
use std::rc::Rc;

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
}

impl Printer {
    pub(crate) fn new(
        terminal: TerminalId,
        tap: Rc<dyn Tap>,
        faults: Rc<Faults>,
        says: Option<Says>,
    ) -> Rc<Printer> {
        Rc::new(Printer { terminal, tap, faults, says, line: RefCell::default() })
    }

    /// Prints one receipt, up to and with its cut. Where nobody reads it, it is not even worded.
    pub(crate) fn print(&self, receipt: impl FnOnce() -> Vec<u8>) -> Result<(), NoPaper> {
        let no_paper = |fault: &Fault| matches!(fault, Fault::PrintPaperOut).then_some(());
        if self.faults.meet(self.terminal, no_paper).is_some() {
            return Err(NoPaper);
        }
        if self.tap.on() {
            self.line.borrow_mut().extend_from_slice(&receipt());
            self.emit();
        }
        Ok(())
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
            if let Some(report) = reader::read_report(&lines) {
                let report = report.on(Channel::Receipt, lines.join(" / "));
                let kind = EventKind::Report(Box::new(report));
                self.tap.tell(Some(self.terminal), Source::Terminal, kind);
            }
            for (item, well) in lines.iter().filter_map(|line| reader::read_health(line)) {
                let kind = EventKind::Health { item, well };
                self.tap.tell(Some(self.terminal), Source::Terminal, kind);
            }
        }
    }
}

//! The receipt printer: takes bytes (ESC/POS commands and text in GB18030, as printers of this
//! market are set), gives paper, or says that it stands.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use contract::catalogue::FaultId;
use contract::fault::Rate;
use contract::{Channel, EventKind, Fault, Source, TerminalId};
use encoding_rs::GB18030;
use memchr::memmem;

use super::reader::{self, Seen};
use crate::device::{Said, Says};
use crate::env::Tap;
use crate::faults::Faults;

/// Initialises the printer (`ESC @`) and sets it to Chinese characters (`FS &`), two bytes each or
/// four (GB 18030). ESC/POS command reference.
const BEGIN: &[u8] = b"\x1b@\x1c&";

/// Full cut (`GS V 0`): ends a receipt. ESC/POS command reference.
const CUT: &[u8] = b"\x1dV\0";

/// The printer stands: no paper, a jam, a hot head, an open cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stopped {
    /// Some of what it was sent has come out.
    pub(crate) begun: bool,
}

/// The bytes of these lines for a printer, up to and with the cut.
pub(crate) fn receipt(lines: &[String]) -> Vec<u8> {
    let text = lines.join("\n");
    let (text, ..) = GB18030.encode(&text);
    [BEGIN, &*text, b"\n", CUT].concat()
}

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
    /// It stopped, and nobody has put it right.
    stopped: Cell<bool>,
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
            stopped: Cell::default(),
        })
    }

    /// Prints one receipt, up to and with its cut. Where nobody reads it, it is not even worded.
    pub(crate) fn print(&self, receipt: impl FnOnce() -> Vec<u8>) -> Result<(), Stopped> {
        let stop = self.faults.meet(self.terminal, |fault| match fault {
            Fault::PrintPaperOut => Some(0),
            Fault::PrinterStops { line, .. } => usize::try_from(*line).ok(),
            _ => None,
        });
        let stood = self.stopped.replace(stop.is_some());
        let faint = stop.is_none() && self.is_faint();
        // What jammed once gives nothing more before somebody puts it right.
        let lines = stop.map(|line| if stood { 0 } else { line });
        if self.tap.on() && !faint && lines != Some(0) {
            self.line.borrow_mut().extend_from_slice(&receipt());
            self.emit(lines);
        }
        lines.map_or(Ok(()), |lines| Err(Stopped { begun: lines > 0 }))
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

    /// The catalogue's id of what the status requests tell (`DLE EOT 2`, cover, and 3 and 4: head,
    /// cutter and paper; ESC/POS command reference); `None` when it is ready.
    pub(crate) fn status(&self) -> Option<FaultId> {
        self.faults.find(self.terminal, |fault| {
            let stops = matches!(fault, Fault::PrintPaperOut | Fault::PrinterStops { .. });
            stops.then(|| fault.id())
        })
    }

    /// Tells of each receipt that is complete, or of its first lines where no more comes out.
    fn emit(&self, most: Option<usize>) {
        let mut line = self.line.borrow_mut();
        while let Some(end) = memmem::find(&line, CUT) {
            let rest = line.split_off(end + CUT.len());
            let receipt = std::mem::replace(&mut *line, rest);
            let text = receipt[..end].strip_prefix(BEGIN).unwrap_or(&receipt[..end]);
            let (text, _) = GB18030.decode_without_bom_handling(text);
            let lines: Vec<&str> = text.lines().take(most.unwrap_or(usize::MAX)).collect();
            if let Some(says) = &self.says {
                says(Said::Print(lines.iter().map(|line| (*line).to_owned()).collect()));
            }
            self.tell(&lines, most.is_some());
        }
    }

    /// What somebody reads on the paper. A piece from which the order or the time is missing is no
    /// receipt.
    fn tell(&self, lines: &[&str], torn: bool) {
        let checks: Vec<_> = lines.iter().filter_map(|line| reader::read_health(line)).collect();
        let whole = |seen: &Seen| !torn || (seen.order.is_some() && seen.paid_at.is_some());
        let report = reader::read_report(lines).filter(whole);
        let text = lines.join(" / ");
        let tell = |kind| self.tap.tell(Some(self.terminal), Source::Terminal, kind);
        match report {
            Some(report) => tell(EventKind::Report(Box::new(report.on(Channel::Receipt, text)))),
            None if checks.is_empty() => tell(EventKind::Slip(text)),
            None => {}
        }
        for (item, well, fault) in checks {
            tell(EventKind::Health { item, well, fault });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 交 is BD BB and 易 D2 D7 in GB 18030 (and GBK before it).
    #[test]
    fn a_receipt_is_gb18030_between_initialisation_and_cut() {
        let bytes = receipt(&["OK 交易".to_owned()]);
        assert_eq!(bytes, b"\x1b@\x1c&OK \xbd\xbb\xd2\xd7\n\x1dV\0");
    }
}

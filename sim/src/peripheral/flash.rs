//! The flash chip under a terminal's file: takes what it is given, unless it is worn out or full.

use std::io;
use std::rc::Rc;

use contract::{Fault, TerminalId};

use crate::env::Disk;
use crate::faults::Faults;

/// A flash that can fail.
pub(crate) struct FlashChip {
    terminal: TerminalId,
    faults: Rc<Faults>,
    raw: Rc<dyn Disk>,
}

impl FlashChip {
    /// Puts it over the memory of a host.
    pub(crate) fn wrap(
        terminal: TerminalId,
        faults: Rc<Faults>,
        raw: Rc<dyn Disk>,
    ) -> Rc<dyn Disk> {
        Rc::new(FlashChip { terminal, faults, raw })
    }

    /// Fails as the fault says that `wanted` picks out.
    fn fails(&self, wanted: fn(&Fault) -> Option<io::ErrorKind>) -> io::Result<()> {
        match self.faults.meet(self.terminal, wanted) {
            Some(kind) => Err(kind.into()),
            None => Ok(()),
        }
    }
}

/// It takes nothing at all.
fn dead(fault: &Fault) -> Option<io::ErrorKind> {
    matches!(fault, Fault::FlashWriteFail).then_some(io::ErrorKind::Other)
}

/// It takes nothing more.
fn full(fault: &Fault) -> Option<io::ErrorKind> {
    match fault {
        Fault::StoreFull => Some(io::ErrorKind::StorageFull),
        other => dead(other),
    }
}

impl Disk for FlashChip {
    fn load(&self) -> io::Result<Vec<u8>> {
        self.raw.load()
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.fails(full)?;
        self.raw.append(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.fails(dead)?;
        self.raw.sync()
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        self.fails(dead)?;
        self.raw.replace(bytes)
    }
}

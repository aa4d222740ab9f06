//! A tap on the terminal's flash: tells of every write, sync and replacement, and changes nothing.

use std::io;
use std::rc::Rc;

use contract::event::FlashChange;
use contract::{Bytes, EventKind, Source, TerminalId};

use crate::env::{Disk, Tap};

/// A flash with a tap on it.
pub(crate) struct TapDisk {
    terminal: TerminalId,
    tap: Rc<dyn Tap>,
    raw: Rc<dyn Disk>,
}

impl TapDisk {
    /// Puts the tap on; where nobody listens, there is none.
    pub(crate) fn wrap(terminal: TerminalId, tap: Rc<dyn Tap>, raw: Rc<dyn Disk>) -> Rc<dyn Disk> {
        if tap.on() { Rc::new(TapDisk { terminal, tap, raw }) } else { raw }
    }

    fn tell(&self, change: FlashChange) {
        self.tap.tell(Some(self.terminal), Source::Terminal, EventKind::Flash(change));
    }
}

impl Disk for TapDisk {
    fn load(&self) -> io::Result<Vec<u8>> {
        self.raw.load()
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.raw.append(bytes)?;
        self.tell(FlashChange::Write(Bytes::from(bytes)));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.raw.sync()?;
        self.tell(FlashChange::Sync);
        Ok(())
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        self.raw.replace(bytes)?;
        self.tell(FlashChange::Replace(Bytes::from(bytes)));
        Ok(())
    }
}

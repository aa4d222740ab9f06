//! A line that survives unplugging: the port is opened again, by the same name, whenever it comes
//! back. Bytes are stamped as they arrive, however late anybody asks for them.

use std::cell::RefCell;
use std::rc::Rc;

use contract::{Lapse, Time};
use sim::env::{Clock, Spawn};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{Got, HANG_UP, OpenError, Port, PortError, Selector, Settings};

/// What happens on an attached line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortEvent {
    /// Bytes came, unchanged and in order.
    Bytes {
        /// At least one.
        bytes: Vec<u8>,
        /// When they were read.
        at: Time,
    },
    /// The port is gone.
    Lost {
        /// What is known about it.
        reason: String,
        /// When it was noticed.
        at: Time,
    },
    /// The port is open again.
    Back {
        /// Since when.
        at: Time,
    },
}

/// The first pause before opening again, doubled up to the longest (assumption: a replugged USB
/// port shows up within a second or two).
const FIRST_PAUSE: Lapse = Lapse::from_ms(50);
const LONGEST_PAUSE: Lapse = Lapse::from_secs(2);

/// Events that may wait to be fetched; then reading pauses and the driver's buffer fills.
const WAITING: usize = 1024;

/// Bytes fetched at once.
const BUFFER: usize = 4096;

/// The line's state, shared by its task and whoever writes: the port, or why there is none.
type Line = Rc<RefCell<Result<Rc<Port>, String>>>;

/// A port that is kept open. Dropping it ends its task and closes the port.
pub struct Attached {
    line: Line,
    events: mpsc::Receiver<PortEvent>,
}

impl Attached {
    /// Opens the port and starts the task that keeps it. Its task ends with the host that
    /// `spawn` belongs to.
    ///
    /// # Errors
    /// When the port can't be opened now; later losses are events.
    ///
    /// # Panics
    /// Outside of a tokio runtime, as [`Port::open`].
    pub fn open(
        selector: Selector,
        settings: Settings,
        clock: Rc<dyn Clock>,
        spawn: &dyn Spawn,
    ) -> Result<Attached, OpenError> {
        let port = Rc::new(Port::open(&selector, &settings)?);
        let line: Line = Rc::new(RefCell::new(Ok(port.clone())));
        let (to, events) = mpsc::channel(WAITING);
        let keeper = Keeper { selector, settings, clock, line: line.clone(), to };
        spawn.spawn(Box::pin(keeper.run(port)));
        Ok(Attached { line, events })
    }

    /// The next thing that happens; `None` when nothing did `within` this time, or when the
    /// task was ended with its host. Safe to cancel.
    pub async fn next(&mut self, within: Lapse) -> Option<PortEvent> {
        timeout(within.as_std(), self.events.recv()).await.ok().flatten()
    }

    /// Writes all bytes to the port as it is now.
    ///
    /// # Errors
    /// As [`Port::write`]; `Lost` at once while the port is gone, with the reason.
    pub async fn write(&self, bytes: &[u8], within: Lapse) -> Result<(), PortError> {
        let port = self.line.borrow().clone().map_err(|why| PortError::Lost { why })?;
        port.write(bytes, within).await
    }
}

/// The task behind an attached line.
struct Keeper {
    selector: Selector,
    settings: Settings,
    clock: Rc<dyn Clock>,
    line: Line,
    to: mpsc::Sender<PortEvent>,
}

/// Nobody listens any more: the task is over.
struct Unwanted;

impl Keeper {
    async fn run(self, mut port: Rc<Port>) {
        loop {
            let Ok(reason) = self.listen(&port).await else { return };
            // Both handles go, or the device could not be opened again.
            *self.line.borrow_mut() = Err(reason.clone());
            drop(port);
            let at = self.clock.now();
            if self.tell(PortEvent::Lost { reason, at }).await.is_err() {
                return;
            }
            let Ok(again) = self.reopen().await else { return };
            port = Rc::new(again);
            *self.line.borrow_mut() = Ok(port.clone());
            let at = self.clock.now();
            if self.tell(PortEvent::Back { at }).await.is_err() {
                return;
            }
        }
    }

    /// Passes bytes on until the port is lost; says why it was.
    async fn listen(&self, port: &Port) -> Result<String, Unwanted> {
        let mut buffer = [0; BUFFER];
        loop {
            let got = tokio::select! {
                biased;
                () = self.to.closed() => return Err(Unwanted),
                got = port.wait_for_bytes(&mut buffer) => got,
            };
            let n = match got {
                Ok(Got::Bytes(n)) => n,
                Ok(Got::HungUp) => return Ok(HANG_UP.to_owned()),
                Err(e) => return Ok(e.to_string()),
            };
            let bytes = buffer.get(..n).unwrap_or_default().to_vec();
            self.tell(PortEvent::Bytes { bytes, at: self.clock.now() }).await?;
        }
    }

    /// Tries until the port is there again.
    async fn reopen(&self) -> Result<Port, Unwanted> {
        let mut pause = FIRST_PAUSE;
        loop {
            match Port::open(&self.selector, &self.settings) {
                Ok(port) => return Ok(port),
                Err(why) => *self.line.borrow_mut() = Err(why.to_string()),
            }
            tokio::select! {
                biased;
                () = self.to.closed() => return Err(Unwanted),
                () = tokio::time::sleep(pause.as_std()) => {}
            }
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    async fn tell(&self, event: PortEvent) -> Result<(), Unwanted> {
        self.to.send(event).await.map_err(|_| Unwanted)
    }
}

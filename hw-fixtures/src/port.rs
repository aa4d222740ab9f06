//! A serial port as asynchronous bytes, opened by a name that stays the same.
//!
//! Knows nothing of what the bytes mean. `Port` is one opened device; `attached` keeps a line
//! through unplugging and back.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use contract::Lapse;
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use serialport::{ClearBuffer, SerialPort, TTYPort};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::timeout;

mod attached;
mod emulated;
mod error;
mod lines;
mod list;
mod lock;
mod selector;
mod settings;

pub use attached::{Attached, PortEvent};
pub use emulated::Emulated;
pub use error::{OpenError, PortError};
pub use lines::ModemLines;
pub use list::{PortInfo, UsbInfo, list};
pub use lock::{Lock, LockError};
pub use selector::{BadSelector, Selector};
pub use settings::Settings;

/// Bytes handed to the driver at once. Small, so that the driver's buffer and the deadline, not
/// one huge call, decide how long a write lasts.
const CHUNK: usize = 256;

/// What a read found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Got {
    /// This many bytes, at least one.
    Bytes(usize),
    /// The other end is gone: unplugged, powered off or closed.
    HungUp,
}

/// An opened serial port, held exclusively. Closed when dropped.
pub struct Port {
    /// A second handle of the same open port, for calls that need it mutable. It lives as long
    /// as the first, because closing either gives up the exclusive hold.
    control: RefCell<TTYPort>,
    fd: AsyncFd<TTYPort>,
    path: PathBuf,
    /// Our end of a pseudo terminal.
    emulated: bool,
}

impl Port {
    /// Opens the port that `selector` names.
    ///
    /// # Errors
    /// When there is none, more than one, somebody else has it, or it takes no such settings.
    ///
    /// # Panics
    /// Outside of a tokio runtime with I/O enabled, as every tokio socket does.
    pub fn open(selector: &Selector, settings: &Settings) -> Result<Port, OpenError> {
        let failed = |why: String| OpenError::Failed { name: selector.to_string(), why };
        if settings.baud == 0 {
            return Err(failed("0 baud is no speed; name one such as 115200".to_owned()));
        }
        let path = selector.find()?;
        let tty = settings.builder(&path).open_native();
        let tty = tty.map_err(|e| OpenError::of(selector, &path, &e))?;
        Port::over(tty, path, false).map_err(|e| failed(e.to_string()))
    }

    /// Over a terminal that is open.
    fn over(tty: TTYPort, path: PathBuf, emulated: bool) -> io::Result<Port> {
        let control = tty.try_clone_native()?;
        let fd = register(tty)?;
        let flags = OFlag::from_bits_truncate(fcntl(&fd, FcntlArg::F_GETFL)?) | OFlag::O_NONBLOCK;
        fcntl(&fd, FcntlArg::F_SETFL(flags))?;
        Ok(Port { control: RefCell::new(control), fd, path, emulated })
    }

    /// The device's path at the time of opening.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for bytes; `buffer` has room for at least one.
    ///
    /// # Errors
    /// `TimedOut` when none came `within` this time.
    pub async fn read(&self, buffer: &mut [u8], within: Lapse) -> Result<Got, PortError> {
        let waited = timeout(within.as_std(), self.wait_for_bytes(buffer)).await;
        waited.unwrap_or(Err(PortError::TimedOut { done: 0 }))
    }

    /// Waits for bytes without a limit; safe to cancel.
    pub(crate) async fn wait_for_bytes(&self, buffer: &mut [u8]) -> Result<Got, PortError> {
        let read = || nix::unistd::read(&self.fd, buffer);
        match self.when(Interest::READABLE, read).await {
            Ok(0) => Ok(Got::HungUp),
            Ok(n) => Ok(Got::Bytes(n)),
            Err(e) if is_hang_up(&e) => Ok(Got::HungUp),
            Err(e) => Err(PortError::failed(&e)),
        }
    }

    /// Hands all bytes to the driver.
    ///
    /// # Errors
    /// `TimedOut` when the driver would not take them `within` this time; what it still holds is
    /// thrown away then, so that it does not follow later and closing does not wait for it (Linux
    /// waits up to 30 s, `closing_wait` of its serial core). `Lost` when the other end is gone.
    pub async fn write(&self, bytes: &[u8], within: Lapse) -> Result<(), PortError> {
        let mut done = 0;
        let all = async {
            while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
                let chunk = rest.get(..CHUNK).unwrap_or(rest);
                done +=
                    self.when(Interest::WRITABLE, || nix::unistd::write(&self.fd, chunk)).await?;
            }
            Ok(())
        };
        match timeout(within.as_std(), all).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(e)) if is_hang_up(&e) => Err(PortError::Lost { why: HANG_UP.to_owned() }),
            Ok(Err(e)) => Err(PortError::failed(&e)),
            Err(_) => {
                // Best effort: a port that can't discard is no worse off than before.
                let _ = self.control.borrow().clear(ClearBuffer::Output);
                Err(PortError::TimedOut { done })
            }
        }
    }

    /// Tries `call` whenever the port is ready, until it neither blocks nor is interrupted.
    async fn when(
        &self,
        interest: Interest,
        mut call: impl FnMut() -> nix::Result<usize>,
    ) -> io::Result<usize> {
        loop {
            let result = self.fd.async_io(interest, |_| Ok(call()?)).await;
            if !matches!(&result, Err(e) if e.kind() == io::ErrorKind::Interrupted) {
                return result;
            }
        }
    }
}

#[expect(
    deprecated,
    reason = "its successor is `unsafe`, for descriptors that may change or close; TTYPort owns \
              its descriptor from opening to dropping"
)]
fn register(tty: TTYPort) -> io::Result<AsyncFd<TTYPort>> {
    AsyncFd::new(tty)
}

/// The reason of a loss that the driver reports as end of file or EIO.
const HANG_UP: &str = "the other end is gone (unplugged, powered off or closed)";

/// What drivers say after an unplug: EIO from a tty, ENXIO and ENODEV from a USB device.
fn is_hang_up(error: &io::Error) -> bool {
    let hang_up = [Errno::EIO, Errno::ENXIO, Errno::ENODEV, Errno::EPIPE];
    error.raw_os_error().is_some_and(|code| hang_up.contains(&Errno::from_raw(code)))
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Port").field("path", &self.path).finish_non_exhaustive()
    }
}

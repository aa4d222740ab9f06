//! A port of ours for somebody else's program: a pseudo terminal below a stable name. The program
//! opens the name like any serial port; we hold the other end.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serialport::{SerialPort, TTYPort};

use super::{Port, PortError};

/// A serial port that is no hardware. It is gone when dropped, and its name with it.
pub struct Emulated {
    port: Port,
    /// Kept open: otherwise a program that closes and opens it again would be a hang-up to us, and
    /// the runtime would be woken for it for ever (own measurement, Linux 6.18).
    _far: TTYPort,
    link: PathBuf,
    /// Where the link leads.
    name: PathBuf,
}

impl Emulated {
    /// Makes one that programs find at `link`, at this speed until they set another one. A
    /// symbolic link that stands there is replaced, since a crashed run leaves one.
    ///
    /// # Errors
    /// When the system has no pseudo terminal left, or `link` can't be made.
    ///
    /// # Panics
    /// Outside of a tokio runtime, as [`Port::open`].
    pub fn new(link: &Path, baud: u32) -> io::Result<Emulated> {
        let (near, mut far) = TTYPort::pair()?;
        far.set_baud_rate(baud)?;
        let name = PathBuf::from(far.name().ok_or(io::ErrorKind::NotFound)?);
        if link.is_symlink() {
            fs::remove_file(link)?;
        }
        symlink(&name, link)?;
        let port = Port::over(near, link.to_owned(), true)?;
        Ok(Emulated { port, _far: far, link: link.to_owned(), name })
    }

    /// Our end.
    pub fn port(&self) -> &Port {
        &self.port
    }

    /// What programs open.
    pub fn path(&self) -> &Path {
        &self.link
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        // Another run may have put its own link there.
        if fs::read_link(&self.link).is_ok_and(|name| name == self.name) {
            // Nobody is there to be told if it fails.
            let _ = fs::remove_file(&self.link);
        }
    }
}

impl Port {
    /// The speed that the program at the other end has set; `None` where it set none (as gammu
    /// does, which leaves 0) and on a real line, where nobody can know it.
    pub fn far_baud(&self) -> Option<u32> {
        if !self.emulated {
            return None;
        }
        // A speed that differs by direction is none that a serial port has.
        self.control.borrow().baud_rate().ok().filter(|baud| *baud > 0)
    }

    /// Changes our speed; on an emulated port it is the other end's to set.
    ///
    /// # Errors
    /// What the driver says.
    pub fn set_baud(&self, baud: u32) -> Result<(), PortError> {
        if self.emulated {
            return Ok(());
        }
        let set = self.control.borrow_mut().set_baud_rate(baud);
        set.map_err(|e| PortError::failed(&e))
    }
}

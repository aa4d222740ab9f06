//! What can go wrong with a port, and what to do about it.

use std::fmt;
use std::io;
use std::path::Path;

use nix::errno::Errno;
use serialport::ErrorKind;

use super::selector::Selector;

/// Why a port can't be opened. Each says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
    /// There is none of this name.
    NotFound {
        /// As it was asked for.
        name: String,
        /// What there is.
        there: Vec<String>,
    },
    /// The name fits more than one.
    Ambiguous {
        /// As it was asked for.
        name: String,
        /// Which ones.
        fits: Vec<String>,
    },
    /// Another program holds it.
    InUse {
        /// As it was asked for.
        name: String,
    },
    /// This user may not.
    Forbidden {
        /// As it was asked for.
        name: String,
    },
    /// There is such a file, and it is not a serial port.
    NotAPort {
        /// As it was asked for.
        name: String,
    },
    /// Anything else, in the driver's words.
    Failed {
        /// As it was asked for.
        name: String,
        /// The driver's words.
        why: String,
    },
}

impl OpenError {
    /// From what serialport says; the device existed when it was looked for.
    pub(super) fn of(selector: &Selector, path: &Path, error: &serialport::Error) -> OpenError {
        let name = selector.to_string();
        let is = |errno: Errno| error.description == errno.desc();
        match error.kind {
            ErrorKind::NoDevice => OpenError::InUse { name },
            ErrorKind::Io(io::ErrorKind::PermissionDenied) => OpenError::Forbidden { name },
            ErrorKind::Io(io::ErrorKind::NotFound) => {
                OpenError::Failed { name, why: format!("{} went away", path.display()) }
            }
            _ if is(Errno::ENOTTY) || is(Errno::EISDIR) => OpenError::NotAPort { name },
            _ => OpenError::Failed { name, why: error.description.clone() },
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::NotFound { name, there } if there.is_empty() => {
                write!(f, "there is no port {name}, nor any other serial port; is it plugged in?")
            }
            OpenError::NotFound { name, there } => {
                write!(f, "there is no port {name}; there are: {}", there.join(", "))
            }
            OpenError::Ambiguous { name, fits } => {
                write!(f, "{name} fits {}; add the serial number", fits.join(" and "))
            }
            OpenError::InUse { name } => write!(
                f,
                "{name} is in use by another program; close that one (`fuser -v {name}` shows it), \
                 or name another port"
            ),
            OpenError::Forbidden { name } => write!(
                f,
                "this user may not open {name}; add the user to the group that owns it \
                 (`ls -l {name}`, often dialout) and log in again"
            ),
            OpenError::NotAPort { name } => write!(f, "{name} is not a serial port"),
            OpenError::Failed { name, why } => write!(f, "{name} can't be opened: {why}"),
        }
    }
}

impl std::error::Error for OpenError {}

/// Why an opened port did not do as it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortError {
    /// It took too long.
    TimedOut {
        /// Bytes that were done with by then; a driver may still have thrown some of them away.
        done: usize,
    },
    /// The port is gone.
    Lost {
        /// What is known about it.
        why: String,
    },
    /// Anything else, in the driver's words.
    Failed {
        /// The driver's words.
        why: String,
    },
}

impl PortError {
    pub(super) fn failed(error: &dyn fmt::Display) -> PortError {
        PortError::Failed { why: error.to_string() }
    }
}

impl fmt::Display for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PortError::TimedOut { done } => write!(f, "timed out after {done} bytes"),
            PortError::Lost { why } => write!(f, "the port is lost: {why}"),
            PortError::Failed { why } => write!(f, "the port failed: {why}"),
        }
    }
}

impl std::error::Error for PortError {}

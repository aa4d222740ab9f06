//! The modem lines of a port, where it has any. Pseudo terminals and some cheap adapters have
//! none; that is a fact about the port, not a failure.

use nix::errno::Errno;
use serialport::{SerialPort, TTYPort};

use super::{Port, PortError};

/// The lines that the other end drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModemLines {
    /// Clear to send.
    pub cts: bool,
    /// Data set ready.
    pub dsr: bool,
    /// Ring.
    pub ri: bool,
    /// Carrier detect.
    pub cd: bool,
}

/// The answer, or `None` for "no modem lines". The library hides ENOTTY in an unknown error, so
/// that only its words tell.
fn if_any<T>(result: serialport::Result<T>) -> Result<Option<T>, PortError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(e) if e.description == Errno::ENOTTY.desc() => Ok(None),
        Err(e) => Err(PortError::failed(&e)),
    }
}

fn read(tty: &mut TTYPort) -> serialport::Result<ModemLines> {
    Ok(ModemLines {
        cts: tty.read_clear_to_send()?,
        dsr: tty.read_data_set_ready()?,
        ri: tty.read_ring_indicator()?,
        cd: tty.read_carrier_detect()?,
    })
}

impl Port {
    /// How the lines stand; `None` when the port has none.
    ///
    /// # Errors
    /// What the driver says.
    pub fn modem_lines(&self) -> Result<Option<ModemLines>, PortError> {
        if_any(read(&mut self.control.borrow_mut()))
    }

    /// Sets "data terminal ready"; `false` when the port has no modem lines.
    ///
    /// # Errors
    /// What the driver says.
    pub fn set_dtr(&self, level: bool) -> Result<bool, PortError> {
        let done = self.control.borrow_mut().write_data_terminal_ready(level);
        Ok(if_any(done)?.is_some())
    }

    /// Sets "request to send"; `false` when the port has no modem lines.
    ///
    /// # Errors
    /// What the driver says.
    pub fn set_rts(&self, level: bool) -> Result<bool, PortError> {
        let done = self.control.borrow_mut().write_request_to_send(level);
        Ok(if_any(done)?.is_some())
    }
}

//! Which port is meant: by a name that survives unplugging and a reboot, never by counting.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serialport::{SerialPortInfo, SerialPortType, UsbPortInfo};

use super::error::OpenError;

/// Names a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// A path: best one below `/dev/serial/by-id/`, or a symbolic link of your own.
    Path(PathBuf),
    /// A USB device: vendor and product, and the serial number where two are alike.
    Usb {
        /// Vendor number.
        vid: u16,
        /// Product number.
        pid: u16,
        /// Serial number; `None` for any.
        serial: Option<String>,
    },
}

/// Why a text names no port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSelector(String);

impl fmt::Display for BadSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` names no serial port; write a path like /dev/serial/by-id/usb-..., or \
             usb:VID:PID or usb:VID:PID:SERIAL with hexadecimal numbers",
            self.0
        )
    }
}

impl std::error::Error for BadSelector {}

impl FromStr for Selector {
    type Err = BadSelector;

    fn from_str(text: &str) -> Result<Selector, BadSelector> {
        let bad = || BadSelector(text.to_owned());
        let Some(usb) = text.strip_prefix("usb:") else {
            // A bare `0` or `ttyUSB0` is a count of what was plugged in first.
            let path = PathBuf::from(text);
            return Some(Selector::Path(path)).filter(|_| text.contains('/')).ok_or_else(bad);
        };
        let mut parts = usb.splitn(3, ':');
        let mut number = || {
            let part = parts.next().filter(|p| p.bytes().all(|b| b.is_ascii_hexdigit()));
            part.and_then(|p| u16::from_str_radix(p, 16).ok()).ok_or_else(bad)
        };
        let (vid, pid) = (number()?, number()?);
        let serial = parts.next().map(str::to_owned);
        if serial.as_deref() == Some("") {
            return Err(bad());
        }
        Ok(Selector::Usb { vid, pid, serial })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::Path(path) => write!(f, "{}", path.display()),
            Selector::Usb { vid, pid, serial: None } => write!(f, "usb:{vid:04x}:{pid:04x}"),
            Selector::Usb { vid, pid, serial: Some(serial) } => {
                write!(f, "usb:{vid:04x}:{pid:04x}:{serial}")
            }
        }
    }
}

impl Selector {
    /// The path that it means right now.
    ///
    /// # Errors
    /// `NotFound` and `Ambiguous`, both with what is there.
    pub(super) fn find(&self) -> Result<PathBuf, OpenError> {
        match self {
            Selector::Path(path) if path.exists() => Ok(path.clone()),
            Selector::Path(_) => Err(self.not_found(&available())),
            Selector::Usb { .. } => self.choose(&available()),
        }
    }

    fn choose(&self, ports: &[SerialPortInfo]) -> Result<PathBuf, OpenError> {
        let fits: Vec<_> = ports.iter().filter(|port| self.fits(port)).collect();
        match fits.as_slice() {
            [] => Err(self.not_found(ports)),
            [one] => Ok(PathBuf::from(&one.port_name)),
            more => Err(OpenError::Ambiguous {
                name: self.to_string(),
                fits: more.iter().map(|port| describe(port)).collect(),
            }),
        }
    }

    fn fits(&self, port: &SerialPortInfo) -> bool {
        let (Selector::Usb { vid, pid, serial }, SerialPortType::UsbPort(usb)) =
            (self, &port.port_type)
        else {
            return false;
        };
        let same = (usb.vid, usb.pid) == (*vid, *pid);
        same && serial.as_ref().is_none_or(|wanted| usb.serial_number.as_ref() == Some(wanted))
    }

    fn not_found(&self, ports: &[SerialPortInfo]) -> OpenError {
        let stable = by_id().into_iter();
        let there = stable.chain(ports.iter().map(describe)).collect();
        OpenError::NotFound { name: self.to_string(), there }
    }
}

/// What the platform lists; pseudo terminals are never in it.
pub(super) fn available() -> Vec<SerialPortInfo> {
    serialport::available_ports().unwrap_or_default()
}

/// The stable names that udev made, sorted.
pub(super) fn by_id() -> Vec<String> {
    let Ok(folder) = Path::new("/dev/serial/by-id").read_dir() else {
        return Vec::new();
    };
    let mut names: Vec<_> = folder.flatten().map(|e| e.path().display().to_string()).collect();
    names.sort();
    names
}

/// `usb:0525:a4a7:123 at /dev/ttyACM0 (Gadget Serial)`, or the bare path.
fn describe(port: &SerialPortInfo) -> String {
    let SerialPortType::UsbPort(usb) = &port.port_type else {
        return port.port_name.clone();
    };
    let UsbPortInfo { vid, pid, serial_number, product, .. } = usb.clone();
    let name = Selector::Usb { vid, pid, serial: serial_number };
    match product {
        Some(product) => format!("{name} at {} ({product})", port.port_name),
        None => format!("{name} at {}", port.port_name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usb(path: &str, vid: u16, pid: u16, serial: Option<&str>) -> SerialPortInfo {
        SerialPortInfo {
            port_name: path.into(),
            port_type: SerialPortType::UsbPort(UsbPortInfo {
                vid,
                pid,
                serial_number: serial.map(str::to_owned),
                manufacturer: None,
                product: Some("Scanner".into()),
            }),
        }
    }

    #[test]
    fn names_print_as_they_are_read() {
        for text in ["/dev/serial/by-id/x", "./tty", "usb:0525:a4a7", "usb:1a86:7523:A1:B2"] {
            assert_eq!(text.parse::<Selector>().unwrap().to_string(), text);
        }
        for text in
            ["", "0", "ttyUSB0", "usb:", "usb:0525", "usb:+525:1", "usb:1:2:", "usb:12345:1"]
        {
            let error = text.parse::<Selector>().unwrap_err().to_string();
            assert!(error.contains("/dev/serial/by-id"), "{text}: {error}");
        }
    }

    #[test]
    fn a_usb_device_is_chosen_by_its_numbers() {
        let ports = [
            usb("/dev/ttyACM0", 0x0525, 0xa4a7, Some("one")),
            usb("/dev/ttyACM1", 0x0525, 0xa4a7, Some("two")),
            usb("/dev/ttyUSB0", 0x1a86, 0x7523, None),
        ];
        let choose = |text: &str| text.parse::<Selector>().unwrap().choose(&ports);
        assert_eq!(choose("usb:0525:a4a7:two"), Ok(PathBuf::from("/dev/ttyACM1")));
        assert_eq!(choose("usb:1a86:7523"), Ok(PathBuf::from("/dev/ttyUSB0")));
        let both = choose("usb:0525:a4a7").unwrap_err().to_string();
        assert!(both.contains("usb:0525:a4a7:one at /dev/ttyACM0 (Scanner)"), "{both}");
        assert!(both.contains("usb:0525:a4a7:two"), "{both}");
        let none = choose("usb:1a86:7523:nine").unwrap_err();
        assert!(matches!(none, OpenError::NotFound { .. }), "{none:?}");
        assert!(none.to_string().contains("usb:1a86:7523 at /dev/ttyUSB0"), "{none}");
    }
}

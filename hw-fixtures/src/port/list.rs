//! Which serial ports there are, and by which names they stay the same.

use std::path::{Path, PathBuf};

use serialport::{SerialPortInfo, SerialPortType};

use super::selector::{Selector, available, by_id};

/// A serial port of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortInfo {
    /// Where it is now; the next one that is plugged in may take it.
    pub path: PathBuf,
    /// Its name below `/dev/serial/by-id/`, where udev gave it one.
    pub by_id: Option<PathBuf>,
    /// What is plugged in, where it is USB.
    pub usb: Option<UsbInfo>,
}

/// A USB device with a serial port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsbInfo {
    /// Vendor number.
    pub vid: u16,
    /// Product number.
    pub pid: u16,
    /// Serial number, where it has one.
    pub serial: Option<String>,
    /// Who made it, in its own words.
    pub manufacturer: Option<String>,
    /// What it is, in its own words.
    pub product: Option<String>,
}

impl PortInfo {
    /// The name to write into a bench file: the one that stays the same, as far as there is one.
    pub fn selector(&self) -> Selector {
        match (&self.by_id, &self.usb) {
            (Some(by_id), _) => Selector::Path(by_id.clone()),
            (None, Some(UsbInfo { vid, pid, serial, .. })) => {
                Selector::Usb { vid: *vid, pid: *pid, serial: serial.clone() }
            }
            (None, None) => Selector::Path(self.path.clone()),
        }
    }
}

/// The serial ports of this machine, sorted by path. Pseudo terminals are never among them.
pub fn list() -> Vec<PortInfo> {
    let links: Vec<_> =
        by_id().into_iter().map(PathBuf::from).map(|link| resolved(&link)).collect();
    let mut ports: Vec<_> = available().into_iter().map(|port| info(port, &links)).collect();
    ports.sort_by(|a, b| a.path.cmp(&b.path));
    ports
}

/// A link, and where it leads.
fn resolved(link: &Path) -> (PathBuf, Option<PathBuf>) {
    (link.to_owned(), link.canonicalize().ok())
}

fn info(port: SerialPortInfo, links: &[(PathBuf, Option<PathBuf>)]) -> PortInfo {
    let path = PathBuf::from(port.port_name);
    let leads_here = |(_, end): &&(PathBuf, Option<PathBuf>)| end.as_ref() == Some(&path);
    let by_id = links.iter().find(leads_here).map(|(link, _)| link.clone());
    let usb = match port.port_type {
        SerialPortType::UsbPort(usb) => Some(UsbInfo {
            vid: usb.vid,
            pid: usb.pid,
            serial: usb.serial_number,
            manufacturer: usb.manufacturer,
            product: usb.product,
        }),
        _ => None,
    };
    PortInfo { path, by_id, usb }
}

#[cfg(test)]
mod tests {
    use serialport::UsbPortInfo;

    use super::*;

    fn port(port_type: SerialPortType) -> SerialPortInfo {
        SerialPortInfo { port_name: "/dev/ttyACM0".into(), port_type }
    }

    fn usb() -> SerialPortType {
        SerialPortType::UsbPort(UsbPortInfo {
            vid: 0x0525,
            pid: 0xa4a7,
            serial_number: Some("A1".into()),
            manufacturer: None,
            product: Some("Scanner".into()),
        })
    }

    #[test]
    fn a_port_is_called_by_the_name_that_stays() {
        let link = |name: &str, end: &str| (PathBuf::from(name), Some(PathBuf::from(end)));
        let links = [link("/by-id/other", "/dev/ttyACM1"), link("/by-id/scanner", "/dev/ttyACM0")];
        let named = |port, links: &[_]| info(port, links).selector().to_string();
        assert_eq!(named(port(usb()), &links), "/by-id/scanner");
        assert_eq!(named(port(usb()), &links[..1]), "usb:0525:a4a7:A1");
        assert_eq!(named(port(SerialPortType::Unknown), &[]), "/dev/ttyACM0");
    }
}

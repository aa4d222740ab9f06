//! Speed and frame of a serial line.

use std::path::Path;

use serialport::{DataBits, FlowControl, Parity, SerialPortBuilder, StopBits};

/// How bytes are put on the line. The default is 115200 baud, 8N1, no flow control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Bits per second; 0 is refused, since it means "hang up" to a driver.
    pub baud: u32,
    /// Bits of a byte.
    pub data_bits: DataBits,
    /// The bit that checks them.
    pub parity: Parity,
    /// Bits after a byte.
    pub stop_bits: StopBits,
    /// Who says stop.
    pub flow_control: FlowControl,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            baud: 115_200,
            data_bits: DataBits::Eight,
            parity: Parity::None,
            stop_bits: StopBits::One,
            flow_control: FlowControl::None,
        }
    }
}

impl Settings {
    /// 8N1 at this speed.
    pub fn at(baud: u32) -> Settings {
        Settings { baud, ..Settings::default() }
    }

    pub(super) fn builder(&self, path: &Path) -> SerialPortBuilder {
        serialport::new(path.to_string_lossy(), self.baud)
            .data_bits(self.data_bits)
            .parity(self.parity)
            .stop_bits(self.stop_bits)
            .flow_control(self.flow_control)
            .exclusive(true)
    }
}

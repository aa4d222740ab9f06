//! The receipt printer at a terminal's printer port: takes ESC/POS, answers status requests, gives
//! receipts as text and as pictures. Bytes go in, bytes come out.
//!
//! Knows no port, no time, and nothing of payments. What a command means is from Epson's ESC/POS
//! command reference.

use std::collections::BTreeSet;

mod command;
mod font;
mod job;
mod picture;
mod receipt;
mod serve;
mod status;

#[cfg(test)]
mod tests;

pub use receipt::{Align, Barcode, Element, Line, Raster, Receipt, Span, Style};
pub use serve::{Ends, Repair, serve};
pub use status::Trouble;

use command::{LENGTH_MAX, Next, next};
use job::Job;

/// A printer.
#[derive(Debug, Default)]
pub struct Printer {
    /// Not yet printed.
    buffer: Vec<u8>,
    /// The rest of a command too long to keep.
    skip: usize,
    /// A status request that was begun while the printer could not print.
    request: Vec<u8>,
    job: Job,
    troubles: BTreeSet<Trouble>,
    /// Reports by itself what changes (`GS a`).
    reports: bool,
    out: Vec<u8>,
}

impl Printer {
    /// With paper, closed, and well.
    pub fn new() -> Printer {
        Printer::default()
    }

    /// Bytes from the terminal.
    pub fn receive(&mut self, bytes: &[u8]) {
        for byte in bytes {
            // Status requests are answered even while nothing is printed.
            if self.is_stopped() && self.take_request(*byte) {
                continue;
            }
            if self.buffer.len() == LENGTH_MAX {
                self.print();
            }
            if self.skip > 0 {
                self.skip -= 1;
            } else if self.buffer.len() < LENGTH_MAX {
                // What does not fit is lost, as on a line without flow control.
                self.buffer.push(*byte);
            }
        }
        self.print();
    }

    /// Something is wrong from now on, or well again. What waited is printed when all is well.
    pub fn set(&mut self, trouble: Trouble, is_on: bool) {
        let changed = match is_on {
            true => self.troubles.insert(trouble),
            false => self.troubles.remove(&trouble),
        };
        if changed && self.reports {
            self.out.extend(status::report(&self.troubles));
        }
        self.print();
    }

    /// What the terminal gets.
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// The receipts that were cut off since the last time.
    pub fn take_receipts(&mut self) -> Vec<Receipt> {
        self.job.take_receipts()
    }

    /// What stands on the paper and is not cut off.
    pub fn paper(&self) -> &Receipt {
        self.job.paper()
    }

    fn is_stopped(&self) -> bool {
        status::is_stopped(&self.troubles)
    }

    /// Whether the byte belongs to a status request.
    fn take_request(&mut self, byte: u8) -> bool {
        let expected = self.skip == 0
            && matches!(
                (self.request.as_slice(), byte),
                ([], command::DLE) | ([_], command::EOT) | ([_, _], 1..=4)
            );
        if expected {
            self.request.push(byte);
            if let [_, _, kind] = self.request[..] {
                self.out.extend(status::answer(kind, &self.troubles));
                self.request.clear();
            }
            return true;
        }
        // It was none: what was held back belongs to the rest.
        let held = std::mem::take(&mut self.request);
        self.buffer.extend(held);
        false
    }

    fn print(&mut self) {
        let mut done = 0;
        while !self.is_stopped() {
            let rest = self.buffer.get(done..).unwrap_or_default();
            match next(rest) {
                Next::More => break,
                Next::Text(length) => {
                    let text = rest.get(..length).unwrap_or_default();
                    self.job.text(text);
                    done += length;
                }
                Next::Command(length) => {
                    let command = rest.get(..length).unwrap_or_default();
                    match *command {
                        [command::DLE, command::EOT, kind] => {
                            self.out.extend(status::answer(kind, &self.troubles));
                        }
                        [command::GS, b'r', kind] => {
                            self.out.extend(status::sensors(kind, &self.troubles));
                        }
                        [command::GS, b'a', kinds] => self.reports = kinds != 0,
                        [command::GS, b'I', kind] => self.out.extend(status::identity(kind)),
                        _ => self.job.command(command),
                    }
                    done += length;
                }
                Next::Skip(length) => {
                    self.skip = length.saturating_sub(rest.len());
                    done += rest.len().min(length);
                }
            }
        }
        self.buffer.drain(..done.min(self.buffer.len()));
    }
}

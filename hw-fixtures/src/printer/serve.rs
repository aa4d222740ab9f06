//! Plays a printer on a serial port.

use contract::Lapse;
use tokio::sync::mpsc;

use super::{Printer, Receipt, Trouble};
use crate::port::{Got, Port, PortError};

/// How long a terminal may leave an answer unread before it is lost (assumption).
const UNREAD: Lapse = Lapse::from_ms(200);

/// Bytes fetched at once.
const BUFFER: usize = 4_096;

/// Something goes wrong (`is_on`) or is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repair {
    /// What.
    pub trouble: Trouble,
    /// Whether it is so from now on.
    pub is_on: bool,
}

/// What a served printer is connected to beside its line.
pub struct Ends {
    /// What is done to it.
    pub repairs: mpsc::UnboundedReceiver<Repair>,
    /// The receipts that come out of it.
    pub receipts: mpsc::UnboundedSender<Receipt>,
}

/// Plays `printer` on `port` until the port is gone; ends sooner when it is dropped.
///
/// # Errors
/// Why the port is gone.
pub async fn serve(port: &Port, printer: &mut Printer, ends: &mut Ends) -> Result<(), PortError> {
    let mut buffer = [0; BUFFER];
    loop {
        for receipt in printer.take_receipts() {
            // Whoever does not listen misses it.
            let _ = ends.receipts.send(receipt);
        }
        match port.write(&printer.take_output(), UNREAD).await {
            Ok(()) | Err(PortError::TimedOut { .. }) => {}
            Err(e) => return Err(e),
        }
        tokio::select! {
            biased;
            Some(Repair { trouble, is_on }) = ends.repairs.recv() => printer.set(trouble, is_on),
            got = port.wait_for_bytes(&mut buffer) => match got? {
                Got::Bytes(n) => printer.receive(buffer.get(..n).unwrap_or_default()),
                Got::HungUp => return Ok(()),
            },
        }
    }
}

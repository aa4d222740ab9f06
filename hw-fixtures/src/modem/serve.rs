//! Plays a modem on a serial port: moves bytes, tells it the time, and carries its connections over
//! a network.

use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;

use contract::{Lapse, Time};
use sim::env::{Clock, Net, Sleep};
use tokio::sync::mpsc;

use super::links::Links;
use super::{Change, Modem, OutgoingSms, Request};
use crate::port::{Got, Port, PortError};

/// How long a terminal may leave bytes of the modem unread, before they are lost as on a line
/// without flow control (assumption).
const UNREAD: Lapse = Lapse::from_ms(200);

/// Bytes fetched at once.
const BUFFER: usize = 4_096;

/// What a served modem is connected to beside its line.
pub struct Ends {
    /// Where its connections go.
    pub net: Rc<dyn Net>,
    /// What time it is.
    pub clock: Rc<dyn Clock>,
    /// What is done to it.
    pub changes: mpsc::UnboundedReceiver<Change>,
    /// The messages that it sends.
    pub messages: mpsc::UnboundedSender<OutgoingSms>,
}

/// Plays `modem` on `port` until the port is gone; ends sooner when it is dropped. Connections that
/// are open then are closed.
///
/// # Errors
/// Why the port is gone.
pub async fn serve(port: &Port, modem: &mut Modem, ends: &mut Ends) -> Result<(), PortError> {
    let mut links = Links::new(Rc::clone(&ends.net));
    let mut buffer = [0; BUFFER];
    loop {
        // Before the terminal hears of it, so that nobody who waits for the terminal is too early.
        for request in modem.take_requests() {
            if let Some(Request::Sms(sms)) = links.take(request) {
                // Whoever does not listen misses it.
                let _ = ends.messages.send(sms);
            }
        }
        let baud = modem.baud();
        put_out(port, modem).await?;
        if modem.baud() != baud {
            port.set_baud(modem.baud())?;
        }
        let due = wait(&ends.clock, modem.due());
        tokio::select! {
            biased;
            Some(change) = ends.changes.recv() => modem.change(change, ends.clock.now()),
            (conn, event) = poll_fn(|cx| links.poll(cx, modem)) => {
                modem.network(conn, event, ends.clock.now());
            }
            got = port.wait_for_bytes(&mut buffer) => match got? {
                Got::Bytes(n) => {
                    modem.set_far_baud(port.far_baud());
                    let bytes = buffer.get(..n).unwrap_or_default();
                    modem.receive(bytes, ends.clock.now());
                }
                Got::HungUp => return Ok(()),
            },
            () = due => modem.tick(ends.clock.now()),
        }
    }
}

/// Writes what the modem says. What nobody reads is lost.
async fn put_out(port: &Port, modem: &mut Modem) -> Result<(), PortError> {
    modem.set_far_baud(port.far_baud());
    let out = modem.take_output();
    match port.write(&out, UNREAD).await {
        Ok(()) | Err(PortError::TimedOut { .. }) => Ok(()),
        Err(e) => Err(e),
    }
}

fn wait(clock: &Rc<dyn Clock>, due: Option<Time>) -> Pin<Box<dyn Future<Output = ()>>> {
    match due {
        Some(due) => Box::pin(Sleep::new(clock, due)),
        None => Box::pin(pending()),
    }
}

//! Where terminals find the acquirer: a listening socket whose connections are handed to the rig,
//! which carries them over the terminal's link to the simulated host.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::keeper::{Event, Note};
use crate::io::pump;

/// The pause after a connection that could not be accepted, for example for want of descriptors:
/// 50 ms (assumption).
const AGAIN: Duration = Duration::from_millis(50);

/// The acquirer's address, open for one terminal.
pub(super) struct Door(TcpListener);

impl Door {
    /// Opens it.
    ///
    /// # Errors
    /// Why it can't be, for a person.
    pub(super) fn open(address: SocketAddr) -> Result<Door, String> {
        let busy = |why| format!("the acquirer can't listen on {address}: {why}");
        let listener = TcpListener::bind(address).map_err(busy)?;
        listener.set_nonblocking(true).map_err(busy)?;
        Ok(Door(listener))
    }

    /// Where it really listens.
    ///
    /// # Errors
    /// The machine does not say.
    pub(super) fn address(&self) -> Result<SocketAddr, String> {
        self.0.local_addr().map_err(|why| why.to_string())
    }

    /// Hands every connection on, for ever.
    pub(super) async fn serve(self, notes: Sender<Note>) {
        let Ok(listener) = tokio::net::TcpListener::from_std(self.0) else { return };
        let mut pumps = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                Some(_) = pumps.join_next() => {}
                accepted = listener.accept() => {
                    // One that broke before it was accepted; the next one may be well.
                    let Ok((tcp, _)) = accepted else {
                        sleep(AGAIN).await;
                        continue;
                    };
                    let (stream, reset, carry) = pump(tcp);
                    pumps.spawn_local(carry);
                    let event = Event::Dialled { stream, reset };
                    if notes.send(Note { life: None, event }).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

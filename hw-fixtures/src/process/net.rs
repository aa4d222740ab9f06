//! A terminal's network as real sockets: the hosts that it knows by name, each with its address.

use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use sim::env::{BoxStream, Listener, LocalFut, Net};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::io::{Io, Piped, pump};

/// The outside network of one terminal.
pub struct SocketNet {
    io: Rc<Io>,
    addresses: BTreeMap<String, String>,
}

impl SocketNet {
    /// With these hosts; there is no way to any other.
    pub fn new(io: Rc<Io>, addresses: BTreeMap<String, String>) -> SocketNet {
        SocketNet { io, addresses }
    }

    async fn dial(&self, host: &str) -> io::Result<BoxStream> {
        let address = self.addresses.get(host).ok_or(io::ErrorKind::NetworkUnreachable)?.clone();
        let (answer, answered) = oneshot::channel::<io::Result<Piped>>();
        self.io.run(move || connect(address, answer));
        let piped = answered.await.map_err(|_| io::ErrorKind::NetworkUnreachable)??;
        Ok(Box::new(piped))
    }
}

/// Connects, hands the rig's end over, and serves it.
async fn connect(address: String, answer: oneshot::Sender<io::Result<Piped>>) {
    match TcpStream::connect(address).await {
        Err(why) => drop(answer.send(Err(why))),
        Ok(tcp) => {
            let (piped, _never, carry) = pump(tcp);
            if answer.send(Ok(piped)).is_ok() {
                carry.await;
            }
        }
    }
}

impl Net for SocketNet {
    fn connect<'a>(&'a self, host: &'a str, _port: u16) -> LocalFut<'a, io::Result<BoxStream>> {
        Box::pin(self.dial(host))
    }

    fn bind(&self, _port: u16) -> LocalFut<'_, io::Result<Box<dyn Listener>>> {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }
}

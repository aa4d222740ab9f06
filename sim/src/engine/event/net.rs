//! A network in memory: bytes written are there at once. Delay, loss and outages are the link
//! layer's business, which wraps this.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::pipe::{self, PipeStream};
use crate::env::{BoxStream, Listener, LocalFut, Net};

/// The ports that a host listens on, each with where to put new connections.
type Ports = BTreeMap<u16, UnboundedSender<PipeStream>>;

/// Who listens where. A host without power has dropped its listeners, so it refuses by itself.
#[derive(Default)]
pub(super) struct Network {
    listeners: RefCell<BTreeMap<Rc<str>, Ports>>,
}

/// One host's end of the network.
pub(super) struct HostNet {
    pub(super) host: Rc<str>,
    pub(super) network: Rc<Network>,
}

impl HostNet {
    fn dial(&self, host: &str, port: u16) -> io::Result<BoxStream> {
        let listeners = self.network.listeners.borrow();
        let backlog = listeners.get(host).and_then(|ports| ports.get(&port));
        let (near, far) = pipe::pair();
        match backlog.map(|backlog| backlog.send(far)) {
            Some(Ok(())) => Ok(Box::new(near)),
            _ => Err(io::ErrorKind::ConnectionRefused.into()),
        }
    }

    fn listen(&self, port: u16) -> io::Result<Box<dyn Listener>> {
        let mut listeners = self.network.listeners.borrow_mut();
        let ports = listeners.entry(Rc::clone(&self.host)).or_default();
        if ports.contains_key(&port) {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        let (backlog, arrivals) = unbounded_channel();
        ports.insert(port, backlog);
        let (host, network) = (Rc::clone(&self.host), Rc::clone(&self.network));
        Ok(Box::new(MemListener { host, port, network, arrivals }))
    }
}

impl Net for HostNet {
    fn connect<'a>(&'a self, host: &'a str, port: u16) -> LocalFut<'a, io::Result<BoxStream>> {
        Box::pin(async move { self.dial(host, port) })
    }

    fn bind(&self, port: u16) -> LocalFut<'_, io::Result<Box<dyn Listener>>> {
        Box::pin(async move { self.listen(port) })
    }
}

struct MemListener {
    host: Rc<str>,
    port: u16,
    network: Rc<Network>,
    arrivals: UnboundedReceiver<PipeStream>,
}

impl Listener for MemListener {
    fn accept(&mut self) -> LocalFut<'_, io::Result<BoxStream>> {
        Box::pin(async move {
            match self.arrivals.recv().await {
                Some(stream) => Ok(Box::new(stream) as BoxStream),
                None => Err(io::ErrorKind::NotConnected.into()),
            }
        })
    }
}

impl Drop for MemListener {
    fn drop(&mut self) {
        if let Some(ports) = self.network.listeners.borrow_mut().get_mut(&self.host) {
            ports.remove(&self.port);
        }
    }
}

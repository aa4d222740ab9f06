//! The network between terminals and hosts: wraps the engine's networks so that each connection
//! crosses its terminal's link.
//!
//! It knows who listens where and which engine stream belongs to which connection; it does not
//! know what is said.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use contract::event::ConnChange;
use contract::fault::DnsMode;
use contract::{EventKind, Lapse, Source, Time};
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};

use super::Link;
use super::bearer::{Direction, Fate, MIN_DELAY};
use super::conditions::Obstacle;
use super::conn::Conn;
use super::stream::LinkStream;
use super::tcp::{Answer, Handshake, KERNEL, Payload};
use crate::env::{BoxStream, Clock, Listener, LocalFut, Net, Sleep};

/// How often, and how long each time, a resolver waits for an answer (glibc's resolv.conf(5):
/// `attempts:2`, `timeout:5`).
const LOOKUPS: u32 = 2;
const LOOKUP: Lapse = Lapse::from_secs(5);

/// A question or answer of the name service with its headers (assumption: one short name).
const LOOKUP_BYTES: usize = 80;

/// The longest time that a modem takes to open a connection (Quectel TCP/IP manuals: 150 s for
/// `AT+QIOPEN`).
const LONGEST_ORDER: Lapse = Lapse::from_secs(150);

/// Where somebody listens: host and port.
type Address = (String, u16);

/// Connections that are open for the terminal and not accepted yet, by number.
type Waiting = BTreeMap<u32, Rc<Conn>>;

/// All connections between terminals and hosts of a rig.
#[derive(Default)]
pub struct AccessNetwork {
    counted: Cell<u32>,
    doors: RefCell<BTreeMap<Address, Waiting>>,
}

impl AccessNetwork {
    /// A network without anybody in it.
    pub fn new() -> Rc<AccessNetwork> {
        Rc::default()
    }

    /// The network as a terminal has it: everything goes over its link, and nobody can reach it.
    pub fn terminal_net(self: &Rc<Self>, link: Rc<Link>, raw: Rc<dyn Net>) -> Rc<dyn Net> {
        Rc::new(TerminalNet { access: Rc::clone(self), link, raw })
    }

    /// The network as a host of this name has it: terminals can reach it, and it reaches nobody.
    pub fn host_net(
        self: &Rc<Self>,
        host: &str,
        raw: Rc<dyn Net>,
        clock: Rc<dyn Clock>,
    ) -> Rc<dyn Net> {
        Rc::new(HostNet { access: Rc::clone(self), host: host.to_owned(), raw, clock })
    }

    fn next_no(&self) -> u32 {
        self.counted.set(self.counted.get() + 1);
        self.counted.get()
    }

    fn listens(&self, address: &Address) -> bool {
        self.doors.borrow().contains_key(address)
    }

    fn announce(&self, address: &Address, conn: &Rc<Conn>) {
        if let Some(waiting) = self.doors.borrow_mut().get_mut(address) {
            waiting.insert(conn.no(), Rc::clone(conn));
        }
    }

    fn claim(&self, address: &Address, no: u32) -> Option<Rc<Conn>> {
        self.doors.borrow_mut().get_mut(address)?.remove(&no)
    }
}

fn unsupported(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, why)
}

struct TerminalNet {
    access: Rc<AccessNetwork>,
    link: Rc<Link>,
    raw: Rc<dyn Net>,
}

impl Net for TerminalNet {
    fn connect<'a>(&'a self, host: &'a str, port: u16) -> LocalFut<'a, io::Result<BoxStream>> {
        Box::pin(async move {
            let opening = Opening::begin(&self.link, self.access.next_no());
            let stream = self.open(&(host.to_owned(), port), opening.no).await;
            opening.end(stream.is_ok());
            stream
        })
    }

    fn bind(&self, _port: u16) -> LocalFut<'_, io::Result<Box<dyn Listener>>> {
        Box::pin(async { Err(unsupported("a terminal behind a NAT can't be connected to")) })
    }
}

impl TerminalNet {
    async fn open(&self, address: &Address, no: u32) -> io::Result<BoxStream> {
        let losses = self.link.registration.losses();
        let answer = self.shake_hands(address).await?;
        let at = answer.at;
        let clock = Rc::clone(&self.link.clock);
        // An engine may take a moment to connect. The answer is under way for longer, so that
        // the connection stands at the same time on every engine.
        Sleep::new(&clock, Time(at.0.saturating_sub(MIN_DELAY.0))).await;
        let raw = self.raw.connect(&address.0, address.1).await;
        Sleep::new(&clock, at).await;
        let raw = raw.map_err(|_| io::ErrorKind::ConnectionRefused)?;
        if self.link.registration.losses() != losses {
            return Err(io::ErrorKind::NetworkUnreachable.into());
        }
        let conn = Conn::open(no, &self.link, answer);
        self.access.announce(address, &conn);
        let mut stream = LinkStream::new(raw, Rc::clone(&conn), Direction::Up, clock);
        stream.raw().write_all(&no.to_be_bytes()).await?;
        stream.raw().flush().await?;
        conn.tell_opened();
        Ok(Box::new(stream))
    }

    /// Asks the name service. `true`: the address is one where nobody is. A name that can be
    /// resolved costs nothing: terminals keep it.
    async fn resolve(&self) -> io::Result<bool> {
        let clock = &self.link.clock;
        for _ in 0..LOOKUPS {
            let begun = clock.now();
            match self.link.obstacle() {
                Some(Obstacle::NoName(DnsMode::Silent)) => {}
                Some(Obstacle::NoName(DnsMode::NoSuchName)) => {
                    if let Some(at) = self.link.round_trip(begun, LOOKUP_BYTES) {
                        Sleep::new(clock, at).await;
                        return Err(io::ErrorKind::NotFound.into());
                    }
                }
                other => return Ok(other == Some(Obstacle::DeadAddress)),
            }
            Sleep::new(clock, begun + LOOKUP).await;
        }
        Err(io::ErrorKind::NotFound.into())
    }

    /// Whether the carrier refuses the connection.
    ///
    /// # Errors
    /// The modem has no network, or fails.
    async fn pass_modem(&self) -> io::Result<bool> {
        match self.link.obstacle() {
            Some(Obstacle::NoNetwork) => Err(io::ErrorKind::NetworkUnreachable.into()),
            Some(Obstacle::DeafModem) => {
                let clock = &self.link.clock;
                Sleep::new(clock, clock.now() + LONGEST_ORDER).await;
                Err(io::ErrorKind::TimedOut.into())
            }
            other => Ok(other == Some(Obstacle::Refused)),
        }
    }

    /// SYN and SYN/ACK; gives the answer that will arrive. A refusal has arrived already.
    async fn shake_hands(&self, address: &Address) -> io::Result<Answer> {
        let clock = &self.link.clock;
        let nobody_there = self.resolve().await?;
        let mut handshake = Handshake::new(clock.now(), KERNEL);
        while let Some(next) = handshake.next() {
            Sleep::new(clock, next.0).await;
            let refused = self.pass_modem().await?;
            let listens = self.access.listens(address) && !refused;
            self.link.catch_up();
            let send = |at, direction, bytes| match nobody_there {
                true => Fate::Lost,
                false => self.link.fate(at, direction, bytes),
            };
            let Some(answer) = handshake.send(next, send) else { continue };
            if listens {
                return Ok(answer);
            }
            Sleep::new(clock, answer.at).await;
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        Sleep::new(clock, handshake.deadline()).await;
        Err(io::ErrorKind::TimedOut.into())
    }
}

/// A connection being opened; failed when it is dropped before its end.
struct Opening<'a> {
    link: &'a Link,
    no: u32,
    ended: bool,
}

impl<'a> Opening<'a> {
    fn begin(link: &'a Link, no: u32) -> Opening<'a> {
        let opening = Opening { link, no, ended: false };
        opening.tell(Source::Terminal, ConnChange::Opening);
        opening
    }

    fn end(mut self, well: bool) {
        self.ended = true;
        if !well {
            self.tell(Source::Link, ConnChange::Failed);
        }
    }

    fn tell(&self, source: Source, change: ConnChange) {
        if self.link.powered.get() {
            self.link.tell(source, || EventKind::Conn { conn: self.no, change });
        }
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.tell(Source::Terminal, ConnChange::Failed);
        }
    }
}

struct HostNet {
    access: Rc<AccessNetwork>,
    host: String,
    raw: Rc<dyn Net>,
    clock: Rc<dyn Clock>,
}

impl Net for HostNet {
    fn connect<'a>(&'a self, _host: &'a str, _port: u16) -> LocalFut<'a, io::Result<BoxStream>> {
        Box::pin(async { Err(unsupported("a host waits for its terminals")) })
    }

    fn bind(&self, port: u16) -> LocalFut<'_, io::Result<Box<dyn Listener>>> {
        Box::pin(async move {
            let raw = self.raw.bind(port).await?;
            let address = (self.host.clone(), port);
            self.access.doors.borrow_mut().insert(address.clone(), Waiting::new());
            let (access, clock) = (Rc::clone(&self.access), Rc::clone(&self.clock));
            let listener = LinkListener { raw, access, address, clock, hellos: Vec::new() };
            Ok(Box::new(listener) as Box<dyn Listener>)
        })
    }
}

struct LinkListener {
    raw: Box<dyn Listener>,
    access: Rc<AccessNetwork>,
    address: Address,
    clock: Rc<dyn Clock>,
    /// Streams whose hello is not read yet; kept here, so that `accept` can be cancelled.
    hellos: Vec<Hello>,
}

/// The connection's number, which a terminal's side sends first on the engine's stream.
struct Hello {
    raw: BoxStream,
    bytes: [u8; 4],
    read: usize,
}

impl Hello {
    fn new(raw: BoxStream) -> Hello {
        Hello { raw, bytes: [0; 4], read: 0 }
    }

    /// # Errors
    /// The stream ended before it.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<u32>> {
        while self.read < self.bytes.len() {
            let mut rest = ReadBuf::new(&mut self.bytes[self.read..]);
            ready!(Pin::new(&mut self.raw).poll_read(cx, &mut rest))?;
            match rest.filled().len() {
                0 => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
                read => self.read += read,
            }
        }
        Poll::Ready(Ok(u32::from_be_bytes(self.bytes)))
    }

    /// The first of them that is complete, or whose stream ended. Terminals don't wait for each
    /// other.
    async fn first(hellos: &mut Vec<Hello>) -> (io::Result<u32>, BoxStream) {
        poll_fn(|cx| {
            for index in 0..hellos.len() {
                if let Poll::Ready(no) = hellos[index].poll(cx) {
                    return Poll::Ready((no, hellos.remove(index).raw));
                }
            }
            Poll::Pending
        })
        .await
    }
}

impl Listener for LinkListener {
    fn accept(&mut self) -> LocalFut<'_, io::Result<BoxStream>> {
        Box::pin(async move {
            loop {
                let (no, raw) = tokio::select! {
                    biased;
                    said = Hello::first(&mut self.hellos) => said,
                    raw = self.raw.accept() => {
                        self.hellos.push(Hello::new(raw?));
                        continue;
                    }
                };
                let conn = no.ok().and_then(|no| self.access.claim(&self.address, no));
                if let Some(conn) = conn {
                    let clock = Rc::clone(&self.clock);
                    let stream = LinkStream::new(raw, conn, Direction::Down, clock);
                    return Ok(Box::new(stream) as BoxStream);
                }
            }
        })
    }
}

impl Drop for LinkListener {
    /// The host's process ended: its kernel closes what nobody accepted.
    fn drop(&mut self) {
        let waiting = self.access.doors.borrow_mut().remove(&self.address);
        for conn in waiting.into_iter().flat_map(Waiting::into_values) {
            conn.send(self.clock.now(), Direction::Down, Payload::Fin);
        }
    }
}

//! Taps on the network: see every message that passes an end of a connection, and change nothing.
//!
//! A tap stands outside of terminal and host. It copies bytes to a framer for each direction and
//! tells whole frames; what either end makes of them it does not know.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use contract::event::{Tap as Place, WireMessage};
use contract::{EventKind, Message, Source, TerminalId};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::env::{BoxStream, ByteStream, Listener, LocalFut, Net, Tap};
use crate::iso8583::{Framer, Profile};
use crate::wire::Pdu;

/// How many bytes of a stream that can't be cut into frames stand in the trace.
const GARBAGE_BYTES: usize = 4096;

/// Whose end of the network is tapped.
pub enum Side {
    /// A terminal's.
    Terminal {
        /// Its name on the rig.
        id: TerminalId,
        /// Field 41.
        tid: String,
        /// Field 42.
        mid: String,
    },
    /// The host's.
    Host {
        /// Field 41 to the terminal's name and its field 42.
        terminals: Rc<BTreeMap<String, (TerminalId, String)>>,
    },
}

impl Side {
    fn place(&self) -> Place {
        match self {
            Side::Terminal { .. } => Place::TerminalWire,
            Side::Host { .. } => Place::HostWire,
        }
    }

    fn source(&self) -> Source {
        match self {
            Side::Terminal { .. } => Source::Terminal,
            Side::Host { .. } => Source::Acquirer,
        }
    }

    /// Which terminal a message belongs to, and whether it names this terminal's merchant.
    fn owner(&self, message: Option<&Message>) -> (Option<TerminalId>, bool) {
        match self {
            Side::Terminal { id, tid, mid } => {
                (Some(*id), message.is_some_and(|m| m.tid == tid.as_str() && m.mid == mid.as_str()))
            }
            Side::Host { terminals } => {
                let known = message.and_then(|m| Some((m, terminals.get(m.tid.as_str())?)));
                known.map_or((None, false), |(m, (id, mid))| (Some(*id), m.mid == mid.as_str()))
            }
        }
    }
}

/// Whether a frame of or to a terminal, which says this message, was made by whom it says.
pub type Genuine = Rc<dyn Fn(TerminalId, &[u8], &Message) -> bool>;

/// A network whose connections are tapped.
pub struct TapNet {
    raw: Rc<dyn Net>,
    watcher: Watcher,
}

impl TapNet {
    /// Taps all connections made or accepted through `raw`, at this side's end, and reads them in
    /// this wire profile. Where nobody listens, `raw` itself.
    pub fn wrap(
        raw: Rc<dyn Net>,
        side: Side,
        wire: &'static Profile,
        genuine: Genuine,
        tap: Rc<dyn Tap>,
    ) -> Rc<dyn Net> {
        if !tap.on() {
            return raw;
        }
        Rc::new(TapNet { raw, watcher: Watcher { side: Rc::new(side), wire, genuine, tap } })
    }
}

impl Net for TapNet {
    fn connect<'a>(&'a self, host: &'a str, port: u16) -> LocalFut<'a, io::Result<BoxStream>> {
        Box::pin(async move { Ok(self.watcher.stream(self.raw.connect(host, port).await?)) })
    }

    fn bind(&self, port: u16) -> LocalFut<'_, io::Result<Box<dyn Listener>>> {
        Box::pin(async move {
            let raw = self.raw.bind(port).await?;
            Ok(Box::new(TapListener { raw, watcher: self.watcher.clone() }) as Box<dyn Listener>)
        })
    }
}

struct TapListener {
    raw: Box<dyn Listener>,
    watcher: Watcher,
}

impl Listener for TapListener {
    fn accept(&mut self) -> LocalFut<'_, io::Result<BoxStream>> {
        Box::pin(async move { Ok(self.watcher.stream(self.raw.accept().await?)) })
    }
}

/// Who watches, and for whom.
#[derive(Clone)]
struct Watcher {
    side: Rc<Side>,
    wire: &'static Profile,
    genuine: Genuine,
    tap: Rc<dyn Tap>,
}

impl Watcher {
    fn stream(&self, raw: BoxStream) -> BoxStream {
        let probe = |kind| Probe {
            watcher: self.clone(),
            conn: raw.conn(),
            kind,
            framer: Some(Framer::new(self.wire)),
        };
        let (sent, received) = (probe(EventKind::Sent), probe(EventKind::Received));
        Box::new(TapStream { raw, sent, received })
    }

    fn tell(&self, kind: fn(Box<WireMessage>) -> EventKind, conn: u32, bytes: &[u8]) {
        let message = Pdu::decode(self.wire, bytes).ok().map(|pdu| pdu.message);
        let (terminal, named) = self.side.owner(message.as_ref());
        let genuine = |(id, message)| (self.genuine)(id, bytes, message);
        let authentic = named && terminal.zip(message.as_ref()).is_some_and(genuine);
        let tap = self.side.place();
        let wire = WireMessage { tap, conn, bytes: bytes.into(), message, authentic };
        self.tap.tell(terminal, self.side.source(), kind(Box::new(wire)));
    }
}

/// One direction of a connection.
struct Probe {
    watcher: Watcher,
    conn: u32,
    kind: fn(Box<WireMessage>) -> EventKind,
    /// `None` from the moment when the bytes could not be cut into frames.
    framer: Option<Framer>,
}

impl Probe {
    fn see(&mut self, bytes: &[u8]) {
        let Some(framer) = &mut self.framer else { return };
        framer.push(bytes);
        loop {
            match framer.take() {
                Ok(Some(frame)) => self.watcher.tell(self.kind, self.conn, &frame),
                Ok(None) => return,
                Err(_) => {
                    let seen = framer.pending();
                    let bounded = &seen[..seen.len().min(GARBAGE_BYTES)];
                    self.watcher.tell(self.kind, self.conn, bounded);
                    self.framer = None;
                    return;
                }
            }
        }
    }
}

struct TapStream {
    raw: BoxStream,
    sent: Probe,
    received: Probe,
}

impl ByteStream for TapStream {
    fn conn(&self) -> u32 {
        self.raw.conn()
    }
}

impl AsyncRead for TapStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.raw).poll_read(cx, buf);
        if let Some(new) = buf.filled().get(before..) {
            self.received.see(new);
        }
        polled
    }
}

impl AsyncWrite for TapStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.raw).poll_write(cx, buf);
        if let Poll::Ready(Ok(count)) = polled {
            self.sent.see(&buf[..count]);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.raw).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.raw).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;

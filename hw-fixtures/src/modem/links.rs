//! The connections of a served modem, on whatever network it was given. Knows no AT command.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use sim::env::{BoxStream, LocalFut, Net};
use tokio::io::ReadBuf;

use super::{Conn, Modem, NetEvent, NoConnection, Request};

/// Bytes read at once.
const BUFFER: usize = 4_096;

/// Half open connections that are kept; the oldest one is closed after that (assumption: a host has
/// given it up by then).
const LEFT_MAX: usize = 64;

/// All connections, also those that the modem gave up.
pub(super) struct Links {
    net: Rc<dyn Net>,
    all: BTreeMap<Conn, Link>,
    /// Left half open by a modem that vanished: the other end must not be told.
    left: VecDeque<BoxStream>,
}

enum Link {
    Opening(LocalFut<'static, io::Result<BoxStream>>),
    Open {
        stream: BoxStream,
        /// Not yet written.
        out: Vec<u8>,
        /// The modem has closed it: the rest is written, and that is all.
        closing: bool,
    },
}

impl Links {
    pub(super) fn new(net: Rc<dyn Net>) -> Links {
        Links { net, all: BTreeMap::new(), left: VecDeque::new() }
    }

    /// Does what the modem wants of its connections; gives back what is nothing of theirs.
    pub(super) fn take(&mut self, request: Request) -> Option<Request> {
        match request {
            Request::Open { conn, host, port } => {
                let net = Rc::clone(&self.net);
                let opening = Box::pin(async move { net.connect(&host, port).await });
                self.all.insert(conn, Link::Opening(opening));
            }
            Request::Send { conn, bytes } => {
                if let Some(Link::Open { out, .. }) = self.all.get_mut(&conn) {
                    out.extend(bytes);
                }
            }
            Request::Close { conn } => match self.all.get_mut(&conn) {
                Some(Link::Open { closing, .. }) => *closing = true,
                _ => drop(self.all.remove(&conn)),
            },
            Request::Forget { conn } => {
                if let Some(Link::Open { stream, .. }) = self.all.remove(&conn) {
                    self.left.push_back(stream);
                }
                if self.left.len() > LEFT_MAX {
                    self.left.pop_front();
                }
            }
            other @ Request::Sms(_) => return Some(other),
        }
        None
    }

    /// The next thing that happens on any of them.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, modem: &Modem) -> Poll<(Conn, NetEvent)> {
        let all: Vec<Conn> = self.all.keys().copied().collect();
        for conn in all {
            let Some(link) = self.all.get_mut(&conn) else { continue };
            let Poll::Ready(event) = link.poll(cx, modem.room(conn)) else { continue };
            let over = matches!(event, NetEvent::Closed | NetEvent::Failed(_));
            let closing = matches!(link, Link::Open { closing: true, .. });
            if over {
                self.all.remove(&conn);
            }
            if !closing {
                return Poll::Ready((conn, event));
            }
        }
        Poll::Pending
    }
}

impl Link {
    fn poll(&mut self, cx: &mut Context<'_>, room: usize) -> Poll<NetEvent> {
        match self {
            Link::Opening(opening) => {
                let Poll::Ready(opened) = opening.as_mut().poll(cx) else { return Poll::Pending };
                match opened {
                    Ok(stream) => {
                        *self = Link::Open { stream, out: Vec::new(), closing: false };
                        Poll::Ready(NetEvent::Opened)
                    }
                    Err(e) => Poll::Ready(NetEvent::Failed(why(&e))),
                }
            }
            Link::Open { stream, out, closing } => {
                while !out.is_empty() {
                    match Pin::new(&mut **stream).poll_write(cx, out) {
                        Poll::Ready(Ok(sent)) if sent > 0 => {
                            out.drain(..sent);
                            if !*closing {
                                return Poll::Ready(NetEvent::Sent(sent));
                            }
                        }
                        Poll::Ready(_) => return Poll::Ready(NetEvent::Closed),
                        Poll::Pending => break,
                    }
                }
                match (*closing, out.is_empty()) {
                    (true, true) => {
                        Pin::new(&mut **stream).poll_shutdown(cx).map(|_| NetEvent::Closed)
                    }
                    (true, false) => Poll::Pending,
                    (false, _) => read(stream, cx, room),
                }
            }
        }
    }
}

/// Reads no more than the modem has room for.
fn read(stream: &mut BoxStream, cx: &mut Context<'_>, room: usize) -> Poll<NetEvent> {
    if room == 0 {
        return Poll::Pending;
    }
    let mut bytes = vec![0; room.min(BUFFER)];
    let mut buffer = ReadBuf::new(&mut bytes);
    Pin::new(&mut **stream).poll_read(cx, &mut buffer).map(|done| {
        let filled = buffer.filled();
        match done {
            Ok(()) if !filled.is_empty() => NetEvent::Data(filled.to_vec()),
            _ => NetEvent::Closed,
        }
    })
}

fn why(error: &io::Error) -> NoConnection {
    match error.kind() {
        io::ErrorKind::NotFound => NoConnection::NoName,
        io::ErrorKind::TimedOut => NoConnection::TimedOut,
        _ => NoConnection::Refused,
    }
}

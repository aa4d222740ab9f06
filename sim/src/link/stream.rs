//! An end of a connection: carries the bytes in the engine's stream, and holds them back until
//! the link has delivered them.
//!
//! It knows time and its half of a `Conn`; it does not look into the bytes.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use contract::event::ConnChange;
use contract::{Source, Time};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::bearer::Direction;
use super::conn::Conn;
use super::tcp::{Front, MSS, Payload};
use crate::env::{BoxStream, ByteStream, Clock, Sleep};

/// One end of a connection over a link.
pub(super) struct LinkStream {
    raw: BoxStream,
    conn: Rc<Conn>,
    /// Up for the terminal's end, down for the host's.
    writes: Direction,
    clock: Rc<dyn Clock>,
    sleep: Option<Sleep>,
}

impl LinkStream {
    /// The end that writes in this direction.
    pub(super) fn new(
        raw: BoxStream,
        conn: Rc<Conn>,
        writes: Direction,
        clock: Rc<dyn Clock>,
    ) -> LinkStream {
        LinkStream { raw, conn, writes, clock, sleep: None }
    }

    /// The engine's stream, past the link.
    pub(super) fn raw(&mut self) -> &mut BoxStream {
        &mut self.raw
    }

    fn reads(&self) -> Direction {
        self.writes.other()
    }

    /// Only what the terminal's end sees and does stands in the trace.
    fn tell_end(&self, source: Source, change: ConnChange) {
        if self.writes == Direction::Up {
            self.conn.tell_end(source, change);
        }
    }

    fn close(&self) {
        self.conn.send(self.clock.now(), self.writes, Payload::Fin);
        self.tell_end(Source::Terminal, ConnChange::Closed);
    }

    fn poll_sleep(&mut self, at: Time, cx: &mut Context<'_>) -> Poll<()> {
        if self.sleep.as_ref().is_none_or(|sleep| sleep.until() != at) {
            self.sleep = Some(Sleep::new(&self.clock, at));
        }
        if let Some(sleep) = &mut self.sleep {
            ready!(Pin::new(sleep).poll(cx));
        }
        self.sleep = None;
        Poll::Ready(())
    }

    /// Takes at most this many bytes, which the link has delivered, out of the engine's stream.
    fn poll_bytes(
        &mut self,
        most: usize,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = most.min(buf.remaining());
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(room));
        let result = ready!(Pin::new(&mut self.raw).poll_read(cx, &mut part));
        let read = part.filled().len();
        if result.is_ok() && read > 0 {
            buf.advance(read);
            self.conn.take(self.reads(), read);
            return Poll::Ready(Ok(()));
        }
        // The engine lost bytes that the link had delivered.
        if self.conn.gone() {
            return Poll::Pending;
        }
        self.tell_end(Source::Link, ConnChange::Reset);
        Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
    }
}

impl AsyncRead for LinkStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            match this.conn.front(this.clock.now(), this.reads(), cx) {
                Front::Idle => return Poll::Pending,
                Front::Wait(at) => ready!(this.poll_sleep(at, cx)),
                Front::Ready(Payload::Data(bytes)) => return this.poll_bytes(bytes, cx, buf),
                Front::Ready(Payload::Fin) => {
                    this.tell_end(Source::Link, ConnChange::Closed);
                    return Poll::Ready(Ok(()));
                }
                Front::Ready(Payload::Broken(how)) => {
                    this.tell_end(Source::Link, ConnChange::Reset);
                    return Poll::Ready(Err(how.into()));
                }
            }
        }
    }
}

impl AsyncWrite for LinkStream {
    /// Accepts a segment's worth. An error of the engine's stream is not shown: what became of
    /// the other end is learnt over the link or not at all.
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.conn.writable(this.clock.now(), this.writes)?;
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let segment = &bytes[..bytes.len().min(MSS)];
        let written = match ready!(Pin::new(&mut this.raw).poll_write(cx, segment)) {
            Ok(written) => written,
            Err(_) => segment.len(),
        };
        this.conn.send(this.clock.now(), this.writes, Payload::Data(written));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = ready!(Pin::new(&mut self.get_mut().raw).poll_flush(cx));
        Poll::Ready(flushed.or(Ok(())))
    }

    /// Sends a FIN; the other direction stays open.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.close();
        self.poll_flush(cx)
    }
}

impl ByteStream for LinkStream {
    fn conn(&self) -> u32 {
        self.conn.no()
    }
}

impl Drop for LinkStream {
    fn drop(&mut self) {
        self.close();
    }
}

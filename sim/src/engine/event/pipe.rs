//! A connection in memory: two ends, bytes in order both ways. Knows no hosts and no time.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::env::ByteStream;

/// How many unread bytes a direction holds before its writer waits: 64 KiB, a common socket
/// buffer (assumption).
const BUFFER: usize = 64 * 1024;

/// One direction.
#[derive(Default)]
struct Pipe {
    bytes: VecDeque<u8>,
    /// Nothing more is written.
    ended: bool,
    /// Nobody reads any more.
    deaf: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Pipe {
    fn end(&mut self) {
        self.ended = true;
        wake(&mut self.reader);
    }
}

fn wake(who: &mut Option<Waker>) {
    if let Some(waker) = who.take() {
        waker.wake();
    }
}

/// One end of a connection. Dropped, the other end reads what was written and then the end.
pub(super) struct PipeStream {
    inwards: Rc<RefCell<Pipe>>,
    outwards: Rc<RefCell<Pipe>>,
}

/// Both ends of a new connection.
pub(super) fn pair() -> (PipeStream, PipeStream) {
    let (up, down) = (Rc::default(), Rc::default());
    let near = PipeStream { inwards: Rc::clone(&down), outwards: Rc::clone(&up) };
    (near, PipeStream { inwards: up, outwards: down })
}

impl ByteStream for PipeStream {}

impl AsyncRead for PipeStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut pipe = self.inwards.borrow_mut();
        if pipe.bytes.is_empty() && !pipe.ended {
            pipe.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let (front, _) = pipe.bytes.as_slices();
        let count = front.len().min(buf.remaining());
        buf.put_slice(&front[..count]);
        pipe.bytes.drain(..count);
        wake(&mut pipe.writer);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for PipeStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut pipe = self.outwards.borrow_mut();
        if pipe.ended || pipe.deaf {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let room = BUFFER - pipe.bytes.len();
        if room == 0 {
            pipe.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let taken = &bytes[..bytes.len().min(room)];
        pipe.bytes.extend(taken);
        wake(&mut pipe.reader);
        Poll::Ready(Ok(taken.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outwards.borrow_mut().end();
        Poll::Ready(Ok(()))
    }
}

impl Drop for PipeStream {
    fn drop(&mut self) {
        self.outwards.borrow_mut().end();
        let mut inwards = self.inwards.borrow_mut();
        inwards.deaf = true;
        wake(&mut inwards.writer);
    }
}

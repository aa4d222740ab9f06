//! Carries a socket's bytes between the thread that waits for it and the rig's: in order, both
//! ways, each direction until its end. Looks into none of them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use sim::env::ByteStream;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, copy_bidirectional, duplex};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// Bytes that wait in one direction before its writer waits: 64 KiB, a common socket buffer
/// (assumption).
const BUFFER: usize = 64 * 1024;

/// The rig's end of a socket.
pub struct Piped {
    near: DuplexStream,
    broken: Arc<AtomicBool>,
}

/// What ends a socket with a reset.
pub type Reset = oneshot::Sender<()>;

/// Both ends: one for the rig's thread, and the task that serves it where the socket is.
pub fn pump(tcp: TcpStream) -> (Piped, Reset, impl Future<Output = ()>) {
    let (near, far) = duplex(BUFFER);
    let (reset, asked) = oneshot::channel();
    let broken = Arc::new(AtomicBool::new(false));
    let piped = Piped { near, broken: Arc::clone(&broken) };
    (piped, reset, carry(tcp, far, asked, broken))
}

async fn carry(
    mut tcp: TcpStream,
    mut far: DuplexStream,
    asked: oneshot::Receiver<()>,
    broken: Arc<AtomicBool>,
) {
    // Small messages with answers gain nothing from being held back; a socket that can't be told
    // so works all the same.
    let _ = tcp.set_nodelay(true);
    let asked = async {
        if asked.await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let whole = tokio::select! {
        biased;
        () = asked => false,
        copied = copy_bidirectional(&mut tcp, &mut far) => copied.is_ok(),
    };
    if !whole {
        broken.store(true, Ordering::Release);
        // Closed with a reset instead of an end; if that fails, with an end.
        let _ = tcp.set_zero_linger();
    }
}

impl ByteStream for Piped {}

impl AsyncRead for Piped {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.near).poll_read(cx, buf))?;
        let ended = buf.filled().len() == before && buf.remaining() > 0;
        if ended && this.broken.load(Ordering::Acquire) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Piped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.near).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.near).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.near).poll_shutdown(cx)
    }
}

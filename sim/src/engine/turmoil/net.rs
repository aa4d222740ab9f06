//! turmoil's network behind the seam, with the corners rounded where it behaves unlike the seam
//! promises. Adds no delay of its own.

use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use ::turmoil::net::{TcpListener, TcpStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Hosts;
use crate::env::{BoxStream, ByteStream, Listener, LocalFut, Net};

/// The network as the host sees it whose task is running.
pub(super) struct SimNet(pub(super) Rc<Hosts>);

impl SimNet {
    async fn dial(&self, name: &str, port: u16) -> io::Result<BoxStream> {
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        let host = self.0.find(name).filter(|host| host.on.get()).ok_or_else(refused)?;
        // In turmoil, a connect to a host that is off hangs, and reaches it after its next boot.
        // One that is refused for want of a listener costs a port until this host's next 16,384
        // are gone, which breaks the run: turmoil never gives it back.
        tokio::select! {
            biased;
            () = host.cut.notified() => Err(refused()),
            stream = TcpStream::connect((name, port)) => Ok(Box::new(SimStream(stream?))),
        }
    }
}

impl Net for SimNet {
    fn connect<'a>(&'a self, host: &'a str, port: u16) -> LocalFut<'a, io::Result<BoxStream>> {
        Box::pin(self.dial(host, port))
    }

    fn bind(&self, port: u16) -> LocalFut<'_, io::Result<Box<dyn Listener>>> {
        Box::pin(async move {
            let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?;
            Ok(Box::new(SimListener(listener)) as Box<dyn Listener>)
        })
    }
}

struct SimListener(TcpListener);

impl Listener for SimListener {
    fn accept(&mut self) -> LocalFut<'_, io::Result<BoxStream>> {
        Box::pin(async {
            let (stream, _from) = self.0.accept().await?;
            Ok(Box::new(SimStream(stream)) as BoxStream)
        })
    }
}

/// A turmoil stream whose reset reads as an end: telling the two apart is up to the link layer,
/// which carries its own resets.
struct SimStream(TcpStream);

impl ByteStream for SimStream {}

impl AsyncRead for SimStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(match ready!(Pin::new(&mut self.0).poll_read(cx, buf)) {
            Err(e) if e.kind() == io::ErrorKind::ConnectionReset => Ok(()),
            result => result,
        })
    }
}

impl AsyncWrite for SimStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // turmoil minds a second shutdown, sockets do not.
        Poll::Ready(match ready!(Pin::new(&mut self.0).poll_shutdown(cx)) {
            Err(e) if e.kind() == io::ErrorKind::NotConnected => Ok(()),
            result => result,
        })
    }
}

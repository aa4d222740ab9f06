//! What a line of text can be made of: pipes, a socket, a serial port. Each becomes a reader and a
//! writer for the I/O thread.

use std::io;
use std::os::fd::OwnedFd;
use std::rc::Rc;

use contract::Lapse;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, SimplexStream, simplex};
use tokio::net::TcpStream;
use tokio::net::unix::pipe;
use tokio::task::JoinSet;

use crate::port::{Got, Port, Selector, Settings};

/// Where lines come from.
pub type Reader = Box<dyn AsyncRead + Unpin>;
/// Where lines go.
pub type Writer = Box<dyn AsyncWrite + Unpin>;

/// Bytes that wait between a serial port and whoever reads or writes them.
const BUFFER: usize = 4096;

/// How long the driver may take for one piece of a line: 10 s (assumption: 4 KiB at 4800 baud).
const WRITE: Lapse = Lapse::from_secs(10);

/// Both directions, and what has to live as long as they are used.
pub struct Duplex {
    /// Its bytes.
    pub reader: Reader,
    /// Takes bytes.
    pub writer: Writer,
    /// The tasks that serve a port.
    pub tasks: JoinSet<()>,
}

/// A line over two pipes.
///
/// # Errors
/// When they are no pipes.
pub fn pipes(from: OwnedFd, to: OwnedFd) -> io::Result<Duplex> {
    let reader = Box::new(pipe::Receiver::from_owned_fd(from)?);
    let writer = Box::new(pipe::Sender::from_owned_fd(to)?);
    Ok(Duplex { reader, writer, tasks: JoinSet::new() })
}

/// A line over a connection.
pub fn socket(tcp: TcpStream) -> Duplex {
    // Lines are short and wait for answers; without this they work all the same.
    let _ = tcp.set_nodelay(true);
    let (reader, writer) = tcp.into_split();
    Duplex { reader: Box::new(reader), writer: Box::new(writer), tasks: JoinSet::new() }
}

/// A line over a serial port. Ends when the port is gone.
///
/// # Errors
/// Why it can't be opened, for a person.
pub fn serial(selector: &Selector, settings: &Settings) -> Result<Duplex, String> {
    let port = Rc::new(Port::open(selector, settings).map_err(|why| why.to_string())?);
    let (reader, to_reader) = simplex(BUFFER);
    let (from_writer, writer) = simplex(BUFFER);
    let mut tasks = JoinSet::new();
    tasks.spawn_local(read(Rc::clone(&port), to_reader));
    tasks.spawn_local(write(port, from_writer));
    Ok(Duplex { reader: Box::new(reader), writer: Box::new(writer), tasks })
}

type Half = tokio::io::WriteHalf<SimplexStream>;
type OtherHalf = tokio::io::ReadHalf<SimplexStream>;

async fn read(port: Rc<Port>, mut to: Half) {
    let mut buffer = [0; BUFFER];
    loop {
        match port.read(&mut buffer, Lapse::from_secs(3600)).await {
            Ok(Got::Bytes(count)) => {
                let bytes = buffer.get(..count).unwrap_or_default();
                if to.write_all(bytes).await.is_err() {
                    return;
                }
            }
            Err(crate::port::PortError::TimedOut { .. }) => {}
            Ok(Got::HungUp) | Err(_) => return drop(to.shutdown().await),
        }
    }
}

async fn write(port: Rc<Port>, mut from: OtherHalf) {
    let mut buffer = [0; BUFFER];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if port.write(buffer.get(..count).unwrap_or_default(), WRITE).await.is_err() {
            return;
        }
    }
}

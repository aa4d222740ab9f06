//! A served modem, a terminal's port at its line, and a host at its network. Knows no AT command
//! beside the one that switches the echo off.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use contract::{Lapse, Time};
use hw_fixtures::modem::{Change, Ends, Modem, Profile, serve};
use hw_fixtures::port::{Emulated, Got, Port, Selector, Settings};
use sim::env::{BoxStream, ByteStream, Clock, Listener, LocalFut, Net};
use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex,
};
use tokio::sync::mpsc::{self, UnboundedSender};

/// Only a failing test waits so long.
const LONG: Lapse = Lapse::from_secs(20);

/// What the test holds.
pub(crate) struct Desk {
    port: Port,
    changes: UnboundedSender<Change>,
    clock: Rc<RealTime>,
    host: Rc<Host>,
    heard: RefCell<Vec<u8>>,
}

/// A modem that is on and registered in no time.
pub(crate) fn quick() -> Profile {
    Profile { boot: Lapse::ZERO, register: Lapse::ZERO, ..Profile::default() }
}

/// Plays a modem while `test` runs; the terminal's port is at 115200 baud.
pub(crate) fn on_desk(profile: Profile, test: impl AsyncFnOnce(&Desk)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("modem");
        let line = Emulated::new(&link, profile.baud).unwrap();
        let port = Port::open(&Selector::Path(link), &Settings::default()).unwrap();
        let (clock, host) = (Rc::new(RealTime(tokio::time::Instant::now())), Rc::default());
        let (changes, done_to_it) = mpsc::unbounded_channel();
        let (messages, _sent) = mpsc::unbounded_channel();
        let desk = Desk { port, changes, clock, host, heard: RefCell::default() };
        let (net, time) = (desk.host.clone(), desk.clock.clone());
        let mut ends = Ends { net, clock: time, changes: done_to_it, messages };
        let mut modem = Modem::new(profile, desk.now());
        let test = tokio::time::timeout(Duration::from_secs(60), test(&desk));
        tokio::select! {
            biased;
            lost = serve(line.port(), &mut modem, &mut ends) => panic!("{lost:?}"),
            done = test => done.expect("in time"),
        }
    });
}

impl Desk {
    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    pub(crate) fn change(&self, change: Change) {
        self.changes.send(change).unwrap();
    }

    /// Sets the terminal's speed.
    pub(crate) fn set_baud(&self, baud: u32) {
        self.port.set_baud(baud).unwrap();
    }

    pub(crate) async fn type_in(&self, bytes: &[u8]) {
        self.port.write(bytes, LONG).await.unwrap();
    }

    /// Types a line and waits for these words.
    pub(crate) async fn at(&self, line: &str, words: &str) {
        self.type_in(format!("{line}\r").as_bytes()).await;
        self.hears(words).await;
    }

    /// Waits until the modem has said these words, and forgets all up to them.
    pub(crate) async fn hears(&self, words: &str) {
        let mut buffer = [0; 1_024];
        loop {
            let place = find(&self.heard.borrow(), words.as_bytes());
            if let Some(place) = place {
                self.heard.borrow_mut().drain(..place + words.len());
                return;
            }
            match self.port.read(&mut buffer, LONG).await {
                Ok(Got::Bytes(n)) => self.heard.borrow_mut().extend(&buffer[..n]),
                other => {
                    let heard = self.heard.borrow();
                    panic!("no {words:?}: {other:?}, {:?}", String::from_utf8_lossy(&heard));
                }
            }
        }
    }

    /// The next bytes, whatever they are.
    pub(crate) async fn hears_something(&self) -> Vec<u8> {
        let mut buffer = [0; 1_024];
        let got = self.port.read(&mut buffer, LONG).await;
        let Ok(Got::Bytes(n)) = got else { panic!("nothing: {got:?}") };
        buffer[..n].to_vec()
    }

    /// What the host gets: so many bytes, fewer at the end of the stream.
    pub(crate) async fn host_reads(&self, count: usize) -> Vec<u8> {
        let mut end = self.host.taken();
        let mut bytes = vec![0; count];
        let mut read = 0;
        while read < count {
            match end.read(&mut bytes[read..]).await.unwrap() {
                0 => break,
                n => read += n,
            }
        }
        self.host.0.replace(Some(end));
        bytes[..read].to_vec()
    }

    pub(crate) async fn host_writes(&self, bytes: &[u8]) {
        let mut end = self.host.taken();
        end.write_all(bytes).await.unwrap();
        self.host.0.replace(Some(end));
    }

    /// Whether the connection stands still, as far as the host can see: no bytes and no end.
    pub(crate) async fn host_waits(&self) -> bool {
        let mut end = self.host.taken();
        let mut byte = [0];
        tokio::select! {
            biased;
            _ = end.read(&mut byte) => false,
            () = std::future::ready(()) => true,
        }
    }
}

fn find(all: &[u8], words: &[u8]) -> Option<usize> {
    all.windows(words.len()).position(|window| window == words)
}

/// The acquirer: listens on port 8583, and takes one connection.
#[derive(Default)]
struct Host(RefCell<Option<DuplexStream>>);

impl Host {
    fn taken(&self) -> DuplexStream {
        self.0.take().expect("a connection")
    }
}

/// The modem's end of a connection.
struct Stream(DuplexStream);

impl ByteStream for Stream {}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl Net for Host {
    fn connect<'a>(&'a self, host: &'a str, port: u16) -> LocalFut<'a, io::Result<BoxStream>> {
        Box::pin(async move {
            match (host, port) {
                ("acquirer", 8583) => {
                    let (near, far) = duplex(4_096);
                    self.0.replace(Some(far));
                    Ok(Box::new(Stream(near)) as BoxStream)
                }
                ("acquirer", _) => Err(io::ErrorKind::ConnectionRefused.into()),
                _ => Err(io::ErrorKind::NotFound.into()),
            }
        })
    }

    fn bind(&self, _: u16) -> LocalFut<'_, io::Result<Box<dyn Listener>>> {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }
}

struct RealTime(tokio::time::Instant);

impl Clock for RealTime {
    fn now(&self) -> Time {
        Time::from_ms(u64::try_from(self.0.elapsed().as_millis()).unwrap())
    }

    fn alarm(self: Rc<Self>, at: Time) -> LocalFut<'static, ()> {
        Box::pin(tokio::time::sleep_until(self.0 + at.since(Time(0)).as_std()))
    }
}

//! A modem on a pseudo terminal, played on a thread of its own while somebody else's program talks
//! to it. Knows no such program.

use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::thread::JoinHandle;

use contract::{Lapse, Time};
use hw_fixtures::modem::{Change, Ends, Modem, OutgoingSms, Profile, serve};
use hw_fixtures::port::Emulated;
use sim::env::{BoxStream, Clock, Listener, LocalFut, Net};
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};

/// A modem that is plugged in. It ends with this value.
pub(super) struct Stand {
    changes: mpsc::UnboundedSender<Change>,
    messages: mpsc::UnboundedReceiver<OutgoingSms>,
    folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Stand {
    /// At once on and registered: no program waits for a cold modem.
    pub(super) fn new() -> Stand {
        let profile = Profile { boot: Lapse::ZERO, register: Lapse::ZERO, ..Profile::default() };
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("modem");
        let (changes, done_to_it) = mpsc::unbounded_channel();
        let (sent, messages) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel();
        let (ready, is_ready) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let build = tokio::runtime::Builder::new_current_thread().enable_all().build();
            build.unwrap().block_on(async {
                let line = Emulated::new(&link, profile.baud).unwrap();
                let clock = Rc::new(RealTime(tokio::time::Instant::now()));
                let mut modem = Modem::new(profile, clock.now());
                let net = Rc::new(Nowhere);
                let mut ends = Ends { net, clock, changes: done_to_it, messages: sent };
                ready.send(()).unwrap();
                tokio::select! {
                    biased;
                    _ = stopped => {}
                    lost = serve(line.port(), &mut modem, &mut ends) => panic!("{lost:?}"),
                }
            });
        });
        is_ready.recv().unwrap();
        Stand { changes, messages, folder, stop: Some(stop), thread: Some(thread) }
    }

    /// The serial port.
    pub(super) fn port(&self) -> PathBuf {
        self.file("modem")
    }

    /// A place for a file of the program.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Does something to the modem.
    pub(super) fn change(&self, change: Change) {
        self.changes.send(change).unwrap();
    }

    /// The messages that it has sent since the last time.
    pub(super) fn sent(&mut self) -> Vec<OutgoingSms> {
        std::iter::from_fn(|| self.messages.try_recv().ok()).collect()
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().map(JoinHandle::join);
        // A second panic would hide the first.
        assert!(std::thread::panicking() || matches!(ended, Some(Ok(()))), "the modem failed");
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

/// No network: these programs open no connections.
struct Nowhere;

impl Net for Nowhere {
    fn connect<'a>(&'a self, _: &'a str, _: u16) -> LocalFut<'a, io::Result<BoxStream>> {
        Box::pin(async { Err(io::ErrorKind::NetworkUnreachable.into()) })
    }

    fn bind(&self, _: u16) -> LocalFut<'_, io::Result<Box<dyn Listener>>> {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }
}

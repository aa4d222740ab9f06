//! The other end of a serial line: a pseudo terminal below a stable name, a symbolic link.

use std::cell::RefCell;
use std::fs;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use contract::{Lapse, Time};
use hw_fixtures::port::{Attached, Port, Selector, Settings};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::{OpenptyResult, openpty};
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd::ttyname;
use sim::env::{Clock, LocalFut, Spawn};
use tempfile::TempDir;

/// Long enough for a loaded machine; only a failing test waits so long.
pub(crate) const LONG: Lapse = Lapse::from_secs(20);

/// Runs a test on one thread, with a limit, as a bench does.
pub(crate) fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    let limited = async { tokio::time::timeout(Duration::from_secs(60), test).await };
    runtime.block_on(local.run_until(limited)).expect("in time");
}

/// The device's end of a line.
pub(crate) struct Device {
    master: fs::File,
    /// Kept open, so that the device's end sees no hang-up when the port is closed and opened.
    slave: OwnedFd,
}

impl Device {
    /// Plugs a device in: from now on `link` leads to it.
    pub(crate) fn plug(link: &PathBuf) -> Device {
        let OpenptyResult { master, slave } = openpty(None, None).unwrap();
        let mut raw = tcgetattr(&slave).unwrap();
        cfmakeraw(&mut raw);
        tcsetattr(&slave, SetArg::TCSANOW, &raw).unwrap();
        fcntl(&master, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
        // As udev does it: the new link replaces the old one at once.
        let fresh = link.with_extension("new");
        symlink(ttyname(&slave).unwrap(), &fresh).unwrap();
        fs::rename(&fresh, link).unwrap();
        Device { master: master.into(), slave }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        assert_eq!(self.master.write(bytes).unwrap(), bytes.len());
    }

    /// Sends, and returns when the bytes were read at the other end.
    pub(crate) async fn send_until_read(&mut self, bytes: &[u8]) {
        self.send(bytes);
        assert!(self.is_unread(PollTimeout::from(10_000u16)), "delivered");
        while self.is_unread(PollTimeout::ZERO) {
            tokio::task::yield_now().await;
        }
    }

    fn is_unread(&self, wait: PollTimeout) -> bool {
        let mut fds = [PollFd::new(self.slave.as_fd(), PollFlags::POLLIN)];
        poll(&mut fds, wait).unwrap() > 0
    }

    /// Everything up to `ending`, giving others their turn while it waits.
    pub(crate) async fn receive(&mut self, ending: &[u8]) -> Vec<u8> {
        let mut all = Vec::new();
        let mut buffer = [0; 4096];
        while !all.ends_with(ending) {
            match self.master.read(&mut buffer) {
                Ok(n) => all.extend_from_slice(&buffer[..n]),
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {
                    tokio::task::yield_now().await;
                }
                Err(e) => panic!("{e}"),
            }
        }
        all
    }
}

/// A folder with the stable name of a device, and the device.
pub(crate) struct Line {
    pub(crate) device: Device,
    pub(crate) link: PathBuf,
    _folder: TempDir,
}

impl Line {
    pub(crate) fn new() -> Line {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("pos-scanner");
        Line { device: Device::plug(&link), link, _folder: folder }
    }

    pub(crate) fn selector(&self) -> Selector {
        Selector::Path(self.link.clone())
    }

    pub(crate) fn port(&self) -> Port {
        Port::open(&self.selector(), &Settings::default()).unwrap()
    }

    pub(crate) fn attach(&self, clock: &Rc<Ticks>) -> Attached {
        let clock = clock.clone();
        Attached::open(self.selector(), Settings::at(9_600), clock, &OnThisThread).unwrap()
    }
}

/// A clock that the test turns by hand.
#[derive(Default)]
pub(crate) struct Ticks(pub(crate) RefCell<Time>);

impl Clock for Ticks {
    fn now(&self) -> Time {
        *self.0.borrow()
    }

    fn alarm(self: Rc<Self>, at: Time) -> LocalFut<'static, ()> {
        Box::pin(tokio::time::sleep(at.since(self.now()).as_std()))
    }
}

struct OnThisThread;

impl Spawn for OnThisThread {
    #[expect(clippy::disallowed_methods, reason = "this is the Spawn of the tests' host")]
    fn spawn(&self, task: LocalFut<'static, ()>) {
        tokio::task::spawn_local(task);
    }
}

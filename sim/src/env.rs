//! The seam: all that an actor may know of the world it runs in.
//!
//! Object-safe, so that one binary offers several engines. Actors are `!Send` and run on one
//! thread. Of tokio they use what needs no runtime (the `io` traits, `sync`, `select!`), never its
//! time or tasks: an engine may have no runtime at all.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use contract::{EventKind, Lapse, Source, TerminalId, Time};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use tokio::io::{AsyncRead, AsyncWrite};

/// A future that stays on its thread.
pub type LocalFut<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A connection: bytes in order, both ways.
pub trait ByteStream: AsyncRead + AsyncWrite + Unpin {
    /// Its number on the rig, for the trace; 0 where nobody counts.
    fn conn(&self) -> u32 {
        0
    }
}

/// A connection of any kind.
pub type BoxStream = Box<dyn ByteStream>;

/// Waits for connections.
pub trait Listener {
    /// The next one.
    fn accept(&mut self) -> LocalFut<'_, io::Result<BoxStream>>;
}

/// A host's network.
pub trait Net {
    /// Connects to a port of the host called `host`.
    fn connect<'a>(&'a self, host: &'a str, port: u16) -> LocalFut<'a, io::Result<BoxStream>>;
    /// Listens on a port of this host.
    fn bind(&self, port: u16) -> LocalFut<'_, io::Result<Box<dyn Listener>>>;
}

/// A host's flash: one append-only file. What is not synced is lost in a power cut.
pub trait Disk {
    /// All of it.
    fn load(&self) -> io::Result<Vec<u8>>;
    /// Writes at the end; not safe yet.
    fn append(&self, bytes: &[u8]) -> io::Result<()>;
    /// Makes safe what was written.
    fn sync(&self) -> io::Result<()>;
    /// Replaces the whole content, safely and at once: old or new after a power cut.
    fn replace(&self, bytes: &[u8]) -> io::Result<()>;
}

/// The rig's time.
pub trait Clock {
    /// Time since the rig was opened, in whole milliseconds. Works inside and outside of a running
    /// engine.
    fn now(&self) -> Time;

    /// Resolves at this moment, at once when it is past. Alarms for the same moment go off in the
    /// order in which they were first polled. Works in tasks of the engine.
    fn alarm(self: Rc<Self>, at: Time) -> LocalFut<'static, ()>;
}

/// Waits until a moment. What is past by the first poll costs nothing.
pub struct Sleep {
    clock: Rc<dyn Clock>,
    until: Time,
    alarm: Option<LocalFut<'static, ()>>,
}

impl Sleep {
    /// Until this moment.
    pub fn new(clock: &Rc<dyn Clock>, until: Time) -> Sleep {
        Sleep { clock: Rc::clone(clock), until, alarm: None }
    }

    /// Until when.
    pub fn until(&self) -> Time {
        self.until
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Sleep { clock, until, alarm } = &mut *self;
        if clock.now() >= *until {
            return Poll::Ready(());
        }
        alarm.get_or_insert_with(|| Rc::clone(clock).alarm(*until)).as_mut().poll(cx)
    }
}

/// Starts tasks that end when the host loses its power. A panic in one fails the run.
pub trait Spawn {
    /// Runs it on this host.
    fn spawn(&self, task: LocalFut<'static, ()>);
}

/// Takes what can be seen from outside.
pub trait Tap {
    /// Whether anybody listens: building an event costs time.
    fn on(&self) -> bool;
    /// Something happened now.
    fn tell(&self, terminal: Option<TerminalId>, source: Source, kind: EventKind);
}

/// Random numbers, one stream for each (seed, component name), so that a new component shifts
/// nobody else's numbers. ChaCha8 is portable: the same numbers on every machine.
pub fn rng(seed: u64, component: &str) -> ChaCha8Rng {
    let other = OTHER.with_borrow(|other| {
        other.as_ref().filter(|(name, _)| name == component).map(|(_, seed)| *seed)
    });
    let seed = other.unwrap_or(seed);
    let mut key = [0u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    // FNV-1a (public domain constants), twice with different starts.
    for (slot, start) in [(8, 0xcbf2_9ce4_8422_2325u64), (16, 0x9e37_79b9_7f4a_7c15)] {
        let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = component.bytes().fold(start, fold);
        key[slot..slot + 8].copy_from_slice(&hash.to_le_bytes());
    }
    ChaCha8Rng::from_seed(key)
}

thread_local! {
    /// The component that has another seed than the rest of this thread's rigs.
    static OTHER: RefCell<Option<(String, u64)>> = const { RefCell::new(None) };
}

/// Gives one component another seed for as long as `play` runs on this thread: a test can then see
/// who else moves.
pub fn with_other_seed<T>(component: &str, seed: u64, play: impl FnOnce() -> T) -> T {
    OTHER.set(Some((component.to_owned(), seed)));
    let played = play();
    OTHER.set(None);
    played
}

/// One actor's view of the world. Cheap to clone.
#[derive(Clone)]
pub struct Env {
    /// The network.
    pub net: Rc<dyn Net>,
    /// The flash.
    pub disk: Rc<dyn Disk>,
    /// The time.
    pub clock: Rc<dyn Clock>,
    /// Random numbers of this host.
    pub rng: Rc<RefCell<ChaCha8Rng>>,
    /// Tasks of this host.
    pub spawn: Rc<dyn Spawn>,
    /// What can be seen.
    pub tap: Rc<dyn Tap>,
}

impl Env {
    /// Time since the rig was opened.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Waits this long.
    pub fn sleep(&self, span: Lapse) -> Sleep {
        self.sleep_until(self.now() + span)
    }

    /// Waits until this moment; not at all when it is past.
    pub fn sleep_until(&self, at: Time) -> Sleep {
        Sleep::new(&self.clock, at)
    }

    /// What comes of `work` within this time; `None` when it takes longer.
    pub async fn timeout<T>(&self, span: Lapse, work: impl Future<Output = T>) -> Option<T> {
        let sleep = self.sleep(span);
        tokio::select! {
            biased;
            done = work => Some(done),
            () = sleep => None,
        }
    }
}

//! Who drives the actors: gives them time, network, flash and power.
//!
//! An engine knows hosts by name and nothing of what runs on them. `event` jumps from event to
//! event and is the default; `turmoil` is an independent referee with its own network, crash and
//! file-system models.

use std::cell::RefCell;
use std::rc::Rc;

use contract::{EventKind, RigFault, Source, TerminalId, Time};
use rand::rngs::ChaCha8Rng;

use crate::env::{Clock, Env, LocalFut, Tap, rng};
pub use crate::recorder::Stop;

pub use pace::Pace;

mod disk;
pub mod event;
mod pace;
mod task;
#[cfg(test)]
mod tests;
pub mod turmoil;

/// What a host runs each time its power comes on, from scratch. The host stays on, and its spawned
/// tasks run on, when this future ends. `Env.spawn` works only inside of the host's own tasks.
pub type Boot = Rc<dyn Fn(Env) -> LocalFut<'static, ()>>;

/// Time, network, flash and power for a set of hosts.
///
/// A host name that does not exist, or that is given twice, is a mistake of the caller; the next
/// `advance` reports it.
pub trait Engine {
    /// `event` or `turmoil`.
    fn name(&self) -> &'static str;

    /// The smallest step of time in microseconds.
    fn tick_us(&self) -> u64;

    /// The clock, the same for all hosts; works inside and outside of `advance`.
    fn clock(&self) -> Rc<dyn Clock>;

    /// Where tasks' environments get their tap from; set once, before the first host.
    fn set_tap(&mut self, tap: Rc<dyn Tap>);

    /// Adds a host and switches it on: it boots when time passes next, after those added before.
    /// Its flash starts empty and outlives power cuts.
    fn add_host(&mut self, name: &str, boot: Boot);

    /// Cuts a host's power: every task of it ends at once, unsynced flash writes are lost. With
    /// `torn` (a share in parts per million), that share of the lost bytes stays: a torn write.
    /// Returns how many bytes were lost; nothing happens when it is off already.
    fn power_off(&mut self, name: &str, torn: Option<u32>) -> u64;

    /// Gives it back: the host boots, with what its flash holds and with fresh random numbers
    /// that depend on how often it has booted. Nothing happens when it is on already.
    fn power_on(&mut self, name: &str);

    /// Lets time pass until `until` (rounded up to a whole tick), or until `stop` is raised. What
    /// is due at `until` itself happens in the next call, so that orders given in between come
    /// first. After a stop, some of what is due in that millisecond may not have happened yet.
    ///
    /// # Errors
    /// `Broken` when a task panicked, now and ever after: a broken engine stays broken.
    fn advance(&mut self, until: Time, stop: &Stop) -> Result<(), RigFault>;
}

/// The random numbers of one boot of a host. They depend on nothing that happened before, so that
/// a power cut a millisecond later changes as little as possible.
fn boot_rng(seed: u64, host: &str, boot: u32) -> Rc<RefCell<ChaCha8Rng>> {
    Rc::new(RefCell::new(rng(seed, &format!("host {host}, boot {boot}"))))
}

/// The tap as long as nobody sets another.
struct NoTap;

impl Tap for NoTap {
    fn on(&self) -> bool {
        false
    }

    fn tell(&self, _: Option<TerminalId>, _: Source, _: EventKind) {}
}

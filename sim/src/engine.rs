//! Who drives the actors: gives them time, network, flash and power.
//!
//! An engine knows hosts by name and nothing of what runs on them. `event` jumps from event to
//! event and is the default; `turmoil` is an independent referee with its own network, crash and
//! file-system models.

use std::rc::Rc;

use contract::{RigFault, Time};

use crate::env::{Clock, Env, LocalFut};
use crate::recorder::Stop;

pub mod event;
pub mod turmoil;

/// What a host runs each time its power comes on.
pub type Boot = Rc<dyn Fn(Env) -> LocalFut<'static, ()>>;

/// Time, network, flash and power for a set of hosts.
pub trait Engine {
    /// `event` or `turmoil`.
    fn name(&self) -> &'static str;

    /// The smallest step of time in microseconds.
    fn tick_us(&self) -> u64;

    /// The clock; works inside and outside of `advance`.
    fn clock(&self) -> Rc<dyn Clock>;

    /// Where tasks' environments get their tap from; set once, before the first host.
    fn set_tap(&mut self, tap: Rc<dyn crate::env::Tap>);

    /// Adds a host and switches it on. Its flash starts empty and outlives power cuts.
    fn add_host(&mut self, name: &str, boot: Boot);

    /// Cuts a host's power: every task of it ends at once, unsynced flash writes are lost. With
    /// `torn` (a share in parts per million), that share of the lost bytes stays: a torn write.
    /// Returns how many bytes were lost.
    fn power_off(&mut self, name: &str, torn: Option<u32>) -> u64;

    /// Gives it back.
    fn power_on(&mut self, name: &str);

    /// Lets time pass until `until`, or until `stop` is raised.
    ///
    /// # Errors
    /// `Broken` when a task panicked.
    fn advance(&mut self, until: Time, stop: &Stop) -> Result<(), RigFault>;
}

//! The default engine: its time jumps from event to event, so that an idle hour costs nothing; on
//! a bench each jump waits for its pace. Knows no wall clock and no real network.

use std::collections::BTreeMap;
use std::rc::Rc;

use contract::{Lapse, RigFault, Time};

use super::disk::MemDisk;
use super::pace::{Pace, Virtual};
use super::task::Fuse;
use super::{Boot, Engine, NoTap, boot_rng};
use crate::env::{Clock, Env, LocalFut, Spawn, Tap};
use crate::recorder::Stop;

mod clock;
mod executor;
mod net;
mod pipe;

use clock::EventClock;
use executor::Executor;
use net::{HostNet, Network};

/// Hosts on one thread in virtual time. Connecting and writing take no time at all; a connection
/// stands as soon as somebody listens, accepted or not.
pub struct EventEngine {
    seed: u64,
    hosts: BTreeMap<Rc<str>, Host>,
    network: Rc<Network>,
    clock: Rc<EventClock>,
    tap: Rc<dyn Tap>,
    fuse: Rc<Fuse>,
    executor: Rc<Executor>,
    pace: Rc<dyn Pace>,
}

/// What outlives a power cut.
struct Host {
    no: u32,
    boot: Boot,
    boots: u32,
    on: bool,
    disk: Rc<MemDisk>,
}

/// Starts tasks on one host.
struct HostSpawn {
    host: u32,
    fuse: Rc<Fuse>,
    executor: Rc<Executor>,
}

impl Spawn for HostSpawn {
    fn spawn(&self, task: LocalFut<'static, ()>) {
        self.executor.spawn(self.host, self.fuse.guard(task));
    }
}

impl EventEngine {
    /// An engine without hosts, at time zero. All randomness comes from the seed.
    pub fn new(seed: u64) -> EventEngine {
        EventEngine::paced(seed, Rc::new(Virtual))
    }

    /// The same whose time passes at this pace. Its clock never runs ahead of it, and stands at
    /// the moment of an alarm when that goes off, however late it really is.
    pub fn paced(seed: u64, pace: Rc<dyn Pace>) -> EventEngine {
        EventEngine {
            seed,
            hosts: BTreeMap::new(),
            network: Rc::default(),
            clock: Rc::default(),
            tap: Rc::new(NoTap),
            fuse: Fuse::new(),
            executor: Rc::new(Executor::new(pace.bell())),
            pace,
        }
    }

    fn env(&self, name: &Rc<str>, host: &Host) -> Env {
        let network = Rc::clone(&self.network);
        let (fuse, executor) = (Rc::clone(&self.fuse), Rc::clone(&self.executor));
        Env {
            net: Rc::new(HostNet { host: Rc::clone(name), network }),
            disk: Rc::clone(&host.disk) as _,
            clock: Rc::clone(&self.clock) as _,
            rng: boot_rng(self.seed, name, host.boots),
            spawn: Rc::new(HostSpawn { host: host.no, fuse, executor }),
            tap: Rc::clone(&self.tap),
        }
    }

    /// Lets everything happen that is due now, or the time jump to what comes next before `until`.
    fn step(&self, until: Time) {
        if !self.executor.step() {
            let next = self.clock.next().map_or(until, |next| next.min(until));
            match self.pace.pass(next) {
                reached if reached < until => self.clock.jump(reached),
                _ => self.clock.rest(until),
            }
        }
    }
}

impl Drop for EventEngine {
    /// A task holds its host's `Env`, and through it the executor that holds the task: they would
    /// keep each other for ever.
    fn drop(&mut self) {
        self.executor.end_all();
    }
}

impl Engine for EventEngine {
    fn name(&self) -> &'static str {
        "event"
    }

    fn tick_us(&self) -> u64 {
        Lapse::from_ms(1).0
    }

    fn clock(&self) -> Rc<dyn Clock> {
        Rc::clone(&self.clock) as _
    }

    fn set_tap(&mut self, tap: Rc<dyn Tap>) {
        self.tap = tap;
    }

    fn add_host(&mut self, name: &str, boot: Boot) {
        if self.hosts.contains_key(name) {
            return self.fuse.blow(format!("there are two hosts called `{name}`"));
        }
        let no = u32::try_from(self.hosts.len()).unwrap_or(u32::MAX);
        let host = Host { no, boot, boots: 0, on: false, disk: Rc::default() };
        self.hosts.insert(name.into(), host);
        self.power_on(name);
    }

    fn power_off(&mut self, name: &str, torn: Option<u32>) -> u64 {
        let Some(host) = self.hosts.get_mut(name) else {
            self.fuse.blow(format!("no host is called `{name}`"));
            return 0;
        };
        if !std::mem::replace(&mut host.on, false) {
            return 0;
        }
        self.executor.end_host(host.no);
        host.disk.cut_power(torn)
    }

    fn power_on(&mut self, name: &str) {
        let Some((name, host)) = self.hosts.get_key_value(name) else {
            return self.fuse.blow(format!("no host is called `{name}`"));
        };
        if host.on {
            return;
        }
        let (env, boot) = (self.env(name, host), Rc::clone(&host.boot));
        let program = self.fuse.guard(Box::pin(async move { boot(env).await }));
        self.executor.spawn(host.no, program);
        if let Some(host) = self.hosts.get_mut(&Rc::clone(name)) {
            host.boots += 1;
            host.on = true;
        }
    }

    fn advance(&mut self, until: Time, stop: &Stop) -> Result<(), RigFault> {
        self.fuse.check()?;
        while self.clock.now() < until && !stop.raised() {
            self.step(until);
            self.fuse.check()?;
        }
        Ok(())
    }
}

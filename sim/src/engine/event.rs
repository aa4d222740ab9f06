//! The default engine: one paused tokio runtime whose time jumps from event to event, so that an
//! idle hour costs nothing. Knows no wall clock and no real network.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use contract::{Lapse, RigFault, Time};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinHandle, LocalSet};
use tokio::time::Instant;

use super::disk::MemDisk;
use super::task::{Fuse, HostSpawn};
use super::{Boot, Engine, NoTap, boot_rng};
use crate::env::{Clock, Env, Spawn, Tap};
use crate::recorder::Stop;

mod net;

use net::{HostNet, Network};

/// Hosts on one thread in virtual time. Connecting and writing take no time at all; a connection
/// stands as soon as somebody listens, accepted or not.
pub struct EventEngine {
    seed: u64,
    hosts: BTreeMap<Rc<str>, Host>,
    network: Rc<Network>,
    clock: Rc<EventClock>,
    tap: Rc<dyn Tap>,
    spawn: Rc<dyn Spawn>,
    fuse: Rc<Fuse>,
    /// One task for each host that is on, which drives the host's own tasks.
    drivers: LocalSet,
    /// Last, because tasks go before their runtime.
    runtime: Runtime,
}

/// What outlives a power cut, and what does not.
struct Host {
    boot: Boot,
    boots: u32,
    disk: Rc<MemDisk>,
    power: Option<Power>,
}

/// A host that is on.
struct Power {
    /// All of its tasks. Taken away at a power cut, so that they end at once.
    tasks: Rc<RefCell<Option<LocalSet>>>,
    driver: JoinHandle<()>,
}

impl EventEngine {
    /// An engine without hosts, at time zero. All randomness comes from the seed.
    ///
    /// # Panics
    /// When tokio can't build a runtime; one without input and output has nothing to fail at.
    pub fn new(seed: u64) -> EventEngine {
        let runtime = paused_runtime(seed);
        let clock = EventClock::new(&runtime);
        let fuse = Fuse::new();
        EventEngine {
            seed,
            hosts: BTreeMap::new(),
            network: Rc::default(),
            clock: Rc::new(clock),
            tap: Rc::new(NoTap),
            spawn: Rc::new(HostSpawn(Rc::clone(&fuse))),
            fuse,
            drivers: LocalSet::new(),
            runtime,
        }
    }

    fn env(&self, name: &Rc<str>, disk: &Rc<MemDisk>, boot: u32) -> Env {
        let network = Rc::clone(&self.network);
        Env {
            net: Rc::new(HostNet { host: Rc::clone(name), network }),
            disk: Rc::clone(disk) as _,
            clock: Rc::clone(&self.clock) as _,
            rng: boot_rng(self.seed, name, boot),
            spawn: Rc::clone(&self.spawn),
            tap: Rc::clone(&self.tap),
        }
    }

    /// Starts the host's tasks and their driver.
    fn start(&self, boot: Boot, env: Env) -> Power {
        let tasks = LocalSet::new();
        tasks.spawn_local(self.fuse.guard(Box::pin(async move { boot(env).await })));
        let tasks = Rc::new(RefCell::new(Some(tasks)));
        let driven = Rc::clone(&tasks);
        // Pending even when all tasks have ended: the host is still on.
        let driver = poll_fn(move |cx| {
            if let Some(tasks) = &mut *driven.borrow_mut() {
                let _all_ended = Pin::new(tasks).poll(cx).is_ready();
            }
            Poll::Pending
        });
        Power { tasks, driver: self.drivers.spawn_local(driver) }
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
        let host = Host { boot, boots: 0, disk: Rc::default(), power: None };
        self.hosts.insert(name.into(), host);
        self.power_on(name);
    }

    fn power_off(&mut self, name: &str, torn: Option<u32>) -> u64 {
        let Some(host) = self.hosts.get_mut(name) else {
            self.fuse.blow(format!("no host is called `{name}`"));
            return 0;
        };
        let Some(Power { tasks, driver }) = host.power.take() else { return 0 };
        drop(tasks.take());
        driver.abort();
        host.disk.cut_power(torn)
    }

    fn power_on(&mut self, name: &str) {
        let Some((name, host)) = self.hosts.get_key_value(name) else {
            return self.fuse.blow(format!("no host is called `{name}`"));
        };
        if host.power.is_some() {
            return;
        }
        let env = self.env(name, &host.disk, host.boots);
        let power = self.start(Rc::clone(&host.boot), env);
        if let Some(host) = self.hosts.get_mut(&Rc::clone(name)) {
            host.boots += 1;
            host.power = Some(power);
        }
    }

    fn advance(&mut self, until: Time, stop: &Stop) -> Result<(), RigFault> {
        self.fuse.check()?;
        let end = self.clock.origin + Lapse(until.0).as_std();
        self.clock.running.set(true);
        // Looked at before any task is polled, so what is due at the end waits for the next call.
        self.runtime.block_on(self.drivers.run_until(async {
            tokio::select! {
                biased;
                () = self.fuse.blown() => {}
                () = stop.wait() => {}
                () = tokio::time::sleep_until(end) => {}
            }
            self.clock.at_rest.set(self.clock.now());
        }));
        self.clock.running.set(false);
        self.fuse.check()
    }
}

/// A runtime for one thread, without input and output: with it every jump would cost a system
/// call, and a jump could overtake real input.
fn paused_runtime(seed: u64) -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_time().start_paused(true);
    // Only an unbiased `select!` would draw from it, which the house forbids; but a library may.
    #[cfg(tokio_unstable)]
    builder.rng_seed(tokio::runtime::RngSeed::from_bytes(&seed.to_le_bytes()));
    #[cfg(not(tokio_unstable))]
    let _ = seed;
    #[expect(clippy::unwrap_used, reason = "only making an I/O driver can fail")]
    builder.build().unwrap()
}

/// The runtime's time, and where it stood when the runtime last came to rest: outside of a
/// runtime, tokio would tell the wall clock's.
struct EventClock {
    origin: Instant,
    running: Cell<bool>,
    at_rest: Cell<Time>,
}

impl EventClock {
    fn new(runtime: &Runtime) -> EventClock {
        let _inside = runtime.enter();
        EventClock { origin: Instant::now(), running: Cell::default(), at_rest: Cell::default() }
    }
}

impl Clock for EventClock {
    fn now(&self) -> Time {
        if !self.running.get() {
            return self.at_rest.get();
        }
        Time::from_ms(u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX))
    }
}

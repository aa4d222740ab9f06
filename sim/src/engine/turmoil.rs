//! The referee: the same hosts on turmoil, whose network, crash and file-system models owe
//! nothing to ours. For up to about ten hosts; its cost per tick grows with their cube (own
//! measurement). Knows no wall clock and no real network.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::pending;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use ::turmoil::{Builder, Sim};
use contract::{Lapse, RigFault, Time};
use tokio::sync::Notify;

use super::task::Fuse;
use super::{Boot, Engine, NoTap, boot_rng};
use crate::env::{Clock, Env, LocalFut, Spawn, Tap};
use crate::recorder::Stop;

mod disk;
mod net;

use disk::SimDisk;
use net::SimNet;

/// turmoil counts connections that wait to be accepted, and writes that wait to be read, against
/// this; it panics at one connection too many. More than any rig opens at once.
const TCP_CAPACITY: usize = 65_536;

/// Hosts on turmoil, which runs one after another for a tick each.
///
/// Within a tick, a message or a wake-up reaches a host that was added later at once and one that
/// was added earlier in the next tick; a connection stands when it is accepted, about a tick after
/// it was asked for. So whatever goes from host to host must carry the time at which it is due, at
/// least a tick ahead; then it is exact at any tick.
pub struct TurmoilEngine {
    tick: Lapse,
    common: Common,
    sim: Sim<'static>,
}

/// What the engine and its hosts' boots share.
#[derive(Clone)]
struct Common {
    seed: u64,
    hosts: Rc<Hosts>,
    clock: Rc<SimClock>,
    tap: Rc<dyn Tap>,
    spawn: Rc<dyn Spawn>,
    fuse: Rc<Fuse>,
}

/// All hosts by name.
#[derive(Default)]
struct Hosts(RefCell<BTreeMap<String, Rc<Host>>>);

impl Hosts {
    fn find(&self, name: &str) -> Option<Rc<Host>> {
        self.0.borrow().get(name).map(Rc::clone)
    }
}

/// What outlives a power cut.
#[derive(Default)]
struct Host {
    on: Cell<bool>,
    /// Tells those who are connecting to it when its power is cut.
    cut: Notify,
    boots: Cell<u32>,
    /// `None` before its first boot.
    disk: RefCell<Option<Rc<SimDisk>>>,
}

impl TurmoilEngine {
    /// An engine without hosts, at time zero, with a tick of one millisecond: everything that
    /// happens on one host is exact. All randomness comes from the seed.
    pub fn new(seed: u64) -> TurmoilEngine {
        TurmoilEngine::with_tick(seed, Lapse::from_ms(1))
    }

    /// The same with a longer tick, which is proportionally faster. Orders given between two
    /// calls of `advance` take effect at whole ticks. The tick is rounded down to whole
    /// milliseconds, at least one.
    pub fn with_tick(seed: u64, tick: Lapse) -> TurmoilEngine {
        let tick = Lapse::from_ms(tick.as_ms().max(1));
        let fuse = Fuse::new();
        let common = Common {
            seed,
            hosts: Rc::default(),
            clock: Rc::default(),
            tap: Rc::new(NoTap),
            spawn: Rc::new(HostSpawn(Rc::clone(&fuse))),
            fuse,
        };
        TurmoilEngine { tick, common, sim: simulation(seed, tick) }
    }

    fn find(&self, name: &str) -> Option<Rc<Host>> {
        let host = self.common.hosts.find(name);
        if host.is_none() {
            self.common.fuse.blow(format!("no host is called `{name}`"));
        }
        host
    }

    /// Where turmoil stands.
    fn elapsed(&self) -> Time {
        Time::from_ms(whole_ms(self.sim.elapsed()))
    }

    /// Has turmoil do something; it panics where it is asked too much.
    fn catch<T>(&mut self, work: impl FnOnce(&mut Sim<'static>) -> T) -> Option<T> {
        let sim = &mut self.sim;
        self.common.fuse.catch(|| work(sim))
    }

    /// Runs all hosts for a tick.
    fn step(&mut self) -> Result<(), RigFault> {
        self.common.clock.stepping.set(true);
        if let Some(Err(e)) = self.catch(Sim::step) {
            self.common.fuse.blow(e.to_string());
        }
        self.common.clock.stepping.set(false);
        self.common.fuse.check()
    }
}

impl Engine for TurmoilEngine {
    fn name(&self) -> &'static str {
        "turmoil"
    }

    fn tick_us(&self) -> u64 {
        self.tick.0
    }

    fn clock(&self) -> Rc<dyn Clock> {
        Rc::clone(&self.common.clock) as _
    }

    fn set_tap(&mut self, tap: Rc<dyn Tap>) {
        self.common.tap = tap;
    }

    fn add_host(&mut self, name: &str, boot: Boot) {
        if self.common.hosts.find(name).is_some() {
            return self.common.fuse.blow(format!("there are two hosts called `{name}`"));
        }
        let host = Rc::new(Host::default());
        host.on.set(true);
        self.common.hosts.0.borrow_mut().insert(name.to_owned(), Rc::clone(&host));
        let common = self.common.clone();
        let bootstrap = Rc::new(Bootstrap { name: name.to_owned(), host, boot, common });
        self.catch(|sim| sim.host(name, move || Rc::clone(&bootstrap).run()));
    }

    fn power_off(&mut self, name: &str, torn: Option<u32>) -> u64 {
        let Some(host) = self.find(name).filter(|host| host.on.replace(false)) else { return 0 };
        let disk = host.disk.borrow().clone();
        let mut crash = || {
            self.catch(|sim| sim.crash(name));
        };
        let lost = match disk {
            Some(disk) => disk.cut_power(torn, crash),
            None => {
                crash();
                Ok(0)
            }
        };
        host.cut.notify_waiters();
        lost.unwrap_or_else(|e| {
            self.common.fuse.blow(format!("the flash of `{name}`: {e}"));
            0
        })
    }

    fn power_on(&mut self, name: &str) {
        if self.find(name).is_some_and(|host| !host.on.replace(true)) {
            self.catch(|sim| sim.bounce(name));
        }
    }

    fn advance(&mut self, until: Time, stop: &Stop) -> Result<(), RigFault> {
        self.common.fuse.check()?;
        while self.elapsed() < until && !stop.raised() {
            self.step()?;
            // What was awaited has happened before the end of the tick: with the shortest tick,
            // at this very time. The rest of the tick has happened, too.
            let lag = if stop.raised() { Lapse::from_ms(1) } else { Lapse::ZERO };
            self.common.clock.at_rest.set(Time(self.elapsed().0 - lag.0));
        }
        if !stop.raised() && self.common.clock.now() < until {
            self.common.clock.at_rest.set(self.elapsed());
        }
        Ok(())
    }
}

/// A world without loss and delay that starts at the Unix epoch.
fn simulation(seed: u64, tick: Lapse) -> Sim<'static> {
    Builder::new()
        .epoch(SystemTime::UNIX_EPOCH)
        .tick_duration(tick.as_std())
        .min_message_latency(Duration::ZERO)
        .max_message_latency(Duration::ZERO)
        .fail_rate(0.0)
        .tcp_capacity(TCP_CAPACITY)
        .rng_seed(seed)
        .build()
}

fn whole_ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// All that a host needs to boot, again and again.
struct Bootstrap {
    name: String,
    host: Rc<Host>,
    boot: Boot,
    common: Common,
}

impl Bootstrap {
    /// One life of the host. Called with its power switched on; the rest happens when time passes.
    fn run(self: Rc<Self>) -> impl Future<Output = ::turmoil::Result> {
        let boot = self.host.boots.get();
        self.host.boots.set(boot + 1);
        async move {
            let env = self.env(boot);
            let program = Rc::clone(&self.boot);
            self.common.fuse.guard(Box::pin(async move { program(env).await })).await;
            // turmoil stops a host whose first task ends, with all its other tasks.
            pending().await
        }
    }

    fn env(&self, boot: u32) -> Env {
        let disk = Rc::new(SimDisk::of_current_host());
        *self.host.disk.borrow_mut() = Some(Rc::clone(&disk));
        Env {
            net: Rc::new(SimNet(Rc::clone(&self.common.hosts))),
            disk,
            clock: Rc::clone(&self.common.clock) as _,
            rng: boot_rng(self.common.seed, &self.name, boot),
            spawn: Rc::clone(&self.common.spawn),
            tap: Rc::clone(&self.common.tap),
        }
    }
}

/// Starts tasks on the host whose task is running, which is the caller's: turmoil keeps one
/// `LocalSet` for each host.
struct HostSpawn(Rc<Fuse>);

impl Spawn for HostSpawn {
    #[expect(clippy::disallowed_methods, reason = "this is the `Env.spawn` that others must use")]
    fn spawn(&self, task: LocalFut<'static, ()>) {
        tokio::task::spawn_local(self.0.guard(task));
    }
}

/// turmoil's time since the start. turmoil tells it only while a host runs, so what it was when
/// the engine came to rest is kept.
#[derive(Default)]
struct SimClock {
    stepping: Cell<bool>,
    at_rest: Cell<Time>,
}

impl Clock for SimClock {
    fn now(&self) -> Time {
        let running = if self.stepping.get() { ::turmoil::sim_elapsed() } else { None };
        running.map_or(self.at_rest.get(), |elapsed| Time::from_ms(whole_ms(elapsed)))
    }

    fn alarm(self: Rc<Self>, at: Time) -> LocalFut<'static, ()> {
        Box::pin(tokio::time::sleep(at.since(self.now()).as_std()))
    }
}

//! The simulated rig: a world on an engine, behind `trait Rig`.
//!
//! It turns orders into what they mean for the parts of the world, keeps the moments at which
//! faults end, and lets the engine run in between.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use contract::event::Tap as TapName;
use contract::{Action, Channel, FaultNo, News, Rig, RigFault, RigInfo, RigRequest, Time, Trigger};

use crate::device::{self, Device};
use crate::engine::event::EventEngine;
use crate::engine::turmoil::TurmoilEngine;
use crate::engine::{Engine, Pace};
use crate::env::{Clock, Tap};
use crate::peripheral::Key;
use crate::recorder::Recorder;
use crate::terminal::firmware;

mod gate;
mod machine;
mod place;
mod remedy;
mod stand_in;
#[cfg(test)]
mod tests;
mod world;

pub(crate) use place::board;
use world::World;
pub(crate) use world::numbers_of;

/// The largest number of terminals that a turmoil rig takes: its cost grows with the cube of the
/// hosts (own measurement).
pub const TURMOIL_TERMINALS: u32 = 10;

/// Opens a rig on the event engine.
///
/// # Errors
/// `BadRequest` for an unknown profile, preset or firmware.
pub fn open_event(request: &RigRequest) -> Result<Box<dyn Rig>, RigFault> {
    open(Box::new(EventEngine::new(request.seed)), request)
}

/// Opens a rig on the turmoil engine.
///
/// # Errors
/// As `open_event`, and `BadRequest` for more terminals than it takes.
pub fn open_turmoil(request: &RigRequest) -> Result<Box<dyn Rig>, RigFault> {
    if request.terminals > TURMOIL_TERMINALS {
        return Err(RigFault::BadRequest(format!(
            "the turmoil rig takes up to {TURMOIL_TERMINALS} terminals, not {}; \
             play this with `--rig event`",
            request.terminals
        )));
    }
    open(Box::new(TurmoilEngine::new(request.seed)), request)
}

/// Why an outside terminal can't be sent from one host to another.
pub const NO_SECOND_HOST: &str = "make a host refuse a terminal on TCP: its connection to this \
                                  machine stands before the host is asked, so that it never turns \
                                  to the second one";

/// Opens a rig whose terminals are these devices, which stand outside of the simulation: its world
/// is simulated, its time passes at this pace.
///
/// # Errors
/// `BadRequest` for an unknown profile or preset, and for another number of terminals than there
/// are devices; `CannotDo` when a device can't be set up as the request wants it.
pub fn open_devices(
    request: &RigRequest,
    name: &str,
    pace: Rc<dyn Pace>,
    devices: &[Rc<dyn Device>],
) -> Result<Box<dyn Rig>, RigFault> {
    let Some(first) = devices.first() else {
        return Err(RigFault::BadRequest(format!("{name} has no terminal")));
    };
    if usize::try_from(request.terminals) != Ok(devices.len()) {
        let (wanted, has) = (request.terminals, devices.len());
        let what = format!("play with {wanted} terminals; {name} has {has}");
        return Err(RigFault::CannotDo(what));
    }
    if request.hosts > 1 {
        return Err(RigFault::CannotDo(NO_SECOND_HOST.to_owned()));
    }
    let (offers, built_in) = (first.offers().clone(), firmware::FIRMWARES[0].name.to_owned());
    let mut rig = open_world(
        Box::new(EventEngine::paced(request.seed, pace)),
        &RigRequest { firmware: built_in, ..request.clone() },
        devices,
    )?;
    rig.info.rig = name.to_owned();
    rig.info.firmware = offers.firmware;
    rig.info.emulated = devices.iter().all(|device| device.offers().emulated);
    let prints = devices.iter().all(|device| device.offers().printer);
    let unseen = |tap: &TapName| *tap == TapName::Flash || *tap == TapName::Receipt && !prints;
    rig.info.taps.retain(|tap| !unseen(tap));
    Ok(Box::new(rig))
}

fn open(engine: Box<dyn Engine>, request: &RigRequest) -> Result<Box<dyn Rig>, RigFault> {
    open_world(engine, request, &[]).map(|rig| Box::new(rig) as Box<dyn Rig>)
}

fn open_world(
    mut engine: Box<dyn Engine>,
    request: &RigRequest,
    devices: &[Rc<dyn Device>],
) -> Result<SimRig, RigFault> {
    let recorder = Recorder::new(engine.clock(), request.taps);
    engine.set_tap(Rc::clone(&recorder) as Rc<dyn Tap>);
    let world = World::build(&mut *engine, Rc::clone(&recorder) as Rc<dyn Tap>, request, devices)
        .map_err(RigFault::BadRequest)?;
    let info = info(&*engine, &world, request);
    let clock = engine.clock();
    let (ends, hangs) = (BTreeSet::new(), BTreeMap::new());
    Ok(SimRig { engine, clock, recorder, world, info, ends, hangs })
}

fn info(engine: &dyn Engine, world: &World, request: &RigRequest) -> RigInfo {
    let mut taps = vec![
        TapName::TerminalWire,
        TapName::HostWire,
        TapName::Ledger,
        TapName::Flash,
        TapName::Scanner,
        TapName::Keypad,
        TapName::Screen,
    ];
    let other = |channel: &&Channel| **channel != Channel::Screen;
    taps.extend(request.channels.iter().filter(other).map(|channel| TapName::from(*channel)));
    RigInfo {
        rig: engine.name().to_owned(),
        firmware: request.firmware.clone(),
        emulated: true,
        tick_us: engine.tick_us(),
        link: request.link.clone(),
        poll: request.poll.clone(),
        callbacks: world.callbacks.clone(),
        wire: request.wire.clone(),
        terminals: world.terminals(),
        taps,
        channels: request.channels.clone(),
    }
}

struct SimRig {
    engine: Box<dyn Engine>,
    clock: Rc<dyn Clock>,
    recorder: Rc<Recorder>,
    world: World,
    info: RigInfo,
    /// When which fault ends by itself.
    ends: BTreeSet<(Time, FaultNo)>,
    /// When the watchdog resets a terminal that hangs.
    hangs: BTreeMap<FaultNo, Time>,
}

impl Rig for SimRig {
    fn info(&self) -> &RigInfo {
        &self.info
    }

    fn now(&self) -> Time {
        self.clock.now()
    }

    fn cannot(&self, action: &Action) -> Option<String> {
        let terminal = action.terminal()?;
        let why = device::cannot(self.world.offers(terminal)?, action)?;
        Some(format!("{terminal}: {why}"))
    }

    fn act(&mut self, action: &Action) -> Result<(), RigFault> {
        let now = self.now();
        if let Some(why) = self.cannot(action) {
            return Err(RigFault::CannotDo(why));
        }
        match action {
            Action::Pay { terminal, visit } => {
                self.world.till(*terminal)?.visits.send(now, visit.clone());
            }
            Action::Press { terminal, key } => {
                let key = key_of(key)?;
                self.world.till(*terminal)?.press(now, key);
            }
            Action::BackendList { terminal } => {
                self.world.merchant.open_list(&self.world.wallet, *terminal, now);
            }
            Action::Claim { terminal } => self.world.till(*terminal)?.claim(now),
            Action::Remedy { terminal, remedy } => self.remedy(*terminal, *remedy)?,
            Action::FaultOn { no, terminal, fault, span } => {
                self.begin(*no, *terminal, fault, *span)?;
            }
            Action::Heal => {
                self.ends.clear();
                for no in self.world.faults.all() {
                    self.end(no);
                }
            }
        }
        Ok(())
    }

    fn advance(
        &mut self,
        until: Time,
        watch: &[Trigger],
        news: &mut Vec<News>,
    ) -> Result<(), RigFault> {
        self.recorder.watch(watch);
        let stop = self.recorder.stop();
        while self.now() < until && !stop.raised() {
            let next = self.ends.first().map_or(until, |(at, _)| until.min(*at));
            self.engine.advance(next, &stop)?;
            if let Some(why) = self.world.mishap.take() {
                self.recorder.drain(news);
                return Err(RigFault::Broken(why));
            }
            while let Some((at, no)) = self.ends.first().copied() {
                if at > self.now() {
                    break;
                }
                self.ends.pop_first();
                self.end(no);
            }
        }
        self.recorder.drain(news);
        Ok(())
    }
}

fn key_of(word: &str) -> Result<Key, RigFault> {
    Key::from_word(word)
        .filter(|key| !matches!(key, Key::Char(_)))
        .ok_or_else(|| RigFault::CannotDo(format!("there is no key `{word}`")))
}

//! The simulated rig: a world on an engine, behind `trait Rig`.
//!
//! It turns orders into what they mean for the parts of the world, keeps the moments at which
//! faults end, and lets the engine run in between.

use std::collections::BTreeSet;
use std::rc::Rc;

use contract::event::{FlashChange, Tap as TapName};
use contract::{
    Action, Channel, EventKind, Fault, FaultNo, FaultSpan, News, Rig, RigFault, RigInfo,
    RigRequest, Source, TerminalId, Time, Trigger,
};

use crate::acquirer::HOST;
use crate::engine::Engine;
use crate::engine::event::EventEngine;
use crate::engine::turmoil::TurmoilEngine;
use crate::env::{Clock, Tap};
use crate::peripheral::{Function, Key};
use crate::recorder::Recorder;

#[cfg(test)]
mod tests;
mod world;

use world::World;

/// The largest number of terminals that a turmoil rig takes: its cost grows with the cube of the
/// hosts (own measurement).
pub const TURMOIL_TERMINALS: u32 = 10;

/// How much of a torn write stays, in parts per million (assumption: a flash page that was half
/// programmed).
const TORN: u32 = 500_000;

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

fn open(mut engine: Box<dyn Engine>, request: &RigRequest) -> Result<Box<dyn Rig>, RigFault> {
    let recorder = Recorder::new(engine.clock(), request.taps);
    engine.set_tap(Rc::clone(&recorder) as Rc<dyn Tap>);
    let world = World::build(&mut *engine, Rc::clone(&recorder) as Rc<dyn Tap>, request)
        .map_err(RigFault::BadRequest)?;
    let info = info(&*engine, &world, request);
    let clock = engine.clock();
    Ok(Box::new(SimRig { engine, clock, recorder, world, info, ends: BTreeSet::new() }))
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
}

impl Rig for SimRig {
    fn info(&self) -> &RigInfo {
        &self.info
    }

    fn now(&self) -> Time {
        self.clock.now()
    }

    fn act(&mut self, action: &Action) -> Result<(), RigFault> {
        let now = self.now();
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
            Action::Claim { terminal } => self.world.claim(*terminal)?,
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

impl SimRig {
    fn begin(
        &mut self,
        no: FaultNo,
        terminal: TerminalId,
        fault: &Fault,
        span: FaultSpan,
    ) -> Result<(), RigFault> {
        self.world.till(terminal)?;
        self.world.faults.begin(no, terminal, fault.clone(), span);
        if let FaultSpan::For(lapse) = span {
            self.ends.insert((self.now() + lapse, no));
        }
        match fault {
            Fault::PowerCut => self.cut(terminal),
            Fault::AcqRestart | Fault::BackupFailover => drop(self.engine.power_off(HOST, None)),
            link => drop(self.world.link(terminal).impose(no, link)),
        }
        Ok(())
    }

    fn end(&mut self, no: FaultNo) {
        let Some((terminal, fault)) = self.world.faults.end(no) else {
            return;
        };
        let same_again = |other: &Fault| (other.id() == fault.id()).then_some(());
        let still_on = self.world.faults.find(terminal, same_again).is_some();
        match fault {
            Fault::PowerCut if !still_on => self.restore(terminal),
            Fault::AcqRestart | Fault::BackupFailover => {
                let down =
                    |fault: &Fault| matches!(fault, Fault::AcqRestart | Fault::BackupFailover);
                let down = |fault: &Fault| down(fault).then_some(());
                if self.world.faults.find(terminal, down).is_none() {
                    self.engine.power_on(HOST);
                }
            }
            Fault::PowerCut => {}
            _ => self.world.link(terminal).lift(no),
        }
    }

    fn cut(&mut self, terminal: TerminalId) {
        if !self.world.set_power(terminal, false) {
            return;
        }
        let tear = |fault: &Fault| matches!(fault, Fault::StoreTornWrite).then_some(TORN);
        let torn = self.world.faults.meet(terminal, tear);
        let lost = self.engine.power_off(&terminal.to_string(), torn);
        let tell = |source, kind| self.recorder.tell(Some(terminal), source, kind);
        tell(Source::Power, EventKind::Power { on: false });
        if lost > 0 {
            tell(Source::Terminal, EventKind::Flash(FlashChange::Lost { lost }));
        }
    }

    fn restore(&mut self, terminal: TerminalId) {
        self.world.set_power(terminal, true);
        self.recorder.tell(Some(terminal), Source::Power, EventKind::Power { on: true });
        self.engine.power_on(&terminal.to_string());
    }
}

fn key_of(word: &str) -> Result<Key, RigFault> {
    match word {
        "OK" => Ok(Key::Ok),
        "CANCEL" => Ok(Key::Cancel),
        "LIST" => Ok(Key::List),
        other => {
            let function = Function::ALL.iter().find(|(_, word)| *word == other);
            let none = || RigFault::CannotDo(format!("there is no key `{other}`"));
            function.map(|(function, _)| Key::Function(*function)).ok_or_else(none)
        }
    }
}

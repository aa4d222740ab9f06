//! The bench rig: terminals outside of the simulation, each at the far end of a control line and a
//! socket, in the simulated world, in real time.
//!
//! Knows the bench file and who serves its wires. The world, its faults and its people are `sim`'s.

use std::path::Path;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, PoisonError};

use contract::event::Tap;
use contract::rig::Survey;
use contract::{Action, Lapse, News, Rig, RigFault, RigInfo, RigRequest, Time, Trigger};
use sim::device::{self, Device};
use tempfile::TempDir;

use crate::io::Io;
use crate::wall::{WallClock, WallPace};

mod door;
mod file;
mod keeper;
mod remote;
mod spawned;

use file::Bench;
use remote::Remote;

/// Opens the bench that `request.rig` names, and waits until its terminals have answered.
///
/// # Errors
/// `BadRequest` for a bench file with mistakes; `CannotDo` when the bench does not fit the request;
/// `Broken` when a terminal does not answer.
pub fn open(request: &RigRequest) -> Result<Box<dyn Rig>, RigFault> {
    let bench = load(request)?;
    let broken = |what: &str, why: std::io::Error| RigFault::Broken(format!("{what}: {why}"));
    let turn = bench.is_shared().then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner));
    let state = tempfile::tempdir().map_err(|why| broken("a folder for state", why))?;
    let io = Io::start().map_err(|why| broken("the I/O thread", why))?;
    // The terminals' clock. The rig's own starts when all are there, however long they took.
    let theirs = WallClock::start(Time(0), bench.speed);
    let mut remotes = Vec::new();
    for (id, terminal) in bench.numbered() {
        let remote = Remote::begin(id, terminal, (request, state.path()), (&io, theirs));
        remotes.push(remote.map_err(|why| RigFault::Broken(format!("{id}: {why}")))?);
    }
    let mut devices: Vec<Rc<dyn Device>> = Vec::new();
    for (remote, (id, _)) in remotes.into_iter().zip(bench.numbered()) {
        let answered = remote.answered();
        devices.push(Rc::new(answered.map_err(|why| RigFault::Broken(format!("{id}: {why}")))?));
    }
    let clock = WallClock::start(Time(0), bench.speed);
    let pace = Rc::new(WallPace::new(clock));
    let rig = sim::open_devices(request, &bench.name, pace, &devices)?;
    Ok(Box::new(BenchRig { rig, clock, _io: io, _state: state, _turn: turn }))
}

/// What the bench that `request.rig` names can't do, from its file alone.
///
/// # Errors
/// As [`open`], without `Broken`.
pub fn survey(request: &RigRequest) -> Result<Survey, RigFault> {
    let bench = load(request)?;
    let cannot = Box::new(move |action: &Action| {
        let terminal = action.terminal()?;
        let (_, row) = bench.numbered().find(|(id, _)| *id == terminal)?;
        device::cannot(&row.presumed(), action).map(|why| format!("{terminal}: {why}"))
    });
    Ok(Survey { blind: vec![Tap::Flash], cannot })
}

fn load(request: &RigRequest) -> Result<Bench, RigFault> {
    let bench = Bench::load(Path::new(&request.rig)).map_err(RigFault::BadRequest)?;
    bench.fits(request).map_err(RigFault::CannotDo)?;
    Ok(bench)
}

/// The rig with what serves its wires, which ends after it.
struct BenchRig {
    rig: Box<dyn Rig>,
    clock: WallClock,
    _io: Io,
    _state: TempDir,
    _turn: Option<MutexGuard<'static, ()>>,
}

/// So far may the rig fall behind the wall clock: 1 s of real time (assumption: half of the
/// shortest bound that a rule has by default).
const LATE: Lapse = Lapse::from_secs(1);

/// Held while a case is played on terminals that are there once.
static TURN: Mutex<()> = Mutex::new(());

impl Rig for BenchRig {
    fn info(&self) -> &RigInfo {
        self.rig.info()
    }

    fn now(&self) -> Time {
        self.rig.now()
    }

    fn cannot(&self, action: &Action) -> Option<String> {
        self.rig.cannot(action)
    }

    fn act(&mut self, action: &Action) -> Result<(), RigFault> {
        self.rig.act(action)
    }

    fn advance(
        &mut self,
        until: Time,
        watch: &[Trigger],
        news: &mut Vec<News>,
    ) -> Result<(), RigFault> {
        self.rig.advance(until, watch, news)?;
        let late = self.clock.real(self.clock.now().since(self.rig.now()));
        if late > LATE {
            return Err(RigFault::Broken(format!(
                "this machine fell {late} behind its terminals, so that nothing they did can be \
                 trusted; play fewer cases at once (--jobs), or at a lower speed"
            )));
        }
        Ok(())
    }
}

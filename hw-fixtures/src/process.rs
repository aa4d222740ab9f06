//! A firmware as a process of its own: control protocol on its outside, a file for its flash, real
//! sockets for its network. It can be killed at any time.
//!
//! Which firmware it is, it is told; it knows no payment.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use contract::{Lapse, Time};
use sim::device::{Meaning, Said, Screen, Wires};
use sim::engine::event::EventEngine;
use sim::engine::{Boot, Engine};
use sim::env::{Disk, Net};
use tokio::sync::{mpsc, oneshot};

use crate::control::{FromTerminal, Hello};
use crate::io::Io;
use crate::wall::{WallClock, WallPace};

mod far;
mod flash;
mod net;

pub use far::Outlet;
use far::{Far, Start};
pub use flash::FileDisk;
pub use net::SocketNet;

/// How long the engine goes on before it looks whether the line has ended, on its own clock at
/// speed 1.
const SLICE: Lapse = Lapse::from_ms(200);

/// What surrounds the process.
pub struct Surroundings {
    /// Where the control protocol is spoken.
    pub outlet: Outlet,
    /// What the terminal says of itself.
    pub hello: Hello,
    /// The hosts' names and where they really are.
    pub addresses: BTreeMap<String, String>,
    /// The file that is its flash.
    pub state: PathBuf,
}

/// Makes the program from the wires, the network and the flash.
pub type Build<'a> = &'a dyn Fn(Wires, Rc<dyn Net>, Rc<dyn Disk>) -> Result<Boot, String>;

/// Waits for a rig to say hello, then runs the firmware until the control line ends.
///
/// # Errors
/// Why it can't begin or go on, for a person.
pub fn run(around: Surroundings, build: Build<'_>) -> Result<(), String> {
    let Surroundings { outlet, hello, addresses, state } = around;
    let disk = FileDisk::open(&state).map_err(|why| format!("{}: {why}", state.display()))?;
    let io = Rc::new(Io::start().map_err(|why| why.to_string())?);
    let (started, start) = oneshot::channel();
    let (to_hands, orders) = mpsc::channel(far::WAITING);
    let (says, said) = mpsc::unbounded_channel();
    io.run(move || Far::new(hello, to_hands, said, started).run(outlet));
    let Start { now_ms, speed, ended } = match start.blocking_recv() {
        Ok(start) => start?,
        // The line ended before anybody said hello.
        Err(_) => return Ok(()),
    };
    let says = Rc::new(move |said| {
        if let Some(message) = message(said) {
            // Nobody listens any more: the process is about to end.
            let _ = says.send(message);
        }
    });
    let net = Rc::new(SocketNet::new(Rc::clone(&io), addresses));
    let boot = build(Wires { orders, says }, net, Rc::new(disk))?;
    let clock = WallClock::start(Time::from_ms(now_ms), speed);
    let mut engine = EventEngine::paced(0, Rc::new(WallPace::new(clock)));
    engine.add_host("terminal", boot);
    let slice = Lapse(SLICE.0.saturating_mul(u64::from(clock.speed())));
    let never = sim::engine::Stop::default();
    while !ended.is_closed() {
        let until = engine.clock().now() + slice;
        engine.advance(until, &never).map_err(|why| why.to_string())?;
    }
    Ok(())
}

/// As the protocol has it; `None` for what a firmware does not say.
fn message(said: Said) -> Option<FromTerminal> {
    match said {
        Said::Screen(Screen { lines, meaning: None }) => {
            Some(FromTerminal::Screen { lines, phase: None })
        }
        Said::Screen(Screen { lines, meaning: Some(Meaning::Phase(phase)) }) => {
            Some(FromTerminal::Screen { lines, phase: Some(phase) })
        }
        Said::Screen(Screen { lines, meaning: Some(Meaning::Result(result)) }) => {
            let sim::device::Outcome { status, order, amount, copy } = result;
            Some(FromTerminal::Result { lines, status, order, amount_fen: amount, copy })
        }
        Said::Print(lines) => Some(FromTerminal::Print { lines }),
        Said::Sound(sound) => Some(FromTerminal::Sound { sound }),
        _ => None,
    }
}

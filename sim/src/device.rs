//! A terminal outside of the simulation: what a rig and such a terminal tell each other. The rig
//! holds the far ends of its wires, whatever they are made of.
//!
//! Knows no serial port, no process and no wall clock: a bench builds devices of these. It knows
//! nothing of what a terminal does with what it is told.

use std::rc::Rc;

use contract::event::{Phase, Tap};
use contract::{Amount, OrderId, Status};
use tokio::io::copy_bidirectional;

use crate::acquirer::{HOST, PORT};
use crate::env::{BoxStream, LocalFut, Net};

mod ability;
mod firmware;

pub use ability::cannot;
pub(crate) use firmware::config;
pub use firmware::{Outfit, Wires, boot, keys};

/// The far ends of a terminal's wires. Nothing here may block: what can't be done at once is
/// handed to somebody who waits for it, and what comes of it is said later.
pub trait Device {
    /// What it is and what it offers.
    fn offers(&self) -> &Offers;

    /// Hands this to the terminal.
    fn order(&self, order: Order);

    /// The next thing that it says. Cancel-safe.
    fn next(&self) -> LocalFut<'_, Said>;

    /// Gives or takes its power, or what stands for it; also at the very start, when it may have it
    /// already. Does nothing where power can't be switched.
    fn power(&self, on: bool);
}

/// What a device is and what the rig can do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offers {
    /// Name and version of its firmware.
    pub firmware: String,
    /// Whether it is a program that stands for a terminal.
    pub emulated: bool,
    /// Field 41, where it is not the rig's to give.
    pub tid: Option<String>,
    /// Field 42, where it is not the rig's to give.
    pub mid: Option<String>,
    /// The words on its keys: digits and `.`, `OK`, `CANCEL`, and what else it has.
    pub keys: Vec<String>,
    /// Whether the rig sees what it prints.
    pub printer: bool,
    /// Whether its power can be cut and given back.
    pub power: bool,
    /// Whether its firmware can be ended like a crash, and started again.
    pub crash: bool,
}

/// Takes what a terminal says.
pub type Says = Rc<dyn Fn(Said)>;

/// What goes to a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// A key is pressed: the word on it.
    Key(String),
    /// The scanner sends this.
    Scan(String),
}

/// What comes from a terminal.
pub enum Said {
    /// Its display shows these lines now.
    Screen(Screen),
    /// It printed one receipt, these lines.
    Print(Vec<String>),
    /// Its speaker made this sound: `ok`, `error` or `attention`.
    Sound(String),
    /// It connected to the acquirer.
    Dialled(Dialled),
    /// The rig lost these observations.
    Lost(Vec<Tap>),
    /// They are back.
    Back(Vec<Tap>),
    /// It is there no more: it ended by itself, and its display is dark.
    Gone,
    /// The rig can't go on with it; why.
    Failed(String),
}

/// What a display shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Screen {
    /// Its lines.
    pub lines: Vec<String>,
    /// What they mean, where the terminal has words of its own; without, they are read.
    pub meaning: Option<Meaning>,
}

/// What somebody who knows a terminal's words reads on its display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// What it is ready for.
    Phase(Phase),
    /// What it says of a payment.
    Result(Outcome),
}

/// What a display says of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// Of which order, if it says so.
    pub order: Option<OrderId>,
    /// Which amount, if it says so.
    pub amount: Option<Amount>,
    /// Marked as a copy or as recovered.
    pub copy: bool,
}

/// A connection that a terminal made to the acquirer.
pub struct Dialled {
    /// The terminal's bytes, both ways.
    pub stream: BoxStream,
    /// Has it end for the terminal like a connection that is reset.
    pub reset: Box<dyn FnOnce()>,
}

/// Carries a terminal's bytes over its network to the host and back, each direction until its end.
/// Where the network gives a reset, so does the terminal's side; silence stays silence.
pub async fn relay(net: Rc<dyn Net>, dialled: Dialled) {
    let Dialled { mut stream, reset } = dialled;
    let Ok(mut far) = net.connect(HOST, PORT).await else { return reset() };
    if copy_bidirectional(&mut stream, &mut far).await.is_err() {
        reset();
    }
}

#[cfg(test)]
mod tests {
    use super::Offers;

    /// Those of the reference firmware as a process.
    pub(crate) fn offers() -> Offers {
        Offers {
            firmware: "reference".to_owned(),
            emulated: true,
            tid: None,
            mid: None,
            keys: super::keys(),
            printer: true,
            power: true,
            crash: true,
        }
    }
}

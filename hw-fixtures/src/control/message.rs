//! The messages of the control protocol, version 1. What each means stands in
//! `docs/control-protocol.md`, whose example lines are read by a test.

pub use contract::Status;
pub use contract::event::Phase;
use contract::{Amount, OrderId};
use serde::{Deserialize, Serialize};

/// The version that is spoken here. A message or field may be added to a version; what is there
/// keeps its meaning.
pub const VERSION: u32 = 1;

/// From the rig to a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ToTerminal {
    /// First, and again after each break of the line.
    Hello {
        /// The rig's version.
        version: u32,
        /// The rig's clock in milliseconds.
        now_ms: u64,
        /// How many times faster than outside it goes; 1 for every terminal with a real clock.
        speed: u32,
    },
    /// Press a key.
    Key {
        /// The word on it.
        key: String,
    },
    /// Key this amount, then press the green key: for a terminal without digit keys.
    Amount {
        /// In fen: a hundredth of a yuan.
        amount_fen: Amount,
    },
    /// The scanner read this.
    Scan {
        /// With the scanner's suffix.
        text: String,
    },
    /// Switch the terminal's power.
    Power {
        /// On or off.
        on: bool,
    },
    /// Are you there?
    Ping {
        /// Comes back in the answer.
        no: u32,
    },
    /// Your last message was of no use.
    Error {
        /// Why.
        why: String,
    },
}

/// From a terminal to the rig.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromTerminal {
    /// The answer to a hello.
    Hello(Hello),
    /// The display shows this now.
    Screen {
        /// Its lines.
        lines: Vec<String>,
        /// What it is ready for, where the display has words of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phase: Option<Phase>,
    },
    /// The display shows the result of a payment, in words of its own.
    Result {
        /// Its lines.
        lines: Vec<String>,
        /// What they say.
        status: Status,
        /// The order number, where it is shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<OrderId>,
        /// The amount in fen, where it is shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount_fen: Option<Amount>,
        /// Whether it is marked as a copy or as recovered.
        #[serde(default)]
        copy: bool,
    },
    /// A receipt was printed.
    Print {
        /// Its lines.
        lines: Vec<String>,
    },
    /// The speaker made a sound.
    Sound {
        /// `ok`, `error` or `attention`.
        sound: String,
    },
    /// Here I am.
    Pong {
        /// As in the question.
        no: u32,
    },
    /// An order could not be carried out, or a message was of no use.
    Error {
        /// Why.
        why: String,
    },
}

/// What a terminal is and what can be done with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The terminal's version of the protocol.
    pub version: u32,
    /// Name and version of the firmware.
    pub firmware: String,
    /// The words on the keys that can be pressed; without digits among them, it takes `amount`.
    pub keys: Vec<String>,
    /// Whether it tells what is printed.
    #[serde(default)]
    pub printer: bool,
    /// Whether it switches the terminal's power.
    #[serde(default)]
    pub power: bool,
    /// Whether it is a program that stands for a terminal.
    #[serde(default)]
    pub emulated: bool,
    /// Field 41, where it is not the rig's to give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tid: Option<String>,
    /// Field 42, where it is not the rig's to give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mid: Option<String>,
}

impl Hello {
    /// Whether an amount is keyed digit by digit.
    pub fn has_digits(&self) -> bool {
        self.keys.iter().any(|key| key == "0")
    }
}

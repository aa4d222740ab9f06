//! The outside of a rig: orders in, events out. Synchronous and object-safe, so that one plain
//! loop drives every kind of time.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::event::Tap;
use crate::{Action, Channel, Lapse, News, TerminalId, Time, Trigger};

/// Something that carries terminals and the world around them.
pub trait Rig {
    /// What it is; stands in the header of the trace.
    fn info(&self) -> &RigInfo;

    /// Time since it was opened.
    fn now(&self) -> Time;

    /// Why this rig can't carry out such an order; `None` when it can. It is asked for the whole
    /// plan before anything begins.
    fn cannot(&self, _action: &Action) -> Option<String> {
        None
    }

    /// Carries out an order now. Time stands still meanwhile.
    ///
    /// # Errors
    /// A rig fault: the rig could not do it. Never a fault of the terminal.
    fn act(&mut self, action: &Action) -> Result<(), RigFault>;

    /// Lets time pass until `until`, or until an event matches one of `watch`; what happened is
    /// appended to `news` in order.
    ///
    /// # Errors
    /// A rig fault, for example a panic inside a simulated host.
    fn advance(
        &mut self,
        until: Time,
        watch: &[Trigger],
        news: &mut Vec<News>,
    ) -> Result<(), RigFault>;
}

/// What is asked for when a rig is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RigRequest {
    /// The rig's name on the command line; for a bench, the path of its file.
    pub rig: String,
    /// Everything random comes from it.
    pub seed: u64,
    /// How many terminals, at least one.
    pub terminals: u32,
    /// Name of the built-in firmware; `reference` for the good one.
    pub firmware: String,
    /// Name of the link profile, or `trace:BASE` for a pair of Mahimahi files.
    pub link: String,
    /// Name of the query preset.
    pub poll: String,
    /// Name of the wire profile between terminals and acquirer.
    pub wire: String,
    /// Name of the callback schedule.
    pub callbacks: String,
    /// The channels that the merchant has.
    pub channels: Vec<Channel>,
    /// Whether the terminals keep their connection open between payments.
    pub keep_connection: bool,
    /// How many hosts the acquirer has: 1, or 2 with the same ledger.
    pub hosts: u32,
    /// Whether the last digits of an amount call for a fault.
    pub magic_amounts: bool,
    /// Whether events are wanted at all; without, a fleet runs in little memory.
    pub taps: bool,
}

/// When the acquirer repeats a callback that the merchant's server did not acknowledge.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallbackSchedule {
    /// Its name.
    pub name: String,
    /// How long the server may take to answer.
    pub answer_within: Lapse,
    /// The pause before each further call, counted from the failure of the one before.
    pub pauses: Vec<Lapse>,
}

/// One terminal on the rig.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminalInfo {
    /// Its name on the rig.
    pub id: TerminalId,
    /// Field 41.
    pub tid: String,
    /// Field 42.
    pub mid: String,
}

/// What a rig is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RigInfo {
    /// `event`, `turmoil` or a bench's name.
    pub rig: String,
    /// Name and version of the firmware under test.
    pub firmware: String,
    /// Whether the terminals are emulated.
    pub emulated: bool,
    /// Smallest step of time in microseconds.
    pub tick_us: u64,
    /// The link profile.
    pub link: String,
    /// The query preset.
    pub poll: String,
    /// The callback schedule.
    pub callbacks: CallbackSchedule,
    /// The wire profile between terminals and acquirer.
    pub wire: String,
    /// The terminals.
    pub terminals: Vec<TerminalInfo>,
    /// What it can observe.
    pub taps: Vec<Tap>,
    /// The channels that the merchant has.
    pub channels: Vec<Channel>,
}

/// The rig itself failed; the run has no verdict. Exit code 3, or 2 for a bad request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RigFault {
    /// The request names something that does not exist; says what and what there is.
    BadRequest(String),
    /// This rig can't carry out such an order.
    CannotDo(String),
    /// Something inside broke.
    Broken(String),
}

impl fmt::Display for RigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RigFault::BadRequest(why) => write!(f, "the rig could not be opened: {why}"),
            RigFault::CannotDo(what) => write!(f, "the rig can't do this: {what}"),
            RigFault::Broken(what) => write!(f, "the rig broke: {what}"),
        }
    }
}

impl std::error::Error for RigFault {}

/// Says why a rig can't carry out an order.
pub type Cannot = Box<dyn Fn(&Action) -> Option<String>>;

/// What a rig will not be able to do, known before it is opened.
pub struct Survey {
    /// The taps that it does not have, whatever a scenario asks for.
    pub blind: Vec<Tap>,
    /// Why it can't carry out an order: see [`Rig::cannot`].
    pub cannot: Cannot,
}

/// Looks at what a request asks for and touches nothing. An error is as from [`OpenRig`].
pub type SurveyRig = fn(&RigRequest) -> Result<Survey, RigFault>;

/// Opens a rig: the function that the root package hands to the harness.
pub type OpenRig = fn(&RigRequest) -> Result<Box<dyn Rig>, RigFault>;

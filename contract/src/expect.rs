//! What one scenario expects beyond the invariants, which are always judged.

use serde::{Deserialize, Serialize};

use crate::{Lapse, TerminalId, Trigger};

/// A line of a scenario's `expect` list. It stands in the trace's header, so that a stored trace
/// can be judged without its scenario.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Line in the scenario's file, counted from 1.
    pub line: u32,
    /// Which moment.
    pub seen: Trigger,
    /// At which terminal; `None` for anywhere.
    pub terminal: Option<TerminalId>,
    /// At least so often.
    pub at_least: u32,
    /// At most so often; `None` for no limit. 0 means never.
    pub at_most: Option<u32>,
    /// The first one within this time after `after`, or after the start.
    pub within: Option<Lapse>,
    /// What `within` counts from: the first such moment.
    pub after: Option<Trigger>,
}

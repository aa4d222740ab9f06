//! Operators, each with his habits; one table. They know what the display shows and no more.

use contract::{Fault, Lapse};

/// How long the runbook has the staff wait before they look further (assumption: the attended wait
/// is over by then, and the terminal asks at least once more).
pub(super) const RUNBOOK_WAIT: Lapse = Lapse::from_secs(120);

/// How long somebody reads a list (assumption).
pub(super) const READ_LIST: Lapse = Lapse::from_secs(3);

/// How often he opens the backend's list before he takes a difference for one (assumption).
pub(super) const LISTS: u32 = 2;

/// The pause before he opens it again: the backend may be 30 s behind (assumption, as its bound).
pub(super) const LIST_AGAIN: Lapse = Lapse::from_secs(30);

/// What somebody was taught and keeps to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Habits {
    /// He looks each sale up in the lists.
    pub(crate) verifies: bool,
    /// He keeps to the runbook when a result is unknown.
    pub(crate) runbook: bool,
}

/// How somebody works at the till.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operator {
    /// How often he presses the green key.
    pub(super) presses: u32,
    /// How long he looks for a result.
    pub(super) patience: Lapse,
    /// Whether he charges again when he saw none.
    pub(super) recharges: bool,
    /// Whether he leaves the screen as soon as the code was read.
    pub(super) looks_away: bool,
    /// Whether he looks each sale up.
    pub(super) verifies: bool,
    /// Whether he keeps to the runbook.
    pub(super) runbook: bool,
}

/// Waits until the terminal must have said something (assumption: the attended wait and more).
pub(super) const TRAINED: Operator = Operator {
    presses: 1,
    patience: Lapse::from_secs(90),
    recharges: false,
    looks_away: false,
    verifies: false,
    runbook: false,
};

/// Presses twice, and takes 8 s for "it hangs" (assumption).
const NOVICE: Operator =
    Operator { presses: 2, patience: Lapse::from_secs(8), recharges: true, ..TRAINED };

/// Charges again when his patience is over.
const PANICKING: Operator = Operator { recharges: true, ..TRAINED };

/// Has the next customer in mind.
const HURRIED: Operator = Operator { looks_away: true, ..TRAINED };

/// The operator whom a fault puts at the till.
pub(super) fn troubled_by(fault: &Fault) -> Option<Operator> {
    match fault {
        Fault::OpNovice => Some(NOVICE),
        Fault::OpPanicRetry { patience } => Some(Operator { patience: *patience, ..PANICKING }),
        Fault::OpSkipVerify => Some(HURRIED),
        _ => None,
    }
}

impl Operator {
    /// The same one with what he was taught.
    pub(super) fn with(self, habits: Habits) -> Operator {
        Operator { verifies: habits.verifies, runbook: habits.runbook, ..self }
    }
}

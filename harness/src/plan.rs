//! A plan: a scenario with everything drawn. Each order has its moment or its trigger.

use contract::event::Tap;
use contract::trace::{StepText, Title};
use contract::{
    Action, Bounds, Expect, Header, Lapse, RigInfo, RigRequest, TerminalId, Time, Trigger,
};

/// When a move is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// At this time.
    At(Time),
    /// This long after the first such moment that comes after the move before it in the list was
    /// made (for the first move: after the start).
    On {
        /// What is waited for.
        trigger: Trigger,
        /// At which terminal; `None` for anywhere.
        terminal: Option<TerminalId>,
        /// How long after it.
        plus: Lapse,
    },
    /// This long after the move before it in the list was made. Stands only behind moves that
    /// wait for a trigger; one behind a move with a time has a time itself.
    After(Lapse),
}

/// One order of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Index of the scenario's step that it comes from.
    pub step: u32,
    /// When.
    pub moment: Moment,
    /// What.
    pub action: Action,
}

impl Move {
    /// The tap without which its moment never comes, where some rigs have none.
    pub fn awaits(&self) -> Option<Tap> {
        match self.moment {
            Moment::On { trigger, .. } => trigger.tap(),
            Moment::At(_) | Moment::After(_) => None,
        }
    }
}

/// A scenario with nothing left to chance: what a rig plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    pub title: Title,
    /// The rig to open, with the seed.
    pub request: RigRequest,
    /// When the last order has been given and the world is healed.
    pub until: Time,
    /// The scenario's steps, for the trace's header.
    pub steps: Vec<StepText>,
    /// The orders; those with a time are sorted by it, those without stand right behind the one
    /// that they wait behind.
    pub moves: Vec<Move>,
    /// The bounds in force.
    pub bounds: Bounds,
    /// What it expects.
    pub expect: Vec<Expect>,
    /// The fault ids that it claims to cover.
    pub covers: Vec<String>,
    /// How many payments must be captured.
    pub captures: u32,
    /// Taps without which playing it says nothing.
    pub needs: Vec<Tap>,
}

impl Plan {
    /// The header of the trace of this plan on a rig.
    pub fn header(&self, rig: RigInfo) -> Header {
        Header {
            payrig_trace: contract::trace::FORMAT,
            scenario: self.scenario.clone(),
            title: self.title.clone(),
            seed: self.request.seed,
            rig,
            steps: self.steps.clone(),
            bounds: self.bounds,
            expect: self.expect.clone(),
            covers: self.covers.clone(),
            captures: self.captures,
        }
    }
}

//! A scenario: what a person wrote down, or a generator drew, as plain data.
//!
//! Knows no rig and plays nothing. Read `words` for the language, `draw` for the way to a plan.

use std::collections::BTreeMap;
use std::ops::Range;

use contract::event::Tap;
use contract::trace::Title;
use contract::{Bounds, Channel, Expect, Lapse, TerminalId, Trigger};

#[cfg(test)]
pub(crate) mod arbitrary;
mod args;
mod check;
mod draw;
pub mod explain;
pub mod files;
pub mod format;
mod lower;
pub mod names;
mod parse;
mod print;
mod read;
pub mod schema;
#[cfg(test)]
mod tests;
pub mod value;
pub mod words;

pub use args::Args;
pub use draw::draw;
pub use files::{ScenarioFile, find};
pub use parse::parse;
pub use print::{print, print_expect, print_step};
pub use read::SEEDS_MAX;
pub use value::{Quantity, Value};
pub use words::Verb;

/// A scenario. Two are equal when they say the same, wherever in a file they say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its path below the suite's root, without `.toml`.
    pub name: String,
    /// What it is about, in two languages.
    pub title: Title,
    /// What happens and has to come out, in two languages.
    pub story: Title,
    /// Words to select it by.
    pub tags: Vec<String>,
    /// Ids of the faults that it claims to cover.
    pub covers: Vec<String>,
    /// Requirements that it is evidence for.
    pub clauses: Vec<String>,
    /// Taps without which playing it says nothing.
    pub needs: Vec<Tap>,
    /// Why it is not played for now.
    pub skip: Option<String>,
    /// The scenario whose steps come first, by its path below the suite's root. `files::load`
    /// has it put in front already, and leaves `None` here.
    pub start: Option<Start>,
    /// When the world is healed.
    pub until: Lapse,
    /// At least so many payments must be captured; `None` when the file does not say.
    pub captures: Option<u32>,
    /// The rig to play it on, as far as it says.
    pub setup: Setup,
    /// The seeds to play, the last one excluded.
    pub seeds: Range<u64>,
    /// What happens.
    pub steps: Vec<Step>,
    /// What it is about.
    pub expect: Vec<ExpectLine>,
}

/// The scenario that another one begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Its path below the suite's root.
    pub path: String,
    /// Where it is named.
    pub place: Place,
}

/// What a scenario says of its rig; `None` for the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setup {
    /// How many terminals.
    pub terminals: Option<u32>,
    /// The link profile's name.
    pub link: Option<String>,
    /// The query preset's name.
    pub poll: Option<String>,
    /// The callback schedule.
    pub callbacks: Option<String>,
    /// The wire profile's name.
    pub wire: Option<String>,
    /// Where the merchant can see a payment.
    pub channels: Option<Vec<Channel>>,
    /// `keep` or `per-payment`.
    pub connection: Option<&'static str>,
    /// How many hosts the acquirer has.
    pub hosts: Option<u32>,
    /// `plain` or `magic`.
    pub amounts: Option<&'static str>,
    /// Bounds that differ from the default, by name.
    pub bounds: BTreeMap<&'static str, Lapse>,
}

/// One step: a moment, a verb, its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub when: When,
    /// What.
    pub verb: &'static Verb,
    /// The arguments that are given.
    pub args: Args,
    /// How long a fault lasts; `None` for what is no fault.
    pub lasts: Option<Lasts>,
    /// Whether it happens more than once.
    pub repeat: Option<Repeat>,
    /// At which terminal; `None` is the first.
    pub terminal: Option<TerminalId>,
    /// Where it stands.
    pub place: Place,
}

/// When a step happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At this time.
    At(Quantity),
    /// So long after the step before it.
    After(Quantity),
    /// At such a moment.
    On {
        /// Which one.
        moment: Trigger,
        /// So long after it.
        plus: Option<Quantity>,
    },
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// So long.
    For(Quantity),
    /// For so many payments.
    Next(Quantity),
}

/// A step that happens more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// The time in between.
    pub every: Quantity,
    /// How often it happens in all.
    pub times: Quantity,
}

/// A line of the list of expectations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectLine {
    /// What is expected; its `line` is 0 until it is drawn.
    pub expect: Expect,
    /// Where it stands.
    pub place: Place,
}

/// Where something stands in its file. All places are equal, so that scenarios compare by what
/// they say.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Line, counted from 1; 0 when it stands in no file.
    pub line: u32,
    /// The line's text without the indent; empty when it does not stand on a line of its own.
    pub text: String,
    /// The bytes.
    pub span: Range<usize>,
}

impl PartialEq for Place {
    fn eq(&self, _: &Place) -> bool {
        true
    }
}

impl Eq for Place {}

impl Step {
    /// Whether at least one customer comes who has the money.
    fn is_paid(&self) -> bool {
        let comes = self.repeat.is_none_or(|repeat| repeat.times.lo > 0);
        self.payers() > 0 && comes
    }

    /// At most so many customers come who have the money.
    fn payers(&self) -> u64 {
        let funds = self.args.0.get("funds") != Some(&Value::Flag(false));
        let most = self.repeat.map_or(1, |repeat| repeat.times.hi);
        if self.verb.key == "pay" && funds { most } else { 0 }
    }

    /// The terminal that it is about.
    pub fn terminal(&self) -> TerminalId {
        self.terminal.unwrap_or(TerminalId(1))
    }
}

impl Scenario {
    /// How many terminals it wants.
    pub fn terminals(&self) -> u32 {
        self.setup.terminals.unwrap_or(1)
    }

    /// At most so many customers who have the money come to this terminal, or to any.
    fn payers(&self, at: Option<TerminalId>) -> u64 {
        let here = |step: &&Step| at.is_none_or(|at| step.terminal() == at);
        self.steps.iter().filter(here).map(Step::payers).fold(0, u64::saturating_add)
    }

    /// The bounds in force.
    pub fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::default();
        for (name, lapse) in &self.setup.bounds {
            if let Some(bound) = bounds.by_name(name) {
                *bound = *lapse;
            }
        }
        bounds
    }

    /// At least so many payments must be captured. Where the file does not say, one, if any step
    /// lets somebody pay who can: a run in which nothing was paid shows nothing.
    pub fn captures(&self) -> u32 {
        self.captures.unwrap_or_else(|| u32::from(self.steps.iter().any(Step::is_paid)))
    }

    /// This scenario behind the steps and on the setup of the one that it names as its start.
    /// Those steps point at the name from now on: they stand in no line of this file.
    #[must_use]
    pub fn started_by(mut self, start: Scenario) -> Scenario {
        let place = self.start.take().map(|start| start.place).unwrap_or_default();
        let before = start
            .steps
            .into_iter()
            .map(|step| Step { place: Place { text: step.place.text, ..place.clone() }, ..step });
        self.steps = before.chain(self.steps).collect();
        self.needs.extend(start.needs);
        self.needs.sort_unstable();
        self.needs.dedup();
        self.setup = self.setup.over(start.setup);
        self
    }
}

impl Setup {
    /// This one, with what another says where it says nothing.
    fn over(self, base: Setup) -> Setup {
        let mut bounds = base.bounds;
        bounds.extend(self.bounds);
        Setup {
            terminals: self.terminals.or(base.terminals),
            link: self.link.or(base.link),
            poll: self.poll.or(base.poll),
            callbacks: self.callbacks.or(base.callbacks),
            wire: self.wire.or(base.wire),
            channels: self.channels.or(base.channels),
            connection: self.connection.or(base.connection),
            hosts: self.hosts.or(base.hosts),
            amounts: self.amounts.or(base.amounts),
            bounds,
        }
    }
}

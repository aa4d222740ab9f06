//! What judging a trace yields: a finding for each rule.

use contract::event::Tap;
use contract::{Channel, IntentId, Invariant, Lapse, OrderId, TerminalId};

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// One of S1-S14, L1-L8.
    Invariant(Invariant),
    /// The scenario's own `expect` line, by its index in the header.
    Expect(u32),
    /// The scenario claims to cover this fault id.
    Covers(String),
    /// The scenario demands so many captures.
    Captures,
    /// This step of the scenario is carried out, by its index in the header. A step whose moment
    /// never came means that the run did not test what the scenario says.
    Step(u32),
}

/// The verdict on one rule over one trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Its premise occurred and it held every time.
    Held,
    /// It was broken.
    Broken,
    /// A declared tap was lost, or the run stopped early; says nothing.
    Undecided,
    /// Its premise never occurred.
    NotExercised,
    /// The rig has no tap that could see it.
    NotObservable,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Verdict; 5] = [
        Verdict::Held,
        Verdict::Broken,
        Verdict::Undecided,
        Verdict::NotExercised,
        Verdict::NotObservable,
    ];

    /// What it says of the terminal, for people.
    pub const fn meaning(self) -> &'static str {
        match self {
            Verdict::Held => "The rule's premise occurred, and it held every time.",
            Verdict::Broken => "There is evidence of a breach of the rule.",
            Verdict::Undecided => {
                "An observation was lost, or the run stopped early: the rule can't be judged."
            }
            Verdict::NotExercised => {
                "The rule's premise never occurred; this says nothing about the terminal."
            }
            Verdict::NotObservable => "The rig has no tap that could see a breach of the rule.",
        }
    }
}

/// A measured time against its bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// What it took; `None` when it never came.
    pub took: Option<Lapse>,
    /// What was allowed.
    pub bound: Lapse,
}

/// One breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Violation {
    /// At which terminal.
    pub terminal: Option<TerminalId>,
    /// Whose wish to pay.
    pub intent: Option<IntentId>,
    /// Which order.
    pub order: Option<OrderId>,
    /// On which channel something is missing, for rules that look at each.
    pub channel: Option<Channel>,
    /// Number of the first violating event: the moment when the rule was broken.
    pub event: u64,
    /// Numbers of the events that prove it, in order; holds `event`.
    pub evidence: Vec<u64>,
    /// What the ledger says: `captured 12.50 at 3.200s`.
    pub truth: String,
    /// What the merchant saw: `screen: declined at 33.100s`.
    pub seen: String,
    /// What is wrong, one sentence.
    pub what: String,
    /// Time against bound, for rules about time.
    pub measured: Option<Measured>,
}

/// The verdict on one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// How it stands.
    pub verdict: Verdict,
    /// How often its premise occurred.
    pub exercised: u32,
    /// The breaches, first one first.
    pub violations: Vec<Violation>,
    /// Which tap is missing, when undecided or not observable.
    pub tap: Option<Tap>,
    /// The largest measured time among those that held, for rules about time.
    pub slowest: Option<Measured>,
}

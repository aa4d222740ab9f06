//! The one table of the scenario language: keys, verbs, arguments, with meaning and example.
//!
//! Parser, printer, schema and `explain` go by it: a new verb or argument is a row here.

use contract::catalogue::FaultId;
use contract::{Action, Bounds, Fault, IntentId, TerminalId};

use super::args::Args;
use super::value::Unit;

mod keys;
mod verbs;

pub use keys::{EXPECT, KEYS, STEP};
pub use verbs::VERBS;

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Free text on one line.
    Text,
    /// Free text of some lines.
    Story,
    /// A list of free texts.
    Texts,
    /// A quantity between `min` and `max`, both included.
    Quantity {
        /// What it counts.
        unit: Unit,
        /// The smallest allowed.
        min: u64,
        /// The largest allowed.
        max: u64,
        /// Whether it may be a range that is drawn from for each seed.
        range: bool,
    },
    /// One of these words. `any` means: one of the others, drawn.
    Word(&'static [&'static str]),
    /// Some of these words.
    Words(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A response code of ISO 8583 field 39 that stands in the table of `contract`.
    ResponseCode,
    /// Two letters or digits that are a response code in no table.
    StrangeCode,
    /// A word of the table of moments.
    Moment,
    /// A terminal on the rig: `t1`.
    Terminal,
    /// How many seeds, counted from 1, or a range of them without its last.
    Seeds,
    /// How often a moment is expected: `1`, `"1.."`, `"1..3"`.
    Times,
    /// A table of bounds.
    Bounds,
    /// The list of steps.
    Steps,
    /// The list of expectations.
    Expect,
}

/// Whether a key must be given; the text is the default or an example, without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must be given.
    Required(&'static str),
    /// It is this when it is not given.
    Default(&'static str),
    /// It may be left out.
    Optional(&'static str),
}

/// A key and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arg {
    /// How it is written.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be given.
    pub need: Need,
    /// What it means, a phrase.
    pub meaning: &'static str,
}

impl Arg {
    /// Its default, or else an example, without quotes.
    pub const fn sample(&self) -> &'static str {
        match self.need {
            Need::Required(text) | Need::Default(text) | Need::Optional(text) => text,
        }
    }

    /// Whether it must be given.
    pub const fn is_required(&self) -> bool {
        matches!(self.need, Need::Required(_))
    }

    /// The sample as it stands in a file.
    pub fn sample_toml(&self) -> String {
        match (self.kind, super::read::text(self.kind, self.sample())) {
            (Kind::Story, _) => format!("\"\"\"\n{}\n\"\"\"", self.sample()),
            (_, Ok(value)) => value.toml(),
            (_, Err(_)) => self.sample().to_owned(),
        }
    }
}

/// Which ends a fault may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// It is no fault: it happens and is over.
    Moment,
    /// `for` only: it is a state of the world.
    For,
    /// `for` or `next`: it happens to single payments.
    ForOrNext,
}

/// Makes the order of a verb.
#[derive(Debug, Clone, Copy)]
pub enum Make {
    /// A fault comes into force.
    Fault(fn(&Args) -> Fault),
    /// Anything else; the intent is used by a payment.
    Order(fn(&Args, TerminalId, IntentId) -> Action),
}

/// A verb: one thing that a step can do.
#[derive(Debug, Clone, Copy)]
pub struct Verb {
    /// The key: `link`.
    pub key: &'static str,
    /// The key's value: `outage`. `None` when the value is an argument, the first one.
    pub word: Option<&'static str>,
    /// Its arguments; those of every step stand in `STEP`.
    pub args: &'static [Arg],
    /// Which ends it may be given.
    pub lasting: Lasting,
    /// What it does, a sentence.
    pub meaning: &'static str,
    /// A step with it, as it stands in a file.
    pub example: &'static str,
    /// Makes the order.
    pub make: Make,
}

impl PartialEq for Verb {
    fn eq(&self, other: &Verb) -> bool {
        (self.key, self.word) == (other.key, other.word)
    }
}

impl Eq for Verb {}

impl Verb {
    /// As a step has it: `link = "outage"`, or the key alone where the value is an argument.
    pub fn name(&self) -> String {
        match self.word {
            Some(word) => format!("{} = \"{word}\"", self.key),
            None => self.key.to_owned(),
        }
    }

    /// The fault that it injects, if it does.
    pub fn fault(&self) -> Option<FaultId> {
        match self.make {
            Make::Fault(make) => Some(make(&self.samples()).id()),
            Make::Order(_) => None,
        }
    }

    /// Its key with its word, as if that were an argument: for messages about the key's value.
    pub fn key_row(&self) -> Arg {
        let need = Need::Required(self.word.unwrap_or_default());
        Arg { name: self.key, kind: Kind::Text, need, meaning: self.meaning }
    }

    /// Its argument of this name.
    pub fn arg(&self, name: &str) -> Option<&'static Arg> {
        self.args.iter().find(|arg| arg.name == name)
    }

    /// Whether a step with it takes this key of `STEP`.
    pub fn takes(&self, step_key: &str) -> bool {
        match step_key {
            "for" => self.lasting != Lasting::Moment,
            "next" => self.lasting == Lasting::ForOrNext,
            _ => true,
        }
    }

    /// All arguments with their default or example.
    fn samples(&self) -> Args {
        let value = |arg: &Arg| super::read::text(arg.kind, arg.sample()).ok();
        self.args.iter().filter_map(|arg| Some((arg.name, value(arg)?))).collect()
    }
}

/// The keys of `STEP` that stand before the verb, and those behind its arguments.
pub fn step_keys() -> (&'static [Arg], &'static [Arg]) {
    let moment = STEP.iter().take_while(|row| row.name != "for").count();
    STEP.split_at(moment)
}

/// The verbs of this key, in the table's order.
pub fn verbs_of(key: &str) -> impl Iterator<Item = &'static Verb> {
    VERBS.iter().filter(move |verb| verb.key == key)
}

/// The keys of all verbs, each once, in the table's order.
pub fn verb_keys() -> Vec<&'static str> {
    let mut keys: Vec<_> = VERBS.iter().map(|verb| verb.key).collect();
    keys.dedup();
    keys
}

/// The verb that injects this fault.
pub fn verb_of_fault(id: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|verb| verb.fault().is_some_and(|fault| fault.0 == id))
}

/// The keys of the table `bounds`.
pub fn bounds() -> Vec<Arg> {
    let bound = |name: &'static str| Arg {
        name,
        kind: keys::TIME,
        need: Need::Optional("120s"),
        meaning: "the longest time that is allowed",
    };
    Bounds::NAMES.into_iter().map(bound).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::read;
    use crate::scenario::value::{Quantity, Value};

    #[test]
    fn every_sample_is_read_by_its_kind() {
        let tables = [KEYS, STEP, EXPECT].into_iter().chain(VERBS.iter().map(|v| v.args));
        for arg in tables.flatten() {
            if !matches!(arg.kind, Kind::Bounds | Kind::Steps | Kind::Expect) {
                assert!(read::text(arg.kind, arg.sample()).is_ok(), "{}", arg.name);
            }
        }
    }

    #[test]
    fn verbs_of_one_key_stand_together_and_differ() {
        let mut seen = std::collections::BTreeSet::new();
        for verb in VERBS.iter() {
            assert!(seen.insert((verb.key, verb.word)), "{} stands twice", verb.name());
            let alone = verbs_of(verb.key).count() == 1;
            assert!(verb.word.is_some() || (alone && verb.args[0].name == verb.key));
            assert_eq!(verb.fault().is_some(), verb.lasting != Lasting::Moment, "{}", verb.name());
        }
        let keys = verb_keys();
        assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>().len(), keys.len());
    }

    /// Every word and every limit of an argument, as it is after drawing.
    fn extremes(arg: &Arg) -> Vec<Value> {
        let drawn = |word: &&str| *word != "any";
        match arg.kind {
            Kind::Word(words) => words.iter().copied().filter(drawn).map(Value::Word).collect(),
            Kind::Quantity { unit, min, max, .. } => {
                [min, max].map(|n| Value::Quantity(Quantity::exactly(unit, n))).to_vec()
            }
            _ => read::text(arg.kind, arg.sample()).into_iter().collect(),
        }
    }

    #[test]
    fn every_verb_makes_something_of_all_that_it_may_be_given() {
        for verb in VERBS.iter() {
            let most = verb.args.iter().map(|arg| extremes(arg).len()).max().unwrap_or(1);
            for round in 0..most {
                let given = |arg: &Arg| {
                    let values = extremes(arg);
                    (arg.name, values[round % values.len()].clone())
                };
                let args: Args = verb.args.iter().map(given).collect();
                match verb.make {
                    Make::Fault(make) => drop(make(&args)),
                    Make::Order(make) => drop(make(&args, TerminalId(1), IntentId(1))),
                }
            }
        }
    }

    #[test]
    fn every_example_is_a_step() {
        for verb in VERBS.iter() {
            let text = format!(
                "title = \"t\"\ntitle_zh = \"t\"\nstory = \"s\"\nstory_zh = \"s\"\n\
                 until = \"10m\"\nsteps = [\n  {},\n]\n",
                verb.example
            );
            let (scenario, _) = crate::scenario::parse("x.toml", &text);
            let step = &scenario.unwrap_or_else(|| panic!("{}", verb.example)).steps[0];
            assert_eq!(step.verb, verb);
            assert_eq!(crate::scenario::print_step(step), verb.example);
        }
    }

    #[test]
    fn a_fault_has_one_verb_for_each_place_where_it_can_happen() {
        let mut seen = std::collections::BTreeMap::new();
        for verb in VERBS.iter() {
            let Some(id) = verb.fault() else { continue };
            if let Some(other) = seen.insert(id, verb.key) {
                // The backend's list and the terminal's own are one entry of the catalogue; a
                // stranger's answer and one's own from before are both out of order.
                let twice = [
                    ("cfg-partial-list", "list", "settings"),
                    ("net-response-reordered", "answer", "answer"),
                ];
                assert!(twice.contains(&(id.0, other, verb.key)), "{id}: {other}, {}", verb.key);
            }
        }
    }
}

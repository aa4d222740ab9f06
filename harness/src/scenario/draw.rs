//! From a scenario and a seed to a plan: ranges drawn, repeats unrolled, everything numbered.

use contract::trace::StepText;
use contract::{
    Action, Channel, Expect, FaultNo, FaultSpan, IntentId, Lapse, RigRequest, Time, Trigger,
};
use rand::rngs::ChaCha8Rng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::words::{self, Kind, Make, Need, Verb};
use super::{Args, Lasts, Quantity, Scenario, Step, Value, When, print_step, read};
use crate::plan::{Moment, Move, Plan};

/// The plan of this scenario with this seed, for this firmware.
pub fn draw(scenario: &Scenario, seed: u64, firmware: &str) -> Plan {
    let setup = &scenario.setup;
    let named = |given: &Option<String>, key| given.clone().unwrap_or_else(|| default(key));
    let request = RigRequest {
        rig: "event".into(),
        seed,
        terminals: scenario.terminals(),
        firmware: firmware.to_owned(),
        link: named(&setup.link, "link"),
        poll: named(&setup.poll, "poll"),
        wire: named(&setup.wire, "wire"),
        callbacks: named(&setup.callbacks, "callbacks"),
        channels: setup.channels.clone().unwrap_or_else(|| Channel::USUAL.to_vec()),
        keep_connection: setup.connection == Some("keep"),
        hosts: setup.hosts.unwrap_or(1),
        magic_amounts: setup.amounts == Some("magic"),
        taps: true,
    };
    let steps =
        scenario.steps.iter().map(|step| StepText { line: step.place.line, text: written(step) });
    let expect = scenario.expect.iter();
    Plan {
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        request,
        until: Time::from_ms(scenario.until.as_ms()),
        steps: steps.collect(),
        moves: moves(scenario, seed),
        bounds: scenario.bounds(),
        expect: expect.map(|l| Expect { line: l.place.line, ..l.expect.clone() }).collect(),
        covers: scenario.covers.clone(),
        captures: scenario.captures(),
        needs: scenario.needs.clone(),
    }
}

/// The default of a key of the file.
fn default(key: &str) -> String {
    let row = words::KEYS.iter().find(|row| row.name == key);
    row.map(|row| row.sample().to_owned()).unwrap_or_default()
}

/// The step as its file has it; as it would be printed when it stands on no line of its own.
fn written(step: &Step) -> String {
    match step.place.text.as_str() {
        "" => print_step(step),
        text => text.to_owned(),
    }
}

/// A move that is not in its place yet. Moves that wait stand behind the one that they wait behind.
struct Draft {
    /// The time of the last move before it that has one.
    behind_ms: u64,
    step: u32,
    moment: Moment,
    lasts: Option<FaultSpan>,
    args: Args,
}

/// When the step before was made: its first repeat and its last.
#[derive(Clone, Copy)]
struct Before {
    first_ms: u64,
    /// `None` when it waits for something.
    last_ms: Option<u64>,
}

fn moves(scenario: &Scenario, seed: u64) -> Vec<Move> {
    let mut drafts = Vec::new();
    let mut before = Before { first_ms: 0, last_ms: Some(0) };
    for (index, step) in (0u32..).zip(&scenario.steps) {
        let mut rng = stream(seed, index);
        before = drafts_of(step, index, scenario.terminals(), before, &mut rng, &mut drafts);
    }
    drafts.sort_by_key(|draft| draft.behind_ms);
    let mut numbers = Numbers { intent: 1, fault: 1 };
    let made = drafts.into_iter().filter_map(|draft| {
        let step = scenario.steps.get(usize::try_from(draft.step).ok()?)?;
        let action = numbers.action(step, &draft);
        Some(Move { step: draft.step, moment: draft.moment, action })
    });
    made.collect()
}

/// Random numbers of one step: ChaCha8 is the same on every machine, and a key for each step lets
/// the others draw what they drew before when one is added behind them.
fn stream(seed: u64, step: u32) -> ChaCha8Rng {
    let mut key = [0u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..12].copy_from_slice(&step.to_le_bytes());
    key[16..24].copy_from_slice(b"scenario");
    ChaCha8Rng::from_seed(key)
}

/// Appends the moves of a step and says when it was made.
fn drafts_of(
    step: &Step,
    index: u32,
    terminals: u32,
    before: Before,
    rng: &mut ChaCha8Rng,
    drafts: &mut Vec<Draft>,
) -> Before {
    let terminal = (terminals > 1).then(|| step.terminal());
    let waits = |trigger: Trigger, plus| Moment::On { trigger, terminal, plus };
    let (moment, first_ms) = match (step.when, before.last_ms) {
        (When::At(at), _) => at_ms(pick(at, rng)),
        (When::After(lapse), Some(last)) => at_ms(last.saturating_add(pick(lapse, rng))),
        (When::After(lapse), None) => (Moment::After(lapse_of(lapse, rng)), None),
        (When::On { moment, plus }, _) => {
            let plus = plus.map_or(Lapse::ZERO, |plus| lapse_of(plus, rng));
            (waits(moment, plus), None)
        }
    };
    let behind_ms = first_ms.unwrap_or(before.first_ms);
    let times = step.repeat.map_or(1, |repeat| pick(repeat.times, rng));
    let mut now_ms = first_ms;
    for time in 0..times {
        if let (Some(ms), Some(repeat), true) = (now_ms, step.repeat, time > 0) {
            now_ms = Some(ms.saturating_add(pick(repeat.every, rng)));
        }
        let moment = now_ms.map_or_else(|| moment.clone(), |ms| at_ms(ms).0);
        let behind_ms = now_ms.unwrap_or(behind_ms);
        let args = draw_args(step.verb, &step.args, rng);
        let lasts = step.lasts.map(|lasts| span(lasts, rng));
        drafts.push(Draft { behind_ms, step: index, moment, lasts, args });
    }
    Before { first_ms: behind_ms, last_ms: now_ms }
}

fn at_ms(ms: u64) -> (Moment, Option<u64>) {
    (Moment::At(Time(ms.saturating_mul(1_000))), Some(ms))
}

fn span(lasts: Lasts, rng: &mut ChaCha8Rng) -> FaultSpan {
    match lasts {
        Lasts::For(time) => FaultSpan::For(lapse_of(time, rng)),
        Lasts::Next(count) => FaultSpan::Next(u32::try_from(pick(count, rng)).unwrap_or(u32::MAX)),
    }
}

fn lapse_of(quantity: Quantity, rng: &mut ChaCha8Rng) -> Lapse {
    Lapse(pick(quantity, rng).saturating_mul(1_000))
}

/// Any value of the range is as likely as any other.
fn pick(quantity: Quantity, rng: &mut ChaCha8Rng) -> u64 {
    match quantity.lo < quantity.hi {
        true => rng.random_range(quantity.lo..=quantity.hi),
        false => quantity.lo,
    }
}

/// Every argument of the verb with one value: as given, or by default.
fn draw_args(verb: &Verb, given: &Args, rng: &mut ChaCha8Rng) -> Args {
    let value = |arg: &words::Arg| match (given.0.get(arg.name), arg.need) {
        (Some(value), _) => Some(value.clone()),
        (None, Need::Optional(_)) => None,
        (None, Need::Default(text) | Need::Required(text)) => read::text(arg.kind, text).ok(),
    };
    let mut drawn = Args::default();
    for arg in verb.args {
        if let Some(value) = value(arg) {
            drawn.0.insert(arg.name, draw_value(value, arg.kind, rng));
        }
    }
    drawn
}

fn draw_value(value: Value, kind: Kind, rng: &mut ChaCha8Rng) -> Value {
    match (value, kind) {
        (Value::Quantity(quantity), _) => {
            Value::Quantity(Quantity::exactly(quantity.unit, pick(quantity, rng)))
        }
        (Value::Word("any"), Kind::Word(words)) => {
            let others: Vec<_> = words.iter().copied().filter(|word| *word != "any").collect();
            Value::Word(others.choose(rng).copied().unwrap_or("any"))
        }
        (value, _) => value,
    }
}

/// The next numbers to give, in the order of the plan.
struct Numbers {
    intent: u32,
    fault: u32,
}

impl Numbers {
    fn action(&mut self, step: &Step, draft: &Draft) -> Action {
        let terminal = step.terminal();
        match step.verb.make {
            Make::Order(make) => {
                let action = make(&draft.args, terminal, IntentId(self.intent));
                self.intent += u32::from(matches!(action, Action::Pay { .. }));
                action
            }
            Make::Fault(make) => {
                let no = FaultNo(self.fault);
                self.fault += 1;
                let span = draft.lasts.unwrap_or(FaultSpan::Next(1));
                Action::FaultOn { no, terminal, fault: make(&draft.args), span }
            }
        }
    }
}

//! Any scenario that a person could have written, for property tests.

use std::ops::Range;

use contract::event::Tap;
use contract::trace::Title;
use contract::{Channel, Expect, Lapse, TerminalId, Trigger, response_code};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::check::is_vain;
use super::value::{Quantity, Times, Unit, Value};
use super::words::{Arg, Kind, Lasting, VERBS, Verb};
use super::{Args, ExpectLine, Lasts, Place, Repeat, Scenario, Setup, Start, Step, When};

const TERMINALS: u32 = 3;
const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// A scenario without errors.
pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    let words = || vec("[a-z\"\\\\应]{1,6}", 0..3);
    let texts = (title(), story(), words(), words(), needs(), option::of("[a-z]{1,9}"));
    let rest = (setup(), seeds(), option::of(0..9u32), vec(step(), 1..8), vec(expect(), 0..4));
    (texts, rest).prop_map(|(texts, rest)| {
        let (title, story, tags, clauses, needs, skip) = texts;
        let (setup, seeds, captures, steps, expect) = rest;
        let covers = steps.iter().filter_map(|step| step.verb.fault()).map(|id| id.0.to_owned());
        satisfiable(Scenario {
            name: "any".to_owned(),
            covers: covers.collect(),
            start: None,
            // Beyond any step.
            until: Lapse::from_ms(30 * DAY_MS),
            title,
            story,
            tags,
            clauses,
            needs,
            skip,
            captures,
            setup,
            seeds,
            steps,
            expect,
        })
    })
}

/// The same without demands for payments that nobody can make.
fn satisfiable(mut scenario: Scenario) -> Scenario {
    let most = u32::try_from(scenario.payers(None)).unwrap_or(u32::MAX);
    scenario.captures = scenario.captures.map(|wanted| wanted.min(most));
    let expect = std::mem::take(&mut scenario.expect);
    let possible = expect.into_iter().filter(|line| !is_vain(&scenario, &line.expect)).collect();
    Scenario { expect: possible, ..scenario }
}

fn needs() -> impl Strategy<Value = Vec<Tap>> {
    btree_set(select(Tap::ALL.to_vec()), 0..3).prop_map(|set| set.into_iter().collect())
}

/// The same with a start that nobody has read.
pub(crate) fn with_start() -> impl Strategy<Value = Scenario> {
    (scenario(), option::of("[a-z]{1,9}/[a-z]{1,9}\\.toml")).prop_map(|(scenario, path)| Scenario {
        start: path.map(|path| Start { path, place: Place::default() }),
        ..scenario
    })
}

fn title() -> impl Strategy<Value = Title> {
    let text = || "[a-z\"\\\\\t应答,:]{1,20}".prop_filter("not blank", |t| !t.trim().is_empty());
    (text(), text()).prop_map(|(en, zh)| Title { en, zh })
}

fn story() -> impl Strategy<Value = Title> {
    let text = || {
        "[a-z\"\\\\\n\r应答 ]{1,40}"
            .prop_map(|text| text.trim().to_owned())
            .prop_filter("not blank", |text| !text.is_empty())
    };
    (text(), text()).prop_map(|(en, zh)| Title { en, zh })
}

fn setup() -> impl Strategy<Value = Setup> {
    let channels = option::of(btree_set(select(Channel::ALL.to_vec()), 1..5));
    let bound = option::of((1..DAY_MS).prop_map(Lapse::from_ms));
    let named = || option::of("[a-z-]{1,9}");
    let connection = option::of(select(vec!["keep", "per-payment"]));
    let hosts = option::of(1..=2u32);
    let amounts = option::of(select(vec!["plain", "magic"]));
    let names = (named(), named(), named(), named());
    (names, channels, (connection, hosts, amounts), bound).prop_map(
        |((link, poll, callbacks, wire), channels, (connection, hosts, amounts), bound)| Setup {
            terminals: Some(TERMINALS),
            link,
            poll,
            callbacks,
            wire,
            channels: channels.map(|set| set.into_iter().collect()),
            connection,
            hosts,
            amounts,
            bounds: bound.map(|lapse| ("screen", lapse)).into_iter().collect(),
        },
    )
}

fn seeds() -> impl Strategy<Value = Range<u64>> {
    (0..9u64, 1..9u64).prop_map(|(first, count)| first..first + count)
}

fn quantity(unit: Unit, min: u64, max: u64, range: bool) -> impl Strategy<Value = Quantity> {
    (min..=max, min..=max, any::<bool>()).prop_map(move |(a, b, single)| {
        let hi = if single || !range { a.min(b) } else { a.max(b) };
        Quantity { unit, lo: a.min(b), hi }
    })
}

fn time() -> impl Strategy<Value = Quantity> {
    quantity(Unit::Lapse, 1, DAY_MS, true)
}

fn count(max: u64) -> impl Strategy<Value = Quantity> {
    quantity(Unit::Count, 1, max, true)
}

fn value(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Quantity { unit, min, max, range } => {
            quantity(unit, min, max, range).prop_map(Value::Quantity).boxed()
        }
        Kind::Word(words) => select(words).prop_map(Value::Word).boxed(),
        Kind::Words(words) => subsequence(words, 1..=words.len()).prop_map(Value::Words).boxed(),
        Kind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        // None that is final, and so could contradict the money.
        Kind::ResponseCode => {
            select(response_code::OPEN.as_slice()).prop_map(|c| Value::Text(c.to_owned())).boxed()
        }
        Kind::StrangeCode => "[B-Z][0-9A-Z]".prop_map(Value::Text).boxed(),
        other => unreachable!("no verb takes {other:?}"),
    }
}

fn args(verb: &'static Verb) -> impl Strategy<Value = Args> {
    let one = |arg: &Arg| {
        let name = arg.name;
        let value = value(arg.kind).prop_map(move |value| (name, value));
        match arg.is_required() {
            true => value.prop_map(Some).boxed(),
            false => option::of(value).boxed(),
        }
    };
    let each: Vec<_> = verb.args.iter().map(one).collect();
    each.prop_map(|given| given.into_iter().flatten().collect())
}

fn moment() -> impl Strategy<Value = Trigger> {
    select(Trigger::all().collect::<Vec<_>>())
}

fn terminal() -> impl Strategy<Value = Option<TerminalId>> {
    option::of((1..=TERMINALS).prop_map(TerminalId))
}

fn step() -> impl Strategy<Value = Step> {
    (0..VERBS.len()).prop_flat_map(|index| {
        let verb = &VERBS[index];
        let for_ = time().prop_map(|time| Some(Lasts::For(time))).boxed();
        let next = count(9).prop_map(|count| Some(Lasts::Next(count))).boxed();
        let lasts = match verb.lasting {
            Lasting::Moment => Just(None).boxed(),
            Lasting::For => for_,
            Lasting::ForOrNext => prop_oneof![for_, next].boxed(),
        };
        let at = (time(), option::of((quantity(Unit::Lapse, 1, 99_000, true), count(9)))).prop_map(
            |(at, repeat)| (When::At(at), repeat.map(|(every, times)| Repeat { every, times })),
        );
        let after = time().prop_map(|lapse| (When::After(lapse), None));
        let on = (moment(), option::of(time()))
            .prop_map(|(moment, plus)| (When::On { moment, plus }, None));
        (prop_oneof![at, after, on], args(verb), lasts, terminal()).prop_map(
            move |((when, repeat), args, lasts, terminal)| {
                let place = Place::default();
                Step { when, verb, args, lasts, repeat, terminal, place }
            },
        )
    })
}

fn expect() -> impl Strategy<Value = ExpectLine> {
    let times = prop_oneof![
        Just(Times::NEVER),
        (0..4u32, option::of(0..4u32)).prop_map(|(at_least, more)| Times {
            at_least,
            at_most: more.map(|more| at_least + more),
        }),
    ];
    let within = option::of(((1..DAY_MS).prop_map(Lapse::from_ms), option::of(moment())));
    (moment(), times, within, terminal()).prop_map(|(seen, times, within, terminal)| {
        let Times { at_least, at_most } = times;
        let after = within.and_then(|(_, after)| after);
        let within = within.map(|(within, _)| within);
        let expect = Expect { line: 0, seen, terminal, at_least, at_most, within, after };
        ExpectLine { expect, place: Place::default() }
    })
}

//! From a TOML table to a step: first its verb, which says what else it may have.

use std::ops::Range;

use contract::response_code::{Class, class};
use toml::de::{DeTable, DeValue};

use super::super::parse::{Fields, Reader};
use super::super::value::Value;
use super::super::words::{Arg, Lasting, STEP, VERBS, Verb, verb_keys, verbs_of};
use super::super::{Args, Lasts, Repeat, Step, When, read};
use crate::diagnostic::scenario as message;

/// The step of a table; `None` when something about it is wrong, which is noted.
pub(super) fn step(cx: &mut Reader, table: &DeTable<'_>, span: Range<usize>) -> Option<Step> {
    let Some(verb) = verb(cx, table, &span) else {
        without_verb(cx, table, &span);
        return None;
    };
    let (mut fields, sound) = fields(cx, table, &span, verb);
    let when = when(cx, &mut fields, table, &span);
    let lasts = lasts(cx, &mut fields, verb, &span);
    let repeat = repeat(cx, &mut fields);
    if !sound {
        return None;
    }
    let code_at = fields.span_of("code");
    let args = verb.args.iter().filter_map(|arg| Some((arg.name, fields.take(arg.name)?)));
    let args: Args = args.collect();
    if let Some(at) = code_at {
        code_and_money(cx, verb, &args, at);
    }
    let terminal = fields.terminal("terminal");
    let place = super::place(cx, span.clone());
    Some(Step { when: when?, verb, args, lasts: lasts?, repeat: repeat?, terminal, place })
}

/// The verb of a table. A key that is an argument of another verb there is no verb.
fn verb(cx: &mut Reader, table: &DeTable<'_>, span: &Range<usize>) -> Option<&'static Verb> {
    let is_there = |key: &&'static str| table.contains_key(*key);
    let there: Vec<&'static str> = verb_keys().into_iter().filter(is_there).collect();
    let argument = |key: &str| {
        let others = there.iter().filter(|other| **other != key);
        others.flat_map(|other| verbs_of(other)).any(|verb| verb.arg(key).is_some())
    };
    let mut verbs = there.iter().copied().filter(|key| !argument(key));
    let Some(key) = verbs.next() else {
        let known = known_in_step();
        let stray = table.keys().any(|key| !known.contains(&key.get_ref().as_ref()));
        let message = message::no_verb(cx.span(span.clone()), &verb_keys());
        // A key that nobody knows is probably the verb, misspelt: one message is enough.
        return if stray { None } else { cx.fail(message) };
    };
    if let Some(second) = verbs.next() {
        let at = table.get_key_value(second).map_or(span.clone(), |(key, _)| key.span());
        return cx.fail(message::two_verbs(cx.span(at), key, second));
    }
    row_of(cx, key, table)
}

/// The row of the verb with this key and the word that the table gives it.
fn row_of(cx: &mut Reader, key: &str, table: &DeTable<'_>) -> Option<&'static Verb> {
    let value = table.get(key)?;
    let first = verbs_of(key).next()?;
    if first.word.is_none() {
        return Some(first);
    }
    let DeValue::String(word) = value.get_ref() else {
        return cx.wrong_type(&first.key_row(), value);
    };
    let found = verbs_of(key).find(|verb| verb.word == Some(word.as_ref()));
    let known: Vec<&str> = verbs_of(key).filter_map(|verb| verb.word).collect();
    found.or_else(|| cx.fail(message::unknown_word(cx.span(value.span()), key, word, &known)))
}

/// Reads what every step may have and the verb's own arguments, and says whether all of it is
/// right.
fn fields(
    cx: &mut Reader,
    table: &DeTable<'_>,
    span: &Range<usize>,
    verb: &'static Verb,
) -> (Fields, bool) {
    let taken = STEP.iter().filter(|row| verb.takes(row.name)).chain(verb.args);
    let rows: Vec<Arg> = taken.copied().collect();
    let missing = |name: &&str| !table.contains_key(*name);
    let complete = !verb.args.iter().any(|arg| arg.is_required() && missing(&arg.name));
    let mut strangers = false;
    let fields = cx.fields(table, span, &rows, |cx, key, at| {
        if key != verb.key {
            strangers = true;
            stranger(cx, key, at, &rows, verb);
        }
    });
    let sound = complete && !strangers && fields.bad.is_empty();
    (fields, sound)
}

/// A key that does not belong to this verb.
fn stranger(cx: &mut Reader, key: &str, at: Range<usize>, rows: &[Arg], verb: &Verb) {
    let at = cx.span(at);
    let takes: Vec<&str> = rows.iter().map(|row| row.name).collect();
    cx.fail::<()>(match known_in_step().contains(&key) {
        true => message::foreign_key(at, key, &verb.name(), &takes),
        false => message::unknown_key(at, key, &takes),
    });
}

/// An answer that is final must agree with the money: else no terminal can be right about it.
fn code_and_money(cx: &mut Reader, verb: &Verb, args: &Args, at: Range<usize>) {
    let Some(row) = verb.arg("captured") else { return };
    let default = read::text(row.kind, row.sample()).ok();
    let Some(Value::Quantity(share)) = args.0.get(row.name).or(default.as_ref()) else { return };
    let code = args.text("code");
    let at = cx.span(at);
    match class(code) {
        Class::Approved if share.lo < ALL => cx.fail::<()>(message::approved_unpaid(at, code)),
        Class::Refused if share.hi > 0 => cx.fail::<()>(message::refused_and_paid(at, code)),
        _ => None,
    };
}

/// A share of all, in parts per million.
const ALL: u64 = 1_000_000;

/// Looks for other mistakes in a step of which nobody knows what it does.
fn without_verb(cx: &mut Reader, table: &DeTable<'_>, span: &Range<usize>) {
    let known = known_in_step();
    cx.fields(table, span, STEP, |cx, key, at| {
        if !known.contains(&key) {
            cx.fail::<()>(message::unknown_key(cx.span(at), key, &known));
        }
    });
}

/// Every key that some step can have.
fn known_in_step() -> Vec<&'static str> {
    let args = VERBS.iter().flat_map(|verb| verb.args).map(|arg| arg.name);
    let mut known: Vec<&str> =
        STEP.iter().map(|row| row.name).chain(verb_keys()).chain(args).collect();
    let mut seen = std::collections::BTreeSet::new();
    known.retain(|key| seen.insert(*key));
    known
}

/// When it happens; a moment that is there and wrong has been noted already.
fn when(
    cx: &mut Reader,
    fields: &mut Fields,
    table: &DeTable<'_>,
    span: &Range<usize>,
) -> Option<When> {
    let place = |key| table.get_key_value(key).map(|(key, _)| key.span());
    let given = ["at", "after", "on"].into_iter().filter_map(|key| Some((key, place(key)?)));
    let given: Vec<_> = given.collect();
    match given.as_slice() {
        [] => return cx.fail(message::no_moment(cx.span(span.clone()))),
        [(key, _)] if fields.bad.contains(key) => return None,
        [_] => {}
        [(first, _), (second, at), ..] => {
            return cx.fail(message::two_moments(cx.span(at.clone()), first, second));
        }
    }
    if let Some(moment) = fields.moment("on") {
        return Some(When::On { moment, plus: fields.quantity("plus") });
    }
    if let Some(at) = fields.span_of("plus") {
        return cx.fail(message::plus_alone(cx.span(at)));
    }
    let at = fields.quantity("at").map(When::At);
    at.or_else(|| fields.quantity("after").map(When::After))
}

/// The end of a fault; `Some(None)` for what is no fault.
fn lasts(
    cx: &mut Reader,
    fields: &mut Fields,
    verb: &Verb,
    span: &Range<usize>,
) -> Option<Option<Lasts>> {
    if ["for", "next"].iter().any(|key| fields.bad.contains(key)) {
        return None;
    }
    let next_at = fields.span_of("next");
    match (fields.quantity("for"), fields.quantity("next"), next_at) {
        (Some(_), Some(_), Some(at)) => cx.fail(message::two_ends(cx.span(at))),
        (Some(time), ..) => Some(Some(Lasts::For(time))),
        (None, Some(count), _) => Some(Some(Lasts::Next(count))),
        (None, None, _) if verb.lasting == Lasting::Moment => Some(None),
        (None, None, _) => {
            let next_too = verb.lasting == Lasting::ForOrNext;
            cx.fail(message::no_end(cx.span(span.clone()), &verb.name(), next_too))
        }
    }
}

/// The repetition; `Some(None)` for a step that happens once.
fn repeat(cx: &mut Reader, fields: &mut Fields) -> Option<Option<Repeat>> {
    if ["every", "times"].iter().any(|key| fields.bad.contains(key)) {
        return None;
    }
    let (every, times) = (fields.span_of("every"), fields.span_of("times"));
    match (every, times) {
        (None, None) => Some(None),
        (Some(at), None) => cx.fail(message::half_repeat(cx.span(at), "every", "times", "30")),
        (None, Some(at)) => cx.fail(message::half_repeat(cx.span(at), "times", "every", "\"20s\"")),
        (Some(_), Some(_)) => {
            let (every, times) = (fields.quantity("every")?, fields.quantity("times")?);
            Some(Some(Repeat { every, times }))
        }
    }
}

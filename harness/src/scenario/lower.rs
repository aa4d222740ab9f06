//! From a TOML table to the parts of a scenario: the file's keys, steps, expectations.
//!
//! Lenient: what can't be read is noted and left out, so that all else is still looked at.

use std::collections::BTreeMap;
use std::ops::Range;

use contract::event::Tap;
use contract::trace::Title;
use contract::{Channel, Expect, Lapse, TerminalId, Trigger};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::parse::{Field, Fields, Reader};
use super::value::{Quantity, Times, Value};
use super::words::{self, Arg, EXPECT, KEYS};
use super::{ExpectLine, Place, Scenario, Setup, Start};
use crate::diagnostic::scenario as message;

mod step;

/// Where things stand that have no place of their own in the scenario.
pub(super) struct Places {
    /// The ids of `covers`.
    pub(super) covers: Vec<Range<usize>>,
    /// `captures`, when it could be read.
    pub(super) captures: Option<Range<usize>>,
    /// The list of steps, or the file's start.
    pub(super) steps: Range<usize>,
    /// Every step could be read.
    pub(super) steps_sound: bool,
    /// `until` could be read.
    pub(super) until_sound: bool,
    /// `terminals` could be read.
    pub(super) terminals_sound: bool,
}

/// The scenario of a file, with whatever could be read.
pub(super) fn scenario(cx: &mut Reader, table: &Spanned<DeTable<'_>>) -> (Scenario, Places) {
    let (table, top) = (table.get_ref(), 0..0);
    let known: Vec<&str> = KEYS.iter().map(|row| row.name).collect();
    let mut fields = cx.fields(table, &top, KEYS, |cx, key, at| {
        cx.fail::<()>(message::unknown_key(cx.span(at), key, &known));
    });
    let steps = tables(cx, table, "steps", step::step);
    let expect = tables(cx, table, "expect", expect);
    let places = Places {
        covers: fields.good.get("covers").map(|f| f.items.clone()).unwrap_or_default(),
        captures: fields.span_of("captures"),
        steps: table.get("steps").map_or(top, Spanned::span),
        steps_sound: steps.sound,
        until_sound: fields.good.contains_key("until"),
        terminals_sound: !fields.bad.contains("terminals"),
    };
    let scenario = Scenario {
        name: String::new(),
        start: start(cx, &mut fields),
        setup: setup(cx, table, &mut fields),
        title: title(&mut fields, "title", "title_zh"),
        story: title(&mut fields, "story", "story_zh"),
        tags: fields.texts("tags"),
        covers: fields.texts("covers"),
        clauses: fields.texts("clauses"),
        needs: needs(&mut fields),
        skip: fields.text("skip"),
        until: fields.lapse("until").unwrap_or(Lapse(u64::MAX)),
        captures: fields.number("captures"),
        seeds: fields.seeds("seeds").unwrap_or(1..2),
        steps: steps.items,
        expect: expect.items,
    };
    (scenario, places)
}

fn title(fields: &mut Fields, en: &str, zh: &str) -> Title {
    let mut text = |key| fields.text(key).unwrap_or_default();
    Title { en: text(en), zh: text(zh) }
}

fn needs(fields: &mut Fields) -> Vec<Tap> {
    let words = fields.words("needs").unwrap_or_default();
    Tap::ALL.into_iter().filter(|tap| words.contains(&tap.word())).collect()
}

fn start(cx: &Reader, fields: &mut Fields) -> Option<Start> {
    let span = fields.span_of("use")?;
    let path = fields.text("use")?;
    Some(Start { path, place: place(cx, span) })
}

fn setup(cx: &mut Reader, table: &DeTable<'_>, fields: &mut Fields) -> Setup {
    let channels = fields.words("channels").map(|words| {
        Channel::ALL.into_iter().filter(|channel| words.contains(&channel.word())).collect()
    });
    Setup {
        terminals: fields.number("terminals"),
        link: fields.text("link"),
        poll: fields.text("poll"),
        callbacks: fields.text("callbacks"),
        wire: fields.text("wire"),
        channels,
        connection: fields.word("connection"),
        hosts: fields.number("hosts"),
        amounts: fields.word("amounts"),
        bounds: bounds(cx, table).unwrap_or_default(),
    }
}

fn bounds(cx: &mut Reader, table: &DeTable<'_>) -> Option<BTreeMap<&'static str, Lapse>> {
    let value = table.get("bounds")?;
    let DeValue::Table(given) = value.get_ref() else {
        return cx.wrong_type(row_of("bounds")?, value);
    };
    let rows = words::bounds();
    let known: Vec<&str> = rows.iter().map(|row| row.name).collect();
    let fields = cx.fields(given, &value.span(), &rows, |cx, key, at| {
        cx.fail::<()>(message::unknown_key(cx.span(at), key, &known));
    });
    let lapse = |(name, field): (_, Field)| match field.value {
        Value::Quantity(quantity) => Some((name, Lapse::from_ms(quantity.lo))),
        _ => None,
    };
    Some(fields.good.into_iter().filter_map(lapse).collect())
}

/// The items of a list that could be read.
struct Items<T> {
    items: Vec<T>,
    /// Whether that is all of them.
    sound: bool,
}

/// Reads a list of tables.
fn tables<T>(
    cx: &mut Reader,
    table: &DeTable<'_>,
    key: &'static str,
    read: impl Fn(&mut Reader, &DeTable<'_>, Range<usize>) -> Option<T>,
) -> Items<T> {
    let mut found = Items { items: Vec::new(), sound: true };
    let (Some(value), Some(row)) = (table.get(key), row_of(key)) else {
        return found;
    };
    let DeValue::Array(list) = value.get_ref() else {
        found.sound = false;
        cx.wrong_type::<()>(row, value);
        return found;
    };
    for item in list {
        if cx.full() {
            found.sound = false;
            break;
        }
        let read = match item.get_ref() {
            DeValue::Table(table) => read(cx, table, item.span()),
            _ => cx.wrong_type(row, item),
        };
        found.sound &= read.is_some();
        found.items.extend(read);
    }
    found
}

fn row_of(key: &str) -> Option<&'static Arg> {
    KEYS.iter().find(|row| row.name == key)
}

fn expect(cx: &mut Reader, table: &DeTable<'_>, span: Range<usize>) -> Option<ExpectLine> {
    let known: Vec<&str> = EXPECT.iter().map(|row| row.name).collect();
    let mut unknown = false;
    let mut fields = cx.fields(table, &span, EXPECT, |cx, key, at| {
        unknown = true;
        cx.fail::<()>(message::unknown_key(cx.span(at), key, &known));
    });
    if unknown || !fields.bad.is_empty() {
        return None;
    }
    let (seen, never) = (fields.moment("seen"), fields.span_of("never"));
    let place = place(cx, span.clone());
    let terminal = fields.terminal("terminal");
    let after_span = fields.span_of("after");
    let (moment, times) = match (seen, never) {
        (None, None) => return cx.fail(message::nothing_expected(cx.span(span))),
        (Some(_), Some(at)) => return cx.fail(message::seen_and_never(cx.span(at))),
        (Some(seen), None) => (seen, fields.times("times").unwrap_or(Times::ONCE_OR_MORE)),
        (None, Some(_)) => (never_alone(cx, &mut fields)?, Times::NEVER),
    };
    let (within, after) = (fields.lapse("within"), fields.moment("after"));
    if let (None, Some(at)) = (within, after_span) {
        return cx.fail(message::after_alone(cx.span(at)));
    }
    let Times { at_least, at_most } = times;
    let expect = Expect { line: 0, seen: moment, terminal, at_least, at_most, within, after };
    Some(ExpectLine { expect, place })
}

/// The moment that never comes; nothing else goes with it.
fn never_alone(cx: &mut Reader, fields: &mut Fields) -> Option<Trigger> {
    for key in ["times", "within", "after"] {
        if let Some(at) = fields.span_of(key) {
            return cx.fail(message::never_with(cx.span(at), key));
        }
    }
    fields.moment("never")
}

/// The place of a table in the file.
fn place(cx: &Reader, span: Range<usize>) -> Place {
    let line = cx.file.line_of(span.start);
    let whole = cx.file.line_span(line).filter(|l| l.start == span.start && span.end <= l.end);
    let text = whole.and_then(|whole| cx.file.text.get(whole)).unwrap_or_default();
    let text = if text.starts_with('{') { text.to_owned() } else { String::new() };
    Place { line, text, span }
}

/// Typed readers: each takes the value of its key, which the table of words gave its kind.
impl Fields {
    fn text(&mut self, key: &str) -> Option<String> {
        match self.take(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn texts(&mut self, key: &str) -> Vec<String> {
        match self.take(key) {
            Some(Value::Texts(texts)) => texts,
            _ => Vec::new(),
        }
    }

    fn word(&mut self, key: &str) -> Option<&'static str> {
        match self.take(key) {
            Some(Value::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn words(&mut self, key: &str) -> Option<Vec<&'static str>> {
        match self.take(key) {
            Some(Value::Words(words)) => Some(words),
            _ => None,
        }
    }

    fn quantity(&mut self, key: &str) -> Option<Quantity> {
        match self.take(key) {
            Some(Value::Quantity(quantity)) => Some(quantity),
            _ => None,
        }
    }

    fn number(&mut self, key: &str) -> Option<u32> {
        self.quantity(key).and_then(|quantity| u32::try_from(quantity.lo).ok())
    }

    fn lapse(&mut self, key: &str) -> Option<Lapse> {
        self.quantity(key).map(|quantity| Lapse::from_ms(quantity.lo))
    }

    fn moment(&mut self, key: &str) -> Option<Trigger> {
        match self.take(key) {
            Some(Value::Moment(moment)) => Some(moment),
            _ => None,
        }
    }

    fn terminal(&mut self, key: &str) -> Option<TerminalId> {
        match self.take(key) {
            Some(Value::Terminal(terminal)) => Some(terminal),
            _ => None,
        }
    }

    fn times(&mut self, key: &str) -> Option<Times> {
        match self.take(key) {
            Some(Value::Times(times)) => Some(times),
            _ => None,
        }
    }

    fn seeds(&mut self, key: &str) -> Option<Range<u64>> {
        match self.take(key) {
            Some(Value::Seeds(seeds)) => Some(seeds),
            _ => None,
        }
    }
}

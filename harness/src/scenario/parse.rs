//! From text to a scenario, with every error of the file and not only the first.
//!
//! This file reads TOML tables by rows of the words' table; `lower` makes steps of them, `check`
//! asks whether they make sense together.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use contract::response_code;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::read::{self, Problem};
use super::value::{Unit, Value};
use super::words::{Arg, Kind};
use super::{Scenario, check, lower};
use crate::diagnostic::{Diagnostic, ERRORS_MAX, SourceFile, Span, nearest, scenario as message};

/// Reads the text of a scenario by its path below the suite's root; the error says why not.
pub(super) type ReadStart<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// Reads a scenario that stands alone. Without a single error there is a scenario.
pub fn parse(path_label: &str, text: &str) -> (Option<Scenario>, Vec<Diagnostic>) {
    parse_with(path_label, text, &|_| Err("there is no suite around this text".to_owned()))
}

/// Reads a scenario and puts the one that it uses in front of it.
pub(super) fn parse_with(
    path_label: &str,
    text: &str,
    read_start: ReadStart<'_>,
) -> (Option<Scenario>, Vec<Diagnostic>) {
    let (alone, places, mut cx) = lowered(path_label, text);
    let scenario = match start_of(&mut cx, &alone, read_start) {
        Some(start) => alone.started_by(start),
        None => alone,
    };
    // What steps mean together can be said when all of them are there.
    if !cx.broken && scenario.start.is_none() {
        check::check(&mut cx, &scenario, &places);
    }
    finish(scenario, cx)
}

/// Reads a scenario as its file has it: `use` is not followed, and what steps mean together is not
/// checked. For the formatter.
pub(super) fn parse_alone(path_label: &str, text: &str) -> (Option<Scenario>, Vec<Diagnostic>) {
    let (scenario, _, cx) = lowered(path_label, text);
    finish(scenario, cx)
}

fn lowered(path_label: &str, text: &str) -> (Scenario, lower::Places, Reader) {
    let file = SourceFile::new(path_label, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut cx = Reader { file, broken: !errors.is_empty(), found: Vec::new() };
    let (mut scenario, places) = lower::scenario(&mut cx, &table);
    cx.syntax(&errors);
    scenario.name = path_label.strip_suffix(".toml").unwrap_or(path_label).to_owned();
    (scenario, places, cx)
}

fn finish(scenario: Scenario, mut cx: Reader) -> (Option<Scenario>, Vec<Diagnostic>) {
    cx.found.sort_by_key(|d| d.span.as_ref().map_or(0, |span| span.bytes.start));
    (cx.found.is_empty().then_some(scenario), cx.found)
}

/// The scenario that this one uses; says so when it can't be had.
fn start_of(cx: &mut Reader, scenario: &Scenario, read_start: ReadStart<'_>) -> Option<Scenario> {
    let start = scenario.start.as_ref()?;
    let at = cx.span(start.place.span.clone());
    let text = match read_start(&start.path) {
        Ok(text) => text,
        Err(why) => return cx.fail(message::start_unreadable(at, &start.path, &why)),
    };
    match parse_alone(&start.path, &text) {
        (Some(found), _) if found.start.is_some() => {
            cx.fail(message::start_nested(at, &start.path))
        }
        (Some(found), _) => Some(found),
        (None, errors) => cx.fail(message::start_broken(at, &start.path, errors.len())),
    }
}

/// A file being read, and what is wrong with it so far.
pub(super) struct Reader {
    pub(super) file: Arc<SourceFile>,
    /// It is no valid TOML: keys may be missing because of that.
    broken: bool,
    found: Vec<Diagnostic>,
}

/// A value and where it stands.
pub(super) struct Field {
    pub(super) value: Value,
    pub(super) span: Range<usize>,
    /// Where the items of a list stand.
    pub(super) items: Vec<Range<usize>>,
}

/// The values of a table that could be read, and the keys of those that could not.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) good: BTreeMap<&'static str, Field>,
    pub(super) bad: BTreeSet<&'static str>,
}

impl Reader {
    pub(super) fn span(&self, bytes: Range<usize>) -> Span {
        Span::new(&self.file, bytes)
    }

    /// Notes what is no TOML. It hides what was found about a value that it stands in, for that
    /// value was not read to its end.
    fn syntax(&mut self, errors: &[toml::de::Error]) {
        let mut by_start = BTreeMap::new();
        for error in errors {
            // The first message about a place is the one that helps.
            by_start.entry(error.span().map_or(0, |span| span.start)).or_insert(error);
        }
        self.found.retain(|d| {
            let bytes = d.span.as_ref().map_or(0..0, |span| span.bytes.clone());
            bytes.is_empty() || by_start.range(bytes).next().is_none()
        });
        for error in by_start.into_values().take(ERRORS_MAX) {
            let at = self.span(error.span().unwrap_or(0..0));
            self.found.push(message::syntax(at, error.message()));
        }
    }

    /// Whether so much is wrong that nothing more is looked for.
    pub(super) fn full(&self) -> bool {
        self.found.len() >= ERRORS_MAX
    }

    /// Notes an error.
    pub(super) fn fail<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.found.push(diagnostic);
        None
    }

    /// Reads the keys of a table that stand in `rows`, hands the others to `unknown`, and says
    /// which ones are missing. Lists of tables are left to the caller.
    pub(super) fn fields(
        &mut self,
        table: &DeTable<'_>,
        at: &Range<usize>,
        rows: &[Arg],
        mut unknown: impl FnMut(&mut Reader, &str, Range<usize>),
    ) -> Fields {
        let mut fields = Fields::default();
        let mut strangers = Vec::new();
        for (key, value) in table {
            if self.full() {
                break;
            }
            let Some(row) = rows.iter().find(|row| row.name == key.get_ref().as_ref()) else {
                unknown(self, key.get_ref(), key.span());
                strangers.push(key.get_ref().as_ref());
                continue;
            };
            match self.field(row, value) {
                Some(field) => drop(fields.good.insert(row.name, field)),
                None => drop(fields.bad.insert(row.name)),
            }
        }
        if !self.broken && !self.full() {
            self.missing(&fields, at, rows, &strangers);
        }
        fields
    }

    /// Says which keys are missing. One that is probably there, misspelt, is not: that was said.
    fn missing(&mut self, fields: &Fields, at: &Range<usize>, rows: &[Arg], strangers: &[&str]) {
        let names = || rows.iter().map(|row| row.name);
        let meant: Vec<_> = strangers.iter().filter_map(|key| nearest(key, names())).collect();
        let there = |row: &Arg| fields.has(row.name) || meant.contains(&row.name);
        for row in rows.iter().filter(|row| row.is_required() && !there(row)) {
            let at = self.span(at.clone());
            self.found.push(message::missing_key(at, row.name, row.meaning, &row.sample_toml()));
        }
    }

    fn field(&mut self, row: &Arg, value: &Spanned<DeValue<'_>>) -> Option<Field> {
        let span = value.span();
        let one = |value| Field { value, span: span.clone(), items: Vec::new() };
        match (row.kind, value.get_ref()) {
            (Kind::Bounds | Kind::Steps | Kind::Expect, _) => None,
            (Kind::Texts | Kind::Words(_), DeValue::Array(items)) => self.list(row, items, &span),
            (Kind::Texts | Kind::Words(_), _) => self.wrong_type(row, value),
            (Kind::Flag, DeValue::Boolean(flag)) => Some(one(Value::Flag(*flag))),
            (Kind::Flag, _) => self.wrong_type(row, value),
            (_, DeValue::String(text)) => self.text(row, row.kind, text, &span).map(one),
            (kind, DeValue::Integer(number)) if number.radix() == 10 && counts(kind) => {
                self.text(row, kind, number.as_str(), &span).map(one)
            }
            (Kind::Quantity { unit, .. }, DeValue::Integer(n)) => {
                self.bare_number(row, unit, n.as_str(), &span)
            }
            (Kind::Quantity { unit, .. }, DeValue::Float(n)) => {
                self.bare_number(row, unit, n.as_str(), &span)
            }
            _ => self.wrong_type(row, value),
        }
    }

    fn list(
        &mut self,
        row: &Arg,
        items: &[Spanned<DeValue<'_>>],
        span: &Range<usize>,
    ) -> Option<Field> {
        if items.is_empty() {
            return self.fail(message::empty(self.span(span.clone()), row.name));
        }
        let (mut texts, mut words) = (Vec::new(), Vec::new());
        for item in items {
            let DeValue::String(text) = item.get_ref() else {
                return self.wrong_type(row, item);
            };
            let kind = match row.kind {
                Kind::Words(words) => Kind::Word(words),
                _ => Kind::Text,
            };
            match self.text(row, kind, text, &item.span())? {
                Value::Word(word) => words.push(word),
                _ => texts.push(text.to_string()),
            }
        }
        let value = if texts.is_empty() { Value::Words(words) } else { Value::Texts(texts) };
        let items = items.iter().map(Spanned::span).collect();
        Some(Field { value, span: span.clone(), items })
    }

    fn text(&mut self, row: &Arg, kind: Kind, text: &str, span: &Range<usize>) -> Option<Value> {
        let problem = match read::text(kind, text) {
            Ok(value) => return Some(value),
            Err(problem) => problem,
        };
        let at = self.span(span.clone());
        self.fail(match problem {
            Problem::Shape(shape) => message::bad_value(at, row.name, text, shape),
            Problem::NotOneOf(noun, known) => message::unknown_word(at, noun, text, &known),
            Problem::NoRange(unit) => message::no_range(at, row.name, unit.noun()),
            Problem::Backwards(right) => message::backwards(at, &right),
            Problem::TooLittle(min, max) => message::too_little(at, row.name, &min, &max),
            Problem::TooMuch(min, max) => message::too_much(at, row.name, &min, &max),
            Problem::UnknownCode => message::unknown_code(at, text, &response_code::known()),
            Problem::KnownCode => message::known_code(at, text),
            Problem::Empty => message::empty(at, row.name),
        })
    }

    fn bare_number(
        &mut self,
        row: &Arg,
        unit: Unit,
        number: &str,
        span: &Range<usize>,
    ) -> Option<Field> {
        let at = self.span(span.clone());
        self.fail(message::bare_number(at, row.name, unit, number))
    }

    /// Says that a value is not of the type that its key takes.
    pub(super) fn wrong_type<T>(&mut self, row: &Arg, value: &Spanned<DeValue<'_>>) -> Option<T> {
        let found = match value.get_ref() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or a time of day",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let at = self.span(value.span());
        self.fail(message::wrong_type(at, row.name, found, &row.sample_toml()))
    }
}

impl Fields {
    fn has(&self, key: &str) -> bool {
        self.good.contains_key(key) || self.bad.contains(key)
    }

    /// Where the value of this key stands, if it could be read.
    pub(super) fn span_of(&self, key: &str) -> Option<Range<usize>> {
        self.good.get(key).map(|field| field.span.clone())
    }

    /// Takes the value of this key.
    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        self.good.remove(key).map(|field| field.value)
    }
}

/// Whether a plain number may stand without quotes.
const fn counts(kind: Kind) -> bool {
    matches!(kind, Kind::Quantity { unit: Unit::Count, .. } | Kind::Seeds | Kind::Times)
}

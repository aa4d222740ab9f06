//! A scenario as a file in its canonical form: keys in the table's order, a step on each line,
//! columns aligned.

use contract::Expect;
use contract::event::Tap;

use super::value::{Quantity, Times, Value, quoted};
use super::words::{self, Arg, EXPECT, KEYS, Kind, Verb};
use super::{ExpectLine, Lasts, Scenario, Step, When};

/// The whole file.
pub fn print(scenario: &Scenario) -> String {
    let mut out = String::new();
    for key in KEYS {
        if let Some(text) = key_text(scenario, key) {
            out.push_str(&format!("{} = {text}\n", key.name));
        }
    }
    out
}

/// A step as it stands on its line, without alignment and comma.
pub fn print_step(step: &Step) -> String {
    braced(&step_cells(step), &[])
}

/// An expectation as it stands on its line, without alignment and comma.
pub fn print_expect(line: &ExpectLine) -> String {
    braced(&expect_cells(line), &[])
}

/// Lines below one another, the first two columns as wide as their widest cell that is followed
/// by another.
pub(super) fn aligned(lines: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| {
        let followed = lines.iter().filter(|cells| cells.len() > column + 1);
        followed.filter_map(|cells| cells.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths = [width(0).unwrap_or(0), width(1).unwrap_or(0)];
    lines.iter().map(|cells| braced(cells, &widths)).collect()
}

/// The columns of a step: its moment, its verb, and everything else. `value` has what stands
/// behind a key.
pub(super) fn step_columns(verb: &Verb, value: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let pair = |key: &str| Some(format!("{key} = {}", value(key)?));
    let (moment, rest) = words::step_keys();
    let moment: Vec<String> = moment.iter().filter_map(|row| pair(row.name)).collect();
    let args = verb.args.iter().filter(|arg| arg.name != verb.key).chain(rest);
    let mut cells = vec![moment.join(", ")];
    cells.extend(pair(verb.key));
    cells.extend(args.filter_map(|row| pair(row.name)));
    cells
}

/// The columns of an expectation.
pub(super) fn expect_columns(value: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let pair = |row: &Arg| Some(format!("{} = {}", row.name, value(row.name)?));
    EXPECT.iter().filter_map(pair).collect()
}

fn key_text(scenario: &Scenario, key: &Arg) -> Option<String> {
    let s = scenario;
    let texts = |t: &[String]| (!t.is_empty()).then(|| Value::Texts(t.to_vec()).toml());
    let optional = |t: &Option<String>| t.as_deref().map(quoted);
    Some(match key.name {
        "title" => quoted(&s.title.en),
        "title_zh" => quoted(&s.title.zh),
        "story" => story(&s.story.en),
        "story_zh" => story(&s.story.zh),
        "tags" => texts(&s.tags)?,
        "covers" => texts(&s.covers)?,
        "clauses" => texts(&s.clauses)?,
        "needs" => taps(&s.needs)?,
        "skip" => optional(&s.skip)?,
        "use" => quoted(&s.start.as_ref()?.path),
        "until" => quoted(&s.until.to_string()),
        "captures" => s.captures?.to_string(),
        "terminals" => s.setup.terminals?.to_string(),
        "link" => optional(&s.setup.link)?,
        "poll" => optional(&s.setup.poll)?,
        "callbacks" => optional(&s.setup.callbacks)?,
        "wire" => optional(&s.setup.wire)?,
        "channels" => {
            let channels = s.setup.channels.as_ref()?;
            Value::Words(channels.iter().map(|channel| channel.word()).collect()).toml()
        }
        "connection" => quoted(s.setup.connection?),
        "hosts" => s.setup.hosts?.to_string(),
        "amounts" => quoted(s.setup.amounts?),
        "seeds" => Some(&s.seeds).filter(|seeds| **seeds != (1..2)).map(seeds)?,
        "bounds" => bounds(s)?,
        _ if key.kind == Kind::Steps => lines(s.steps.iter().map(step_cells))?,
        _ => lines(s.expect.iter().map(expect_cells))?,
    })
}

fn taps(taps: &[Tap]) -> Option<String> {
    let words = taps.iter().map(|tap| tap.word()).collect();
    (!taps.is_empty()).then(|| Value::Words(words).toml())
}

fn seeds(seeds: &std::ops::Range<u64>) -> String {
    Value::Seeds(seeds.clone()).toml()
}

/// Lines between triple quotes where that says the same, else a string on one line.
fn story(text: &str) -> String {
    let plain = |c: char| c == '\n' || (!c.is_control() && c != '\\');
    match text.chars().all(plain) && !text.contains("\"\"\"") {
        true => format!("\"\"\"\n{text}\n\"\"\""),
        false => quoted(text),
    }
}

fn bounds(scenario: &Scenario) -> Option<String> {
    let bounds = &scenario.setup.bounds;
    let each = bounds.iter().map(|(name, lapse)| format!("{name} = \"{lapse}\""));
    let each: Vec<_> = each.collect();
    (!each.is_empty()).then(|| format!("{{ {} }}", each.join(", ")))
}

fn lines(cells: impl Iterator<Item = Vec<String>>) -> Option<String> {
    let rows = aligned(&cells.collect::<Vec<_>>());
    let text: String = rows.iter().map(|row| format!("  {row},\n")).collect();
    (!rows.is_empty()).then(|| format!("[\n{text}]"))
}

fn step_cells(step: &Step) -> Vec<String> {
    step_columns(step.verb, |key| step_value(step, key).map(|value| value.toml()))
}

/// What a step has for a key.
fn step_value(step: &Step, key: &str) -> Option<Value> {
    let quantity = |quantity| Some(Value::Quantity(quantity));
    match (key, step.when, step.lasts, step.repeat) {
        ("at", When::At(time), ..) | ("after", When::After(time), ..) => quantity(time),
        ("on", When::On { moment, .. }, ..) => Some(Value::Moment(moment)),
        ("plus", When::On { plus, .. }, ..) => quantity(plus?),
        ("for", _, Some(Lasts::For(time)), _) => quantity(time),
        ("next", _, Some(Lasts::Next(count)), _) => quantity(count),
        ("every", .., Some(repeat)) => quantity(repeat.every),
        ("times", .., Some(repeat)) => quantity(repeat.times),
        ("terminal", ..) => step.terminal.map(Value::Terminal),
        _ if key == step.verb.key && step.verb.word.is_some() => step.verb.word.map(Value::Word),
        _ => step.args.0.get(key).cloned(),
    }
}

fn expect_cells(line: &ExpectLine) -> Vec<String> {
    expect_columns(|key| expect_value(&line.expect, key).map(|value| value.toml()))
}

/// What an expectation has for a key.
fn expect_value(expect: &Expect, key: &str) -> Option<Value> {
    let times = Times { at_least: expect.at_least, at_most: expect.at_most };
    let never = times == Times::NEVER && expect.within.is_none();
    match key {
        "seen" | "never" if never == (key == "never") => Some(Value::Moment(expect.seen)),
        "times" if !never && times != Times::ONCE_OR_MORE => Some(Value::Times(times)),
        "within" => expect.within.map(|within| Value::Quantity(Quantity::ms(within.as_ms()))),
        "after" => expect.after.map(Value::Moment),
        "terminal" => expect.terminal.map(Value::Terminal),
        _ => None,
    }
}

fn braced(cells: &[String], widths: &[usize]) -> String {
    let mut out = String::from("{ ");
    for (column, cell) in cells.iter().enumerate() {
        out.push_str(cell);
        if column + 1 < cells.len() {
            out.push_str(", ");
            let width = widths.get(column).copied().unwrap_or(0);
            out.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
        }
    }
    out + " }"
}

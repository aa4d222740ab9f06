//! A scenario as a file in its canonical form: keys in the table's order, a step on each line,
//! columns aligned.

use super::value::{Times, Value, quoted};
use super::words::{Arg, KEYS, Kind};
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

/// Steps below one another, moments and verbs aligned.
pub(super) fn step_rows(steps: &[Step]) -> Vec<String> {
    rows(&steps.iter().map(step_cells).collect::<Vec<_>>())
}

/// Expectations below one another, moments aligned.
pub(super) fn expect_rows(lines: &[ExpectLine]) -> Vec<String> {
    rows(&lines.iter().map(expect_cells).collect::<Vec<_>>())
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
        "needs" => texts(&s.needs)?,
        "skip" => optional(&s.skip)?,
        "use" => quoted(&s.start.as_ref()?.path),
        "until" => quoted(&s.until.to_string()),
        "captures" => Some(s.captures).filter(|n| *n > 0)?.to_string(),
        "terminals" => s.setup.terminals?.to_string(),
        "link" => optional(&s.setup.link)?,
        "poll" => optional(&s.setup.poll)?,
        "channels" => {
            let channels = s.setup.channels.as_ref()?;
            Value::Words(channels.iter().map(|channel| channel.word()).collect()).toml()
        }
        "connection" => quoted(s.setup.connection?),
        "seeds" => Some(&s.seeds).filter(|seeds| **seeds != (1..2)).map(seeds)?,
        "bounds" => bounds(s)?,
        _ if key.kind == Kind::Steps => lines(&step_rows(&s.steps))?,
        _ => lines(&expect_rows(&s.expect))?,
    })
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

fn lines(rows: &[String]) -> Option<String> {
    let text: String = rows.iter().map(|row| format!("  {row},\n")).collect();
    (!rows.is_empty()).then(|| format!("[\n{text}]"))
}

/// The columns of a step: its moment, its verb, and everything else.
fn step_cells(step: &Step) -> Vec<String> {
    let pair = |key: &str, value: Value| format!("{key} = {}", value.toml());
    let quantity = |key: &str, quantity| pair(key, Value::Quantity(quantity));
    let when = match step.when {
        When::At(at) => quantity("at", at),
        When::After(lapse) => quantity("after", lapse),
        When::On { moment, plus: None } => pair("on", Value::Moment(moment)),
        When::On { moment, plus: Some(plus) } => {
            format!("{}, {}", pair("on", Value::Moment(moment)), quantity("plus", plus))
        }
    };
    let given = |arg: &&Arg| Some(pair(arg.name, step.args.0.get(arg.name)?.clone()));
    let mut args: Vec<String> = step.verb.args.iter().filter_map(|arg| given(&arg)).collect();
    let verb = match step.verb.word {
        Some(word) => pair(step.verb.key, Value::Word(word)),
        None if args.is_empty() => step.verb.name(),
        None => args.remove(0),
    };
    args.extend(step.lasts.map(|lasts| match lasts {
        Lasts::For(time) => quantity("for", time),
        Lasts::Next(count) => quantity("next", count),
    }));
    if let Some(repeat) = step.repeat {
        args.extend([quantity("every", repeat.every), quantity("times", repeat.times)]);
    }
    args.extend(step.terminal.map(|id| pair("terminal", Value::Terminal(id))));
    [vec![when, verb], args].concat()
}

fn expect_cells(line: &ExpectLine) -> Vec<String> {
    let expect = &line.expect;
    let times = Times { at_least: expect.at_least, at_most: expect.at_most };
    let moment = |key, moment| format!("{key} = {}", Value::Moment(moment).toml());
    let never = times == Times::NEVER && expect.within.is_none();
    let mut cells = vec![moment(if never { "never" } else { "seen" }, expect.seen)];
    if !never && times != Times::ONCE_OR_MORE {
        cells.push(format!("times = {}", times.toml()));
    }
    cells.extend(expect.within.map(|within| format!("within = \"{within}\"")));
    cells.extend(expect.after.map(|after| moment("after", after)));
    cells.extend(expect.terminal.map(|id| format!("terminal = \"{id}\"")));
    cells
}

/// Cells of several lines, the first two columns as wide as their widest.
fn rows(lines: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| {
        let followed = lines.iter().filter(|cells| cells.len() > column + 1);
        followed.filter_map(|cells| cells.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths = [width(0).unwrap_or(0), width(1).unwrap_or(0)];
    lines.iter().map(|cells| braced(cells, &widths)).collect()
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

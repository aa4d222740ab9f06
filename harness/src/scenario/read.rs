//! From a text to a value of the kind that its key takes. Knows nothing of TOML or places.

use contract::{TerminalId, Trigger, response_code};

use super::value::{Quantity, Times, Unit, Value};
use super::words::Kind;

/// The most seeds of one scenario and the most cases of one run: more would not fit in memory.
pub const SEEDS_MAX: u64 = 1_000_000;

/// Why a text is not a value of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// It is written wrongly; the phrase says how it is written.
    Shape(&'static str),
    /// It is none of these words.
    NotOneOf(&'static str, Vec<&'static str>),
    /// It may not be a range.
    NoRange(Unit),
    /// The range's first end is above its second; holds the range the right way round.
    Backwards(String),
    /// It is below what is allowed: from, to.
    TooLittle(String, String),
    /// It is above what is allowed: from, to.
    TooMuch(String, String),
    /// A response code that is in no table.
    UnknownCode,
    /// A response code that is in the table.
    KnownCode,
    /// It is empty.
    Empty,
}

/// Reads a text as a value of this kind; lists are parted by commas.
pub(super) fn text(kind: Kind, text: &str) -> Result<Value, Problem> {
    match kind {
        Kind::Text | Kind::Story if text.trim().is_empty() => Err(Problem::Empty),
        Kind::Text => Ok(Value::Text(text.to_owned())),
        Kind::Story => Ok(Value::Text(text.trim().to_owned())),
        Kind::Texts => Ok(Value::Texts(text.split(", ").map(str::to_owned).collect())),
        Kind::Quantity { unit, min, max, range } => {
            let quantity = quantity(unit, text)?;
            limits(quantity, min, max, range).map(Value::Quantity)
        }
        Kind::Word(words) => word(words, text).map(Value::Word),
        Kind::Words(words) => {
            let each = text.split(", ").map(|one| word(words, one));
            each.collect::<Result<_, _>>().map(Value::Words)
        }
        Kind::Flag => match text {
            "true" => Ok(Value::Flag(true)),
            "false" => Ok(Value::Flag(false)),
            _ => Err(Problem::Shape("it is true or false, without quotes")),
        },
        Kind::ResponseCode => response_code(text, true),
        Kind::StrangeCode => response_code(text, false),
        Kind::Moment => Trigger::from_word(text).map(Value::Moment).ok_or_else(|| {
            Problem::NotOneOf("moment", Trigger::all().map(Trigger::word).collect())
        }),
        Kind::Terminal => text
            .parse::<TerminalId>()
            .map(Value::Terminal)
            .map_err(|()| Problem::Shape("a terminal is \"t1\", \"t2\" and so on")),
        Kind::Seeds => seeds(text),
        Kind::Times => Times::parse(text)
            .map(Value::Times)
            .ok_or(Problem::Shape("it is a number, or a range like \"1..\" or \"1..3\"")),
        Kind::Bounds => Err(Problem::Shape("it is a table, like { screen = \"120s\" }")),
        Kind::Steps | Kind::Expect => Err(Problem::Shape("it is a list of tables")),
    }
}

fn word(words: &'static [&'static str], text: &str) -> Result<&'static str, Problem> {
    let known = words.iter().copied().find(|word| *word == text);
    known.ok_or_else(|| Problem::NotOneOf("word", words.to_vec()))
}

fn quantity(unit: Unit, text: &str) -> Result<Quantity, Problem> {
    let one = |text| unit.parse(text).map_err(Problem::Shape);
    match text.split_once("..") {
        None => one(text).map(|value| Quantity::exactly(unit, value)),
        Some((lo, hi)) => Ok(Quantity { unit, lo: one(lo)?, hi: one(hi)? }),
    }
}

fn limits(found: Quantity, min: u64, max: u64, range: bool) -> Result<Quantity, Problem> {
    let Quantity { unit, lo, hi } = found;
    if !found.is_single() && !range {
        return Err(Problem::NoRange(unit));
    }
    if lo > hi {
        return Err(Problem::Backwards(Quantity { unit, lo: hi, hi: lo }.text()));
    }
    if hi > max {
        return Err(Problem::TooMuch(unit.print(min), unit.print(max)));
    }
    if lo < min {
        return Err(Problem::TooLittle(unit.print(min), unit.print(max)));
    }
    Ok(found)
}

/// A code that stands in the table of response codes, or one that does not.
fn response_code(text: &str, in_table: bool) -> Result<Value, Problem> {
    if text.len() != 2 || !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Problem::Shape("a response code is two letters or digits, like \"96\""));
    }
    match (response_code::known().contains(&text), in_table) {
        (false, true) => Err(Problem::UnknownCode),
        (true, false) => Err(Problem::KnownCode),
        _ => Ok(Value::Text(text.to_owned())),
    }
}

fn seeds(text: &str) -> Result<Value, Problem> {
    const SHAPE: Problem =
        Problem::Shape("it is how many, like 4, or a range like \"1..5\" (that is 1 to 4)");
    let number = |text: &str| Unit::Count.parse(text).map_err(|_| SHAPE);
    let seeds = match text.split_once("..") {
        None => 1..number(text)?.saturating_add(1),
        Some((from, to)) => number(from)?..number(to)?,
    };
    match seeds.end.saturating_sub(seeds.start) {
        0 => Err(SHAPE),
        1..=SEEDS_MAX => Ok(Value::Seeds(seeds)),
        _ => Err(Problem::TooMuch("1".to_owned(), SEEDS_MAX.to_string())),
    }
}

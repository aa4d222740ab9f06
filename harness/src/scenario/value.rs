//! Values as scenario files write them: quantities with their unit, words, texts.
//!
//! Knows how a value is read and printed, not which key takes it: that is in `words`.

use contract::fault::Rate;
use contract::{Amount, Lapse, TerminalId, Trigger};

/// What a quantity counts. Held as a whole number, so that nothing is ever rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Time in milliseconds: `"45s"`.
    Lapse,
    /// Money in fen: `"12.50"`.
    Amount,
    /// Parts per million: `"5%"`.
    Rate,
    /// Kilobits per second: `"16kbps"`.
    Kbps,
    /// A plain number: `3`.
    Count,
}

impl Unit {
    /// Reads one quantity; the error says how it is written. One that is too large to be held is
    /// the largest of all, which is above every limit.
    ///
    /// # Errors
    /// When the text is no quantity of this unit.
    pub fn parse(self, text: &str) -> Result<u64, &'static str> {
        let huge = || self.exactly(&shortened(text)).is_ok().then_some(u64::MAX);
        self.exactly(text).or_else(|shape| huge().ok_or(shape))
    }

    fn exactly(self, text: &str) -> Result<u64, &'static str> {
        match self {
            Unit::Lapse => {
                let lapse: Lapse = text.parse().map_err(|bad: contract::units::BadUnit| bad.0)?;
                let whole = lapse.0.is_multiple_of(1_000).then(|| lapse.as_ms());
                whole.ok_or("a time in a scenario is whole milliseconds, like \"250ms\"")
            }
            Unit::Amount => {
                let amount = text.parse::<Amount>().map_err(|bad| bad.0)?;
                Ok(amount.0)
            }
            Unit::Rate => {
                let rate = text.parse::<Rate>().map_err(|bad| bad.0)?;
                Ok(u64::from(rate.0))
            }
            Unit::Kbps => whole(text.strip_suffix("kbps")).ok_or("a data rate is like \"16kbps\""),
            Unit::Count => whole(Some(text)).ok_or("a number is digits, like 3 or \"1..5\""),
        }
    }

    /// Writes one quantity as `parse` reads it.
    pub fn print(self, value: u64) -> String {
        match self {
            Unit::Lapse => Lapse::from_ms(value).to_string(),
            Unit::Amount => Amount(value).to_string(),
            Unit::Rate => Rate(u32::try_from(value).unwrap_or(u32::MAX)).to_string(),
            Unit::Kbps => format!("{value}kbps"),
            Unit::Count => value.to_string(),
        }
    }

    /// What it is called in messages.
    pub const fn noun(self) -> &'static str {
        match self {
            Unit::Lapse => "a time",
            Unit::Amount => "an amount",
            Unit::Rate => "a percentage",
            Unit::Kbps => "a data rate",
            Unit::Count => "a number",
        }
    }

    /// How it is written, behind "in quotes".
    pub const fn how(self) -> &'static str {
        match self {
            Unit::Amount => "with two decimals",
            Unit::Count => "as digits",
            Unit::Lapse | Unit::Rate | Unit::Kbps => "with its unit",
        }
    }

    /// What somebody who wrote this bare number probably meant: `45` is `"45s"`.
    pub fn guess(self, number: &str) -> String {
        match self {
            Unit::Lapse => format!("{number}s"),
            Unit::Rate => format!("{number}%"),
            Unit::Kbps => format!("{number}kbps"),
            Unit::Count => number.to_owned(),
            Unit::Amount => match number.split_once('.') {
                Some((yuan, fen)) => format!("{yuan}.{fen:0<2}"),
                None => format!("{number}.00"),
            },
        }
    }

    /// The texts of this unit as a regular expression, for editors; the parser is the authority.
    pub const fn pattern(self) -> &'static str {
        match self {
            Unit::Lapse => r"([0-9]+(\.[0-9]+)?(h|m|s|ms))+",
            Unit::Amount => r"[0-9]{1,10}\.[0-9]{2}",
            Unit::Rate => r"[0-9]{1,3}(\.[0-9]{1,4})?%",
            Unit::Kbps => r"[0-9]+kbps",
            Unit::Count => r"[0-9]+",
        }
    }
}

/// The text with a 1 for each whole number of ten digits or more, which no limit allows.
fn shortened(text: &str) -> String {
    let mut short = String::new();
    let mut decimals = false;
    for part in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = part.split_at(digits);
        short.push_str(if digits >= 10 && !decimals { "1" } else { number });
        short.push_str(unit);
        decimals = unit == ".";
    }
    short
}

fn whole(text: Option<&str>) -> Option<u64> {
    let text = text.filter(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit()))?;
    text.parse().ok()
}

/// A quantity, or a range of which one is drawn for each seed; both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    /// What it counts.
    pub unit: Unit,
    /// The smallest that is drawn.
    pub lo: u64,
    /// The largest that is drawn; equal to `lo` for a single value.
    pub hi: u64,
}

impl Quantity {
    /// Exactly this.
    pub const fn exactly(unit: Unit, value: u64) -> Quantity {
        Quantity { unit, lo: value, hi: value }
    }

    /// A time of so many milliseconds.
    pub const fn ms(value: u64) -> Quantity {
        Quantity::exactly(Unit::Lapse, value)
    }

    /// Whether there is nothing to draw.
    pub const fn is_single(self) -> bool {
        self.lo == self.hi
    }

    /// As a scenario has it, without quotes: `45s` or `1s..30s`.
    pub fn text(self) -> String {
        match self.is_single() {
            true => self.unit.print(self.lo),
            false => format!("{}..{}", self.unit.print(self.lo), self.unit.print(self.hi)),
        }
    }
}

/// How often a moment is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// At least so often.
    pub at_least: u32,
    /// At most so often; `None` for no limit.
    pub at_most: Option<u32>,
}

impl Times {
    /// At least once: what `seen` means without `times`.
    pub const ONCE_OR_MORE: Times = Times { at_least: 1, at_most: None };

    /// Not a single time: what `never` means.
    pub const NEVER: Times = Times { at_least: 0, at_most: Some(0) };

    /// Reads `1`, `1..` or `1..3`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Times> {
        let number = |t: &str| whole(Some(t)).and_then(|n| u32::try_from(n).ok());
        let Some((from, to)) = text.split_once("..") else {
            let n = number(text)?;
            return Some(Times { at_least: n, at_most: Some(n) });
        };
        let at_most = if to.is_empty() { None } else { Some(number(to)?) };
        Some(Times { at_least: number(from)?, at_most })
            .filter(|t| t.at_most.is_none_or(|most| t.at_least <= most))
    }

    /// As it stands in a file: a bare number or a quoted range.
    pub fn toml(self) -> String {
        match self.at_most {
            Some(most) if most == self.at_least => most.to_string(),
            Some(most) => format!("\"{}..{most}\"", self.at_least),
            None => format!("\"{}..\"", self.at_least),
        }
    }
}

/// Any value of a scenario file that is not a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Free text.
    Text(String),
    /// A list of free texts.
    Texts(Vec<String>),
    /// A quantity.
    Quantity(Quantity),
    /// One of the words that the key allows.
    Word(&'static str),
    /// Some of them.
    Words(Vec<&'static str>),
    /// `true` or `false`.
    Flag(bool),
    /// A moment of the trace.
    Moment(Trigger),
    /// A terminal.
    Terminal(TerminalId),
    /// Seeds, the last one excluded.
    Seeds(std::ops::Range<u64>),
    /// How often something is expected.
    Times(Times),
}

impl Value {
    /// As it stands in a file, quoted where TOML wants quotes.
    pub fn toml(&self) -> String {
        match self {
            Value::Text(text) => quoted(text),
            Value::Texts(texts) => list(texts.iter().map(String::as_str)),
            Value::Quantity(q) if q.unit == Unit::Count && q.is_single() => q.text(),
            Value::Quantity(q) => quoted(&q.text()),
            Value::Word(word) => quoted(word),
            Value::Words(words) => list(words.iter().copied()),
            Value::Flag(flag) => flag.to_string(),
            Value::Moment(trigger) => quoted(trigger.word()),
            Value::Terminal(id) => quoted(&id.to_string()),
            Value::Seeds(seeds) if seeds.start == 1 => seeds.end.saturating_sub(1).to_string(),
            Value::Seeds(seeds) => quoted(&format!("{}..{}", seeds.start, seeds.end)),
            Value::Times(times) => times.toml(),
        }
    }
}

/// A TOML string on one line.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(quoted).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_print_as_they_are_read() {
        let cases = [
            (Unit::Lapse, "1m30s", 90_000),
            (Unit::Amount, "12.50", 1_250),
            (Unit::Rate, "0.5%", 5_000),
            (Unit::Kbps, "16kbps", 16),
            (Unit::Count, "7", 7),
        ];
        for (unit, text, value) in cases {
            assert_eq!(unit.parse(text), Ok(value));
            assert_eq!(unit.print(value), text);
        }
        assert!(Unit::Lapse.parse("500us").is_err(), "finer than the simulation's clock");
        assert!(Unit::Kbps.parse("+16kbps").is_err());
        for (unit, text) in [
            (Unit::Amount, "92233720368547758.07"),
            (Unit::Lapse, "1h99999999999999999999m"),
            (Unit::Kbps, "99999999999999999999kbps"),
            (Unit::Count, "99999999999999999999"),
        ] {
            assert_eq!(unit.parse(text), Ok(u64::MAX), "{text}");
        }
        for text in ["12.5000000000", "1000000000000x.00", "断1.00", "1234567890123"] {
            assert!(Unit::Amount.parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_print_as_they_are_read() {
        for text in ["1", "1..", "0..3"] {
            let times = Times::parse(text).unwrap();
            assert_eq!(times.toml().trim_matches('"'), text);
        }
        assert_eq!(Times::parse("3..1"), None);
        assert_eq!(Times::parse("-1"), None);
    }

    #[test]
    fn any_text_survives_quoting() {
        let text = "a \"b\" \\ c\n\t\u{1}\u{7f}";
        let table: toml::Table = format!("x = {}", quoted(text)).parse().unwrap();
        assert_eq!(table["x"].as_str(), Some(text));
    }
}

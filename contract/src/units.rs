//! Money and time, as people write them: `12.50`, `45s`. Never a float.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount in fen (1/100 yuan), the minor unit of ISO 4217 code 156. Printed as yuan: `12.50`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Amount(pub u64);

/// A moment on the rig's clock: microseconds since the rig was opened.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(pub u64);

/// A span of time in microseconds. Printed as `250ms`, `45s`, `1m30s`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Lapse(pub u64);

/// Why a text is not an amount or a span of time; the words fit behind "is not": `12.505 ...`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadUnit(pub &'static str);

impl fmt::Display for BadUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for BadUnit {}

impl Amount {
    /// The largest amount that fits ISO 8583 field 4 (n12).
    pub const MAX: Amount = Amount(999_999_999_999);
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl FromStr for Amount {
    type Err = BadUnit;

    fn from_str(text: &str) -> Result<Self, BadUnit> {
        const SHAPE: BadUnit = BadUnit("an amount is yuan with two decimals, like \"12.50\"");
        let (yuan, fen) = text.split_once('.').ok_or(SHAPE)?;
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(yuan) || !digits(fen) || fen.len() != 2 || yuan.len() > 10 {
            return Err(SHAPE);
        }
        let value = |s: &str| s.parse::<u64>().map_err(|_| SHAPE);
        Ok(Amount(value(yuan)? * 100 + value(fen)?))
    }
}

impl Time {
    /// Counted in whole milliseconds, the resolution of everything simulated.
    pub const fn from_ms(ms: u64) -> Time {
        Time(ms * 1_000)
    }

    /// Whole milliseconds, rounded down.
    pub const fn as_ms(self) -> u64 {
        self.0 / 1_000
    }

    /// The span since `earlier`, zero when `earlier` is later.
    pub const fn since(self, earlier: Time) -> Lapse {
        Lapse(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}s", self.0 / 1_000_000, self.0 / 1_000 % 1_000)
    }
}

impl Lapse {
    /// No time at all.
    pub const ZERO: Lapse = Lapse(0);

    /// From whole milliseconds.
    pub const fn from_ms(ms: u64) -> Lapse {
        Lapse(ms * 1_000)
    }

    /// From whole seconds.
    pub const fn from_secs(secs: u64) -> Lapse {
        Lapse(secs * 1_000_000)
    }

    /// Whole milliseconds, rounded down.
    pub const fn as_ms(self) -> u64 {
        self.0 / 1_000
    }

    /// The same span for the standard library.
    pub const fn as_std(self) -> std::time::Duration {
        std::time::Duration::from_micros(self.0)
    }
}

const UNITS: [(&str, u64); 5] =
    [("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1_000), ("us", 1)];

impl fmt::Display for Lapse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        if self.0 >= 1_000_000 && self.0 < 60_000_000 && self.0.is_multiple_of(1_000) {
            return self.fmt_seconds(f);
        }
        let mut rest = self.0;
        for (unit, size) in UNITS {
            if rest >= size {
                write!(f, "{}{unit}", rest / size)?;
                rest %= size;
            }
        }
        Ok(())
    }
}

impl Lapse {
    /// `2.5s` rather than `2s500ms`.
    fn fmt_seconds(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, ms) = (self.0 / 1_000_000, self.0 / 1_000 % 1_000);
        if ms == 0 {
            return write!(f, "{whole}s");
        }
        write!(f, "{}s", format!("{whole}.{ms:03}").trim_end_matches('0'))
    }
}

impl FromStr for Lapse {
    type Err = BadUnit;

    fn from_str(text: &str) -> Result<Self, BadUnit> {
        const SHAPE: BadUnit =
            BadUnit("a time is a number and its unit, like \"250ms\", \"45s\" or \"1m30s\"");
        let mut rest = text;
        let mut total = 0u64;
        let mut last_size = u64::MAX;
        while !rest.is_empty() {
            let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(SHAPE)?;
            let (number, tail) = rest.split_at(number_end);
            let unit_end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
            let (unit, tail) = tail.split_at(unit_end);
            let size = UNITS.iter().find(|(u, _)| *u == unit).ok_or(SHAPE)?.1;
            if size >= last_size {
                return Err(SHAPE);
            }
            last_size = size;
            let part = scaled(number, size).ok_or(SHAPE)?;
            total = total.checked_add(part).ok_or(SHAPE)?;
            rest = tail;
        }
        if text.is_empty() { Err(SHAPE) } else { Ok(Lapse(total)) }
    }
}

/// `number` (digits with at most one point) times `size`, exactly, or nothing.
fn scaled(number: &str, size: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if fraction.is_empty() || fraction.len() > 6 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let numerator: u64 = fraction.parse().ok()?;
    let denominator = 10u64.pow(u32::try_from(fraction.len()).ok()?);
    whole.checked_mul(size)?.checked_add(numerator.checked_mul(size)? / denominator)
}

impl Add<Lapse> for Time {
    type Output = Time;
    fn add(self, span: Lapse) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Lapse> for Time {
    fn add_assign(&mut self, span: Lapse) {
        *self = *self + span;
    }
}

impl Add for Lapse {
    type Output = Lapse;
    fn add(self, other: Lapse) -> Lapse {
        Lapse(self.0.saturating_add(other.0))
    }
}

impl Sub for Lapse {
    type Output = Lapse;
    fn sub(self, other: Lapse) -> Lapse {
        Lapse(self.0.saturating_sub(other.0))
    }
}

impl std::ops::Mul<u64> for Lapse {
    type Output = Lapse;
    fn mul(self, times: u64) -> Lapse {
        Lapse(self.0.saturating_mul(times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_print_as_they_are_read() {
        for text in ["0.00", "0.01", "12.50", "9999999999.99"] {
            assert_eq!(text.parse::<Amount>().unwrap().to_string(), text);
        }
        for text in ["", "12", "12.5", "12.505", "-1.00", "1e3.00", ".50", "12,50"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }

    #[test]
    fn lapses_print_as_they_are_read() {
        for text in ["0s", "250ms", "2.5s", "45s", "1m30s", "2h", "1h0m1s"] {
            let lapse: Lapse = text.parse().unwrap();
            assert_eq!(lapse.to_string().parse::<Lapse>().unwrap(), lapse, "{text}");
        }
        assert_eq!("1m30s".parse::<Lapse>().unwrap(), Lapse::from_secs(90));
        for text in ["", "5", "45 s", "s", "1.5.5s", "30s1m", "1s1s", "99999999999999h", "-1s"] {
            assert!(text.parse::<Lapse>().is_err(), "{text}");
        }
    }
}

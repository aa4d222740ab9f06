//! Shares and probabilities, as scenarios write them. Knows nothing of what they are of.

use serde::{Deserialize, Serialize};

use crate::Amount;

/// A probability in parts per million: `5%` is 50,000.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Rate(pub u32);

impl Rate {
    /// Always.
    pub const ONE: Rate = Rate(1_000_000);

    /// This share of an amount; parts of a fen are dropped.
    pub fn of(self, amount: Amount) -> Amount {
        let fen = u128::from(amount.0) * u128::from(self.0) / u128::from(Rate::ONE.0);
        Amount(u64::try_from(fen).unwrap_or(amount.0))
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000);
        write!(f, "{}%", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl std::str::FromStr for Rate {
    type Err = crate::units::BadUnit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: crate::units::BadUnit =
            crate::units::BadUnit("a rate is a percentage up to \"100%\", like \"5%\" or \"0.5%\"");
        let number = text.strip_suffix('%').ok_or(SHAPE)?;
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || whole.len() > 3 || part.len() > 4 {
            return Err(SHAPE);
        }
        let whole: u32 = whole.parse().map_err(|_| SHAPE)?;
        let part: u32 = format!("{part:0<4}").parse().map_err(|_| SHAPE)?;
        Some(Rate(whole * 10_000 + part)).filter(|rate| *rate <= Rate::ONE).ok_or(SHAPE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_print_as_they_are_read() {
        for (text, rate) in [("5%", 50_000), ("0.5%", 5_000), ("100%", 1_000_000), ("0%", 0)] {
            assert_eq!(text.parse::<Rate>(), Ok(Rate(rate)));
            assert_eq!(Rate(rate).to_string(), text);
        }
        for (rate, part) in [(Rate(0), 0), (Rate(333_333), 333), (Rate::ONE, 1000)] {
            assert_eq!(rate.of(Amount(1000)), Amount(part));
        }
        for text in ["", "5", "%", "101%", "-1%", "1.00001%", "a%"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}

//! Totals of a settlement (field 48): what the terminal counted and, in the answer, what the host
//! found. 62 digits: 31 for the payments with domestic cards, 31 for those with foreign ones; in
//! each amount (12) and count (3) of debits, amount and count of credits, result (1).
//!
//! The layout is that of China UnionPay's POS messages from memory (assumption).

use arrayvec::ArrayString;
use contract::Amount;

use super::WireError;
use super::private::digits;

/// The field of the totals.
pub(super) const FIELD: u8 = 48;

/// Digits of one half.
const HALF: usize = 31;

/// Totals of a batch. A scan payment counts as domestic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Payments with domestic cards, and scan payments.
    pub domestic: Tally,
    /// Payments with foreign cards.
    pub foreign: Tally,
}

/// One half of the totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Money taken, in fen.
    pub debit: Amount,
    /// By so many payments, at most 999.
    pub debits: u16,
    /// Money given back, in fen.
    pub credit: Amount,
    /// By so many refunds, at most 999.
    pub credits: u16,
    /// What the host found.
    pub result: Balance,
}

impl Tally {
    /// Nothing taken, nothing given back, and not compared yet.
    pub const NONE: Tally =
        Tally { debit: Amount(0), debits: 0, credit: Amount(0), credits: 0, result: Balance::Open };
}

/// Whether terminal and host counted the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Balance {
    /// Not compared yet: in a request.
    Open,
    /// They agree.
    Balanced,
    /// They do not; the host wants every payment of the batch.
    Unbalanced,
    /// The host could not compare.
    Error,
}

const BALANCES: [Balance; 4] =
    [Balance::Open, Balance::Balanced, Balance::Unbalanced, Balance::Error];

/// Field 48.
pub(super) fn print(totals: &Totals) -> Result<ArrayString<{ 2 * HALF }>, WireError> {
    let mut text = ArrayString::new();
    for tally in [totals.domestic, totals.foreign] {
        let Tally { debit, debits, credit, credits, result } = tally;
        for (value, width) in [
            (debit.0, 12),
            (debits.into(), 3),
            (credit.0, 12),
            (credits.into(), 3),
            (result as u64, 1),
        ] {
            let part = digits(value, width);
            if part.len() > width {
                let why = "an amount has 12 digits and a count 3";
                return Err(WireError::content(FIELD, why));
            }
            text.push_str(&part);
        }
    }
    Ok(text)
}

/// The totals in field 48.
pub(super) fn parse(text: &str) -> Result<Totals, WireError> {
    let digits = text.len() == 2 * HALF && text.bytes().all(|digit| digit.is_ascii_digit());
    let whole = || {
        let (domestic, foreign) = digits.then(|| text.split_at(HALF))?;
        Some(Totals { domestic: tally(domestic)?, foreign: tally(foreign)? })
    };
    let why = "not twice 31 digits with a result of 0 to 3";
    whole().ok_or(WireError::content(FIELD, why))
}

fn tally(half: &str) -> Option<Tally> {
    Some(Tally {
        debit: Amount(half.get(..12)?.parse().ok()?),
        debits: half.get(12..15)?.parse().ok()?,
        credit: Amount(half.get(15..27)?.parse().ok()?),
        credits: half.get(27..30)?.parse().ok()?,
        result: *BALANCES.get(half.get(30..)?.parse::<usize>().ok()?)?,
    })
}

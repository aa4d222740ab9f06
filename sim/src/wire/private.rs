//! What stands inside of the fields that ISO 8583 leaves to the parties.
//!
//! A scan payment (field 59 or 62, as the profile says) is a list of entries: a tag of two
//! characters, three digits of length, the value. `PC` is the payment code, `ON` the order number
//! (tags: assumption; acquirers differ). Tags that are not known are skipped. Fields 60 and 61 are
//! digits in a row: 60.1 type (2), 60.2 batch (6), 60.3 network code (3); 61.1 batch (6), 61.2 STAN
//! (6), 61.3 month and day (4). More digits may follow and are skipped.

use std::fmt::Write;

use arrayvec::ArrayString;
use contract::{CodeText, OrderId};

use super::{Original, WireError};

/// The highest STAN and batch number: six digits.
const LAST_SIX_DIGITS: u32 = 999_999;

const PAYMENT_CODE: &str = "PC";
const ORDER_NUMBER: &str = "ON";

/// A number as text.
pub(super) type Digits = ArrayString<20>;

/// `value` with at least `width` digits (at most 20). A value that needs more gets more, and does
/// then not fit its field.
pub(super) fn digits(value: u64, width: usize) -> Digits {
    let mut text = Digits::new();
    let fits = write!(text, "{value:0width$}");
    debug_assert!(fits.is_ok(), "a u64 has at most 20 digits");
    text
}

fn six_digits(value: u32, field: u8) -> Result<Digits, WireError> {
    let why = "batch and STAN have six digits";
    if value > LAST_SIX_DIGITS {
        Err(WireError::content(field, why))
    } else {
        Ok(digits(value.into(), 6))
    }
}

/// Field 60.
pub(super) fn print_60(kind: &str, batch: u32, network: u16) -> Result<ArrayString<32>, WireError> {
    let network = digits(network.into(), 3);
    if network.len() > 3 {
        return Err(WireError::content(60, "a network code has three digits"));
    }
    let mut text = ArrayString::new();
    for part in [kind, &six_digits(batch, 60)?, &network] {
        text.push_str(part);
    }
    Ok(text)
}

/// Batch and network code in field 60; messages of some kinds end behind the batch.
pub(super) fn parse_60(text: &str) -> Result<(u32, Option<u16>), WireError> {
    Ok((number(text.get(2..8), 60)?, text.get(8..11).and_then(|digits| digits.parse().ok())))
}

/// Field 61.
pub(super) fn print_61(original: Original) -> Result<ArrayString<32>, WireError> {
    let mut text = ArrayString::new();
    text.push_str(&six_digits(original.batch, 61)?);
    text.push_str(&six_digits(original.stan, 61)?);
    if let Some(date) = original.date {
        let date = digits(date.into(), 4);
        if date.len() > 4 {
            return Err(WireError::content(61, "a date has four digits"));
        }
        text.push_str(&date);
    }
    Ok(text)
}

/// What field 61 says.
pub(super) fn parse_61(text: &str) -> Result<Original, WireError> {
    let date = text.get(12..16).and_then(|digits| digits.parse().ok());
    Ok(Original { batch: number(text.get(..6), 61)?, stan: number(text.get(6..12), 61)?, date })
}

fn number(text: Option<&str>, field: u8) -> Result<u32, WireError> {
    let parsed = text.and_then(|digits| digits.parse().ok());
    parsed.ok_or(WireError::content(field, "too short for batch and STAN"))
}

/// A scan payment; `None` when there is nothing to say.
pub(super) fn print_scan(
    code: Option<CodeText>,
    order: Option<OrderId>,
) -> Option<ArrayString<80>> {
    let mut text = ArrayString::new();
    let code = code.as_ref().map(CodeText::as_str);
    let order = order.as_ref().map(OrderId::as_str);
    for (tag, value) in [(PAYMENT_CODE, code), (ORDER_NUMBER, order)] {
        let Some(value) = value else { continue };
        for part in [tag, &digits(value.len() as u64, 3), value] {
            text.push_str(part);
        }
    }
    (!text.is_empty()).then_some(text)
}

/// Payment code and order number.
pub(super) type Scan = (Option<CodeText>, Option<OrderId>);

/// What the field of the scan payment says.
pub(super) fn parse_scan(field: u8, value: &[u8]) -> Result<Scan, WireError> {
    let fail = |why| WireError::content(field, why);
    let text = std::str::from_utf8(value).map_err(|_| fail("not text"))?;
    let (mut code, mut order) = (None, None);
    let mut rest = text;
    while !rest.is_empty() {
        let (tag, value, tail) = entry(rest).ok_or(fail("an entry is cut off or has no length"))?;
        rest = tail;
        let slot = match tag {
            PAYMENT_CODE => &mut code,
            ORDER_NUMBER => &mut order,
            _ => continue,
        };
        if slot.replace(value).is_some() {
            return Err(fail("an entry stands there twice"));
        }
    }
    let code = code.map(|text| CodeText::new(text).ok_or(fail("the payment code is too long")));
    let order = order.map(|text| OrderId::new(text).ok_or(fail("the order number is too long")));
    Ok((code.transpose()?, order.transpose()?))
}

/// Tag, value and what follows.
fn entry(text: &str) -> Option<(&str, &str, &str)> {
    let (tag, rest) = text.split_at_checked(2)?;
    let (length, rest) = rest.split_at_checked(3)?;
    if !length.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (value, rest) = rest.split_at_checked(length.parse().ok()?)?;
    Some((tag, value, rest))
}

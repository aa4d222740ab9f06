//! What a response code (ISO 8583 field 39) says about the money of an order, as judges see it.
//!
//! The one table for those who must not ask the simulator; a test of the simulator holds it to
//! `sim/data/response-codes.toml`. What a terminal does about a code stands elsewhere.

use crate::Purpose;

/// What follows from the code of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Done: the money was taken.
    Approved,
    /// Refused for good: no money moved, and nobody asks again.
    Refused,
    /// It says nothing final: only a query or a reversal settles the order.
    Open,
}

/// Approved: in full, in part, VIP. Codes and meanings: ISO 8583:1987 field 39 as the China
/// UnionPay POS manuals use it.
const APPROVED: [&str; 3] = ["00", "10", "11"];

/// Approved for a part of the amount (same source).
const PART: &str = "10";

/// Refusals of what was asked (same source; for scan payments an assumption, acquirers differ).
const REFUSED: [&str; 20] = [
    "01", "02", "03", "05", "12", "13", "14", "15", "30", "51", "55", "57", "58", "61", "65", "75",
    "90", "92", "95", "97",
];

/// Refusals after which the terminal has to sign in before anything else (same source).
const SIGN_IN: [&str; 6] = ["20", "21", "22", "77", "99", "A0"];

/// Codes that say nothing final: only a query or a reversal settles the order (same source; for
/// scan payments an assumption).
pub const OPEN: [&str; 8] = ["06", "09", "25", "68", "91", "94", "96", "98"];

/// Refusals that are about the message and not about the payment: format error, day cut-over, no
/// route, terminal not registered.
const OF_THE_MESSAGE: [&str; 4] = ["30", "90", "92", "97"];

/// Success of a reversal: done, original not found, nothing to undo (public documentation of CUP
/// terminals).
const UNDONE: [&str; 3] = ["00", "25", "12"];

/// Every code that has a meaning, in order.
pub fn known() -> Vec<&'static str> {
    let mut known = [&APPROVED[..], &REFUSED, &SIGN_IN, &OPEN].concat();
    known.sort_unstable();
    known
}

/// What the code says of the message that it answers. One that is not listed is open: to take it
/// for a refusal could charge a customer twice.
pub fn class(code: &str) -> Class {
    if APPROVED.contains(&code) {
        Class::Approved
    } else if REFUSED.contains(&code) || SIGN_IN.contains(&code) {
        Class::Refused
    } else {
        Class::Open
    }
}

/// Whether an answer with this code approves the amount that it states, less than was asked for.
pub fn approves_part(code: &str) -> bool {
    code == PART
}

/// Whether an answer with this code says for good that the order takes no money. A query that is
/// itself refused says nothing of the order.
pub fn refuses_order(asked: Purpose, code: &str) -> bool {
    let refused = class(code) == Class::Refused;
    match asked {
        Purpose::Sale => refused,
        Purpose::Query => refused && !SIGN_IN.contains(&code) && !OF_THE_MESSAGE.contains(&code),
        _ => false,
    }
}

/// Whether an answer to a reversal with this code says that the order is undone.
pub fn undoes_order(code: &str) -> bool {
    UNDONE.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_codes_are_final() {
        assert_eq!(
            ["00", "51", "20"].map(class),
            [Class::Approved, Class::Refused, Class::Refused]
        );
        for code in ["06", "09", "25", "68", "91", "94", "96", "98", "ZZ", ""] {
            assert_eq!(class(code), Class::Open, "{code}");
        }
    }

    #[test]
    fn known_codes_are_listed_once() {
        let known = known();
        assert!(known.windows(2).all(|pair| pair[0] < pair[1]), "{known:?}");
        assert!(OPEN.iter().all(|code| class(code) == Class::Open && known.contains(code)));
        assert!(!known.contains(&"ZZ"));
    }

    #[test]
    fn a_refused_question_says_nothing_of_the_order() {
        for code in ["30", "77", "97", "A0"] {
            assert!(refuses_order(Purpose::Sale, code) && !refuses_order(Purpose::Query, code));
        }
        assert!(refuses_order(Purpose::Query, "51") && !refuses_order(Purpose::Reversal, "51"));
        assert!(!refuses_order(Purpose::Sale, "H7"));
        assert!(undoes_order("25") && !undoes_order("96"));
    }
}

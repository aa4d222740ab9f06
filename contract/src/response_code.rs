//! What a response code (ISO 8583 field 39) says about the money of a sale, as judges see it.
//!
//! The one table for those who must not ask the simulator: which terminal could be right about an
//! order depends on it. What a terminal does about a code, and what it is called, stands elsewhere.

/// What follows from the code of an answer to a sale or a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The money was taken.
    Approved,
    /// Refused for good: no money moved, and nobody asks again.
    Refused,
    /// It says nothing final: only a query or a reversal settles the order.
    Open,
}

/// Approved: in full, in part, VIP. Codes and meanings: ISO 8583:1987 field 39 as the China
/// UnionPay POS manuals use it.
const APPROVED: [&str; 3] = ["00", "10", "11"];

/// Refusals, those that ask for a sign-in first among them (same source; for scan payments an
/// assumption, for acquirers differ). 06, 09, 25, 68, 91, 94, 96, 98 and A0 (MAC wrong) are none:
/// the wallet may have taken the money.
const REFUSED: [&str; 25] = [
    "01", "02", "03", "05", "12", "13", "14", "15", "20", "21", "22", "30", "51", "55", "57", "58",
    "61", "65", "75", "77", "90", "92", "95", "97", "99",
];

/// What the code says. One that is not listed is open: to take it for a refusal could charge a
/// customer twice.
pub fn class(code: &str) -> Class {
    if APPROVED.contains(&code) {
        Class::Approved
    } else if REFUSED.contains(&code) {
        Class::Refused
    } else {
        Class::Open
    }
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
        for code in ["06", "09", "25", "68", "91", "94", "96", "98", "A0", "ZZ", ""] {
            assert_eq!(class(code), Class::Open, "{code}");
        }
    }
}

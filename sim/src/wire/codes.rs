//! What an answer's response code (field 39) means. Knows no orders: whether a payment is settled
//! depends on what was asked, too.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// What a terminal may conclude from a response code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Done.
    Approved,
    /// Done, for a part of the amount.
    Partial,
    /// Refused; no money moved.
    Declined,
    /// The customer has still to confirm: ask again.
    Pending,
    /// Money may have moved: ask, or undo.
    Unknown,
    /// Refused, and the terminal has to sign in first.
    SignIn,
}

/// One response code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The two characters.
    pub code: String,
    /// What to conclude.
    pub class: Class,
    /// What it means.
    pub en: String,
    /// The same in Chinese.
    pub zh: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Where the codes come from; read by people.
    #[serde(rename = "source")]
    _source: String,
    codes: Vec<Code>,
}

static CODES: LazyLock<BTreeMap<String, Code>> = LazyLock::new(|| {
    let parsed: Result<File, _> = toml::from_str(include_str!("../../data/response-codes.toml"));
    let file = parsed.unwrap_or_else(|e| panic!("the embedded response codes: {e}"));
    file.codes.into_iter().map(|code| (code.code.clone(), code)).collect()
});

/// The entry of a code; `None` for one that is not listed.
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.get(code)
}

/// What to conclude from a code, for an image that is up to date. `None` for one that is not
/// listed, which is no refusal: to take it for one could charge a customer twice.
pub fn known(code: &str) -> Option<Class> {
    find(code).map(|code| code.class)
}

/// Codes that an image of before scan payment has never heard of (assumption: those that came with
/// payments that a customer confirms on his phone).
const NEWER: [&str; 2] = ["09", "68"];

/// What an image concludes that is some versions behind.
pub fn known_before(code: &str) -> Option<Class> {
    known(code).filter(|_| !NEWER.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class_of(code: &str) -> Class {
        known(code).unwrap_or(Class::Unknown)
    }

    #[test]
    fn codes_have_the_class_that_keeps_the_money_safe() {
        assert_eq!(class_of("00"), Class::Approved);
        assert_eq!(class_of("10"), Class::Partial);
        assert_eq!(class_of("51"), Class::Declined);
        assert_eq!(class_of("09"), Class::Pending);
        assert_eq!(class_of("A0"), Class::SignIn);
        for unsettled in ["06", "25", "68", "91", "94", "96", "98", "ZZ", ""] {
            assert_eq!(class_of(unsettled), Class::Unknown, "{unsettled}");
        }
    }

    /// The oracles may not ask the simulator, and must not judge by other codes than it speaks.
    #[test]
    fn the_judges_table_says_the_same() {
        use contract::response_code::{Class as Judged, class};
        for code in CODES.keys() {
            let judged = match class_of(code) {
                Class::Approved | Class::Partial => Judged::Approved,
                Class::Declined | Class::SignIn => Judged::Refused,
                Class::Pending | Class::Unknown => Judged::Open,
            };
            assert_eq!(class(code), judged, "{code}");
        }
        let pairs = (b'0'..=b'Z').flat_map(|a| (b'0'..=b'Z').map(move |b| [a, b]));
        let codes = pairs.map(|pair| String::from_utf8_lossy(&pair).into_owned());
        for code in codes.filter(|code| find(code).is_none()) {
            assert_eq!(class(&code), Judged::Open, "{code} is not in the simulator's list");
        }
    }

    #[test]
    fn every_code_is_listed_once_and_explained_in_both_languages() {
        let file: File = toml::from_str(include_str!("../../data/response-codes.toml")).unwrap();
        assert_eq!(file.codes.len(), CODES.len());
        for code in file.codes {
            assert!(code.code.len() == 2 && code.code.bytes().all(|b| b.is_ascii_alphanumeric()));
            assert!(code.en.is_ascii() && !code.zh.is_ascii(), "{}", code.code);
        }
    }
}

//! Numbers as the command line has them: seeds, and how many cases at once.

use std::num::NonZeroUsize;
use std::ops::Range;

use crate::scenario::SEEDS_MAX;

/// The largest seed, so that there is one behind it.
const LAST: u64 = u64::MAX - 1;

/// A number; or else the first 16 digits of a commit hash.
///
/// # Errors
/// How a seed is written.
pub fn seed(text: &str) -> Result<u64, String> {
    if let Ok(seed) = text.parse() {
        return if seed <= LAST { Ok(seed) } else { Err(too_large()) };
    }
    // A hash of digits alone is read as a number by everybody else.
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(too_large());
    }
    let hex = text.bytes().all(|b| b.is_ascii_hexdigit()) && (7..=64).contains(&text.len());
    let head = text.get(..text.len().min(16)).filter(|_| hex);
    let seed = head.and_then(|head| u64::from_str_radix(head, 16).ok());
    let shape = || "a seed is a number, or a commit hash of at least 7 digits".to_owned();
    seed.map(|seed| seed.min(LAST)).ok_or_else(shape)
}

fn too_large() -> String {
    format!("a seed is at most {LAST}")
}

/// `A..B`, B excluded.
pub(super) fn seeds(text: &str) -> Result<Range<u64>, String> {
    let shape = || format!("seeds are A..B with B excluded, at most {SEEDS_MAX} of them: 0..100");
    let (from, to) = text.split_once("..").ok_or_else(shape)?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| shape());
    let (from, to) = (number(from)?, number(to)?);
    if from < to && to - from <= SEEDS_MAX { Ok(from..to) } else { Err(shape()) }
}

/// How many cases at once.
pub(super) fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "give a number from 1 on, at best that of the processors".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_numbers_or_commit_hashes() {
        assert_eq!(seed("4711"), Ok(4711));
        assert_eq!(seed("9781c48"), Ok(0x0978_1c48));
        let whole = "9781c4800000000000000000000000000000beef";
        assert_eq!(seed(whole), Ok(0x9781_c480_0000_0000));
        assert_eq!(seed("18446744073709551614"), Ok(LAST));
        assert_eq!(seed(&"f".repeat(40)), Ok(LAST));
        for text in ["", "abc", "xyzxyzx", "-1", "断断断断断断断"] {
            assert!(seed(text).is_err(), "{text}");
        }
        for text in ["18446744073709551615", "12345678901234567890123"] {
            assert_eq!(seed(text).unwrap_err(), "a seed is at most 18446744073709551614");
        }
        assert_eq!(seeds("3..5"), Ok(3..5));
        for text in ["", "3", "5..5", "5..3", "0..1000001", "a..b"] {
            assert!(seeds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn there_is_always_a_job() {
        assert_eq!(jobs("8").map(NonZeroUsize::get), Ok(8));
        for text in ["0", "-1", "", "all", "99999999999999999999999"] {
            assert!(jobs(text).is_err_and(|why| why.starts_with("give a number from 1 on")));
        }
    }
}

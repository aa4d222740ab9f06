//! The digits of a payment code, two in a byte: a fleet's books hold a hundred thousand of them.

use contract::CodeText;

/// A code has at most 24 digits (Alipay's longest).
const BYTES: usize = 12;

/// Stands behind the last digit of an odd number of them, and where there are none.
const NONE: u8 = 0xf;

/// The digits; none for a text that is no row of digits, which nobody can pay with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Digits([u8; BYTES]);

impl Digits {
    pub(super) fn of(code: CodeText) -> Digits {
        let mut packed = [NONE << 4 | NONE; BYTES];
        let text = code.as_str().as_bytes();
        if text.len() <= 2 * BYTES && text.iter().all(u8::is_ascii_digit) {
            for (byte, pair) in packed.iter_mut().zip(text.chunks(2)) {
                let low = pair.get(1).map_or(NONE, |digit| digit - b'0');
                *byte = (pair[0] - b'0') << 4 | low;
            }
        }
        Digits(packed)
    }

    /// The code; empty where there are no digits.
    pub(super) fn text(self) -> CodeText {
        let nibbles = self.0.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        let digits = nibbles.take_while(|nibble| *nibble != NONE);
        let text: String = digits.map(|digit| char::from(b'0' + digit)).collect();
        CodeText::new(&text).unwrap_or_default()
    }

    pub(super) fn is_empty(self) -> bool {
        self == Digits::of(CodeText::default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn digits_come_back_and_nothing_else_does(text in "[0-9]{0,24}|[0-9a-z]{0,24}") {
            let code = CodeText::new(&text).unwrap();
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let kept = if digits { code } else { CodeText::default() };
            prop_assert_eq!(Digits::of(code).text(), kept);
            prop_assert_eq!(Digits::of(code).is_empty(), kept.as_str().is_empty());
        }
    }
}

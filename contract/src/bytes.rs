//! Raw bytes as a tap saw them; written as hexadecimal text in a stored trace.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Bytes on a wire or in a flash, in order.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Bytes(pub Box<[u8]>);

impl Bytes {
    /// Lower-case hexadecimal, two characters a byte.
    pub fn to_hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(self.0.len() * 2);
        for byte in &*self.0 {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        text
    }

    /// The bytes that `text` spells; `None` for an odd length or another character.
    pub fn from_hex(text: &str) -> Option<Bytes> {
        let nibble = |b: u8| char::from(b).to_digit(16);
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        let byte = |pair: &[u8; 2]| u8::try_from(nibble(pair[0])? * 16 + nibble(pair[1])?).ok();
        pairs.iter().map(byte).collect::<Option<Box<[u8]>>>().map(Bytes)
    }

    /// Whether `part` stands somewhere in these bytes. An empty part stands everywhere.
    pub fn contains(&self, part: &[u8]) -> bool {
        part.is_empty() || self.0.windows(part.len()).any(|window| window == part)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Bytes {
        Bytes(bytes.into())
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Bytes::from_hex(&text).ok_or_else(|| de::Error::custom("bytes are pairs of hex digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_goes_both_ways_and_refuses_the_rest() {
        let bytes = Bytes::from(&[0u8, 0x7f, 0xff][..]);
        assert_eq!(bytes.to_hex(), "007fff");
        assert_eq!(Bytes::from_hex("007FFF"), Some(bytes));
        assert_eq!(Bytes::from_hex("0"), None);
        assert_eq!(Bytes::from_hex("0g"), None);
    }
}

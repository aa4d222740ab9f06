//! `+CSCS`: how the terminal writes and reads texts (3GPP TS 27.007, 5.5).

use super::{from_hex, gsm7, to_hex};

/// A character set of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// The default alphabet, a byte a code.
    Gsm,
    /// ASCII.
    Ira,
    /// UTF-16 in hexadecimal digits.
    Ucs2,
}

impl Charset {
    pub(super) const ALL: [Charset; 3] = [Charset::Gsm, Charset::Ira, Charset::Ucs2];

    pub(super) fn name(self) -> &'static str {
        match self {
            Charset::Gsm => "GSM",
            Charset::Ira => "IRA",
            Charset::Ucs2 => "UCS2",
        }
    }

    /// What it can't say is a question mark.
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Charset::Gsm => {
                text.chars().flat_map(|c| gsm7::encode_char(c).unwrap_or(vec![b'?'])).collect()
            }
            Charset::Ira => {
                let ascii = |c: char| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?');
                text.chars().map(ascii).collect()
            }
            Charset::Ucs2 => {
                let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
                to_hex(&bytes).into_bytes()
            }
        }
    }

    /// `None` when the bytes are not written in it.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Charset::Gsm => Some(gsm7::decode(bytes)),
            Charset::Ira => Some(String::from_utf8_lossy(bytes).into_owned()),
            Charset::Ucs2 => {
                let bytes = from_hex(std::str::from_utf8(bytes).ok()?.trim())?;
                let units =
                    bytes.chunks(2).map(|pair| pair.try_into().ok().map(u16::from_be_bytes));
                String::from_utf16(&units.collect::<Option<Vec<_>>>()?).ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_writes_and_reads() {
        for set in Charset::ALL {
            assert_eq!(set.decode(&set.encode("CNY 12.50")).as_deref(), Some("CNY 12.50"));
        }
        assert_eq!(Charset::Ucs2.encode("收"), b"6536");
        assert_eq!(Charset::Ira.encode("收A"), b"?A");
        assert_eq!(Charset::Ucs2.decode(b"653"), None);
    }
}

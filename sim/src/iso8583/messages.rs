//! Which kinds of messages a profile has: what tells one from another, and the constants that each
//! carries. Knows no values.

use contract::Purpose;
use serde::{Deserialize, Deserializer, de};

/// One kind of message, as request and as answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageSpec {
    /// What it is for.
    pub purpose: Purpose,
    /// The request's type, `0x0200` for "0200".
    #[serde(deserialize_with = "message_type")]
    pub mti: u16,
    /// Field 3, the processing code.
    pub processing: Option<Box<str>>,
    /// Field 22 of a request: how the payment code was entered.
    pub entry: Option<Box<str>>,
    /// Field 25: under which conditions.
    pub condition: Option<Box<str>>,
    /// Field 60.1: two digits.
    pub kind: Box<str>,
    /// Field 60.3: three digits.
    pub network: u16,
    /// The field in which payment code and order number stand; none for a message without order.
    pub scan: Option<u8>,
    /// Which of the fields 15, 32 and 38 an answer carries, where the host has something to say.
    #[serde(default)]
    pub answer: Box<[u8]>,
}

/// What an answer's type has more than its request's: 0200, 0210.
const ANSWER: u16 = 0x0010;

impl MessageSpec {
    /// The type of the request, or of the answer.
    pub fn mti(&self, answer: bool) -> u16 {
        self.mti | if answer { ANSWER } else { 0 }
    }

    /// Whether this kind has this message type and processing code, and if so, whether it is the
    /// answer.
    pub fn fits(&self, mti: u16, processing: Option<&str>) -> Option<bool> {
        let same = self.mti == mti & !ANSWER && self.processing.as_deref() == processing;
        same.then_some(mti & ANSWER != 0)
    }
}

fn message_type<'de, D: Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
    let text = String::deserialize(from)?;
    let digits = text.len() == 4 && text.bytes().all(|digit| digit.is_ascii_digit());
    match u16::from_str_radix(&text, 16) {
        Ok(mti) if digits && mti & ANSWER == 0 => Ok(mti),
        _ => Err(de::Error::custom("mti is four digits, and a request's: the third one is even")),
    }
}

/// Whether every kind is listed once and can be told from the others.
pub(super) fn check(messages: &[MessageSpec]) -> Result<(), String> {
    for (place, spec) in messages.iter().enumerate() {
        let fail = |why: &str| Err(format!("message {:?}: {why}", spec.purpose));
        if spec.kind.len() != 2 || !spec.kind.bytes().all(|digit| digit.is_ascii_digit()) {
            return fail("kind is two digits");
        }
        if spec.network > 999 {
            return fail("network is 0 to 999");
        }
        if !spec.answer.iter().all(|number| [15, 32, 38].contains(number)) {
            return fail("answer lists some of 15, 32 and 38");
        }
        let alike = |other: &MessageSpec| {
            other.purpose == spec.purpose
                || other.fits(spec.mti, spec.processing.as_deref()).is_some()
        };
        if messages[..place].iter().any(alike) {
            return fail("listed twice, or not to be told from another by mti and processing");
        }
    }
    Ok(())
}

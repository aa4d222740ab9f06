//! The payment messages as they stand in ISO 8583 fields: sale, query, reversal, sign-in and echo
//! of a scan payment, on the layout of China UnionPay's POS messages.
//!
//! Says what the bytes say and judges nothing: a message that lacks its amount is still a message,
//! and the host answers it with a format error. Where what stands:
//!
//! | field | content |
//! |---|---|
//! | 3 | `000000` sale and reversal, `310000` query; none in sign-in and echo |
//! | 4, 49 | amount in fen, currency |
//! | 11 | STAN; in a reversal and its answer that of the sale |
//! | 12, 13 | host's time; in the answer to a query the moment of payment |
//! | 22, 25 | `032` (barcode or QR code, no PIN) in payment requests, `00` |
//! | 37 | the host's reference number |
//! | 39 | response code; in a reversal its reason; in the answer to a query the order's outcome |
//! | 41, 42 | terminal and merchant, filled up with blanks |
//! | 59 | payment code and order number, tagged (see `private`) |
//! | 60 | message type, batch, network code |
//! | 61 | batch and STAN of the sale that a query asks for |
//! | 63 | the merchant's services in the answer to a sign-in, such as `SMS=0` |

mod clock;
pub mod codes;
mod layout;
mod private;

use std::fmt;

use contract::{Message, Time};

use crate::iso8583::{self, DecodeError, EncodeError, Profile};

/// A message with what only host and terminal need to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdu {
    /// What it says.
    pub message: Message,
    /// Fields 12 and 13 in whole seconds; the year is not sent. The rig's time zero stands there as
    /// 2026-01-01 00:00:00, so that a rig can run for the 365 days of that year.
    pub host_time: Option<Time>,
    /// Field 37, the host's reference number: 12 letters or digits.
    pub rrn: Option<String>,
    /// Field 63: the merchant's service switches, `SMS=0`.
    pub services: Option<String>,
    /// Field 61: which sale a query asks for, beside the order number.
    pub original: Option<Original>,
}

/// The sale that another message is about. Terminal number, batch and STAN name a transaction; the
/// date (61.3) is left out because a batch does not use a STAN twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Original {
    /// Its batch.
    pub batch: u32,
    /// Its STAN.
    pub stan: u32,
}

impl From<Message> for Pdu {
    fn from(message: Message) -> Pdu {
        Pdu { message, host_time: None, rrn: None, services: None, original: None }
    }
}

impl Pdu {
    /// The frame of this message, with its length prefix.
    ///
    /// # Errors
    /// A value that does not fit its field.
    pub fn encode(&self, profile: &Profile) -> Result<Vec<u8>, WireError> {
        iso8583::encode(profile, &layout::fields_of(self)?).map_err(WireError::Encode)
    }

    /// Reads a frame, with its length prefix.
    ///
    /// # Errors
    /// Not a frame of the profile, or not a payment message.
    pub fn decode(profile: &Profile, frame: &[u8]) -> Result<Pdu, WireError> {
        layout::pdu_of(&iso8583::decode(profile, frame).map_err(WireError::Decode)?)
    }
}

/// Why bytes are not a payment message, or a payment message can't be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireError {
    /// Not a frame of the profile.
    Decode(DecodeError),
    /// A value that its field can't hold.
    Encode(EncodeError),
    /// A message of a kind that is not known here.
    Kind {
        /// Its type, `0x0500` for "0500".
        mti: u16,
        /// Its processing code (field 3), if it has one.
        processing: Option<String>,
    },
    /// A field that every message has is missing.
    Missing(u8),
    /// A field's content makes no sense.
    Content {
        /// Which field.
        field: u8,
        /// What is wrong.
        why: &'static str,
    },
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WireError::Decode(e) => e.fmt(f),
            WireError::Encode(e) => e.fmt(f),
            WireError::Kind { mti, processing: Some(code) } => {
                write!(f, "no payment message has type {mti:04x} and processing code {code}")
            }
            WireError::Kind { mti, processing: None } => {
                write!(f, "no payment message has type {mti:04x} without processing code")
            }
            WireError::Missing(field) => write!(f, "field {field} is missing"),
            WireError::Content { field, why } => write!(f, "field {field}: {why}"),
        }
    }
}

impl std::error::Error for WireError {}

#[cfg(test)]
mod tests;

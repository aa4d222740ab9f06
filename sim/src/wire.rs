//! The payment messages as they stand in ISO 8583 fields: sale, query, reversal, void, refund,
//! settlement, batch upload, sign-in and echo, on the layout of China UnionPay's POS messages.
//!
//! Says what the bytes say and judges nothing: a message that lacks its amount is still a message,
//! and the host answers it with a format error. What tells the kinds of messages apart, and the
//! field of the scan payment, is the profile's. Where what stands:
//!
//! | field | content |
//! |---|---|
//! | 3, 22, 25 | constants of the profile |
//! | 4, 49 | amount in fen, currency |
//! | 11 | STAN; in a reversal and its answer that of the sale |
//! | 15, 32, 38 | settlement date, acquirer, authorisation, in answers (see `Clearing`) |
//! | 12, 13 | host's time; in the answer to a query the moment of payment |
//! | 37 | the host's reference number, an order's own; in a void or refund that of the payment |
//! | 39 | response code; in a reversal its reason; in the answer to a query the order's outcome |
//! | 41, 42 | terminal and merchant, filled up with blanks |
//! | 44 | in the answer "duplicate transaction": the response code of the first (assumption) |
//! | 48 | totals of a settlement (see `totals`) |
//! | 59 or 62 | payment code and order number, tagged (see `private`) |
//! | 60 | message type, batch, network code |
//! | 61 | batch, STAN and date of what a void, refund or reversal is about; a query: no date |
//! | 62 | working keys in the answer to a sign-in (see `keys`) |
//! | 63 | versions and the merchant's services (see `services`) |
//! | 64 | MAC, where `seal` writes the frame; reading passes it by, `mac::verify` checks it |

mod clock;
pub mod codes;
pub mod keys;
mod layout;
mod private;
pub mod security;
pub mod services;
pub mod totals;

use std::fmt;

use contract::{FieldText, Message, Purpose, Time};

use crate::iso8583::mac::{self, MacError, MacKey};
use crate::iso8583::{self, DecodeError, EncodeError, Header, Profile};
use keys::Keys;
use services::Services;
use totals::Totals;

/// A message with what only host and terminal need to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdu {
    /// What it says.
    pub message: Message,
    /// TPDU and header as they were read, or those to write; `None` writes the profile's own, and
    /// is what a profile without header reads. An answer takes `Header::answer` of its request.
    pub header: Option<Header>,
    /// Fields 12 and 13 in whole seconds; the year is not sent. The rig's time zero stands there as
    /// 2026-01-01 00:00:00, so that a rig can run for the 365 days of that year.
    pub host_time: Option<Time>,
    /// Field 37, the host's reference number: 12 letters or digits.
    pub rrn: Option<String>,
    /// Fields 15, 32 and 38 of an answer.
    pub clearing: Option<Box<Clearing>>,
    /// Field 44 of the answer "duplicate transaction": what the first request was answered.
    pub first: Option<FieldText>,
    /// Field 63: versions, the merchant's service switches. In a box as those below are: a fleet
    /// holds many messages, few have any.
    pub services: Option<Box<Services>>,
    /// Field 61: which payment a query, void, refund or reversal is about, beside the order number.
    pub original: Option<Original>,
    /// Field 60.3 where it is not the profile's for this kind of message, as at the end of a batch
    /// upload; written only beside the batch.
    pub network: Option<u16>,
    /// Field 48 of a settlement.
    pub totals: Option<Box<Totals>>,
    /// Field 62 of the answer to a sign-in.
    pub keys: Option<Box<Keys>>,
}

/// By whom and when a payment is cleared. Which of it an answer carries is the profile's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clearing {
    /// Field 32, the acquiring institution: up to 11 digits.
    pub acquirer: Option<FieldText>,
    /// Field 38, the authorisation of an approved payment: 6 letters or digits.
    pub approval: Option<FieldText>,
    /// Field 15, month and day of the settlement as `MMDD`.
    pub date: Option<u16>,
}

/// The payment that another message is about. Terminal number, batch and STAN name a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Original {
    /// Its batch.
    pub batch: u32,
    /// Its STAN.
    pub stan: u32,
    /// Month and day of it as `MMDD`, in a void, refund or reversal. A query does without.
    pub date: Option<u16>,
}

impl From<Message> for Pdu {
    fn from(message: Message) -> Pdu {
        Pdu {
            message,
            header: None,
            host_time: None,
            rrn: None,
            clearing: None,
            first: None,
            services: None,
            original: None,
            network: None,
            totals: None,
            keys: None,
        }
    }
}

impl Pdu {
    /// Field 39: the response code of an answer, the reason of a reversal.
    pub fn response(&self) -> Option<&str> {
        self.message.response.as_deref()
    }

    /// The frame of this message, with its length prefix.
    ///
    /// # Errors
    /// A value that does not fit its field.
    pub fn encode(&self, profile: &Profile) -> Result<Vec<u8>, WireError> {
        iso8583::encode(profile, &layout::fields_of(self, profile)?).map_err(WireError::Encode)
    }

    /// The frame of this message with a MAC in field 64.
    ///
    /// # Errors
    /// A value that does not fit its field, or a profile without field 64.
    pub fn seal(&self, profile: &Profile, key: &MacKey) -> Result<Vec<u8>, WireError> {
        mac::seal(profile, layout::fields_of(self, profile)?, key).map_err(WireError::Mac)
    }

    /// Reads a frame, with its length prefix.
    ///
    /// # Errors
    /// Not a frame of the profile, or not a payment message: which field, and at which byte.
    pub fn decode(profile: &Profile, frame: &[u8]) -> Result<Pdu, WireError> {
        let fields = iso8583::decode(profile, frame).map_err(WireError::Decode)?;
        layout::pdu_of(&fields, profile).map_err(|error| error.placed(profile, frame))
    }
}

/// Why bytes are not a payment message, or a payment message can't be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireError {
    /// Not a frame of the profile.
    Decode(DecodeError),
    /// A value that its field can't hold.
    Encode(EncodeError),
    /// A message that can't be sealed.
    Mac(MacError),
    /// The profile has no messages of this purpose.
    NoSuchMessage(Purpose),
    /// A message of this type has no place for what it was given.
    NotCarried {
        /// Its type.
        mti: u16,
        /// What has no place.
        what: &'static str,
    },
    /// A message of a kind that is not known here.
    Kind {
        /// At which byte its processing code stands, or would stand.
        at: Option<usize>,
        /// Its type, `0x0500` for "0500".
        mti: u16,
        /// Its processing code (field 3), if it has one.
        processing: Option<String>,
    },
    /// A field that every message has is missing.
    Missing {
        /// Which field.
        field: u8,
        /// At which byte it would stand.
        at: Option<usize>,
    },
    /// A field's content makes no sense.
    Content {
        /// Which field.
        field: u8,
        /// At which byte it begins, counted as in `DecodeError`; `None` in a message that can't be
        /// written.
        at: Option<usize>,
        /// What is wrong.
        why: &'static str,
    },
}

impl WireError {
    /// At which byte of a frame that was read; `None` for a message that can't be written.
    pub fn at(&self) -> Option<usize> {
        match self {
            WireError::Decode(error) => Some(error.at),
            WireError::Missing { at, .. }
            | WireError::Content { at, .. }
            | WireError::Kind { at, .. } => *at,
            _ => None,
        }
    }

    fn missing(field: u8) -> WireError {
        WireError::Missing { field, at: None }
    }

    fn content(field: u8, why: &'static str) -> WireError {
        WireError::Content { field, at: None, why }
    }

    /// With the byte of the frame at which it is.
    fn placed(mut self, profile: &Profile, frame: &[u8]) -> WireError {
        let place = |field| iso8583::place_of(profile, frame, field);
        match &mut self {
            WireError::Missing { field, at } | WireError::Content { field, at, .. } => {
                *at = place(*field);
            }
            WireError::Kind { at, .. } => *at = place(3),
            _ => {}
        }
        self
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WireError::Decode(e) => e.fmt(f),
            WireError::Encode(e) => e.fmt(f),
            WireError::Mac(e) => e.fmt(f),
            WireError::NoSuchMessage(purpose) => {
                write!(f, "the profile has no message for {purpose:?}")
            }
            WireError::NotCarried { mti, what } => {
                write!(f, "message type {mti:04x} carries no {what}")
            }
            WireError::Kind { at, mti, processing } => {
                write!(f, "no payment message has type {mti:04x} ")?;
                match processing {
                    Some(code) => write!(f, "and processing code {code}{}", Place(*at)),
                    None => write!(f, "without processing code{}", Place(*at)),
                }
            }
            WireError::Missing { field, at } => write!(f, "field {field} is missing{}", Place(*at)),
            WireError::Content { field, at, why } => {
                write!(f, "field {field}{}: {why}", Place(*at))
            }
        }
    }
}

/// ` at byte 12`, where that is known.
struct Place(Option<usize>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |at| write!(f, " at byte {at}"))
    }
}

impl std::error::Error for WireError {}

#[cfg(test)]
mod tests;

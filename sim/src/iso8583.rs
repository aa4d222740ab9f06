//! ISO 8583: the message format between payment terminals and acquirers' hosts.
//!
//! A `Profile` is data: a TOML file lists framing and fields, so that another acquirer's dialect is
//! another file. A *frame* is one whole message as it stands on the wire, with its length prefix.
//! This module knows layouts, not payments: what a sale or a reversal is stands in `wire`.

mod decode;
mod encode;
mod error;
mod fields;
mod frame;
mod header;
pub mod key;
pub mod mac;
mod messages;
mod profile;

pub use decode::decode;
pub(crate) use decode::place_of;
pub use encode::encode;
pub use error::{DecodeError, EncodeError, Malformed, Part};
pub use fields::Fields;
pub use frame::{FrameError, Framer, read_frame, write_frame};
pub use header::{Header, Requirement};
pub use messages::MessageSpec;
pub use profile::{
    Encoding, FieldSpec, Format, Framing, Justify, Length, Order, Profile, ProfileError, built_in,
    cup_scan, plain87,
};

#[cfg(test)]
mod tests;

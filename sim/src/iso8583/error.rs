//! What can be wrong with a message, and where. The texts stand in traces and diagnoses, so they
//! name field and byte.

use std::fmt;

/// A part of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The length prefix.
    Length,
    /// TPDU and header.
    Header,
    /// The message type.
    Mti,
    /// The bitmaps.
    Bitmap,
    /// A field's length or value.
    Field(u8),
    /// What stands behind the last field.
    End,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Length => f.write_str("length prefix"),
            Part::Header => f.write_str("header"),
            Part::Mti => f.write_str("message type"),
            Part::Bitmap => f.write_str("bitmap"),
            Part::Field(number) => write!(f, "field {number}"),
            Part::End => f.write_str("end"),
        }
    }
}

/// Why bytes are not a message of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeError {
    /// In which part.
    pub part: Part,
    /// At which byte, counted from 0 at the first byte of the length prefix.
    pub at: usize,
    /// What is wrong there.
    pub why: Malformed,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {}", self.part, self.at, self.why)
    }
}

impl std::error::Error for DecodeError {}

/// What is wrong at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// The message ends too early.
    Short {
        /// Bytes that this part needs.
        needs: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// The length prefix does not say how long the frame is.
    Length {
        /// What it says.
        says: usize,
        /// What follows it.
        follow: usize,
    },
    /// A byte that this part can't hold.
    Byte(u8),
    /// A variable field of no length or longer than it may be.
    Size {
        /// What its length says.
        says: usize,
        /// What it may say.
        max: usize,
    },
    /// The profile has no such field, so that nobody knows how long it is.
    Unknown,
    /// Bytes are left behind the last field.
    Trailing(usize),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Malformed::Short { needs, left } => write!(f, "needs {needs} bytes, {left} are left"),
            Malformed::Length { says, follow } => write!(f, "says {says}, but {follow} follow"),
            Malformed::Byte(byte) => write!(f, "byte {byte:#04x} is not allowed here"),
            Malformed::Size { says, max } => write!(f, "length {says} is not 1 to {max}"),
            Malformed::Unknown => f.write_str("the profile has no such field"),
            Malformed::Trailing(count) => write!(f, "{count} bytes behind the last field"),
        }
    }
}

/// Why a message can't be written in a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncodeError {
    /// The message type has a digit above 9.
    Mti(u16),
    /// TPDU and header are given where the profile has none, or missing where it has them.
    Header {
        /// Whether the message has them.
        has: bool,
    },
    /// The profile has no such field.
    Unknown(u8),
    /// A value is too long, too short or empty.
    Size {
        /// Of this field.
        field: u8,
        /// Its length in characters.
        has: usize,
        /// The shortest allowed.
        min: usize,
        /// The longest allowed.
        max: usize,
    },
    /// A value holds what its format does not allow.
    Byte {
        /// In this field.
        field: u8,
        /// At this place of the value, counted from 0.
        at: usize,
        /// This byte.
        byte: u8,
    },
    /// The whole message is longer than the profile's frames.
    TooLong {
        /// Its length in bytes, without the prefix.
        has: usize,
        /// The longest allowed.
        max: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            EncodeError::Mti(mti) => write!(f, "message type {mti:04x} is not four digits"),
            EncodeError::Header { has: true } => {
                f.write_str("the message has a header, the profile has none")
            }
            EncodeError::Header { has: false } => {
                f.write_str("the message has no header, the profile needs one")
            }
            EncodeError::Unknown(field) => {
                write!(f, "field {field}: the profile has no such field")
            }
            EncodeError::Size { field, has, min, max } if min == max => {
                write!(f, "field {field}: length {has} is not {max}")
            }
            EncodeError::Size { field, has, min, max } => {
                write!(f, "field {field}: length {has} is not {min} to {max}")
            }
            EncodeError::Byte { field, at, byte } => {
                write!(f, "field {field}: byte {byte:#04x} at place {at} is not allowed")
            }
            EncodeError::TooLong { has, max } => {
                write!(f, "the message has {has} bytes, a frame holds {max}")
            }
        }
    }
}

impl std::error::Error for EncodeError {}

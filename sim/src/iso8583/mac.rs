//! The message authentication code in field 64: it shows that a message was made by somebody who
//! has the key, and that nobody changed it on its way.
//!
//! Covers the message from its type to the last field before 64; length prefix, TPDU and header
//! stay outside, because the network may change them. Knows no keys: who has which is the parties'
//! affair.

use std::fmt;

use serde::Deserialize;

use super::encode::encode;
use super::error::EncodeError;
use super::fields::Fields;
use super::header::Header;
use super::key::{BLOCK, Key, KeyError};
use super::profile::{Encoding, Profile};

/// The field of the code.
const FIELD: u8 = 64;

/// How a code is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// China UnionPay's: all blocks by exclusive or, the result as 16 hexadecimal digits in ASCII,
    /// half of them encrypted, combined with the other half and encrypted again. The code is the
    /// first 8 digits of that in ASCII (gist.github.com/yinheli/3b46200db9e85f354a6d).
    CupEcb,
    /// ANSI X9.19, the retail MAC: a chain of blocks with the key's left half, the last one with
    /// both. The code is 8 bytes.
    X919,
}

/// A key with what is to be done with it.
#[derive(Debug, Clone)]
pub struct MacKey {
    algorithm: Algorithm,
    key: Key,
}

/// Why a message could not be sealed, or is not to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacError {
    /// The message can't be written.
    Encode(EncodeError),
    /// The message has no field 64, or ends before its bitmap.
    Missing,
    /// The message has fields behind 64, which its code would not cover.
    NotLast,
    /// The code is not that of these bytes under this key.
    Wrong {
        /// What stands in field 64.
        has: [u8; BLOCK],
        /// What ought to stand there.
        needs: [u8; BLOCK],
    },
}

impl fmt::Display for MacError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MacError::Encode(e) => e.fmt(f),
            MacError::Missing => f.write_str("field 64: the message has no MAC"),
            MacError::NotLast => f.write_str("field 64: the MAC does not cover the fields behind"),
            MacError::Wrong { has, needs } => {
                let [has, needs] = [has, needs].map(|code| u64::from_be_bytes(*code));
                write!(f, "field 64: the MAC is {has:016x}, the message's is {needs:016x}")
            }
        }
    }
}

impl std::error::Error for MacError {}

impl MacKey {
    /// A key for this algorithm.
    ///
    /// # Errors
    /// A key of single length for ANSI X9.19.
    pub fn new(algorithm: Algorithm, key: Key) -> Result<MacKey, KeyError> {
        if algorithm == Algorithm::X919 && !key.is_double() {
            return Err(KeyError::Single);
        }
        Ok(MacKey { algorithm, key })
    }

    /// The code of these bytes, which are filled up with zeros to whole blocks.
    pub fn mac(&self, bytes: &[u8]) -> [u8; BLOCK] {
        match self.algorithm {
            Algorithm::CupEcb => {
                let (first, second) = hex(bytes.chunks(BLOCK).map(block).fold([0; BLOCK], xor));
                hex(self.key.encrypt(xor(self.key.encrypt(first), second))).0
            }
            Algorithm::X919 => {
                let (chain, last) = bytes.split_at(bytes.len().saturating_sub(1) / BLOCK * BLOCK);
                let step = |state, next| self.key.encrypt_left(xor(state, next));
                let state = chain.chunks(BLOCK).map(block).fold([0; BLOCK], step);
                self.key.encrypt(xor(state, block(last)))
            }
        }
    }
}

/// Up to 8 bytes, with zeros behind.
fn block(bytes: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..bytes.len()].copy_from_slice(bytes);
    block
}

fn xor(a: [u8; BLOCK], b: [u8; BLOCK]) -> [u8; BLOCK] {
    (u64::from_be_bytes(a) ^ u64::from_be_bytes(b)).to_be_bytes()
}

/// A block as 16 hexadecimal digits in ASCII, in two halves.
fn hex(block: [u8; BLOCK]) -> ([u8; BLOCK], [u8; BLOCK]) {
    let digit = |place: usize| {
        let byte = block[place / 2];
        let nibble = if place.is_multiple_of(2) { byte >> 4 } else { byte & 0xf };
        b"0123456789ABCDEF"[usize::from(nibble)]
    };
    (std::array::from_fn(digit), std::array::from_fn(|place| digit(place + BLOCK)))
}

/// Writes a whole frame with its code in field 64.
///
/// # Errors
/// What `encode` refuses; a profile without field 64; a message with fields behind it.
pub fn seal(profile: &Profile, mut fields: Fields, key: &MacKey) -> Result<Vec<u8>, MacError> {
    fields.set(FIELD, &[0; BLOCK]);
    let mut frame = encode(profile, &fields).map_err(MacError::Encode)?;
    let (covered, _) = parts(profile, &frame)?;
    let code = key.mac(covered);
    let end = frame.len();
    frame[end - BLOCK..].copy_from_slice(&code);
    Ok(frame)
}

/// Whether the code in field 64 is that of the message. Of the frame it reads type and bitmap only:
/// whether it is a message at all says `decode`.
///
/// # Errors
/// No code, one that does not cover all fields, or another than the message has.
pub fn verify(profile: &Profile, frame: &[u8], key: &MacKey) -> Result<(), MacError> {
    let (covered, has) = parts(profile, frame)?;
    let needs = key.mac(covered);
    if has == needs { Ok(()) } else { Err(MacError::Wrong { has, needs }) }
}

/// What a frame's code covers, and the code.
fn parts<'a>(profile: &Profile, frame: &'a [u8]) -> Result<(&'a [u8], [u8; BLOCK]), MacError> {
    let framing = profile.framing();
    let start = framing.length_bytes + profile.header().map_or(0, |_| Header::BYTES);
    let mti = if framing.mti == Encoding::Bcd { 2 } else { 4 };
    let message = frame.get(start..).ok_or(MacError::Missing)?;
    let bitmap = message.get(mti..mti + BLOCK).ok_or(MacError::Missing)?;
    if bitmap[BLOCK - 1] & 1 == 0 {
        return Err(MacError::Missing);
    }
    if bitmap[0] & 0x80 != 0 {
        return Err(MacError::NotLast);
    }
    match message.split_last_chunk() {
        Some((covered, code)) if covered.len() >= mti + BLOCK => Ok((covered, *code)),
        _ => Err(MacError::Missing),
    }
}

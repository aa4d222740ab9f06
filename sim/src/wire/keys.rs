//! Working keys in the answer to a sign-in (field 62): first that for PINs, then that for MACs,
//! each encrypted under the terminal's master key and followed by its check value.
//!
//! In a profile whose field 62 is binary the bytes stand there as they are, otherwise as
//! hexadecimal digits. 40 bytes are two keys of 16, 24 bytes two of 8
//! (blog.csdn.net/nocodelife/article/details/8454627).

use arrayvec::ArrayVec;
use contract::Bytes;

use super::WireError;
use crate::iso8583::key::{BLOCK, Key, KeyError};
use crate::iso8583::{Format, Profile};

/// The field of the keys.
pub(super) const FIELD: u8 = 62;

/// The keys of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Encrypts PINs.
    pub pin: WorkingKey,
    /// Makes MACs.
    pub mac: WorkingKey,
}

/// An encrypted key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingKey {
    cryptogram: ArrayVec<u8, 16>,
    check: [u8; WorkingKey::CHECK],
}

impl WorkingKey {
    /// Bytes of the check value.
    const CHECK: usize = 4;

    /// Encrypts a key under the master key, block by block. The check value is the beginning of
    /// eight zero bytes encrypted with the key itself (assumption: the usual one).
    ///
    /// # Errors
    /// Neither 8 nor 16 bytes.
    pub fn wrap(clear: &[u8], master: &Key) -> Result<WorkingKey, KeyError> {
        let check = check_value(&Key::new(clear)?);
        let cryptogram = ecb(clear, |block| master.encrypt(block));
        Ok(WorkingKey { cryptogram, check })
    }

    /// Takes the key out.
    ///
    /// # Errors
    /// `Check` for another master key or spoiled bytes.
    pub fn unwrap(&self, master: &Key) -> Result<Key, KeyError> {
        let key = Key::new(&ecb(&self.cryptogram, |block| master.decrypt(block)))?;
        if check_value(&key) == self.check { Ok(key) } else { Err(KeyError::Check) }
    }
}

fn check_value(key: &Key) -> [u8; WorkingKey::CHECK] {
    let [a, b, c, d, ..] = key.encrypt([0; BLOCK]);
    [a, b, c, d]
}

fn ecb(bytes: &[u8], step: impl Fn([u8; BLOCK]) -> [u8; BLOCK]) -> ArrayVec<u8, 16> {
    bytes.as_chunks().0.iter().flat_map(|block| step(*block)).collect()
}

/// Field 62.
pub(super) fn print(keys: &Keys, profile: &Profile) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(40);
    for key in [&keys.pin, &keys.mac] {
        bytes.extend_from_slice(&key.cryptogram);
        bytes.extend_from_slice(&key.check);
    }
    if is_binary(profile) { bytes } else { Bytes::from(&bytes[..]).to_hex().into_bytes() }
}

/// The keys in field 62.
pub(super) fn parse(value: &[u8], profile: &Profile) -> Result<Keys, WireError> {
    let why = "not two keys of 8 or 16 bytes with check values";
    let unknown = || WireError::content(FIELD, why);
    let hex;
    let bytes = if is_binary(profile) {
        value
    } else {
        let text = std::str::from_utf8(value).map_err(|_| unknown())?;
        hex = Bytes::from_hex(text).ok_or_else(unknown)?;
        &hex.0
    };
    let (pin, mac) = bytes.split_at(bytes.len() / 2);
    Ok(Keys { pin: key(pin).ok_or_else(unknown)?, mac: key(mac).ok_or_else(unknown)? })
}

fn key(bytes: &[u8]) -> Option<WorkingKey> {
    let (cryptogram, check) = bytes.split_last_chunk()?;
    let fits = [BLOCK, 2 * BLOCK].contains(&cryptogram.len());
    let cryptogram = fits.then(|| cryptogram.iter().copied().collect())?;
    Some(WorkingKey { cryptogram, check: *check })
}

fn is_binary(profile: &Profile) -> bool {
    profile.field(FIELD).is_some_and(|spec| spec.format == Format::B)
}

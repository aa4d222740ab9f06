//! DES keys of single and double length, as terminals have them for MACs and for other keys. The
//! ciphers are old and weak; they are what the messages are made with.

use std::fmt;

use des::Des;
use des::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

/// Bytes of a block, and of a key of single length.
pub const BLOCK: usize = 8;

/// A key of 8 bytes (DES) or 16 bytes (3DES with two keys).
#[derive(Clone)]
pub struct Key {
    left: Des,
    right: Option<Des>,
}

/// Why bytes are not the key that is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyError {
    /// Neither 8 nor 16 bytes.
    Length(usize),
    /// ANSI X9.19 works with two keys only.
    Single,
    /// What came out of an encrypted key does not have its check value.
    Check,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::Length(has) => write!(f, "a key has 8 or 16 bytes, this one has {has}"),
            KeyError::Single => f.write_str("ANSI X9.19 needs a key of 16 bytes"),
            KeyError::Check => f.write_str("the key does not have its check value"),
        }
    }
}

impl std::error::Error for KeyError {}

impl Key {
    /// Takes a key's bytes; their parity bits do not count.
    ///
    /// # Errors
    /// Neither 8 nor 16 bytes.
    pub fn new(bytes: &[u8]) -> Result<Key, KeyError> {
        let des =
            |half: &[u8]| Des::new_from_slice(half).map_err(|_| KeyError::Length(bytes.len()));
        match bytes.split_at_checked(BLOCK) {
            Some((left, [])) => Ok(Key { left: des(left)?, right: None }),
            Some((left, right)) => Ok(Key { left: des(left)?, right: Some(des(right)?) }),
            None => Err(KeyError::Length(bytes.len())),
        }
    }

    /// Whether it has 16 bytes.
    pub fn is_double(&self) -> bool {
        self.right.is_some()
    }

    /// Encrypts one block: DES, or 3DES as encrypt, decrypt, encrypt.
    pub fn encrypt(&self, block: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut block = block.into();
        self.left.encrypt_block(&mut block);
        if let Some(right) = &self.right {
            right.decrypt_block(&mut block);
            self.left.encrypt_block(&mut block);
        }
        block.into()
    }

    /// Undoes `encrypt`.
    pub fn decrypt(&self, block: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut block = block.into();
        self.left.decrypt_block(&mut block);
        if let Some(right) = &self.right {
            right.encrypt_block(&mut block);
            self.left.decrypt_block(&mut block);
        }
        block.into()
    }

    /// Encrypts one block with the left half alone.
    pub(super) fn encrypt_left(&self, block: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut block = block.into();
        self.left.encrypt_block(&mut block);
        block.into()
    }
}

/// Says which kind of key it is, and not the key.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_double() { "Key(16 bytes)" } else { "Key(8 bytes)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_encrypted_as_des_and_3des_do() {
        // FIPS 46-3's usual example, and the identity that makes 3DES with equal halves DES.
        let half = 0x1334_5779_9bbc_dff1_u64.to_be_bytes();
        let plain = 0x0123_4567_89ab_cdef_u64.to_be_bytes();
        let single = Key::new(&half).unwrap();
        assert_eq!(single.encrypt(plain), 0x85e8_1354_0f0a_b405_u64.to_be_bytes());
        let double = Key::new(&[half, half].concat()).unwrap();
        assert_eq!(double.encrypt(plain), single.encrypt(plain));
        let other = Key::new(&[half, plain].concat()).unwrap();
        assert_ne!(other.encrypt(plain), single.encrypt(plain));
        for key in [single, double, other] {
            assert_eq!(key.decrypt(key.encrypt(plain)), plain);
        }
    }

    #[test]
    fn keys_of_other_lengths_are_refused() {
        for length in [0, 7, 9, 15, 17, 24] {
            assert_eq!(Key::new(&vec![1; length]).unwrap_err(), KeyError::Length(length));
        }
    }
}

//! TPDU and header, which stand before the message type in the POS messages of China UnionPay. Both
//! are digits: `60` and two addresses of four, then class, software and state of the terminal.
//!
//! Layout: TPDU and answer as in blog.csdn.net/nocodelife/article/details/8454627, the header's
//! digits as in blog.csdn.net/wangerrong/article/details/132671607.

use std::fmt;

use serde::Deserialize;

/// Bytes of a TPDU.
const TPDU: usize = 5;

/// The first byte of every TPDU.
const TPDU_ID: u8 = 0x60;

/// TPDU and header of one message: 11 bytes of two digits each.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Header([u8; Header::BYTES]);

/// What the host wants of the terminal next; a digit of the header of any answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing.
    None,
    /// Download the terminal's parameters.
    Parameters,
    /// Upload the terminal's state.
    UploadState,
    /// Sign in again before anything else.
    SignIn,
    /// Download the public keys of the card schemes.
    CaKeys,
    /// Download the parameters for chip cards.
    IcParameters,
    /// Download software.
    Software,
    /// Download the list of blocked cards.
    Blacklist,
    /// Download the exchange rates.
    Currency,
    /// Download the parameters for contactless payments.
    Contactless,
}

impl Requirement {
    /// By their digit.
    pub const ALL: [Requirement; 10] = {
        use Requirement::*;
        [
            None,
            Parameters,
            UploadState,
            SignIn,
            CaKeys,
            IcParameters,
            Software,
            Blacklist,
            Currency,
            Contactless,
        ]
    };
}

impl Header {
    /// Bytes of TPDU and header.
    pub const BYTES: usize = 11;

    /// Takes the bytes of TPDU and header.
    ///
    /// # Errors
    /// The place of the first byte that is not two digits, or that begins no TPDU.
    pub fn new(bytes: [u8; Header::BYTES]) -> Result<Header, usize> {
        let no_digits = |byte: &u8| byte >> 4 > 9 || byte & 0xf > 9;
        match bytes.iter().position(no_digits) {
            _ if bytes[0] != TPDU_ID => Err(0),
            Some(at) => Err(at),
            None => Ok(Header(bytes)),
        }
    }

    /// As it stands on the wire.
    pub fn bytes(&self) -> &[u8; Header::BYTES] {
        &self.0
    }

    /// The header of the answer: it goes where the request came from, and demands nothing.
    #[must_use]
    pub fn answer(mut self) -> Header {
        self.0.swap(1, 3);
        self.0.swap(2, 4);
        self.demanding(Requirement::None)
    }

    /// What the host wants of the terminal next.
    pub fn requirement(&self) -> Requirement {
        Requirement::ALL[usize::from(self.0[TPDU + 2] & 0xf)]
    }

    /// The same header with this demand.
    #[must_use]
    pub fn demanding(mut self, requirement: Requirement) -> Header {
        let state = self.0[TPDU + 2] & 0xf0;
        self.0[TPDU + 2] = state | requirement as u8;
        self
    }
}

impl TryFrom<String> for Header {
    type Error = &'static str;

    fn try_from(digits: String) -> Result<Header, &'static str> {
        let why = "a header is 22 digits, the first two of them 60";
        let whole = digits.len() == 2 * Header::BYTES;
        if !whole || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(why);
        }
        let mut bytes = [0; Header::BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
            *byte = (pair[0] & 0xf) << 4 | pair[1] & 0xf;
        }
        Header::new(bytes).map_err(|_| why)
    }
}

/// The digits, in the groups that the standard gives them: TPDU, class, software, state and demand,
/// release.
impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(place, byte)| {
            let gap = if [1, 3, 5, 6, 7, 8].contains(&place) { " " } else { "" };
            write!(f, "{gap}{byte:02x}")
        })
    }
}

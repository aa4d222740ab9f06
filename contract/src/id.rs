//! Names of things: terminals, orders, intents, faults in force.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use arrayvec::ArrayString;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A terminal on the rig, counted from 1 and written `t1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TerminalId(pub u32);

impl fmt::Display for TerminalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t{}", self.0)
    }
}

impl FromStr for TerminalId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = text.strip_prefix('t').ok_or(())?;
        match number.parse() {
            Ok(n) if n > 0 && !number.starts_with(['0', '+']) => Ok(TerminalId(n)),
            _ => Err(()),
        }
    }
}

impl Serialize for TerminalId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TerminalId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|()| de::Error::custom("a terminal is written t1, t2, ..."))
    }
}

/// One customer's wish to pay once, whatever number of orders the terminal makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IntentId(pub u32);

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p{}", self.0)
    }
}

/// One fault put in force; the same number stands at its *on* and its *off*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FaultNo(pub u32);

/// A text of at most `N` bytes that is copied like a number.
macro_rules! short_text {
    ($(#[$doc:meta])* $name:ident, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default,
                 Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(ArrayString<$max>);

        impl $name {
            /// `None` when the text is longer than fits.
            pub fn new(text: &str) -> Option<$name> {
                ArrayString::from(text).ok().map($name)
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                self.0 == *text
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                self.0 == **text
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

short_text!(
    /// The order number that the merchant side gives (`out_trade_no`): the key of idempotency.
    /// At most 32 characters (domain: Lakala and WeChat both allow 32).
    OrderId, 32
);
short_text!(
    /// The text of a message's field: terminal number, merchant number, response code. At most 15
    /// characters, the merchant number's (ISO 8583 field 42).
    FieldText, 15
);
short_text!(
    /// The digits of a payment code; at most 24 (Alipay allows up to 24).
    CodeText, 24
);

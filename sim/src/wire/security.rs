//! Which messages carry a MAC, and whether one is to be trusted. Knows no sessions: who has which
//! key is the parties' affair.

use contract::{Message, Purpose};

use super::codes::{self, Class};
use crate::iso8583::Profile;
use crate::iso8583::mac::{self, MacKey};

/// Whether a message has to carry a MAC where the profile has one. Sign-in and echo come without,
/// because there is no key yet; so does an answer that demands a sign-in, because a host that lacks
/// the session's key can't make one.
pub fn carries_mac(message: &Message) -> bool {
    let management = matches!(message.purpose, Purpose::SignIn | Purpose::Echo);
    let demand =
        message.response.as_deref().is_some_and(|code| codes::known(code) == Some(Class::SignIn));
    !(management || message.answer && demand)
}

/// Whether a frame, which says `message`, was made by somebody who has this key.
pub fn is_genuine(
    profile: &Profile,
    frame: &[u8],
    message: &Message,
    key: Option<&MacKey>,
) -> bool {
    if profile.mac().is_none() || !carries_mac(message) {
        return true;
    }
    key.is_some_and(|key| mac::verify(profile, frame, key).is_ok())
}

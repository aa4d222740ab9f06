//! The host's security module: the terminals' master keys and the working keys of their sessions.
//! It outlives a restart of the host. Knows no payments.

use std::cell::RefCell;
use std::collections::BTreeMap;

use contract::{Message, TerminalId};
use rand::RngExt;

use crate::env;
use crate::iso8583::Profile;
use crate::iso8583::key::Key;
use crate::iso8583::mac::MacKey;
use crate::wire::keys::{Keys, WorkingKey};
use crate::wire::security::is_genuine;

/// A terminal's session.
#[derive(Default)]
struct Session {
    /// How often keys were given out.
    given: u32,
    /// It is over, and a new sign-in is due.
    expired: bool,
    mac: Option<MacKey>,
    /// The key before: what was sealed with it may still be under way.
    before: Option<MacKey>,
}

/// All keys.
pub(crate) struct Vault {
    seed: u64,
    wire: &'static Profile,
    sessions: RefCell<BTreeMap<TerminalId, Session>>,
}

impl Vault {
    /// Keys that are drawn from this seed.
    pub(crate) fn new(seed: u64, wire: &'static Profile) -> Vault {
        Vault { seed, wire, sessions: RefCell::default() }
    }

    /// The master key that a technician loads into a terminal; `None` where nothing is sealed.
    pub(crate) fn master(&self, terminal: TerminalId) -> Option<Key> {
        self.wire.mac()?;
        Key::new(&self.draw(&format!("master key {terminal}"))).ok()
    }

    /// A new session with new working keys; `None` where nothing is sealed.
    pub(crate) fn renew(&self, terminal: TerminalId) -> Option<Keys> {
        let mut sessions = self.sessions.borrow_mut();
        if let Some(session) = sessions.get_mut(&terminal) {
            session.expired = false;
        }
        let (master, algorithm) = (self.master(terminal)?, self.wire.mac()?);
        let session = sessions.entry(terminal).or_default();
        session.given += 1;
        let draw = |what| self.draw(&format!("{what} key {terminal} {}", session.given));
        let (pin, mac) = (draw("PIN"), draw("MAC"));
        session.before = session.mac.take();
        session.mac = Key::new(&mac).and_then(|key| MacKey::new(algorithm, key)).ok();
        let wrap = |clear: &[u8]| WorkingKey::wrap(clear, &master).ok();
        Some(Keys { pin: wrap(&pin)?, mac: wrap(&mac)? })
    }

    /// The session is over; what the terminal has of it is of no use any more.
    pub(crate) fn expire(&self, terminal: TerminalId) {
        let mut sessions = self.sessions.borrow_mut();
        let session = sessions.entry(terminal).or_default();
        session.before = session.mac.take();
        session.expired = true;
    }

    /// Whether a terminal has to sign in again.
    pub(crate) fn is_expired(&self, terminal: TerminalId) -> bool {
        self.sessions.borrow().get(&terminal).is_some_and(|session| session.expired)
    }

    /// The key that seals a terminal's messages now.
    pub(crate) fn mac(&self, terminal: TerminalId) -> Option<MacKey> {
        self.sessions.borrow().get(&terminal)?.mac.clone()
    }

    /// Whether a frame of or to a terminal was sealed with a key of its session, or of the one
    /// before: a tap can't know which of them the other end holds.
    pub(crate) fn sealed(&self, terminal: TerminalId, frame: &[u8], message: &Message) -> bool {
        let sessions = self.sessions.borrow();
        let session = sessions.get(&terminal);
        let keys = session.map_or([None, None], |one| [one.mac.as_ref(), one.before.as_ref()]);
        keys.into_iter().any(|key| is_genuine(self.wire, frame, message, key))
    }

    fn draw(&self, name: &str) -> [u8; 16] {
        env::rng(self.seed, name).random()
    }
}

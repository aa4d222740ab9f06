//! What a running host keeps in memory, and loses when it goes down. The wallet's books, the
//! batches and the keys outlive it and stand elsewhere.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

use contract::{Message, Purpose, TerminalId};

/// So many of a terminal's last requests are known for telling a reused STAN (assumption).
const REMEMBERED: usize = 64;

/// What a running host keeps in memory.
#[derive(Default)]
pub(super) struct Memory {
    /// A terminal's last financial requests.
    recent: RefCell<BTreeMap<TerminalId, VecDeque<Used>>>,
    /// The version of each terminal's image, as its sign-in told.
    versions: RefCell<BTreeMap<TerminalId, u16>>,
    /// The bytes of answers that are kept back.
    pub(super) held: RefCell<BTreeMap<TerminalId, Vec<u8>>>,
}

impl Memory {
    /// A terminal that tells no version is as good as any.
    pub(super) fn note_version(&self, terminal: TerminalId, version: Option<u16>) {
        let mut all = self.versions.borrow_mut();
        match version {
            Some(version) => all.insert(terminal, version),
            None => all.remove(&terminal),
        };
    }

    /// Whether the terminal's image is older than this version.
    pub(super) fn is_below(&self, terminal: TerminalId, version: u16) -> bool {
        self.versions.borrow().get(&terminal).is_some_and(|own| *own < version)
    }

    /// Whether the STAN of a financial request (0200, 0220) was used for another one in its batch
    /// lately; remembers it otherwise. The same request again is none. Terminal, batch and STAN
    /// name a transaction; sign-in and echo are none, so that a device without memory may begin
    /// with any STAN, and learns from the sign-in which ones are used.
    pub(super) fn reused(&self, terminal: TerminalId, message: &Message) -> bool {
        if !is_financial(message.purpose) {
            return false;
        }
        let used = Used::of(message);
        let mut recent = self.recent.borrow_mut();
        let requests = recent.entry(terminal).or_default();
        if let Some(known) = requests.iter().find(|known| known.names_the_same(&used)) {
            return *known != used;
        }
        if requests.len() == REMEMBERED {
            requests.pop_front();
        }
        requests.push_back(used);
        false
    }

    /// Whether the STAN of a reversal was used for something else than a sale of its order lately.
    pub(super) fn used_elsewhere(&self, terminal: TerminalId, message: &Message) -> bool {
        let sale = Used { purpose: Purpose::Sale, ..Used::of(message) };
        let recent = self.recent.borrow();
        let mut requests = recent.get(&terminal).into_iter().flatten();
        requests.any(|known| known.names_the_same(&sale) && *known != sale)
    }
}

/// A financial request as a host remembers it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Used {
    batch: u32,
    stan: u32,
    purpose: Purpose,
    /// What stands for the order: a fleet's host remembers many.
    mark: u32,
}

impl Used {
    fn of(message: &Message) -> Used {
        let order = message.order.unwrap_or_default();
        Used {
            batch: message.batch.unwrap_or_default(),
            stan: message.stan,
            purpose: message.purpose,
            mark: crc32fast::hash(order.as_str().as_bytes()),
        }
    }

    fn names_the_same(&self, other: &Used) -> bool {
        (self.batch, self.stan) == (other.batch, other.stan)
    }
}

fn is_financial(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Sale | Purpose::Query | Purpose::Void | Purpose::Refund)
}

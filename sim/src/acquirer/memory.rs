//! What a running host keeps in memory, and loses when it goes down. The wallet's books, the
//! batches and the keys outlive it and stand elsewhere.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use contract::{OrderId, TerminalId};

/// So many of a terminal's last sales are known for telling a reused STAN (assumption).
const REMEMBERED: usize = 64;

/// What a running host keeps in memory.
#[derive(Default)]
pub(super) struct Memory {
    /// STAN and mark of a terminal's last sales.
    recent: RefCell<BTreeMap<TerminalId, VecDeque<(u32, u32)>>>,
    /// Terminals whose image is below the lowest version.
    outdated: RefCell<BTreeSet<TerminalId>>,
    /// The bytes of answers that are kept back.
    pub(super) held: RefCell<BTreeMap<TerminalId, Vec<u8>>>,
}

impl Memory {
    pub(super) fn note_outdated(&self, terminal: TerminalId, outdated: bool) {
        let mut all = self.outdated.borrow_mut();
        if outdated {
            all.insert(terminal)
        } else {
            all.remove(&terminal)
        };
    }

    pub(super) fn is_outdated(&self, terminal: TerminalId) -> bool {
        self.outdated.borrow().contains(&terminal)
    }

    /// Whether a STAN was used for another order lately; remembers it otherwise.
    pub(super) fn reused(&self, terminal: TerminalId, stan: u32, order: OrderId) -> bool {
        let mut recent = self.recent.borrow_mut();
        let sales = recent.entry(terminal).or_default();
        if let Some((_, known)) = sales.iter().find(|(used, _)| *used == stan) {
            return *known != mark(order);
        }
        if sales.len() == REMEMBERED {
            sales.pop_front();
        }
        sales.push_back((stan, mark(order)));
        false
    }

    /// Whether a STAN was used for another order lately.
    pub(super) fn used_elsewhere(&self, terminal: TerminalId, stan: u32, order: OrderId) -> bool {
        let recent = self.recent.borrow();
        let mut sales = recent.get(&terminal).into_iter().flatten();
        sales.any(|(used, known)| *used == stan && *known != mark(order))
    }
}

/// What an order is remembered by: a fleet's host remembers many.
fn mark(order: OrderId) -> u32 {
    crc32fast::hash(order.as_str().as_bytes())
}

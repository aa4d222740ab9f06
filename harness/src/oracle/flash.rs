//! Since when the terminal's flash holds an order number safely: its ASCII digits stand in bytes
//! that were synced, that replaced the whole content, or that a power cut left whole.
//!
//! It knows nothing of the format of a terminal's journal. A number must stand in one write, in the
//! flash of the terminal that speaks of it.

use std::collections::BTreeMap;

use contract::event::FlashChange;
use contract::{EventKind, TerminalId};

use super::history::Till;
use super::order::Order;

/// Notes in each order since which event its number is safe.
pub(super) fn mark_durable(orders: &mut [Order], tills: &BTreeMap<TerminalId, Till>) {
    let mut spoken_of: BTreeMap<TerminalId, Vec<usize>> = BTreeMap::new();
    for (place, order) in orders.iter().enumerate() {
        order.terminal.into_iter().for_each(|id| spoken_of.entry(id).or_default().push(place));
    }
    for (id, till) in tills.iter().filter(|(_, till)| !till.flash.is_empty()) {
        let numbers = Numbers::of(orders, spoken_of.get(id).map_or(&[], Vec::as_slice));
        let mut journal = Journal::default();
        for event in &till.flash {
            let EventKind::Flash(change) = &event.kind else { continue };
            for order in journal.apply(change, &numbers, orders) {
                orders[order].durable.get_or_insert(event.seq);
            }
        }
    }
}

/// The order numbers that were written and are not safe yet, each with the place of its end.
#[derive(Default)]
struct Journal {
    open: Vec<(usize, u64)>,
    written: u64,
}

impl Journal {
    /// Carries a change out; returns the orders that it made safe.
    fn apply(&mut self, change: &FlashChange, numbers: &Numbers, orders: &[Order]) -> Vec<usize> {
        match change {
            FlashChange::Write(bytes) => {
                let start = self.written;
                numbers.find(&bytes.0, orders, |order, end| {
                    self.open.push((order, start + end as u64));
                });
                self.written += bytes.0.len() as u64;
                Vec::new()
            }
            FlashChange::Sync => self.safe(),
            FlashChange::Lost { lost } => {
                self.written = self.written.saturating_sub(*lost);
                // A number that touches the tear may be the first half of a longer one.
                self.open.retain(|(_, end)| *end < self.written || *lost == 0);
                self.safe()
            }
            FlashChange::Replace(bytes) => {
                self.open.clear();
                numbers.find(&bytes.0, orders, |order, end| self.open.push((order, end as u64)));
                self.written = bytes.0.len() as u64;
                self.safe()
            }
        }
    }

    fn safe(&mut self) -> Vec<usize> {
        self.open.drain(..).map(|(order, _)| order).collect()
    }
}

/// Finds many order numbers in one pass over bytes for each length that they have.
struct Numbers(Vec<OfLength>);

impl Numbers {
    /// Those of some of the orders.
    fn of(orders: &[Order], some: &[usize]) -> Numbers {
        let mut lengths: BTreeMap<usize, OfLength> = BTreeMap::new();
        for order in some {
            let id = orders[*order].id.as_str().as_bytes();
            if !id.is_empty() {
                let new = || OfLength::new(id.len(), some.len());
                lengths.entry(id.len()).or_insert_with(new).add(id, *order);
            }
        }
        Numbers(lengths.into_values().collect())
    }

    /// Calls `found` with each order whose number stands in `bytes`, and where it ends.
    fn find(&self, bytes: &[u8], orders: &[Order], mut found: impl FnMut(usize, usize)) {
        for numbers in &self.0 {
            numbers.find(bytes, orders, &mut found);
        }
    }
}

/// Numbers of one length, by their rolling hash (Rabin and Karp). A bit table is asked first, so
/// that most places cost a few instructions.
struct OfLength {
    length: usize,
    /// The weight of the byte that leaves the window.
    leaving: u64,
    /// How far a spread hash is shifted to be a place in the table.
    shift: u32,
    maybe: Vec<u64>,
    orders: BTreeMap<u64, usize>,
}

/// Base of the rolling hash, and the multiplier that spreads it over the table: the 64-bit golden
/// ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl OfLength {
    /// For so many numbers of this length. The bit table has a word for each: one false hit in 64
    /// places.
    fn new(length: usize, count: usize) -> OfLength {
        let leaving = (0..length).fold(1, |weight: u64, _| weight.wrapping_mul(SPREAD));
        let words = count.next_power_of_two();
        let shift = u64::BITS - (words * 64).trailing_zeros();
        OfLength { length, leaving, shift, maybe: vec![0; words], orders: BTreeMap::new() }
    }

    fn add(&mut self, id: &[u8], order: usize) {
        let hash = id.iter().fold(0, |hash, byte| rolled(hash, *byte));
        let (word, bit) = self.slot(hash);
        self.maybe[word] |= bit;
        self.orders.insert(hash, order);
    }

    fn find(&self, bytes: &[u8], orders: &[Order], found: &mut impl FnMut(usize, usize)) {
        let mut hash = 0u64;
        for (place, byte) in bytes.iter().enumerate() {
            hash = rolled(hash, *byte);
            let Some(start) = (place + 1).checked_sub(self.length) else { continue };
            if let Some(before) = start.checked_sub(1) {
                hash = hash.wrapping_sub(self.leaving.wrapping_mul(u64::from(bytes[before])));
            }
            let (word, bit) = self.slot(hash);
            if self.maybe[word] & bit == 0 {
                continue;
            }
            if let Some(order) = self.orders.get(&hash)
                && orders[*order].id.as_str().as_bytes() == &bytes[start..=place]
            {
                found(*order, place + 1);
            }
        }
    }

    /// Where a hash's bit stands in the table.
    fn slot(&self, hash: u64) -> (usize, u64) {
        let place = hash.wrapping_mul(SPREAD) >> self.shift;
        ((place >> 6) as usize, 1 << (place & 63))
    }
}

fn rolled(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(SPREAD).wrapping_add(u64::from(byte))
}

//! The wallet's books: every order with its entry, found by its number. A fleet's day has a
//! hundred thousand of them, so they are kept close together. Knows nothing of what may become of
//! an order.

use std::collections::BTreeMap;

use contract::OrderId;

/// So many characters at the end of an order number tell the orders in one drawer apart.
const TAIL: usize = 1;

/// A drawer has places for so many orders, whose numbers differ in one digit. Drawers of one size
/// leave no gaps in the memory of a fleet, as those that grow and move do.
const PLACES: usize = 10;

/// The end of an order number.
type Tail = [u8; TAIL];

/// Of a number that is a head of its own: these bytes stand in no text.
const NO_TAIL: Tail = [0xff; TAIL];

/// Entries by order number. Numbers that differ in their last characters only, as those that a
/// terminal counts up, share a drawer, which keeps what they have in common once.
pub(super) struct Books<T>(BTreeMap<OrderId, Vec<(Tail, T)>>);

impl<T> Default for Books<T> {
    fn default() -> Books<T> {
        Books(BTreeMap::new())
    }
}

impl<T: Copy> Books<T> {
    /// The entry of an order.
    pub(super) fn get(&self, order: OrderId) -> Option<T> {
        let (head, tail) = split(order);
        let drawer = self.0.get(&head)?;
        drawer.binary_search_by_key(&tail, |(tail, _)| *tail).ok().map(|at| drawer[at].1)
    }

    /// Writes the entry of an order, and returns the earlier one, if there was one.
    pub(super) fn put(&mut self, order: OrderId, entry: T) -> Option<T> {
        let (head, tail) = split(order);
        let drawer = self.0.entry(head).or_default();
        match drawer.binary_search_by_key(&tail, |(tail, _)| *tail) {
            Ok(at) => Some(std::mem::replace(&mut drawer[at].1, entry)),
            Err(at) => {
                if drawer.is_empty() {
                    drawer.reserve_exact(PLACES);
                }
                drawer.insert(at, (tail, entry));
                None
            }
        }
    }

    /// An order whose entry is `wanted`: the lowest number, if all are equally long.
    pub(super) fn find(&self, wanted: impl Fn(&T) -> bool) -> Option<OrderId> {
        self.0.iter().find_map(|(head, drawer)| {
            let (tail, _) = drawer.iter().find(|(_, entry)| wanted(entry))?;
            let tail = std::str::from_utf8(tail).unwrap_or_default();
            OrderId::new(&format!("{head}{tail}"))
        })
    }
}

/// What an order number has in common with its neighbours, and what it has not.
fn split(order: OrderId) -> (OrderId, Tail) {
    let text = order.as_str();
    let halves = text.len().checked_sub(TAIL).and_then(|at| text.split_at_checked(at));
    // A number too short, or cut inside of a character, is a head of its own.
    halves
        .and_then(|(head, tail)| Some((OrderId::new(head)?, tail.as_bytes().try_into().ok()?)))
        .unwrap_or((order, NO_TAIL))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_put_last_is_what_stands_there(
            orders in proptest::collection::vec(("[0-9aé]{0,8}", 0u32..9), 0..60)
        ) {
            let mut books = Books::default();
            let mut plain = BTreeMap::new();
            for (order, entry) in orders {
                let order = OrderId::new(&order).unwrap();
                prop_assert_eq!(books.put(order, entry), plain.insert(order, entry));
            }
            for (order, entry) in &plain {
                prop_assert_eq!(books.get(*order), Some(*entry));
            }
            prop_assert_eq!(books.get(OrderId::new("b").unwrap()), None);
            for wanted in 0..9 {
                let found = books.find(|entry| *entry == wanted);
                let held = found.and_then(|order| plain.get(&order));
                prop_assert_eq!(held.copied(), plain.values().find(|e| **e == wanted).copied());
            }
        }
    }
}

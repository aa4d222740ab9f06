//! When payments were in flight: from a customer's wish until the terminal had settled it.
//!
//! A fault that met no payment in flight covers nothing, and a tap that was lost while none was
//! in flight has missed nothing.

use std::collections::BTreeMap;

use contract::TerminalId;

use super::history::{History, Wish};

/// Spans in numbers of events, by terminal and for all together (`None`): begin, and the latest
/// end of this and all earlier ones.
#[derive(Default)]
pub(super) struct Lives(BTreeMap<Option<TerminalId>, Vec<(u64, u64)>>);

impl Lives {
    /// Reads them from a history whose orders are complete.
    pub(super) fn of(history: &History) -> Lives {
        let mut lives = Lives::default();
        let mut wishes: Vec<&Wish> = history.intents.values().collect();
        wishes.sort_unstable_by_key(|wish| wish.event);
        for (wish, end) in ends(history, &wishes) {
            for place in [None, wish.terminal] {
                let spans = lives.0.entry(place).or_default();
                let latest = spans.last().map_or(end, |(_, latest)| end.max(*latest));
                spans.push((wish.event, latest));
            }
        }
        lives
    }

    /// Whether a payment at this terminal (or anywhere) was in flight at any moment of the span.
    pub(super) fn overlap(&self, terminal: Option<TerminalId>, span: (u64, u64)) -> bool {
        let Some(lives) = self.0.get(&terminal) else { return false };
        let begun = lives.partition_point(|(begin, _)| *begin <= span.1);
        begun > 0 && lives[begun - 1].1 >= span.0
    }
}

/// Each wish with the event that ends it: its last order settled; for one without an order, the
/// next wish at the terminal. One that was never settled lasts to the end of the trace.
fn ends<'h>(history: &History, wishes: &[&'h Wish]) -> Vec<(&'h Wish, u64)> {
    let mut next: BTreeMap<Option<TerminalId>, u64> = BTreeMap::new();
    let mut ends: Vec<(&Wish, u64)> = Vec::with_capacity(wishes.len());
    for &wish in wishes.iter().rev() {
        let follower = next.insert(wish.terminal, wish.event).unwrap_or(history.last());
        let settled = |order: &usize| history.orders[*order].resolved().unwrap_or(history.last());
        ends.push((wish, wish.orders.iter().map(settled).max().unwrap_or(follower)));
    }
    ends.reverse();
    ends
}

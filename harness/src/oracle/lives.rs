//! When payments were in flight: from a customer's wish, or from the first message about an
//! order, until the terminal had settled it.
//!
//! A fault that met no payment in flight covers nothing, and a tap that was lost while none was
//! in flight has missed nothing.

use std::collections::BTreeMap;

use contract::TerminalId;

use super::history::{History, Wish};
use super::order::Order;

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
            lives.add(wish.terminal, (wish.event, end));
        }
        lives
    }

    /// Those of the orders alone: from the first message about an order until it was settled.
    pub(super) fn of_messages(history: &History) -> Lives {
        let span = |order: &Order| {
            let first = order.requests.first()?.event.seq;
            Some((first, order.terminal, order.resolved().unwrap_or(history.last())))
        };
        let mut spans: Vec<_> = history.orders.iter().filter_map(span).collect();
        spans.sort_unstable();
        let mut lives = Lives::default();
        for (first, terminal, end) in spans {
            lives.add(terminal, (first, end));
        }
        lives
    }

    /// Spans are added by their begin.
    fn add(&mut self, terminal: Option<TerminalId>, (begin, end): (u64, u64)) {
        let places = [None, terminal];
        for place in places.into_iter().take(1 + usize::from(terminal.is_some())) {
            let spans = self.0.entry(place).or_default();
            let latest = spans.last().map_or(end, |(_, latest)| end.max(*latest));
            spans.push((begin, latest));
        }
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

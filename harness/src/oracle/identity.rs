//! S11: a number means one payment.
//!
//! Two sale requests with one order number carry the same code and the same amount (a repetition),
//! whichever terminals they come from; and terminal number (TID), batch and STAN together never
//! stand in requests of two orders. Requests without an order number (sign-in, echo) are left out.
//! Exercised by each sale request.

use super::docket::Docket;
use super::history::History;
use super::order::{Order, Wire};
use crate::finding::Violation;

pub(super) fn identity(history: &History, docket: &mut Docket) {
    for order in &history.orders {
        let mut sales = order.sales();
        let Some(first) = sales.next() else { continue };
        docket.exercised();
        for again in sales {
            docket.exercised();
            let same = |wire: &Wire| (wire.message.code, wire.message.amount);
            if same(again) != same(first) {
                docket.broken(again.event.seq, || Violation {
                    evidence: vec![first.event.seq],
                    what: "the order number was used for another sale before".into(),
                    ..history.case(order, again.event.seq)
                });
            }
        }
    }
    traces_are_unique(history, docket);
}

/// (TID, batch, STAN, number of the event, order's place); sorted, equal keys stand together in
/// the trace's order.
type Key<'t> = (&'t str, Option<u32>, u32, u64, usize);

fn traces_are_unique<'t>(history: &History<'t>, docket: &mut Docket) {
    let mut keys: Vec<Key<'t>> = Vec::new();
    for (number, order) in history.orders.iter().enumerate() {
        let key = |wire: &Wire<'t>| {
            let message = wire.message;
            (message.tid.as_str(), message.batch, message.stan, wire.event.seq, number)
        };
        keys.extend(order.requests.iter().map(key));
    }
    keys.sort_unstable();
    let same = |a: &Key, b: &Key| (a.0, a.1, a.2) == (b.0, b.1, b.2);
    for users in keys.chunk_by(same) {
        let Some(first) = users.first() else { continue };
        // Once for each other order: its repetitions add nothing.
        let others = users.chunk_by(|a, b| a.4 == b.4).skip(1).filter_map(<[Key]>::first);
        for (tid, _, stan, event, number) in others.filter(|other| other.4 != first.4) {
            let other: &Order = &history.orders[first.4];
            docket.broken(*event, || Violation {
                evidence: vec![first.3],
                what: format!("STAN {stan} of terminal {tid} was used for order {}", other.id),
                ..history.case(&history.orders[*number], *event)
            });
        }
    }
}

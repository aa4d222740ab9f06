//! S11: a number means one payment.
//!
//! Two sale requests with one order number carry the same code and the same amount (a repetition),
//! whichever terminals they come from; and terminal number (TID), batch and STAN together never
//! stand in two different requests. A request that is sent again is the same one (one order, one
//! purpose), and a reversal carries the STAN of its sale. Requests without an order number
//! (sign-in, echo) are left out.
//! Exercised by each sale request.

use contract::{Message, Purpose};

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

/// (TID, batch, STAN, number of the event, order's place, purpose); sorted, equal numbers stand
/// together in the trace's order.
type Key<'t> = (&'t str, Option<u32>, u32, u64, usize, Purpose);

fn traces_are_unique<'t>(history: &History<'t>, docket: &mut Docket) {
    let mut keys: Vec<Key<'t>> = Vec::new();
    for (number, order) in history.orders.iter().enumerate() {
        let key = |wire: &Wire<'t>| {
            let Message { tid, batch, stan, purpose, .. } = wire.message;
            (tid.as_str(), *batch, *stan, wire.event.seq, number, of_sale(*purpose))
        };
        keys.extend(order.requests.iter().map(key));
    }
    keys.sort_unstable_by_key(|key| (key.0, key.1, key.2, key.3));
    let same = |a: &Key, b: &Key| (a.0, a.1, a.2) == (b.0, b.1, b.2);
    for users in keys.chunk_by(same) {
        let Some(first) = users.first() else { continue };
        // Once for each other request: its repetitions add nothing.
        let requests = users.chunk_by(|a, b| (a.4, a.5) == (b.4, b.5));
        let others = requests.skip(1).filter_map(<[Key]>::first);
        for (tid, _, stan, event, number, _) in others.filter(|o| (o.4, o.5) != (first.4, first.5))
        {
            let other: &Order = &history.orders[first.4];
            let of = if *number == first.4 { "another request of" } else { "order" };
            docket.broken(*event, || Violation {
                evidence: vec![first.3],
                what: format!("STAN {stan} of terminal {tid} was used for {of} {}", other.id),
                ..history.case(&history.orders[*number], *event)
            });
        }
    }
}

/// A reversal goes by the STAN of its sale.
fn of_sale(purpose: Purpose) -> Purpose {
    if purpose == Purpose::Reversal { Purpose::Sale } else { purpose }
}

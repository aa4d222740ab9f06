//! S9: a closed batch is complete, exact and final.
//!
//! When a terminal closes a batch: no order that it had sent a sale request of is unresolved
//! (as in S3); each order of it that is captured then is in this batch or an earlier one; no order
//! of the batch was in another (a batch told again, the same in all, is the same batch); each is
//! captured; and the total is what the ledger says they come to. A slip that names a closed batch
//! has its count and its total; what it says in other words is not judged. Exercised by each batch
//! that is closed.

use std::collections::BTreeMap;

use contract::event::LedgerChange;
use contract::{Amount, Event, EventKind, LedgerState, OrderId};

use super::docket::Docket;
use super::history::{History, Till};
use super::order::Order;
use crate::finding::Violation;

pub(super) fn integrity(history: &History, docket: &mut Docket) {
    let mut batched: BTreeMap<OrderId, u64> = BTreeMap::new();
    for till in history.tills.values() {
        let mut judged = 0;
        let mut told = None;
        let mut closed: BTreeMap<u32, &Event> = BTreeMap::new();
        for event in &till.events {
            if let EventKind::Slip(text) = &event.kind {
                printed(history, docket, event, text, &closed);
            }
            let EventKind::BatchClosed { batch, orders, total } = &event.kind else { continue };
            closed.insert(*batch, event);
            // After a power cut a terminal may tell again of the batch that it closed last.
            if told.replace(&event.kind) == Some(&event.kind) {
                continue;
            }
            docket.exercised();
            contents(history, docket, event, orders, &mut batched);
            sum(history, docket, event, orders, *total);
            judged = left_out(history, docket, event, till, judged, &batched);
        }
    }
}

/// Each order of the batch is captured and in no other batch.
fn contents(
    history: &History,
    docket: &mut Docket,
    event: &Event,
    orders: &[OrderId],
    batched: &mut BTreeMap<OrderId, u64>,
) {
    for id in orders {
        let order = history.find(*id);
        let state = order.and_then(|order| order.state_at(event.seq));
        let known = || order.map(|order| history.case(order, event.seq)).unwrap_or_default();
        if state != Some(LedgerState::Captured) {
            docket.broken(event.seq, || Violation {
                order: Some(*id),
                terminal: event.terminal,
                what: "the batch holds an order that is not captured".into(),
                ..known()
            });
        }
        if let Some(other) = batched.insert(*id, event.seq) {
            docket.broken(event.seq, || Violation {
                order: Some(*id),
                evidence: vec![other],
                what: "the order was already in a batch".into(),
                ..known()
            });
        }
    }
}

fn sum(history: &History, docket: &mut Docket, event: &Event, orders: &[OrderId], said: Amount) {
    let total = booked(history, event.seq, orders);
    if total != said {
        docket.broken(event.seq, || Violation {
            terminal: event.terminal,
            truth: format!("the ledger says {total}"),
            seen: format!("the batch says {said}"),
            what: "the total of the batch is not that of the ledger".into(),
            ..Violation::default()
        });
    }
}

/// What the ledger says at this event that these orders come to.
fn booked(history: &History, now: u64, orders: &[OrderId]) -> Amount {
    let booked = |id: &OrderId| Some(history.find(*id)?.change_at(now)?.change);
    let captured = orders.iter().filter_map(booked).filter(|c| c.state == LedgerState::Captured);
    let add = |sum: u64, change: &LedgerChange| sum.saturating_add(change.amount.0);
    Amount(captured.fold(0, add))
}

/// The paper says of a batch what the ledger said when it was closed.
fn printed(
    history: &History,
    docket: &mut Docket,
    event: &Event,
    text: &str,
    closed: &BTreeMap<u32, &Event>,
) {
    let Some((batch, count, said)) = totals(text) else { return };
    let Some(closing) = closed.get(&batch) else { return };
    let EventKind::BatchClosed { orders, .. } = &closing.kind else { return };
    let total = booked(history, closing.seq, orders);
    if (count, said) != (orders.len(), total) {
        docket.broken(event.seq, || Violation {
            terminal: event.terminal,
            evidence: vec![closing.seq],
            truth: format!("the ledger says {total}, of {} payments", orders.len()),
            seen: format!("the slip says {said}, of {count} payments"),
            what: "the slip's count and total are not those of the batch".into(),
            ..Violation::default()
        });
    }
}

/// Batch, count and total on the slip of a settlement, whose lines are parted by ` / `:
/// `BATCH CLOSED 000001`, `PAYMENTS 2 CNY 40.00`.
fn totals(slip: &str) -> Option<(u32, usize, Amount)> {
    let line = |start| slip.split(" / ").find_map(|line| line.strip_prefix(start));
    let batch = line("BATCH CLOSED ")?.split(' ').next()?.parse().ok()?;
    let (count, rest) = line("PAYMENTS ")?.split_once(" CNY ")?;
    Some((batch, count.parse().ok()?, rest.split(' ').next()?.parse().ok()?))
}

/// The orders of this terminal since its last batch: none open, none forgotten. Returns how many
/// have been judged by now.
fn left_out(
    history: &History,
    docket: &mut Docket,
    event: &Event,
    till: &Till,
    judged: usize,
    batched: &BTreeMap<OrderId, u64>,
) -> usize {
    let begun = |number: &usize| {
        let first = history.orders[*number].requests.first();
        first.is_some_and(|wire| wire.event.seq < event.seq)
    };
    let until = till.orders.partition_point(begun).max(judged);
    for number in &till.orders[judged..until] {
        let order = &history.orders[*number];
        let Some(what) = forgotten(order, event.seq, batched) else { continue };
        docket.broken(event.seq, || Violation {
            what: what.into(),
            ..history.case(order, event.seq)
        });
    }
    until
}

fn forgotten(order: &Order, now: u64, batched: &BTreeMap<OrderId, u64>) -> Option<&'static str> {
    if order.first_sale().is_some() && order.resolved().is_none_or(|resolved| resolved > now) {
        return Some("the batch was closed while the order was unresolved");
    }
    let captured = order.state_at(now) == Some(LedgerState::Captured);
    (captured && !batched.contains_key(&order.id))
        .then_some("the order is captured and in no batch")
}

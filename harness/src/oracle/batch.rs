//! S9: a closed batch is complete, exact and final.
//!
//! When a terminal closes a batch: no order that it had sent a sale request of is unresolved
//! (as in S3); each order of it that is captured then is in this batch or an earlier one; no order
//! of the batch was in another (a batch told again, the same in all, is the same batch); each is
//! captured; and the total is what the ledger says they come to. Exercised by each batch that is
//! closed.

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
        for event in &till.events {
            let EventKind::BatchClosed { orders, total, .. } = &event.kind else { continue };
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
    let booked = |id: &OrderId| Some(history.find(*id)?.change_at(event.seq)?.change);
    let captured = orders.iter().filter_map(booked).filter(|c| c.state == LedgerState::Captured);
    let add = |sum: u64, change: &LedgerChange| sum.saturating_add(change.amount.0);
    let total = Amount(captured.fold(0, add));
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

//! L8: who asks with an order number gets the ledger's answer.
//!
//! Each claim of a customer is followed, within the bound, by an answer about that order: whether
//! the ledger holds it as captured at that moment and, if so, with which amount. Time counts from
//! the claim or from the end of the host's trouble. What is not due yet when the run ends is not
//! judged. Exercised by each claim.

use std::collections::BTreeMap;

use contract::event::Tap;
use contract::{Channel, Event, EventKind, LedgerState, OrderId};

use super::calm::Calm;
use super::docket::Docket;
use super::history::History;
use crate::finding::{Measured, Violation};

pub(super) fn closure(history: &History, docket: &mut Docket) {
    let mut open: BTreeMap<OrderId, Vec<&Event>> = BTreeMap::new();
    // The backend is the acquirer's own: what holds it up holds up the hotline.
    let bound = history.header().bounds.claim;
    let calm = Calm::of(history, Channel::Backend, bound);
    for event in history.events() {
        match event.kind {
            EventKind::Claim { order, .. } => {
                docket.exercised();
                open.entry(order).or_default().push(event);
            }
            EventKind::ClaimAnswered { order, .. } => {
                for claim in open.remove(&order).into_iter().flatten() {
                    answered(history, docket, &calm, claim, Some(event));
                }
                wrong(history, docket, event);
            }
            _ => {}
        }
    }
    for claim in open.into_values().flatten() {
        answered(history, docket, &calm, claim, None);
    }
}

fn answered(
    history: &History,
    docket: &mut Docket,
    calm: &Calm,
    claim: &Event,
    answer: Option<&Event>,
) {
    let bound = history.header().bounds.claim;
    let base = calm.after(claim.terminal, claim.at);
    let took = answer.map(|answer| answer.at.since(base));
    let measured = Measured { took, bound };
    if took.is_some_and(|took| took <= bound) {
        return docket.took(measured);
    }
    if answer.is_none() && base + bound > history.end() {
        return;
    }
    let event = history.first_from(base + bound);
    docket.broken(event, || Violation {
        evidence: vec![claim.seq],
        what: format!("the customer's claim was not answered within {bound}"),
        measured: Some(measured),
        ..case(history, claim, event)
    });
}

/// An answer that is not what the ledger says.
fn wrong(history: &History, docket: &mut Docket, event: &Event) {
    let EventKind::ClaimAnswered { order, captured, amount } = event.kind else { return };
    let change = history.find(order).and_then(|order| order.change_at(event.seq));
    let booked = change.map(|change| change.change);
    let held = booked.filter(|change| change.state == LedgerState::Captured);
    if held.is_some() == captured && held.is_none_or(|change| change.amount == amount) {
        return;
    }
    let blind = history.blind(&[Tap::Ledger], event.terminal, (1, event.seq));
    docket.absent(blind, event.seq, || Violation {
        seen: format!(
            "the hotline: {} {amount}",
            if captured { "captured" } else { "not captured" }
        ),
        what: "the customer's claim was answered with something else than the ledger says".into(),
        ..case(history, event, event.seq)
    });
}

fn case(history: &History, about: &Event, seq: u64) -> Violation {
    let (intent, order) = match about.kind {
        EventKind::Claim { intent, order } => (Some(intent), Some(order)),
        EventKind::ClaimAnswered { order, .. } => (None, Some(order)),
        _ => (None, None),
    };
    let known = order.and_then(|order| history.find(order));
    let known = known.map(|order| history.case(order, seq)).unwrap_or_default();
    Violation { order, intent: known.intent.or(intent), ..known }
}

//! L8: who asks what became of his payment gets the ledger's answer.
//!
//! Each claim of a customer is followed, within the bound, by an answer: whether the ledger holds
//! his order as captured at that moment and, if so, with which amount. Where the hotline found no
//! order, the ledger must hold none of his as captured. Time counts from the claim or from the end
//! of the host's trouble. What is not due yet when the run ends is not
//! judged. Exercised by each claim.

use std::collections::BTreeMap;

use contract::event::{LedgerChange, Tap};
use contract::{Channel, Event, EventKind, IntentId, LedgerState};

use super::calm::Calm;
use super::docket::Docket;
use super::history::History;
use super::order::Order;
use crate::finding::{Measured, Violation};

pub(super) fn closure(history: &History, docket: &mut Docket) {
    let mut open: BTreeMap<IntentId, Vec<&Event>> = BTreeMap::new();
    // The backend is the acquirer's own: what holds it up holds up the hotline.
    let bound = history.header().bounds.claim;
    let calm = Calm::of(history, Channel::Backend, bound);
    for event in history.events() {
        match event.kind {
            EventKind::Claim { intent, .. } => {
                docket.exercised();
                open.entry(intent).or_default().push(event);
            }
            EventKind::ClaimAnswered { intent, .. } => {
                for claim in open.remove(&intent).into_iter().flatten() {
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
    let EventKind::ClaimAnswered { intent, order, captured, amount } = event.kind else { return };
    let held = match order {
        Some(order) => history.find(order).and_then(|order| held(order, event.seq)),
        None => history.intents.get(&intent).and_then(|wish| {
            let mut orders = wish.orders.iter().map(|number| &history.orders[*number]);
            orders.find_map(|order| held(order, event.seq))
        }),
    };
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

/// What the ledger has of an order as captured at this moment.
fn held<'t>(order: &Order<'t>, seq: u64) -> Option<&'t LedgerChange> {
    let change = order.change_at(seq).map(|change| change.change);
    change.filter(|change| change.state == LedgerState::Captured)
}

fn case(history: &History, about: &Event, seq: u64) -> Violation {
    let (intent, order) = match about.kind {
        EventKind::Claim { intent, order } | EventKind::ClaimAnswered { intent, order, .. } => {
            (Some(intent), order)
        }
        _ => (None, None),
    };
    let known = order.and_then(|order| history.find(order));
    let known = known.map(|order| history.case(order, seq)).unwrap_or_default();
    Violation { order, intent: known.intent.or(intent), ..known }
}

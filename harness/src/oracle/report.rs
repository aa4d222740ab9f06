//! S1, S2 and S14: what is reported as paid.
//!
//! S1: an order whose capture stands at the end has at most one report of *paid* that is not
//! marked as a copy on each channel that must report exactly once. Exercised by each such order.
//!
//! S2: a report of *paid*, on any channel or as a line of a payment list, stands behind the
//! ledger's capture of that order in the trace. Exercised by each such report.
//!
//! S14: a receipt of *paid* stands behind the capture of its order, and only the first is not
//! marked as a copy. Exercised by each such receipt.

use contract::event::Tap;
use contract::{Channel, Event, EventKind, OrderId, Status};

use super::docket::Docket;
use super::history::History;
use super::order::{Order, Seen};
use crate::finding::Violation;

pub(super) fn exactly_once(history: &History, docket: &mut Docket) {
    let channels: Vec<Channel> = history.watched().filter(|c| c.exactly_once()).collect();
    for order in history.orders.iter().filter(|order| order.kept().is_some()) {
        docket.exercised();
        for channel in &channels {
            one_original(history, docket, order, *channel);
        }
    }
}

pub(super) fn artefacts(history: &History, docket: &mut Docket) {
    for order in &history.orders {
        let receipts = order.approvals().filter(|s| s.report.channel == Channel::Receipt);
        for seen in receipts {
            docket.exercised();
            captured_by_then(history, docket, order, seen);
        }
        one_original(history, docket, order, Channel::Receipt);
    }
}

pub(super) fn no_phantom(history: &History, docket: &mut Docket) {
    for order in &history.orders {
        for seen in order.approvals() {
            docket.exercised();
            captured_by_then(history, docket, order, seen);
        }
    }
    for event in history.events() {
        let EventKind::List(list) = &event.kind else { continue };
        for row in list.rows.iter().filter(|row| row.status == Status::Approved) {
            docket.exercised();
            listed_as_paid(history, docket, event, row.order);
        }
    }
}

/// Any original after the first breaks the rule.
fn one_original(history: &History, docket: &mut Docket, order: &Order, channel: Channel) {
    let original = |seen: &&Seen| seen.report.channel == channel && !seen.report.copy;
    let mut originals = order.approvals().filter(original).map(|seen| seen.event);
    let Some(first) = originals.next() else { return };
    for again in originals {
        docket.broken(again.seq, || Violation {
            evidence: vec![first.seq],
            what: format!(
                "reported as paid again on the {}, not marked as a copy; first at {}",
                channel.word(),
                first.at
            ),
            ..history.case(order, again.seq)
        });
    }
}

fn captured_by_then(history: &History, docket: &mut Docket, order: &Order, seen: &Seen) {
    let event = seen.event;
    if order.captured().is_some_and(|captured| captured.event.seq <= event.seq) {
        return;
    }
    let blind = history.blind(&[Tap::Ledger], order.terminal, (1, event.seq));
    docket.absent(blind, event.seq, || {
        let channel = seen.report.channel.word();
        let what = format!("reported as paid on the {channel}, and the money was not taken");
        Violation { what, ..history.case(order, event.seq) }
    });
}

fn listed_as_paid(history: &History, docket: &mut Docket, event: &Event, id: OrderId) {
    let order = history.find(id);
    let captured = order.and_then(|order| order.captured());
    if captured.is_some_and(|captured| captured.event.seq <= event.seq) {
        return;
    }
    let blind = history.blind(&[Tap::Ledger], event.terminal, (1, event.seq));
    docket.absent(blind, event.seq, || {
        let known = order.map(|order| history.case(order, event.seq)).unwrap_or_default();
        let what = "a list says that it is paid, and the money was not taken".into();
        Violation { what, order: Some(id), ..known }
    });
}

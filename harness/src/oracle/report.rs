//! S1, S2 and S14: what is reported as paid.
//!
//! S1: an order whose capture stands at the end has at most one report of *paid* that is not
//! marked as a copy on each channel that must report exactly once. Exercised by each such order.
//!
//! S2: a report of *paid*, on any channel or as a line of a payment list, stands behind the
//! ledger's capture of that order in the trace. One that names no order stands behind a capture
//! that it can mean. And when the ledger has undone the payment by then, the terminal does not say
//! *paid* any more, once it has asked for a reversal or was told that the order is refused; before
//! that it could not know. Nor does the backend's list, later than its bound after the undoing; a
//! notice that is overtaken by a reversal is S5's matter. Exercised by each such report.
//!
//! S14: what S2 demands, of receipts; only the first receipt of *paid* is not marked as a copy;
//! and what is marked as a copy, on any channel, repeats something: an original on that channel,
//! or, on the terminal's own, one that a restart since the capture may have swallowed, or a
//! printer that stopped in the middle of it. Exercised
//! by each receipt of *paid* and by each copy.

use contract::event::Tap;
use contract::{Channel, Event, EventKind, Fault, LedgerState, OrderId, Status};

use super::docket::Docket;
use super::history::History;
use super::order::{Order, Seen, said};
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
    let printed = |seen: &Seen| seen.report.channel == Channel::Receipt;
    for order in &history.orders {
        for seen in order.approvals() {
            if printed(seen) {
                docket.exercised();
                captured_by_then(history, docket, order, seen);
            }
            if seen.report.copy {
                docket.exercised();
                repeats_something(history, docket, order, seen);
            }
        }
        one_original(history, docket, order, Channel::Receipt);
    }
    history.nameless.iter().filter(|s| printed(s)).for_each(|s| means_nothing(history, docket, s));
}

pub(super) fn no_phantom(history: &History, docket: &mut Docket) {
    for order in &history.orders {
        for seen in order.approvals() {
            docket.exercised();
            captured_by_then(history, docket, order, seen);
        }
    }
    history.nameless.iter().for_each(|seen| means_nothing(history, docket, seen));
    for event in history.events() {
        let EventKind::List(list) = &event.kind else { continue };
        for row in list.rows.iter().filter(|row| row.status == Status::Approved) {
            docket.exercised();
            listed_as_paid(history, docket, (event, list.channel), row.order);
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
        if seen.by_terminal() {
            not_undone(history, docket, order, event);
        }
        return;
    }
    let blind = history.blind(&[Tap::Ledger], order.terminal, (1, event.seq));
    docket.absent(blind, event.seq, || {
        let channel = seen.report.channel.word();
        let what = format!("reported as paid on the {channel}, and the money was not taken");
        Violation { what, ..history.case(order, event.seq) }
    });
}

/// The terminal says *paid* at this event: not of a payment that it knows to be undone.
fn not_undone(history: &History, docket: &mut Docket, order: &Order, event: &Event) {
    let Some(knew) = order.known_undone(event.seq) else { return };
    docket.broken(event.seq, || Violation {
        evidence: vec![knew],
        what: "the terminal says paid of a payment that was undone, and knew of it".into(),
        ..history.case(order, event.seq)
    });
}

/// A report of *paid* that names no order, and there is no capture that it can mean.
fn means_nothing(history: &History, docket: &mut Docket, seen: &Seen) {
    if seen.report.status != Status::Approved {
        return;
    }
    docket.exercised();
    let (event, channel) = (seen.event, seen.report.channel.word());
    let blind = history.blind(&[Tap::Ledger], event.terminal, (1, event.seq));
    docket.absent(blind, event.seq, || Violation {
        terminal: event.terminal,
        truth: "nothing that it can mean was captured here by then".into(),
        seen: said(seen.report, event),
        what: format!("the {channel} says paid, names no order, and fits no capture"),
        ..Violation::default()
    });
}

fn repeats_something(history: &History, docket: &mut Docket, order: &Order, seen: &Seen) {
    let (channel, now) = (seen.report.channel, seen.event.seq);
    let original = |s: &Seen| s.report.channel == channel && !s.report.copy && s.event.seq < now;
    let since = order.captured().map_or(1, |captured| captured.event.seq);
    let restarted = channel.of_terminal() && history.restarted(order.terminal, (since, now));
    let torn = channel == Channel::Receipt
        && history.in_force(order.terminal, (since, now), |fault| {
            matches!(fault, Fault::PrinterStops { .. })
        });
    if restarted || torn || order.approvals().any(original) {
        return;
    }
    let blind = history.blind(&[channel.into()], order.terminal, (since, now));
    docket.absent(blind, now, || Violation {
        evidence: order.captured().map(|captured| captured.event.seq).into_iter().collect(),
        what: format!("the {} says copy, and there was nothing to copy", channel.word()),
        ..history.case(order, now)
    });
}

fn listed_as_paid(
    history: &History,
    docket: &mut Docket,
    (event, channel): (&Event, Channel),
    id: OrderId,
) {
    let order = history.find(id);
    let taken = |order: &&Order| order.captured().is_some_and(|c| c.event.seq <= event.seq);
    if let Some(order) = order.filter(taken) {
        return match channel.of_terminal() {
            true => not_undone(history, docket, order, event),
            false => struck_in_time(history, docket, order, (event, channel)),
        };
    }
    let blind = history.blind(&[Tap::Ledger], event.terminal, (1, event.seq));
    docket.absent(blind, event.seq, || {
        let known = order.map(|order| history.case(order, event.seq)).unwrap_or_default();
        let what = "a list says that it is paid, and the money was not taken".into();
        Violation { what, order: Some(id), ..known }
    });
}

/// The acquirer's own list knows of an undoing within its bound.
fn struck_in_time(
    history: &History,
    docket: &mut Docket,
    order: &Order,
    (event, channel): (&Event, Channel),
) {
    let Some(last) = order.change_at(event.seq) else { return };
    let late = event.at > last.event.at + history.header().bounds.of(channel);
    if last.change.state == LedgerState::Captured || !late {
        return;
    }
    docket.broken(event.seq, || Violation {
        evidence: vec![last.event.seq],
        what: "a list says that it is paid, long after it was undone".into(),
        ..history.case(order, event.seq)
    });
}

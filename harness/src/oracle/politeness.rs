//! L7: the terminal does not storm the host.
//!
//! Two queries of one order leave a terminal at least the query gap apart, and so do two reversals
//! of one order, with a gap of their own; one shorter gap is forgiven when the second message goes
//! over a new connection, but not twice running. And no terminal sends more than 60 messages
//! within a minute (assumption: ten times what a brisk till needs). Exercised by each query or
//! reversal that follows another of the same order, and by each terminal that sends more than one
//! message.

use std::collections::VecDeque;

use contract::event::Tap;
use contract::{EventKind, Lapse, Purpose};

use super::docket::Docket;
use super::history::{History, Till};
use super::order::{Order, Wire};
use crate::finding::{Measured, Violation};

/// Messages of one terminal within `WINDOW` (assumption).
const MESSAGES: usize = 60;
const WINDOW: Lapse = Lapse::from_secs(60);

/// The shortest time between two reversals of one order. The densest published schedule is one
/// each 2 s (Alipay's face-to-face demo), and a fifth more than a schedule's rate is allowed, as
/// with queries.
const REVERSAL_GAP: Lapse = Lapse::from_ms(1_666);

pub(super) fn politeness(history: &History, docket: &mut Docket) {
    let query_gap = history.header().bounds.query_gap;
    for order in &history.orders {
        distances(history, docket, order, (Purpose::Query, "queried", query_gap));
        distances(history, docket, order, (Purpose::Reversal, "reversed", REVERSAL_GAP));
    }
    for till in history.tills.values() {
        messages(docket, till);
    }
}

/// Messages of one purpose about one order keep their distance.
fn distances(
    history: &History,
    docket: &mut Docket,
    order: &Order,
    (purpose, done, gap): (Purpose, &str, Lapse),
) {
    let mut messages = order.requests.iter().filter(|w| w.message.purpose == purpose);
    let Some(mut earlier) = messages.next() else { return };
    let mut forgiven = false;
    for message in messages {
        docket.exercised();
        let took = message.event.at.since(earlier.event.at);
        let short = took < gap;
        forgiven = short && !forgiven && reconnected(earlier, message);
        if short && !forgiven {
            let first = earlier.event.seq;
            docket.broken(message.event.seq, || Violation {
                evidence: vec![first],
                what: format!("{done} again after {took}, sooner than {gap}"),
                measured: Some(Measured { took: Some(took), bound: gap }),
                ..history.case(order, message.event.seq)
            });
        }
        earlier = message;
    }
}

fn reconnected(earlier: &Wire, later: &Wire) -> bool {
    earlier.frame.conn != later.frame.conn
}

fn messages(docket: &mut Docket, till: &Till) {
    let mut recent = VecDeque::new();
    let mut storm = false;
    for event in &till.events {
        let EventKind::Sent(frame) = &event.kind else { continue };
        if frame.tap != Tap::TerminalWire {
            continue;
        }
        while recent.front().is_some_and(|(at, _)| event.at.since(*at) >= WINDOW) {
            recent.pop_front();
        }
        recent.push_back((event.at, event.seq));
        if recent.len() == 2 {
            docket.exercised();
        }
        // One storm is one breach, however long it lasts.
        let stormed = std::mem::replace(&mut storm, recent.len() > MESSAGES);
        if storm && !stormed {
            let first = recent.front().map(|(_, seq)| *seq);
            docket.broken(event.seq, || Violation {
                terminal: event.terminal,
                evidence: first.into_iter().collect(),
                what: format!("the terminal sent more than {MESSAGES} messages within {WINDOW}"),
                ..Violation::default()
            });
        }
    }
}

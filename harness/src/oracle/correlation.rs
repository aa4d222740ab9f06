//! S7 and S8: a final result on the terminal rests on an answer, and on the right one.
//!
//! An answer is the right one when type, STAN, TID and MID are those of an earlier request of
//! this terminal for this order, and its amount, if it states one, is the one that was asked for,
//! or less where the host approved a part (code 10).
//! Whether the result is true is not judged here; S2 and L2 say that.
//!
//! S7: before the terminal's screen or paper says approved, declined or reversed, a right answer
//! has arrived. One final result needs none: *declined* for an order of which no sale request had
//! left. And it says no *approved* where the right answers refused the order for good and none
//! approved it, whatever the ledger holds: that it was captured after all the terminal could not
//! know. Exercised by each final result of the terminal.
//!
//! S8: of the right answers before a final result at least one was authentic. Exercised by each
//! answer that was not.

use contract::event::Tap;
use contract::{EventKind, Status};

use super::docket::Docket;
use super::history::History;
use super::order::{Order, Seen, Wire, status_word};
use crate::finding::Violation;

pub(super) fn correlation(history: &History, docket: &mut Docket) {
    for order in &history.orders {
        for seen in results(order) {
            docket.exercised();
            let now = seen.event.seq;
            if order.matching(now).next().is_some() || needs_none(order, seen) {
                against_a_refusal(history, docket, order, seen);
                continue;
            }
            let wrong = order.answers.iter().rev().find(|answer| answer.event.seq < now);
            let sale = order.first_sale().map_or(1, |sale| sale.event.seq);
            let blind = history.blind(&[Tap::TerminalWire], order.terminal, (sale, now));
            docket.absent(blind, now, || Violation {
                evidence: wrong.map(|answer| answer.event.seq).into_iter().collect(),
                what: format!(
                    "the terminal says {} without an answer that belongs to a request of it",
                    status_word(seen.report.status)
                ),
                ..history.case(order, now)
            });
        }
    }
}

pub(super) fn authenticity(history: &History, docket: &mut Docket) {
    for event in history.events() {
        let EventKind::Received(frame) = &event.kind else { continue };
        if frame.tap == Tap::TerminalWire && !frame.authentic {
            docket.exercised();
        }
    }
    for order in history.orders.iter().filter(|o| o.answers.iter().any(|a| !a.frame.authentic)) {
        for seen in results(order) {
            let now = seen.event.seq;
            let mut answers = order.matching(now).peekable();
            let Some(forged) = answers.peek().map(|answer| answer.event.seq) else { continue };
            if answers.any(|answer| answer.frame.authentic) {
                continue;
            }
            docket.broken(now, || Violation {
                evidence: vec![forged],
                what: format!(
                    "the terminal says {} on the strength of an answer that is not authentic",
                    status_word(seen.report.status)
                ),
                ..history.case(order, now)
            });
        }
    }
}

/// The final results that the terminal itself gives.
fn results<'o, 't>(order: &'o Order<'t>) -> impl Iterator<Item = &'o Seen<'t>> {
    order.reports.iter().filter(|seen| seen.by_terminal() && seen.report.status.is_final())
}

/// *Approved* on the strength of nothing but refusals.
fn against_a_refusal(history: &History, docket: &mut Docket, order: &Order, seen: &Seen) {
    let now = seen.event.seq;
    let refusal = order.matching(now).filter(|answer| answer.refuses()).last();
    let approved = order.matching(now).any(Wire::approves);
    let Some(refusal) = refusal.filter(|_| !approved && seen.report.status == Status::Approved)
    else {
        return;
    };
    docket.broken(now, || Violation {
        evidence: vec![refusal.event.seq],
        what: "the terminal says approved, and the answer that it had refuses the order".into(),
        ..history.case(order, now)
    });
}

fn needs_none(order: &Order, seen: &Seen) -> bool {
    let sent = order.first_sale().is_some_and(|sale| sale.event.seq < seen.event.seq);
    seen.report.status == Status::Declined && !sent
}

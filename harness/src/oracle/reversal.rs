//! S5: reversed is reversed.
//!
//! From the moment at which a channel says *reversed*, or at which the terminal gets the answer
//! that acknowledges its reversal, the ledger never holds the order as captured and no channel
//! says *paid*. A notice that the acquirer sent at the capture may be overtaken by the reversal:
//! soundbox, SMS and backend break the rule only later than their bound after the reversal.
//! Exercised by each order that was reversed so.

use contract::{LedgerState, Status};

use super::docket::Docket;
use super::history::History;
use super::order::{Order, Seen};
use crate::finding::Violation;

pub(super) fn consistency(history: &History, docket: &mut Docket) {
    for order in &history.orders {
        let Some(undone) = reversed_at(order) else { continue };
        docket.exercised();
        if let Some(event) = still_captured(order, undone) {
            let what = "reversed for the merchant, and the ledger holds the customer's money";
            breach(history, docket, order, undone, event, what);
        }
        if let Some(seen) = paid_again(history, order, undone) {
            let what = "reported as paid after it was reversed";
            breach(history, docket, order, undone, seen.event.seq, what);
        }
    }
}

fn breach(
    history: &History,
    docket: &mut Docket,
    order: &Order,
    undone: u64,
    event: u64,
    what: &str,
) {
    docket.broken(event, || Violation {
        evidence: vec![undone],
        what: what.into(),
        ..history.case(order, event)
    });
}

fn reversed_at(order: &Order) -> Option<u64> {
    let shown = order.reports.iter().find(|seen| seen.report.status == Status::Reversed);
    [shown.map(|seen| seen.event.seq), order.reversal_done()].into_iter().flatten().min()
}

/// The first event from the reversal on at which the ledger holds it as captured.
fn still_captured(order: &Order, undone: u64) -> Option<u64> {
    if order.state_at(undone) == Some(LedgerState::Captured) {
        return Some(undone);
    }
    let later = order.ledger.iter().filter(|change| change.event.seq > undone);
    let mut captures = later.filter(|change| change.change.state == LedgerState::Captured);
    captures.next().map(|change| change.event.seq)
}

fn paid_again<'o, 't>(
    history: &History,
    order: &'o Order<'t>,
    undone: u64,
) -> Option<&'o Seen<'t>> {
    let at = history.time_of(undone);
    let bounds = &history.header().bounds;
    order
        .approvals()
        .filter(|seen| seen.event.seq > undone)
        .find(|seen| seen.by_terminal() || seen.event.at > at + bounds.of(seen.report.channel))
}

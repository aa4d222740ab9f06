//! L2: every order that left the terminal is settled on its screen, as the ledger says.
//!
//! For each order of which a sale request left, from some moment on every report of it on the
//! screen is final and true: approved where the ledger ends with captured (or refunded), declined
//! or reversed where it ends with anything else or never heard of the order. That moment comes
//! within the bound after the query window, which is the longest attended wait after the first
//! sale request, or after the end of the trouble (of link, host or power) that began before the
//! bound had run out. What is not due yet when the run ends is not judged. Exercised by each such
//! order.

use contract::event::Tap;
use contract::{Channel, LedgerState, Status};

use super::calm::Calm;
use super::docket::Docket;
use super::history::History;
use super::order::{Order, Seen};
use crate::finding::{Measured, Violation};

pub(super) fn resolution(history: &History, docket: &mut Docket) {
    let bounds = &history.header().bounds;
    let calm = Calm::of(history, Channel::Screen, bounds.resolve);
    for order in &history.orders {
        let Some(sale) = order.first_sale() else { continue };
        docket.exercised();
        let base = calm.after(order.terminal, sale.event.at + bounds.attended);
        let due = base + bounds.resolve;
        let settled = settled(order).map(|seen| seen.event.at);
        let took = settled.map(|at| at.since(base));
        let measured = Measured { took, bound: bounds.resolve };
        match settled {
            Some(at) if at <= due => docket.took(measured),
            None if due > history.end() => {}
            _ => {
                let event = history.first_from(due);
                breach(history, docket, order, measured, (sale.event.seq, event));
            }
        }
    }
}

fn breach(
    history: &History,
    docket: &mut Docket,
    order: &Order,
    measured: Measured,
    span: (u64, u64),
) {
    let blind = history.blind(&[Tap::Screen, Tap::Ledger], order.terminal, span);
    docket.absent(blind, span.1, || Violation {
        evidence: vec![span.0],
        what: format!("not settled on the screen as the ledger says within {}", measured.bound),
        measured: Some(measured),
        ..history.case(order, span.1)
    });
}

/// The report from which on the screen says the truth.
fn settled<'o, 't>(order: &'o Order<'t>) -> Option<&'o Seen<'t>> {
    let truth = order.ledger.last().map(|change| change.change.state);
    let shown = order.reports.iter().rev().filter(|s| s.report.channel == Channel::Screen);
    shown.take_while(|seen| agrees(seen.report.status, truth)).last()
}

fn agrees(status: Status, truth: Option<LedgerState>) -> bool {
    match status {
        Status::Approved => {
            matches!(truth, Some(LedgerState::Captured | LedgerState::Refunded))
        }
        Status::Declined | Status::Reversed => {
            !matches!(truth, Some(LedgerState::Captured | LedgerState::Pending))
        }
        Status::Pending | Status::Unknown => false,
    }
}

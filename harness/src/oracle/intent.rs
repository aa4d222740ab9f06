//! S3: one wish to pay takes the money once.
//!
//! An order belongs to the customer whose code its sale request charges, or, when no such request
//! was seen, to the one whose code the ledger says was charged. Two things break the rule: the
//! money of a customer is captured while an earlier capture of his, for the same order or another,
//! is not undone; or the first sale request of an order leaves while an earlier order of the same
//! customer is open as seen from the terminal (no final status shown, no reversal acknowledged, no
//! definite refusal received). Repeating the same order is allowed. Exercised by each customer
//! with an order.

use contract::event::Tap;
use contract::{IntentId, LedgerState};

use super::docket::Docket;
use super::history::{History, Wish};
use super::order::Order;
use crate::finding::Violation;

pub(super) fn single_capture(history: &History, docket: &mut Docket) {
    for (intent, wish) in history.intents.iter().filter(|(_, wish)| !wish.orders.is_empty()) {
        docket.exercised();
        captured_once(history, docket, *intent, wish);
        if wish.orders.len() > 1 {
            one_open(history, docket, *intent, wish);
        }
    }
}

fn captured_once(history: &History, docket: &mut Docket, intent: IntentId, wish: &Wish) {
    let of = |number: &usize| {
        let number = *number;
        history.orders[number].ledger.iter().map(move |change| (change, number))
    };
    let mut changes: Vec<_> = wish.orders.iter().flat_map(of).collect();
    changes.sort_unstable_by_key(|(change, _)| change.event.seq);
    let mut held: Vec<usize> = Vec::new();
    for (change, number) in changes {
        if change.change.state != LedgerState::Captured {
            held.retain(|other| *other != number);
            continue;
        }
        let other = held.last().map(|other| &history.orders[*other]);
        held.push(number);
        let Some((other, first)) = other.and_then(|o| Some((o, o.captured()?))) else { continue };
        docket.broken(change.event.seq, || Violation {
            evidence: vec![first.event.seq],
            what: format!("{intent} paid twice: order {} had been captured before", other.id),
            ..history.case(&history.orders[number], change.event.seq)
        });
    }
}

fn one_open(history: &History, docket: &mut Docket, intent: IntentId, wish: &Wish) {
    let orders = wish.orders.iter().map(|number| &history.orders[*number]);
    let sent = |order| -> Option<(u64, &Order)> { Some((first_sent(order)?, order)) };
    let mut sent: Vec<(u64, &Order)> = orders.filter_map(sent).collect();
    sent.sort_unstable_by_key(|(sale, _)| *sale);
    let mut open: Option<(u64, &Order)> = None;
    for (sale, order) in sent {
        if let Some((_, earlier)) = open.filter(|(until, _)| *until > sale) {
            let span = (first_sent(earlier).unwrap_or(1), sale);
            let taps = [Tap::Screen, Tap::TerminalWire];
            let blind = history.blind(&taps, order.terminal, span);
            docket.absent(blind, sale, || Violation {
                evidence: vec![span.0],
                what: format!(
                    "a new order of {intent} was sent while order {} was unresolved",
                    earlier.id
                ),
                ..history.case(order, sale)
            });
        }
        let until = order.resolved().unwrap_or(u64::MAX);
        if open.is_none_or(|(latest, _)| until > latest) {
            open = Some((until, order));
        }
    }
}

fn first_sent(order: &Order) -> Option<u64> {
    order.first_sale().map(|sale| sale.event.seq)
}

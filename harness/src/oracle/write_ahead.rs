//! S6: written safely before it is sent, and after a power cut nothing that never was.
//!
//! Before an order's first sale request leaves, the order number must stand in the terminal's
//! flash, synced (or in a content that replaced all). After a power cut the terminal asks about
//! and presents only orders whose number is safe in its flash by then, and asks with the amount
//! that each had before the cut (which amount screen and paper state is S4's matter: a firmware
//! can word a sound record wrong); only *declined* needs no record, for an order that is refused
//! before it is sent harms nobody. Exercised by each order of which a sale request left, and by
//! each order that the terminal speaks of after a power cut without having sent it.

use contract::event::Tap;
use contract::{Amount, EventKind, Status};

use super::docket::Docket;
use super::history::{History, Till};
use super::order::Order;
use crate::finding::Violation;

pub(super) fn write_ahead(history: &History, docket: &mut Docket) {
    for order in &history.orders {
        if let Some(sale) = order.first_sale() {
            docket.exercised();
            let sent = sale.event.seq;
            if order.durable.is_none_or(|safe| safe > sent) {
                let blind = history.blind(&[Tap::Flash], order.terminal, (1, sent));
                docket.absent(blind, sent, || {
                    let what = "the sale request left before the flash held its order number";
                    Violation { what: what.into(), ..history.case(order, sent) }
                });
            }
        }
    }
    for till in history.tills.values() {
        after_power_cuts(history, docket, till);
    }
}

/// What the terminal says of orders that are older than its last power cut.
fn after_power_cuts(history: &History, docket: &mut Docket, till: &Till) {
    let mut cut: Option<u64> = None;
    for event in &till.events {
        let amount = match &event.kind {
            EventKind::Power { on: false } => {
                cut = Some(event.seq);
                continue;
            }
            EventKind::Sent(frame) => frame.message.as_ref().and_then(|message| message.amount),
            EventKind::Report(report)
                if report.channel.of_terminal() && report.status != Status::Declined =>
            {
                None
            }
            _ => continue,
        };
        let (Some(cut), Some(number)) = (cut, history.subject(event)) else { continue };
        let order = &history.orders[number];
        if let Some(what) = never_written(order, cut, event.seq, amount) {
            docket.exercised();
            let blind = history.blind(&[Tap::Flash], order.terminal, (1, event.seq));
            docket.absent(blind, event.seq, || Violation {
                evidence: vec![cut],
                what,
                ..history.case(order, event.seq)
            });
        }
    }
}

/// Why what the terminal says here can't come from a record of before the cut; only for orders of
/// which no sale request left since.
fn never_written(order: &Order, cut: u64, now: u64, amount: Option<Amount>) -> Option<String> {
    let sent = order.first_sale().map(|sale| sale.event.seq).filter(|sent| *sent <= now);
    if sent.is_some_and(|sent| sent > cut) {
        return None;
    }
    if sent.is_none() && order.durable.is_none_or(|safe| safe > now) {
        return Some(
            "after a power cut the terminal speaks of an order that it never wrote".into(),
        );
    }
    let (asked, stated) = (sent.and(order.asked())?, amount?);
    (asked != stated).then(|| format!("after a power cut the order is over {stated}, not {asked}"))
}

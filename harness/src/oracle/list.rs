//! S10: a list that names no filter shows everything, and counts what it shows.
//!
//! A list that names a filter is not judged: what it hides, it says. One that names none must hold
//! a line for each order that its own channel had reported as paid before, that was not struck
//! from it and whose capture still stood; for the terminal's own list only the orders since its
//! last closed batch count, because closing clears it. An order that was captured and is not
//! reported yet may be missing: that is L1's and L4's matter. The count is that of the visible
//! lines, or of those that say paid; the total is that of the lines that say paid, or of all that
//! are not declined or reversed (documents differ on what a list counts). Exercised by each list
//! without a filter.

use std::collections::{BTreeMap, BTreeSet};

use contract::event::ListView;
use contract::{Amount, Channel, Event, EventKind, LedgerState, OrderId, Status, TerminalId};

use super::docket::Docket;
use super::history::History;
use super::order::Order;
use crate::finding::Violation;

/// The first approval of an order on a channel: its event and the order's place.
type Approval = (u64, usize);

pub(super) fn complete_view(history: &History, docket: &mut Docket) {
    let mut approvals: Option<BTreeMap<Channel, Vec<Approval>>> = None;
    let mut closed: BTreeMap<Option<TerminalId>, u64> = BTreeMap::new();
    for event in history.events() {
        match &event.kind {
            EventKind::BatchClosed { .. } => {
                closed.insert(event.terminal, event.seq);
            }
            EventKind::List(list) if list.filter.is_none() => {
                docket.exercised();
                counted(docket, event, list);
                let approvals = approvals.get_or_insert_with(|| first_approvals(history));
                let due = approvals.get(&list.channel).map_or(&[][..], Vec::as_slice);
                let own = list.channel == Channel::Screen;
                let since = closed.get(&event.terminal).filter(|_| own).copied().unwrap_or(0);
                complete(history, docket, event, list, due, since);
            }
            _ => {}
        }
    }
}

fn counted(docket: &mut Docket, event: &Event, list: &ListView) {
    let of = |keep: fn(Status) -> bool| {
        let rows = list.rows.iter().filter(move |row| keep(row.status));
        rows.fold((0, Amount(0)), |(n, sum), row| {
            (n + 1, Amount(sum.0.saturating_add(row.amount.0)))
        })
    };
    let paid = of(|status| status == Status::Approved);
    let open = of(|status| !matches!(status, Status::Declined | Status::Reversed));
    let counts = [list.rows.len(), paid.0].contains(&(list.count as usize));
    if counts && [paid.1, open.1].contains(&list.total) {
        return;
    }
    docket.broken(event.seq, || Violation {
        terminal: event.terminal,
        truth: format!("{} lines, {} paid, {}", list.rows.len(), paid.0, paid.1),
        seen: format!("{} payments, {}", list.count, list.total),
        what: "the list's count and total are not those of what it shows".into(),
        ..Violation::default()
    });
}

fn complete(
    history: &History,
    docket: &mut Docket,
    event: &Event,
    list: &ListView,
    due: &[Approval],
    since: u64,
) {
    let shown: BTreeSet<OrderId> = list.rows.iter().map(|row| row.order).collect();
    let due = due.iter().take_while(|(seq, _)| *seq < event.seq).filter(|(seq, _)| *seq > since);
    let orders = due.map(|(seq, number)| (*seq, &history.orders[*number]));
    let here = |order: &Order| event.terminal.is_none() || event.terminal == order.terminal;
    let mut missing = orders.filter(|(_, order)| {
        here(order) && !shown.contains(&order.id) && stands(order, list.channel, event.seq)
    });
    let Some((reported, order)) = missing.next() else { return };
    docket.broken(event.seq, || Violation {
        evidence: vec![reported],
        what: "the list names no filter and hides a payment that was reported before".into(),
        ..history.case(order, event.seq)
    });
}

/// Whether the capture stood at this event and the channel had not struck the order.
fn stands(order: &Order, channel: Channel, now: u64) -> bool {
    let struck = |(event, place): &(&Event, Channel)| *place == channel && event.seq < now;
    order.state_at(now) == Some(LedgerState::Captured) && !order.retracted.iter().any(struck)
}

/// By channel, in the trace's order.
fn first_approvals(history: &History) -> BTreeMap<Channel, Vec<Approval>> {
    let mut approvals: BTreeMap<Channel, Vec<Approval>> = BTreeMap::new();
    for (number, order) in history.orders.iter().enumerate() {
        for channel in Channel::ALL {
            let first = order.approvals().find(|seen| seen.report.channel == channel);
            if let Some(seen) = first {
                approvals.entry(channel).or_default().push((seen.event.seq, number));
            }
        }
    }
    approvals.values_mut().for_each(|list| list.sort_unstable());
    approvals
}

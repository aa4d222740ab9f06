//! Reports that name no order (a soundbox says only an amount) are given to the order that they
//! can mean: of those of this terminal and amount that were captured by then, the first one that
//! stands and that this channel does not report yet. Where all of them are reported, the report is
//! one too many, and counts as one more of the latest (S1). A copy is one of the latest that this
//! channel reports. A report without an amount, or at no terminal, can mean any.
//!
//! What can mean no capture at all stays without an order, and S2 judges it.

use std::collections::BTreeMap;

use contract::{Amount, Channel, LedgerState, TerminalId};

use super::history::History;
use super::order::{Order, Seen};

/// One kind of report that can't be told apart.
type Kind = (Option<TerminalId>, Option<Amount>);

/// The captures of a kind: numbers of event and order, in the trace's order.
type Captures = Vec<(u64, usize)>;

/// Gives the nameless reports of a history to its orders.
pub(super) fn attribute(history: &mut History) {
    let captures = captures(history);
    let mut places: BTreeMap<(Kind, Channel), usize> = BTreeMap::new();
    for seen in std::mem::take(&mut history.nameless) {
        let kind = kind(&seen);
        let place = places.entry((kind, seen.report.channel)).or_default();
        let captured = captures.get(&kind).map_or(&[][..], Vec::as_slice);
        match meant(&history.orders, captured, place, &seen) {
            Some(order) => insert(&mut history.orders[order], seen),
            None => history.nameless.push(seen),
        }
    }
}

fn kind(seen: &Seen) -> Kind {
    (seen.event.terminal, seen.report.amount)
}

/// The order that a report means. `place` is where the search among the captures goes on: what is
/// before it is reported or undone for ever.
fn meant(
    orders: &[Order],
    captured: &[(u64, usize)],
    place: &mut usize,
    seen: &Seen,
) -> Option<usize> {
    let (channel, now) = (seen.report.channel, seen.event.seq);
    let due = captured.partition_point(|(seq, _)| *seq <= now);
    let stands = |order: &Order| order.state_at(now) == Some(LedgerState::Captured);
    let latest = |wanted: &dyn Fn(&Order) -> bool| {
        let mut back = captured[..due].iter().rev().map(|(_, order)| *order);
        back.find(|order| wanted(&orders[*order]))
    };
    if seen.report.copy
        && let Some(order) = latest(&|order| order.approved_on(channel))
    {
        return Some(order);
    }
    let open = |order: &Order| stands(order) && !order.approved_on(channel);
    while *place < due && !open(&orders[captured[*place].1]) {
        *place += 1;
    }
    match captured[..due].get(*place) {
        Some((_, order)) => Some(*order),
        None if of_an_unpaid_sale(orders, &captured[..due], seen) => None,
        None => latest(&stands).or_else(|| latest(&|_| true)),
    }
}

/// Whether a report without an amount comes when the last sale of its terminal took no money.
fn of_an_unpaid_sale(orders: &[Order], captured: &[(u64, usize)], seen: &Seen) -> bool {
    let (terminal, now) = (seen.event.terminal, seen.event.seq);
    if seen.report.amount.is_some() {
        return false;
    }
    let here = |order: &&Order| terminal.is_none() || order.terminal == terminal;
    let took_none = |order: &&Order| order.state_at(now).is_none_or(unpaid);
    let sales = orders.iter().filter(here).filter(took_none);
    let sent = sales.filter_map(|order| Some(order.first_sale()?.event.seq));
    sent.filter(|sent| *sent < now).max() > captured.last().map(|(taken, _)| *taken)
}

const fn unpaid(state: LedgerState) -> bool {
    matches!(state, LedgerState::Pending | LedgerState::Rejected | LedgerState::Closed)
}

/// The captures of each kind that some report is of.
fn captures(history: &History) -> BTreeMap<Kind, Captures> {
    let mut captures: BTreeMap<Kind, Captures> =
        history.nameless.iter().map(|seen| (kind(seen), Captures::new())).collect();
    if captures.is_empty() {
        return captures;
    }
    for (number, order) in history.orders.iter().enumerate() {
        let Some(taken) = order.captured() else { continue };
        let amount = Some(taken.change.amount);
        for kind in [(order.terminal, amount), (order.terminal, None), (None, amount), (None, None)]
        {
            if let Some(list) = captures.get_mut(&kind) {
                list.push((taken.event.seq, number));
            }
        }
    }
    for list in captures.values_mut() {
        list.sort_unstable();
        list.dedup();
    }
    captures
}

fn insert<'t>(order: &mut Order<'t>, seen: Seen<'t>) {
    let place = order.reports.partition_point(|other| other.event.seq < seen.event.seq);
    order.reports.insert(place, seen);
}

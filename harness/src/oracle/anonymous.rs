//! Reports that name no order (a soundbox says only an amount) are given to the order that they
//! can only mean: of those of this terminal and amount that were captured by then, the first one
//! that was not yet reported on that channel; if all were, the only one; else none.

use std::collections::BTreeMap;

use contract::{Amount, Channel, LedgerState, Status, TerminalId};

use super::history::History;
use super::order::{Order, Seen};

/// One kind of report that can't be told apart.
type Kind = (Option<TerminalId>, Amount);

/// Gives the nameless reports of a history to its orders.
pub(super) fn attribute(history: &mut History) {
    if history.nameless.is_empty() {
        return;
    }
    let captures = captures(&history.orders);
    let mut used: BTreeMap<(Kind, Channel), usize> = BTreeMap::new();
    for seen in std::mem::take(&mut history.nameless) {
        let (report, Some(amount)) = (seen.report, seen.report.amount) else { continue };
        let kind = (seen.event.terminal, amount);
        let Some(captured) = captures.get(&kind) else { continue };
        let due = captured.partition_point(|(seq, _)| *seq <= seen.event.seq);
        let used = used.entry((kind, report.channel)).or_default();
        let meant = match captured.get(*used) {
            Some((_, order)) if *used < due => Some(*order),
            _ if due == 1 => Some(captured[0].1),
            _ => None,
        };
        if let Some(order) = meant {
            *used += usize::from(report.status == Status::Approved && *used < due);
            insert(&mut history.orders[order], seen);
        }
    }
}

/// The captures of each kind, in the trace's order.
fn captures(orders: &[Order]) -> BTreeMap<Kind, Vec<(u64, usize)>> {
    let mut captures: BTreeMap<Kind, Vec<(u64, usize)>> = BTreeMap::new();
    for (number, order) in orders.iter().enumerate() {
        let taken = order.ledger.iter().find(|c| c.change.state == LedgerState::Captured);
        if let Some(taken) = taken {
            let kind = (order.terminal, taken.change.amount);
            captures.entry(kind).or_default().push((taken.event.seq, number));
        }
    }
    captures.values_mut().for_each(|list| list.sort_unstable());
    captures
}

fn insert<'t>(order: &mut Order<'t>, seen: Seen<'t>) {
    let place = order.reports.partition_point(|other| other.event.seq < seen.event.seq);
    order.reports.insert(place, seen);
}

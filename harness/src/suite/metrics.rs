//! What can be counted in a trace: payments, reports and how long they took. Judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use contract::{EventKind, LedgerState, OrderId, Purpose, Status, Time, Trace};

use crate::result::Metrics;

/// Counts one trace.
pub fn of(trace: &Trace) -> Metrics {
    let mut count = Count::default();
    for event in trace.events() {
        count.see(event.at, &event.kind);
    }
    count.finish()
}

#[derive(Default)]
struct Count {
    payments: u32,
    captured: BTreeMap<OrderId, Time>,
    reported: BTreeMap<OrderId, Time>,
    unknown: BTreeSet<OrderId>,
    reversals: BTreeSet<OrderId>,
}

impl Count {
    fn see(&mut self, at: Time, kind: &EventKind) {
        match kind {
            EventKind::Intent { .. } => self.payments += 1,
            EventKind::Ledger(change) if change.state == LedgerState::Captured => {
                self.captured.entry(change.order).or_insert(at);
            }
            EventKind::Report(report) => {
                let Some(order) = report.order else { return };
                match report.status {
                    Status::Approved => drop(self.reported.entry(order).or_insert(at)),
                    Status::Unknown => drop(self.unknown.insert(order)),
                    _ => {}
                }
            }
            EventKind::Sent(wire) => {
                let message = wire.message.as_ref();
                let reversal = message.filter(|m| m.purpose == Purpose::Reversal && !m.answer);
                self.reversals.extend(reversal.and_then(|m| m.order));
            }
            _ => {}
        }
    }

    fn finish(self) -> Metrics {
        let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let times = self
            .reported
            .iter()
            .filter_map(|(order, at)| self.captured.get(order).map(|captured| at.since(*captured)));
        let mut report_times: Vec<_> = times.collect();
        report_times.sort_unstable();
        Metrics {
            payments: self.payments,
            captured: size(self.captured.len()),
            reported: size(report_times.len()),
            unknown_shown: size(self.unknown.len()),
            reversals: size(self.reversals.len()),
            report_times,
        }
    }
}

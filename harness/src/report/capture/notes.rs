//! What a packet's comment says: which event it is, of which payment, under which faults.

use std::collections::BTreeMap;

use contract::{CodeText, Event, EventKind, FaultNo, IntentId, OrderId, TerminalId, Trace};

use super::super::wording;
use crate::message::{Lang, Words};

pub(super) struct Notes<'t> {
    trace: &'t Trace,
    codes: BTreeMap<CodeText, IntentId>,
    orders: BTreeMap<OrderId, IntentId>,
    /// In force: where, and which.
    faults: BTreeMap<FaultNo, (Option<TerminalId>, &'static str)>,
}

impl<'t> Notes<'t> {
    pub(super) fn of(trace: &'t Trace) -> Notes<'t> {
        let (codes, orders, faults) = Default::default();
        Notes { trace, codes, orders, faults }
    }

    /// Keeps what later comments need.
    pub(super) fn see(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Presented { intent, code } => {
                self.codes.insert(*code, *intent);
            }
            EventKind::Sent(wire) | EventKind::Received(wire) => {
                let named = wire.message.as_ref().and_then(|m| Some((m.order?, m.code?)));
                if let Some((order, code)) = named
                    && let Some(intent) = self.codes.get(&code)
                {
                    self.orders.insert(order, *intent);
                }
            }
            EventKind::FaultOn { no, fault } => {
                let terminal = event.terminal.filter(|_| !fault.is_global());
                self.faults.insert(*no, (terminal, fault.id().0));
            }
            EventKind::FaultOff(no) => {
                self.faults.remove(no);
            }
            EventKind::Healed => self.faults.clear(),
            _ => {}
        }
    }

    /// The comment on a message; of anything else there is none.
    pub(super) fn on(&self, event: &Event) -> Option<String> {
        let (EventKind::Sent(wire) | EventKind::Received(wire)) = &event.kind else { return None };
        let text = wording::event(&event.kind, self.trace.header(), Words(Lang::En));
        let mut note = format!("event #{}: {text}", event.seq);
        if let Some(order) = wire.message.as_ref().and_then(|message| message.order) {
            let payment = self.orders.get(&order).map(|one| format!("payment {one}, "));
            note += &format!("; {}order {order}", payment.unwrap_or_default());
        }
        let here = |at: Option<TerminalId>| at.is_none() || at == event.terminal;
        let ids = self.faults.values().filter(|(at, _)| here(*at)).map(|(_, id)| *id);
        let ids: Vec<&str> = ids.collect();
        if !ids.is_empty() {
            note += &format!("; in force: {}", ids.join(", "));
        }
        Some(note)
    }
}

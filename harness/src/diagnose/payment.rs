//! Which payment a violation is about, and from when to when it was under way. Reads the trace
//! only.

use std::collections::BTreeSet;

use contract::{
    CodeText, Event, EventKind, IntentId, Message, OrderId, Purpose, TerminalId, Trace,
};

use crate::finding::{Rule, Violation};

/// A payment in the trace.
#[derive(Clone)]
pub(super) struct Payment {
    /// Its order, when one is known.
    pub(super) order: Option<OrderId>,
    /// Whose wish to pay it serves, when that is known.
    pub(super) intent: Option<IntentId>,
    /// Where; `None` for anywhere.
    pub(super) terminal: Option<TerminalId>,
    /// The codes that the customer presented for it.
    pub(super) codes: BTreeSet<CodeText>,
    /// Number of its first event.
    pub(super) from: u64,
    /// Number of the last event that can have mattered to the violation.
    pub(super) until: u64,
}

/// A message that a wire event carries, decoded.
pub(super) fn message(event: &Event) -> Option<&Message> {
    match &event.kind {
        EventKind::Sent(wire) | EventKind::Received(wire) => wire.message.as_ref(),
        _ => None,
    }
}

/// Order and code of a sale request.
fn sale(event: &Event) -> Option<(OrderId, CodeText)> {
    let message = message(event).filter(|m| m.purpose == Purpose::Sale && !m.answer)?;
    Some((message.order?, message.code.unwrap_or_default()))
}

impl Payment {
    /// The payment that the violation is about.
    pub(super) fn of(trace: &Trace, rule: &Rule, violation: &Violation) -> Payment {
        let at_event = trace.event(violation.event);
        let mut payment = Payment {
            order: violation.order,
            intent: violation.intent,
            terminal: violation.terminal.or_else(|| at_event.and_then(|e| e.terminal)),
            codes: BTreeSet::new(),
            from: 1,
            until: at_event.map_or(trace.events().len() as u64, |e| e.seq),
        };
        payment.intent = payment.intent.or_else(|| payment.find_intent(trace));
        payment.codes = payment.presented(trace);
        payment.order = payment.order.or_else(|| payment.find_order(trace));
        payment.find_life(trace, rule, violation);
        payment
    }

    /// The intent whose code the order's sale carries.
    fn find_intent(&self, trace: &Trace) -> Option<IntentId> {
        let mut sales = trace.events().iter().filter_map(sale);
        let (_, code) = sales.find(|(order, _)| Some(*order) == self.order)?;
        trace.events().iter().find_map(|event| match event.kind {
            EventKind::Presented { intent, code: shown } if shown == code => Some(intent),
            _ => None,
        })
    }

    fn presented(&self, trace: &Trace) -> BTreeSet<CodeText> {
        let shown = |event: &Event| match event.kind {
            EventKind::Presented { intent, code } if Some(intent) == self.intent => Some(code),
            _ => None,
        };
        trace.events().iter().filter_map(shown).collect()
    }

    fn find_order(&self, trace: &Trace) -> Option<OrderId> {
        let mut sales = trace.events().iter().filter_map(sale);
        sales.find(|(_, code)| self.codes.contains(code)).map(|(order, _)| order)
    }

    /// From its first event to the violation. A rule about "eventually" is broken long after
    /// what caused it; there it is until the next customer comes or the last word of the order,
    /// whichever is later.
    fn find_life(&mut self, trace: &Trace, rule: &Rule, violation: &Violation) {
        let mine = || trace.events().iter().filter(|e| self.names(e)).map(|e| e.seq);
        let (Some(first), Some(last)) = (mine().next(), mine().next_back()) else {
            return;
        };
        let liveness = matches!(rule, Rule::Invariant(i) if i.is_liveness());
        let proof = violation.evidence.iter().copied().max().unwrap_or(0);
        self.from = first;
        self.until = match liveness {
            true => last.max(self.next_customer(trace, first)),
            false => violation.event.max(proof),
        };
    }

    /// Number of the last event before the next customer comes to this terminal.
    fn next_customer(&self, trace: &Trace, first: u64) -> u64 {
        let comes = |e: &&Event| {
            e.seq > first
                && e.terminal == self.terminal
                && matches!(e.kind, EventKind::Intent { intent, .. } if Some(intent) != self.intent)
        };
        let end = trace.events().len() as u64;
        trace.events().iter().find(comes).map_or(end, |e| e.seq - 1)
    }

    /// Whether an event says something of this payment by name.
    fn names(&self, event: &Event) -> bool {
        let order = |order: &OrderId| Some(*order) == self.order;
        let intent = |intent: &IntentId| Some(*intent) == self.intent;
        match &event.kind {
            EventKind::Intent { intent: i, .. } | EventKind::Presented { intent: i, .. } => {
                intent(i)
            }
            EventKind::Ledger(change) => order(&change.order),
            EventKind::Report(report) => report.order.as_ref().is_some_and(order),
            EventKind::Sent(_) | EventKind::Received(_) => {
                message(event).and_then(|m| m.order.as_ref()).is_some_and(order)
            }
            _ => false,
        }
    }

    /// Whether an event of this terminal lies within the payment's life.
    pub(super) fn lives_at(&self, event: &Event) -> bool {
        (self.from..=self.until).contains(&event.seq) && self.is_here(event.terminal)
    }

    /// Whether something at this terminal, or nowhere in particular, can concern the payment.
    pub(super) fn is_here(&self, terminal: Option<TerminalId>) -> bool {
        terminal.is_none() || self.terminal.is_none() || terminal == self.terminal
    }
}

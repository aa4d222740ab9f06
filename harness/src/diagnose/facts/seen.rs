//! One pass over the trace: everything in it that belongs to one order, unordered and unjudged.

use contract::event::{FlashChange, Tap, WireMessage};
use contract::{
    Amount, Channel, Event, EventKind, LedgerState, Message, OrderId, Purpose, Status, Trace,
};

use super::At;
use crate::diagnose::payment::Payment;

/// The first sale request of the order.
pub(super) struct Sale {
    pub(super) at: At,
    pub(super) amount: Option<Amount>,
    pub(super) code_was_presented: bool,
    /// Whether the flash held a safe record of the order by then.
    pub(super) journalled: bool,
    stan: u32,
    tid: String,
}

/// The first answer to it.
pub(super) struct Answer {
    pub(super) at: At,
    pub(super) code: String,
    pub(super) amount: Option<Amount>,
}

/// What belongs to one order.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) meant: Option<Amount>,
    pub(super) sale: Option<Sale>,
    pub(super) reached_host: Option<At>,
    pub(super) ledger: Vec<(LedgerState, At)>,
    pub(super) host_answered: Option<At>,
    pub(super) answer: Option<Answer>,
    pub(super) power_cut: Option<At>,
    /// Changes of what each channel says, in order.
    pub(super) reports: Vec<(Channel, Status, At)>,
    pub(super) queries: u32,
    pub(super) query_answer: Option<(At, String)>,
    /// The first reversal, and whether any was answered.
    pub(super) reversal: Option<(At, bool)>,
    pub(super) charged_again: Option<(OrderId, At)>,
    written: bool,
    safe: bool,
}

impl Seen {
    /// Gathers it.
    pub(super) fn of(trace: &Trace, payment: &Payment, order: OrderId) -> Seen {
        let mut seen = Seen::default();
        for event in trace.events().iter().filter(|e| payment.is_here(e.terminal)) {
            seen.note(event, payment, order);
        }
        seen
    }

    /// Whether the terminal could not know the outcome from the answer alone.
    pub(super) fn was_left_in_doubt(&self) -> bool {
        let captured = self.ledger.iter().any(|(state, _)| *state == LedgerState::Captured);
        let clear = |answer: &Answer| !captured || answer.code == "00";
        self.power_cut.is_some() || !self.answer.as_ref().is_some_and(clear)
    }

    fn note(&mut self, event: &Event, payment: &Payment, order: OrderId) {
        let at = At::of(event);
        match &event.kind {
            EventKind::Intent { intent, meant } if Some(*intent) == payment.intent => {
                self.meant = Some(*meant);
            }
            EventKind::Sent(wire) => self.note_wire(wire, true, at, payment, order),
            EventKind::Received(wire) => self.note_wire(wire, false, at, payment, order),
            EventKind::Ledger(change) if change.order == order => {
                self.ledger.push((change.state, at));
            }
            EventKind::Flash(change) => self.note_flash(change, order),
            EventKind::Power { on: false } if payment.lives_at(event) => {
                self.power_cut.get_or_insert(at);
            }
            EventKind::Report(report) => {
                let unnamed = report.order.is_none() && payment.lives_at(event);
                if report.order == Some(order) || unnamed {
                    self.note_report(report.channel, report.status, at);
                }
            }
            _ => {}
        }
    }

    fn note_report(&mut self, channel: Channel, status: Status, at: At) {
        let before = self.reports.iter().rfind(|(c, ..)| *c == channel);
        if before.is_none_or(|(_, s, _)| *s != status) {
            self.reports.push((channel, status, at));
        }
    }

    fn note_flash(&mut self, change: &FlashChange, order: OrderId) {
        let name = order.as_str().as_bytes();
        match change {
            FlashChange::Write(bytes) => self.written |= bytes.contains(name),
            FlashChange::Sync => self.safe |= self.written,
            FlashChange::Replace(bytes) => self.safe |= bytes.contains(name),
            FlashChange::Lost { .. } => self.written = false,
        }
    }

    fn note_wire(
        &mut self,
        wire: &WireMessage,
        sent: bool,
        at: At,
        payment: &Payment,
        order: OrderId,
    ) {
        let Some(message) = &wire.message else { return };
        if !self.is_of(message, order) {
            self.note_other_sale(wire, message, sent, at, payment);
            return;
        }
        match (wire.tap, sent, message.answer) {
            (Tap::TerminalWire, true, false) => self.note_request(message, at, payment),
            (Tap::TerminalWire, false, true) => self.note_answer(message, at),
            (Tap::HostWire, false, false) if message.purpose == Purpose::Sale => {
                self.reached_host.get_or_insert(at);
            }
            (Tap::HostWire, true, true) if message.purpose == Purpose::Sale => {
                self.host_answered.get_or_insert(at);
            }
            _ => {}
        }
    }

    /// By its order number, or, for an answer that carries none, by terminal and STAN of the sale.
    fn is_of(&self, message: &Message, order: OrderId) -> bool {
        let same = |sale: &Sale| sale.stan == message.stan && sale.tid == message.tid;
        match message.order {
            Some(named) => named == order,
            None => message.answer && self.sale.as_ref().is_some_and(same),
        }
    }

    fn note_request(&mut self, message: &Message, at: At, payment: &Payment) {
        match message.purpose {
            Purpose::Sale if self.sale.is_none() => {
                let known = |code| payment.codes.is_empty() || payment.codes.contains(&code);
                self.sale = Some(Sale {
                    at,
                    amount: message.amount,
                    code_was_presented: message.code.is_none_or(known),
                    journalled: self.safe,
                    stan: message.stan,
                    tid: message.tid.clone(),
                });
            }
            Purpose::Query => self.queries += 1,
            Purpose::Reversal => {
                self.reversal.get_or_insert((at, false));
            }
            _ => {}
        }
    }

    fn note_answer(&mut self, message: &Message, at: At) {
        let code = message.response.clone().unwrap_or_default();
        match message.purpose {
            Purpose::Sale if self.answer.is_none() => {
                self.answer = Some(Answer { at, code, amount: message.amount });
            }
            Purpose::Query => self.query_answer = Some((at, code)),
            Purpose::Reversal => {
                if let Some((_, answered)) = &mut self.reversal {
                    *answered = true;
                }
            }
            _ => {}
        }
    }

    /// A sale of another order with a code of the same customer.
    fn note_other_sale(
        &mut self,
        wire: &WireMessage,
        message: &Message,
        sent: bool,
        at: At,
        payment: &Payment,
    ) {
        let request = wire.tap == Tap::TerminalWire && sent && !message.answer;
        let his = message.code.is_some_and(|code| payment.codes.contains(&code));
        if let Some(other) = message.order
            && request
            && his
            && message.purpose == Purpose::Sale
        {
            self.charged_again.get_or_insert((other, at));
        }
    }
}

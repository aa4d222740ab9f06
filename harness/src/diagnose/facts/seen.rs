//! One pass over the trace: everything in it that belongs to one order, unordered and unjudged.

use std::collections::BTreeSet;

use contract::event::{FlashChange, Report, Tap, WireMessage};
use contract::{
    Amount, Channel, CodeText, Event, EventKind, Fault, FaultNo, FieldText, LedgerState, Message,
    OrderId, Purpose, Status, Trace,
};

use super::At;
use crate::diagnose::payment::Payment;

/// The first sale request of the order.
pub(in crate::diagnose) struct Sale {
    pub(super) at: At,
    pub(super) amount: Option<Amount>,
    pub(super) code_was_presented: bool,
    /// Whether the flash held a safe record of the order by then.
    pub(super) journalled: bool,
    code: Option<CodeText>,
    stan: u32,
    tid: FieldText,
}

/// The first answer to it.
pub(super) struct Answer {
    pub(super) at: At,
    pub(super) code: FieldText,
    pub(super) amount: Option<Amount>,
}

/// What belongs to one order.
#[derive(Default)]
pub(in crate::diagnose) struct Seen {
    pub(super) meant: Option<Amount>,
    pub(in crate::diagnose) sale: Option<Sale>,
    pub(super) reached_host: Option<At>,
    pub(super) ledger: Vec<(LedgerState, At)>,
    pub(super) host_answered: Option<At>,
    pub(super) answer: Option<Answer>,
    pub(in crate::diagnose) power_cut: Option<At>,
    /// The answers that reached the terminal: to what, with which code, at which event.
    pub(in crate::diagnose) answers: Vec<(Purpose, FieldText, u64)>,
    /// The answers to something else that reached the terminal after the sale had left: of which
    /// order, if of one, and at which event.
    pub(in crate::diagnose) strays: Vec<(Option<OrderId>, u64)>,
    /// Reports that say paid on a channel that had said so before, not marked as copies.
    pub(in crate::diagnose) repeats: Vec<u64>,
    /// Whether the order number stood in sales of another code or amount, too.
    pub(in crate::diagnose) number_reused: bool,
    /// Reports that state another amount than was asked for.
    pub(super) other_amounts: Vec<(Channel, Amount, At)>,
    /// Changes of what each channel says, in order.
    pub(in crate::diagnose) reports: Vec<(Channel, Status, At)>,
    pub(super) queries: u32,
    pub(super) query_answer: Option<(At, FieldText)>,
    /// The first reversal that was asked for, and the first answer to any.
    pub(super) reversal: Option<(At, Option<(FieldText, At)>)>,
    /// When a fault took the host's answer to the sale away, before any tap.
    pub(super) answer_lost: Option<At>,
    /// The faults that do so.
    thieves: BTreeSet<FaultNo>,
    /// Whether the last request that reached the host was its sale.
    at_host: bool,
    pub(in crate::diagnose) charged_again: Option<(OrderId, At)>,
    written: bool,
    safe: bool,
    /// Whether the rig sees the flash at all.
    flash: bool,
}

impl Seen {
    /// Gathers it.
    pub(in crate::diagnose) fn of(trace: &Trace, payment: &Payment, order: OrderId) -> Seen {
        let flash = trace.header().rig.taps.contains(&Tap::Flash);
        let mut seen = Seen { flash, ..Seen::default() };
        for event in trace.events().iter().filter(|e| payment.is_here(e.terminal)) {
            seen.note(event, payment, order);
        }
        seen
    }

    /// Whether its request left before the flash held a safe record of it.
    pub(in crate::diagnose) fn unwritten(&self) -> bool {
        self.flash && self.sale.as_ref().is_some_and(|sale| !sale.journalled)
    }

    /// The last final result that the terminal gave up to this event, and at which.
    pub(in crate::diagnose) fn result_by(&self, event: u64) -> Option<(Status, u64)> {
        let own = self.reports.iter().rev().filter(|(channel, ..)| channel.of_terminal());
        let mut results = own.filter(|(_, status, at)| status.is_final() && at.seq <= event);
        results.next().map(|(_, status, at)| (*status, at.seq))
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
            EventKind::FaultOn { no, fault } if **fault == Fault::ResponseLost => {
                self.thieves.insert(*no);
            }
            EventKind::FaultMet(no) if self.at_host && self.thieves.contains(no) => {
                self.answer_lost.get_or_insert(at);
            }
            EventKind::Power { on: false } if payment.lives_at(event) => {
                self.power_cut.get_or_insert(at);
            }
            EventKind::Report(report) => {
                let unnamed = report.order.is_none() && payment.lives_at(event);
                if report.order == Some(order) || unnamed {
                    self.note_amount(report, at);
                    self.note_report(report, at);
                }
            }
            _ => {}
        }
    }

    fn note_report(&mut self, report: &Report, at: At) {
        let (channel, status) = (report.channel, report.status);
        let said = self.reports.iter().any(|(c, s, _)| (*c, *s) == (channel, Status::Approved));
        if said && status == Status::Approved && !report.copy {
            self.repeats.push(at.seq);
        }
        let before = self.reports.iter().rfind(|(c, ..)| *c == channel);
        if before.is_none_or(|(_, s, _)| *s != status) {
            self.reports.push((channel, status, at));
        }
    }

    fn note_amount(&mut self, report: &Report, at: At) {
        let asked = self.sale.as_ref().and_then(|sale| sale.amount);
        if let (Some(asked), Some(stated)) = (asked, report.amount)
            && asked != stated
        {
            self.other_amounts.push((report.channel, stated, at));
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
        if wire.tap == Tap::HostWire && !sent {
            self.at_host = self.is_of(message, order) && message.purpose == Purpose::Sale;
        }
        if !self.is_of(message, order) {
            self.note_stray(wire, message, sent, at);
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
            Purpose::Sale if self.sale.is_some() => {
                let same = |sale: &Sale| (sale.code, sale.amount) == (message.code, message.amount);
                self.number_reused |= !self.sale.as_ref().is_some_and(same);
            }
            Purpose::Sale => {
                let known = |code| payment.codes.is_empty() || payment.codes.contains(&code);
                self.sale = Some(Sale {
                    at,
                    amount: message.amount,
                    code: message.code,
                    code_was_presented: message.code.is_none_or(known),
                    journalled: self.safe,
                    stan: message.stan,
                    tid: message.tid,
                });
            }
            Purpose::Query => self.queries += 1,
            Purpose::Reversal => {
                self.reversal.get_or_insert((at, None));
            }
            _ => {}
        }
    }

    fn note_answer(&mut self, message: &Message, at: At) {
        let code = message.response.unwrap_or_default();
        self.answers.push((message.purpose, code, at.seq));
        match message.purpose {
            Purpose::Sale if self.answer.is_none() => {
                self.answer = Some(Answer { at, code, amount: message.amount });
            }
            Purpose::Query => self.query_answer = Some((at, code)),
            Purpose::Reversal => {
                if let Some((_, answer)) = &mut self.reversal {
                    answer.get_or_insert((code, at));
                }
            }
            _ => {}
        }
    }

    /// An answer to something else, while this one waits for its own.
    fn note_stray(&mut self, wire: &WireMessage, message: &Message, sent: bool, at: At) {
        let arrived = wire.tap == Tap::TerminalWire && !sent && message.answer;
        if arrived && self.sale.is_some() {
            self.strays.push((message.order, at.seq));
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

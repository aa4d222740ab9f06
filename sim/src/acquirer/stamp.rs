//! What every answer of the host carries beside its result: time, reference number, clearing, the
//! merchant's service switches.

use contract::{Fault, FieldText, Purpose, TerminalId};

use super::Acquirer;
use crate::calendar;
use crate::env::Env;
use crate::wire::{Clearing, Pdu};

/// Field 32: the acquiring institution's number (an invented one).
const INSTITUTION: &str = "99990000";

impl Acquirer {
    /// Stamps an answer. An order keeps its reference number; whatever else is answered gets one of
    /// its own.
    pub(super) fn stamp(&self, env: &Env, terminal: TerminalId, mut answer: Pdu) -> Pdu {
        let m = &answer.message;
        let known = m.order.filter(|_| matches!(m.purpose, Purpose::Sale | Purpose::Query));
        let rrn = known.and_then(|order| self.wallet.rrn(order, terminal));
        let number = rrn.unwrap_or_else(|| self.wallet.next_rrn());
        let time = answer.host_time.unwrap_or(env.now());
        let approved = matches!(answer.response(), Some("00" | "10"));
        answer.rrn = Some(format!("{number:012}"));
        // The last digits of the reference number stand for the wallet's authorisation. The day of
        // the payment is that of its settlement: this host has its cut-over at midnight.
        let approval = rrn.filter(|_| approved).map(|rrn| format!("{:06}", rrn % 1_000_000));
        answer.clearing = Some(Box::new(Clearing {
            acquirer: FieldText::new(INSTITUTION),
            approval: approval.as_deref().and_then(FieldText::new),
            date: calendar::month_and_day(time).filter(|_| approved),
        }));
        answer.host_time = Some(time);
        let sms_off = |fault: &Fault| matches!(fault, Fault::NotifySmsOff { .. });
        if self.faults.is_on(terminal, sms_off) {
            answer.services.get_or_insert_default().sms_off = true;
        }
        answer
    }
}

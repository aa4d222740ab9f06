//! The host's answers on their way out: sealed, and spoiled by the faults that are in force. What
//! an answer says is decided elsewhere.

use std::ops::ControlFlow;

use contract::fault::StrayKind;
use contract::{Amount, Fault, FieldText, Lapse, Message, OrderId, Purpose, TerminalId};

use super::memory::Memory;
use super::{Acquirer, answer_to};
use crate::env::{BoxStream, Env};
use crate::iso8583::{Encoding, Header, write_frame};
use crate::wire::{Pdu, WireError, security};

/// Field 41 of a terminal that is on no rig, for answers that went astray.
const STRANGER: &str = "99999999";

/// The highest STAN: six digits.
const LAST_STAN: u32 = 999_999;

/// What a stray answer states beside the right amount: one yuan more.
const ASTRAY: Amount = Amount(100);

/// An answer and what becomes of it.
pub(super) struct Reply {
    pub(super) pdu: Pdu,
    pub(super) after: Lapse,
    /// Sent once more after this time.
    again: Option<Lapse>,
    /// Its MAC is wrong.
    bad_mac: bool,
    bytes: Bytes,
}

/// What happens to the bytes of an answer.
enum Bytes {
    Whole,
    /// A stray answer comes before it.
    Behind(StrayKind),
    /// It is kept until the terminal's next request was answered.
    Held,
    /// A stray answer comes before it, in one piece with it.
    Glued,
    /// Two pieces with this pause between them.
    Split(Lapse),
    Corrupt,
}

impl From<Pdu> for Reply {
    fn from(pdu: Pdu) -> Reply {
        Reply { pdu, after: Lapse::ZERO, again: None, bad_mac: false, bytes: Bytes::Whole }
    }
}

impl Acquirer {
    pub(super) async fn send(
        &self,
        env: &Env,
        stream: &mut BoxStream,
        (memory, terminal): (&Memory, TerminalId),
        reply: &Reply,
    ) -> std::io::Result<()> {
        let Ok(mut frame) = self.frame(terminal, reply) else {
            return Ok(());
        };
        let held = memory.held.borrow_mut().remove(&terminal);
        match reply.bytes {
            Bytes::Whole => {}
            Bytes::Behind(which) => write_frame(stream, &self.stray(reply, which)).await?,
            Bytes::Glued => frame = [self.stray(reply, StrayKind::Terminal), frame].concat(),
            Bytes::Split(gap) => {
                let rest = frame.split_off(frame.len() / 2);
                write_frame(stream, &frame).await?;
                env.sleep(gap).await;
                frame = rest;
            }
            Bytes::Corrupt => self.corrupt(&mut frame),
            Bytes::Held => {
                memory.held.borrow_mut().insert(terminal, frame);
                return Ok(());
            }
        }
        write_frame(stream, &frame).await?;
        // Answers find a terminal by its number, on whichever connection it is by now.
        if let Some(held) = held {
            write_frame(stream, &held).await?;
        }
        if let Some(gap) = reply.again {
            env.sleep(gap).await;
            write_frame(stream, &frame).await?;
        }
        Ok(())
    }

    /// Answers who is not registered here: 97, or 03 for a terminal of another merchant.
    pub(super) async fn turn_away(
        &self,
        env: &Env,
        stream: &mut BoxStream,
        request: &Pdu,
    ) -> ControlFlow<()> {
        let registered = self.terminals.contains_key(request.message.tid.as_str());
        let mut answer = answer_to(request, if registered { "03" } else { "97" });
        answer.rrn = Some(format!("{:012}", self.wallet.next_rrn()));
        answer.host_time = Some(env.now());
        match answer.encode(self.wire) {
            Ok(frame) if !request.message.answer => match write_frame(stream, &frame).await {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            },
            _ => ControlFlow::Break(()),
        }
    }

    /// An answer's bytes, sealed where the wire has MACs.
    fn frame(&self, terminal: TerminalId, reply: &Reply) -> Result<Vec<u8>, WireError> {
        let sealed = self.wire.mac().is_some() && security::carries_mac(&reply.pdu.message);
        let key = if sealed { self.vault.mac(terminal) } else { None };
        let Some(key) = key else { return reply.pdu.encode(self.wire) };
        let mut frame = reply.pdu.seal(self.wire, &key)?;
        if let Some(last) = frame.last_mut().filter(|_| reply.bad_mac) {
            *last ^= 1;
        }
        Ok(frame)
    }

    /// The approval of another payment: one of this terminal with another STAN, or one of another
    /// terminal that happens to have the same STAN.
    fn stray(&self, reply: &Reply, which: StrayKind) -> Vec<u8> {
        let own = &reply.pdu.message;
        let (tid, stan) = match which {
            StrayKind::Stan => (own.tid, own.stan % LAST_STAN + 1),
            StrayKind::Terminal => (FieldText::new(STRANGER).unwrap_or_default(), own.stan),
        };
        let message = Message {
            tid,
            stan,
            order: OrderId::new(STRANGER),
            amount: own.amount.map(|amount| Amount(amount.0.saturating_add(ASTRAY.0))),
            response: FieldText::new("00"),
            ..own.clone()
        };
        let stray = Pdu { message, ..reply.pdu.clone() };
        stray.encode(self.wire).unwrap_or_default()
    }

    /// Makes the bitmap announce a second one that is not there.
    fn corrupt(&self, frame: &mut [u8]) {
        let framing = self.wire.framing();
        let mti = if framing.mti == Encoding::Bcd { 2 } else { 4 };
        let bitmap = framing.length_bytes + self.wire.header().map_or(0, |_| Header::BYTES) + mti;
        if let Some(byte) = frame.get_mut(bitmap) {
            *byte ^= 0x80;
        }
    }

    /// What the faults make of an answer; `None` when it gets lost.
    pub(super) fn spoil(
        &self,
        terminal: TerminalId,
        purpose: Purpose,
        mut pdu: Pdu,
    ) -> Option<Reply> {
        let done = matches!(pdu.response(), Some("00" | "10"));
        let slow = self.faults.meet_message(terminal, purpose, |fault| match fault {
            Fault::AcqSlow { delay } | Fault::AcqBrownOut { delay, .. } => Some(*delay),
            _ => None,
        });
        let mut after = slow.unwrap_or(Lapse::ZERO);
        if done && self.gets_lost(terminal, purpose) {
            return None;
        }
        if purpose != Purpose::Sale {
            return Some(Reply { after, ..pdu.into() });
        }
        let late = self.faults.meet(terminal, |fault| match fault {
            Fault::ResponseLate { delay } => Some(*delay),
            _ => None,
        });
        after = after + late.unwrap_or(Lapse::ZERO);
        let wrong = |fault: &Fault| match fault {
            Fault::AcqWrongAmount { amount } => Some(*amount),
            _ => None,
        };
        if let Some(amount) = done.then(|| self.faults.meet(terminal, wrong)).flatten() {
            pdu.message.amount = Some(amount);
        }
        let again = self.faults.meet(terminal, |fault| match fault {
            Fault::ResponseDuplicate { gap } => Some(*gap),
            _ => None,
        });
        let forged = |fault: &Fault| matches!(fault, Fault::ResponseMacBad);
        let sealed = self.wire.mac().is_some() && security::carries_mac(&pdu.message);
        let bad_mac = sealed && self.faults.meets(terminal, forged);
        Some(Reply { pdu, after, again, bad_mac, bytes: self.bytes(terminal) })
    }

    /// Whether the answer to what was done gets lost.
    fn gets_lost(&self, terminal: TerminalId, purpose: Purpose) -> bool {
        self.faults.meets(terminal, |fault| match fault {
            Fault::ResponseLost | Fault::AcqCapturedNotNotified { .. } => purpose == Purpose::Sale,
            Fault::AcqCancelLost => purpose == Purpose::Reversal,
            Fault::SettleResponseLost => purpose == Purpose::Settlement,
            _ => false,
        })
    }

    fn bytes(&self, terminal: TerminalId) -> Bytes {
        let found = self.faults.meet(terminal, |fault| match fault {
            Fault::ResponseReordered { which } => Some(Bytes::Behind(*which)),
            Fault::AnswersSwapped => Some(Bytes::Held),
            Fault::FrameCoalesce => Some(Bytes::Glued),
            Fault::FrameSplit { gap } => Some(Bytes::Split(*gap)),
            Fault::FrameCorrupt => Some(Bytes::Corrupt),
            _ => None,
        });
        found.unwrap_or(Bytes::Whole)
    }
}

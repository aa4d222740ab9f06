//! The acquirer's host: speaks ISO 8583 with terminals, asks the wallet, answers.
//!
//! What it keeps in memory dies with it; the wallet's books do not. Every fault here acts on the
//! host itself or on its answers, never on bytes of a TCP stream.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::rc::Rc;

use contract::fault::{MaintenanceMode, Rate};
use contract::{
    Amount, EventKind, Fault, IntentId, Lapse, Message, OrderId, Purpose, Source, TerminalId,
};
use rand::RngExt;
use tokio::io::AsyncWriteExt;

use crate::env::{BoxStream, Env, Tap};
use crate::faults::Faults;
use crate::iso8583::{Framer, Header, Profile, read_frame, write_frame};
use crate::wallet::{Answer, Undo, Wallet};
use crate::wire::Pdu;

/// Where the host listens.
pub(crate) const PORT: u16 = 5000;

/// The host's name on the rig's network.
pub(crate) const HOST: &str = "acquirer";

/// What the host and the wallet take for a request: 40 ms (assumption).
const WORK: Lapse = Lapse::from_ms(40);

/// So many of a terminal's last sales are known for telling a reused STAN (assumption).
const REMEMBERED: usize = 64;

/// What all connections of the host share, and what outlives it.
pub(crate) struct Acquirer {
    pub(crate) tap: Rc<dyn Tap>,
    pub(crate) wallet: Rc<Wallet>,
    pub(crate) faults: Rc<Faults>,
    /// Field 41 to terminal and field 42.
    pub(crate) terminals: Rc<BTreeMap<String, (TerminalId, String)>>,
    /// How messages are written.
    pub(crate) wire: &'static Profile,
}

/// What a running host keeps in memory.
#[derive(Default)]
struct Memory {
    /// STAN and mark of a terminal's last sales.
    recent: RefCell<BTreeMap<TerminalId, VecDeque<(u32, u32)>>>,
    rrn: Cell<u32>,
}

/// An answer and what becomes of it.
struct Reply {
    pdu: Pdu,
    after: Lapse,
    /// Sent once more after this time.
    again: Option<Lapse>,
}

impl Acquirer {
    /// Runs the host until its power goes.
    pub(crate) async fn run(self: Rc<Acquirer>, env: Env) {
        let memory = Rc::new(Memory::default());
        let Ok(mut listener) = env.net.bind(PORT).await else {
            return;
        };
        while let Ok(stream) = listener.accept().await {
            let (host, memory, env2) = (Rc::clone(&self), Rc::clone(&memory), env.clone());
            env.spawn.spawn(Box::pin(async move { host.serve(env2, &memory, stream).await }));
        }
    }

    /// One connection, until the terminal closes it or sends what is no message.
    async fn serve(&self, env: Env, memory: &Memory, mut stream: BoxStream) {
        let mut framer = Framer::new(self.wire);
        while let Ok(Some(frame)) = read_frame(&mut stream, &mut framer).await {
            // In a box, because most connections of a fleet are idle and need no room for it.
            if Box::pin(self.exchange(&env, memory, &mut stream, &frame)).await.is_break() {
                break;
            }
        }
        // The terminal is gone or talks nonsense: nobody hears of a failed goodbye.
        let _ = stream.shutdown().await;
    }

    /// One request and what follows from it; `Break` when the connection is of no use any more.
    async fn exchange(
        &self,
        env: &Env,
        memory: &Memory,
        stream: &mut BoxStream,
        frame: &[u8],
    ) -> ControlFlow<()> {
        let Ok(request) = Pdu::decode(self.wire, frame) else {
            return ControlFlow::Break(());
        };
        let Some((terminal, _)) = self.known(&request.message) else {
            return ControlFlow::Break(());
        };
        let Some(reply) = self.handle(env, memory, terminal, request).await else {
            return ControlFlow::Continue(());
        };
        env.sleep(reply.after).await;
        match self.send(env, stream, &reply).await {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    async fn send(&self, env: &Env, stream: &mut BoxStream, reply: &Reply) -> std::io::Result<()> {
        let Ok(frame) = reply.pdu.encode(self.wire) else {
            return Ok(());
        };
        write_frame(stream, &frame).await?;
        if let Some(gap) = reply.again {
            env.sleep(gap).await;
            write_frame(stream, &frame).await?;
        }
        Ok(())
    }

    /// The terminal of a request, when number and merchant belong together.
    fn known(&self, message: &Message) -> Option<(TerminalId, &str)> {
        let (terminal, mid) = self.terminals.get(&message.tid)?;
        (*mid == message.mid && !message.answer).then_some((*terminal, mid.as_str()))
    }

    /// Carries a request out. `None` for no answer.
    async fn handle(
        &self,
        env: &Env,
        memory: &Memory,
        terminal: TerminalId,
        request: Pdu,
    ) -> Option<Reply> {
        let purpose = request.message.purpose;
        let swallowed = |fault: &Fault| matches!(fault, Fault::RequestLost).then_some(());
        if purpose == Purpose::Sale && self.faults.meet(terminal, swallowed).is_some() {
            return None;
        }
        let mode = self.faults.meet_message(terminal, purpose, |fault| match fault {
            Fault::AcqMaintenance { mode } => Some(*mode),
            _ => None,
        });
        env.sleep(WORK).await;
        let answer = match mode {
            Some(MaintenanceMode::Drop) => return None,
            // 91: issuer or switch inoperative.
            Some(MaintenanceMode::Reject) => answer_to(&request, "91"),
            _ => self.carry_out(env, memory, terminal, &request),
        };
        if mode == Some(MaintenanceMode::AcceptNoReply) {
            return None;
        }
        self.spoil(terminal, purpose, self.stamp(env, memory, terminal, answer))
    }

    /// Does what is asked, unless the host has trouble of its own: then it answers so, whatever it
    /// did.
    fn carry_out(&self, env: &Env, memory: &Memory, terminal: TerminalId, request: &Pdu) -> Pdu {
        let purpose = request.message.purpose;
        let burst = |fault: &Fault| match fault {
            Fault::AcqErrorBurst { code, captured } => Some((code.clone(), *captured)),
            _ => None,
        };
        let work = || match purpose {
            Purpose::Sale => self.sale(env, memory, terminal, request),
            Purpose::Query => self.query(terminal, request),
            Purpose::Reversal => self.reverse(env, memory, terminal, request),
            Purpose::SignIn | Purpose::Echo => answer_to(request, "00"),
            // 12: invalid transaction. The host keeps no batches yet.
            Purpose::Void | Purpose::Refund | Purpose::Settlement | Purpose::BatchUpload => {
                answer_to(request, "12")
            }
        };
        let payment = !matches!(purpose, Purpose::SignIn | Purpose::Echo);
        let trouble = payment.then(|| self.faults.meet_message(terminal, purpose, burst)).flatten();
        let Some((response, share)) = trouble else { return work() };
        if Rate(env.rng.borrow_mut().random_range(0..Rate::ONE.0)) < share {
            work();
        }
        answer_to(request, &response)
    }

    fn sale(&self, env: &Env, memory: &Memory, terminal: TerminalId, request: &Pdu) -> Pdu {
        let m = &request.message;
        let (Some(order), Some(amount), Some(code)) = (m.order, m.amount, m.code) else {
            return answer_to(request, "30");
        };
        if amount == Amount(0) || m.currency.is_some_and(|currency| currency != 156) {
            return answer_to(request, "13");
        }
        if memory.reused(terminal, m.stan, order) {
            return answer_to(request, "94");
        }
        outcome(request, self.wallet.debit((order, terminal), amount, code, env.now()))
    }

    fn query(&self, terminal: TerminalId, request: &Pdu) -> Pdu {
        match request.message.order {
            None => answer_to(request, "30"),
            Some(order) => outcome(request, self.wallet.query(order, terminal)),
        }
    }

    fn reverse(&self, env: &Env, memory: &Memory, terminal: TerminalId, request: &Pdu) -> Pdu {
        let m = &request.message;
        let (Some(order), Some(amount)) = (m.order, m.amount) else {
            return answer_to(request, "30");
        };
        // A reversal carries the STAN of its sale.
        if memory.used_elsewhere(terminal, m.stan, order) {
            return answer_to(request, "25");
        }
        let response = match self.wallet.reverse((order, terminal), amount, env.now()) {
            Undo::Done => "00",
            Undo::NotFound => "25",
            Undo::OtherAmount => "13",
        };
        answer_to(request, response)
    }

    /// What every answer carries: time, reference number, the merchant's service switches.
    fn stamp(&self, env: &Env, memory: &Memory, terminal: TerminalId, mut answer: Pdu) -> Pdu {
        memory.rrn.set(memory.rrn.get() % 999_999 + 1);
        answer.rrn = Some(format!("{:012}", memory.rrn.get()));
        answer.host_time = answer.host_time.or(Some(env.now()));
        let sms_off = |fault: &Fault| matches!(fault, Fault::NotifySmsOff { .. }).then_some(());
        if self.faults.find(terminal, sms_off).is_some() {
            answer.services = Some("SMS=0".to_owned());
        }
        answer
    }

    /// What the faults make of an answer.
    fn spoil(&self, terminal: TerminalId, purpose: Purpose, mut pdu: Pdu) -> Option<Reply> {
        let paid = pdu.message.response.as_deref() == Some("00");
        let slow = self.faults.meet_message(terminal, purpose, |fault| match fault {
            Fault::AcqSlow { delay } => Some(*delay),
            _ => None,
        });
        let mut after = slow.unwrap_or(Lapse::ZERO);
        if purpose != Purpose::Sale {
            return Some(Reply { pdu, after, again: None });
        }
        let silent = |fault: &Fault| {
            matches!(fault, Fault::ResponseLost | Fault::AcqCapturedNotNotified { .. })
        };
        let lost = |fault: &Fault| silent(fault).then_some(());
        if paid && self.faults.meet(terminal, lost).is_some() {
            return None;
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
        if let Some(amount) = paid.then(|| self.faults.meet(terminal, wrong)).flatten() {
            pdu.message.amount = Some(amount);
        }
        let again = self.faults.meet(terminal, |fault| match fault {
            Fault::ResponseDuplicate { gap } => Some(*gap),
            _ => None,
        });
        Some(Reply { pdu, after, again })
    }

    /// The hotline looks an order up in the host's books for a customer.
    pub(crate) fn hotline(&self, terminal: TerminalId, intent: IntentId, order: OrderId) {
        let tell = |source, kind| self.tap.tell(Some(terminal), source, kind);
        tell(Source::Customer, EventKind::Claim { intent, order });
        let held = self.wallet.holds(order);
        let amount = held.map_or(Amount(0), |(amount, _)| amount);
        let captured = held.is_some();
        tell(Source::Acquirer, EventKind::ClaimAnswered { order, captured, amount });
    }
}

impl Memory {
    /// Whether a STAN was used for another order lately; remembers it otherwise.
    fn reused(&self, terminal: TerminalId, stan: u32, order: OrderId) -> bool {
        let mut recent = self.recent.borrow_mut();
        let sales = recent.entry(terminal).or_default();
        if let Some((_, known)) = sales.iter().find(|(used, _)| *used == stan) {
            return *known != mark(order);
        }
        if sales.len() == REMEMBERED {
            sales.pop_front();
        }
        sales.push_back((stan, mark(order)));
        false
    }

    /// Whether a STAN was used for another order lately.
    fn used_elsewhere(&self, terminal: TerminalId, stan: u32, order: OrderId) -> bool {
        let recent = self.recent.borrow();
        let mut sales = recent.get(&terminal).into_iter().flatten();
        sales.any(|(used, known)| *used == stan && *known != mark(order))
    }
}

/// What an order is remembered by: a fleet's host remembers many.
fn mark(order: OrderId) -> u32 {
    crc32fast::hash(order.as_str().as_bytes())
}

/// The wallet's answer on the wire.
fn outcome(request: &Pdu, answer: Answer) -> Pdu {
    let code = match answer {
        Answer::Paid { .. } => "00",
        Answer::Paying => "09",
        Answer::NotFound => "25",
        Answer::BadCode => "14",
        Answer::NoFunds => "51",
        Answer::Ended => "12",
        Answer::Conflict => "94",
    };
    let mut pdu = answer_to(request, code);
    if let Answer::Paid { amount, at } = answer {
        pdu.message.amount = Some(amount);
        pdu.host_time = Some(at);
    }
    pdu
}

/// An answer with this response code and the request's own fields.
fn answer_to(request: &Pdu, response: &str) -> Pdu {
    let message = Message {
        answer: true,
        code: None,
        response: Some(response.to_owned()),
        ..request.message.clone()
    };
    Pdu { header: request.header.map(Header::answer), ..Pdu::from(message) }
}

#[cfg(test)]
mod tests;

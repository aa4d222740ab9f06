//! The acquirer's host: speaks ISO 8583 with terminals, asks the wallet, answers.
//!
//! What it keeps in memory dies with it; the wallet's books do not. Every fault here acts on the
//! host itself or on its answers, never on bytes of a TCP stream.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::rc::Rc;

use contract::fault::{MaintenanceMode, Rate};
use contract::{
    Amount, EventKind, Fault, FieldText, IntentId, Lapse, Message, OrderId, Purpose, Source,
    TerminalId,
};
use rand::RngExt;
use tokio::io::AsyncWriteExt;

use crate::env::{BoxStream, Env, Tap};
use crate::faults::Faults;
use crate::iso8583::{Framer, Header, Profile, Requirement, read_frame};
use crate::link::Backbone;
use crate::merchant::Merchant;
use crate::wallet::{Answer, Charge, Undo, Wallet};
use crate::wire::services::Services;
use crate::wire::{Pdu, security};

mod batches;
mod magic;
mod memory;
mod reply;
mod stamp;
mod vault;

pub(crate) use batches::{Batches, UPLOAD_ENDS};
pub(crate) use magic::Magic;
pub use magic::amounts as magic_amounts;
use memory::Memory;
use reply::Reply;
pub(crate) use vault::Vault;

/// Where the host listens.
pub(crate) const PORT: u16 = 5000;

/// The host's name on the rig's network.
pub(crate) const HOST: &str = "acquirer";

/// The name of the second host, where there is one: the same program over the ledger of the first,
/// which a wired network lies before (`link::Backbone`).
pub(crate) const BACKUP: &str = "backup";

/// The names of so many hosts.
pub(crate) fn hosts(count: u32) -> &'static [&'static str] {
    if count > 1 { &[HOST, BACKUP] } else { &[HOST] }
}

/// What the host and the wallet take for a request: 40 ms (assumption).
const WORK: Lapse = Lapse::from_ms(40);

/// The lowest version of a terminal's image from which the host takes sales (an invented number).
const LEAST_VERSION: u16 = 3;

/// Field 39: duplicate transaction.
const DUPLICATE: &str = "94";

/// What all connections of the host share, and what outlives it.
pub(crate) struct Acquirer {
    pub(crate) tap: Rc<dyn Tap>,
    pub(crate) wallet: Rc<Wallet>,
    pub(crate) faults: Rc<Faults>,
    pub(crate) merchant: Rc<Merchant>,
    /// Field 41 to terminal and field 42.
    pub(crate) terminals: Rc<BTreeMap<String, (TerminalId, String)>>,
    pub(crate) vault: Rc<Vault>,
    pub(crate) batches: Batches,
    pub(crate) magic: Magic,
    /// The newest version of the terminals' image.
    pub(crate) newest: u16,
    /// How messages are written.
    pub(crate) wire: &'static Profile,
}

/// One running host: what it remembers, and how it reaches a ledger that is not its own.
struct Site {
    memory: Memory,
    backbone: Option<Rc<Backbone>>,
}

/// When a request of an overloaded host is forgotten.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dropped {
    /// Before it is carried out.
    Before,
    /// After it, so that only the answer is missing.
    After,
}

impl Acquirer {
    /// Runs one host until its power goes; over this network, where the ledger is another host's.
    pub(crate) async fn run(self: Rc<Acquirer>, env: Env, backbone: Option<Rc<Backbone>>) {
        let site = Rc::new(Site { memory: Memory::default(), backbone });
        let Ok(mut listener) = env.net.bind(PORT).await else {
            return;
        };
        while let Ok(stream) = listener.accept().await {
            let (host, site, env2) = (Rc::clone(&self), Rc::clone(&site), env.clone());
            env.spawn.spawn(Box::pin(async move { host.serve(env2, &site, stream).await }));
        }
    }

    /// One connection, until the terminal closes it or sends what is no message.
    async fn serve(&self, env: Env, site: &Site, mut stream: BoxStream) {
        let mut framer = Framer::new(self.wire);
        while let Ok(Some(frame)) = read_frame(&mut stream, &mut framer).await {
            // In a box, because most connections of a fleet are idle and need no room for it.
            if Box::pin(self.exchange(&env, site, &mut stream, &frame)).await.is_break() {
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
        Site { memory, backbone }: &Site,
        stream: &mut BoxStream,
        frame: &[u8],
    ) -> ControlFlow<()> {
        let Ok(request) = Pdu::decode(self.wire, frame) else {
            return ControlFlow::Break(());
        };
        if let Some(backbone) = backbone {
            env.sleep(backbone.to_ledger(env.now())).await;
        }
        let Some((terminal, _)) = self.known(&request.message) else {
            return self.turn_away(env, stream, &request).await;
        };
        if request.message.purpose == Purpose::Sale {
            self.magic.work(&self.faults, terminal, request.message.amount);
        }
        // A reversal carries the STAN of its sale, and a blank terminal begins with any.
        if !matches!(request.message.purpose, Purpose::Reversal | Purpose::SignIn) {
            self.batches.note_stan(terminal, request.message.stan);
        }
        let reply = match self.refusal(terminal, frame, &request.message) {
            None => self.handle(env, memory, terminal, request).await,
            Some(code) => {
                let answer = demanding(answer_to(&request, code));
                Some(self.stamp(env, terminal, answer).into())
            }
        };
        let Some(reply) = reply else {
            return ControlFlow::Continue(());
        };
        let back = backbone.as_ref().map(|backbone| backbone.from_ledger(env.now()));
        env.sleep(reply.after + back.unwrap_or_default()).await;
        match self.send(env, stream, (memory, terminal), &reply).await {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    /// Why a request has to wait for a sign-in: the code that says so.
    fn refusal(
        &self,
        terminal: TerminalId,
        frame: &[u8],
        message: &Message,
    ) -> Option<&'static str> {
        let sealed = self.wire.mac().is_some();
        let ends = |fault: &Fault| match fault {
            Fault::KeyExpired => sealed,
            Fault::AcqUpgrade => true,
            _ => false,
        };
        let of_a_payment = matches!(message.purpose, Purpose::Sale | Purpose::Query);
        if of_a_payment && self.faults.meets(terminal, ends) {
            self.vault.expire(terminal);
        }
        if !security::carries_mac(message) {
            return None;
        }
        let key = self.vault.mac(terminal);
        match security::is_genuine(self.wire, frame, message, key.as_ref()) {
            // A0: the MAC is wrong.
            false => Some("A0"),
            // 77: the batch number is not that of a sign-in here.
            true => {
                (self.vault.is_expired(terminal) || self.strays(terminal, message)).then_some("77")
            }
        }
    }

    /// Whether a payment names a batch that is not the open one.
    fn strays(&self, terminal: TerminalId, message: &Message) -> bool {
        matches!(message.purpose, Purpose::Sale | Purpose::Void)
            && self.batches.differs(terminal, message)
    }

    /// The terminal of a request, when number and merchant belong together.
    fn known(&self, message: &Message) -> Option<(TerminalId, &str)> {
        let (terminal, mid) = self.terminals.get(message.tid.as_str())?;
        (message.mid == mid.as_str() && !message.answer).then_some((*terminal, mid.as_str()))
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
        let swallowed = |fault: &Fault| matches!(fault, Fault::RequestLost);
        if purpose == Purpose::Sale && self.faults.meets(terminal, swallowed) {
            return None;
        }
        let mode = self.faults.meet_message(terminal, purpose, |fault| match fault {
            Fault::AcqMaintenance { drain: true, .. } if purpose != Purpose::Sale => None,
            Fault::AcqMaintenance { mode, .. } => Some(*mode),
            _ => None,
        });
        env.sleep(WORK).await;
        let dropped = self.brown_out(env, terminal, purpose);
        let answer = match mode {
            _ if dropped == Some(Dropped::Before) => return None,
            Some(MaintenanceMode::Drop) => return None,
            // 91: issuer or switch inoperative.
            Some(MaintenanceMode::Reject) => answer_to(&request, "91"),
            _ if memory.reused(terminal, &request.message) => answer_to(&request, DUPLICATE),
            _ => self.carry_out(env, memory, terminal, &request),
        };
        if mode == Some(MaintenanceMode::AcceptNoReply) || dropped.is_some() {
            return None;
        }
        self.spoil(terminal, purpose, self.stamp(env, terminal, answer))
    }

    /// What an overloaded host makes of a request, where it makes anything of it.
    fn brown_out(&self, env: &Env, terminal: TerminalId, purpose: Purpose) -> Option<Dropped> {
        let drops = self.faults.meet_message(terminal, purpose, |fault| match fault {
            Fault::AcqBrownOut { drops, .. } => Some(*drops),
            _ => None,
        })?;
        let mut rng = env.rng.borrow_mut();
        let before = rng.random();
        let hit = Rate(rng.random_range(0..Rate::ONE.0)) < drops;
        hit.then_some(if before { Dropped::Before } else { Dropped::After })
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
            Purpose::Sale if memory.is_below(terminal, LEAST_VERSION) => answer_to(request, "58"),
            Purpose::Sale => self.unmapped(terminal, self.sale(env, terminal, request)),
            Purpose::Query => self.query(terminal, request),
            Purpose::Reversal => self.reverse(env, memory, terminal, request),
            Purpose::SignIn => self.sign_in(memory, terminal, request),
            Purpose::Echo => self.echo(memory, terminal, request),
            Purpose::Void | Purpose::Refund => self.give_back(terminal, request),
            Purpose::Settlement => self.settle(env.now(), terminal, request),
            Purpose::BatchUpload => self.upload(terminal, request),
        };
        let payment = !matches!(purpose, Purpose::SignIn | Purpose::Echo);
        let trouble = payment.then(|| self.faults.meet_message(terminal, purpose, burst)).flatten();
        let Some((response, share)) = trouble else { return work() };
        let worked = Rate(env.rng.borrow_mut().random_range(0..Rate::ONE.0)) < share;
        match worked.then(work) {
            Some(answer) if response == DUPLICATE => duplicate_of(answer),
            _ => answer_to(request, &response),
        }
    }

    /// A new session. What is too old is told so, and may still ask about what is open; what knows
    /// of no payment is told which there are.
    fn sign_in(&self, memory: &Memory, terminal: TerminalId, request: &Pdu) -> Pdu {
        let keys = self.vault.renew(terminal).map(Box::new);
        let mut answer = Pdu { keys, ..answer_to(request, "00") };
        answer.message.batch = Some(self.batches.open(terminal));
        let told = request.services.as_deref().cloned().unwrap_or_default();
        memory.note_version(terminal, told.version);
        let version = memory.is_below(terminal, LEAST_VERSION).then_some(LEAST_VERSION);
        let known = told.blank.then(|| self.batches.orders(terminal));
        let (first, last) = known.unwrap_or_default();
        let stan = self.batches.last_stan(terminal).filter(|_| told.blank);
        let services = Services { version, first, last, stan, ..Services::default() };
        answer.services = (services != Services::default()).then(|| Box::new(services));
        answer
    }

    /// A sign of life, which also tells a terminal that there is a newer image for it.
    fn echo(&self, memory: &Memory, terminal: TerminalId, request: &Pdu) -> Pdu {
        let mut answer = answer_to(request, "00");
        if memory.is_below(terminal, self.newest) {
            let newest = Some(self.newest);
            answer.services = Some(Box::new(Services { newest, ..Services::default() }));
        }
        answer
    }

    fn sale(&self, env: &Env, terminal: TerminalId, request: &Pdu) -> Pdu {
        let m = &request.message;
        let (Some(order), Some(amount), Some(code)) = (m.order, m.amount, m.code) else {
            return answer_to(request, "30");
        };
        if amount == Amount(0) || m.currency.is_some_and(|currency| currency != 156) {
            return answer_to(request, "13");
        }
        self.batches.note(terminal, order);
        self.merchant.asked(order, terminal, amount, env.now());
        let charge = Charge { amount, short: self.short(terminal, amount), code };
        outcome(request, self.wallet.debit((order, terminal), charge, env.now()))
    }

    /// So many fen of an amount the customer's account lacks.
    fn short(&self, terminal: TerminalId, amount: Amount) -> u32 {
        let paid = |fault: &Fault| match fault {
            Fault::AcqPartialApproval { share } => Some(share.of(amount)),
            _ => None,
        };
        let paid = self.faults.meet(terminal, paid).unwrap_or(amount);
        u32::try_from(amount.0 - paid.0).unwrap_or(u32::MAX)
    }

    /// The answer to a sale, with a code that nobody knows where that fault is in force.
    fn unmapped(&self, terminal: TerminalId, mut answer: Pdu) -> Pdu {
        let code = |fault: &Fault| match fault {
            Fault::AcqCodeUnmapped { code } => FieldText::new(code),
            _ => None,
        };
        if answer.response() == Some("00")
            && let Some(code) = self.faults.meet(terminal, code)
        {
            answer.message.response = Some(code);
        }
        answer
    }

    fn query(&self, terminal: TerminalId, request: &Pdu) -> Pdu {
        let Some(order) = request.message.order else {
            return answer_to(request, "30");
        };
        let behind = |fault: &Fault| match fault {
            Fault::AcqQueryStale => Some(Answer::Paying),
            Fault::AcqQueryNotFound => Some(Answer::NotFound),
            _ => None,
        };
        let truth = self.wallet.query(order, terminal);
        let paid = matches!(truth, Answer::Paid { .. } | Answer::Part { .. });
        let told = paid.then(|| self.faults.meet(terminal, behind)).flatten();
        let mut answer = outcome(request, told.unwrap_or(truth));
        // Who lost his journal asks without an amount.
        answer.message.amount = answer.message.amount.or(self.wallet.price(order, terminal));
        answer
    }

    /// Whether the wallet takes no reversal of this order yet.
    fn too_early(&self, env: &Env, terminal: TerminalId, order: OrderId) -> bool {
        let Some(since) = self.wallet.since(order) else { return false };
        let age = env.now().since(since);
        let early =
            |fault: &Fault| matches!(fault, Fault::AcqReverseTooEarly { least } if age < *least);
        self.faults.meets(terminal, early)
    }

    fn reverse(&self, env: &Env, memory: &Memory, terminal: TerminalId, request: &Pdu) -> Pdu {
        let m = &request.message;
        let (Some(order), Some(amount)) = (m.order, m.amount) else {
            return answer_to(request, "30");
        };
        // A reversal carries the STAN of its sale.
        if memory.used_elsewhere(terminal, m) {
            return answer_to(request, "25");
        }
        if self.too_early(env, terminal, order) {
            return answer_to(request, "09");
        }
        let response = match self.wallet.reverse((order, terminal), amount, env.now()) {
            Undo::Done => "00",
            Undo::NotFound => "25",
            Undo::OtherAmount => "13",
        };
        answer_to(request, response)
    }

    /// The hotline tells a customer what the host's books say of his order, if there is one.
    pub(crate) fn hotline(&self, terminal: TerminalId, intent: IntentId, order: Option<OrderId>) {
        let held = order.and_then(|order| self.wallet.holds(order));
        let amount = held.map_or(Amount(0), |(amount, _)| amount);
        let kind = EventKind::ClaimAnswered { intent, order, captured: held.is_some(), amount };
        self.tap.tell(Some(terminal), Source::Acquirer, kind);
    }
}

/// The wallet's answer on the wire.
fn outcome(request: &Pdu, answer: Answer) -> Pdu {
    let code = match answer {
        Answer::Paid { .. } => "00",
        Answer::Part { .. } => "10",
        Answer::Paying => "09",
        Answer::NotFound => "25",
        Answer::BadCode => "14",
        Answer::NoFunds => "51",
        Answer::Ended => "12",
        Answer::Conflict => DUPLICATE,
    };
    let mut pdu = answer_to(request, code);
    if let Answer::Paid { amount, at } | Answer::Part { amount, at } = answer {
        pdu.message.amount = Some(amount);
        pdu.host_time = Some(at);
    }
    pdu
}

/// "Duplicate transaction", with what the first was answered.
fn duplicate_of(mut answer: Pdu) -> Pdu {
    answer.first = answer.message.response;
    answer.message.response = FieldText::new(DUPLICATE);
    answer
}

/// An answer whose header asks for a sign-in, where it has one.
fn demanding(pdu: Pdu) -> Pdu {
    Pdu { header: pdu.header.map(|header| header.demanding(Requirement::SignIn)), ..pdu }
}

/// An answer with this response code and the request's own fields.
fn answer_to(request: &Pdu, response: &str) -> Pdu {
    let message = Message {
        answer: true,
        code: None,
        response: FieldText::new(response),
        ..request.message.clone()
    };
    let (header, network) = (request.header.map(Header::answer), request.network);
    Pdu { header, network, ..Pdu::from(message) }
}

#[cfg(test)]
mod tests;

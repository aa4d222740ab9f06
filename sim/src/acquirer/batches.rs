//! The host's batches: each terminal has one open, which a settlement closes. They outlive a
//! restart of the host. A batch holds what was paid since the one before it was closed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use contract::{Amount, Fault, Message, OrderId, TerminalId, Time};

use super::{Acquirer, answer_to};
use crate::wallet::{Takings, Undo};
use crate::wire::Pdu;
use crate::wire::totals::{Balance, Tally, Totals};

/// Field 60.3 of the batch upload that says that all were sent, after totals that did not agree
/// (207; 202 after those that did; CUP practice, from memory).
pub(crate) const UPLOAD_ENDS: u16 = 207;

/// The first batch of a terminal.
const FIRST: u32 = 1;

/// The highest batch number: six digits.
const LAST: u32 = 999_999;

/// A terminal's batches.
#[derive(Default)]
struct Account {
    /// How many were closed.
    closed: u32,
    /// First order of the open one, and last order of all.
    first: Option<OrderId>,
    latest: Option<OrderId>,
    /// The last STAN that came.
    stan: Option<u32>,
    /// The last one's totals, so that a repeated settlement gets the same answer.
    last: Option<Tally>,
    /// What was uploaded of the open one.
    uploaded: BTreeMap<OrderId, Amount>,
    /// All of it was.
    upload_ended: bool,
}

impl Account {
    fn open(&self) -> u32 {
        FIRST + self.closed % LAST
    }

    fn close(&mut self, tally: Tally) {
        self.closed += 1;
        self.first = None;
        self.last = Some(tally);
        self.begin_upload();
    }

    fn begin_upload(&mut self) {
        self.uploaded.clear();
        self.upload_ended = false;
    }
}

/// All batches.
#[derive(Default)]
pub(crate) struct Batches(RefCell<BTreeMap<TerminalId, Account>>);

impl Batches {
    /// The open batch of a terminal.
    pub(super) fn open(&self, terminal: TerminalId) -> u32 {
        self.0.borrow().get(&terminal).map_or(FIRST, Account::open)
    }

    /// A sale has come.
    pub(super) fn note(&self, terminal: TerminalId, order: OrderId) {
        let mut accounts = self.0.borrow_mut();
        let account = accounts.entry(terminal).or_default();
        account.first.get_or_insert(order);
        account.latest = Some(order);
    }

    /// A request with this STAN has come.
    pub(super) fn note_stan(&self, terminal: TerminalId, stan: u32) {
        self.0.borrow_mut().entry(terminal).or_default().stan = Some(stan);
    }

    /// The last STAN that came.
    pub(super) fn last_stan(&self, terminal: TerminalId) -> Option<u32> {
        self.0.borrow().get(&terminal)?.stan
    }

    /// The first order of the open batch, and the last of all.
    pub(super) fn orders(&self, terminal: TerminalId) -> (Option<OrderId>, Option<OrderId>) {
        let accounts = self.0.borrow();
        accounts.get(&terminal).map_or((None, None), |account| (account.first, account.latest))
    }

    /// Whether a request names another batch than the open one.
    pub(super) fn differs(&self, terminal: TerminalId, message: &Message) -> bool {
        message.batch.is_some_and(|batch| batch != self.open(terminal))
    }
}

impl Acquirer {
    /// Compares totals and closes the batch when they agree.
    pub(super) fn settle(&self, now: Time, terminal: TerminalId, request: &Pdu) -> Pdu {
        let (Some(batch), Some(totals)) = (request.message.batch, &request.totals) else {
            return answer_to(request, "30");
        };
        let mut accounts = self.batches.0.borrow_mut();
        let account = accounts.entry(terminal).or_default();
        let said = totals.domestic;
        if batch + 1 == account.open()
            && let Some(last) = account.last
        {
            return compared(request, said, last);
        }
        if batch != account.open() {
            return answer_to(request, "77");
        }
        let mut own = self.own_totals(terminal);
        if account.upload_ended {
            (own.debits, own.debit) = uploaded(account);
        }
        // What was uploaded counts once.
        account.begin_upload();
        if agree(said, own) {
            account.close(own);
            self.wallet.balance(terminal, now);
        }
        compared(request, said, own)
    }

    /// What the host counts itself.
    fn own_totals(&self, terminal: TerminalId) -> Tally {
        let Takings { taken: (debits, debit), back: (credits, credit), .. } =
            self.wallet.takings(terminal);
        let misses = |fault: &Fault| matches!(fault, Fault::SettleMismatch);
        let missed = debits > 0 && self.faults.meets(terminal, misses);
        let debits = debits - u16::from(missed);
        let (debit, credit) = (Amount(debit), Amount(credit));
        Tally { debit, debits, credit, credits, ..Tally::NONE }
    }

    /// One payment of a batch whose totals did not agree, or the end of them.
    pub(super) fn upload(&self, terminal: TerminalId, request: &Pdu) -> Pdu {
        let m = &request.message;
        if request.network == Some(UPLOAD_ENDS) {
            self.batches.0.borrow_mut().entry(terminal).or_default().upload_ended = true;
            return answer_to(request, "00");
        }
        let (Some(order), Some(amount)) = (m.order, m.amount) else {
            return answer_to(request, "30");
        };
        if self.wallet.holds(order).is_none_or(|(held, _)| held != amount) {
            return answer_to(request, "25");
        }
        let mut accounts = self.batches.0.borrow_mut();
        accounts.entry(terminal).or_default().uploaded.insert(order, amount);
        answer_to(request, "00")
    }

    /// A void or a refund.
    pub(super) fn give_back(&self, terminal: TerminalId, request: &Pdu) -> Pdu {
        let m = &request.message;
        let (Some(order), Some(amount)) = (m.order, m.amount) else {
            return answer_to(request, "30");
        };
        let response = match self.wallet.refund((order, terminal), amount) {
            Undo::Done => "00",
            Undo::NotFound => "25",
            Undo::OtherAmount => "13",
        };
        answer_to(request, response)
    }
}

/// How many payments were uploaded, and what they come to.
fn uploaded(account: &Account) -> (u16, Amount) {
    let sum = account.uploaded.values().map(|amount| amount.0).sum();
    (u16::try_from(account.uploaded.len()).unwrap_or(u16::MAX), Amount(sum))
}

/// Whether two totals are the same but for what was found of them.
fn agree(said: Tally, own: Tally) -> bool {
    said == Tally { result: said.result, ..own }
}

/// The answer to a settlement: the host's totals, and whether they are the terminal's.
fn compared(request: &Pdu, said: Tally, own: Tally) -> Pdu {
    let result = if agree(said, own) { Balance::Balanced } else { Balance::Unbalanced };
    let totals = Totals { domestic: Tally { result, ..own }, foreign: Tally::NONE };
    Pdu { totals: Some(Box::new(totals)), ..answer_to(request, "00") }
}

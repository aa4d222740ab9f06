//! The wallet: who paid what. The ground truth of every run, apart from the acquirer's host.
//!
//! The order number is the key of idempotency; a reversal is valid in any state and is decided
//! against a payment in one step. It knows no wire, no terminal and no channel.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use contract::action::WalletBrand;
use contract::event::LedgerChange;
use contract::{
    Amount, CodeText, EventKind, Lapse, LedgerState, OrderId, Source, TerminalId, Time,
};

use crate::env::Tap;
use crate::peripheral::signal::Signal;

mod books;
mod digits;

use books::Books;
use digits::Digits;

/// Unpaid orders are closed after this time: WeChat quick pay revokes after 45 s, Alipay closes a
/// barcode trade after 3 min (both platforms' public guides); UnionPay 60 s is an assumption.
const fn pending_life(brand: WalletBrand) -> Lapse {
    match brand {
        WalletBrand::Wechat => Lapse::from_secs(45),
        WalletBrand::Alipay => Lapse::from_secs(180),
        WalletBrand::Unionpay => Lapse::from_secs(60),
    }
}

/// How the number of an order begins that a sticker made (an invented number).
const STICKER: &str = "QR";

/// Whether an order was made by a shop's sticker, and so by no terminal.
pub(crate) fn is_by_sticker(order: OrderId) -> bool {
    order.as_str().starts_with(STICKER)
}

/// A payment code that a customer's app shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code {
    pub(crate) brand: WalletBrand,
    /// From this moment it is refused.
    pub(crate) expires: Time,
    /// How long the customer takes to confirm; `None` when he need not.
    pub(crate) password: Option<Lapse>,
    /// When he cancels instead.
    pub(crate) cancels: Option<Lapse>,
    /// Whether his account can pay.
    pub(crate) funds: bool,
}

/// What is to be taken of whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Charge {
    pub(crate) amount: Amount,
    /// So many fen of it his account lacks.
    pub(crate) short: u32,
    pub(crate) code: CodeText,
}

/// One order in the books. Packed, because a fleet has a hundred thousand of them.
#[derive(Debug, Clone, Copy)]
#[repr(Rust, packed(4))]
struct Order {
    state: LedgerState,
    /// It was refused because the account could not pay, not because of the code.
    poor: bool,
    /// What was asked for.
    amount: Amount,
    /// So many fen of it are not taken.
    short: u32,
    /// Empty for an order that was undone before it was known.
    code: Digits,
    terminal: TerminalId,
    /// When it was captured; meaningless before.
    paid_at: Time,
    /// Whether a query told that it is paid.
    queried: bool,
    /// Its reference number.
    rrn: u32,
}

impl Order {
    /// What the customer pays, or paid.
    fn price(&self) -> Amount {
        Amount(self.amount.0.saturating_sub(self.short.into()))
    }
}

/// What a terminal's merchant got, and gave back, since his account was last balanced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Takings {
    since: Option<Time>,
    /// How many payments were taken since then and are not undone, and what they come to.
    pub(crate) taken: (u16, u64),
    /// How many payments of before were undone since then, and what they come to.
    pub(crate) back: (u16, u64),
}

impl Takings {
    fn take(&mut self, fen: u64) {
        self.taken = (self.taken.0.saturating_add(1), self.taken.1.saturating_add(fen));
    }

    fn give_back(&mut self, paid_at: Time, fen: u64) {
        if self.since.is_none_or(|since| paid_at > since) {
            self.taken = (self.taken.0.saturating_sub(1), self.taken.1.saturating_sub(fen));
        } else {
            self.back = (self.back.0.saturating_add(1), self.back.1.saturating_add(fen));
        }
    }
}

/// What the wallet says to a debit or a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Paid: this much, then.
    Paid { amount: Amount, at: Time },
    /// Paid, and only this part of the amount.
    Part { amount: Amount, at: Time },
    /// The customer has still to confirm.
    Paying,
    /// No such order.
    NotFound,
    /// The code is unknown, used or expired.
    BadCode,
    /// Not enough money.
    NoFunds,
    /// Ended without payment, or undone.
    Ended,
    /// The same order number came with another amount or code.
    Conflict,
}

/// What the wallet says to a reversal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undo {
    /// No money is taken for the order, now or ever.
    Done,
    /// The order is another terminal's.
    NotFound,
    /// The order has another amount.
    OtherAmount,
}

/// What will happen by itself, unless something else happens before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Later {
    /// The customer confirms.
    Confirm(OrderId),
    /// The order is closed unpaid.
    Close(OrderId),
}

type PaidHook = Box<dyn Fn(OrderId, TerminalId, Amount, Time)>;

/// The books.
pub(crate) struct Wallet {
    tap: Rc<dyn Tap>,
    orders: RefCell<Books<Order>>,
    /// The last reference number.
    rrns: Cell<u32>,
    takings: RefCell<BTreeMap<TerminalId, Takings>>,
    codes: RefCell<BTreeMap<CodeText, Code>>,
    later: RefCell<Vec<(Time, Later)>>,
    changed: Signal,
    on_paid: PaidHook,
}

impl Wallet {
    /// Empty books; `on_paid` is called at each capture.
    pub(crate) fn new(tap: Rc<dyn Tap>, on_paid: PaidHook) -> Rc<Wallet> {
        Rc::new(Wallet {
            tap,
            orders: RefCell::default(),
            rrns: Cell::default(),
            takings: RefCell::default(),
            codes: RefCell::default(),
            later: RefCell::default(),
            changed: Signal::default(),
            on_paid,
        })
    }

    /// An app shows this code from now on. Codes that ran out long ago are forgotten.
    pub(crate) fn show(&self, text: CodeText, code: Code, now: Time) {
        let mut codes = self.codes.borrow_mut();
        if codes.len() > 64 {
            codes.retain(|_, code| code.expires > now);
        }
        codes.insert(text, code);
    }

    /// Takes the money of a code for an order, once.
    pub(crate) fn debit(
        &self,
        (order, terminal): (OrderId, TerminalId),
        Charge { amount, short, code: text }: Charge,
        now: Time,
    ) -> Answer {
        let code = Digits::of(text);
        if let Some(known) = self.orders.borrow().get(order) {
            let same = { known.amount } == amount && known.code == code;
            let undone = known.code.is_empty();
            let own = known.terminal == terminal;
            return if own && (same || undone) { answer(&known) } else { Answer::Conflict };
        }
        // Single use: even a payment that fails burns the code.
        let shown = self.codes.borrow_mut().remove(&text).filter(|code| code.expires > now);
        let poor = shown.is_some_and(|code| !code.funds);
        let state = LedgerState::Rejected;
        let (queried, rrn) = (false, self.next_rrn());
        let entry =
            Order { state, poor, amount, short, code, terminal, paid_at: now, queried, rrn };
        let Some(Code { password, cancels, brand, .. }) = shown.filter(|code| code.funds) else {
            self.set(order, entry);
            return answer(&entry);
        };
        if password.is_none() && cancels.is_none() {
            return self.capture(order, entry, now);
        }
        self.set(order, Order { state: LedgerState::Pending, ..entry });
        if let Some(takes) = password {
            self.schedule(now + takes, Later::Confirm(order));
        }
        let closes = cancels.into_iter().chain([pending_life(brand)]).min();
        self.schedule(now + closes.unwrap_or_default(), Later::Close(order));
        Answer::Paying
    }

    /// A customer pays by the sticker beside this terminal; no terminal made an order of it, and
    /// no terminal's batch holds it.
    pub(crate) fn pay_by_sticker(&self, terminal: TerminalId, charge: Charge, now: Time) {
        let order = format!("{STICKER}{:010}", self.next_rrn());
        if let Some(order) = OrderId::new(&order) {
            self.debit((order, terminal), charge, now);
        }
    }

    /// What became of an order of this terminal.
    pub(crate) fn query(&self, order: OrderId, terminal: TerminalId) -> Answer {
        let known = self.orders.borrow().get(order).filter(|known| known.terminal == terminal);
        let Some(known) = known else { return Answer::NotFound };
        if known.state == LedgerState::Captured && !known.queried {
            self.orders.borrow_mut().put(order, Order { queried: true, ..known });
        }
        answer(&known)
    }

    /// The next reference number (field 37). They are counted here, where hosts that share the
    /// books can't give one twice; the wire wants them unique within a settlement day.
    pub(crate) fn next_rrn(&self) -> u32 {
        self.rrns.set(self.rrns.get().wrapping_add(1));
        self.rrns.get()
    }

    /// The reference number of an order of this terminal.
    pub(crate) fn rrn(&self, order: OrderId, terminal: TerminalId) -> Option<u32> {
        let known = self.orders.borrow().get(order).filter(|known| known.terminal == terminal);
        known.map(|known| known.rrn)
    }

    /// What an order of this terminal is over.
    pub(crate) fn price(&self, order: OrderId, terminal: TerminalId) -> Option<Amount> {
        let known = self.orders.borrow().get(order).filter(|known| known.terminal == terminal);
        known.map(|known| known.amount)
    }

    /// Undoes an order of this terminal in whatever state: unpaid becomes closed, paid goes back.
    /// An order that nobody knows is closed beforehand. Repeated, it changes nothing.
    pub(crate) fn reverse(
        &self,
        (order, terminal): (OrderId, TerminalId),
        amount: Amount,
        now: Time,
    ) -> Undo {
        let known = self.orders.borrow().get(order);
        let (state, entry) = match known {
            Some(entry) if entry.terminal != terminal => return Undo::NotFound,
            Some(entry) if { entry.amount } != amount => return Undo::OtherAmount,
            Some(entry) if entry.state == LedgerState::Pending => (LedgerState::Closed, entry),
            Some(entry) if entry.state == LedgerState::Captured => (LedgerState::Reversed, entry),
            Some(_) => return Undo::Done,
            None => {
                let (state, code) = (LedgerState::Closed, Digits::of(CodeText::default()));
                (
                    state,
                    Order {
                        state,
                        poor: false,
                        amount,
                        short: 0,
                        code,
                        terminal,
                        paid_at: now,
                        queried: false,
                        rrn: self.next_rrn(),
                    },
                )
            }
        };
        self.set(order, Order { state, ..entry });
        Undo::Done
    }

    /// Gives a paid order of this terminal back. Repeated, it changes nothing.
    pub(crate) fn refund(&self, (order, terminal): (OrderId, TerminalId), amount: Amount) -> Undo {
        let known = self.orders.borrow().get(order);
        let Some(entry) = known.filter(|entry| entry.terminal == terminal) else {
            return Undo::NotFound;
        };
        match entry.state {
            _ if { entry.amount } != amount => Undo::OtherAmount,
            LedgerState::Captured => {
                self.set(order, Order { state: LedgerState::Refunded, ..entry });
                Undo::Done
            }
            LedgerState::Refunded => Undo::Done,
            _ => Undo::NotFound,
        }
    }

    /// What a terminal's merchant got since `balance`.
    pub(crate) fn takings(&self, terminal: TerminalId) -> Takings {
        self.takings.borrow().get(&terminal).copied().unwrap_or_default()
    }

    /// A terminal's account is balanced: its takings begin anew.
    pub(crate) fn balance(&self, terminal: TerminalId, now: Time) {
        let since = Some(now);
        self.takings.borrow_mut().insert(terminal, Takings { since, ..Takings::default() });
    }

    /// Whether an order is captured and not undone, its amount and the moment of payment.
    pub(crate) fn holds(&self, order: OrderId) -> Option<(Amount, Time)> {
        let entry = self.orders.borrow().get(order)?;
        (entry.state == LedgerState::Captured).then_some((entry.price(), entry.paid_at))
    }

    /// Whether somebody's query was told that the order is paid.
    pub(crate) fn was_queried(&self, order: OrderId) -> bool {
        self.orders.borrow().get(order).is_some_and(|entry| entry.queried)
    }

    /// When an order was paid, or came up where it was not.
    pub(crate) fn since(&self, order: OrderId) -> Option<Time> {
        Some(self.orders.borrow().get(order)?.paid_at)
    }

    /// The order that was paid with this code, if any.
    pub(crate) fn order_of_code(&self, text: CodeText) -> Option<OrderId> {
        let code = Digits::of(text);
        self.orders.borrow().find(|entry| entry.code == code)
    }

    /// Carries out what happens by itself, for ever.
    pub(crate) async fn run(self: Rc<Wallet>, env: crate::env::Env) {
        loop {
            let next = self.later.borrow().iter().map(|(due, _)| *due).min();
            match next {
                None => self.changed.wait().await,
                Some(due) if due > env.now() => {
                    tokio::select! {
                        biased;
                        () = self.changed.wait() => {}
                        () = env.sleep_until(due) => {}
                    }
                }
                Some(due) => self.due(due),
            }
        }
    }

    fn due(&self, now: Time) {
        let ready: Vec<(Time, Later)> =
            self.later.borrow_mut().extract_if(.., |(due, _)| *due <= now).collect();
        for (_, later) in ready {
            let (Later::Confirm(order) | Later::Close(order)) = later;
            let entry = self.orders.borrow().get(order);
            let Some(entry) = entry.filter(|entry| entry.state == LedgerState::Pending) else {
                continue;
            };
            match later {
                Later::Confirm(_) => drop(self.capture(order, entry, now)),
                Later::Close(_) => self.set(order, Order { state: LedgerState::Closed, ..entry }),
            }
        }
    }

    fn schedule(&self, due: Time, later: Later) {
        self.later.borrow_mut().push((due, later));
        self.changed.raise();
    }

    fn capture(&self, order: OrderId, entry: Order, now: Time) -> Answer {
        let entry = Order { state: LedgerState::Captured, paid_at: now, ..entry };
        self.set(order, entry);
        (self.on_paid)(order, entry.terminal, entry.price(), now);
        answer(&entry)
    }

    fn set(&self, order: OrderId, entry: Order) {
        let Order { state, code, terminal, .. } = entry;
        if self.tap.on() {
            let change = LedgerChange { order, state, amount: entry.price(), code: code.text() };
            let kind = EventKind::Ledger(Box::new(change));
            self.tap.tell(Some(terminal), Source::Wallet, kind);
        }
        let before = self.orders.borrow_mut().put(order, entry);
        if !is_by_sticker(order) {
            self.count(before, &entry);
        }
    }

    fn count(&self, before: Option<Order>, entry: &Order) {
        let held = |state| state == LedgerState::Captured;
        let (was, is) = (before.is_some_and(|order| held(order.state)), held(entry.state));
        if was != is {
            let mut takings = self.takings.borrow_mut();
            let takings = takings.entry(entry.terminal).or_default();
            match is {
                true => takings.take(entry.price().0),
                false => takings.give_back(entry.paid_at, entry.price().0),
            }
        }
    }
}

fn answer(entry: &Order) -> Answer {
    match entry.state {
        LedgerState::Pending => Answer::Paying,
        LedgerState::Captured if entry.short > 0 => {
            Answer::Part { amount: entry.price(), at: entry.paid_at }
        }
        LedgerState::Captured => Answer::Paid { amount: entry.amount, at: entry.paid_at },
        LedgerState::Rejected if entry.poor => Answer::NoFunds,
        LedgerState::Rejected => Answer::BadCode,
        LedgerState::Closed | LedgerState::Reversed | LedgerState::Refunded => Answer::Ended,
    }
}

#[cfg(test)]
mod tests;

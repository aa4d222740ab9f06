//! The batch: settlement with totals and upload, and payments that are given back.
//!
//! The order of writing: what is begun stands in the flash before it is sent, and the batch counts
//! as closed when the merchant has seen its totals. A power cut in between repeats the settlement,
//! which the host answers as before.

use contract::{Amount, Lapse, Message, OrderId, Purpose};

use super::journal::{Content, Entry, Mark, Stage};
use super::{Terminal, desk, order_of};
use crate::acquirer::UPLOAD_ENDS;
use crate::peripheral::{Function, Key};
use crate::wire::Pdu;
use crate::wire::codes::Class;
use crate::wire::totals::{Balance, Tally, Totals};

/// The pause before a settlement, a void or a refund without an answer is repeated: 10 s
/// (assumption).
const REPEAT: Lapse = Lapse::from_secs(10);

/// How long the operator may take to confirm: 60 s (assumption).
const PATIENCE: Lapse = Lapse::from_secs(60);

/// What a terminal says of its batch.
struct Sum {
    /// Its paid orders that are still in the journal.
    held: Vec<Entry>,
    /// All of its paid orders.
    orders: Vec<OrderId>,
    total: Amount,
    /// How many payments of earlier batches were given back in it, and what they come to.
    refunds: (u16, Amount),
}

impl Sum {
    fn of(content: &Content, tid: &str) -> Sum {
        let batch = &content.batch;
        let own = |entry: &&Entry| entry.stage.is_paid() && entry.number > batch.floor;
        let held: Vec<Entry> = content.entries.iter().filter(own).copied().collect();
        let gone = batch.gone.iter().flat_map(|(first, last)| *first..=*last);
        let orders = gone.filter_map(|number| order_of(tid, number));
        let orders = orders.chain(held.iter().map(|entry| entry.order)).collect();
        let total = held.iter().map(|entry| entry.amount.0).sum::<u64>() + batch.gone_fen;
        let refunds = (batch.refunds.0, Amount(batch.refunds.1));
        Sum { held, orders, total: Amount(total), refunds }
    }

    fn totals(&self) -> Totals {
        let debits = u16::try_from(self.orders.len()).unwrap_or(u16::MAX);
        let (credits, credit) = self.refunds;
        let domestic = Tally { debit: self.total, debits, credit, credits, ..Tally::NONE };
        Totals { domestic, foreign: Tally::NONE }
    }

    /// Whether each payment can be uploaded.
    fn is_whole(&self) -> bool {
        self.held.len() == self.orders.len()
    }
}

impl Terminal {
    /// A function key was pressed.
    pub(super) async fn function(&mut self, function: Function) {
        match function {
            Function::Settle => self.close_batch().await,
            Function::Void => self.give_back(Purpose::Void).await,
            Function::Refund => self.give_back(Purpose::Refund).await,
            Function::Test => Box::pin(self.self_test()).await,
            Function::Reprint => self.reprint(),
        }
    }

    /// Closes the batch, unless something in it is open.
    pub(super) async fn close_batch(&mut self) {
        let Ok(content) = self.journal.content() else {
            return self.refuse(&desk::STORAGE_FAILED).await;
        };
        let open = |entry: &Entry| entry.stage.is_open() && !entry.stage.is_paid();
        if content.entries.iter().any(open) && !self.config.policy.settles_over_open_orders() {
            let why = "PAYMENT UNRESOLVED, SETTLE LATER";
            return self.refuse(&["NOT NOW 有未决交易,不能结算", why]).await;
        }
        self.desk.draw(&["PLEASE WAIT 正在结算"]);
        self.note_stans().await;
        let Ok(batch) = self.host.batch(&self.env).await else {
            return self.refuse(&["NOT NOW 网络不通,稍后结算", "NO ANSWER, SETTLE LATER"]).await;
        };
        if self.journal.mark(&self.env, Mark::Settling(batch)).await.is_err() {
            return self.refuse(&["NOT NOW 存储故障", "STORAGE FAILED, NOT SETTLED"]).await;
        }
        self.settle_batch(batch, &content).await;
    }

    /// Asks until the host has compared the totals. Takes no sale meanwhile.
    pub(super) async fn settle_batch(&mut self, batch: u32, content: &Content) {
        let sum = Sum::of(content, &self.config.tid);
        let mut uploaded = false;
        loop {
            self.desk.draw(&["PLEASE WAIT 正在结算"]);
            match self.compare(batch, &sum).await {
                Some(Balance::Balanced) => return self.batch_closed(batch, &sum).await,
                Some(_) if !uploaded && sum.is_whole() => uploaded = self.upload(batch, &sum).await,
                Some(_) => {
                    // Left open; nothing is lost, and the merchant is told.
                    let _ = self.journal.mark(&self.env, Mark::Open).await;
                    let why = "TOTALS DO NOT AGREE, CALL SERVICE";
                    return self.refuse(&["NOT NOW 对账不平,请联系客服", why]).await;
                }
                None => self.desk.pause(REPEAT, REPEAT).await,
            }
        }
    }

    async fn compare(&mut self, batch: u32, sum: &Sum) -> Option<Balance> {
        let mut message = self.host.request(Purpose::Settlement);
        message.batch = Some(batch);
        let totals = Some(Box::new(sum.totals()));
        let answer = self.ask_signed(Pdu { totals, ..message.into() }).await?;
        let approved = answer.response() == Some("00");
        answer.totals.filter(|_| approved).map(|totals| totals.domestic.result)
    }

    /// Tells the host every payment, and that these were all; `false` when it did not take it.
    async fn upload(&mut self, batch: u32, sum: &Sum) -> bool {
        for entry in &sum.held {
            let mut upload = self.about(Purpose::BatchUpload, entry);
            upload.message.batch = Some(batch);
            if !self.is_taken(upload).await {
                return false;
            }
        }
        let end = Message { batch: Some(batch), ..self.host.request(Purpose::BatchUpload) };
        self.is_taken(Pdu { network: Some(UPLOAD_ENDS), ..end.into() }).await
    }

    async fn is_taken(&mut self, upload: Pdu) -> bool {
        self.ask_signed(upload).await.is_some_and(|answer| answer.response() == Some("00"))
    }

    /// Asks; notes when the host wants a sign-in before.
    async fn ask_signed(&mut self, request: Pdu) -> Option<Pdu> {
        let answer = self.ask(request).await;
        let response = answer.as_ref().and_then(Pdu::response);
        if response.is_some_and(|code| self.class_of(code) == Class::SignIn) {
            self.host.sign_out();
        }
        answer
    }

    /// Shows and prints the totals; the next request signs in and gets the next batch.
    async fn batch_closed(&mut self, batch: u32, sum: &Sum) {
        let lines = desk::closed_batch(batch, &sum.orders, &sum.held, sum.total, sum.refunds);
        while !self.desk.draw(&lines) {
            self.env.sleep(desk::REPAINT).await;
        }
        // Not written: after a power cut the settlement is repeated, and comes out the same.
        let _ = self.journal.mark(&self.env, Mark::Closed(self.counter)).await;
        self.print_slip(lines);
        self.host.sign_out();
        self.host.done(&self.env).await;
        self.linger().await;
    }

    /// The operator wants the last payment of the open batch (void) or of an earlier one (refund)
    /// to be given back.
    async fn give_back(&mut self, purpose: Purpose) {
        let content = self.journal.content();
        let found = content.ok().and_then(|content| {
            let floor = content.batch.floor;
            let fits = |entry: &&Entry| {
                entry.stage == Stage::Printed
                    && (entry.number > floor) == (purpose == Purpose::Void)
            };
            content.entries.iter().rev().find(fits).copied()
        });
        let Some(entry) = found else {
            return self.refuse(&["NOT NOW 没有可退的交易", "NO PAYMENT TO GIVE BACK"]).await;
        };
        let (amount, order) = (format!("CNY {}", entry.amount), format!("ORDER {}", entry.order));
        let head = "CONFIRM GIVING BACK 请确认退款";
        if !self.desk.draw(&[head, &amount, &order]) || !self.confirmed().await {
            return;
        }
        let entry = Entry { stage: Stage::Returning, ..entry };
        if self.journal.write(&self.env, &entry).await.is_err() {
            return self.refuse(&["NOT NOW 存储故障", "STORAGE FAILED, NOT GIVEN BACK"]).await;
        }
        self.return_money(entry, purpose).await;
    }

    async fn confirmed(&self) -> bool {
        loop {
            match self.env.timeout(PATIENCE, self.desk.key()).await {
                Some(Key::Ok) => return true,
                Some(Key::Cancel) | None => return false,
                Some(_) => {}
            }
        }
    }

    /// Repeats a void or a refund until it is answered.
    pub(super) async fn return_money(&mut self, entry: Entry, purpose: Purpose) {
        let stage = loop {
            self.desk.draw(&["PLEASE WAIT 正在退款"]);
            let request = self.about(purpose, &entry);
            let answer = self.ask_signed(request).await;
            match answer.and_then(|pdu| pdu.message.response) {
                Some(code) if code == "00" => break Stage::Returned,
                // The host knows of no such payment, or does not allow it.
                Some(code) if code == "25" || self.class_of(&code) == Class::Declined => {
                    break Stage::Printed;
                }
                _ => self.desk.pause(REPEAT, REPEAT).await,
            }
        };
        // Not written: after a power cut it is asked again, and comes out the same.
        let _ = self.journal.write(&self.env, &Entry { stage, ..entry }).await;
        self.host.done(&self.env).await;
        let (amount, order) = (format!("CNY {}", entry.amount), format!("ORDER {}", entry.order));
        if stage == Stage::Returned {
            self.desk.draw(&["GIVEN BACK 已退款", &amount, &order]);
            self.linger().await;
        } else {
            self.refuse(&["NOT NOW 主机拒绝退款", &amount, &order]).await;
        }
    }

    pub(super) async fn refuse(&self, lines: &[&str]) {
        self.desk.draw(lines);
        self.desk.beep("error");
        self.linger().await;
    }
}

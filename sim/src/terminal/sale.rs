//! A sale: confirm, scan, journal, send, and what the first answer says.

use contract::{Amount, CodeText, FieldText, Lapse, Message, Purpose, Status};

use super::Terminal;
use super::host::NoAnswer;
use super::journal::Entry;
use super::policy::{OnPending, OnSilence};
use super::resolve::Reason;
use super::stans::stan_of;
use crate::calendar;
use crate::code::format;
use crate::peripheral::Key;
use crate::wire::codes::Class;
use crate::wire::{Original, Pdu};

/// How long the operator may take to confirm or to scan: 60 s, the life of a payment code.
const PATIENCE: Lapse = Lapse::from_secs(60);

/// So many codes may be unreadable or wrong before the sale is given up (assumption).
const SCANS: usize = 3;

impl Terminal {
    /// Sells for this amount.
    pub(super) async fn sale(&mut self, amount: Amount) {
        if let Some(least) = self.host.least_version {
            let what = format!("FIRMWARE TOO OLD, UPDATE TO VERSION {least}");
            return self.refuse(&["NOT NOW 软件版本过低,请升级", &what]).await;
        }
        if !self.knows_past().await && !self.config.policy.sells_offline() {
            return self.refuse(&["NOT NOW 尚未签到", "NO ANSWER, NOT SIGNED IN YET"]).await;
        }
        if !self.confirm(amount).await {
            return;
        }
        let Some(code) = self.scan(amount).await else {
            return;
        };
        self.desk.cancelled.set(false);
        self.charge(self.config.policy.charged_amount(amount), code).await;
    }

    /// Makes an order of it and sends that.
    pub(super) async fn charge(&mut self, amount: Amount, code: CodeText) {
        let Some(entry) = self.next_order(amount) else {
            return;
        };
        let journalled = !self.config.policy.journals_first()
            || (self.catch_up().await && self.journal.write(&self.env, &entry).await.is_ok());
        if journalled && self.config.policy.journals_first() {
            self.host.stans.noted(entry.stan);
        }
        let journalled = journalled || self.config.policy.sells_unwritten();
        if !journalled {
            self.desk.draw(&["NOT NOW 存储故障", "STORAGE FAILED, NOT CHARGED"]);
            return;
        }
        self.desk.draw(&["PLEASE WAIT 正在支付"]);
        let answer = self.send(&entry, code).await;
        if self.config.policy.sells_twice() && self.came_twice() {
            Box::pin(self.charge(amount, code)).await;
        }
        if !self.config.policy.journals_first() {
            // Too late to protect the order; the display still tells what is known.
            let _ = self.journal.write(&self.env, &entry).await;
        }
        self.first_answer(entry, code, answer).await;
    }

    /// Whether the scanner or the green key sent something more for this sale.
    fn came_twice(&self) -> bool {
        let scanned = self.desk.board.scanner.try_recv(self.env.now()).is_some();
        self.desk.pressed_twice.take() || scanned
    }

    async fn send(&mut self, entry: &Entry, code: CodeText) -> Result<Pdu, NoAnswer> {
        let mut sale = self.about(Purpose::Sale, entry);
        sale.message.code = Some(code);
        self.note_stans().await;
        let Terminal { env, host, desk, .. } = self;
        tokio::select! {
            biased;
            answer = async {
                host.probe(env).await;
                host.ask(env, sale).await
            } => answer,
            () = desk.attend() => Err(NoAnswer::Silence),
        }
    }

    /// A request about an order. A reversal is of the sale's own STAN, and everything else has one
    /// of its own and names that of the sale beside it.
    pub(super) fn about(&mut self, purpose: Purpose, entry: &Entry) -> Pdu {
        let message = match purpose {
            Purpose::Sale | Purpose::Reversal => self.host.request_as(purpose, entry.stan),
            _ => self.host.request(purpose),
        };
        let (order, amount, currency) = (Some(entry.order), Some(entry.amount), Some(156));
        let mut pdu = Pdu::from(Message { order, amount, currency, ..message });
        let date = match purpose {
            Purpose::Void | Purpose::Refund => Some(entry.paid_at),
            Purpose::Reversal => Some(entry.sent_at),
            _ => None,
        };
        let date = date.and_then(calendar::month_and_day);
        if !matches!(purpose, Purpose::Sale | Purpose::BatchUpload) && entry.stan > 0 {
            let (batch, stan) = (entry.batch, stan_of(entry.stan));
            pdu.original = Some(Original { batch, stan, date });
        }
        let gives_back = matches!(purpose, Purpose::Void | Purpose::Refund);
        pdu.rrn = Some(entry.rrn.to_string()).filter(|rrn| gives_back && !rrn.is_empty());
        pdu
    }

    async fn first_answer(&mut self, entry: Entry, code: CodeText, answer: Result<Pdu, NoAnswer>) {
        let pdu = match answer {
            Ok(pdu) => pdu,
            Err(NoAnswer::NotSent) if self.config.policy.sells_offline() => {
                return self.finish(self.paid_now(entry), Status::Approved).await;
            }
            Err(NoAnswer::NotSent) => return self.finish(entry, Status::Declined).await,
            Err(NoAnswer::Silence) if self.desk.dropped() => return,
            Err(NoAnswer::Silence) => return self.silence(entry, code).await,
            Err(NoAnswer::Forged) => return Box::pin(self.reverse(entry, Reason::Mac)).await,
        };
        let response = self.result(&pdu).unwrap_or_default();
        match self.class_of(response) {
            Class::Approved if self.amount_fits(&entry, &pdu) => self.approve(entry, &pdu).await,
            Class::Partial => Box::pin(self.undo_part(entry, &pdu)).await,
            Class::Declined => self.finish(entry, Status::Declined).await,
            Class::SignIn => {
                self.host.sign_out();
                self.finish(entry, Status::Declined).await;
            }
            Class::Pending => self.pending(entry).await,
            Class::Approved | Class::Unknown => {
                self.desk.show(&entry, Status::Unknown);
                Box::pin(self.resolve(entry)).await;
            }
        }
    }

    async fn silence(&mut self, entry: Entry, code: CodeText) {
        match self.config.policy.on_silence() {
            OnSilence::Ask => {
                self.desk.show(&entry, Status::Unknown);
                Box::pin(self.resolve(entry)).await;
            }
            OnSilence::Decline => self.finish(entry, Status::Declined).await,
            OnSilence::Approve => self.finish(self.paid_now(entry), Status::Approved).await,
            OnSilence::NewOrder => Box::pin(self.charge(entry.amount, code)).await,
        }
    }

    async fn pending(&mut self, entry: Entry) {
        match self.config.policy.on_pending() {
            OnPending::Ask => {
                self.desk.show(&entry, Status::Pending);
                Box::pin(self.resolve(entry)).await;
            }
            OnPending::Decline => self.finish(entry, Status::Declined).await,
            OnPending::Approve => self.finish(self.paid_now(entry), Status::Approved).await,
        }
    }

    /// Paid by the terminal's own clock, for a firmware that does not ask.
    pub(super) fn paid_now(&self, entry: Entry) -> Entry {
        Entry { paid_at: self.clock(), ..entry }
    }

    pub(super) fn amount_fits(&self, entry: &Entry, pdu: &Pdu) -> bool {
        self.config.policy.accepts_amount(entry.amount, pdu.message.amount)
    }

    /// Paid, as the host says.
    pub(super) async fn approve(&mut self, entry: Entry, pdu: &Pdu) {
        self.finish(self.booked(entry, pdu), Status::Approved).await;
    }

    /// An order with what the host says of its payment.
    pub(super) fn booked(&self, entry: Entry, pdu: &Pdu) -> Entry {
        let plain = |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let word =
            |text: Option<&str>| text.filter(plain).and_then(FieldText::new).unwrap_or_default();
        let clearing = pdu.clearing.as_deref().cloned().unwrap_or_default();
        Entry {
            paid_at: pdu.host_time.unwrap_or_else(|| self.clock()),
            batch: pdu.message.batch.unwrap_or_default(),
            rrn: word(pdu.rrn.as_deref()),
            acquirer: word(clearing.acquirer.as_deref()),
            approval: word(clearing.approval.as_deref()),
            settles: clearing.date.unwrap_or_default(),
            ..entry
        }
    }

    /// Only a part was paid: that is not what the customer was charged. Says so, and undoes it.
    pub(super) async fn undo_part(&mut self, entry: Entry, pdu: &Pdu) {
        let part = pdu.message.amount.unwrap_or_default();
        let what = format!("CNY {part} OF {}, REVERSING", entry.amount);
        self.desk.draw(&["PLEASE WAIT 只付了一部分,正在撤销", &what]);
        self.desk.beep("attention");
        self.linger().await;
        self.reverse(entry, Reason::Other).await;
    }

    /// Shows the amount once more; the green key confirms it. What nobody can see, nobody confirms.
    async fn confirm(&mut self, amount: Amount) -> bool {
        if !self.desk.draw(&["CONFIRM 请确认金额", &format!("CNY {amount}")]) {
            self.desk.beep("error");
            return false;
        }
        // A worn key bounces: what comes in the same moment was not meant for this screen.
        self.desk.settle_keys().await;
        loop {
            match self.env.timeout(PATIENCE, self.desk.key()).await {
                Some(Key::Ok) => {
                    self.notice_second_press();
                    return true;
                }
                Some(Key::Cancel) | None => return false,
                Some(Key::Char(_) | Key::List | Key::Function(_)) => {}
            }
        }
    }

    /// For a firmware that takes the green key again for another sale.
    fn notice_second_press(&self) {
        let twice = self.config.policy.sells_twice()
            && self.desk.board.keypad.try_recv(self.env.now()) == Some(Key::Ok);
        self.desk.pressed_twice.set(twice);
    }

    /// Waits for a payment code; `None` when there is none in time or the red key ends it.
    async fn scan(&mut self, amount: Amount) -> Option<CodeText> {
        // What a scanner sent before it was asked belongs to nobody.
        while self.desk.board.scanner.try_recv(self.env.now()).is_some() {}
        self.desk.draw(&["SHOW CODE 请出示付款码", &format!("CNY {amount}")]);
        for _ in 0..SCANS {
            let text = self.scanned().await?;
            match format::check(format::strip(&text)) {
                Err(_) if self.config.policy.charges_any_text() => {
                    return CodeText::new(format::strip(&text));
                }
                Ok(_) => return CodeText::new(format::strip(&text)),
                Err(why) => {
                    self.desk.draw(&["SCAN AGAIN 请重新扫码", &why.to_string()]);
                    self.desk.beep("error");
                }
            }
        }
        None
    }

    async fn scanned(&mut self) -> Option<String> {
        let board = &self.desk.board;
        let red_key = async { while self.desk.key().await != Key::Cancel {} };
        tokio::select! {
            biased;
            text = board.scanner.recv(&self.env) => Some(text),
            () = red_key => None,
            () = self.env.sleep(PATIENCE) => None,
        }
    }
}

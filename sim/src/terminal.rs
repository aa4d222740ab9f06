//! The terminal: firmware over peripherals, and the planted flaws that the oracles must catch.
//!
//! It knows its board, its flash, its clock and its network. Nobody tells it of faults, scenarios
//! or the truth; it finds out the hard way. Private to this crate: a bench never runs it.

use std::rc::Rc;

use contract::{Amount, Lapse, OrderId, Purpose, Status, TerminalId, Time};

use crate::env::Env;
use crate::iso8583::Profile;
use crate::iso8583::key::Key as MasterKey;
use crate::peripheral::{Function, Key};
use crate::wire::codes::Class;

mod clock;
mod desk;
pub(crate) mod firmware;
mod flaws;
mod host;
mod journal;
mod policy;
pub(crate) mod poll;
mod rebuild;
mod resolve;
mod sale;
mod selftest;
mod settle;
mod stans;
#[cfg(test)]
mod tests;

use clock::Clock;
pub(crate) use desk::Board;
use desk::Desk;
use host::Host;
use journal::{Content, Entry, Journal, Mark, Stage};
pub(crate) use policy::Policy;
use resolve::Reason;
use stans::Stans;

/// Power-up to first line of code: 3 s (assumption).
const BOOT: Lapse = Lapse::from_secs(3);

/// How long a result stays on the display when nobody presses a key: 3 s (assumption).
const SHOWN: Lapse = Lapse::from_secs(3);

/// So long it takes to read a result and press a key: 500 ms (assumption).
const GLANCE: Lapse = Lapse::from_ms(500);

/// How long the terminal waits for the next key of an amount: 30 s (assumption).
const KEY_PATIENCE: Lapse = Lapse::from_secs(30);

/// The pause before a receipt, or a record that the flash refused, is tried again: 10 s
/// (assumption).
const RETRY: Lapse = Lapse::from_secs(10);

/// A kept connection is used at least this often. A carrier's NAT was measured to cut idle
/// connections off between 270 s (worked) and 540 s (did not): blog.wirelessmoves.com, 2020/09.
const HEARTBEAT: Lapse = Lapse::from_secs(270);

/// What a technician set.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) id: TerminalId,
    /// Field 41.
    pub(crate) tid: String,
    /// Field 42.
    pub(crate) mid: String,
    /// Whether the connection stays open between payments.
    pub(crate) keep_connection: bool,
    /// Pauses before the queries of an unknown result.
    pub(crate) waits: Rc<[Lapse]>,
    /// The decisions of this firmware.
    pub(crate) policy: &'static dyn Policy,
    /// How messages are written.
    pub(crate) wire: &'static Profile,
    /// The response codes that this image was built with; `None` for one that it does not know.
    pub(crate) codes: fn(&str) -> Option<Class>,
    /// The version of the image.
    pub(crate) version: u16,
    /// How many payments the list shows, when somebody set it to a part of them.
    pub(crate) list_last: Option<usize>,
    /// Unwraps the keys of a session; `None` where nothing is sealed.
    pub(crate) master: Option<MasterKey>,
    /// The hosts that it may connect to, the first one first.
    pub(crate) hosts: &'static [&'static str],
}

impl Config {
    /// The first setting that can't be right, with the code that a merchant reads out to support.
    /// Field 41 has 8 characters and field 42 has 15 (CUP terminals).
    fn mistake(&self) -> Option<(&'static str, &'static str)> {
        if self.tid.len() != 8 {
            Some(("E41", "TERMINAL NUMBER 终端号"))
        } else if self.mid.len() != 15 {
            Some(("E42", "MERCHANT NUMBER 商户号"))
        } else if self.waits.is_empty() {
            Some(("E60", "QUERY TIMES 查询时间"))
        } else {
            None
        }
    }
}

/// A running terminal.
struct Terminal {
    env: Env,
    config: Config,
    desk: Desk,
    host: Host,
    journal: Journal,
    /// Counts orders; the tail of the order number.
    counter: u32,
    /// Paid orders whose receipt is still owed, a settlement whose slip is, and when they are tried
    /// again. A power cut forgets the slip.
    unprinted: Vec<Entry>,
    slip: Option<Vec<String>>,
    print_at: Time,
    /// Records that the flash did not take; nothing is sold before it does.
    unwritten: Vec<Entry>,
    write_at: Time,
    /// The host said something that this image has no entry for.
    outdated: bool,
    /// When results that the display missed are tried again.
    present_at: Time,
    /// What the settings display last said of the SMS service.
    sms_off_shown: bool,
}

/// Runs a terminal from power-up until its power goes. What is rare stands in boxes, because a
/// fleet's terminals are idle most of the time.
pub(crate) async fn run(env: Env, board: Board, config: Config) {
    let mut terminal = Box::pin(start(env, board, config)).await;
    terminal.serve().await
}

/// Starts, recovers and signs in. A terminal that can't sell does not come out of it.
async fn start(env: Env, board: Board, config: Config) -> Terminal {
    let policy = config.policy;
    board.scanner_reads.set(policy.scanner_reads());
    let rtc = Rc::clone(&board.rtc);
    let desk = Desk::new(&config, env.clone(), board);
    desk.draw(&["STARTING 正在启动"]);
    env.sleep(BOOT).await;
    let Ok((journal, content)) = Journal::open(env.disk.clone()) else {
        desk.draw(&desk::STORAGE_FAILED);
        return std::future::pending().await;
    };
    let stans = Stans::after(policy.stans_from(content.last_stan));
    let mut host = Host::new(&config, Clock::new(rtc), stans);
    host.blank = content.last_number == 0;
    let mut terminal = Terminal {
        env,
        config,
        desk,
        host,
        journal,
        counter: content.last_number,
        unprinted: Vec::new(),
        slip: None,
        print_at: Time(0),
        unwritten: Vec::new(),
        write_at: Time(0),
        outdated: false,
        present_at: Time(0),
        sms_off_shown: false,
    };
    let mistake = terminal.config.mistake().filter(|_| !policy.sells_offline());
    if let Some(mistake) = mistake {
        terminal.call_service(mistake).await;
    }
    if policy.recovers_at_boot() {
        terminal.recover(&content).await;
    }
    drop(content);
    terminal.note_stans().await;
    // No host yet is no reason not to start: the first sale signs in again.
    if terminal.host.sign_in(&terminal.env).await.is_ok() {
        terminal.learn_past().await;
    }
    terminal.host.done(&terminal.env).await;
    terminal.check_settings().await;
    terminal
}

impl Terminal {
    /// Waits for the operator, for ever.
    async fn serve(&mut self) -> ! {
        let mut ready = false;
        loop {
            // First what happened before, then what comes next.
            if !ready && !self.desk.misses() {
                // What was keyed at another screen was not meant for this one.
                self.desk.drop_keys();
                self.desk.draw(&["READY 请输入金额"]);
                ready = true;
            }
            let key = tokio::select! {
                biased;
                key = self.desk.key() => Some(key),
                () = self.env.sleep_until(self.next_chore()) => None,
            };
            match key {
                None => {
                    Box::pin(self.chore()).await;
                    continue;
                }
                Some(_) if !ready => self.desk.beep("error"),
                Some(Key::Char(first)) => Box::pin(self.enter(first)).await,
                Some(Key::List) => self.list(),
                Some(Key::Function(function)) => Box::pin(self.function(function)).await,
                Some(Key::Ok | Key::Cancel) => {}
            }
            ready = false;
        }
    }

    /// When something is to be done that nobody asks for.
    fn next_chore(&self) -> Time {
        let print = self.owes_paper().then_some(self.print_at);
        let present = self.desk.misses().then_some(self.present_at);
        let echo = self.config.keep_connection.then_some(self.host.last_use + HEARTBEAT);
        let write = (!self.unwritten.is_empty()).then_some(self.write_at);
        [print, write, present, echo].into_iter().flatten().min().unwrap_or(Time(u64::MAX))
    }

    fn owes_paper(&self) -> bool {
        !self.unprinted.is_empty() || self.slip.is_some()
    }

    /// What is due by now: one thing at a time.
    async fn chore(&mut self) {
        let now = self.env.now();
        if self.owes_paper() && self.print_at <= now {
            if let Some(slip) = self.slip.take() {
                self.print_slip(slip);
            }
            for entry in std::mem::take(&mut self.unprinted) {
                if self.print(entry).await {
                    self.settle(entry).await;
                }
            }
        } else if !self.unwritten.is_empty() && self.write_at <= now {
            self.catch_up().await;
        } else if self.desk.misses() && self.present_at <= now {
            self.present_at = now + desk::REPAINT;
            while let Some(entry) = self.desk.present() {
                self.stand(entry).await;
            }
        } else {
            self.note_stans().await;
            self.host.echo(&self.env).await;
        }
    }

    /// The operator begins to key an amount.
    async fn enter(&mut self, first: char) {
        let mut keyed = String::from(first);
        loop {
            match self.env.timeout(KEY_PATIENCE, self.desk.key()).await {
                Some(Key::Char(c)) if keyed.len() < 12 => keyed.push(c),
                Some(Key::Ok) => break,
                Some(Key::Char(_) | Key::List | Key::Function(_)) => {}
                Some(Key::Cancel) | None => return,
            }
        }
        match keyed.parse::<Amount>() {
            Ok(amount) if amount > Amount(0) => self.sale(amount).await,
            _ => self.desk.beep("error"),
        }
    }

    /// The operator looks at the payments.
    fn list(&self) {
        match self.journal.content() {
            Ok(content) => self.desk.draw(&self.listed(&content)),
            Err(_) => self.desk.draw(&desk::STORAGE_FAILED),
        };
    }

    fn listed(&self, content: &Content) -> Vec<String> {
        let most = self.config.list_last;
        let mut lines = desk::list(content, most);
        if !self.config.policy.names_filter() {
            lines.retain(|line| !line.starts_with("FILTER"));
        }
        lines
    }

    /// Prints the newest paid order of the list again, marked as a copy.
    fn reprint(&self) {
        let content = self.journal.content().unwrap_or_default();
        let paid = content.entries.iter().rev().find(|entry| entry.stage.is_paid());
        let Some(entry) = paid else { return self.desk.beep("error") };
        if self.desk.print(&Entry { copy: true, ..*entry }).is_err() {
            self.desk.beep("error");
        }
    }

    /// A stored setting is wrong: says which, and takes no sale until a technician was here.
    async fn call_service(&mut self, (code, setting): (&str, &str)) -> ! {
        loop {
            self.desk.draw(&["NOT NOW 参数错误", &format!("{code} {setting}, CALL SERVICE")]);
            self.desk.beep("error");
            if self.desk.key().await == Key::Function(Function::Test) {
                Box::pin(self.self_test()).await;
            }
        }
    }

    /// What was open at the power cut comes first: shown at once, then resolved, before a sale.
    async fn recover(&mut self, content: &Content) {
        if content.damaged {
            let what = "PAYMENTS MAY BE MISSING, COMPARE WITH THE BACKEND";
            self.desk.draw(&["CHECK JOURNAL DAMAGED 流水损坏", what]);
            self.desk.beep("attention");
            self.linger().await;
        }
        for entry in content.entries.iter().filter(|entry| entry.stage.is_open()) {
            self.desk.draw(&["RECOVERING 正在恢复上一笔交易"]);
            match entry.stage {
                Stage::Approved => {
                    self.desk.show(entry, Status::Approved);
                    if self.print(*entry).await {
                        self.stand(*entry).await;
                    }
                }
                Stage::Unpaid => {
                    self.desk.show(entry, Status::Declined);
                    self.stand(*entry).await;
                }
                Stage::Returning => {
                    let void = entry.number > content.batch.floor;
                    let purpose = if void { Purpose::Void } else { Purpose::Refund };
                    self.return_money(*entry, purpose).await;
                }
                Stage::Reversing => self.reverse(*entry, entry.reason).await,
                _ => {
                    self.desk.show(entry, Status::Unknown);
                    self.resolve(*entry).await;
                }
            }
        }
        if let Some(batch) = content.batch.settling {
            self.desk.draw(&["RECOVERING 正在恢复结算"]);
            self.settle_batch(batch, content).await;
        }
    }

    /// What time it is, as far as the terminal knows.
    fn clock(&self) -> Time {
        self.host.clock.now(self.env.now())
    }

    /// A new order; `None` when there are no numbers left.
    fn next_order(&mut self, amount: Amount) -> Option<Entry> {
        self.counter = self.counter.checked_add(1)?;
        let (number, sent_at) = (self.counter, self.clock());
        let order = order_of(&self.config.tid, number)?;
        let stan = self.host.stans.take();
        Some(Entry { order, number, amount, sent_at, stan, ..Entry::default() })
    }

    /// A final result: first the flash, then everybody else.
    async fn finish(&mut self, entry: Entry, status: Status) {
        let paid = status == Status::Approved;
        let entry = Entry { stage: if paid { Stage::Approved } else { Stage::Unpaid }, ..entry };
        // A flash that fails now can't take the result back; the display still tells it.
        self.record(entry).await;
        self.desk.show(&entry, status);
        if paid && !self.print(entry).await {
            return;
        }
        self.host.done(&self.env).await;
        self.desk.cancelled.set(false);
        self.stand(entry).await;
        self.check_settings().await;
    }

    /// Leaves the result on the display for a while; a key ends it. One that was pressed before
    /// anybody can have read the result was meant for the screen before, and ends nothing.
    async fn linger(&self) {
        let over = self.env.now() + SHOWN;
        self.env.sleep(GLANCE).await;
        self.desk.drop_keys();
        tokio::select! {
            biased;
            () = self.desk.board.keypad.wait(&self.env) => {}
            () = self.env.sleep_until(over) => {}
        }
    }

    /// Leaves the result before the operator's eyes. Only then is it told: a power cut that comes
    /// sooner has it shown again, as a copy.
    async fn stand(&mut self, entry: Entry) {
        self.linger().await;
        self.settle(entry).await;
    }

    /// Prints the receipt, or remembers that it is owed. `false`: this firmware undid the payment
    /// instead.
    async fn print(&mut self, entry: Entry) -> bool {
        match self.desk.print(&entry) {
            Ok(()) => {}
            Err(_) if self.config.policy.undoes_unprinted() => {
                Box::pin(self.reverse(entry, Reason::Unable)).await;
                return false;
            }
            Err(stopped) => {
                // What comes later is not the first that says paid.
                self.unprinted.push(Entry { copy: entry.copy || stopped.begun, ..entry });
                self.print_at = self.env.now() + RETRY;
            }
        }
        true
    }

    /// Prints the slip of a settlement, or remembers that it is owed.
    fn print_slip(&mut self, lines: Vec<String>) {
        if self.desk.print_lines(&lines).is_err() {
            self.slip = Some(lines);
            self.print_at = self.env.now() + RETRY;
        }
    }

    /// Nothing is left to do after a power cut once a result was shown and, if paid, printed.
    async fn settle(&mut self, entry: Entry) {
        let owed = self.unprinted.iter().any(|owed| owed.order == entry.order);
        if !owed && !self.desk.missed(entry.order) {
            let stage = if entry.stage.is_paid() { Stage::Printed } else { Stage::Ended };
            // Not written: after a power cut it comes again, and a receipt is marked as a copy.
            self.record(Entry { stage, ..entry }).await;
        }
    }

    /// Writes a record, or remembers that it is owed to the flash.
    async fn record(&mut self, entry: Entry) {
        self.unwritten.retain(|owed| owed.order != entry.order);
        if self.journal.write(&self.env, &entry).await.is_err() {
            self.unwritten.push(entry);
            self.write_at = self.env.now() + RETRY;
        }
    }

    /// Notes in the flash how far STANs are used, where that is due before the next request. A
    /// flash that refuses stops no query and no reversal; sales it stops anyway.
    async fn note_stans(&mut self) {
        if let Some(count) = self.host.stans.due()
            && self.journal.mark(&self.env, Mark::Stan(count)).await.is_ok()
        {
            self.host.stans.noted(count);
        }
    }

    /// Writes what the flash did not take before; `false` when it still does not.
    async fn catch_up(&mut self) -> bool {
        for entry in std::mem::take(&mut self.unwritten) {
            self.record(entry).await;
        }
        self.unwritten.is_empty()
    }

    /// What to conclude from a response code. One that this image does not know is no answer.
    fn class_of(&mut self, response: &str) -> Class {
        let known = (self.config.codes)(response);
        self.outdated |= known.is_none();
        self.config.policy.class_of(response, known)
    }

    /// Tells the merchant when the host says that a channel is off.
    async fn check_settings(&mut self) {
        let off = self.host.sms_off;
        if off != self.sms_off_shown && self.config.policy.names_what_is_off() {
            let word = if off {
                "CHECK SMS OFF notify-sms-off 短信提醒未开通"
            } else {
                "CHECK SMS OK"
            };
            if self.desk.draw(&[word]) {
                self.sms_off_shown = off;
                self.linger().await;
            }
        }
    }
}

/// An order's number: the terminal's, then a count that has at least six digits and may have more
/// (32 characters fit), so that it never comes again.
fn order_of(tid: &str, number: u32) -> Option<OrderId> {
    OrderId::new(&format!("{tid}{number:06}"))
}

//! The terminal: firmware over peripherals, and the planted flaws that the oracles must catch.
//!
//! It knows its board, its flash, its clock and its network. Nobody tells it of faults, scenarios
//! or the truth; it finds out the hard way. Private to this crate: a bench never runs it.

use std::cell::Cell;

use contract::{Amount, Lapse, OrderId, Status, TerminalId, Time};

use crate::env::Env;
use crate::iso8583::Profile;
use crate::peripheral::Key;

mod desk;
pub(crate) mod firmware;
mod flaws;
mod host;
mod journal;
mod policy;
pub(crate) mod poll;
mod resolve;
mod sale;

pub(crate) use desk::Board;
use desk::Desk;
use host::Host;
use journal::{Entry, Journal, Stage};
pub(crate) use policy::Policy;

/// Power-up to first line of code: 3 s (assumption).
const BOOT: Lapse = Lapse::from_secs(3);

/// How long a result stays on the display when nobody presses a key: 3 s (assumption).
const SHOWN: Lapse = Lapse::from_secs(3);

/// How long the terminal waits for the next key of an amount: 30 s (assumption).
const KEY_PATIENCE: Lapse = Lapse::from_secs(30);

/// The pause before a receipt is tried again when there was no paper: 10 s (assumption).
const PRINT_RETRY: Lapse = Lapse::from_secs(10);

/// A kept connection is used at least this often. A carrier's NAT was measured to cut idle
/// connections off between 270 s (worked) and 540 s (did not): blog.wirelessmoves.com, 2020/09.
const HEARTBEAT: Lapse = Lapse::from_secs(270);

/// STANs of orders run from 1 to this; the one after it belongs to sign-in and echo.
const LAST_STAN: u32 = 999_998;

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
    pub(crate) waits: std::rc::Rc<[Lapse]>,
    /// The decisions of this firmware.
    pub(crate) policy: &'static dyn Policy,
    /// How messages are written.
    pub(crate) wire: &'static Profile,
}

/// A running terminal.
struct Terminal {
    env: Env,
    config: Config,
    desk: Desk,
    host: Host,
    journal: Journal,
    /// Counts orders; the number is the STAN and the tail of the order number.
    counter: u32,
    /// Paid orders whose receipt is still owed.
    unprinted: Vec<Entry>,
    /// What the settings display last said of the SMS service.
    sms_off_shown: bool,
}

/// Runs a terminal from power-up until its power goes.
pub(crate) async fn run(env: Env, board: Board, config: Config) {
    let policy = config.policy;
    let cancelled = Cell::new(false);
    let desk = Desk { id: config.id, env: env.clone(), board, policy, cancelled };
    desk.draw(&["STARTING 正在启动"]);
    env.sleep(BOOT).await;
    let Ok((journal, entries)) = Journal::open(env.disk.clone()) else {
        desk.draw(&["NOT NOW 存储故障", "STORAGE FAILED, CALL SERVICE"]);
        return std::future::pending().await;
    };
    let host = Host::new(&config);
    let counter = policy.counts_from(journal.last_stan);
    let (unprinted, sms_off_shown) = (Vec::new(), false);
    let mut terminal =
        Terminal { env, config, desk, host, journal, counter, unprinted, sms_off_shown };
    if policy.recovers_at_boot() {
        Box::pin(terminal.recover(&entries)).await;
    }
    // No host yet is no reason not to start: the first sale signs in again.
    let _ = terminal.host.sign_in(&terminal.env).await;
    terminal.host.done(&terminal.env).await;
    terminal.serve().await
}

impl Terminal {
    /// Waits for the operator, for ever.
    async fn serve(&mut self) -> ! {
        let mut idle_since = None;
        loop {
            let since = *idle_since.get_or_insert_with(|| {
                // What was keyed at another screen was not meant for this one.
                self.desk.drop_keys();
                self.desk.draw(&["READY 请输入金额"]);
                self.env.now()
            });
            let key = tokio::select! {
                biased;
                key = self.desk.board.keypad.recv(&self.env) => Some(key),
                () = self.env.sleep_until(self.next_chore(since)) => None,
            };
            match key {
                Some(Key::Char(first)) => self.enter(first).await,
                Some(Key::List) => self.list(),
                Some(Key::Ok | Key::Cancel) => {}
                None => {
                    self.chore().await;
                    continue;
                }
            }
            idle_since = None;
        }
    }

    /// When something is to be done that nobody asks for.
    fn next_chore(&self, since: Time) -> Time {
        if !self.unprinted.is_empty() {
            return self.env.now() + PRINT_RETRY;
        }
        if self.config.keep_connection {
            return self.host.last_use.max(since) + HEARTBEAT;
        }
        Time(u64::MAX)
    }

    async fn chore(&mut self) {
        if self.unprinted.is_empty() {
            self.host.echo(&self.env).await;
            return;
        }
        for entry in std::mem::take(&mut self.unprinted) {
            self.print(entry, false).await;
        }
    }

    /// The operator begins to key an amount.
    async fn enter(&mut self, first: char) {
        let mut keyed = String::from(first);
        loop {
            let key = self.desk.board.keypad.recv(&self.env);
            match self.env.timeout(KEY_PATIENCE, key).await {
                Some(Key::Char(c)) if keyed.len() < 12 => keyed.push(c),
                Some(Key::Ok) => break,
                Some(Key::Char(_) | Key::List) => {}
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
        match self.journal.entries() {
            Ok(entries) => {
                let lines = desk::list(&entries);
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                self.desk.draw(&lines);
            }
            Err(_) => self.desk.draw(&["NOT NOW 存储故障", "STORAGE FAILED, CALL SERVICE"]),
        }
    }

    /// What was open at the power cut comes first: shown at once, then resolved, before a sale.
    async fn recover(&mut self, entries: &[Entry]) {
        for entry in entries.iter().filter(|entry| entry.stage.is_open()) {
            self.desk.draw(&["RECOVERING 正在恢复上一笔交易"]);
            match entry.stage {
                Stage::Approved => {
                    self.desk.show(entry, Status::Approved, true);
                    self.print(*entry, true).await;
                    self.desk.pause(SHOWN).await;
                }
                Stage::Reversing => self.reverse(*entry).await,
                _ => {
                    self.desk.show(entry, Status::Unknown, false);
                    self.resolve(*entry).await;
                }
            }
        }
    }

    /// The next order number and STAN. They never repeat: the journal holds the highest.
    fn next_order(&mut self) -> Option<(OrderId, u32)> {
        self.counter = self.counter % LAST_STAN + 1;
        let order = OrderId::new(&format!("{}{:06}", self.config.tid, self.counter))?;
        Some((order, self.counter))
    }

    /// A final result: first the flash, then everybody else.
    async fn finish(&mut self, entry: Entry, stage: Stage) {
        let entry = Entry { stage, ..entry };
        // A flash that fails now can't take the result back; the display still tells it.
        let _ = self.journal.write(&self.env, &entry).await;
        let status = match stage {
            Stage::Approved | Stage::Printed => Status::Approved,
            Stage::Reversed => Status::Reversed,
            _ => Status::Declined,
        };
        self.desk.show(&entry, status, false);
        if status == Status::Approved {
            self.print(entry, false).await;
        }
        self.host.done(&self.env).await;
        self.desk.cancelled.set(false);
        self.linger().await;
        self.check_settings();
    }

    /// Leaves the result on the display for a while; a key ends it.
    async fn linger(&self) {
        tokio::select! {
            biased;
            () = self.desk.board.keypad.wait(&self.env) => {}
            () = self.env.sleep(SHOWN) => {}
        }
    }

    /// Prints the receipt, or remembers that it is owed.
    async fn print(&mut self, entry: Entry, copy: bool) {
        match self.desk.print(&entry, copy) {
            Ok(()) => {
                // Not written: after a power cut it is printed again, marked as a copy.
                let _ =
                    self.journal.write(&self.env, &Entry { stage: Stage::Printed, ..entry }).await;
            }
            Err(crate::peripheral::printer::NoPaper) => self.unprinted.push(entry),
        }
    }

    /// Tells the merchant when the host says that a channel is off.
    fn check_settings(&mut self) {
        if self.host.sms_off != self.sms_off_shown {
            self.sms_off_shown = self.host.sms_off;
            let word = if self.host.sms_off {
                "CHECK SMS OFF 短信提醒未开通"
            } else {
                "CHECK SMS OK"
            };
            self.desk.draw(&[word]);
        }
    }
}

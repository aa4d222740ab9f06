//! The terminal's side of its peripherals: what it draws, prints and hears. All its words stand
//! here.

use std::cell::Cell;
use std::rc::Rc;

use contract::{Amount, EventKind, Lapse, Source, Status, TerminalId};

use super::journal::{Entry, Stage};
use super::policy::Policy;
use crate::calendar;
use crate::env::Env;
use crate::peripheral::display::Display;
use crate::peripheral::printer::{CUT, NoPaper, Printer};
use crate::peripheral::{Key, Line};

/// The wires of one terminal.
#[derive(Clone)]
pub(crate) struct Board {
    pub(crate) keypad: Line<Key>,
    pub(crate) scanner: Line<String>,
    pub(crate) display: Rc<Display>,
    pub(crate) printer: Option<Rc<Printer>>,
}

impl Board {
    /// The terminal got or lost its power.
    pub(crate) fn set_power(&self, on: bool) {
        self.keypad.set_power(on);
        self.scanner.set_power(on);
        if !on {
            self.display.darken();
        }
    }
}

/// The firmware's hand on the board.
pub(super) struct Desk {
    pub(super) id: TerminalId,
    pub(super) env: Env,
    pub(super) board: Board,
    pub(super) policy: &'static dyn Policy,
    /// The red key was pressed while an answer was awaited.
    pub(super) cancelled: Cell<bool>,
}

impl Desk {
    pub(super) fn draw(&self, lines: &[&str]) {
        self.board.display.draw(self.env.now(), lines);
    }

    pub(super) fn beep(&self, sound: &str) {
        if self.env.tap.on() {
            let kind = EventKind::Sound(sound.to_owned());
            self.env.tap.tell(Some(self.id), Source::Terminal, kind);
        }
    }

    /// Shows what is known of an order.
    pub(super) fn show(&self, entry: &Entry, status: Status, copy: bool) {
        let lines = report(entry, entry.amount, status, copy && self.policy.marks_copies());
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        self.draw(&lines);
        match status {
            Status::Approved => self.beep("ok"),
            Status::Unknown => self.beep("attention"),
            Status::Declined | Status::Reversed => self.beep("error"),
            Status::Pending => {}
        }
    }

    /// Prints a receipt of a paid order. `Ok` as well where there is no printer.
    pub(super) fn print(&self, entry: &Entry, copy: bool) -> Result<(), NoPaper> {
        let Some(printer) = &self.board.printer else {
            return Ok(());
        };
        let amount = self.policy.receipt_amount(entry.amount);
        let copy = copy && self.policy.marks_copies();
        printer.print(|| {
            let mut bytes = report(entry, amount, Status::Approved, copy).join("\n").into_bytes();
            bytes.push(b'\n');
            bytes.extend_from_slice(CUT);
            bytes
        })
    }

    /// Answers keys while the terminal can't do what they ask, for ever. Remembers the red one.
    pub(super) async fn attend(&self) {
        loop {
            self.answer_key().await;
        }
    }

    async fn answer_key(&self) {
        match self.board.keypad.recv(&self.env).await {
            Key::Cancel => {
                self.cancelled.set(true);
                self.draw(&["PLEASE WAIT 正在取消", "CANCELLING, RESULT FOLLOWS"]);
            }
            Key::List => self.draw(&["PLEASE WAIT 请稍候"]),
            Key::Ok | Key::Char(_) => {
                self.draw(&[
                    "NOT NOW 上一笔结果未知",
                    "LAST PAYMENT UNRESOLVED, DO NOT CHARGE AGAIN",
                ]);
                self.beep("error");
                self.settle_keys().await;
            }
        }
    }

    /// Waits this long while keys are answered; the red key ends it early.
    pub(super) async fn pause(&self, span: Lapse) {
        let cancelled_already = self.cancelled.get();
        let red_key = async {
            while cancelled_already || !self.cancelled.get() {
                self.answer_key().await;
            }
        };
        tokio::select! {
            biased;
            () = red_key => {}
            () = self.env.sleep(span) => {}
        }
    }

    /// Lets the rest of a burst of keys pass.
    async fn settle_keys(&self) {
        self.env.sleep(Lapse::from_ms(50)).await;
        self.drop_keys();
    }

    /// Forgets the keys that nobody has looked at.
    pub(super) fn drop_keys(&self) {
        while self.board.keypad.try_recv(self.env.now()).is_some() {}
    }
}

/// The lines of a report on paper or display.
fn report(entry: &Entry, amount: Amount, status: Status, copy: bool) -> Vec<String> {
    let head = match status {
        Status::Approved => "APPROVED 交易成功",
        Status::Declined => "DECLINED 交易失败",
        Status::Reversed => "REVERSED 已撤销",
        Status::Pending => "CUSTOMER CONFIRMS 等待顾客确认",
        Status::Unknown => "RESULT UNKNOWN 结果未知,请查询,勿重复收款",
    };
    let mut lines =
        vec![head.to_owned(), format!("CNY {amount}"), format!("ORDER {}", entry.order)];
    if status == Status::Approved {
        lines.push(format!("PAID {}", calendar::print(entry.paid_at)));
    }
    if copy {
        lines.push("COPY 重印".to_owned());
    }
    lines
}

/// The lines of the payment list: every paid order in the journal, with totals.
pub(super) fn list(entries: &[Entry]) -> Vec<String> {
    let paid = || entries.iter().filter(|e| matches!(e.stage, Stage::Approved | Stage::Printed));
    let total = Amount(paid().map(|entry| entry.amount.0).sum());
    let mut lines = vec![format!("PAYMENTS {} CNY {total}", paid().count())];
    lines.extend(paid().map(|entry| format!("APPROVED {} {}", entry.order, entry.amount)));
    lines
}

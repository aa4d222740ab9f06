//! The terminal's side of its peripherals: what it draws, prints and hears. All its words stand
//! here.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use contract::{Amount, EventKind, FieldText, Lapse, OrderId, Source, Status, TerminalId};

use super::Config;
use super::journal::{Content, Entry, LISTED};
use super::policy::Policy;
use super::stans::stan_of;
use crate::calendar;
use crate::env::Env;
use crate::peripheral::display::Display;
use crate::peripheral::printer::{self, Printer, Stopped};
use crate::peripheral::probe::Probe;
use crate::peripheral::rtc::Rtc;
use crate::peripheral::{Function, Key, Line};

/// The pause before a display that did not answer is tried again: 1 s (assumption).
pub(super) const REPAINT: Lapse = Lapse::from_secs(1);

/// What the display says when the flash can't be read or written.
pub(super) const STORAGE_FAILED: [&str; 2] = ["NOT NOW 存储故障", "STORAGE FAILED, CALL SERVICE"];

/// The wires of one terminal.
#[derive(Clone)]
pub(crate) struct Board {
    pub(crate) keypad: Line<Key>,
    pub(crate) scanner: Line<String>,
    /// How many pictures must say the same before the scanner sends it; the firmware sets it.
    pub(crate) scanner_reads: Rc<Cell<usize>>,
    /// Payments of which the merchant's app on the terminal was told.
    pub(crate) app: Line<OrderId>,
    pub(crate) display: Rc<Display>,
    pub(crate) printer: Option<Rc<Printer>>,
    pub(crate) probe: Rc<Probe>,
    pub(crate) rtc: Rc<Rtc>,
}

impl Board {
    /// The firmware runs, or does not: what comes while it does not is lost.
    pub(crate) fn set_listening(&self, on: bool) {
        self.keypad.set_power(on);
        self.scanner.set_power(on);
        self.app.set_power(on);
    }

    /// The terminal got or lost its power.
    pub(crate) fn set_power(&self, on: bool) {
        self.set_listening(on);
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
    /// Terminal and merchant, as receipts name them.
    numbers: (String, String),
    /// The red key was pressed while an answer was awaited.
    pub(super) cancelled: Cell<bool>,
    /// The green key came twice in one moment when the amount was confirmed.
    pub(super) pressed_twice: Cell<bool>,
    /// The settlement key was pressed meanwhile, and this firmware does not mind.
    pub(super) settle_wanted: Cell<bool>,
    /// What the display should show and did not take.
    owed: RefCell<Option<Vec<String>>>,
    /// Final results that the display did not take.
    missed: RefCell<Vec<(Entry, Status)>>,
}

impl Desk {
    pub(super) fn new(config: &Config, env: Env, board: Board) -> Desk {
        let Config { id, policy, .. } = *config;
        let numbers = (config.tid.clone(), config.mid.clone());
        let (owed, missed) = (RefCell::default(), RefCell::default());
        let (cancelled, pressed_twice) = (Cell::new(false), Cell::new(false));
        let settle_wanted = Cell::new(false);
        Desk {
            id,
            env,
            board,
            policy,
            numbers,
            cancelled,
            pressed_twice,
            settle_wanted,
            owed,
            missed,
        }
    }

    /// Draws. `false`: the display does not answer, and is tried again while a key is awaited.
    pub(super) fn draw(&self, lines: &[impl AsRef<str>]) -> bool {
        let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
        let taken = self.board.display.draw(self.env.now(), &lines).is_ok();
        let owed = || lines.iter().map(|line| (*line).to_owned()).collect();
        *self.owed.borrow_mut() = (!taken).then(owed);
        taken
    }

    /// The next key. Meanwhile the display is kept up to date.
    pub(super) async fn key(&self) -> Key {
        tokio::select! {
            biased;
            key = self.board.keypad.recv(&self.env) => key,
            never = self.repaint() => never,
        }
    }

    async fn repaint(&self) -> ! {
        while self.owed.borrow().is_some() {
            self.env.sleep(REPAINT).await;
            let owed = self.owed.take().unwrap_or_default();
            self.draw(&owed);
        }
        std::future::pending().await
    }

    pub(super) fn beep(&self, sound: &str) {
        if self.env.tap.on() {
            let kind = EventKind::Sound(sound.to_owned());
            self.env.tap.tell(Some(self.id), Source::Terminal, kind);
        }
    }

    /// Shows what is known of an order. A final result that the display misses is presented later.
    pub(super) fn show(&self, entry: &Entry, status: Status) {
        if status == Status::Unknown && self.policy.leaves_old_screen() {
            return;
        }
        if !self.draw_report(entry, status) && status.is_final() {
            self.owed.take();
            self.missed.borrow_mut().push((*entry, status));
        }
        match status {
            Status::Approved => self.beep("ok"),
            Status::Unknown => self.beep("attention"),
            Status::Declined | Status::Reversed => self.beep("error"),
            Status::Pending => {}
        }
    }

    fn draw_report(&self, entry: &Entry, status: Status) -> bool {
        let copy = entry.copy && self.policy.marks_copies();
        self.draw(&report(entry, entry.amount, status, copy))
    }

    /// Whether the display missed the result of an order.
    pub(super) fn missed(&self, order: OrderId) -> bool {
        self.missed.borrow().iter().any(|(entry, _)| entry.order == order)
    }

    /// Whether it missed any.
    pub(super) fn misses(&self) -> bool {
        !self.missed.borrow().is_empty()
    }

    /// Shows the oldest result that the display missed; `None` when it still does not answer.
    pub(super) fn present(&self) -> Option<Entry> {
        let (entry, status) = *self.missed.borrow().first()?;
        if !self.draw_report(&entry, status) {
            self.owed.take();
            return None;
        }
        self.missed.borrow_mut().remove(0);
        Some(entry)
    }

    /// Prints a receipt of a paid order. `Ok` as well where there is no printer.
    pub(super) fn print(&self, entry: &Entry) -> Result<(), Stopped> {
        let Some(printer) = &self.board.printer else {
            return Ok(());
        };
        let amount = self.policy.receipt_amount(entry.amount);
        let copy = entry.copy && self.policy.marks_copies();
        printer.print(|| {
            let mut lines = report(entry, amount, Status::Approved, copy);
            lines.extend(self.references(entry));
            printer::receipt(&lines)
        })
    }

    /// By what the acquirer finds a payment. What the terminal was not told is left out.
    fn references(&self, entry: &Entry) -> Vec<String> {
        let (tid, mid) = &self.numbers;
        let paid = |line: String| (entry.batch > 0).then_some(line);
        let sold = (entry.stan > 0).then(|| format!("STAN 凭证号 {:06}", stan_of(entry.stan)));
        let told = |name: &str, text: &FieldText| {
            (!text.is_empty()).then(|| format!("{name} {}", text.as_str()))
        };
        let settles = (entry.settles > 0).then(|| format!("SETTLES 清算日期 {:04}", entry.settles));
        let lines = [
            Some(format!("TERMINAL 终端号 {tid}")),
            Some(format!("MERCHANT 商户号 {mid}")),
            paid(format!("BATCH 批次号 {:06}", entry.batch)),
            sold,
            told("RRN 参考号", &entry.rrn),
            told("AUTH 授权码", &entry.approval),
            told("ACQUIRER 收单机构", &entry.acquirer),
            settles,
        ];
        lines.into_iter().flatten().collect()
    }

    /// Prints a slip that is no receipt. `Ok` as well where there is no printer.
    pub(super) fn print_lines(&self, lines: &[String]) -> Result<(), Stopped> {
        let Some(printer) = &self.board.printer else { return Ok(()) };
        printer.print(|| printer::receipt(lines))
    }

    /// Answers keys while the terminal can't do what they ask, for ever unless a firmware drops the
    /// payment at the red one, which is remembered.
    pub(super) async fn attend(&self) {
        while !self.dropped() {
            self.answer_key().await;
        }
    }

    /// Whether the red key ended a payment on this side alone.
    pub(super) fn dropped(&self) -> bool {
        self.cancelled.get() && self.policy.cancels_locally()
    }

    async fn answer_key(&self) {
        match self.key().await {
            Key::Cancel => {
                self.cancelled.set(true);
                self.draw(&["PLEASE WAIT 正在取消", "CANCELLING, RESULT FOLLOWS"]);
            }
            Key::List | Key::Function(Function::Test | Function::Reprint) => {
                self.draw(&["PLEASE WAIT 请稍候"]);
            }
            Key::Function(Function::Settle) if self.policy.settles_over_open_orders() => {
                self.settle_wanted.set(true);
            }
            Key::Function(_) | Key::Ok | Key::Char(_) => {
                self.draw(&[
                    "NOT NOW 上一笔结果未知",
                    "LAST PAYMENT UNRESOLVED, DO NOT CHARGE AGAIN",
                ]);
                self.beep("error");
                self.settle_keys().await;
            }
        }
    }

    /// Waits for `span` while keys are answered; the red key ends it early, but never before
    /// `least`.
    pub(super) async fn pause(&self, least: Lapse, span: Lapse) {
        let earliest = self.env.now() + least;
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
        tokio::select! {
            biased;
            () = self.attend() => {}
            () = self.env.sleep_until(earliest) => {}
        }
    }

    /// Lets the rest of a burst of keys pass.
    pub(super) async fn settle_keys(&self) {
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
        if copy {
            lines.push("COPY 重印".to_owned());
        }
    }
    lines
}

/// The lines of the payment list: the newest paid orders of the open batch, `most` of them when
/// somebody set it so, with totals. It says so when there are more, or were and the journal
/// `dropped` them.
pub(super) fn list(content: &Content, most: Option<usize>) -> Vec<String> {
    let Content { ref entries, dropped, .. } = *content;
    let open = |entry: &&Entry| entry.stage.is_paid() && entry.number > content.batch.floor;
    let paid: Vec<_> = entries.iter().filter(open).collect();
    let shown = &paid[paid.len().saturating_sub(most.unwrap_or(LISTED))..];
    let total = Amount(shown.iter().map(|entry| entry.amount.0).sum());
    let mut lines = vec![format!("PAYMENTS {} CNY {total}", shown.len())];
    lines.extend(shown.iter().map(|entry| format!("APPROVED {} {}", entry.order, entry.amount)));
    if dropped > 0 || shown.len() < paid.len() {
        lines.push(format!("FILTER LAST {0} 最近{0}笔", shown.len()));
    }
    lines
}

/// The lines of a settlement: the batch with its totals, its payments, and what was given back of
/// earlier ones. Of those that the journal
/// dropped it knows the order numbers alone.
pub(super) fn closed_batch(
    batch: u32,
    orders: &[OrderId],
    held: &[Entry],
    total: Amount,
    refunds: (u16, Amount),
) -> Vec<String> {
    let head = format!("BATCH CLOSED {batch:06} 批次已结算");
    let mut lines = vec![head, format!("PAYMENTS {} CNY {total}", orders.len())];
    if refunds.0 > 0 {
        lines.push(format!("REFUNDS {} CNY {} 退货", refunds.0, refunds.1));
    }
    let gone = orders.len().saturating_sub(held.len());
    lines.extend(orders.iter().take(gone).map(|order| format!("APPROVED {order} -")));
    lines.extend(held.iter().map(|entry| format!("APPROVED {} {}", entry.order, entry.amount)));
    lines
}

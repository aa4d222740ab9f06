//! The people at the till: the customer with his app, the operator with his habits. They see the
//! display, press keys and hold codes before the scanner; they know nothing else of the terminal.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use contract::action::Visit;
use contract::event::Phase;
use contract::fault::{Rate, ScannerMode, Symbol, UnitError};
use contract::{
    Amount, CodeText, EventKind, Fault, IntentId, Lapse, Source, Status, TerminalId, Time,
};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::acquirer::Acquirer;
use crate::code::format;
use crate::code::scan::{Scanner, Target};
use crate::env::{Env, Tap};
use crate::faults::Faults;
use crate::merchant::Merchant;
use crate::peripheral::display::Display;
use crate::peripheral::reader::Shown;
use crate::peripheral::{Key, Line};
use crate::terminal::Board;
use crate::wallet::{Charge, Code, Wallet};

mod claim;
mod operator;

pub(crate) use claim::Claims;
pub(crate) use operator::Habits;
use operator::Operator;

/// Reading the display and reaching for a key (assumption).
const REACT: Lapse = Lapse::from_ms(600);

/// Taking the phone out and holding it before the scanner (assumption).
const PRESENT: Lapse = Lapse::from_ms(1_500);

/// One look of the scanner (assumption: a few frames of a 30 fps camera and the decoder).
const LOOK: Lapse = Lapse::from_ms(400);

/// So often a customer holds the code up again before he gives up (assumption).
const LOOKS: u32 = 4;

/// How long a customer waits for a terminal that takes no sale (assumption).
const QUEUE_PATIENCE: Lapse = Lapse::from_secs(900);

/// How long he waits for the terminal to react to a key before he thinks that it does not.
const KEY_PATIENCE: Lapse = Lapse::from_secs(10);

/// So often a stuck trigger sends what it sees before the code is gone (assumption).
const STUCK: u32 = 5;

/// How often somebody charges again for one visit before the customer protests (assumption).
const RECHARGES: u32 = 2;

/// How a serving of a customer ended, as the operator sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Approved,
    NotPaid,
    Unclear,
}

/// The till of one terminal: its operator and whoever stands before it.
pub(crate) struct Till {
    pub(crate) id: TerminalId,
    pub(crate) board: Board,
    pub(crate) tap: Rc<dyn Tap>,
    pub(crate) faults: Rc<Faults>,
    pub(crate) wallet: Rc<Wallet>,
    pub(crate) merchant: Rc<Merchant>,
    pub(crate) acquirer: Rc<Acquirer>,
    pub(crate) visits: Line<Visit>,
    pub(crate) rng: RefCell<ChaCha8Rng>,
    /// The last code that was shown here, and whose it was.
    pub(crate) last_code: Cell<Option<(IntentId, CodeText)>>,
    pub(crate) claims: Claims,
    pub(crate) habits: Cell<Habits>,
}

impl Till {
    /// Serves one customer after another, for ever.
    pub(crate) async fn run(self: Rc<Till>, env: Env) {
        env.spawn.spawn(Box::pin(Rc::clone(&self).answer_claims(env.clone())));
        loop {
            let visit = self.visits.recv(&env).await;
            self.serve(&env, &visit).await;
        }
    }

    /// Presses a key that a scenario orders.
    pub(crate) fn press(&self, now: Time, key: Key) {
        self.tell(Source::Operator, EventKind::Keyed(key.word()));
        self.board.keypad.send(now, key);
        let bounce = |fault: &Fault| match fault {
            Fault::HwAging { bounce, .. } if key == Key::Ok && self.happens(*bounce) => Some(()),
            _ => None,
        };
        if self.fault(bounce).is_some() {
            self.board.keypad.send(now, key);
        }
    }

    /// The operator is taught something that he keeps to from now on.
    pub(crate) fn learn(&self, change: impl FnOnce(&mut Habits)) {
        let mut habits = self.habits.get();
        change(&mut habits);
        self.habits.set(habits);
    }

    fn happens(&self, share: Rate) -> bool {
        Rate(self.rng.borrow_mut().random_range(0..Rate::ONE.0)) < share
    }

    fn tell(&self, source: Source, kind: EventKind) {
        self.tap.tell(Some(self.id), source, kind);
    }

    fn display(&self) -> &Display {
        &self.board.display
    }

    /// Who stands at the till now.
    fn operator(&self) -> Operator {
        let habits = self.habits.get();
        self.fault(operator::troubled_by).unwrap_or(operator::TRAINED).with(habits)
    }

    async fn serve(&self, env: &Env, visit: &Visit) {
        let operator = self.operator();
        let takings = || self.merchant.takings(&self.wallet, self.id);
        let before = operator.verifies.then(takings).unwrap_or_default();
        for attempt in 0..=RECHARGES {
            let seen = self.charge(env, visit, attempt, operator).await;
            let again = operator.recharges && seen != Seen::Approved;
            if !again || self.approved_meanwhile(env) {
                if seen == Seen::Unclear && operator.runbook {
                    self.follow_runbook(env).await;
                }
                if operator.verifies {
                    let price = if seen == Seen::Approved { visit.amount.0 } else { 0 };
                    self.verify(env, Amount(before.0 + price)).await;
                }
                return;
            }
            self.press(env.now(), Key::Cancel);
        }
    }

    /// Wait, look at the list, ask the hotline; no new charge.
    async fn follow_runbook(&self, env: &Env) {
        let told = |shown: &Shown| match shown {
            Shown::Report(report) if report.status.is_final() => Some(()),
            _ => None,
        };
        if env.timeout(operator::RUNBOOK_WAIT, self.display().watch(env, told)).await.is_none() {
            self.merchant.open_list(&self.wallet, self.id, env.now());
            self.claim(env.now());
        }
    }

    /// Looks the sale up before the customer leaves: in the terminal's list, and whether the
    /// backend's takings are what they must be `due` to this sale. Where they stay otherwise, he
    /// asks the hotline.
    async fn verify(&self, env: &Env, due: Amount) {
        if self.sees(env, Phase::Idle, 0, KEY_PATIENCE).await == Some(true) {
            self.press(env.now(), Key::List);
            env.sleep(operator::READ_LIST).await;
        }
        for _ in 0..operator::LISTS {
            if self.merchant.open_list(&self.wallet, self.id, env.now()) == due {
                return;
            }
            env.sleep(operator::LIST_AGAIN).await;
        }
        self.claim(env.now());
    }

    /// One try to take the money.
    async fn charge(&self, env: &Env, visit: &Visit, attempt: u32, who: Operator) -> Seen {
        if !self.reaches_confirm(env, visit, attempt).await {
            return if self.approved_meanwhile(env) { Seen::Approved } else { Seen::NotPaid };
        }
        env.sleep(REACT).await;
        for _ in 0..who.presses {
            self.press(env.now(), Key::Ok);
        }
        let asked = self.sees(env, Phase::Scan, attempt, KEY_PATIENCE).await;
        if asked != Some(true) || !self.present(env, visit).await {
            self.press(env.now(), Key::Cancel);
            return Seen::NotPaid;
        }
        if who.looks_away {
            env.sleep(REACT).await;
            self.press(env.now(), Key::Cancel);
            return Seen::Unclear;
        }
        self.result(env, who.patience).await
    }

    /// Keys the amount until the terminal asks to confirm it. Who charges again does not wait for
    /// the terminal to be ready; when it refuses, he has to. `false`: it takes no sale, or it
    /// shows instead that the payment before went through after all.
    async fn reaches_confirm(&self, env: &Env, visit: &Visit, attempt: u32) -> bool {
        if attempt == 0 {
            let Visit { intent, amount: meant, .. } = *visit;
            self.tell(Source::Customer, EventKind::Intent { intent, meant });
        } else if let Some(reached) = self.key_and_look(env, visit, attempt).await {
            return reached;
        }
        if self.sees(env, Phase::Idle, attempt, QUEUE_PATIENCE).await != Some(true) {
            return false;
        }
        self.key_and_look(env, visit, attempt).await == Some(true)
    }

    async fn key_and_look(&self, env: &Env, visit: &Visit, attempt: u32) -> Option<bool> {
        env.sleep(REACT).await;
        self.key_amount(env, visit.amount);
        self.sees(env, Phase::Confirm, attempt, KEY_PATIENCE).await
    }

    /// Waits until the display shows this phase: `Some(true)`. `Some(false)`: it shows that the
    /// payment before, which is being charged again, went through. `None`: neither in time.
    async fn sees(&self, env: &Env, phase: Phase, attempt: u32, within: Lapse) -> Option<bool> {
        let wanted = |shown: &Shown| match shown {
            Shown::Phase(shown) if *shown == phase => Some(true),
            Shown::Report(report) if attempt > 0 && report.status == Status::Approved => {
                Some(false)
            }
            _ => None,
        };
        env.timeout(within, self.display().watch(env, wanted)).await
    }

    /// Whether the display says approved just now.
    fn approved_meanwhile(&self, env: &Env) -> bool {
        let shown = self.display().look(env.now());
        matches!(shown, Some(Shown::Report(report)) if report.status == Status::Approved)
    }

    fn key_amount(&self, env: &Env, price: Amount) {
        let keyed = self.fault(|fault| match fault {
            Fault::OpAmountWrong { keyed } => Some(*keyed),
            Fault::OpCurrencyUnit { error: UnitError::TimesHundred } => Some(Amount(price.0 * 100)),
            Fault::OpCurrencyUnit { error: UnitError::OverHundred } => {
                Some(Amount(price.0.div_ceil(100)))
            }
            _ => None,
        });
        let text = keyed.unwrap_or(price).to_string();
        for c in text.chars() {
            self.board.keypad.send(env.now(), Key::Char(c));
        }
        self.tell(Source::Operator, EventKind::Keyed(text));
        self.press(env.now(), Key::Ok);
    }

    /// The customer holds a fresh code before the scanner until it is read or he gives up.
    async fn present(&self, env: &Env, visit: &Visit) -> bool {
        env.sleep(PRESENT).await;
        if self.faults.meets(self.id, |fault| matches!(fault, Fault::NotifyStaticQrUnbound)) {
            self.pay_by_sticker(env, visit);
            return false;
        }
        let code = self.open_app(env, visit);
        for _ in 0..LOOKS {
            let kind = EventKind::Presented { intent: visit.intent, code };
            self.tell(Source::Customer, kind);
            self.last_code.set(Some((visit.intent, code)));
            self.claims.shown(visit.intent, code);
            env.sleep(LOOK).await;
            if self.look(env, code) && self.leaves_scan(env).await {
                return true;
            }
            env.sleep(PRESENT).await;
        }
        false
    }

    /// The customer scans the sticker on the counter, and keys what he was told to pay. The code
    /// stands for his account.
    fn pay_by_sticker(&self, env: &Env, visit: &Visit) {
        let code = format::mint(visit.wallet, &mut *self.rng.borrow_mut());
        let Visit { wallet: brand, password, cancels, funds, amount, .. } = *visit;
        let expires = env.now() + format::form(brand).lifetime;
        self.claims.shown(visit.intent, code);
        self.wallet.show(code, Code { brand, expires, password, cancels, funds }, env.now());
        self.wallet.pay_by_sticker(self.id, Charge { amount, short: 0, code }, env.now());
    }

    /// The app shows a new code, unless the customer holds up a picture of the last one.
    fn open_app(&self, env: &Env, visit: &Visit) -> CodeText {
        if let Some((_, last)) = self.last_code.get()
            && self.fault(|fault| matches!(fault, Fault::QrReused).then_some(())).is_some()
        {
            return last;
        }
        let code = format::mint(visit.wallet, &mut *self.rng.borrow_mut());
        let expired = self.fault(|fault| matches!(fault, Fault::QrExpired).then_some(Lapse::ZERO));
        let expires = env.now() + expired.unwrap_or(format::form(visit.wallet).lifetime);
        let Visit { wallet: brand, password, cancels, funds, .. } = *visit;
        self.wallet.show(code, Code { brand, expires, password, cancels, funds }, env.now());
        code
    }

    /// The scanner looks once; whether it sent something.
    fn look(&self, env: &Env, code: CodeText) -> bool {
        let damaged = self.fault(|fault| match fault {
            Fault::QrDamaged { damage, severity, symbol } => {
                Some((*symbol, [(*damage, *severity)]))
            }
            _ => None,
        });
        let angled = self.fault(|fault| match fault {
            Fault::QrBadAngle { degrees, symbol } => Some((*symbol, *degrees)),
            _ => None,
        });
        let symbols = [damaged.map(|(symbol, _)| symbol), angled.map(|(symbol, _)| symbol)];
        let target = Target {
            code: code.as_str(),
            symbol: symbols.into_iter().flatten().max().unwrap_or(Symbol::Qr),
            damage: damaged.as_ref().map_or(&[], |(_, damage)| damage),
            angle: angled.map_or(0, |(_, degrees)| degrees),
        };
        let mut scanner = Scanner::default().with_reads(self.board.scanner_reads.get());
        let read = scanner.look(&target, &mut *self.rng.borrow_mut());
        let broken = self.fault(|fault| match fault {
            Fault::ScannerFault { mode } => Some(*mode),
            _ => None,
        });
        let worn = self.fault(|fault| match fault {
            Fault::HwAging { misread, .. } if self.happens(*misread) => Some(()),
            _ => None,
        });
        scanner.double = broken == Some(ScannerMode::Double);
        match (read.filter(|_| worn.is_none()), broken) {
            (None, _) | (_, Some(ScannerMode::Silent | ScannerMode::UsbDetach)) => {
                self.tell(Source::Terminal, EventKind::NoRead);
                false
            }
            (Some(_), Some(ScannerMode::Garbage)) => {
                let noise: u32 = self.rng.borrow_mut().random();
                self.scanned(env, &scanner, &format!("\u{fffd}{noise:08x}~"));
                true
            }
            (Some(text), broken) => {
                let looks = if broken == Some(ScannerMode::StuckTrigger) { STUCK } else { 1 };
                (0..looks).for_each(|_| self.scanned(env, &scanner, &text));
                true
            }
        }
    }

    fn scanned(&self, env: &Env, scanner: &Scanner, text: &str) {
        for sent in scanner.sends(text) {
            if self.tap.on() {
                self.tell(Source::Terminal, EventKind::Scanned(text.to_owned()));
            }
            self.board.scanner.send(env.now(), sent);
        }
    }

    /// Whether the terminal took the code, rather than asking for another.
    async fn leaves_scan(&self, env: &Env) -> bool {
        let answer = |shown: &Shown| match shown {
            Shown::Phase(Phase::Scan) => None,
            Shown::Phase(Phase::Rescan) => Some(false),
            _ => Some(true),
        };
        // The display still shows what it showed before the code arrived there.
        env.sleep(Lapse::from_ms(100)).await;
        let wait = self.display().watch(env, answer);
        env.timeout(Lapse::from_secs(5), wait).await.unwrap_or(false)
    }

    /// Watches for the result.
    async fn result(&self, env: &Env, patience: Lapse) -> Seen {
        let told = |shown: &Shown| match shown {
            Shown::Report(report) => match report.status {
                Status::Approved => Some(Seen::Approved),
                Status::Declined | Status::Reversed => Some(Seen::NotPaid),
                Status::Unknown => Some(Seen::Unclear),
                Status::Pending => None,
            },
            _ => None,
        };
        let wait = self.display().watch(env, told);
        let seen = env.timeout(patience, wait).await.unwrap_or(Seen::Unclear);
        env.sleep(REACT).await;
        seen
    }

    fn fault<T>(&self, wanted: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        self.faults.meet(self.id, wanted)
    }
}

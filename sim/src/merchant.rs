//! The merchant's channels outside of the terminal: soundbox, SMS, backend list, push and
//! callback receiver, each fed by the acquirer's notification service and each with its own ways
//! to fail.
//!
//! It knows payments that were captured and payments that were undone, nothing of terminals. What
//! goes wrong here is the service's doing or the merchant's, never the terminal's.
//!
//! The service is a good one: it waits for a soundbox that is offline, sends what was held back as
//! soon as it can, and names channels that are switched off. What such a channel missed is not
//! sent later: an SMS service that is opened again begins with the next payment.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use contract::catalogue::FaultId;
use contract::event::Report;
use contract::rig::CallbackSchedule;
use contract::{
    Amount, Channel, EventKind, Fault, Lapse, OrderId, Source, Status, TerminalId, Time,
};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::calendar;
use crate::env::{self, Env, Tap};
use crate::faults::Faults;
use crate::peripheral::Line;
use crate::wallet::{Wallet, is_by_sticker};

mod backend;
mod callback;
pub(crate) mod schedule;
mod soundbox;

/// How long a notice takes, between these many milliseconds (assumptions: a push over MQTT, an
/// SMS gateway, a replica of the database, a phone's push service, an HTTPS call).
const fn takes(channel: Channel) -> (u64, u64) {
    match channel {
        Channel::Sms => (2_000, 20_000),
        Channel::Backend => (500, 3_000),
        Channel::Push => (300, 5_000),
        Channel::Callback => (50, 300),
        Channel::Screen | Channel::Receipt | Channel::Soundbox => (200, 1_500),
    }
}

/// How often whatever holds a notice up is looked at again (assumption: an offline soundbox tries
/// to connect so often).
const RETRY: Lapse = Lapse::from_secs(10);

/// A payment to be made known.
#[derive(Debug, Clone, Copy)]
struct Paid {
    order: OrderId,
    terminal: TerminalId,
    amount: Amount,
    at: Time,
}

/// What is under way to the merchant.
#[derive(Debug, Clone, Copy)]
enum Errand {
    /// A payment is told on each channel.
    Tell(Paid),
    /// A stranger calls the merchant's server about an order, as if it were paid.
    Forge(Paid),
}

/// How a payment is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// As news.
    Fresh,
    /// With the time of payment.
    Late,
    /// As something that may have been told before, with the time of payment.
    Repeat,
}

/// Streams of random numbers: one for the oldest three channels, one for each of the others.
struct Dice {
    shared: ChaCha8Rng,
    push: ChaCha8Rng,
    callback: ChaCha8Rng,
}

/// The acquirer's notification service and what hangs on it.
pub(crate) struct Merchant {
    tap: Rc<dyn Tap>,
    faults: Rc<Faults>,
    channels: Vec<Channel>,
    schedule: CallbackSchedule,
    errands: Line<Errand>,
    dice: RefCell<Dice>,
    /// The backend's list, kept only for somebody to look at.
    listed: RefCell<Vec<Paid>>,
    /// Which notices have arrived, where a repeat is dropped.
    known: RefCell<BTreeSet<(Channel, OrderId)>>,
    /// Notices that wait for another one to overtake them.
    behind: RefCell<BTreeMap<(TerminalId, Channel), OrderId>>,
    /// The merchant's app where it runs on a terminal, which gets what the phones get.
    apps: RefCell<BTreeMap<TerminalId, Line<OrderId>>>,
    /// What the backend's health check names as not working.
    unwell: RefCell<BTreeSet<(TerminalId, Channel)>>,
}

impl Merchant {
    pub(crate) fn new(
        (tap, faults): (Rc<dyn Tap>, Rc<Faults>),
        channels: &[Channel],
        schedule: CallbackSchedule,
        seed: u64,
    ) -> Rc<Merchant> {
        let channels = channels.iter().copied().filter(|channel| !channel.of_terminal()).collect();
        let dice = RefCell::new(Dice {
            shared: env::rng(seed, "merchant"),
            push: env::rng(seed, "push"),
            callback: env::rng(seed, "callback"),
        });
        Rc::new(Merchant {
            tap,
            faults,
            channels,
            schedule,
            errands: Line::default(),
            dice,
            listed: RefCell::default(),
            known: RefCell::default(),
            behind: RefCell::default(),
            apps: RefCell::default(),
            unwell: RefCell::default(),
        })
    }

    /// The merchant's app runs on this terminal, too.
    pub(crate) fn install_app(&self, terminal: TerminalId, app: Line<OrderId>) {
        self.apps.borrow_mut().insert(terminal, app);
    }

    /// A payment was captured now.
    pub(crate) fn paid(&self, order: OrderId, terminal: TerminalId, amount: Amount, now: Time) {
        if self.tap.on() && !self.channels.is_empty() {
            self.errands.send(now, Errand::Tell(Paid { order, terminal, amount, at: now }));
        }
    }

    /// A terminal asks for a payment now, and strangers may know of it.
    pub(crate) fn asked(&self, order: OrderId, terminal: TerminalId, amount: Amount, now: Time) {
        if self.channels.contains(&Channel::Callback)
            && self.faults.meets(terminal, |fault| matches!(fault, Fault::NotifyForged))
        {
            self.errands.send(now, Errand::Forge(Paid { order, terminal, amount, at: now }));
        }
    }

    /// Delivers notices, for ever.
    pub(crate) async fn run(self: Rc<Merchant>, env: Env, wallet: Rc<Wallet>) {
        loop {
            let paid = match self.errands.recv(&env).await {
                Errand::Tell(paid) => paid,
                Errand::Forge(paid) => {
                    self.turn_away(paid);
                    continue;
                }
            };
            for channel in self.channels.clone() {
                let (merchant, wallet, env2) = (Rc::clone(&self), Rc::clone(&wallet), env.clone());
                let task = async move { merchant.notify(&env2, &wallet, channel, paid).await };
                env.spawn.spawn(Box::pin(task));
            }
        }
    }

    async fn notify(&self, env: &Env, wallet: &Wallet, channel: Channel, paid: Paid) {
        if self.never_sent(channel, paid) {
            return;
        }
        let delay = self.takes(channel);
        env.sleep(delay).await;
        self.held_up(env, channel, paid).await;
        self.overtaken(env, channel, paid).await;
        if channel == Channel::Callback {
            return self.call_back(env, wallet, paid).await;
        }
        self.arrive(env, wallet, channel, paid);
        if self.sent_twice(channel, paid.terminal) {
            env.sleep(delay).await;
            self.arrive(env, wallet, channel, paid);
        }
        if channel == Channel::Soundbox {
            self.replay(env, wallet, paid).await;
        }
    }

    fn arrive(&self, env: &Env, wallet: &Wallet, channel: Channel, paid: Paid) {
        match channel {
            Channel::Soundbox => self.speak(env, wallet, paid),
            Channel::Push => {
                self.deliver(wallet, channel, paid, Words::Fresh);
                let bound = !is_by_sticker(paid.order);
                if let Some(app) = self.apps.borrow().get(&paid.terminal).filter(|_| bound) {
                    app.send(env.now(), paid.order);
                }
            }
            _ => self.deliver(wallet, channel, paid, Words::Fresh),
        }
    }

    fn takes(&self, channel: Channel) -> Lapse {
        let (least, most) = takes(channel);
        let dice = &mut *self.dice.borrow_mut();
        let rng = match channel {
            Channel::Push => &mut dice.push,
            Channel::Callback => &mut dice.callback,
            _ => &mut dice.shared,
        };
        Lapse::from_ms(rng.random_range(least..=most))
    }

    /// Whether no notice goes out at all.
    fn never_sent(&self, channel: Channel, paid: Paid) -> bool {
        let terminal = paid.terminal;
        let off = |fault: &Fault| match fault {
            Fault::NotifyStaticQrUnbound
                if channel == Channel::Soundbox && is_by_sticker(paid.order) =>
            {
                Some(())
            }
            Fault::NotifySmsOff { .. } if channel == Channel::Sms => Some(()),
            Fault::NotifyDropped { channel: c } if *c == channel => Some(()),
            Fault::AcqCapturedNotNotified { channels } if channels.contains(&channel) => Some(()),
            _ => None,
        };
        if self.faults.meet(terminal, off).is_some() {
            return true;
        }
        let setting = |fault: &Fault| match fault {
            Fault::NotifyAccountSetting { .. } if channel == Channel::Push => Some(fault.id()),
            _ => None,
        };
        let refused = self.faults.meet(terminal, setting);
        if channel == Channel::Push {
            self.check(terminal, channel, refused);
        }
        refused.is_some()
    }

    /// Waits while a fault keeps the notice back.
    async fn held_up(&self, env: &Env, channel: Channel, paid: Paid) {
        let begun = env.now();
        let rest = |fault: &Fault| match fault {
            Fault::NotifySoundboxOffline if channel == Channel::Soundbox => Some(RETRY),
            Fault::NotifyDelayed { channel: c, delay } if *c == channel => {
                let rest = (begun + *delay).since(env.now());
                (rest > Lapse::ZERO).then_some(rest)
            }
            _ => None,
        };
        while let Some(rest) = self.faults.meet(paid.terminal, rest) {
            env.sleep(rest.min(RETRY)).await;
        }
    }

    /// Waits for the next notice to go first, unless this one is just that.
    async fn overtaken(&self, env: &Env, channel: Channel, paid: Paid) {
        let swaps = |fault: &Fault| {
            matches!(fault, Fault::NotifyOutOfOrder { channel: c } if *c == channel).then_some(())
        };
        let place = (paid.terminal, channel);
        let goes_first = self.behind.borrow_mut().remove(&place).is_some();
        if goes_first || self.faults.meet(place.0, swaps).is_none() {
            return;
        }
        self.behind.borrow_mut().insert(place, paid.order);
        let waits = || self.behind.borrow().get(&place) == Some(&paid.order);
        while waits() && self.faults.find(place.0, swaps).is_some() {
            env.sleep(RETRY).await;
        }
        if waits() {
            self.behind.borrow_mut().remove(&place);
        }
    }

    /// Whether a fault sends the same notice twice.
    fn sent_twice(&self, channel: Channel, terminal: TerminalId) -> bool {
        let twice = |fault: &Fault| {
            matches!(fault, Fault::NotifyDuplicate { channel: c } if *c == channel).then_some(())
        };
        self.faults.meet(terminal, twice).is_some()
    }

    /// Makes a payment known, where it must be so once, once.
    fn deliver(&self, wallet: &Wallet, channel: Channel, paid: Paid, words: Words) {
        if channel.exactly_once() && !self.known.borrow_mut().insert((channel, paid.order)) {
            return;
        }
        if channel == Channel::Backend && wallet.holds(paid.order).is_some() {
            self.listed.borrow_mut().push(paid);
        }
        self.say(wallet, channel, paid, words);
    }

    /// A payment that was undone meanwhile is not made known any more.
    fn say(&self, wallet: &Wallet, channel: Channel, paid: Paid, words: Words) {
        let Paid { order, terminal, amount, at } = paid;
        if wallet.holds(order).is_none() {
            return;
        }
        let text = match words {
            Words::Fresh => format!("收款 {amount} 元"),
            Words::Late => format!("收款 {amount} 元，付款时间 {}", calendar::print(at)),
            Words::Repeat => format!("重播：收款 {amount} 元，付款时间 {}", calendar::print(at)),
        };
        let report = Report {
            channel,
            status: Status::Approved,
            order: Some(order),
            amount: Some(amount),
            paid_at: Some(at),
            copy: words == Words::Repeat,
            text,
        };
        let kind = EventKind::Report(Box::new(report));
        self.tap.tell(Some(terminal), Source::Merchant, kind);
    }

    /// The backend's health check learns what is wrong with a channel, if anything, and says so
    /// when that changed.
    fn check(&self, terminal: TerminalId, channel: Channel, wrong: Option<FaultId>) {
        let well = wrong.is_none();
        let mut unwell = self.unwell.borrow_mut();
        let place = (terminal, channel);
        let changed = if well { unwell.remove(&place) } else { unwell.insert(place) };
        if changed {
            let fault = wrong.map(|id| id.to_string());
            let kind = EventKind::Health { item: channel.word().to_owned(), well, fault };
            self.tap.tell(Some(terminal), Source::Merchant, kind);
        }
    }
}

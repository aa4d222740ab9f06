//! The merchant's channels outside of the terminal: soundbox, SMS and backend list, each fed by
//! the acquirer's notification service and each with its own ways to fail.
//!
//! It knows payments that were captured and payments that were undone, nothing of terminals.

use std::cell::RefCell;
use std::rc::Rc;

use contract::event::{ListRow, ListView, Report};
use contract::{
    Amount, Channel, EventKind, Fault, Lapse, OrderId, Source, Status, TerminalId, Time,
};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::env::{Env, Tap};
use crate::faults::Faults;
use crate::peripheral::Line;
use crate::wallet::Wallet;

/// How long a notice takes, between these many milliseconds (assumptions: a push over MQTT, an
/// SMS gateway, a replica of the database).
const fn takes(channel: Channel) -> (u64, u64) {
    match channel {
        Channel::Sms => (2_000, 20_000),
        Channel::Backend => (500, 3_000),
        _ => (200, 1_500),
    }
}

/// How often an offline soundbox tries to connect again (assumption).
const SOUNDBOX_RETRY: Lapse = Lapse::from_secs(10);

/// A payment to be made known.
#[derive(Debug, Clone, Copy)]
struct Paid {
    order: OrderId,
    terminal: TerminalId,
    amount: Amount,
    at: Time,
}

/// The acquirer's notification service and what hangs on it.
pub(crate) struct Merchant {
    tap: Rc<dyn Tap>,
    faults: Rc<Faults>,
    channels: Vec<Channel>,
    notices: Line<Paid>,
    rng: RefCell<ChaCha8Rng>,
    /// The backend's list, kept only for somebody to look at.
    listed: RefCell<Vec<Paid>>,
}

impl Merchant {
    pub(crate) fn new(
        tap: Rc<dyn Tap>,
        faults: Rc<Faults>,
        channels: &[Channel],
        rng: ChaCha8Rng,
    ) -> Rc<Merchant> {
        let channels = channels.iter().copied().filter(|channel| !channel.of_terminal()).collect();
        let (notices, rng) = (Line::default(), RefCell::new(rng));
        Rc::new(Merchant { tap, faults, channels, notices, rng, listed: RefCell::default() })
    }

    /// A payment was captured now.
    pub(crate) fn paid(&self, order: OrderId, terminal: TerminalId, amount: Amount, now: Time) {
        if self.tap.on() && !self.channels.is_empty() {
            self.notices.send(now, Paid { order, terminal, amount, at: now });
        }
    }

    /// Delivers notices, for ever.
    pub(crate) async fn run(self: Rc<Merchant>, env: Env, wallet: Rc<Wallet>) {
        loop {
            let paid = self.notices.recv(&env).await;
            for channel in self.channels.clone() {
                let (merchant, wallet, env2) = (Rc::clone(&self), Rc::clone(&wallet), env.clone());
                let task = async move { merchant.notify(env2, &wallet, channel, paid).await };
                env.spawn.spawn(Box::pin(task));
            }
        }
    }

    async fn notify(&self, env: Env, wallet: &Wallet, channel: Channel, paid: Paid) {
        if self.suppressed(channel, paid.terminal) {
            return;
        }
        let (least, most) = takes(channel);
        let delay = Lapse::from_ms(self.rng.borrow_mut().random_range(least..=most));
        env.sleep(delay).await;
        let offline = |fault: &Fault| matches!(fault, Fault::NotifySoundboxOffline).then_some(());
        while channel == Channel::Soundbox && self.faults.meet(paid.terminal, offline).is_some() {
            env.sleep(SOUNDBOX_RETRY).await;
        }
        self.deliver(wallet, channel, paid);
        let twice = |fault: &Fault| {
            matches!(fault, Fault::NotifyDuplicate { channel: c } if *c == channel).then_some(())
        };
        if self.faults.meet(paid.terminal, twice).is_some() {
            env.sleep(delay).await;
            // Soundbox and backend know the notice's number and drop the repeat; an SMS is read
            // twice.
            if !channel.exactly_once() {
                self.deliver(wallet, channel, paid);
            }
        }
    }

    fn suppressed(&self, channel: Channel, terminal: TerminalId) -> bool {
        let off = |fault: &Fault| match fault {
            Fault::NotifySmsOff { .. } if channel == Channel::Sms => Some(()),
            Fault::NotifyDropped { channel: c } if *c == channel => Some(()),
            _ => None,
        };
        self.faults.meet(terminal, off).is_some()
    }

    /// A payment that was undone meanwhile is not made known any more.
    fn deliver(&self, wallet: &Wallet, channel: Channel, paid: Paid) {
        if wallet.holds(paid.order).is_none() {
            return;
        }
        if channel == Channel::Backend {
            self.listed.borrow_mut().push(paid);
        }
        let Paid { order, terminal, amount, at } = paid;
        let report = Report {
            channel,
            status: Status::Approved,
            order: Some(order),
            amount: Some(amount),
            paid_at: Some(at),
            copy: false,
            text: format!("收款 {amount} 元"),
        };
        let kind = EventKind::Report(Box::new(report));
        self.tap.tell(Some(terminal), Source::Merchant, kind);
    }

    /// Somebody opens the backend's list of this terminal.
    pub(crate) fn open_list(&self, wallet: &Wallet, terminal: TerminalId) {
        let held = |paid: &&Paid| paid.terminal == terminal && wallet.holds(paid.order).is_some();
        let row = |paid: &Paid| {
            let Paid { order, amount, .. } = *paid;
            ListRow { order, amount, status: Status::Approved }
        };
        let rows: Vec<ListRow> = self.listed.borrow().iter().filter(held).map(row).collect();
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let total = Amount(rows.iter().map(|row| row.amount.0).sum());
        let channel = Channel::Backend;
        let list = ListView { rows, count, total, filter: None, channel };
        self.tap.tell(Some(terminal), Source::Merchant, EventKind::List(Box::new(list)));
    }
}

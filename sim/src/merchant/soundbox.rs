//! The soundbox: takes messages from the platform and speaks them, once each.
//!
//! A good one knows its merchant, says the time of payment when it speaks late, and marks what it
//! may have spoken before. It has no store: a restart costs it its memory of what it spoke.

use contract::{Channel, Fault, Lapse, Time};

use super::{Merchant, Paid, Words};
use crate::env::Env;
use crate::wallet::Wallet;

/// From this age on a payment is spoken with its time (assumption: as long as a customer stays at
/// the till).
const FRESH: Lapse = Lapse::from_secs(60);

impl Merchant {
    /// A message reaches the box.
    pub(super) fn speak(&self, env: &Env, wallet: &Wallet, paid: Paid) {
        let mute = self.faults.meet(paid.terminal, |fault| match fault {
            Fault::NotifySoundboxMuted
            | Fault::NotifySoundboxCorpusMissing
            | Fault::NotifyWrongMerchant => Some(fault.id()),
            _ => None,
        });
        // The box tells the platform that nobody heard it. Spoken later, it would be taken for a
        // new payment.
        self.check(paid.terminal, Channel::Soundbox, mute);
        if mute.is_none() {
            self.deliver(wallet, Channel::Soundbox, paid, words(paid, env.now()));
        }
    }

    /// The box restarts and gets its last message once more.
    pub(super) async fn replay(&self, env: &Env, wallet: &Wallet, paid: Paid) {
        let stale = |fault: &Fault| match fault {
            Fault::NotifySoundboxStaleReplay { age } => Some(*age),
            _ => None,
        };
        let Some(age) = self.faults.find(paid.terminal, stale) else { return };
        env.sleep(age).await;
        if self.faults.meet(paid.terminal, stale).is_some() {
            self.say(wallet, Channel::Soundbox, paid, Words::Repeat);
        }
    }
}

fn words(paid: Paid, now: Time) -> Words {
    if now.since(paid.at) > FRESH { Words::Late } else { Words::Fresh }
}

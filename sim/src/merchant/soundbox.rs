//! The soundbox: takes messages from the platform and speaks them, once each.
//!
//! A good one knows its merchant, says the time of payment when it speaks late, and marks what it
//! may have spoken before. It has no store: a restart costs it its memory of what it spoke.

use contract::{Amount, Channel, Fault, Lapse, Time};

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
        let amount = self.spoken(paid);
        let garbled = Fault::SoundboxMispronounces.id();
        self.check(paid.terminal, Channel::Soundbox, mute.or(amount.map(|_| garbled)));
        if mute.is_none() {
            let paid = Paid { amount: amount.unwrap_or(paid.amount), ..paid };
            self.deliver(wallet, Channel::Soundbox, paid, words(paid, env.now()));
        }
    }

    /// The amount that a box speaks that puts its recordings together wrongly, where it is another
    /// than what was paid.
    fn spoken(&self, paid: Paid) -> Option<Amount> {
        self.faults.meet(paid.terminal, |fault| match fault {
            Fault::SoundboxMispronounces => without_point(paid.amount),
            _ => None,
        })
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

/// What remains of an amount whose decimal point is not spoken: 10.5 becomes 105. `None` where
/// there is no point.
fn without_point(Amount(fen): Amount) -> Option<Amount> {
    match fen {
        _ if fen.is_multiple_of(100) => None,
        _ if fen.is_multiple_of(10) => Some(Amount(fen * 10)),
        _ => Some(Amount(fen * 100)),
    }
}

fn words(paid: Paid, now: Time) -> Words {
    if now.since(paid.at) > FRESH { Words::Late } else { Words::Fresh }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_that_is_not_spoken_makes_more_of_an_amount() {
        let heard = |text: &str| without_point(text.parse().unwrap()).map(|a| a.to_string());
        assert_eq!(heard("10.50").as_deref(), Some("105.00"));
        assert_eq!(heard("10.55").as_deref(), Some("1055.00"));
        assert_eq!(heard("0.05").as_deref(), Some("5.00"));
        assert_eq!(heard("10.00"), None);
    }
}

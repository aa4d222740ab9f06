//! The moments that a scenario can wait for or expect, each a word. The one table of them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::event::{ConnChange, EventKind, FlashChange, Tap};
use crate::{LedgerState, Purpose, Status};

/// A kind of moment in the trace: `sale sent`, `captured`, `approved shown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Trigger(usize);

/// One row of the table.
struct Word {
    word: &'static str,
    meaning: &'static str,
    matches: fn(&EventKind) -> bool,
}

fn sent(kind: &EventKind, purpose: Purpose) -> bool {
    on_wire(kind, Tap::TerminalWire, purpose, false, true)
}

fn answered(kind: &EventKind, purpose: Purpose) -> bool {
    on_wire(kind, Tap::TerminalWire, purpose, true, false)
}

fn on_wire(kind: &EventKind, tap: Tap, purpose: Purpose, answer: bool, sent: bool) -> bool {
    let wire = match kind {
        EventKind::Sent(wire) if sent => wire,
        EventKind::Received(wire) if !sent => wire,
        _ => return false,
    };
    let says = |m: &crate::Message| m.purpose == purpose && m.answer == answer;
    wire.tap == tap && wire.message.as_ref().is_some_and(says)
}

fn shown(kind: &EventKind, status: Status) -> bool {
    use crate::Channel;
    matches!(kind, EventKind::Report(r) if r.channel == Channel::Screen && r.status == status)
}

fn reported(kind: &EventKind, channel: crate::Channel) -> bool {
    matches!(kind, EventKind::Report(r) if r.channel == channel && r.status == Status::Approved)
}

fn ledger(kind: &EventKind, state: LedgerState) -> bool {
    matches!(kind, EventKind::Ledger(change) if change.state == state)
}

fn failed(kind: &EventKind, part: &str) -> bool {
    matches!(kind, EventKind::Health { item, well: false, .. } if item == part)
}

fn host_got(kind: &EventKind, purpose: Purpose) -> bool {
    on_wire(kind, Tap::HostWire, purpose, false, false)
}

macro_rules! words {
    ($($word:literal, $meaning:literal, $matches:expr;)*) => {
        const WORDS: &[Word] = &[$(Word { word: $word, meaning: $meaning, matches: $matches }),*];
    };
}

words! {
    "keyed", "the operator keyed an amount or a key", |k| matches!(k, EventKind::Keyed(_));
    "presented", "a customer holds his code before the scanner",
        |k| matches!(k, EventKind::Presented { .. });
    "scanned", "the scanner sent something to the terminal", |k| matches!(k, EventKind::Scanned(_));
    "no read", "the scanner could not read the code", |k| matches!(k, EventKind::NoRead);
    "journal begun", "the terminal writes to its flash; a power cut now loses or tears it",
        |k| matches!(k, EventKind::Flash(FlashChange::Write(_)));
    "journal written", "the terminal's flash holds what was written so far, safely",
        |k| matches!(k, EventKind::Flash(FlashChange::Sync));
    "connected", "the terminal's connection to the acquirer stands",
        |k| matches!(k, EventKind::Conn { change: ConnChange::Opened, .. });
    "sale sent", "the sale request left the terminal", |k| sent(k, Purpose::Sale);
    "query sent", "a query left the terminal", |k| sent(k, Purpose::Query);
    "reversal sent", "a reversal left the terminal", |k| sent(k, Purpose::Reversal);
    "sign-in sent", "a sign-in left the terminal", |k| sent(k, Purpose::SignIn);
    "sale received", "the sale request reached the host", |k| host_got(k, Purpose::Sale);
    "reversal received", "a reversal reached the host", |k| host_got(k, Purpose::Reversal);
    "pending", "the wallet waits for the customer's password",
        |k| ledger(k, LedgerState::Pending);
    "captured", "the money left the customer's account", |k| ledger(k, LedgerState::Captured);
    "rejected", "the wallet refused", |k| ledger(k, LedgerState::Rejected);
    "closed", "the order ended unpaid", |k| ledger(k, LedgerState::Closed);
    "reversed", "the money went back to the customer", |k| ledger(k, LedgerState::Reversed);
    "sale answered", "the answer to a sale reached the terminal", |k| answered(k, Purpose::Sale);
    "query answered", "the answer to a query reached the terminal",
        |k| answered(k, Purpose::Query);
    "reversal answered", "the answer to a reversal reached the terminal",
        |k| answered(k, Purpose::Reversal);
    "approved shown", "the terminal's screen says that it is paid",
        |k| shown(k, Status::Approved);
    "declined shown", "the terminal's screen says that it is not paid",
        |k| shown(k, Status::Declined);
    "reversed shown", "the terminal's screen says that it was undone",
        |k| shown(k, Status::Reversed);
    "pending shown", "the terminal's screen says that the customer has to confirm",
        |k| shown(k, Status::Pending);
    "unknown shown", "the terminal's screen says that the result is not known",
        |k| shown(k, Status::Unknown);
    "rescan shown", "the terminal asks for the code to be shown again",
        |k| matches!(k, EventKind::Screen { phase: crate::event::Phase::Rescan, .. });
    "refused shown", "the terminal refuses a sale for now, and says why",
        |k| matches!(k, EventKind::Screen { phase: crate::event::Phase::Refused, .. });
    "idle", "the terminal is ready for a sale",
        |k| matches!(k, EventKind::Screen { phase: crate::event::Phase::Idle, .. });
    "booted", "the terminal started up",
        |k| matches!(k, EventKind::Screen { phase: crate::event::Phase::Boot, .. });
    "receipt printed", "a receipt that says paid came out",
        |k| reported(k, crate::Channel::Receipt);
    "soundbox spoke", "the soundbox said that money came",
        |k| reported(k, crate::Channel::Soundbox);
    "sms delivered", "the merchant got an SMS", |k| reported(k, crate::Channel::Sms);
    "backend listed", "the backend's list has it", |k| reported(k, crate::Channel::Backend);
    "push delivered", "the merchant's app notified him of a payment",
        |k| reported(k, crate::Channel::Push);
    "called back", "a callback reached the merchant's server",
        |k| matches!(k, EventKind::Callback { .. });
    "callback acknowledged", "the merchant's server acknowledged a callback",
        |k| matches!(k, EventKind::Callback { failure: None, .. });
    "callback booked", "the merchant's own system booked a payment that it was called about",
        |k| reported(k, crate::Channel::Callback);
    "callback refused", "the merchant's server turned a call away that was not the acquirer's",
        |k| matches!(k, EventKind::CallbackRefused { .. });
    "channel down named", "a health check named a channel or part that does not work",
        |k| matches!(k, EventKind::Health { well: false, .. });
    "list shown", "a person looked at a payment list", |k| matches!(k, EventKind::List(_));
    "settlement sent", "a settlement left the terminal", |k| sent(k, Purpose::Settlement);
    "settlement answered", "the answer to a settlement reached the terminal",
        |k| answered(k, Purpose::Settlement);
    "upload sent", "a payment of the batch was uploaded", |k| sent(k, Purpose::BatchUpload);
    "batch closed", "the terminal says that the batch is closed, and what is in it",
        |k| matches!(k, EventKind::BatchClosed { .. });
    "slip printed", "a slip came out that reports no payment, such as that of a settlement",
        |k| matches!(k, EventKind::Slip(_));
    "void sent", "a void left the terminal", |k| sent(k, Purpose::Void);
    "refund sent", "a refund left the terminal", |k| sent(k, Purpose::Refund);
    "refunded", "a captured payment was given back", |k| ledger(k, LedgerState::Refunded);
    "power cut", "the terminal lost its power", |k| matches!(k, EventKind::Power { on: false });
    "power back", "the terminal got its power back", |k| matches!(k, EventKind::Power { on: true });
    "claim answered", "the hotline answered a customer",
        |k| matches!(k, EventKind::ClaimAnswered { .. });
    "check passed", "the terminal's health check says that a part works",
        |k| matches!(k, EventKind::Health { well: true, .. });
    "check failed", "the terminal's health check names a part that is off or broken",
        |k| matches!(k, EventKind::Health { well: false, .. });
    "display check failed", "the health check names the display", |k| failed(k, "display");
    "scanner check failed", "the health check names the scanner", |k| failed(k, "scanner");
    "printer check failed", "the health check names the printer", |k| failed(k, "printer");
    "keypad check failed", "the health check names the keypad", |k| failed(k, "keypad");
    "flash check failed", "the health check names the flash", |k| failed(k, "flash");
    "signal check failed", "the health check names the signal as weak or none",
        |k| failed(k, "signal");
    "network check failed", "the health check names the network", |k| failed(k, "network");
    "settings check failed", "the health check names a stored setting",
        |k| failed(k, "settings");
    "firmware check failed", "the health check names the firmware as out of date",
        |k| failed(k, "firmware");
    "clock check failed", "the health check names the clock", |k| failed(k, "clock");
    "list check failed", "the health check names the list as filtered", |k| failed(k, "list");
    "sms check failed", "the health check names the SMS service as off", |k| failed(k, "sms");
    "copy printed", "a receipt came out that is marked as a copy",
        |k| matches!(k, EventKind::Report(r) if r.channel == crate::Channel::Receipt && r.copy);
    "fault over", "a fault ended", |k| matches!(k, EventKind::FaultOff(_));
    "healed", "the runner ended every fault", |k| matches!(k, EventKind::Healed);
}

impl Trigger {
    /// The trigger of this word.
    pub fn from_word(word: &str) -> Option<Trigger> {
        WORDS.iter().position(|row| row.word == word).map(Trigger)
    }

    /// All of them, in the order in which they come in a payment's life.
    pub fn all() -> impl Iterator<Item = Trigger> {
        (0..WORDS.len()).map(Trigger)
    }

    /// How scenarios write it.
    pub fn word(self) -> &'static str {
        WORDS[self.0].word
    }

    /// What it means, a phrase.
    pub fn meaning(self) -> &'static str {
        WORDS[self.0].meaning
    }

    /// The tap without which it never comes, where some rigs have none.
    pub fn tap(self) -> Option<Tap> {
        matches!(self.word(), "journal begun" | "journal written").then_some(Tap::Flash)
    }

    /// Whether this is such a moment.
    pub fn matches(self, kind: &EventKind) -> bool {
        (WORDS[self.0].matches)(kind)
    }
}

impl Serialize for Trigger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Trigger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Trigger, D::Error> {
        let word = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Trigger::from_word(&word)
            .ok_or_else(|| de::Error::custom(format!("no moment is called `{word}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_the_flash_and_only_those_need_its_tap() {
        let flash = [FlashChange::Write(crate::Bytes::from(&b"x"[..])), FlashChange::Sync];
        for trigger in Trigger::all() {
            let shows =
                flash.iter().any(|change| trigger.matches(&EventKind::Flash(change.clone())));
            assert_eq!(trigger.tap(), shows.then_some(Tap::Flash), "{}", trigger.word());
        }
    }
}

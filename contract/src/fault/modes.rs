//! The ways in which a fault shows itself, where it has several. They know nothing of how it is
//! played.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// Which way a fault on the link acts, seen from the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// From the terminal to the acquirer.
    Up,
    /// From the acquirer to the terminal.
    Down,
    /// Both.
    Both,
}

/// How a clock is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockError {
    /// It shows a later time.
    Ahead,
    /// It shows an earlier time.
    Behind,
}

/// What the host does in a maintenance window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MaintenanceMode {
    /// Answers every request with a code that says so; no money moves.
    Reject,
    /// Reads requests and forgets them.
    Drop,
    /// Carries them out and answers nothing.
    AcceptNoReply,
}

/// In what an answer that went astray differs from the right one, beside the order number and the
/// amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StrayKind {
    /// It has another STAN, and is for this terminal.
    Stan,
    /// It has the same STAN, and is for another terminal.
    Terminal,
}

/// What a NAT does with a connection that was idle too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NatMode {
    /// Forgets it: packets of it vanish.
    Silent,
    /// Answers the next packet with a reset.
    Reset,
}

/// How a modem fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModemMode {
    /// It has no power: there is no network, and connections fall silent.
    Off,
    /// It starts again and again: there is no network, and connections break with an error.
    Reset,
    /// It is deaf: each order to it ends in an error, after the longest time that one may take.
    AtError,
}

/// How the name service fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DnsMode {
    /// Nobody answers; the resolver gives up after its repeats.
    Silent,
    /// The answer says that there is no such name.
    NoSuchName,
}

/// How a scanner fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScannerMode {
    /// Sends nothing.
    Silent,
    /// Sends bytes that are no code.
    Garbage,
    /// Sends each code twice.
    Double,
    /// The trigger is stuck: sends each code again and again.
    StuckTrigger,
    /// Gone from the terminal's bus: nothing comes from it, and it answers nothing.
    UsbDetach,
}

/// Why no SMS is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SmsMode {
    /// The merchant never opened the service.
    Unsubscribed,
    /// Somebody switched it off.
    Disabled,
    /// The carrier or the quota blocks it.
    Restricted,
    /// The merchant has another phone number by now.
    NumberChanged,
    /// The carrier takes it for advertising and filters it out.
    Filtered,
}

/// Why the merchant's app shows no push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PushMode {
    /// The phone's system does not let the app notify.
    PermissionOff,
    /// Nobody is logged in.
    LoggedOut,
    /// The clerk's role may not see takings.
    NoRole,
}

/// What the merchant's server does with a callback instead of acknowledging it. Each has an entry
/// of its own in the catalogue.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
pub enum CallbackFailure {
    /// Breaks down before it has read the notice: HTTP 5xx.
    #[strum(serialize = "notify-callback-5xx")]
    ServerError,
    /// Books the payment and answers too late.
    #[strum(serialize = "notify-callback-timeout")]
    Timeout,
    /// Sends the caller elsewhere: HTTP 3xx. Callers do not follow.
    #[strum(serialize = "notify-callback-redirect")]
    Redirect,
    /// Books the payment and acknowledges in other words than the agreed ones.
    #[strum(serialize = "notify-callback-bad-ack")]
    BadAck,
}

impl CallbackFailure {
    /// Whether the server read the notice all the same.
    pub const fn was_read(self) -> bool {
        matches!(self, CallbackFailure::Timeout | CallbackFailure::BadAck)
    }
}

/// A filter that somebody left on in the backend's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListFilter {
    /// Another terminal's payments.
    Terminal,
    /// Refunded payments.
    Status,
    /// The payments of the day before.
    Day,
    /// The first page.
    Page,
    /// Another clerk's payments.
    Clerk,
    /// The tab of payments by the shop's sticker.
    Sticker,
    /// The payments of today's date in UTC, which is eight hours behind the shop's.
    UtcDay,
}

/// Why a printer stops. Each has an entry of its own in the catalogue.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
pub enum PrinterStop {
    /// The paper is jammed.
    #[strum(serialize = "print-jam")]
    Jam,
    /// The head is too hot, and has to cool down.
    #[strum(serialize = "print-overheat")]
    Overheat,
    /// Somebody opened the cover.
    #[strum(serialize = "print-cover-open")]
    CoverOpen,
}

/// How the keyed amount differs from the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitError {
    /// Fen keyed as if they were yuan: a hundred times too much.
    TimesHundred,
    /// Yuan keyed as if they were fen: a hundredth.
    OverHundred,
}

/// Which stored setting of a terminal is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// The terminal number, field 41: a digit too few.
    Tid,
    /// The merchant number, field 42: a digit too few.
    Mid,
    /// The table of query times: empty.
    Queries,
}

//! What can happen, and who says so. Everything that payrig knows of a run is a list of these.

use serde::{Deserialize, Serialize};

pub use crate::channel::{Channel, Tap};
use crate::fault::{CallbackFailure, Fault};
use crate::{Amount, Bytes, CodeText, FaultNo, IntentId, Message, OrderId, TerminalId, Time};

/// Whose doing an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The runner: steps, faults, healing.
    Harness,
    /// The person who pays.
    Customer,
    /// The person at the till.
    Operator,
    /// The terminal, seen from outside: its screen, printer, speaker, flash and wires.
    Terminal,
    /// The 4G link.
    Link,
    /// The acquirer's host.
    Acquirer,
    /// The wallet: the ground truth of who paid what.
    Wallet,
    /// The merchant's other channels: SMS, soundbox, backend list.
    Merchant,
    /// The power supply.
    Power,
}

/// What a channel says of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Paid. Success.
    Approved,
    /// Not paid, final.
    Declined,
    /// Undone, final.
    Reversed,
    /// The customer has still to confirm.
    Pending,
    /// The result is not known; do not charge again.
    Unknown,
}

impl Status {
    /// Whether nothing may change it any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Status::Approved | Status::Declined | Status::Reversed)
    }
}

/// The truth about an order, kept by the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LedgerState {
    /// Created, waiting for the customer's password.
    Pending,
    /// The money left the customer's account.
    Captured,
    /// Refused, no money moved.
    Rejected,
    /// Ended unpaid: by time-out or by a reversal before payment. Can't be paid any more.
    Closed,
    /// Paid, then undone by a reversal: the money went back.
    Reversed,
    /// Paid, then refunded.
    Refunded,
}

/// The terminal's screen apart from the reports on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Just powered up.
    Boot,
    /// Resolving what a power cut left open; takes no sale.
    Recovering,
    /// Ready for a sale.
    Idle,
    /// Asks for the amount to be confirmed.
    Confirm,
    /// Asks for the code to be scanned.
    Scan,
    /// The scan gave nothing usable: asks for another.
    Rescan,
    /// Waits for the acquirer.
    Wait,
    /// Refuses a sale for now, and says why.
    Refused,
}

/// A change on a connection of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnChange {
    /// The terminal began to connect.
    Opening,
    /// The connection stands.
    Opened,
    /// Connecting failed: refused, unreachable or given up.
    Failed,
    /// An end closed it in order.
    Closed,
    /// A reset arrived.
    Reset,
}

/// What was done to the terminal's flash.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FlashChange {
    /// Bytes were written; not safe from a power cut yet.
    Write(Bytes),
    /// All written so far is safe from now on.
    Sync,
    /// The whole content was replaced by these bytes, safely (a compaction).
    Replace(Bytes),
    /// A power cut lost the last `lost` unsynced bytes.
    Lost {
        /// How many bytes are gone.
        lost: u64,
    },
}

/// One line of a payment list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRow {
    /// Which order.
    pub order: OrderId,
    /// With which amount.
    pub amount: Amount,
    /// What the list says of it.
    pub status: Status,
}

/// A list as a person saw it on the terminal's screen or in the backend.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListView {
    /// The lines that are visible.
    pub rows: Vec<ListRow>,
    /// How many payments the view says there are.
    pub count: u32,
    /// What they come to, as the view says.
    pub total: Amount,
    /// The filter that the view says is active, if any.
    pub filter: Option<String>,
    /// Which channel shows it.
    pub channel: Channel,
}

/// What a merchant sees of a payment on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Where.
    pub channel: Channel,
    /// What it says.
    pub status: Status,
    /// Of which order. `None` where the channel does not say.
    pub order: Option<OrderId>,
    /// The amount that it says.
    pub amount: Option<Amount>,
    /// The moment of payment that it says, not the moment of showing.
    pub paid_at: Option<Time>,
    /// Marked as a copy, repeat or recovered result.
    pub copy: bool,
    /// The text itself, lines parted by ` / `.
    pub text: String,
}

/// A message on a wire, raw and decoded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WireMessage {
    /// Which end saw it: `terminal-wire` or `host-wire`.
    pub tap: Tap,
    /// The connection, counted on the rig.
    pub conn: u32,
    /// The frame, with its length prefix.
    pub bytes: Bytes,
    /// What it says; `None` for bytes that no message can be read from.
    pub message: Option<Message>,
    /// Whether it comes from whom it says: right merchant and terminal, MAC (if any) right.
    pub authentic: bool,
}

/// A change of the truth about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerChange {
    /// Which order.
    pub order: OrderId,
    /// Its state from now on.
    pub state: LedgerState,
    /// Its amount in fen.
    pub amount: Amount,
    /// The code that pays it; empty for an order that was reversed before it was known.
    pub code: CodeText,
}

/// What happened. `word()` of a `Trigger` names most of them in scenarios.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum EventKind {
    /// A step of the scenario was carried out (its index in the header's `steps`).
    Step(u32),
    /// A customer wants to pay this much.
    Intent {
        /// Which wish.
        intent: IntentId,
        /// The price of the goods.
        meant: Amount,
    },
    /// A customer holds this code before the scanner: the ground truth of what was shown.
    Presented {
        /// Whose.
        intent: IntentId,
        /// The digits in the symbol.
        code: CodeText,
    },
    /// The operator keyed something: digits and `.` for an amount, `OK`, `CANCEL`, `LIST`.
    Keyed(String),
    /// What the scanner sent to the terminal.
    Scanned(String),
    /// The scanner looked and sent nothing.
    NoRead,
    /// A message left the place of the tap.
    Sent(Box<WireMessage>),
    /// A message arrived at the place of the tap.
    Received(Box<WireMessage>),
    /// A connection of the terminal changed.
    Conn {
        /// Counted on the rig.
        conn: u32,
        /// How.
        change: ConnChange,
    },
    /// The truth about an order changed.
    Ledger(Box<LedgerChange>),
    /// The flash changed.
    Flash(FlashChange),
    /// The screen changed to something that is not a report.
    Screen {
        /// What the terminal is ready for.
        phase: Phase,
        /// The text, lines parted by ` / `.
        text: String,
    },
    /// The terminal's speaker made this sound: `ok`, `error` or `attention`.
    Sound(String),
    /// A channel says something of a payment.
    Report(Box<Report>),
    /// A channel says that what it said of an order does not hold (struck from a list).
    Retracted {
        /// Where.
        channel: Channel,
        /// Which order.
        order: OrderId,
    },
    /// A person looked at a list.
    List(Box<ListView>),
    /// A health check, the terminal's or the merchant backend's, named a channel or part.
    Health {
        /// What it named, for example `sms`.
        item: String,
        /// Whether it said that it works.
        well: bool,
        /// The catalogue's id of what is wrong with it, where it said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fault: Option<String>,
    },
    /// A customer asks the hotline what became of his payment.
    Claim {
        /// Whose.
        intent: IntentId,
        /// The order that his wallet shows; `None` when it shows none, and he has his code alone.
        order: Option<OrderId>,
    },
    /// The hotline answered.
    ClaimAnswered {
        /// Whom.
        intent: IntentId,
        /// Which order it found; `None` when the host never had one.
        order: Option<OrderId>,
        /// Captured and not undone, by the host's books.
        captured: bool,
        /// The amount in the host's books.
        amount: Amount,
    },
    /// The acquirer's call reached the merchant's server.
    Callback {
        /// Which order.
        order: OrderId,
        /// Counted from 1; the same call delivered once more has the same number.
        attempt: u32,
        /// Why the server did not acknowledge; `None` when it did.
        failure: Option<CallbackFailure>,
    },
    /// The terminal closed a batch.
    BatchClosed {
        /// Its number.
        batch: u32,
        /// The orders that it holds.
        orders: Vec<OrderId>,
        /// What they come to, as the terminal says.
        total: Amount,
    },
    /// A fault came into force.
    FaultOn {
        /// Which one.
        no: FaultNo,
        /// What it does.
        fault: Box<Fault>,
    },
    /// A fault touched something: it stopped, delayed or changed this payment's doings.
    FaultMet(FaultNo),
    /// A fault ended.
    FaultOff(FaultNo),
    /// The power came or went.
    Power {
        /// `true` when it came.
        on: bool,
    },
    /// The rig lost an observation from here on.
    TapLost(Tap),
    /// It is back.
    TapBack(Tap),
    /// The runner ended every fault; from here on only "eventually" is waited for.
    Healed,
    /// The run is over.
    End,
    /// A step of the scenario was never carried out (its index in the header's `steps`): the
    /// moment that it waits for did not come before the end.
    StepMissed(u32),
    /// The terminal's modem lost its registration and registers anew: there is no network before
    /// this moment.
    Attaching {
        /// When the link can be used again.
        until: Time,
    },
    /// A slip came out of the terminal's printer that reports no payment, such as that of a
    /// settlement: the text, lines parted by ` / `.
    Slip(String),
    /// The merchant's server turned a call away that did not come from the acquirer: a wrong
    /// signature, or a genuine call once more.
    CallbackRefused {
        /// The order that it named.
        order: OrderId,
    },
}

/// An event that is not in the trace yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// When, on the rig's clock.
    pub at: Time,
    /// At which terminal, if at one.
    pub terminal: Option<TerminalId>,
    /// Whose doing.
    pub source: Source,
    /// What.
    pub kind: EventKind,
}

/// An event in its place in the trace.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Place in the trace, counted from 1 without gaps.
    pub seq: u64,
    /// When, in microseconds of the rig's clock.
    pub at: Time,
    /// At which terminal, if at one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub terminal: Option<TerminalId>,
    /// Whose doing.
    pub source: Source,
    /// What.
    pub kind: EventKind,
}

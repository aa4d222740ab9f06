//! What can be made to go wrong, with its parameters.
//!
//! A fault acts on wires, bytes, time, power, people or stored settings. The terminal is never
//! told. `Fault::id` names its entry in the catalogue.

use serde::{Deserialize, Serialize};

use crate::{Amount, Lapse};

mod damage;
mod id;

pub use damage::{Damage, Symbol};

/// A probability in parts per million: `5%` is 50,000.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Rate(pub u32);

impl Rate {
    /// Always.
    pub const ONE: Rate = Rate(1_000_000);
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000);
        write!(f, "{}%", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl std::str::FromStr for Rate {
    type Err = crate::units::BadUnit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: crate::units::BadUnit =
            crate::units::BadUnit("a rate is a percentage up to \"100%\", like \"5%\" or \"0.5%\"");
        let number = text.strip_suffix('%').ok_or(SHAPE)?;
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || whole.len() > 3 || part.len() > 4 {
            return Err(SHAPE);
        }
        let whole: u32 = whole.parse().map_err(|_| SHAPE)?;
        let part: u32 = format!("{part:0<4}").parse().map_err(|_| SHAPE)?;
        Some(Rate(whole * 10_000 + part)).filter(|rate| *rate <= Rate::ONE).ok_or(SHAPE)
    }
}

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

/// What a NAT does with a connection that was idle too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NatMode {
    /// Forgets it: packets of it vanish.
    Silent,
    /// Answers the next packet with a reset.
    Reset,
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

/// What the merchant's server does with a callback instead of acknowledging it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallbackFailure {
    /// Breaks down before it has read the notice: HTTP 5xx.
    ServerError,
    /// Books the payment and answers too late.
    Timeout,
    /// Sends the caller elsewhere: HTTP 3xx. Callers do not follow.
    Redirect,
    /// Books the payment and acknowledges in other words than the agreed ones.
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

/// Something that goes wrong. Scenario words for it stand in the harness's table of words.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Nothing gets through this way; TCP repeats it when it is over.
    LinkOutage {
        /// Which way.
        way: Way,
    },
    /// Packets are lost and the round trip is longer.
    LinkWeakSignal {
        /// Loss each way, on top of the profile's.
        loss: Rate,
        /// Added to the round trip.
        rtt: Lapse,
    },
    /// The cell is full: little rate, long queues.
    LinkCongestion {
        /// What is left for this terminal, in kbit/s.
        rate_kbps: u32,
        /// Added waiting time each way, drawn between nothing and this.
        queue: Lapse,
    },
    /// The carrier's NAT forgets connections that were idle this long.
    NatIdle {
        /// How long.
        idle: Lapse,
        /// What it does then.
        mode: NatMode,
    },
    /// The request is swallowed on its way to the host's application.
    RequestLost,
    /// The host captures the money and its answer gets lost.
    ResponseLost,
    /// The answer comes this much later.
    ResponseLate {
        /// How much.
        delay: Lapse,
    },
    /// The answer comes again after this time.
    ResponseDuplicate {
        /// After how long.
        gap: Lapse,
    },
    /// The host is being maintained.
    AcqMaintenance {
        /// What it does meanwhile.
        mode: MaintenanceMode,
        /// Whether what is open is served all the same, so that only new sales are concerned.
        #[serde(default)]
        drain: bool,
    },
    /// Every answer takes this much longer.
    AcqSlow {
        /// How much.
        delay: Lapse,
    },
    /// The host goes down: connections break, what was in flight is lost, the ledger stays.
    AcqRestart,
    /// The host answers with this code; a share of the sales is captured all the same. When it
    /// lasts for a time, queries and reversals are answered so, too, and tell nothing; the same
    /// share of the reversals takes effect.
    AcqErrorBurst {
        /// Field 39, two characters.
        code: String,
        /// Which share.
        captured: Rate,
    },
    /// The answer states another amount than the request.
    AcqWrongAmount {
        /// The amount stated.
        amount: Amount,
    },
    /// The shown code is damaged.
    QrDamaged {
        /// How.
        damage: Damage,
        /// How badly: 0 (clean) to 7.
        severity: u8,
        /// Which of the symbols on the customer's screen the scanner looks at.
        symbol: Symbol,
    },
    /// The code is held at this angle.
    QrBadAngle {
        /// Pitch in degrees, 0 to 80.
        degrees: u8,
    },
    /// The customer shows a code that has run out.
    QrExpired,
    /// The operator keys this instead of the price.
    OpAmountWrong {
        /// What is keyed.
        keyed: Amount,
    },
    /// The operator mistakes fen for yuan or yuan for fen.
    OpCurrencyUnit {
        /// Which mistake.
        error: UnitError,
    },
    /// The operator does not know the terminal: presses twice, cancels early, charges again.
    OpNovice,
    /// The operator charges again when no result shows within this time.
    OpPanicRetry {
        /// How long he waits.
        patience: Lapse,
    },
    /// No SMS goes out.
    NotifySmsOff {
        /// Why.
        mode: SmsMode,
    },
    /// The soundbox is not reachable; what is sent to it waits.
    NotifySoundboxOffline,
    /// The acquirer never sends these notices.
    NotifyDropped {
        /// On which channel.
        channel: crate::Channel,
    },
    /// The acquirer sends each notice twice.
    NotifyDuplicate {
        /// On which channel.
        channel: crate::Channel,
    },
    /// The acquirer sends these notices late.
    NotifyDelayed {
        /// On which channel.
        channel: crate::Channel,
        /// How much later, at most until the fault ends.
        delay: Lapse,
    },
    /// A notice stays behind until the next one has overtaken it.
    NotifyOutOfOrder {
        /// On which channel.
        channel: crate::Channel,
    },
    /// The account's settings keep the merchant's app from notifying.
    NotifyAccountSetting {
        /// Which setting.
        mode: PushMode,
    },
    /// The soundbox takes what is sent to it, and its volume is at nothing.
    NotifySoundboxMuted,
    /// The soundbox takes what is sent to it, and has no recording of the words.
    NotifySoundboxCorpusMissing,
    /// The soundbox restarts without memory, and the last message is sent to it again.
    NotifySoundboxStaleReplay {
        /// How old it is then.
        age: Lapse,
    },
    /// The soundbox is bound to another shop.
    NotifyWrongMerchant,
    /// The merchant's server does not acknowledge callbacks.
    NotifyCallback {
        /// What it does instead.
        failure: CallbackFailure,
    },
    /// The acquirer stops its callbacks once a query has told that a payment was made.
    NotifySuppressedAfterQuery,
    /// The host captures, answers nothing, and sends no notice on these channels.
    AcqCapturedNotNotified {
        /// On which channels.
        channels: Vec<crate::Channel>,
    },
    /// The backend's list shows a part only.
    PartialList {
        /// Which.
        filter: ListFilter,
        /// How many lines a page has.
        page: u32,
    },
    /// The scanner fails.
    ScannerFault {
        /// How.
        mode: ScannerMode,
    },
    /// The display goes on showing what it showed, and takes nothing new.
    DisplayStuck,
    /// The printer has no paper.
    PrintPaperOut,
    /// The power is gone; unsynced flash writes are lost.
    PowerCut,
    /// The last unsynced write is cut in the middle at the next power cut.
    StoreTornWrite,
    /// The flash refuses every write.
    FlashWriteFail,
    /// The flash has no room: it can be rewritten, and not grow.
    StoreFull,
    /// The firmware crashes: its memory is gone, its flash stays. It starts again at the end.
    FwCrash,
    /// The firmware stands still. The hardware watchdog resets it unless it goes on before.
    FwHang,
    /// A technician sets a stored setting wrong and restarts the terminal; at the end he puts it
    /// right, and restarts it again.
    ConfigBad {
        /// Which.
        key: Setting,
    },
    /// The terminal's payment list is set to show the newest few only.
    TerminalListPartial {
        /// How many.
        last: u32,
    },
    /// The terminal runs an image that is some versions behind; at the end it is updated.
    FwOutdated,
    /// Worn hardware: faults that come and go.
    HwAging {
        /// How often the green key bounces, so that one press arrives twice.
        bounce: Rate,
        /// How often the scanner sees nothing in a good code.
        misread: Rate,
    },
    /// The operator is in a hurry: he presses the red key once the code was read, and looks at no
    /// result.
    OpSkipVerify,
    /// The answer's MAC is wrong.
    ResponseMacBad,
    /// The session's keys run out: the host refuses what was sealed with them.
    KeyExpired,
    /// An answer that belongs to another payment comes first.
    ResponseReordered,
    /// The answer comes in two pieces.
    FrameSplit {
        /// The pause between them.
        gap: Lapse,
    },
    /// The answer comes glued to another message.
    FrameCoalesce,
    /// The answer's bytes are damaged.
    FrameCorrupt,
    /// The host takes the money and answers with a code that is in no table.
    AcqCodeUnmapped {
        /// Field 39, two characters.
        code: String,
    },
    /// Queries are answered "waiting for the customer", though it is paid.
    AcqQueryStale,
    /// Queries do not find the order, though it is there.
    AcqQueryNotFound,
    /// Reversals of younger sales are refused.
    AcqReverseTooEarly {
        /// The age that a sale must have.
        least: Lapse,
    },
    /// The host reverses, and its answer gets lost.
    AcqCancelLost,
    /// The host is overloaded.
    AcqBrownOut {
        /// Added to each answer.
        delay: Lapse,
        /// Which share of the requests is never answered.
        drops: Rate,
    },
    /// The host moves to a new system: it forgets the sessions and wants a new sign-in.
    AcqUpgrade,
    /// The host closes the batch, and its answer gets lost.
    SettleResponseLost,
    /// The host misses a payment of the batch.
    SettleMismatch,
    /// The first host is gone; a second one with the same ledger stays.
    BackupFailover,
}

/// How long a fault stays in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultSpan {
    /// For this long, or until the world is healed.
    For(Lapse),
    /// Until it met this many payments, or until the world is healed.
    Next(u32),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_print_as_they_are_read() {
        for (text, rate) in [("5%", 50_000), ("0.5%", 5_000), ("100%", 1_000_000), ("0%", 0)] {
            assert_eq!(text.parse::<Rate>(), Ok(Rate(rate)));
            assert_eq!(Rate(rate).to_string(), text);
        }
        for text in ["", "5", "%", "101%", "-1%", "1.00001%", "a%"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}

//! What can be made to go wrong, with its parameters.
//!
//! A fault acts on wires, bytes, time, power, people or stored settings. The terminal is never
//! told. `Fault::id` names its entry in the catalogue.

use serde::{Deserialize, Serialize};

use crate::catalogue::FaultId;
use crate::{Amount, Lapse};

mod damage;

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

/// How the keyed amount differs from the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitError {
    /// Fen keyed as if they were yuan: a hundred times too much.
    TimesHundred,
    /// Yuan keyed as if they were fen: a hundredth.
    OverHundred,
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
    /// More is lost on the way to the terminal than on the way from it.
    AsymmetricLoss {
        /// The share of packets lost on the way to the terminal, on top of the profile's.
        loss: Rate,
    },
    /// The modem does nothing. Afterwards it starts up and registers.
    ModemDead {
        /// How it shows.
        mode: ModemMode,
    },
    /// The SIM card is out of its slot. Afterwards the modem registers.
    SimRemoved,
    /// The APN in the settings is wrong: the modem gets no data connection. Afterwards it
    /// registers.
    ApnMisconfig,
    /// The SIM's data are used up: registered as ever, and nothing passes.
    SimDataExhausted {
        /// What the carrier does with what is sent.
        mode: NatMode,
    },
    /// From 4G down to 2G, and up again afterwards. Both times the modem registers anew and gets
    /// another address, so that connections of before are dead.
    RatFallback {
        /// What 2G carries, in kbit/s.
        rate_kbps: u32,
        /// What 2G adds to the round trip.
        rtt: Lapse,
    },
    /// The other end of each connection is gone without a word. New ones work.
    HalfOpen,
    /// The host's name can't be resolved.
    DnsFail {
        /// How.
        mode: DnsMode,
    },
    /// The host's name is resolved to an address at which nobody is any more.
    DnsStale,
}

impl Fault {
    /// Its entry in the catalogue.
    pub const fn id(&self) -> FaultId {
        FaultId(match self {
            Fault::LinkOutage { .. } => "link-outage",
            Fault::LinkWeakSignal { .. } => "link-weak-signal",
            Fault::LinkCongestion { .. } => "link-congestion",
            Fault::NatIdle { .. } => "net-nat-idle-timeout",
            Fault::AsymmetricLoss { .. } => "link-asymmetric-loss",
            Fault::ModemDead { .. } => "hw-modem-dead",
            Fault::SimRemoved => "link-sim-removed",
            Fault::ApnMisconfig => "link-apn-misconfig",
            Fault::SimDataExhausted { .. } => "link-sim-data-exhausted",
            Fault::RatFallback { .. } => "link-rat-fallback",
            Fault::HalfOpen => "net-half-open",
            Fault::DnsFail { .. } => "net-dns-fail",
            Fault::DnsStale => "net-dns-stale",
            Fault::RequestLost => "net-request-lost",
            Fault::ResponseLost => "net-response-lost-after-capture",
            Fault::ResponseLate { .. } => "net-response-late",
            Fault::ResponseDuplicate { .. } => "net-response-duplicate",
            Fault::AcqMaintenance { .. } => "acq-maintenance",
            Fault::AcqSlow { .. } => "acq-slow",
            Fault::AcqRestart => "acq-restart",
            Fault::AcqErrorBurst { .. } => "acq-error-burst",
            Fault::AcqWrongAmount { .. } => "acq-wrong-amount-echo",
            Fault::QrDamaged { .. } => "qr-damaged",
            Fault::QrBadAngle { .. } => "qr-bad-angle",
            Fault::QrExpired => "qr-code-expired",
            Fault::OpAmountWrong { .. } => "op-amount-wrong",
            Fault::OpCurrencyUnit { .. } => "op-currency-unit",
            Fault::OpNovice => "op-novice",
            Fault::OpPanicRetry { .. } => "op-panic-retry",
            Fault::NotifySmsOff { .. } => "notify-sms-off",
            Fault::NotifySoundboxOffline => "notify-soundbox-offline",
            Fault::NotifyDropped { .. } => "notify-dropped",
            Fault::NotifyDuplicate { .. } => "notify-duplicate",
            Fault::ScannerFault { .. } => "hw-scanner-fault",
            Fault::DisplayStuck => "hw-display-stuck",
            Fault::PrintPaperOut => "print-paper-out",
            Fault::PowerCut => "power-cut",
            Fault::StoreTornWrite => "store-torn-write",
        })
    }
}

impl Fault {
    /// Whether it acts on the acquirer as a whole, and so on every terminal.
    pub const fn is_global(&self) -> bool {
        matches!(self, Fault::AcqMaintenance { .. } | Fault::AcqSlow { .. } | Fault::AcqRestart)
    }
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

//! What can be made to go wrong, with its parameters.
//!
//! A fault acts on wires, bytes, time, power, people or stored settings. The terminal is never
//! told. `Fault::id` names its entry in the catalogue.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, IntoStaticStr};

use crate::catalogue::{self, FaultId, FaultInfo};
use crate::{Amount, Channel, Lapse};

mod damage;
mod modes;
mod rate;

pub use damage::{Damage, Symbol};
pub use modes::{
    CallbackFailure, ClockError, DnsMode, ListFilter, MaintenanceMode, ModemMode, NatMode,
    PrinterStop, PushMode, ScannerMode, Setting, SmsMode, StrayKind, UnitError, Way,
};
pub use rate::Rate;

/// Something that goes wrong. Scenario words for it stand in the harness's table of
/// words; `strum` holds the id of its entry in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumCount, IntoStaticStr)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// Nothing gets through this way; TCP repeats it when it is over.
    #[strum(serialize = "link-outage")]
    LinkOutage {
        /// Which way.
        way: Way,
    },
    /// Packets are lost and the round trip is longer.
    #[strum(serialize = "link-weak-signal")]
    LinkWeakSignal {
        /// Loss each way, on top of the profile's.
        loss: Rate,
        /// Added to the round trip.
        rtt: Lapse,
    },
    /// The cell is full: little rate, long queues.
    #[strum(serialize = "link-congestion")]
    LinkCongestion {
        /// What is left for this terminal, in kbit/s.
        rate_kbps: u32,
        /// Added waiting time each way, drawn between nothing and this.
        queue: Lapse,
    },
    /// The carrier's NAT forgets connections that were idle this long.
    #[strum(serialize = "net-nat-idle-timeout")]
    NatIdle {
        /// How long.
        idle: Lapse,
        /// What it does then.
        mode: NatMode,
    },
    /// The request is swallowed on its way to the host's application.
    #[strum(serialize = "net-request-lost")]
    RequestLost,
    /// The host captures the money and its answer gets lost.
    #[strum(serialize = "net-response-lost-after-capture")]
    ResponseLost,
    /// The answer comes this much later.
    #[strum(serialize = "net-response-late")]
    ResponseLate {
        /// How much.
        delay: Lapse,
    },
    /// The answer comes again after this time.
    #[strum(serialize = "net-response-duplicate")]
    ResponseDuplicate {
        /// After how long.
        gap: Lapse,
    },
    /// The host is being maintained.
    #[strum(serialize = "acq-maintenance")]
    AcqMaintenance {
        /// What it does meanwhile.
        mode: MaintenanceMode,
        /// Whether what is open is served all the same, so that only new sales are concerned.
        #[serde(default)]
        drain: bool,
    },
    /// Every answer takes this much longer.
    #[strum(serialize = "acq-slow")]
    AcqSlow {
        /// How much.
        delay: Lapse,
    },
    /// The host goes down: connections break, what was in flight is lost, the ledger stays.
    #[strum(serialize = "acq-restart")]
    AcqRestart,
    /// The host answers with this code; a share of the sales is captured all the same. When it
    /// lasts for a time, queries and reversals are answered so, too, and tell nothing; the same
    /// share of the reversals takes effect.
    #[strum(serialize = "acq-error-burst")]
    AcqErrorBurst {
        /// Field 39, two characters.
        code: String,
        /// Which share.
        captured: Rate,
    },
    /// The answer states another amount than the request.
    #[strum(serialize = "acq-wrong-amount-echo")]
    AcqWrongAmount {
        /// The amount stated.
        amount: Amount,
    },
    /// The shown code is damaged.
    #[strum(serialize = "qr-damaged")]
    QrDamaged {
        /// How.
        damage: Damage,
        /// How badly: 0 (clean) to 7.
        severity: u8,
        /// Which of the symbols on the customer's screen the scanner looks at.
        symbol: Symbol,
    },
    /// The code is held at this angle.
    #[strum(serialize = "qr-bad-angle")]
    QrBadAngle {
        /// In degrees, 0 to 80: the pitch of a QR code, the yaw of a barcode.
        degrees: u8,
        /// Which of the symbols on the customer's screen the scanner looks at.
        #[serde(default)]
        symbol: Symbol,
    },
    /// The customer shows a code that has run out.
    #[strum(serialize = "qr-code-expired")]
    QrExpired,
    /// The operator keys this instead of the price.
    #[strum(serialize = "op-amount-wrong")]
    OpAmountWrong {
        /// What is keyed.
        keyed: Amount,
    },
    /// The operator mistakes fen for yuan or yuan for fen.
    #[strum(serialize = "op-currency-unit")]
    OpCurrencyUnit {
        /// Which mistake.
        error: UnitError,
    },
    /// The operator does not know the terminal: presses twice, cancels early, charges again.
    #[strum(serialize = "op-novice")]
    OpNovice,
    /// The operator charges again when no result shows within this time.
    #[strum(serialize = "op-panic-retry")]
    OpPanicRetry {
        /// How long he waits.
        patience: Lapse,
    },
    /// No SMS goes out.
    #[strum(serialize = "notify-sms-off")]
    NotifySmsOff {
        /// Why.
        mode: SmsMode,
    },
    /// The soundbox is not reachable; what is sent to it waits.
    #[strum(serialize = "notify-soundbox-offline")]
    NotifySoundboxOffline,
    /// The acquirer never sends these notices.
    #[strum(serialize = "notify-dropped")]
    NotifyDropped {
        /// On which channel.
        channel: Channel,
    },
    /// The acquirer sends each notice twice.
    #[strum(serialize = "notify-duplicate")]
    NotifyDuplicate {
        /// On which channel.
        channel: Channel,
    },
    /// The acquirer sends these notices late.
    #[strum(serialize = "notify-delayed")]
    NotifyDelayed {
        /// On which channel.
        channel: Channel,
        /// How much later, at most until the fault ends.
        delay: Lapse,
    },
    /// A notice stays behind until the next one has overtaken it.
    #[strum(serialize = "notify-out-of-order")]
    NotifyOutOfOrder {
        /// On which channel.
        channel: Channel,
    },
    /// The account's settings keep the merchant's app from notifying.
    #[strum(serialize = "notify-account-setting")]
    NotifyAccountSetting {
        /// Which setting.
        mode: PushMode,
    },
    /// The soundbox takes what is sent to it, and its volume is at nothing.
    #[strum(serialize = "notify-soundbox-muted")]
    NotifySoundboxMuted,
    /// The soundbox takes what is sent to it, and has no recording of the words.
    #[strum(serialize = "notify-soundbox-corpus-missing")]
    NotifySoundboxCorpusMissing,
    /// The soundbox restarts without memory, and the last message is sent to it again.
    #[strum(serialize = "notify-soundbox-stale-replay")]
    NotifySoundboxStaleReplay {
        /// How old it is then.
        age: Lapse,
    },
    /// The soundbox is bound to another shop.
    #[strum(serialize = "notify-wrong-merchant")]
    NotifyWrongMerchant,
    /// The merchant's server does not acknowledge callbacks.
    NotifyCallback {
        /// What it does instead.
        failure: CallbackFailure,
    },
    /// The acquirer stops its callbacks once a query has told that a payment was made.
    #[strum(serialize = "notify-suppressed-after-query")]
    NotifySuppressedAfterQuery,
    /// The host captures, answers nothing, and sends no notice on these channels.
    #[strum(serialize = "acq-captured-not-notified")]
    AcqCapturedNotNotified {
        /// On which channels.
        channels: Vec<Channel>,
    },
    /// The backend's list shows a part only.
    #[strum(serialize = "cfg-partial-list")]
    PartialList {
        /// Which.
        filter: ListFilter,
        /// How many lines a page has.
        page: u32,
    },
    /// The scanner fails.
    #[strum(serialize = "hw-scanner-fault")]
    ScannerFault {
        /// How.
        mode: ScannerMode,
    },
    /// The display goes on showing what it showed, and takes nothing new.
    #[strum(serialize = "hw-display-stuck")]
    DisplayStuck,
    /// The printer has no paper.
    #[strum(serialize = "print-paper-out")]
    PrintPaperOut,
    /// The power is gone; unsynced flash writes are lost.
    #[strum(serialize = "power-cut")]
    PowerCut,
    /// The last unsynced write is cut in the middle at the next power cut.
    #[strum(serialize = "store-torn-write")]
    StoreTornWrite,
    /// The flash refuses every write.
    #[strum(serialize = "hw-flash-write-fail")]
    FlashWriteFail,
    /// The flash has no room: it can be rewritten, and not grow.
    #[strum(serialize = "store-full")]
    StoreFull,
    /// The firmware crashes: its memory is gone, its flash stays. It starts again at the end.
    #[strum(serialize = "fw-crash-at")]
    FwCrash,
    /// The firmware stands still. The hardware watchdog resets it unless it goes on before.
    #[strum(serialize = "fw-hang")]
    FwHang,
    /// A technician sets a stored setting wrong and restarts the terminal; at the end he puts it
    /// right, and restarts it again.
    #[strum(serialize = "fw-config-bad")]
    ConfigBad {
        /// Which.
        key: Setting,
    },
    /// The terminal's payment list is set to show the newest few only.
    #[strum(serialize = "cfg-partial-list")]
    TerminalListPartial {
        /// How many.
        last: u32,
    },
    /// The terminal runs an image that is some versions behind; at the end it is updated.
    #[strum(serialize = "fw-outdated")]
    FwOutdated {
        /// So many.
        behind: u32,
    },
    /// Worn hardware: faults that come and go.
    #[strum(serialize = "hw-aging")]
    HwAging {
        /// How often the green key bounces, so that one press arrives twice.
        bounce: Rate,
        /// How often the scanner sees nothing in a good code.
        misread: Rate,
        /// How often a receipt is too faint to be read.
        #[serde(default)]
        fade: Rate,
    },
    /// The operator is in a hurry: he presses the red key once the code was read, and looks at no
    /// result.
    #[strum(serialize = "op-skip-verify")]
    OpSkipVerify,
    /// The answer's MAC is wrong.
    #[strum(serialize = "sec-response-mac-bad")]
    ResponseMacBad,
    /// The session's keys run out: the host refuses what was sealed with them.
    #[strum(serialize = "sec-key-expired")]
    KeyExpired,
    /// An answer that belongs to another payment comes first.
    #[strum(serialize = "net-response-reordered")]
    ResponseReordered {
        /// In what it differs from the right one.
        which: StrayKind,
    },
    /// The answer comes in two pieces.
    #[strum(serialize = "net-frame-split")]
    FrameSplit {
        /// The pause between them.
        gap: Lapse,
    },
    /// The answer comes glued to another message.
    #[strum(serialize = "net-frame-coalesce")]
    FrameCoalesce,
    /// The answer's bytes are damaged.
    #[strum(serialize = "net-frame-corrupt")]
    FrameCorrupt,
    /// The host takes the money and answers with a code that is in no table.
    #[strum(serialize = "acq-code-unmapped")]
    AcqCodeUnmapped {
        /// Field 39, two characters.
        code: String,
    },
    /// Queries are answered "waiting for the customer", though it is paid.
    #[strum(serialize = "acq-query-stale")]
    AcqQueryStale,
    /// Queries do not find the order, though it is there.
    #[strum(serialize = "acq-query-not-found-transient")]
    AcqQueryNotFound,
    /// Reversals of younger sales are refused.
    #[strum(serialize = "acq-reverse-too-early")]
    AcqReverseTooEarly {
        /// The age that a sale must have.
        least: Lapse,
    },
    /// The host reverses, and its answer gets lost.
    #[strum(serialize = "acq-cancel-lost")]
    AcqCancelLost,
    /// The host is overloaded.
    #[strum(serialize = "acq-brown-out")]
    AcqBrownOut {
        /// Added to each answer.
        delay: Lapse,
        /// Which share of the requests is never answered.
        drops: Rate,
    },
    /// The host moves to a new system: it forgets the sessions and wants a new sign-in.
    #[strum(serialize = "acq-upgrade-cutover")]
    AcqUpgrade,
    /// The host closes the batch, and its answer gets lost.
    #[strum(serialize = "settle-response-lost")]
    SettleResponseLost,
    /// The host misses a payment of the batch.
    #[strum(serialize = "settle-mismatch")]
    SettleMismatch,
    /// The first host is gone; a second one with the same ledger stays.
    #[strum(serialize = "net-backup-failover")]
    BackupFailover,
    /// More is lost on the way to the terminal than on the way from it.
    #[strum(serialize = "link-asymmetric-loss")]
    AsymmetricLoss {
        /// The share of packets lost on the way to the terminal, on top of the profile's.
        loss: Rate,
    },
    /// The modem does nothing. Afterwards it starts up and registers.
    #[strum(serialize = "hw-modem-dead")]
    ModemDead {
        /// How it shows.
        mode: ModemMode,
    },
    /// The SIM card is out of its slot. Afterwards the modem registers.
    #[strum(serialize = "link-sim-removed")]
    SimRemoved,
    /// The APN in the settings is wrong: the modem gets no data connection. Afterwards it
    /// registers.
    #[strum(serialize = "link-apn-misconfig")]
    ApnMisconfig,
    /// The SIM's data are used up: registered as ever, and nothing passes.
    #[strum(serialize = "link-sim-data-exhausted")]
    SimDataExhausted {
        /// What the carrier does with what is sent.
        mode: NatMode,
    },
    /// From 4G down to 2G, and up again afterwards. Both times the modem registers anew and gets
    /// another address, so that connections of before are dead.
    #[strum(serialize = "link-rat-fallback")]
    RatFallback {
        /// What 2G carries, in kbit/s.
        rate_kbps: u32,
        /// What 2G adds to the round trip.
        rtt: Lapse,
    },
    /// The other end of each connection is gone without a word. New ones work.
    #[strum(serialize = "net-half-open")]
    HalfOpen,
    /// The host's name can't be resolved.
    #[strum(serialize = "net-dns-fail")]
    DnsFail {
        /// How.
        mode: DnsMode,
    },
    /// The host's name is resolved to an address at which nobody is any more.
    #[strum(serialize = "net-dns-stale")]
    DnsStale,
    /// The customer shows the code that was shown here last: a picture of it, used up.
    #[strum(serialize = "qr-code-reused")]
    QrReused,
    /// The wallet pays a part only, and the host answers "approved for a part of the amount".
    #[strum(serialize = "acq-partial-approval")]
    AcqPartialApproval {
        /// Which part of the amount.
        share: Rate,
    },
    /// The terminal starts with an erased flash, as a device that was replaced without its journal.
    #[strum(serialize = "store-journal-lost")]
    JournalLost,
    /// The terminal's own clock is wrong.
    #[strum(serialize = "time-clock-skew")]
    ClockSkew {
        /// How.
        error: ClockError,
        /// By how much.
        by: Lapse,
    },
    /// The printer stops in the middle of a receipt, and prints nothing more meanwhile.
    PrinterStops {
        /// Why.
        why: PrinterStop,
        /// After so many lines.
        line: u32,
    },
    /// The customer pays by the shop's sticker, which is bound to no terminal and no soundbox.
    #[strum(serialize = "notify-static-qr-unbound")]
    NotifyStaticQrUnbound,
    /// A stranger calls the merchant's server, in the acquirer's name, about each order that a
    /// terminal sends: paid.
    #[strum(serialize = "sec-forged-notify")]
    NotifyForged,
    /// A stranger sends a genuine callback once more.
    #[strum(serialize = "sec-replayed-notify")]
    NotifyReplayed {
        /// How old it is then.
        age: Lapse,
    },
    /// The soundbox speaks ten times the amount.
    #[strum(serialize = "notify-soundbox-mispronounced")]
    SoundboxMispronounces,
    /// The backend's list is a copy from before.
    #[strum(serialize = "cfg-list-stale")]
    ListStale {
        /// How old it is.
        behind: Lapse,
    },
    /// The answer to a sale comes behind that to the terminal's next request.
    #[strum(serialize = "net-response-reordered")]
    AnswersSwapped,
}

impl Fault {
    /// Its entry in the catalogue.
    pub fn id(&self) -> FaultId {
        FaultId(match self {
            Fault::NotifyCallback { failure } => failure.into(),
            Fault::PrinterStops { why, .. } => why.into(),
            _ => self.into(),
        })
    }

    /// What the catalogue says of it.
    pub fn info(&self) -> Option<&'static FaultInfo> {
        catalogue::fault(self.id().0)
    }

    /// Whether it acts on the acquirer as a whole, and so on every terminal.
    pub const fn is_global(&self) -> bool {
        matches!(
            self,
            Fault::AcqMaintenance { .. }
                | Fault::AcqSlow { .. }
                | Fault::AcqRestart
                | Fault::AcqBrownOut { .. }
                | Fault::BackupFailover
        )
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

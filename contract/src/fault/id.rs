//! What each fault is called in the catalogue, and what it reaches. It knows nothing of parameters.

use super::{CallbackFailure, Fault};
use crate::catalogue::FaultId;

impl Fault {
    /// Its entry in the catalogue.
    pub const fn id(&self) -> FaultId {
        FaultId(match self {
            Fault::LinkOutage { .. } => "link-outage",
            Fault::LinkWeakSignal { .. } => "link-weak-signal",
            Fault::LinkCongestion { .. } => "link-congestion",
            Fault::NatIdle { .. } => "net-nat-idle-timeout",
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
            Fault::NotifyDelayed { .. } => "notify-delayed",
            Fault::NotifyOutOfOrder { .. } => "notify-out-of-order",
            Fault::NotifyAccountSetting { .. } => "notify-account-setting",
            Fault::NotifySoundboxMuted => "notify-soundbox-muted",
            Fault::NotifySoundboxCorpusMissing => "notify-soundbox-corpus-missing",
            Fault::NotifySoundboxStaleReplay { .. } => "notify-soundbox-stale-replay",
            Fault::NotifyWrongMerchant => "notify-wrong-merchant",
            Fault::NotifyCallback { failure } => failure.id(),
            Fault::NotifySuppressedAfterQuery => "notify-suppressed-after-query",
            Fault::AcqCapturedNotNotified { .. } => "acq-captured-not-notified",
            Fault::PartialList { .. } | Fault::TerminalListPartial { .. } => "cfg-partial-list",
            Fault::ScannerFault { .. } => "hw-scanner-fault",
            Fault::DisplayStuck => "hw-display-stuck",
            Fault::PrintPaperOut => "print-paper-out",
            Fault::PowerCut => "power-cut",
            Fault::StoreTornWrite => "store-torn-write",
            Fault::FlashWriteFail => "hw-flash-write-fail",
            Fault::StoreFull => "store-full",
            Fault::FwCrash => "fw-crash-at",
            Fault::FwHang => "fw-hang",
            Fault::ConfigBad { .. } => "fw-config-bad",
            Fault::FwOutdated => "fw-outdated",
            Fault::HwAging { .. } => "hw-aging",
            Fault::OpSkipVerify => "op-skip-verify",
            Fault::ResponseMacBad => "sec-response-mac-bad",
            Fault::KeyExpired => "sec-key-expired",
            Fault::ResponseReordered => "net-response-reordered",
            Fault::FrameSplit { .. } => "net-frame-split",
            Fault::FrameCoalesce => "net-frame-coalesce",
            Fault::FrameCorrupt => "net-frame-corrupt",
            Fault::AcqCodeUnmapped { .. } => "acq-code-unmapped",
            Fault::AcqQueryStale => "acq-query-stale",
            Fault::AcqQueryNotFound => "acq-query-not-found-transient",
            Fault::AcqReverseTooEarly { .. } => "acq-reverse-too-early",
            Fault::AcqCancelLost => "acq-cancel-lost",
            Fault::AcqBrownOut { .. } => "acq-brown-out",
            Fault::AcqUpgrade => "acq-upgrade-cutover",
            Fault::SettleResponseLost => "settle-response-lost",
            Fault::SettleMismatch => "settle-mismatch",
            Fault::BackupFailover => "net-backup-failover",
        })
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

impl CallbackFailure {
    /// The id of its entry in the catalogue.
    const fn id(self) -> &'static str {
        match self {
            CallbackFailure::ServerError => "notify-callback-5xx",
            CallbackFailure::Timeout => "notify-callback-timeout",
            CallbackFailure::Redirect => "notify-callback-redirect",
            CallbackFailure::BadAck => "notify-callback-bad-ack",
        }
    }
}

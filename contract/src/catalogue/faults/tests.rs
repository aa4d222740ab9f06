//! The table agrees with itself, with the remedies and with the faults that can be played.

use std::collections::BTreeSet;

use strum::EnumCount;

use super::FAULTS;
use crate::catalogue::{REMEDIES, Text, fault, remedy};
use crate::fault::{
    CallbackFailure, ClockError, Damage, DnsMode, ListFilter, MaintenanceMode, ModemMode, NatMode,
    PrinterStop, PushMode, Rate, ScannerMode, Setting, SmsMode, StrayKind, Symbol, UnitError, Way,
};
use crate::{Amount, Channel, Fault, Lapse};

/// One of each variant, and of each that has an entry of its own.
fn each_fault() -> Vec<Fault> {
    [outside(), at_the_till()].concat()
}

/// Those of link, host, batch and notices.
fn outside() -> Vec<Fault> {
    let span = Lapse::from_secs(1);
    let channel = Channel::Sms;
    vec![
        Fault::LinkOutage { way: Way::Both },
        Fault::LinkWeakSignal { loss: Rate::ONE, rtt: span },
        Fault::LinkCongestion { rate_kbps: 1, queue: span },
        Fault::NatIdle { idle: span, mode: NatMode::Reset },
        Fault::AsymmetricLoss { loss: Rate::ONE },
        Fault::ModemDead { mode: ModemMode::Off },
        Fault::SimRemoved,
        Fault::ApnMisconfig,
        Fault::SimDataExhausted { mode: NatMode::Silent },
        Fault::RatFallback { rate_kbps: 1, rtt: span },
        Fault::HalfOpen,
        Fault::DnsFail { mode: DnsMode::Silent },
        Fault::DnsStale,
        Fault::RequestLost,
        Fault::ResponseLost,
        Fault::ResponseLate { delay: span },
        Fault::ResponseDuplicate { gap: span },
        Fault::AcqMaintenance { mode: MaintenanceMode::Drop, drain: false },
        Fault::AcqSlow { delay: span },
        Fault::AcqRestart,
        Fault::AcqErrorBurst { code: "96".into(), captured: Rate::ONE },
        Fault::AcqWrongAmount { amount: Amount(1) },
        Fault::NotifySmsOff { mode: SmsMode::Disabled },
        Fault::NotifySoundboxOffline,
        Fault::NotifyDropped { channel },
        Fault::NotifyDuplicate { channel },
        Fault::NotifyDelayed { channel, delay: span },
        Fault::NotifyOutOfOrder { channel },
        Fault::NotifyAccountSetting { mode: PushMode::NoRole },
        Fault::NotifySoundboxMuted,
        Fault::NotifySoundboxCorpusMissing,
        Fault::NotifySoundboxStaleReplay { age: span },
        Fault::NotifyWrongMerchant,
        Fault::NotifyCallback { failure: CallbackFailure::ServerError },
        Fault::NotifyCallback { failure: CallbackFailure::Timeout },
        Fault::NotifyCallback { failure: CallbackFailure::Redirect },
        Fault::NotifyCallback { failure: CallbackFailure::BadAck },
        Fault::NotifySuppressedAfterQuery,
        Fault::AcqCapturedNotNotified { channels: vec![channel] },
        Fault::NotifyStaticQrUnbound,
        Fault::NotifyForged,
        Fault::NotifyReplayed { age: span },
        Fault::SoundboxMispronounces,
        Fault::ListStale { behind: span },
        Fault::PartialList { filter: ListFilter::Page, page: 1 },
        Fault::ResponseMacBad,
        Fault::KeyExpired,
        Fault::ResponseReordered { which: StrayKind::Stan },
        Fault::AnswersSwapped,
        Fault::FrameSplit { gap: span },
        Fault::FrameCoalesce,
        Fault::FrameCorrupt,
        Fault::AcqCodeUnmapped { code: "ZX".into() },
        Fault::AcqPartialApproval { share: Rate::ONE },
        Fault::AcqQueryStale,
        Fault::AcqQueryNotFound,
        Fault::AcqReverseTooEarly { least: span },
        Fault::AcqCancelLost,
        Fault::AcqBrownOut { delay: span, drops: Rate::ONE },
        Fault::AcqUpgrade,
        Fault::SettleResponseLost,
        Fault::SettleMismatch,
        Fault::BackupFailover,
    ]
}

/// Those of code, people and device.
fn at_the_till() -> Vec<Fault> {
    vec![
        Fault::QrDamaged { damage: Damage::Blot, severity: 1, symbol: Symbol::Qr },
        Fault::QrBadAngle { degrees: 1, symbol: Symbol::Qr },
        Fault::QrExpired,
        Fault::QrReused,
        Fault::OpAmountWrong { keyed: Amount(1) },
        Fault::OpCurrencyUnit { error: UnitError::OverHundred },
        Fault::OpNovice,
        Fault::OpPanicRetry { patience: Lapse::from_secs(1) },
        Fault::ScannerFault { mode: ScannerMode::Silent },
        Fault::DisplayStuck,
        Fault::PrintPaperOut,
        Fault::PrinterStops { why: PrinterStop::Jam, line: 1 },
        Fault::PrinterStops { why: PrinterStop::Overheat, line: 0 },
        Fault::PrinterStops { why: PrinterStop::CoverOpen, line: 0 },
        Fault::PowerCut,
        Fault::StoreTornWrite,
        Fault::FlashWriteFail,
        Fault::StoreFull,
        Fault::JournalLost,
        Fault::ClockSkew { error: ClockError::Ahead, by: Lapse::from_secs(1) },
        Fault::FwCrash,
        Fault::FwHang,
        Fault::ConfigBad { key: Setting::Tid },
        Fault::TerminalListPartial { last: 1 },
        Fault::FwOutdated { behind: 1 },
        Fault::HwAging { bounce: Rate::ONE, misread: Rate::ONE, fade: Rate::ONE },
        Fault::OpSkipVerify,
    ]
}

#[test]
fn entries_are_exactly_the_faults_that_exist() {
    let faults = each_fault();
    #[expect(clippy::disallowed_types, reason = "a discriminant has no order; only counted")]
    let variants: std::collections::HashSet<_> =
        faults.iter().map(std::mem::discriminant).collect();
    assert_eq!(variants.len(), Fault::COUNT, "a fault is missing in the lists above");
    let real: BTreeSet<_> = faults.iter().map(|f| f.id().0).collect();
    let listed: BTreeSet<_> = FAULTS.iter().map(|f| f.id.0).collect();
    assert_eq!(listed, real);
}

#[test]
fn ids_are_unique_and_found() {
    let ids: BTreeSet<_> = FAULTS.iter().map(|f| f.id).collect();
    assert_eq!(ids.len(), FAULTS.len());
    assert_eq!(FAULTS.iter().filter(|f| f.seed.is_some()).count(), 26);
    assert_eq!(fault("link-outage").map(|f| f.seed), Some(Some("网络延迟或中断")));
    assert!(fault("link-outag").is_none());
}

#[test]
fn causes_of_the_guidance_text_come_first() {
    assert!(FAULTS.is_sorted_by_key(|f| f.seed.is_none()));
}

#[test]
fn each_says_how_long() {
    for entry in FAULTS {
        let names: Vec<_> = entry.params.iter().map(|p| p.0).collect();
        assert!(names.contains(&"for"), "{}", entry.id);
        let unique: BTreeSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len(), "{}", entry.id);
    }
}

#[test]
fn every_remedy_that_is_named_exists_and_every_one_is_named() {
    let named: BTreeSet<_> = FAULTS.iter().flat_map(|f| f.remedies).copied().collect();
    for id in &named {
        assert!(remedy(id).is_some(), "{id}");
    }
    let listed: BTreeSet<_> = REMEDIES.iter().map(|r| r.id).collect();
    assert_eq!((named, REMEDIES.len()), (listed, 14));
}

#[test]
fn every_text_is_there_in_both_languages() {
    let han = |s: &str| s.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let good = |id: &str, t: Text| {
        assert!(!t.en.trim().is_empty() && t.en.is_ascii(), "{id}: {}", t.en);
        assert!(han(t.zh), "{id}: {}", t.zh);
        assert!(!t.en.contains("  ") && !t.zh.contains("  "), "{id}: a gap in the text");
    };
    for entry in FAULTS {
        for text in [entry.title, entry.cause, entry.good] {
            good(entry.id.0, text);
        }
        assert!(!entry.remedies.is_empty() && !entry.breaks.is_empty(), "{}", entry.id);
        assert!(entry.seed.is_none_or(han), "{}", entry.id);
        assert!(entry.params.iter().all(|(name, says)| !name.is_empty() && !says.is_empty()));
    }
    for entry in REMEDIES {
        good(entry.id, entry.action);
        assert!(han(entry.seed), "{}", entry.id);
    }
}

//! The table agrees with itself, with the remedies and with the faults that can be played.

use std::collections::BTreeSet;

use super::FAULTS;
use crate::catalogue::{REMEDIES, Text, fault, remedy};
use crate::fault::{
    Damage, DnsMode, MaintenanceMode, ModemMode, NatMode, Rate, ScannerMode, SmsMode, Symbol,
    UnitError, Way,
};
use crate::{Amount, Channel, Fault, Lapse};

/// One of each variant. `count` below fails to compile when a variant is added and not listed.
fn each_fault() -> Vec<Fault> {
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
        Fault::AcqMaintenance { mode: MaintenanceMode::Drop },
        Fault::AcqSlow { delay: span },
        Fault::AcqRestart,
        Fault::AcqErrorBurst { code: "96".into(), captured: Rate::ONE },
        Fault::AcqWrongAmount { amount: Amount(1) },
        Fault::QrDamaged { damage: Damage::Blot, severity: 1, symbol: Symbol::Qr },
        Fault::QrBadAngle { degrees: 1 },
        Fault::QrExpired,
        Fault::OpAmountWrong { keyed: Amount(1) },
        Fault::OpCurrencyUnit { error: UnitError::OverHundred },
        Fault::OpNovice,
        Fault::OpPanicRetry { patience: span },
        Fault::NotifySmsOff { mode: SmsMode::Disabled },
        Fault::NotifySoundboxOffline,
        Fault::NotifyDropped { channel },
        Fault::NotifyDuplicate { channel },
        Fault::ScannerFault { mode: ScannerMode::Silent },
        Fault::DisplayStuck,
        Fault::PrintPaperOut,
        Fault::PowerCut,
        Fault::StoreTornWrite,
    ]
}

/// The number of variants; an exhaustive match, so that the list above can't fall behind.
const fn count(fault: &Fault) -> usize {
    match fault {
        Fault::LinkOutage { .. }
        | Fault::LinkWeakSignal { .. }
        | Fault::LinkCongestion { .. }
        | Fault::NatIdle { .. }
        | Fault::AsymmetricLoss { .. }
        | Fault::ModemDead { .. }
        | Fault::SimRemoved
        | Fault::ApnMisconfig
        | Fault::SimDataExhausted { .. }
        | Fault::RatFallback { .. }
        | Fault::HalfOpen
        | Fault::DnsFail { .. }
        | Fault::DnsStale
        | Fault::RequestLost
        | Fault::ResponseLost
        | Fault::ResponseLate { .. }
        | Fault::ResponseDuplicate { .. }
        | Fault::AcqMaintenance { .. }
        | Fault::AcqSlow { .. }
        | Fault::AcqRestart
        | Fault::AcqErrorBurst { .. }
        | Fault::AcqWrongAmount { .. }
        | Fault::QrDamaged { .. }
        | Fault::QrBadAngle { .. }
        | Fault::QrExpired
        | Fault::OpAmountWrong { .. }
        | Fault::OpCurrencyUnit { .. }
        | Fault::OpNovice
        | Fault::OpPanicRetry { .. }
        | Fault::NotifySmsOff { .. }
        | Fault::NotifySoundboxOffline
        | Fault::NotifyDropped { .. }
        | Fault::NotifyDuplicate { .. }
        | Fault::ScannerFault { .. }
        | Fault::DisplayStuck
        | Fault::PrintPaperOut
        | Fault::PowerCut
        | Fault::StoreTornWrite => 38,
    }
}

#[test]
fn playable_entries_are_exactly_the_faults_that_exist() {
    let faults = each_fault();
    let real: BTreeSet<_> = faults.iter().map(|f| f.id().0).collect();
    assert_eq!(real.len(), count(&Fault::PowerCut));
    let listed: BTreeSet<_> = FAULTS.iter().filter(|f| f.playable).map(|f| f.id.0).collect();
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
fn what_can_be_played_says_how_long_and_the_rest_has_no_parameters() {
    for entry in FAULTS {
        let names: Vec<_> = entry.params.iter().map(|p| p.0).collect();
        assert_eq!(names.contains(&"for"), entry.playable, "{}", entry.id);
        assert_eq!(names.is_empty(), !entry.playable, "{}", entry.id);
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

//! The regular check of the guidance (R5): it names each fault of hardware and settings by its id.

use std::collections::BTreeSet;

use contract::EventKind;
use contract::catalogue::{Category, FAULTS, FaultInfo};
use harness::result::Setup;

use crate::play::{cases, play, scenario_of};

/// Each fault as a step at its worst, and what else has to happen before the check can know.
const FOUND: [(&str, &str, &str); 19] = [
    ("hw-modem-dead", r#"modem = "off""#, ""),
    ("hw-flash-write-fail", r#"flash = "write-fail""#, ""),
    ("hw-display-stuck", r#"display = "stuck""#, ""),
    ("fw-config-bad", r#"settings = "wrong", key = "mid""#, ""),
    ("cfg-partial-list", r#"settings = "list-filter""#, ""),
    ("fw-outdated", r#"firmware = "outdated""#, ""),
    ("hw-aging", r#"hardware = "aging", fade = "30%""#, ""),
    ("hw-scanner-fault", r#"scanner = "usb-detach""#, ""),
    ("notify-sms-off", r#"notify = "sms-off""#, ""),
    // The backend learns of it when it sends.
    ("notify-account-setting", r#"notify = "account-setting""#, r#"{ at = "30s", pay = "9.00" }"#),
    ("link-weak-signal", r#"link = "weak", loss = "5%", rtt = "400ms""#, ""),
    ("link-sim-removed", r#"link = "sim-removed""#, ""),
    ("link-apn-misconfig", r#"link = "wrong-apn""#, ""),
    ("print-paper-out", r#"printer = "no-paper""#, ""),
    ("print-cover-open", r#"printer = "cover-open""#, r#"{ at = "30s", pay = "9.00" }"#),
    ("print-jam", r#"printer = "jam""#, r#"{ at = "30s", pay = "9.00" }"#),
    ("print-overheat", r#"printer = "overheat""#, r#"{ at = "30s", pay = "9.00" }"#),
    ("store-full", r#"flash = "full""#, ""),
    ("time-clock-skew", r#"hardware = "clock", error = "ahead""#, ""),
];

/// Faults for which the catalogue advises the check, though it can't name them: the customer's
/// code, what only the carrier knows of a card, and what the platform sees of soundboxes and
/// servers.
const BEYOND: [&str; 10] = [
    "qr-damaged",
    "link-sim-data-exhausted",
    "notify-soundbox-offline",
    "notify-soundbox-muted",
    "notify-soundbox-mispronounced",
    "notify-soundbox-corpus-missing",
    "notify-soundbox-stale-replay",
    "notify-wrong-merchant",
    "notify-callback-redirect",
    "notify-callback-bad-ack",
];

/// The ids that the checks named while this step was in force.
fn named(step: &str, before: &str) -> BTreeSet<String> {
    let before = before.replace('}', "},");
    let text = format!(
        r#"title = "t"
title_zh = "自检"
story = "s"
story_zh = "自检"
tags = ["remedy"]
until = "4m"
channels = ["screen", "receipt", "sms", "push"]
steps = [
  {{ at = "10s", {step}, for = "3m" }},
  {before}
  {{ at = "80s", press = "test" }},
]
expect = [{{ seen = "check failed", times = "1.." }}]
"#
    );
    let played = play(&cases(&[scenario_of("t", &text)]), sim::open_event, &Setup::default());
    let trace = played[0].trace.as_ref().unwrap();
    let id = |kind: &EventKind| match kind {
        EventKind::Health { well: false, fault, .. } => fault.clone(),
        _ => None,
    };
    trace.events().iter().filter_map(|event| id(&event.kind)).collect()
}

#[test]
fn the_check_names_each_fault_of_hardware_and_settings_and_no_other() {
    for (id, step, before) in FOUND {
        assert_eq!(named(step, before), BTreeSet::from([id.to_owned()]), "{step}");
    }
}

#[test]
fn each_fault_for_which_the_check_is_advised_is_found_or_beyond_it() {
    let advised = |fault: &&FaultInfo| fault.remedies.contains(&"heal-self-test");
    let listed: BTreeSet<_> = FAULTS.iter().filter(advised).map(|fault| fault.id.0).collect();
    let found = FOUND.iter().map(|(id, _, _)| *id);
    assert_eq!(listed, found.chain(BEYOND).collect());
    // Nothing of the device or the account is forgotten; why firmware stops, it can't tell itself,
    // of a lost journal nothing is wrong any more once the terminal has signed in, and of the
    // sticker beside it a terminal knows nothing.
    let own = |fault: &&FaultInfo| {
        let id = fault.id.0;
        let silent = ["store-journal-lost", "notify-static-qr-unbound"].contains(&id);
        let silent = silent || (id.starts_with("fw-") && fault.category == Category::Device);
        let of_ours = matches!(fault.category, Category::Device | Category::Account);
        (of_ours || id.starts_with("hw-")) && !silent
    };
    for fault in FAULTS.iter().filter(own) {
        assert!(listed.contains(fault.id.0), "{} is not checked", fault.id);
    }
}

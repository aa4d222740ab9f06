//! The verbs of the merchant's channels: what goes wrong with notices, callbacks and lists.

use super::*;

pub(super) const NOTIFY: &[Verb] = &[
    fault!(
        "notify" = "sms-off",
        For,
        "No SMS goes out.",
        r#"{ at = "0s", notify = "sms-off", mode = "disabled", for = "10m" }"#,
        [arg(
            "mode",
            Kind::Word(&["unsubscribed", "disabled", "restricted", "number-changed", "filtered"]),
            Default("unsubscribed"),
            "never opened, switched off, blocked by carrier or quota, sent to an old number, or \
             taken for advertising"
        )],
        |a| Fault::NotifySmsOff { mode: a.variant("mode") }
    ),
    fault!(
        "notify" = "soundbox-offline",
        For,
        "The soundbox can't be reached; what is sent to it waits.",
        r#"{ at = "0s", notify = "soundbox-offline", for = "2m" }"#,
        [],
        |_| Fault::NotifySoundboxOffline
    ),
    fault!(
        "notify" = "dropped",
        For,
        "The acquirer never sends these notices.",
        r#"{ at = "0s", notify = "dropped", channel = "sms", for = "2m" }"#,
        [arg("channel", NOTIFIED, Required("sms"), "on which channel")],
        |a| Fault::NotifyDropped { channel: a.variant("channel") }
    ),
    fault!(
        "notify" = "duplicate",
        For,
        "The acquirer sends each notice twice.",
        r#"{ at = "0s", notify = "duplicate", channel = "soundbox", for = "2m" }"#,
        [arg("channel", NOTIFIED, Required("soundbox"), "on which channel")],
        |a| Fault::NotifyDuplicate { channel: a.variant("channel") }
    ),
    fault!(
        "notify" = "delayed",
        For,
        "The acquirer sends these notices late, at the latest when the fault ends.",
        r#"{ at = "0s", notify = "delayed", channel = "sms", delay = "5m", for = "1h" }"#,
        [
            arg("channel", NOTIFIED, Required("sms"), "on which channel"),
            arg("delay", SOME_TIMES, Default("5m"), "how much later")
        ],
        |a| Fault::NotifyDelayed { channel: a.variant("channel"), delay: a.lapse("delay") }
    ),
    fault!(
        "notify" = "out-of-order",
        For,
        "A notice stays behind until the next one has overtaken it.",
        r#"{ at = "0s", notify = "out-of-order", channel = "soundbox", for = "2m" }"#,
        [arg("channel", NOTIFIED, Required("soundbox"), "on which channel")],
        |a| Fault::NotifyOutOfOrder { channel: a.variant("channel") }
    ),
    fault!(
        "notify" = "account-setting",
        For,
        "A setting of the account or the phone keeps the merchant's app from notifying.",
        r#"{ at = "0s", notify = "account-setting", mode = "logged-out", for = "10m" }"#,
        [arg(
            "mode",
            Kind::Word(&["permission-off", "logged-out", "no-role"]),
            Default("permission-off"),
            "the phone does not let it, nobody is logged in, or the clerk may not see takings"
        )],
        |a| Fault::NotifyAccountSetting { mode: a.variant("mode") }
    ),
    fault!(
        "notify" = "soundbox-muted",
        For,
        "The soundbox takes every message, and nobody hears one.",
        r#"{ at = "0s", notify = "soundbox-muted", for = "2m" }"#,
        [],
        |_| Fault::NotifySoundboxMuted
    ),
    fault!(
        "notify" = "soundbox-corpus-missing",
        For,
        "The soundbox takes every message, and has no recording of the words.",
        r#"{ at = "0s", notify = "soundbox-corpus-missing", for = "2m" }"#,
        [],
        |_| Fault::NotifySoundboxCorpusMissing
    ),
    fault!(
        "notify" = "soundbox-stale-replay",
        For,
        "The soundbox restarts without memory, and its last message is sent to it again.",
        r#"{ at = "0s", notify = "soundbox-stale-replay", age = "2h", for = "4h" }"#,
        [arg("age", SOME_TIMES, Default("2h"), "how old the message is then")],
        |a| Fault::NotifySoundboxStaleReplay { age: a.lapse("age") }
    ),
    fault!(
        "notify" = "wrong-merchant",
        For,
        "The soundbox is bound to another shop.",
        r#"{ at = "0s", notify = "wrong-merchant", for = "2m" }"#,
        [],
        |_| Fault::NotifyWrongMerchant
    ),
    fault!(
        "notify" = "callback-5xx",
        ForOrNext,
        "The merchant's server breaks down over callbacks, before it has booked anything.",
        r#"{ at = "0s", notify = "callback-5xx", next = 3 }"#,
        [],
        |_| Fault::NotifyCallback { failure: CallbackFailure::ServerError }
    ),
    fault!(
        "notify" = "callback-timeout",
        ForOrNext,
        "The merchant's server books what it is called about, and answers too late.",
        r#"{ at = "0s", notify = "callback-timeout", next = 1 }"#,
        [],
        |_| Fault::NotifyCallback { failure: CallbackFailure::Timeout }
    ),
    fault!(
        "notify" = "callback-redirect",
        ForOrNext,
        "The merchant's server sends the caller elsewhere, and callers do not follow.",
        r#"{ at = "0s", notify = "callback-redirect", for = "10m" }"#,
        [],
        |_| Fault::NotifyCallback { failure: CallbackFailure::Redirect }
    ),
    fault!(
        "notify" = "callback-bad-ack",
        ForOrNext,
        "The merchant's server books what it is called about, and acknowledges in wrong words.",
        r#"{ at = "0s", notify = "callback-bad-ack", next = 2 }"#,
        [],
        |_| Fault::NotifyCallback { failure: CallbackFailure::BadAck }
    ),
    fault!(
        "notify" = "suppressed-after-query",
        For,
        "The acquirer calls nobody back any more about what a query has told.",
        r#"{ at = "0s", notify = "suppressed-after-query", for = "10m" }"#,
        [],
        |_| Fault::NotifySuppressedAfterQuery
    ),
    fault!(
        "notify" = "static-qr-unbound",
        For,
        "Customers pay by the shop's sticker, which is bound to no terminal and no soundbox.",
        r#"{ at = "0s", notify = "static-qr-unbound", for = "2m" }"#,
        [],
        |_| Fault::NotifyStaticQrUnbound
    ),
    fault!(
        "notify" = "soundbox-mispronounced",
        For,
        "The soundbox speaks amounts without their decimal point: 10.5 as 105.",
        r#"{ at = "0s", notify = "soundbox-mispronounced", for = "2m" }"#,
        [],
        |_| Fault::SoundboxMispronounces
    ),
    fault!(
        "notify" = "callback-forged",
        For,
        "A stranger calls the merchant's server about each order: paid.",
        r#"{ at = "0s", notify = "callback-forged", for = "2m" }"#,
        [],
        |_| Fault::NotifyForged
    ),
    fault!(
        "notify" = "callback-replayed",
        For,
        "A stranger sends a genuine callback once more.",
        r#"{ at = "0s", notify = "callback-replayed", age = "10m", for = "20m" }"#,
        [arg("age", SOME_TIMES, Default("10m"), "how old it is then")],
        |a| Fault::NotifyReplayed { age: a.lapse("age") }
    ),
];

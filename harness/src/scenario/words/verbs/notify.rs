//! The verbs of the merchant's channels: what goes wrong with notices, callbacks and lists.

use contract::Fault;
use contract::fault::CallbackFailure;

use super::{For, ForOrNext, NOTIFIED, NOTIFIED_CHANNELS, counts};
use crate::scenario::words::keys::{SOME_TIMES, arg};
use crate::scenario::words::{Kind, Make, Need, Verb};
use Need::{Default, Required};

pub(super) const DELAYED: Verb = fault!(
    "notify" = "delayed",
    For,
    "The acquirer sends these notices late, at the latest when the fault ends.",
    r#"{ at = "0s", notify = "delayed", channel = "sms", delay = "5m", for = "1h" }"#,
    [
        arg("channel", NOTIFIED, Required("sms"), "on which channel"),
        arg("delay", SOME_TIMES, Default("5m"), "how much later")
    ],
    |a| Fault::NotifyDelayed { channel: a.variant("channel"), delay: a.lapse("delay") }
);

pub(super) const OUT_OF_ORDER: Verb = fault!(
    "notify" = "out-of-order",
    For,
    "A notice stays behind until the next one has overtaken it.",
    r#"{ at = "0s", notify = "out-of-order", channel = "soundbox", for = "2m" }"#,
    [arg("channel", NOTIFIED, Required("soundbox"), "on which channel")],
    |a| Fault::NotifyOutOfOrder { channel: a.variant("channel") }
);

pub(super) const ACCOUNT_SETTING: Verb = fault!(
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
);

pub(super) const SOUNDBOX_MUTED: Verb = fault!(
    "notify" = "soundbox-muted",
    For,
    "The soundbox takes every message, and nobody hears one.",
    r#"{ at = "0s", notify = "soundbox-muted", for = "2m" }"#,
    [],
    |_| Fault::NotifySoundboxMuted
);

pub(super) const SOUNDBOX_CORPUS_MISSING: Verb = fault!(
    "notify" = "soundbox-corpus-missing",
    For,
    "The soundbox takes every message, and has no recording of the words.",
    r#"{ at = "0s", notify = "soundbox-corpus-missing", for = "2m" }"#,
    [],
    |_| Fault::NotifySoundboxCorpusMissing
);

pub(super) const SOUNDBOX_STALE_REPLAY: Verb = fault!(
    "notify" = "soundbox-stale-replay",
    For,
    "The soundbox restarts without memory, and its last message is sent to it again.",
    r#"{ at = "0s", notify = "soundbox-stale-replay", age = "2h", for = "4h" }"#,
    [arg("age", SOME_TIMES, Default("2h"), "how old the message is then")],
    |a| Fault::NotifySoundboxStaleReplay { age: a.lapse("age") }
);

pub(super) const WRONG_MERCHANT: Verb = fault!(
    "notify" = "wrong-merchant",
    For,
    "The soundbox is bound to another shop.",
    r#"{ at = "0s", notify = "wrong-merchant", for = "2m" }"#,
    [],
    |_| Fault::NotifyWrongMerchant
);

pub(super) const CALLBACK_5XX: Verb = fault!(
    "notify" = "callback-5xx",
    ForOrNext,
    "The merchant's server breaks down over callbacks, before it has booked anything.",
    r#"{ at = "0s", notify = "callback-5xx", next = 3 }"#,
    [],
    |_| Fault::NotifyCallback { failure: CallbackFailure::ServerError }
);

pub(super) const CALLBACK_TIMEOUT: Verb = fault!(
    "notify" = "callback-timeout",
    ForOrNext,
    "The merchant's server books what it is called about, and answers too late.",
    r#"{ at = "0s", notify = "callback-timeout", next = 1 }"#,
    [],
    |_| Fault::NotifyCallback { failure: CallbackFailure::Timeout }
);

pub(super) const CALLBACK_REDIRECT: Verb = fault!(
    "notify" = "callback-redirect",
    ForOrNext,
    "The merchant's server sends the caller elsewhere, and callers do not follow.",
    r#"{ at = "0s", notify = "callback-redirect", for = "10m" }"#,
    [],
    |_| Fault::NotifyCallback { failure: CallbackFailure::Redirect }
);

pub(super) const CALLBACK_BAD_ACK: Verb = fault!(
    "notify" = "callback-bad-ack",
    ForOrNext,
    "The merchant's server books what it is called about, and acknowledges in wrong words.",
    r#"{ at = "0s", notify = "callback-bad-ack", next = 2 }"#,
    [],
    |_| Fault::NotifyCallback { failure: CallbackFailure::BadAck }
);

pub(super) const SUPPRESSED_AFTER_QUERY: Verb = fault!(
    "notify" = "suppressed-after-query",
    For,
    "The acquirer calls nobody back any more about what a query has told.",
    r#"{ at = "0s", notify = "suppressed-after-query", for = "10m" }"#,
    [],
    |_| Fault::NotifySuppressedAfterQuery
);

pub(super) const CAPTURED_NOT_NOTIFIED: Verb = fault!(
    "acquirer" = "tells-nobody",
    For,
    "The host captures, does not answer, and sends no notice; only a query tells.",
    r#"{ at = "5s", acquirer = "tells-nobody", channels = ["soundbox", "sms"], for = "2m" }"#,
    [arg(
        "channels",
        NOTIFIED_CHANNELS,
        Default("soundbox, sms, backend, push, callback"),
        "where no notice comes"
    )],
    |a| Fault::AcqCapturedNotNotified { channels: a.variants("channels") }
);

pub(super) const PARTIAL_LIST: Verb = fault!(
    "list" = "filtered",
    For,
    "A filter was left on in the backend's list.",
    r#"{ at = "0s", list = "filtered", filter = "page", page = 2, for = "10m" }"#,
    [
        arg(
            "filter",
            Kind::Word(&["terminal", "status", "day", "page"]),
            Default("page"),
            "another terminal, refunds only, the day before, or the first page"
        ),
        arg("page", counts(1, 100), Default("10"), "how many lines a page has")
    ],
    |a| Fault::PartialList { filter: a.variant("filter"), page: a.count("page") }
);

//! The verbs of the host: its hours, its answers, its batches.

use super::*;

pub(super) const ACQUIRER: &[Verb] = &[
    fault!(
        "acquirer" = "maintenance",
        For,
        "The host is being maintained.",
        r#"{ at = "1m", acquirer = "maintenance", mode = "accept-no-reply", for = "3m" }"#,
        [
            arg(
                "mode",
                Kind::Word(&["reject", "drop", "accept-no-reply"]),
                Default("reject"),
                "says so in its answers, forgets requests, or carries them out in silence"
            ),
            arg(
                "drain",
                Kind::Flag,
                Default("false"),
                "whether only new sales are concerned, and what is open is served all the same"
            )
        ],
        |a| Fault::AcqMaintenance { mode: a.variant("mode"), drain: a.flag("drain") }
    ),
    fault!(
        "acquirer" = "slow",
        For,
        "Every answer of the host takes longer.",
        r#"{ at = "5s", acquirer = "slow", delay = "3s", for = "2m" }"#,
        [arg("delay", SOME_TIMES, Required("3s"), "how much longer")],
        |a| Fault::AcqSlow { delay: a.lapse("delay") }
    ),
    fault!(
        "acquirer" = "restart",
        For,
        "The host goes down and comes back: connections break, the ledger stays.",
        r#"{ on = "sale received", acquirer = "restart", for = "20s" }"#,
        [],
        |_| Fault::AcqRestart
    ),
    fault!(
        "acquirer" = "error",
        ForOrNext,
        "The host answers payments with an error code; some take effect all the same.",
        r#"{ at = "5s", acquirer = "error", code = "96", captured = "50%", next = 3 }"#,
        [
            arg("code", Kind::ResponseCode, Default("96"), "field 39 of the answer"),
            arg("captured", RATES, Default("50%"), "which share is captured")
        ],
        |a| Fault::AcqErrorBurst { code: a.text("code").to_owned(), captured: a.rate("captured") }
    ),
    fault!(
        "acquirer" = "wrong-amount",
        ForOrNext,
        "The answer states another amount than the request.",
        r#"{ at = "5s", acquirer = "wrong-amount", amount = "1.25", next = 1 }"#,
        [arg("amount", AMOUNTS, Required("1.25"), "the amount stated")],
        |a| Fault::AcqWrongAmount { amount: a.amount("amount") }
    ),
    fault!(
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
    ),
    fault!(
        "acquirer" = "key-expired",
        ForOrNext,
        "The session's keys run out and the host wants a sign-in; needs wire = \"cup-scan\".",
        r#"{ at = "5s", acquirer = "key-expired", next = 1 }"#,
        [],
        |_| Fault::KeyExpired
    ),
    fault!(
        "acquirer" = "unknown-code",
        ForOrNext,
        "The host takes the money and answers with a code that is in no table.",
        r#"{ at = "5s", acquirer = "unknown-code", code = "ZX", next = 1 }"#,
        [arg("code", Kind::StrangeCode, Default("ZX"), "field 39 of the answer")],
        |a| Fault::AcqCodeUnmapped { code: a.text("code").to_owned() }
    ),
    fault!(
        "acquirer" = "partial-approval",
        ForOrNext,
        "The wallet pays a part of the amount, and the host answers that it was a part.",
        r#"{ at = "5s", acquirer = "partial-approval", share = "60%", next = 1 }"#,
        [arg("share", RATES, Default("60%"), "which part is paid")],
        |a| Fault::AcqPartialApproval { share: a.rate("share") }
    ),
    fault!(
        "acquirer" = "query-stale",
        For,
        "Queries are answered from an old copy: waiting for the customer, though it is paid.",
        r#"{ at = "5s", acquirer = "query-stale", for = "20s" }"#,
        [],
        |_| Fault::AcqQueryStale
    ),
    fault!(
        "acquirer" = "query-not-found",
        For,
        "Queries do not find an order that is there.",
        r#"{ at = "5s", acquirer = "query-not-found", for = "20s" }"#,
        [],
        |_| Fault::AcqQueryNotFound
    ),
    fault!(
        "acquirer" = "reversal-too-early",
        For,
        "Reversals of sales that are younger than this are refused.",
        r#"{ at = "5s", acquirer = "reversal-too-early", least = "15s", for = "5m" }"#,
        [arg("least", SOME_TIMES, Default("15s"), "the age that a sale must have")],
        |a| Fault::AcqReverseTooEarly { least: a.lapse("least") }
    ),
    fault!(
        "acquirer" = "reversal-answer-lost",
        ForOrNext,
        "The host reverses, and its answer gets lost.",
        r#"{ at = "5s", acquirer = "reversal-answer-lost", next = 1 }"#,
        [],
        |_| Fault::AcqCancelLost
    ),
    fault!(
        "acquirer" = "brown-out",
        For,
        "The host is overloaded: slow answers, and some that never come.",
        r#"{ at = "5s", acquirer = "brown-out", delay = "8s", drops = "30%", for = "3m" }"#,
        [
            arg("delay", TIMES, Default("8s"), "how much longer each answer takes"),
            arg("drops", RATES, Default("30%"), "which share of the requests is never answered")
        ],
        |a| Fault::AcqBrownOut { delay: a.lapse("delay"), drops: a.rate("drops") }
    ),
    fault!(
        "acquirer" = "upgrade",
        ForOrNext,
        "The host moves to a new system, which wants a new sign-in of this terminal.",
        r#"{ at = "5s", acquirer = "upgrade", next = 1 }"#,
        [],
        |_| Fault::AcqUpgrade
    ),
    fault!(
        "acquirer" = "failover",
        For,
        "The first host is gone; a second one with the same ledger answers (hosts = 2).",
        r#"{ on = "captured", acquirer = "failover", for = "2m" }"#,
        [],
        |_| Fault::BackupFailover
    ),
    fault!(
        "settlement" = "answer-lost",
        ForOrNext,
        "The host closes the batch, and its answer gets lost.",
        r#"{ at = "5s", settlement = "answer-lost", next = 1 }"#,
        [],
        |_| Fault::SettleResponseLost
    ),
    fault!(
        "settlement" = "mismatch",
        ForOrNext,
        "The host misses a payment of the batch, so that totals do not agree.",
        r#"{ at = "5s", settlement = "mismatch", next = 1 }"#,
        [],
        |_| Fault::SettleMismatch
    ),
];

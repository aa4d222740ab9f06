//! Verbs about single answers of the host, its bad hours and its batches.

use contract::Fault;

use super::{RATES, SOME_TIMES, TIMES, Verb, arg};
use crate::scenario::words::Kind;
use crate::scenario::words::Lasting::{For, ForOrNext};
use crate::scenario::words::Make;
use crate::scenario::words::Need::Default;

pub(super) const RESPONSE_MAC_BAD: Verb = fault!(
    "answer" = "bad-mac",
    ForOrNext,
    "The answer's MAC is wrong; only on a wire that has MACs (wire = \"cup-scan\").",
    r#"{ at = "5s", answer = "bad-mac", next = 1 }"#,
    [],
    |_| Fault::ResponseMacBad
);

pub(super) const KEY_EXPIRED: Verb = fault!(
    "acquirer" = "key-expired",
    ForOrNext,
    "The session's keys run out and the host wants a sign-in; needs wire = \"cup-scan\".",
    r#"{ at = "5s", acquirer = "key-expired", next = 1 }"#,
    [],
    |_| Fault::KeyExpired
);

pub(super) const RESPONSE_REORDERED: Verb = fault!(
    "answer" = "stray",
    ForOrNext,
    "An answer that belongs to another payment comes first.",
    r#"{ at = "5s", answer = "stray", next = 1 }"#,
    [],
    |_| Fault::ResponseReordered
);

pub(super) const FRAME_SPLIT: Verb = fault!(
    "answer" = "split",
    ForOrNext,
    "The answer comes in two pieces.",
    r#"{ at = "5s", answer = "split", gap = "500ms", next = 1 }"#,
    [arg("gap", SOME_TIMES, Default("500ms"), "the pause between the pieces")],
    |a| Fault::FrameSplit { gap: a.lapse("gap") }
);

pub(super) const FRAME_COALESCE: Verb = fault!(
    "answer" = "glued",
    ForOrNext,
    "The answer comes glued to another message, which stands in front.",
    r#"{ at = "5s", answer = "glued", next = 1 }"#,
    [],
    |_| Fault::FrameCoalesce
);

pub(super) const FRAME_CORRUPT: Verb = fault!(
    "answer" = "corrupt",
    ForOrNext,
    "The answer's bytes are damaged.",
    r#"{ at = "5s", answer = "corrupt", next = 1 }"#,
    [],
    |_| Fault::FrameCorrupt
);

pub(super) const ACQ_CODE_UNMAPPED: Verb = fault!(
    "acquirer" = "unknown-code",
    ForOrNext,
    "The host takes the money and answers with a code that is in no table.",
    r#"{ at = "5s", acquirer = "unknown-code", code = "ZX", next = 1 }"#,
    [arg("code", Kind::ResponseCode, Default("ZX"), "field 39 of the answer")],
    |a| Fault::AcqCodeUnmapped { code: a.text("code").to_owned() }
);

pub(super) const ACQ_QUERY_STALE: Verb = fault!(
    "acquirer" = "query-stale",
    For,
    "Queries are answered from an old copy: waiting for the customer, though it is paid.",
    r#"{ at = "5s", acquirer = "query-stale", for = "20s" }"#,
    [],
    |_| Fault::AcqQueryStale
);

pub(super) const ACQ_QUERY_NOT_FOUND: Verb = fault!(
    "acquirer" = "query-not-found",
    For,
    "Queries do not find an order that is there.",
    r#"{ at = "5s", acquirer = "query-not-found", for = "20s" }"#,
    [],
    |_| Fault::AcqQueryNotFound
);

pub(super) const ACQ_REVERSE_TOO_EARLY: Verb = fault!(
    "acquirer" = "reversal-too-early",
    For,
    "Reversals of sales that are younger than this are refused.",
    r#"{ at = "5s", acquirer = "reversal-too-early", least = "15s", for = "5m" }"#,
    [arg("least", SOME_TIMES, Default("15s"), "the age that a sale must have")],
    |a| Fault::AcqReverseTooEarly { least: a.lapse("least") }
);

pub(super) const ACQ_CANCEL_LOST: Verb = fault!(
    "acquirer" = "reversal-answer-lost",
    ForOrNext,
    "The host reverses, and its answer gets lost.",
    r#"{ at = "5s", acquirer = "reversal-answer-lost", next = 1 }"#,
    [],
    |_| Fault::AcqCancelLost
);

pub(super) const ACQ_BROWN_OUT: Verb = fault!(
    "acquirer" = "brown-out",
    For,
    "The host is overloaded: slow answers, and some that never come.",
    r#"{ at = "5s", acquirer = "brown-out", delay = "8s", drops = "30%", for = "3m" }"#,
    [
        arg("delay", TIMES, Default("8s"), "how much longer each answer takes"),
        arg("drops", RATES, Default("30%"), "which share of the requests is never answered")
    ],
    |a| Fault::AcqBrownOut { delay: a.lapse("delay"), drops: a.rate("drops") }
);

pub(super) const ACQ_UPGRADE: Verb = fault!(
    "acquirer" = "upgrade",
    ForOrNext,
    "The host moves to a new system, which wants a new sign-in of this terminal.",
    r#"{ at = "5s", acquirer = "upgrade", next = 1 }"#,
    [],
    |_| Fault::AcqUpgrade
);

pub(super) const SETTLE_RESPONSE_LOST: Verb = fault!(
    "settlement" = "answer-lost",
    ForOrNext,
    "The host closes the batch, and its answer gets lost.",
    r#"{ at = "5s", settlement = "answer-lost", next = 1 }"#,
    [],
    |_| Fault::SettleResponseLost
);

pub(super) const SETTLE_MISMATCH: Verb = fault!(
    "settlement" = "mismatch",
    ForOrNext,
    "The host misses a payment of the batch, so that totals do not agree.",
    r#"{ at = "5s", settlement = "mismatch", next = 1 }"#,
    [],
    |_| Fault::SettleMismatch
);

pub(super) const BACKUP_FAILOVER: Verb = fault!(
    "acquirer" = "failover",
    For,
    "The first host is gone; a second one with the same ledger answers (hosts = 2).",
    r#"{ on = "captured", acquirer = "failover", for = "2m" }"#,
    [],
    |_| Fault::BackupFailover
);

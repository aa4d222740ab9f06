//! The table of faults: their order; the entries stand in groups below. It says nothing of how a
//! fault is carried out.

use super::FaultInfo;

mod account;
mod carrier;
mod device;
mod host;
mod link;
mod notice;
mod people;
mod printer;
mod security;
mod service;
mod wire;

/// Parameters of length: a state of the world takes `for`, what happens to single payments both.
const FOR: (&str, &str) = ("for", "how long it lasts: \"45s\"");
const NEXT: (&str, &str) = ("next", "how many payments it meets before it ends: 1");

/// All faults of the catalogue, causes of the guidance text first, in its order.
pub const FAULTS: &[FaultInfo] = &[
    device::MODEM_DEAD,
    device::FLASH_WRITE_FAIL,
    device::DISPLAY_STUCK,
    device::CRASH,
    device::CONFIG_BAD,
    link::WEAK_SIGNAL,
    link::CONGESTION,
    people::BAD_ANGLE,
    people::DAMAGED,
    people::AMOUNT_WRONG,
    people::CURRENCY_UNIT,
    people::SKIP_VERIFY,
    account::PARTIAL_LIST,
    device::OUTDATED,
    device::AGING,
    people::NOVICE,
    people::PANIC_RETRY,
    link::OUTAGE,
    account::SMS_OFF,
    account::ACCOUNT_SETTING,
    host::ERROR_BURST,
    host::MAINTENANCE,
    device::SCANNER,
    device::HANG,
    host::UPGRADE_CUTOVER,
    host::CAPTURED_NOT_NOTIFIED,
    // Faults that the guidance text does not name.
    link::NAT_IDLE,
    carrier::ASYMMETRIC_LOSS,
    carrier::RAT_FALLBACK,
    carrier::SIM_REMOVED,
    carrier::APN_MISCONFIG,
    carrier::DATA_EXHAUSTED,
    carrier::HALF_OPEN,
    carrier::DNS_FAIL,
    carrier::DNS_STALE,
    link::REQUEST_LOST,
    link::RESPONSE_LOST,
    link::RESPONSE_LATE,
    link::RESPONSE_DUPLICATE,
    host::SLOW,
    host::RESTART,
    host::WRONG_AMOUNT_ECHO,
    people::CODE_EXPIRED,
    people::CODE_REUSED,
    account::SOUNDBOX_OFFLINE,
    account::DROPPED,
    account::DUPLICATE,
    notice::DELAYED,
    notice::OUT_OF_ORDER,
    notice::SOUNDBOX_MUTED,
    notice::SOUNDBOX_CORPUS_MISSING,
    notice::SOUNDBOX_STALE_REPLAY,
    notice::WRONG_MERCHANT,
    notice::CALLBACK_5XX,
    notice::CALLBACK_TIMEOUT,
    notice::CALLBACK_REDIRECT,
    notice::CALLBACK_BAD_ACK,
    notice::SUPPRESSED_AFTER_QUERY,
    notice::STATIC_QR_UNBOUND,
    notice::SOUNDBOX_MISPRONOUNCED,
    account::LIST_STALE,
    security::FORGED_NOTIFY,
    security::REPLAYED_NOTIFY,
    printer::PAPER_OUT,
    printer::JAM,
    printer::OVERHEAT,
    printer::COVER_OPEN,
    device::POWER_CUT,
    device::TORN_WRITE,
    device::STORE_FULL,
    device::JOURNAL_LOST,
    device::CLOCK_SKEW,
    wire::MAC_BAD,
    wire::KEY_EXPIRED,
    wire::REORDERED,
    wire::FRAME_SPLIT,
    wire::FRAME_COALESCE,
    wire::FRAME_CORRUPT,
    service::CODE_UNMAPPED,
    service::PARTIAL_APPROVAL,
    service::QUERY_STALE,
    service::QUERY_NOT_FOUND,
    service::REVERSE_TOO_EARLY,
    service::CANCEL_LOST,
    service::BROWN_OUT,
    service::SETTLE_LOST,
    service::SETTLE_MISMATCH,
    service::BACKUP,
];

#[cfg(test)]
mod tests;

//! The built-in firmwares: the reference and the bad ones, each with the rules that it breaks.

use contract::Invariant::{
    self, L2, L3, L4, L6, L7, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13,
};

use super::flaws;
use super::policy::{Policy, Reference};

/// The version of an image that is up to date (an invented number).
pub(crate) const NEWEST: u16 = 4;

/// A built-in firmware.
pub struct FirmwareInfo {
    /// Its number in the list of known bad firmwares, `M-01`; empty for the reference.
    pub number: &'static str,
    /// What `--firmware` takes.
    pub name: &'static str,
    /// What it does, a phrase.
    pub summary: &'static str,
    /// The rules that the suite must find broken; none for the reference.
    pub breaks: &'static [Invariant],
    pub(crate) policy: &'static (dyn Policy + Sync),
}

/// All built-in firmwares; the reference first.
pub const FIRMWARES: &[FirmwareInfo] = &[
    row("", "reference", "what a good terminal does", &[], &Reference),
    row(
        "M-01",
        "timeout-means-fail",
        "says declined when no answer comes, and forgets the order",
        &[L2, S7],
        &flaws::TimeoutMeansFail,
    ),
    row(
        "M-02",
        "timeout-means-success",
        "says approved when no answer comes",
        &[S2],
        &flaws::TimeoutMeansSuccess,
    ),
    row(
        "M-03",
        "no-query-loop",
        "waits for the merchant's app to tell of a payment, and asks nobody",
        &[L4],
        &flaws::NoQueryLoop,
    ),
    row(
        "M-04",
        "pending-as-fail",
        "says declined while the customer types his password",
        &[L2],
        &flaws::PendingAsFail,
    ),
    row(
        "M-05",
        "pending-as-success",
        "says approved while the customer types his password",
        &[S2],
        &flaws::PendingAsSuccess,
    ),
    row(
        "M-06",
        "retry-new-order-id",
        "sends an unanswered payment again as a new order",
        &[S3],
        &flaws::RetryNewOrderId,
    ),
    row(
        "M-07",
        "no-reversal",
        "ends an unpaid order on its own side alone",
        &[L2],
        &flaws::NoReversal,
    ),
    row(
        "M-08",
        "reverse-and-show-success",
        "says approved when its own reversal is acknowledged",
        &[S5],
        &flaws::ReverseAndShowSuccess,
    ),
    row(
        "M-09",
        "reversal-once",
        "tries a reversal once and believes that it worked",
        &[S5],
        &flaws::ReversalOnce,
    ),
    row(
        "M-10",
        "reversal-not-persisted",
        "forgets at a restart that a reversal is due",
        &[L3],
        &flaws::ReversalNotPersisted,
    ),
    row(
        "M-11",
        "journal-after-send",
        "writes the journal after the request has left",
        &[S6],
        &flaws::JournalAfterSend,
    ),
    row(
        "M-13",
        "boot-ignores-pending",
        "starts up as if nothing had been open",
        &[L3],
        &flaws::BootIgnoresPending,
    ),
    row(
        "M-14",
        "stan-reset-on-boot",
        "counts STANs from 1 again after each start",
        &[S11],
        &flaws::StanResetOnBoot,
    ),
    row(
        "M-15",
        "stan-match-only",
        "takes any answer with the right STAN for its own",
        &[S7],
        &flaws::StanMatchOnly,
    ),
    row(
        "M-16",
        "any-frame-is-answer",
        "takes the first frame that comes for the answer, whatever it says",
        &[S7, S4],
        &flaws::AnyFrameIsAnswer,
    ),
    row(
        "M-17",
        "amount-fen-yuan",
        "prints a hundred times the amount on the receipt",
        &[S4],
        &flaws::AmountFenYuan,
    ),
    row(
        "M-19",
        "mac-unchecked",
        "does not look at the MAC of an answer",
        &[S8],
        &flaws::MacUnchecked,
    ),
    row(
        "M-20",
        "query-ok-means-paid",
        "takes a query that finds the order for \"paid\"",
        &[S2],
        &flaws::QueryOkMeansPaid,
    ),
    row(
        "M-21",
        "not-found-means-fail",
        "takes the first \"not found\" for a no",
        &[L2],
        &flaws::NotFoundMeansFail,
    ),
    row(
        "M-23",
        "local-cancel",
        "takes the red key for the end of the payment",
        &[L2],
        &flaws::LocalCancel,
    ),
    row(
        "M-25",
        "double-submit",
        "makes another sale of a code or a key that comes twice",
        &[S3],
        &flaws::DoubleSubmit,
    ),
    row(
        "M-26",
        "settle-with-unknown",
        "closes the batch over an order whose result is not known",
        &[S9],
        &flaws::SettleWithUnknown,
    ),
    row(
        "M-27",
        "cutover-keys-only",
        "takes new keys at a cut-over and drops the order that was open",
        &[L2],
        &flaws::CutoverKeysOnly,
    ),
    row(
        "M-28",
        "partial-list-totals",
        "shows a part of the list as if it were all",
        &[S10],
        &flaws::PartialListTotals,
    ),
    row("M-32", "poll-storm", "asks ten times a second", &[L7], &flaws::PollStorm),
    row(
        "M-34",
        "dup-94-as-fail",
        "takes \"duplicate transaction\" for a no",
        &[L2],
        &flaws::DupAsFail,
    ),
    row(
        "M-37",
        "reprint-as-original",
        "shows and prints a recovered result as if it were new",
        &[S1],
        &flaws::ReprintAsOriginal,
    ),
    row(
        "M-38",
        "stale-screen",
        "leaves the screen as it was while a result is unknown",
        &[L6],
        &flaws::StaleScreen,
    ),
    row(
        "M-41",
        "forgets-after-3",
        "drops an open order after three queries",
        &[L2],
        &flaws::ForgetsAfterThree,
    ),
    row(
        "M-43",
        "print-fail-reverses-silently",
        "undoes a payment whose receipt can't be printed",
        &[S13],
        &flaws::PrintFailReverses,
    ),
    row(
        "M-46",
        "single-read-accept",
        "takes what one picture of a code says",
        &[S12],
        &flaws::SingleReadAccept,
    ),
    row(
        "M-47",
        "unlisted-code-as-fail",
        "takes a response code that it does not know for a no",
        &[L2],
        &flaws::UnlistedCodeAsFail,
    ),
    row(
        "M-48",
        "offline-approval",
        "says approved of a sale that it could not send",
        &[S2],
        &flaws::OfflineApproval,
    ),
    row(
        "M-49",
        "any-text-is-code",
        "charges whatever the scanner sends",
        &[S12],
        &flaws::AnyTextIsCode,
    ),
    row(
        "M-50",
        "health-unsaid",
        "keeps to itself that the SMS service is off",
        &[L4],
        &flaws::HealthUnsaid,
    ),
    row(
        "M-51",
        "part-as-whole",
        "takes \"approved for a part of the amount\" for the whole",
        &[S4],
        &flaws::PartAsWhole,
    ),
    row(
        "M-52",
        "amount-sixteen-bits",
        "keeps amounts in sixteen bits, so that from 655.36 on it charges too little",
        &[S4],
        &flaws::AmountInSixteenBits,
    ),
    row(
        "M-53",
        "sells-unwritten",
        "sends an order although the flash did not take it",
        &[S6],
        &flaws::SellsUnwritten,
    ),
];

const fn row(
    number: &'static str,
    name: &'static str,
    summary: &'static str,
    breaks: &'static [Invariant],
    policy: &'static (dyn Policy + Sync),
) -> FirmwareInfo {
    FirmwareInfo { number, name, summary, breaks, policy }
}

/// The firmware of this name.
///
/// # Errors
/// Which there are, when there is none of this name.
pub(crate) fn find(name: &str) -> Result<&'static FirmwareInfo, String> {
    FIRMWARES.iter().find(|firmware| firmware.name == name).ok_or_else(|| {
        let names: Vec<&str> = FIRMWARES.iter().map(|firmware| firmware.name).collect();
        format!("no firmware is called `{name}`; there are {}", names.join(", "))
    })
}

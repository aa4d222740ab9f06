//! The verbs of steps: orders first, then faults from the wire inwards.

use contract::action::Visit;
use contract::fault::{Damage, Symbol};
use contract::{Action, Fault};

use super::keys::{SOME_TIMES, TIMES, arg};
use super::{Kind, Lasting, Make, Need, Verb};
use crate::scenario::value::Unit;

use Lasting::{For, ForOrNext, Moment};
use Need::{Default, Optional, Required};

/// At least one fen, at most what field 4 holds.
const AMOUNTS: Kind =
    Kind::Quantity { unit: Unit::Amount, min: 1, max: contract::Amount::MAX.0, range: true };
/// What can be keyed: 12 places, the point among them (assumption: the amount's line on a POS
/// terminal is as long as field 4).
const KEYED: Kind = Kind::Quantity { unit: Unit::Amount, min: 1, max: 99_999_999_999, range: true };
const RATES: Kind = Kind::Quantity { unit: Unit::Rate, min: 0, max: 1_000_000, range: true };
/// Up to 1 Gbit/s, far above any 4G terminal.
const DATA_RATES: Kind = Kind::Quantity { unit: Unit::Kbps, min: 1, max: 1_000_000, range: true };
/// The channels that live on notices of the acquirer.
const NOTIFIED: Kind = Kind::Word(&["soundbox", "sms", "backend"]);

const fn counts(min: u64, max: u64) -> Kind {
    Kind::Quantity { unit: Unit::Count, min, max, range: true }
}

macro_rules! fault {
    ($key:literal = $word:literal, $lasting:expr, $meaning:literal, $example:literal,
     [$($arg:expr),*], $make:expr) => {
        Verb { key: $key, word: Some($word), args: &[$($arg),*], lasting: $lasting,
               meaning: $meaning, example: $example, make: Make::Fault($make) }
    };
}

mod carrier;

/// All verbs.
pub const VERBS: &[Verb] = &[
    Verb {
        key: "pay",
        word: None,
        args: &[
            arg("pay", KEYED, Required("12.50"), "the price"),
            arg(
                "wallet",
                Kind::Word(&["any", "wechat", "alipay", "unionpay"]),
                Default("any"),
                "whose app shows the code; any: drawn",
            ),
            arg(
                "password",
                TIMES,
                Optional("8s"),
                "the wallet asks for it, and typing it takes so long",
            ),
            arg("funds", Kind::Flag, Default("true"), "whether the account can pay it"),
        ],
        lasting: Moment,
        meaning: "A customer comes to the till and pays; the operator serves one after another.",
        example: r#"{ at = "10s", pay = "12.50", wallet = "alipay", password = "8s" }"#,
        make: Make::Order(|a, terminal, intent| Action::Pay {
            terminal,
            visit: Visit {
                intent,
                amount: a.amount("pay"),
                wallet: a.variant("wallet"),
                password: a.given("password").then(|| a.lapse("password")),
                funds: a.flag("funds"),
            },
        }),
    },
    Verb {
        key: "press",
        word: None,
        args: &[arg("press", Kind::Word(&["ok", "cancel", "list"]), Required("cancel"), "the key")],
        lasting: Moment,
        meaning: "The operator presses a key of the terminal.",
        example: r#"{ on = "pending shown", press = "cancel" }"#,
        make: Make::Order(|a, terminal, _| Action::Press {
            terminal,
            key: a.text("press").to_ascii_uppercase(),
        }),
    },
    Verb {
        key: "list",
        word: Some("backend"),
        args: &[],
        lasting: Moment,
        meaning: "The merchant opens the payment list of the web backend.",
        example: r#"{ at = "4m", list = "backend" }"#,
        make: Make::Order(|_, terminal, _| Action::BackendList { terminal }),
    },
    Verb {
        key: "claim",
        word: Some("last"),
        args: &[],
        lasting: Moment,
        meaning: "The customer of the last payment here asks the hotline what became of it.",
        example: r#"{ on = "unknown shown", plus = "30s", claim = "last" }"#,
        make: Make::Order(|_, terminal, _| Action::Claim { terminal }),
    },
    fault!(
        "link" = "outage",
        For,
        "Nothing gets through; TCP repeats it when it is over.",
        r#"{ on = "sale received", link = "outage", way = "down", for = "30s" }"#,
        [arg(
            "way",
            Kind::Word(&["both", "up", "down"]),
            Default("both"),
            "which way, seen from the terminal"
        )],
        |a| Fault::LinkOutage { way: a.variant("way") }
    ),
    fault!(
        "link" = "weak",
        For,
        "Weak signal: packets are lost and the round trip is longer.",
        r#"{ at = "5s", link = "weak", loss = "5%", rtt = "400ms", for = "2m" }"#,
        [
            arg("loss", RATES, Default("5%"), "packets lost each way, on top of the profile's"),
            arg("rtt", TIMES, Default("400ms"), "added to the round trip")
        ],
        |a| Fault::LinkWeakSignal { loss: a.rate("loss"), rtt: a.lapse("rtt") }
    ),
    fault!(
        "link" = "congested",
        For,
        "The cell is full: little rate, long queues.",
        r#"{ at = "5s", link = "congested", rate = "16kbps", queue = "4s", for = "2m" }"#,
        [
            arg("rate", DATA_RATES, Default("16kbps"), "what is left for this terminal"),
            arg(
                "queue",
                TIMES,
                Default("4s"),
                "added waiting each way, drawn from nothing to this"
            )
        ],
        |a| Fault::LinkCongestion { rate_kbps: a.count("rate"), queue: a.lapse("queue") }
    ),
    fault!(
        "link" = "nat-idle",
        For,
        "The carrier's NAT forgets connections that were idle too long.",
        r#"{ at = "0s", link = "nat-idle", idle = "5m", mode = "silent", for = "1h" }"#,
        [
            arg("idle", SOME_TIMES, Default("5m"), "how long is too long"),
            arg(
                "mode",
                Kind::Word(&["silent", "reset"]),
                Default("silent"),
                "what happens to a late packet: it vanishes, or is answered with a reset"
            )
        ],
        |a| Fault::NatIdle { idle: a.lapse("idle"), mode: a.variant("mode") }
    ),
    carrier::DOWNLINK,
    carrier::FALLBACK,
    carrier::SIM_REMOVED,
    carrier::WRONG_APN,
    carrier::NO_DATA,
    carrier::HALF_OPEN,
    carrier::NO_NAME,
    carrier::STALE_NAME,
    carrier::MODEM,
    fault!(
        "answer" = "lost",
        ForOrNext,
        "The host does what it is asked, and its answer gets lost.",
        r#"{ at = "5s", answer = "lost", next = 1 }"#,
        [],
        |_| Fault::ResponseLost
    ),
    fault!(
        "answer" = "late",
        ForOrNext,
        "The answer comes later.",
        r#"{ at = "5s", answer = "late", delay = "2m", next = 1 }"#,
        [arg("delay", SOME_TIMES, Required("2m"), "how much later")],
        |a| Fault::ResponseLate { delay: a.lapse("delay") }
    ),
    fault!(
        "answer" = "twice",
        ForOrNext,
        "The answer comes, and comes again.",
        r#"{ at = "5s", answer = "twice", gap = "2s", next = 1 }"#,
        [arg("gap", TIMES, Default("2s"), "the time in between")],
        |a| Fault::ResponseDuplicate { gap: a.lapse("gap") }
    ),
    fault!(
        "request" = "lost",
        ForOrNext,
        "The request is swallowed before the host's application sees it.",
        r#"{ at = "5s", request = "lost", next = 1 }"#,
        [],
        |_| Fault::RequestLost
    ),
    fault!(
        "acquirer" = "maintenance",
        For,
        "The host is being maintained.",
        r#"{ at = "1m", acquirer = "maintenance", mode = "accept-no-reply", for = "3m" }"#,
        [arg(
            "mode",
            Kind::Word(&["reject", "drop", "accept-no-reply"]),
            Default("reject"),
            "says so in its answers, forgets requests, or carries them out in silence"
        )],
        |a| Fault::AcqMaintenance { mode: a.variant("mode") }
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
        "code" = "damaged",
        ForOrNext,
        "The code on the customer's phone is damaged.",
        r#"{ at = "5s", code = "damaged", damage = "blot", severity = "3..6", next = 1 }"#,
        [
            arg("damage", Kind::Word(Damage::WORDS), Default("blot"), "how"),
            arg("severity", counts(1, 7), Default("4"), "how badly, 1 to 7"),
            arg("symbol", Kind::Word(Symbol::WORDS), Default("qr"), "what the scanner looks at")
        ],
        |a| Fault::QrDamaged {
            damage: a.variant("damage"),
            severity: a.count("severity"),
            symbol: a.variant("symbol")
        }
    ),
    fault!(
        "code" = "angled",
        ForOrNext,
        "The code is held at an angle.",
        r#"{ at = "5s", code = "angled", degrees = "30..60", next = 1 }"#,
        [arg("degrees", counts(0, 80), Default("50"), "the pitch in degrees")],
        |a| Fault::QrBadAngle { degrees: a.count("degrees") }
    ),
    fault!(
        "code" = "expired",
        ForOrNext,
        "The customer shows a code that has run out.",
        r#"{ at = "5s", code = "expired", next = 1 }"#,
        [],
        |_| Fault::QrExpired
    ),
    fault!(
        "operator" = "wrong-amount",
        ForOrNext,
        "The operator keys something else than the price.",
        r#"{ at = "5s", operator = "wrong-amount", keyed = "125.00", next = 1 }"#,
        [arg("keyed", KEYED, Required("125.00"), "what is keyed")],
        |a| Fault::OpAmountWrong { keyed: a.amount("keyed") }
    ),
    fault!(
        "operator" = "wrong-unit",
        ForOrNext,
        "The operator mistakes fen for yuan, or yuan for fen.",
        r#"{ at = "5s", operator = "wrong-unit", error = "times-hundred", next = 1 }"#,
        [arg(
            "error",
            Kind::Word(&["times-hundred", "over-hundred"]),
            Default("times-hundred"),
            "a hundred times too much, or a hundredth"
        )],
        |a| Fault::OpCurrencyUnit { error: a.variant("error") }
    ),
    fault!(
        "operator" = "novice",
        For,
        "The operator does not know the terminal: presses twice, cancels early, charges again.",
        r#"{ at = "0s", operator = "novice", for = "10m" }"#,
        [],
        |_| Fault::OpNovice
    ),
    fault!(
        "operator" = "panics",
        For,
        "The operator charges again when no result shows in time.",
        r#"{ at = "0s", operator = "panics", patience = "20s", for = "10m" }"#,
        [arg("patience", SOME_TIMES, Default("20s"), "how long he waits")],
        |a| Fault::OpPanicRetry { patience: a.lapse("patience") }
    ),
    fault!(
        "notify" = "sms-off",
        For,
        "No SMS goes out.",
        r#"{ at = "0s", notify = "sms-off", mode = "disabled", for = "10m" }"#,
        [arg(
            "mode",
            Kind::Word(&["unsubscribed", "disabled", "restricted"]),
            Default("unsubscribed"),
            "never opened, switched off, or blocked by carrier or quota"
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
    Verb {
        key: "scanner",
        word: None,
        args: &[arg(
            "scanner",
            Kind::Word(&["silent", "garbage", "double"]),
            Required("silent"),
            "sends nothing, bytes that are no code, or each code twice",
        )],
        lasting: ForOrNext,
        meaning: "The scanner fails.",
        example: r#"{ at = "5s", scanner = "double", next = 1 }"#,
        make: Make::Fault(|a| Fault::ScannerFault { mode: a.variant("scanner") }),
    },
    fault!(
        "display" = "stuck",
        For,
        "The terminal's display goes on showing what it showed, and takes nothing new.",
        r#"{ on = "sale sent", display = "stuck", for = "30s" }"#,
        [],
        |_| Fault::DisplayStuck
    ),
    fault!(
        "printer" = "no-paper",
        For,
        "The printer has no paper.",
        r#"{ at = "5s", printer = "no-paper", for = "2m" }"#,
        [],
        |_| Fault::PrintPaperOut
    ),
    fault!(
        "power" = "cut",
        For,
        "The terminal loses its power; unsynced flash writes are lost.",
        r#"{ on = "sale sent", plus = "50ms", power = "cut", for = "20s" }"#,
        [],
        |_| Fault::PowerCut
    ),
    fault!(
        "flash" = "torn-write",
        For,
        "The last unsynced write is cut in the middle at the next power cut.",
        r#"{ at = "0s", flash = "torn-write", for = "5m" }"#,
        [],
        |_| Fault::StoreTornWrite
    ),
];

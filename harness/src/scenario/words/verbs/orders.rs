//! The verbs of what people do at the till, the terminal and the hotline.

use super::*;

pub(super) const ORDERS: &[Verb] = &[
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
            arg(
                "cancels",
                TIMES,
                Optional("5s"),
                "the wallet asks for his password, and he cancels after so long",
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
                cancels: a.given("cancels").then(|| a.lapse("cancels")),
                funds: a.flag("funds"),
            },
        }),
    },
    Verb {
        key: "press",
        word: None,
        args: &[arg(
            "press",
            Kind::Word(&["ok", "cancel", "list", "settle", "void", "refund", "test", "reprint"]),
            Required("cancel"),
            "the key; settle closes the batch, void takes the last payment of the open batch back, \
             refund gives the last one of an earlier batch back, test starts the self-test, \
             reprint prints the last receipt again",
        )],
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
    fault!(
        "list" = "filtered",
        For,
        "A filter was left on in the backend's list.",
        r#"{ at = "0s", list = "filtered", filter = "page", page = 2, for = "10m" }"#,
        [
            arg(
                "filter",
                Kind::Word(&["terminal", "status", "day", "page", "clerk", "sticker", "utc-day"]),
                Default("page"),
                "another terminal, refunds only, the day before, the first page, another clerk, \
                 payments by sticker, or today by the clock of UTC"
            ),
            arg("page", counts(1, 100), Default("10"), "how many lines a page has")
        ],
        |a| Fault::PartialList { filter: a.variant("filter"), page: a.count("page") }
    ),
    fault!(
        "list" = "stale",
        For,
        "The backend's list is a copy from before.",
        r#"{ at = "0s", list = "stale", behind = "10m", for = "30m" }"#,
        [arg("behind", SOME_TIMES, Default("10m"), "how old it is")],
        |a| Fault::ListStale { behind: a.lapse("behind") }
    ),
    Verb {
        key: "claim",
        word: Some("last"),
        args: &[],
        lasting: Moment,
        meaning: "The customer of the last payment here asks the hotline what became of it.",
        example: r#"{ on = "unknown shown", plus = "30s", claim = "last" }"#,
        make: Make::Order(|_, terminal, _| Action::Claim { terminal }),
    },
];

//! The verbs of codes and who shows, reads or keys them.

use super::*;

pub(super) const PEOPLE: &[Verb] = &[
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
        [
            arg("degrees", counts(0, 80), Default("50"), "the angle in degrees"),
            arg("symbol", Kind::Word(Symbol::WORDS), Default("qr"), "what the scanner looks at")
        ],
        |a| Fault::QrBadAngle { degrees: a.count("degrees"), symbol: a.variant("symbol") }
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
        "code" = "reused",
        ForOrNext,
        "The customer shows the code that was shown here last; a code pays once.",
        r#"{ at = "20s", code = "reused", next = 1 }"#,
        [],
        |_| Fault::QrReused
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
        "operator" = "skips-verify",
        For,
        "The operator is in a hurry: he presses the red key and looks at no result.",
        r#"{ at = "0s", operator = "skips-verify", for = "10m" }"#,
        [],
        |_| Fault::OpSkipVerify
    ),
];

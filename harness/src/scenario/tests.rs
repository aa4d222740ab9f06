//! What holds for every scenario, and what a plan looks like.

use contract::{Action, FaultSpan, Lapse, Time};
use proptest::prelude::*;

use super::arbitrary;
use super::format::format;
use super::parse::parse_alone;
use super::{draw, parse, print};
use crate::plan::{Moment, Plan};

const HEAD: &str = "title = \"t\"\ntitle_zh = \"t\"\nstory = \"s\"\nstory_zh = \"s\"\n";

fn plan(text: &str, seed: u64) -> Plan {
    let (scenario, errors) = parse("x.toml", &format!("{HEAD}{text}"));
    let shown: Vec<_> = errors.iter().map(|error| error.render(false)).collect();
    draw(&scenario.unwrap_or_else(|| panic!("{}", shown.join("\n"))), seed, "reference")
}

/// A plan's moves, short: step, moment, verb.
fn moves(plan: &Plan) -> Vec<String> {
    let moment = |moment: &Moment| match moment {
        Moment::At(at) => at.to_string(),
        Moment::On { trigger, plus, .. } => format!("{}+{plus}", trigger.word()),
        Moment::After(lapse) => format!("+{lapse}"),
    };
    let action = |action: &Action| match action {
        Action::Pay { visit, .. } => format!("{} {}", visit.intent, visit.amount),
        Action::FaultOn { no, fault, .. } => format!("f{} {}", no.0, fault.id()),
        other => format!("{other:?}"),
    };
    plan.moves.iter().map(|m| [moment(&m.moment), action(&m.action)].join(" ")).collect()
}

#[test]
fn moves_come_in_order_and_waiting_ones_stand_behind_what_they_wait_behind() {
    let text = r#"
        until = "5m"
        steps = [
          { at = "60s", pay = "3.00" },
          { at = "10s", pay = "1.00", every = "20s", times = 3 },
          { on = "captured", plus = "50ms", link = "outage", for = "30s" },
          { after = "5s", power = "cut", for = "1s" },
          { at = "10s", answer = "lost", next = 1 },
          { after = "2s", request = "lost", next = 2 },
        ]
    "#;
    let expected = [
        "10.000s p1 1.00",
        "captured+50ms f1 link-outage",
        "+5s f2 power-cut",
        "10.000s f3 net-response-lost-after-capture",
        "12.000s f4 net-request-lost",
        "30.000s p2 1.00",
        "50.000s p3 1.00",
        "60.000s p4 3.00",
    ];
    assert_eq!(moves(&plan(text, 1)), expected);
}

#[test]
fn defaults_and_the_setup_reach_the_plan() {
    let text = r#"
        until = "1m"
        link = "lte-bad"
        connection = "keep"
        bounds = { screen = "7s" }
        steps = [
          { at = "1s", link = "weak", for = "3s" },
          { at = "2s", pay = "1.00" }, # behind
        ]
        expect = [
          { seen = "captured" },
        ]
    "#;
    let plan = plan(text, 7);
    assert_eq!(plan.request.link, "lte-bad");
    assert_eq!(plan.request.poll, "wechat-v2");
    assert_eq!((plan.request.seed, plan.request.channels.len()), (7, 5));
    assert!(plan.request.keep_connection);
    assert_eq!(plan.bounds.screen, Lapse::from_secs(7));
    assert_eq!(plan.until, Time::from_ms(60_000));
    assert_eq!(plan.steps[1].text, r#"{ at = "2s", pay = "1.00" }, # behind"#);
    assert_eq!((plan.steps[1].line, plan.expect[0].line), (12, 15));
    let Action::FaultOn { fault, span, .. } = &plan.moves[0].action else { panic!() };
    assert_eq!(format!("{fault:?}"), "LinkWeakSignal { loss: Rate(50000), rtt: Lapse(400000) }");
    assert_eq!(*span, FaultSpan::For(Lapse::from_secs(3)));
}

#[test]
fn who_pays_is_to_be_paid_for_unless_the_file_says_otherwise() {
    let captures = |head: &str, step: &str| {
        plan(&format!("until = \"1m\"\n{head}\nsteps = [{step}]"), 1).captures
    };
    let pay = r#"{ at = "1s", pay = "1.00" }"#;
    assert_eq!(captures("", pay), 1);
    assert_eq!(captures("captures = 0", pay), 0);
    let many = r#"{ at = "1s", pay = "1.00", every = "1s", times = "1..9" }"#;
    assert_eq!(captures("captures = 7", many), 7);
    assert_eq!(captures("", r#"{ at = "1s", pay = "1.00", funds = false }"#), 0);
    assert_eq!(captures("", r#"{ at = "1s", pay = "1.00", every = "1s", times = "0..3" }"#), 0);
    assert_eq!(captures("", r#"{ at = "1s", press = "ok" }"#), 0);
}

#[test]
fn a_seed_draws_the_same_and_another_one_something_else() {
    let text = r#"
        until = "1h"
        steps = [{ at = "0s..10m", pay = "0.01..500.00", every = "1s..60s", times = "5..9" }]
    "#;
    assert_eq!(plan(text, 1), plan(text, 1));
    assert_ne!(moves(&plan(text, 1)), moves(&plan(text, 2)));
    let wallets = |seed| {
        let moves = plan(text, seed).moves;
        moves.into_iter().map(|m| match m.action {
            Action::Pay { visit, .. } => visit.wallet,
            other => panic!("{other:?}"),
        })
    };
    let drawn: std::collections::BTreeSet<_> = (0..9).flat_map(wallets).collect();
    assert_eq!(drawn.len(), 3, "any wallet is drawn");
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(scenario in arbitrary::scenario()) {
        let text = print(&scenario);
        let (read, errors) = parse("any.toml", &text);
        let shown: Vec<_> = errors.iter().map(|error| error.render(false)).collect();
        prop_assert!(read.as_ref() == Some(&scenario), "{}\n{}", text, shown.join("\n"));
    }

    #[test]
    fn what_is_printed_is_formatted(scenario in arbitrary::with_start()) {
        let text = print(&scenario);
        prop_assert_eq!(parse_alone("any.toml", &text).0, Some(scenario));
        prop_assert_eq!(format("any.toml", &text), Ok(text));
    }

    #[test]
    fn a_spoilt_file_is_refused_without_a_panic(
        scenario in arbitrary::scenario(),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), ".{0,3}"), 1..5),
    ) {
        let mut text = print(&scenario);
        for (at, new) in cuts {
            let at = text.floor_char_boundary(at.index(text.len()));
            let end = text.ceil_char_boundary((at + 2).min(text.len()));
            text.replace_range(at..end, &new);
        }
        let (read, errors) = parse("any.toml", &text);
        prop_assert_eq!(read.is_none(), !errors.is_empty());
        if let Some(read) = read {
            let table: toml::Table = text.parse().unwrap();
            let steps = table["steps"].as_array().map(Vec::len);
            prop_assert_eq!(steps, Some(read.steps.len()), "no step is lost in silence");
        }
        for error in errors {
            prop_assert!(!error.render(true).is_empty());
        }
        if let Ok(formatted) = format("any.toml", &text) {
            prop_assert_eq!(parse_alone("", &formatted).0, parse_alone("", &text).0);
        }
    }

    #[test]
    fn a_plan_keeps_to_its_ranges(scenario in arbitrary::scenario(), seed: u64) {
        let plan = draw(&scenario, seed, "reference");
        prop_assert_eq!(&plan, &draw(&scenario, seed, "reference"));
        let mut timed = Vec::new();
        for this in &plan.moves {
            if let Moment::At(at) = this.moment {
                prop_assert!(at <= plan.until);
                timed.push(at);
            }
            let step = &scenario.steps[this.step as usize];
            if let (super::When::At(at), Moment::At(time), None) =
                (step.when, &this.moment, step.repeat)
            {
                prop_assert!((at.lo..=at.hi).contains(&time.as_ms()));
            }
        }
        prop_assert!(timed.is_sorted());
        prop_assert!(plan.steps.len() == scenario.steps.len());
    }
}

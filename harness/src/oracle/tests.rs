//! What holds for all oracles together; the rules one by one are in the files below.

mod channels;
mod demands;
mod lies;
mod liveness;
mod records;
mod safety;

use contract::event::{FlashChange, Tap};
use contract::{Channel, Fault, Invariant, LedgerState, Purpose, Status};
use proptest::collection::vec;

use super::story::{Story, check};
use super::{ORACLES, judge};
use crate::finding::{Rule, Verdict};
use Verdict::{Broken, Held, NotExercised, NotObservable, Undecided};

#[test]
fn every_invariant_has_its_oracle_in_order() {
    let rules: Vec<Invariant> = ORACLES.iter().map(|oracle| oracle.rule).collect();
    assert_eq!(rules, Invariant::ALL);
}

#[test]
fn good_payments_break_nothing() {
    let mut story = Story::new();
    story.good(1).secs(5).good(2).at_terminal(2).good(3).ends();
    for finding in judge(&story.trace()) {
        assert!(matches!(finding.verdict, Held | NotExercised), "{finding:#?}");
    }
}

#[test]
fn an_empty_trace_exercises_nothing() {
    let findings = judge(&Story::new().trace());
    assert_eq!(findings.len(), Invariant::ALL.len());
    assert!(findings.iter().all(|finding| finding.verdict == NotExercised), "{findings:#?}");
}

#[test]
fn a_rule_needs_its_taps() {
    for oracle in ORACLES {
        for tap in oracle.taps {
            let finding =
                Story::new().good(1).ends().without(*tap).finding(Rule::Invariant(oracle.rule));
            assert_eq!(finding.verdict, NotObservable, "{} without {tap:?}", oracle.rule);
            assert_eq!(finding.tap, Some(*tap));
        }
    }
    let mut blind = Story::new();
    blind.good(1).ends();
    for channel in Channel::ALL {
        blind.without(channel.into());
    }
    for oracle in ORACLES.iter().filter(|oracle| oracle.channels) {
        let finding = blind.finding(Rule::Invariant(oracle.rule));
        assert_eq!(finding.verdict, NotObservable, "{} without channels", oracle.rule);
    }
}

#[test]
fn a_lost_tap_matters_only_while_a_payment_is_in_flight() {
    for oracle in ORACLES {
        for tap in oracle.taps {
            let mut meanwhile = Story::new();
            meanwhile.asks(1).loses(*tap).sale(1).captured(1).answer(1, Purpose::Sale, "00");
            meanwhile.reported(1).ends();
            let finding = meanwhile.finding(Rule::Invariant(oracle.rule));
            assert_eq!(finding.verdict, Undecided, "{}, {tap:?} lost", oracle.rule);
            assert_eq!(finding.tap, Some(*tap), "{}", oracle.rule);
            let mut between = Story::new();
            between.good(1).loses(*tap).secs(5).regains(*tap).good(2).ends();
            let finding = between.finding(Rule::Invariant(oracle.rule));
            assert!(matches!(finding.verdict, Held | NotExercised), "{finding:#?}");
        }
    }
}

#[test]
fn a_breach_stays_one_whatever_else_was_lost() {
    check(
        Invariant::S2,
        &[
            (
                "phantom, then the ledger is lost",
                |s| {
                    s.asks(1).sale(1).shows(1, Status::Approved).loses(Tap::Ledger).secs(1);
                    s.captured(1);
                },
                Broken,
            ),
            (
                "the capture may have been missed",
                |s| {
                    s.asks(1).loses(Tap::Ledger).sale(1).shows(1, Status::Approved);
                },
                Undecided,
            ),
        ],
    );
}

#[test]
fn a_violation_names_both_truths_and_the_moment() {
    let mut story = Story::new();
    story.unanswered(1).secs(2).shows(1, Status::Declined).ends();
    let finding = story.finding(Rule::Invariant(Invariant::L2));
    let violation = &finding.violations[0];
    assert_eq!(violation.truth, "captured 12.50 at 0.010s");
    assert_eq!(violation.seen, "screen: declined at 2.011s");
    assert_eq!(violation.order, Some(super::story::order(1)));
    assert_eq!(violation.intent, Some(contract::IntentId(1)));
    assert_eq!(violation.terminal, Some(contract::TerminalId(1)));
    let trace = story.trace();
    let broken_at = trace.event(violation.event).unwrap().at;
    assert!(broken_at >= contract::Time::from_ms(240_000), "{broken_at}");
    assert_eq!(violation.measured.unwrap().took, None);
}

#[test]
fn only_the_first_violations_are_kept_and_all_are_counted() {
    let mut story = Story::new();
    for n in 1..=50 {
        story.asks(n).sale(n).shows(n, Status::Approved).screen(contract::event::Phase::Idle);
    }
    let finding = story.finding(Rule::Invariant(Invariant::S2));
    assert_eq!((finding.exercised, finding.violations.len()), (50, super::docket::KEPT));
    assert!(finding.violations.is_sorted_by_key(|violation| violation.event));
    assert!(
        finding.violations[19].what.ends_with("(30 more breaches of this rule are not listed)")
    );
}

/// Ten thousand payments on two terminals, every tenth without an answer.
#[test]
fn many_payments_are_judged_like_few() {
    let mut story = Story::new();
    for n in 1..=9_999 {
        story.at_terminal(n % 2 + 1);
        match n % 10 {
            0 => story.unanswered(n).secs(10).query(n).answer(n, Purpose::Query, "00").reported(n),
            _ => story.good(n),
        };
    }
    let trace = story.ends().trace();
    for finding in judge(&trace) {
        assert!(matches!(finding.verdict, Held | NotExercised), "{finding:#?}");
    }
}

/// Things that may happen to payment `n`, in any order.
const VERBS: [fn(&mut Story, u32); 22] = [
    |s, n| _ = s.asks(n),
    |s, n| _ = s.sale(n),
    |s, n| _ = s.query(n),
    |s, n| _ = s.sends(n, Purpose::Reversal),
    |s, n| _ = s.captured(n),
    |s, n| _ = s.ledger(n, LedgerState::Reversed),
    |s, n| _ = s.answer(n, Purpose::Sale, "00"),
    |s, n| _ = s.answer(n, Purpose::Query, "09").but_says(|message| message.order = None),
    |s, n| _ = s.answer(n, Purpose::Reversal, "00"),
    |s, n| _ = s.shows(n, Status::Approved),
    |s, n| _ = s.shows(n, Status::Unknown),
    |s, n| _ = s.reports(n, Channel::Soundbox, Status::Approved).but_report(|r| r.order = None),
    |s, n| _ = s.lists(Channel::Screen, &[n], u32::MAX),
    |s, _| _ = s.flash(FlashChange::Lost { lost: u64::MAX }),
    |s, _| _ = s.power(false),
    |s, _| _ = s.power(true),
    |s, n| _ = s.fault(n, Fault::PrintPaperOut),
    |s, n| _ = s.fault_off(n),
    |s, _| _ = s.loses(Tap::Screen),
    |s, _| _ = s.regains(Tap::Screen),
    |s, n| _ = s.secs(u64::from(n) * 40).at_terminal(n % 2 + 1),
    |s, _| _ = s.ends(),
];

proptest::proptest! {
    /// Whatever happens, judging ends with a finding for each rule, and its evidence is there.
    #[test]
    fn any_trace_can_be_judged(moves in vec((0..VERBS.len(), 0u32..6), 0..80)) {
        let mut story = Story::new();
        for (verb, n) in moves {
            VERBS[verb](&mut story, n);
        }
        let trace = story.trace();
        let findings = judge(&trace);
        // A run in which nothing happens fails one rule more: it shows nothing.
        let invariants = findings.iter().filter(|f| matches!(f.rule, Rule::Invariant(_)));
        assert_eq!(invariants.count(), Invariant::ALL.len());
        assert!(findings.is_sorted_by_key(|finding| &finding.rule));
        for violation in findings.iter().flat_map(|finding| &finding.violations) {
            let evidence = &violation.evidence;
            assert!(evidence.is_sorted() && evidence.contains(&violation.event));
            assert!(evidence.iter().all(|seq| trace.event(*seq).is_some()));
        }
        assert_eq!(judge(&trace), findings);
    }
}

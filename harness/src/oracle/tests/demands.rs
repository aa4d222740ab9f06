//! Tests of `expect`, `covers` and `captures`.

use contract::event::{Phase, Tap};
use contract::fault::Way;
use contract::{EventKind, Expect, Fault, FaultNo, Lapse, Source, Trigger};

use crate::finding::Rule;
use crate::finding::Verdict::{self, Broken, Held, NotExercised, NotObservable, Undecided};
use crate::oracle::story::Story;

fn line(seen: &str) -> Expect {
    let seen = Trigger::from_word(seen).unwrap();
    Expect { line: 1, seen, terminal: None, at_least: 1, at_most: None, within: None, after: None }
}

fn verdict(expect: Expect, play: fn(&mut Story)) -> Verdict {
    let mut story = Story::new();
    story.header.expect.push(expect);
    play(&mut story);
    story.finding(Rule::Expect(0)).verdict
}

type Play = (fn(&mut Story), Verdict);

fn two(story: &mut Story) {
    story.good(1).secs(10).good(2).ends();
}

#[test]
fn expected_moments_are_counted() {
    let never = |word| Expect { at_least: 0, at_most: Some(0), ..line(word) };
    assert_eq!(verdict(line("captured"), two), Held);
    assert_eq!(verdict(Expect { at_least: 3, ..line("captured") }, two), Broken);
    assert_eq!(verdict(Expect { at_most: Some(1), ..line("captured") }, two), Broken);
    assert_eq!(verdict(never("declined shown"), two), Held);
    assert_eq!(verdict(never("captured"), two), Broken);
    let elsewhere = Expect { terminal: Some(contract::TerminalId(2)), ..line("captured") };
    assert_eq!(verdict(elsewhere, two), Broken);
}

#[test]
fn expected_times_count_from_the_first_such_moment() {
    let after = Trigger::from_word("idle");
    let within = |secs| Expect { after, within: Some(Lapse::from_secs(secs)), ..line("captured") };
    assert_eq!(verdict(within(11), two), Held);
    assert_eq!(verdict(within(9), two), Broken);
    let after = Trigger::from_word("power cut");
    assert_eq!(verdict(Expect { after, ..line("captured") }, two), Broken);
    let never = Expect { after, at_least: 0, at_most: Some(0), ..line("captured") };
    assert_eq!(verdict(never, two), NotExercised);
}

#[test]
fn what_is_still_missing_when_a_run_stops_early_is_undecided() {
    let stopped: fn(&mut Story) = |s| {
        s.asks(1).sale(1);
    };
    assert_eq!(verdict(line("captured"), stopped), Undecided);
    assert_eq!(verdict(line("sale sent"), stopped), Held);
}

#[test]
fn a_fault_covers_only_what_it_met() {
    let cases: [Play; 5] = [
        (|s| _ = s.asks(1).fault(1, Fault::PrintPaperOut).sale(1).fault_off(1).ends(), Held),
        (|s| _ = s.fault(1, Fault::PrintPaperOut).good(1).ends(), Held),
        (|s| _ = s.good(1).fault(1, Fault::PrintPaperOut).fault_off(1).good(2).ends(), Broken),
        (|s| _ = s.good(1).fault(1, Fault::PowerCut).ends(), Broken),
        (|s| _ = s.good(1).at_terminal(2).fault(1, Fault::PrintPaperOut).ends(), Broken),
    ];
    for (number, (play, verdict)) in cases.into_iter().enumerate() {
        let mut story = Story::new();
        story.header.covers.push("print-paper-out".into());
        play(&mut story);
        let finding = story.finding(Rule::Covers("print-paper-out".into()));
        assert_eq!(finding.verdict, verdict, "case {number}: {finding:#?}");
    }
}

/// A fault that spoils single messages, and what it touched.
fn touches(story: &mut Story, fault: Fault) -> &mut Story {
    story.fault(1, fault).tell(Source::Link, EventKind::FaultMet(FaultNo(1)))
}

#[test]
fn a_sign_in_is_no_payment() {
    let cases: [Play; 6] = [
        (|s| _ = touches(s.asks(1).sale(1), Fault::RequestLost).fault_off(1).ends(), Held),
        (|s| _ = touches(s, Fault::RequestLost).fault_off(1).good(1).ends(), Broken),
        // The customer is there already, and still it was the sign-in that got lost.
        (|s| _ = touches(s.asks(1), Fault::RequestLost).fault_off(1).sale(1).ends(), Broken),
        // It was to last, and so it was there for the sale as well.
        (|s| _ = touches(s, Fault::RequestLost).good(1).fault_off(1).ends(), Held),
        (|s| _ = s.fault(1, Fault::RequestLost).good(1).fault_off(1).ends(), Broken),
        (|s| _ = touches(s.good(1), Fault::RequestLost).fault_off(1).ends(), Broken),
    ];
    for (number, (play, verdict)) in cases.into_iter().enumerate() {
        let mut story = Story::new();
        story.header.covers.push("net-request-lost".into());
        play(&mut story);
        let finding = story.finding(Rule::Covers("net-request-lost".into()));
        assert_eq!(finding.verdict, verdict, "case {number}: {finding:#?}");
    }
}

#[test]
fn an_outage_covers_only_with_a_payment_in_flight() {
    const OUTAGE: Fault = Fault::LinkOutage { way: Way::Both };
    let cases: [Play; 3] = [
        (|s| _ = touches(s, OUTAGE).fault_off(1).good(1).ends(), Broken),
        (|s| _ = touches(s.asks(1), OUTAGE).fault_off(1).sale(1).ends(), Held),
        (|s| _ = touches(s.good(1), OUTAGE).ends(), Broken),
    ];
    for (number, (play, verdict)) in cases.into_iter().enumerate() {
        let mut story = Story::new();
        story.header.covers.push("link-outage".into());
        play(&mut story);
        let finding = story.finding(Rule::Covers("link-outage".into()));
        assert_eq!(finding.verdict, verdict, "case {number}: {finding:#?}");
    }
}

#[test]
fn a_run_that_shows_nothing_fails_and_says_so() {
    let found = |play: fn(&mut Story)| {
        let mut story = Story::new();
        play(&mut story);
        let findings = crate::oracle::judge(&story.trace());
        findings.into_iter().find(|finding| finding.rule == Rule::Captures)
    };
    let nothing = found(|s| _ = s.screen(Phase::Idle).key("LIST").ends()).unwrap();
    assert_eq!(nothing.verdict, Broken);
    assert!(nothing.violations[0].what.contains("the run shows nothing"));
    let unseen = found(|s| _ = s.loses(Tap::TerminalWire).ends()).unwrap();
    assert_eq!(unseen.verdict, Undecided);
    assert_eq!(found(|s| _ = s.good(1).ends()), None);
    // The scenario demanded no capture, though a customer came.
    assert_eq!(found(|s| _ = s.asks(1).ends()), None);
    let never = |s: &mut Story| {
        s.header.expect.push(Expect { at_least: 0, at_most: Some(0), ..line("captured") });
        s.ends();
    };
    assert_eq!(found(never), None);
}

#[test]
fn captures_count_what_stays_captured() {
    for (wanted, verdict) in [(2, Held), (3, Broken)] {
        let mut story = Story::new();
        story.header.captures = wanted;
        two(&mut story);
        assert_eq!(story.finding(Rule::Captures).verdict, verdict);
        assert_eq!(story.without(Tap::Ledger).finding(Rule::Captures).verdict, NotObservable);
    }
}

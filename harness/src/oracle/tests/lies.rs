//! Tests of the rules where a channel says something wrong, or half of it, or is told something by
//! a stranger.

use contract::fault::PrinterStop;
use contract::{Amount, Channel, EventKind, Fault, FaultNo, Invariant, Source};

use super::liveness::{PAID, silent};
use crate::finding::Rule;
use crate::finding::Verdict::{Broken, Held, NotExercised};
use crate::oracle::story::{PRICE, Story, check, order};

/// The soundbox speaks ten times the amount.
fn misspeaks(story: &mut Story) -> &mut Story {
    let ten_times = Some(Amount(PRICE.0 * 10));
    silent(story, Channel::Soundbox)
        .reports(1, Channel::Soundbox, PAID)
        .but_report(|report| report.amount = ten_times)
}

#[test]
fn s4_a_soundbox_that_is_known_to_misspeak_is_no_breach_and_has_to_be_named() {
    let known = |s: &mut Story| _ = misspeaks(s.fault(1, Fault::SoundboxMispronounces));
    let over = |s: &mut Story| _ = misspeaks(s.fault(1, Fault::SoundboxMispronounces).fault_off(1));
    let elsewhere = |s: &mut Story| {
        s.at_terminal(2).fault(1, Fault::SoundboxMispronounces).at_terminal(1);
        misspeaks(s);
    };
    let on_screen = |s: &mut Story| {
        s.fault(1, Fault::SoundboxMispronounces).unanswered(1).shows(1, PAID);
        s.but_report(|report| report.amount = Some(Amount(1)));
    };
    check(
        Invariant::S4,
        &[
            ("misspeaks", |s| _ = misspeaks(s), Broken),
            ("is known to", known, Held),
            ("was known to", over, Broken),
            ("another one is known to", elsewhere, Broken),
            ("the screen has no excuse", on_screen, Broken),
        ],
    );
    let mut story = Story::new();
    let finding = misspeaks(&mut story).finding(Rule::Invariant(Invariant::S4));
    let what = &finding.violations[0].what;
    assert!(what.starts_with("the soundbox says"), "{what}");
}

#[test]
fn l4_a_soundbox_that_misspeaks_is_named() {
    let unnamed = |s: &mut Story| {
        s.fault(1, Fault::SoundboxMispronounces);
        misspeaks(s).tell(Source::Harness, EventKind::FaultMet(FaultNo(1))).ends();
    };
    check(Invariant::L4, &[("nobody names it", unnamed, Broken)]);
}

/// Paid by the sticker: no terminal asked for it, and it stands in the backend alone.
fn by_sticker(story: &mut Story) -> &mut Story {
    story.header.rig.channels = vec![Channel::Screen, Channel::Soundbox, Channel::Backend];
    story.captured(1).reports(1, Channel::Backend, PAID)
}

#[test]
fn l4_what_was_paid_by_an_unbound_sticker_is_told_by_the_backend_alone() {
    let unbound = |s: &mut Story| _ = by_sticker(s.fault(1, Fault::NotifyStaticQrUnbound)).ends();
    let asked = |s: &mut Story| {
        s.fault(1, Fault::NotifyStaticQrUnbound).asks(1).sale(1);
        by_sticker(s).ends();
    };
    let unlisted = |s: &mut Story| {
        s.header.rig.channels = vec![Channel::Screen, Channel::Backend];
        s.fault(1, Fault::NotifyStaticQrUnbound).captured(1).ends();
    };
    check(
        Invariant::L4,
        &[
            ("unbound", unbound, Held),
            ("bound", |s| _ = by_sticker(s).ends(), Broken),
            ("the terminal asked for it", asked, Broken),
            ("not in the backend either", unlisted, Broken),
        ],
    );
    check(Invariant::L1, &[("unbound", unbound, Held), ("nobody tells", unlisted, Broken)]);
}

#[test]
fn s14_what_a_jam_tore_off_can_be_copied() {
    const JAM: Fault = Fault::PrinterStops { why: PrinterStop::Jam, line: 2 };
    fn copied(story: &mut Story) -> &mut Story {
        story.reports(1, Channel::Receipt, PAID).but_report(|report| report.copy = true)
    }
    check(
        Invariant::S14,
        &[
            ("a copy of nothing", |s| _ = copied(s.unanswered(1)), Broken),
            ("after a jam", |s| _ = copied(s.unanswered(1).fault(1, JAM).fault_off(1)), Held),
            ("jammed before", |s| _ = copied(s.fault(1, JAM).fault_off(1).unanswered(1)), Broken),
            (
                "after a jam at another terminal",
                |s| {
                    s.unanswered(1).at_terminal(2).fault(1, JAM).at_terminal(1);
                    copied(s);
                },
                Broken,
            ),
        ],
    );
}

#[test]
fn s2_and_s1_a_server_that_books_what_a_stranger_tells() {
    let refuses = |s: &mut Story| {
        let kind = EventKind::CallbackRefused { order: order(1) };
        s.asks(1).sale(1).tell(Source::Merchant, kind);
    };
    check(
        Invariant::S2,
        &[
            (
                "books a forged call",
                |s| _ = s.asks(1).sale(1).reports(1, Channel::Callback, PAID),
                Broken,
            ),
            ("refuses it", refuses, NotExercised),
        ],
    );
    let again = |s: &mut Story| _ = s.good(1).reports(1, Channel::Callback, PAID);
    check(Invariant::S1, &[("books a replayed call", again, Broken)]);
}

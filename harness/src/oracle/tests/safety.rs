//! Tests of S1-S6: for each a story that keeps it, stories that break it, and one without its
//! premise.

use contract::event::{FlashChange, Phase, Tap};
use contract::{
    Amount, Bytes, Channel, CodeText, EventKind, Invariant, LedgerState, Purpose, Status,
};

use crate::finding::Verdict::{Broken, Held, NotExercised, Undecided};
use crate::oracle::story::{PRICE, Story, check, code};

fn idle(story: &mut Story) {
    story.screen(Phase::Idle).key("12.50").key("CANCEL");
}

#[test]
fn s1_exactly_once() {
    check(
        Invariant::S1,
        &[
            ("once each", |s| _ = s.good(1), Held),
            ("idle", idle, NotExercised),
            ("not captured", |s| _ = s.asks(1).sale(1).shows(1, Status::Approved), NotExercised),
            ("spoken twice", |s| twice(s.good(1), Channel::Soundbox), Broken),
            ("two messages", |s| twice(s.good(1), Channel::Sms), Held),
            (
                "shown again as a copy",
                |s| {
                    s.good(1).power(false).power(true).shows(1, Status::Approved);
                    s.but_report(|report| report.copy = true);
                },
                Held,
            ),
            (
                "spoken twice without a number",
                |s| {
                    s.good(1).reports(1, Channel::Soundbox, Status::Approved);
                    s.but_report(|report| report.order = None);
                },
                Broken,
            ),
            (
                "three spoken for two payments",
                |s| {
                    for n in [1, 2, 2] {
                        spoken(s.unanswered(n));
                    }
                },
                Broken,
            ),
            (
                "two spoken for two payments",
                |s| _ = spoken(spoken(s.unanswered(1)).unanswered(2)),
                { Held },
            ),
            (
                "one spoken with its number, the other without",
                |s| {
                    s.unanswered(1).unanswered(2).reports(1, Channel::Soundbox, Status::Approved);
                    spoken(s);
                },
                Held,
            ),
            (
                "spoken for the second after the first was undone",
                |s| {
                    s.unanswered(1).ledger(1, LedgerState::Reversed);
                    spoken(s.unanswered(2));
                },
                Held,
            ),
        ],
    );
}

/// A sale that was paid, one that was refused, and then somebody says paid, and not of what.
fn paid_of_the_refused(story: &mut Story) {
    story.good(1).asks(2).sale(2).ledger(2, LedgerState::Rejected);
    story.answer(2, Purpose::Sale, "51").shows(2, Status::Declined).shows(2, Status::Approved);
    story.but_report(|report| (report.order, report.amount) = (None, None));
}

#[test]
fn paid_without_a_name_after_a_refusal_is_a_phantom_and_no_second_report() {
    check(Invariant::S1, &[("of the refused", paid_of_the_refused, Held)]);
    check(Invariant::S2, &[("of the refused", paid_of_the_refused, Broken)]);
}

/// A soundbox that names no order.
fn spoken(story: &mut Story) -> &mut Story {
    story.reports(1, Channel::Soundbox, Status::Approved).but_report(|report| report.order = None)
}

fn twice(story: &mut Story, channel: Channel) {
    story.reports(1, channel, Status::Approved);
}

#[test]
fn s2_no_phantom() {
    check(
        Invariant::S2,
        &[
            ("captured first", |s| _ = s.good(1), Held),
            ("idle", idle, NotExercised),
            ("never captured", |s| _ = s.asks(1).sale(1).shows(1, Status::Approved), Broken),
            (
                "captured afterwards",
                |s| _ = s.asks(1).sale(1).shows(1, Status::Approved).captured(1),
                Broken,
            ),
            ("in a list", |s| _ = s.asks(1).sale(1).lists(Channel::Screen, &[1], 1), Broken),
            (
                "an amount that fits nothing",
                |s| {
                    s.good(1).reports(1, Channel::Soundbox, Status::Approved).but_report(|r| {
                        (r.order, r.amount) = (None, Some(Amount(1)));
                    });
                },
                Broken,
            ),
            ("no number, and nothing was paid", |s| _ = spoken(s.asks(1).sale(1)), Broken),
            ("no number, before it was paid", |s| _ = spoken(s.asks(1).sale(1)).captured(1), {
                Broken
            }),
            (
                "no number, paid at another terminal",
                |s| _ = spoken(s.unanswered(1).at_terminal(2)),
                Broken,
            ),
            ("neither number nor amount", |s| _ = mute(s.asks(1).sale(1)), Broken),
            ("neither number nor amount, and paid", |s| _ = mute(s.unanswered(1)), Held),
            (
                "no number, and the ledger was not seen",
                |s| _ = spoken(s.asks(1).loses(Tap::Ledger).sale(1)),
                Undecided,
            ),
        ],
    );
}

#[test]
fn s2_no_phantom_of_what_was_undone() {
    check(
        Invariant::S2,
        &[
            ("shown after its own reversal", |s| _ = undone(s).shows(1, Status::Approved), Broken),
            (
                "shown after it was told",
                |s| {
                    s.unanswered(1).ledger(1, LedgerState::Refunded).query(1);
                    s.answer(1, Purpose::Query, "12").shows(1, Status::Approved);
                },
                Broken,
            ),
            (
                "shown before it could know",
                |s| _ = s.unanswered(1).ledger(1, LedgerState::Refunded).shows(1, Status::Approved),
                Held,
            ),
            (
                "shown before the reversal took the money back",
                |s| {
                    s.unanswered(1).sends(1, Purpose::Reversal).shows(1, Status::Approved);
                    s.ledger(1, LedgerState::Reversed);
                },
                Held,
            ),
            (
                "in its list after its reversal",
                |s| _ = undone(s).lists(Channel::Screen, &[1], 1),
                { Broken },
            ),
            ("in the backend's list", |s| _ = undone(s).lists(Channel::Backend, &[1], 1), Held),
            (
                "in the backend's list long after",
                |s| _ = undone(s).secs(31).lists(Channel::Backend, &[1], 1),
                Broken,
            ),
        ],
    );
}

/// A soundbox that says no more than that something was paid.
fn mute(story: &mut Story) -> &mut Story {
    spoken(story).but_report(|report| report.amount = None)
}

/// Captured and reversed, and no answer came.
fn undone(story: &mut Story) -> &mut Story {
    story.unanswered(1).sends(1, Purpose::Reversal).ledger(1, LedgerState::Reversed)
}

/// The customer of payment 1 pays again, as order 2.
fn again(story: &mut Story) -> &mut Story {
    story.journals(2).sends(2, Purpose::Sale).but_says(|message| message.code = Some(code(1)))
}

/// The ledger charges the code of payment 1 for order 2, of which the terminal said nothing.
fn charged_by_nobody(story: &mut Story) -> &mut Story {
    story.captured(2).but(|kind| match kind {
        EventKind::Ledger(change) => change.code = code(1),
        other => panic!("not the ledger: {other:?}"),
    })
}

#[test]
fn s3_single_capture() {
    check(
        Invariant::S3,
        &[
            ("once", |s| _ = s.good(1).good(2), Held),
            ("idle", idle, NotExercised),
            ("one order captured twice", |s| _ = s.good(1).captured(1), Broken),
            ("same order again", |s| _ = s.unanswered(1).sends(1, Purpose::Sale), Held),
            ("new order while open", |s| _ = again(s.asks(1).sale(1)), Broken),
            (
                "new order after a definite refusal",
                |s| _ = again(s.asks(1).sale(1).answer(1, Purpose::Sale, "51")),
                Held,
            ),
            (
                "new order after an error that decides nothing",
                |s| _ = again(s.asks(1).sale(1).answer(1, Purpose::Sale, "96")),
                Broken,
            ),
            (
                "new order after a code that nobody knows",
                |s| _ = again(s.asks(1).sale(1).answer(1, Purpose::Sale, "H7")),
                Broken,
            ),
            (
                "new order after a refusal that asks for a sign-in",
                |s| _ = again(s.asks(1).sale(1).answer(1, Purpose::Sale, "A0")),
                Held,
            ),
            (
                "new order after a query that was refused itself",
                |s| _ = again(s.asks(1).sale(1).query(1).answer(1, Purpose::Query, "77")),
                Broken,
            ),
            (
                "new order after a query that was told of a refusal",
                |s| _ = again(s.asks(1).sale(1).query(1).answer(1, Purpose::Query, "51")),
                Held,
            ),
            ("the screen may have said it", |s| _ = again(s.asks(1).sale(1).loses(Tap::Screen)), {
                Undecided
            }),
        ],
    );
}

#[test]
fn s3_single_capture_by_the_ledger() {
    check(
        Invariant::S3,
        &[
            (
                "charged twice",
                |s| _ = again(s.unanswered(1).shows(1, Status::Declined)).captured(2),
                Broken,
            ),
            (
                "charged again by an order that no request named",
                |s| _ = charged_by_nobody(s.good(1)),
                Broken,
            ),
            (
                "charged again at a terminal that never saw the code",
                |s| _ = charged_by_nobody(s.good(1).at_terminal(2)),
                Broken,
            ),
            (
                "charged twice, and no request was seen",
                |s| _ = charged_by_nobody(s.asks(1).captured(1)),
                Broken,
            ),
            (
                "charged by an order that no request named, after it was undone",
                |s| _ = charged_by_nobody(s.unanswered(1).ledger(1, LedgerState::Reversed)),
                Held,
            ),
            (
                "charged again after it was undone",
                |s| {
                    s.unanswered(1).sends(1, Purpose::Reversal).ledger(1, LedgerState::Reversed);
                    again(s.answer(1, Purpose::Reversal, "00")).captured(2);
                },
                Held,
            ),
        ],
    );
}

#[test]
fn s4_amount_fidelity() {
    check(
        Invariant::S4,
        &[
            ("one amount", |s| _ = s.good(1), Held),
            ("idle", idle, NotExercised),
            ("keyed another", |s| _ = s.asks(1).key("12.51").sale(1), Broken),
            ("keyed short", |s| _ = s.asks(1).key("12.5").sale(1), Held),
            (
                "fen spoken as yuan",
                |s| {
                    s.good(1).but(|_| ()).reports(1, Channel::Soundbox, Status::Approved);
                    s.but_report(|report| report.amount = Some(Amount(125_000)));
                },
                Broken,
            ),
            ("no amount on paper", |s| amountless(s.unanswered(1), Channel::Receipt), Broken),
            ("no amount spoken", |s| amountless(s.unanswered(1), Channel::Soundbox), Broken),
            ("neither amount nor number", |s| _ = mute(s.unanswered(1)), Broken),
            (
                "no amount in what is not final",
                |s| {
                    s.unanswered(1).shows(1, Status::Unknown).but_report(|r| r.amount = None);
                },
                Held,
            ),
            (
                "other currency",
                |s| _ = s.asks(1).sends(1, Purpose::Sale).but_says(|m| m.currency = Some(840)),
                Broken,
            ),
            ("a wrong answer shown", |s| _ = wrong_answer(s).shows(1, Status::Approved), Broken),
            (
                "a wrong answer, then a right one",
                |s| {
                    wrong_answer(s).query(1).answer(1, Purpose::Query, "00");
                    s.shows(1, Status::Approved);
                },
                Held,
            ),
            ("a part, shown as the part", |s| _ = shows_part(s, 1000), Held),
            ("a part, shown as the whole", |s| _ = shows_part(s, PRICE.0), Broken),
            (
                "a part, undone",
                |s| _ = part(s).shows(1, Status::Unknown).shows(1, Status::Reversed),
                Held,
            ),
            ("a part that nobody was told of", |s| _ = books_part(s.asks(1).sale(1)), Broken),
            (
                "undone before it was known",
                |s| {
                    s.asks(1).sale(1).ledger(1, LedgerState::Closed).but(|kind| {
                        let EventKind::Ledger(change) = kind else { return };
                        (change.amount, change.code) = (Amount(0), CodeText::default());
                    });
                },
                Held,
            ),
        ],
    );
}

fn amountless(story: &mut Story, channel: Channel) {
    story.reports(1, channel, Status::Approved).but_report(|report| report.amount = None);
}

fn wrong_answer(story: &mut Story) -> &mut Story {
    let wrong = story.unanswered(1).answer(1, Purpose::Sale, "00");
    wrong.but_says(|message| message.amount = Some(Amount(1)))
}

fn books_part(story: &mut Story) -> &mut Story {
    story.captured(1).but(|kind| {
        let EventKind::Ledger(change) = kind else { return };
        change.amount = Amount(1000);
    })
}

/// The host takes a part, and says so.
fn part(story: &mut Story) -> &mut Story {
    let answer = books_part(story.asks(1).sale(1)).answer(1, Purpose::Sale, "10");
    answer.but_says(|message| message.amount = Some(Amount(1000)))
}

fn shows_part(story: &mut Story, fen: u64) -> &mut Story {
    part(story).shows(1, Status::Approved).but_report(|report| report.amount = Some(Amount(fen)))
}

/// Captured, reversed and acknowledged.
fn reversed(story: &mut Story) -> &mut Story {
    story.unanswered(1).sends(1, Purpose::Reversal).ledger(1, LedgerState::Reversed);
    story.answer(1, Purpose::Reversal, "00")
}

#[test]
fn s5_reversal_consistency() {
    check(
        Invariant::S5,
        &[
            ("reversed", |s| _ = reversed(s).shows(1, Status::Reversed), Held),
            ("never reversed", |s| _ = s.good(1), NotExercised),
            ("late approval", |s| _ = reversed(s).shows(1, Status::Approved), Broken),
            ("notice on its way", |s| twice(reversed(s), Channel::Soundbox), Held),
            ("notice long after", |s| twice(reversed(s).secs(61), Channel::Soundbox), Broken),
            ("only the screen", |s| _ = s.unanswered(1).shows(1, Status::Reversed), Broken),
            ("captured after all", |s| _ = reversed(s).captured(1), Broken),
        ],
    );
}

#[test]
fn s6_write_ahead() {
    check(
        Invariant::S6,
        &[
            ("written first", |s| _ = s.good(1).good(2), Held),
            ("idle", idle, NotExercised),
            ("not written", |s| _ = s.asks(1).sends(1, Purpose::Sale), Broken),
            ("written after", |s| _ = s.asks(1).sends(1, Purpose::Sale).journals(1), Broken),
            ("not synced", |s| _ = s.asks(1).writes("o0001").sends(1, Purpose::Sale), Broken),
            (
                "replaced",
                |s| {
                    let content = Bytes::from(b"o0009 o0001".as_slice());
                    s.asks(1).flash(FlashChange::Replace(content)).sends(1, Purpose::Sale);
                },
                Held,
            ),
            (
                "written, then torn",
                |s| {
                    s.asks(1).writes("..o0001").power(false).flash(FlashChange::Lost { lost: 1 });
                    s.power(true).query(1);
                },
                Broken,
            ),
            (
                "torn within the number",
                |s| {
                    s.writes("..o00012|").power(false).flash(FlashChange::Lost { lost: 2 });
                    s.power(true).query(1);
                },
                Broken,
            ),
            (
                "survived whole",
                |s| {
                    s.asks(1).writes("..o0001|").power(false).flash(FlashChange::Lost { lost: 0 });
                    s.power(true).query(1).asks(2).sale(2);
                },
                Held,
            ),
            (
                "another amount after the cut",
                |s| {
                    s.unanswered(1).power(false).power(true).query(1);
                    s.but_says(|message| message.amount = Some(Amount(9)));
                },
                Broken,
            ),
            (
                "another amount on paper after the cut",
                |s| {
                    s.unanswered(1).power(false).power(true);
                    s.reports(1, Channel::Receipt, Status::Approved);
                    s.but_report(|report| report.amount = Some(Amount(125_000)));
                },
                Held,
            ),
            (
                "the write was not seen",
                |s| _ = s.asks(1).loses(Tap::Flash).sends(1, Purpose::Sale),
                Undecided,
            ),
        ],
    );
}

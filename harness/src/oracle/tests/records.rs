//! Tests of S7-S14: for each a story that keeps it, stories that break it, and one without its
//! premise.

use contract::event::{Phase, Tap};
use contract::{
    Amount, Channel, CodeText, EventKind, FieldText, Invariant, Lapse, LedgerState, Purpose,
    Source, Status,
};

use crate::finding::Verdict::{Broken, Held, NotExercised, Undecided};
use crate::oracle::story::{Story, check, code, order};

/// Answered with a message that differs in one thing, and shown as paid.
fn answered_but(story: &mut Story, change: fn(&mut contract::Message)) {
    story.unanswered(1).answer(1, Purpose::Sale, "00").but_says(change);
    story.shows(1, Status::Approved);
}

#[test]
fn s7_correlation() {
    check(
        Invariant::S7,
        &[
            ("answered", |s| _ = s.good(1), Held),
            ("open", |s| _ = s.unanswered(1).shows(1, Status::Unknown), NotExercised),
            ("no answer", |s| _ = s.unanswered(1).shows(1, Status::Approved), Broken),
            ("time-out as a no", |s| _ = s.unanswered(1).shows(1, Status::Declined), Broken),
            ("never sent", |s| _ = s.asks(1).journals(1).shows(1, Status::Declined), Held),
            (
                "answer to the one before",
                |s| {
                    s.good(1).unanswered(2).answer(1, Purpose::Sale, "00");
                    s.shows(2, Status::Approved);
                },
                Broken,
            ),
            (
                "other terminal",
                |s| answered_but(s, |m| m.tid = FieldText::new("10000002").unwrap()),
                Broken,
            ),
            ("other STAN", |s| answered_but(s, |m| m.stan = 9), Broken),
            ("other amount", |s| answered_but(s, |m| m.amount = Some(Amount(1))), Broken),
            ("other type", |s| answered_but(s, |m| m.purpose = Purpose::Query), Broken),
            ("no order number in it", |s| answered_but(s, |m| m.order = None), Held),
            (
                "a refusal shown as approved, and the ledger holds the money",
                |s| {
                    s.unanswered(1).answer(1, Purpose::Sale, "51").shows(1, Status::Approved);
                },
                Broken,
            ),
            (
                "refused, then approved on a query",
                |s| {
                    s.unanswered(1).answer(1, Purpose::Sale, "51").query(1);
                    s.answer(1, Purpose::Query, "00").shows(1, Status::Approved);
                },
                Held,
            ),
            (
                "the answer was not seen",
                |s| _ = s.unanswered(1).loses(Tap::TerminalWire).shows(1, Status::Approved),
                Undecided,
            ),
        ],
    );
}

#[test]
fn s8_authenticity() {
    check(
        Invariant::S8,
        &[
            ("nothing forged", |s| _ = s.good(1), NotExercised),
            ("forged and ignored", |s| _ = forged(s).shows(1, Status::Unknown), Held),
            ("forged and believed", |s| _ = forged(s).shows(1, Status::Approved), Broken),
            (
                "forged, then asked again",
                |s| {
                    forged(s).query(1).answer(1, Purpose::Query, "00").shows(1, Status::Approved);
                },
                Held,
            ),
        ],
    );
}

fn forged(story: &mut Story) -> &mut Story {
    let answer = story.unanswered(1).answer(1, Purpose::Sale, "00");
    answer.but_frame(|frame| frame.authentic = false)
}

fn batch(story: &mut Story, orders: &[u32], total: u64) {
    let orders = orders.iter().map(|n| order(*n)).collect();
    let kind = EventKind::BatchClosed { batch: 1, orders, total: Amount(total) };
    story.tell(Source::Terminal, kind);
}

/// Two payments, the batch with both, and this slip.
fn slip(story: &mut Story, text: &str) {
    batch(story.good(1).good(2), &[1, 2], 2500);
    story.tell(Source::Terminal, EventKind::Slip(text.into()));
}

#[test]
fn s9_the_slip_of_a_settlement_has_its_totals() {
    check(
        Invariant::S9,
        &[
            ("right", |s| slip(s, "BATCH CLOSED 000001 / PAYMENTS 2 CNY 25.00 / APPROVED"), Held),
            ("a total too large", |s| slip(s, "BATCH CLOSED 1 / PAYMENTS 2 CNY 2500.00"), Broken),
            ("a payment too few", |s| slip(s, "BATCH CLOSED 1 / PAYMENTS 1 CNY 25.00"), Broken),
            ("of another batch", |s| slip(s, "BATCH CLOSED 2 / PAYMENTS 1 CNY 9.00"), Held),
            ("in other words", |s| slip(s, "SETTLED / 1 SALE / 9.00"), Held),
            (
                "refunded before it was printed",
                |s| {
                    batch(s.good(1).good(2), &[1, 2], 2500);
                    s.ledger(2, LedgerState::Refunded);
                    let text = "BATCH CLOSED 1 / PAYMENTS 2 CNY 25.00".into();
                    s.tell(Source::Terminal, EventKind::Slip(text));
                },
                Held,
            ),
        ],
    );
}

#[test]
fn s9_batch_integrity() {
    check(
        Invariant::S9,
        &[
            ("no batch", |s| _ = s.good(1), NotExercised),
            ("complete", |s| batch(s.good(1).good(2), &[1, 2], 2500), Held),
            ("wrong total", |s| batch(s.good(1).good(2), &[1, 2], 2501), Broken),
            ("forgotten", |s| batch(s.good(1).good(2), &[2], 1250), Broken),
            ("unresolved", |s| batch(s.good(1).asks(2).sale(2), &[1], 1250), Broken),
            ("not captured", |s| batch(s.asks(1), &[1], 0), Broken),
            (
                "in two batches",
                |s| {
                    batch(s.good(1), &[1], 1250);
                    batch(s.good(2), &[1, 2], 2500);
                },
                Broken,
            ),
            (
                "one after the other",
                |s| {
                    batch(s.good(1), &[1], 1250);
                    batch(s.good(2), &[2], 1250);
                },
                Held,
            ),
        ],
    );
}

fn filtered(story: &mut Story) {
    story.but(|kind| {
        let EventKind::List(list) = kind else { return };
        list.filter = Some("page 1".into());
    });
}

#[test]
fn s10_complete_view() {
    check(
        Invariant::S10,
        &[
            ("no list", |s| _ = s.good(1), NotExercised),
            ("complete", |s| _ = s.good(1).good(2).lists(Channel::Screen, &[1, 2], 2), Held),
            ("backend", |s| _ = s.good(1).lists(Channel::Backend, &[], 0), Broken),
            ("hides one", |s| _ = s.good(1).good(2).lists(Channel::Screen, &[2], 1), Broken),
            ("wrong count", |s| _ = s.good(1).lists(Channel::Screen, &[1], 2), Broken),
            (
                "names its filter",
                |s| filtered(s.good(1).good(2).lists(Channel::Screen, &[2], 2)),
                NotExercised,
            ),
            (
                "not reported yet",
                |s| _ = s.good(1).unanswered(2).lists(Channel::Screen, &[1], 1),
                Held,
            ),
            (
                "reversed since",
                |s| {
                    s.good(1).ledger(1, LedgerState::Reversed).lists(Channel::Screen, &[], 0);
                },
                Held,
            ),
            (
                "another terminal's",
                |s| _ = s.good(1).at_terminal(2).lists(Channel::Screen, &[], 0),
                Held,
            ),
            (
                "cleared by the batch",
                |s| {
                    batch(s.good(1), &[1], 1250);
                    s.good(2).lists(Channel::Screen, &[2], 1);
                },
                Held,
            ),
        ],
    );
}

#[test]
fn s11_identity() {
    check(
        Invariant::S11,
        &[
            ("two payments", |s| _ = s.good(1).good(2), Held),
            ("idle", |s| _ = s.screen(Phase::Idle), NotExercised),
            ("repeated", |s| _ = s.unanswered(1).sends(1, Purpose::Sale), Held),
            ("queried", |s| _ = s.unanswered(1).query(1), Held),
            (
                "queried with its STAN",
                |s| _ = s.unanswered(1).query(1).but_says(|message| message.stan = 1),
                Broken,
            ),
            ("reversed with its STAN", |s| _ = s.unanswered(1).sends(1, Purpose::Reversal), Held),
            (
                "order number again",
                |s| _ = s.good(1).sends(2, Purpose::Sale).but_says(|m| m.order = Some(order(1))),
                Broken,
            ),
            (
                "STAN again after a boot",
                |s| {
                    s.good(1).power(false).power(true).asks(2);
                    s.sends(2, Purpose::Sale).but_says(|message| message.stan = 1);
                },
                Broken,
            ),
            (
                "STAN again in the next batch",
                |s| {
                    s.good(1).asks(2).sends(2, Purpose::Sale);
                    s.but_says(|message| (message.stan, message.batch) = (1, Some(2)));
                },
                Held,
            ),
            (
                "STAN of another terminal",
                |s| {
                    s.good(1).at_terminal(2).asks(2).sends(2, Purpose::Sale);
                    s.but_says(|message| message.stan = 1);
                },
                Held,
            ),
        ],
    );
}

fn charges(story: &mut Story, digits: &str) {
    let code = CodeText::new(digits);
    story.sends(1, Purpose::Sale);
    if let Some(code) = code {
        story.but_says(|message| message.code = Some(code));
    }
}

#[test]
fn s12_scan_honesty() {
    check(
        Invariant::S12,
        &[
            ("as presented", |s| _ = s.good(1), Held),
            ("not read", |s| _ = s.presents(1).tell(Source::Terminal, EventKind::NoRead), {
                NotExercised
            }),
            ("misread", |s| charges(s.asks(1), "139000000000000001"), Broken),
            ("nothing presented", |s| charges(s.intent(1), code(1).as_str()), Broken),
            (
                "presented elsewhere",
                |s| charges(s.asks(1).at_terminal(2), code(1).as_str()),
                Broken,
            ),
            (
                "a product's bar code",
                |s| {
                    let ean = CodeText::new("6901234567892").unwrap();
                    s.intent(1).presents(1).but(|kind| {
                        let EventKind::Presented { code, .. } = kind else { return };
                        *code = ean;
                    });
                    charges(s, ean.as_str());
                },
                Broken,
            ),
        ],
    );
}

#[test]
fn s13_monotone_status() {
    check(
        Invariant::S13,
        &[
            ("in order", |s| _ = s.unanswered(1).shows(1, Status::Pending).reported(1), Held),
            ("nothing final", |s| _ = s.unanswered(1).shows(1, Status::Unknown), NotExercised),
            ("back to pending", |s| _ = s.good(1).shows(1, Status::Pending), Broken),
            ("paid, then declined", |s| _ = s.good(1).shows(1, Status::Declined), Broken),
            ("then by SMS", |s| _ = s.good(1).reports(1, Channel::Sms, Status::Declined), Broken),
            (
                "pending on another channel",
                |s| {
                    _ = s.unanswered(1).shows(1, Status::Approved).reports(
                        1,
                        Channel::Sms,
                        Status::Pending,
                    )
                },
                Held,
            ),
            (
                "time of showing",
                |s| {
                    s.unanswered(1).secs(7).shows(1, Status::Approved);
                    s.but_report(|report| report.paid_at = report.paid_at.map(later));
                },
                Broken,
            ),
            ("old news as new", |s| timeless(s.unanswered(1).secs(61), Channel::Soundbox), Broken),
            ("fresh news", |s| timeless(s.unanswered(1).secs(7), Channel::Soundbox), Held),
            (
                "old news as a copy",
                |s| {
                    timeless(s.unanswered(1).secs(61), Channel::Soundbox);
                    s.but_report(|report| report.copy = true);
                },
                Held,
            ),
            ("a receipt without a time", |s| timeless(s.unanswered(1), Channel::Receipt), Broken),
            ("a screen without a time", |s| timeless(s.unanswered(1), Channel::Screen), Broken),
            ("a list without a time", |s| timeless(s.unanswered(1), Channel::Backend), Broken),
            (
                "a copy without a time",
                |s| {
                    timeless(s.unanswered(1).power(false).power(true), Channel::Receipt);
                    s.but_report(|report| report.copy = true);
                },
                Broken,
            ),
            (
                "an SMS with neither order nor time",
                |s| {
                    timeless(s.unanswered(1), Channel::Sms);
                    s.but_report(|report| report.order = None);
                },
                Broken,
            ),
            (
                "an SMS without an order",
                |s| {
                    s.unanswered(1).reports(1, Channel::Sms, Status::Approved);
                    s.but_report(|report| report.order = None);
                },
                Held,
            ),
        ],
    );
}

fn later(time: contract::Time) -> contract::Time {
    time + Lapse::from_secs(7)
}

fn timeless(story: &mut Story, channel: Channel) {
    story.reports(1, channel, Status::Approved).but_report(|report| report.paid_at = None);
}

#[test]
fn s14_artefact_honesty() {
    check(
        Invariant::S14,
        &[
            ("printed", |s| _ = s.good(1), Held),
            ("none printed", |s| _ = s.asks(1).sale(1).shows(1, Status::Approved), NotExercised),
            (
                "not captured",
                |s| _ = s.asks(1).sale(1).reports(1, Channel::Receipt, Status::Approved),
                Broken,
            ),
            (
                "reprinted as new",
                |s| _ = s.good(1).reports(1, Channel::Receipt, Status::Approved),
                Broken,
            ),
            ("reprinted as a copy", |s| _ = copy(s.good(1), Channel::Receipt), Held),
        ],
    );
}

#[test]
fn s14_copies_of_nothing_and_receipts_of_what_was_not_paid() {
    check(
        Invariant::S14,
        &[
            ("only ever a copy", |s| _ = copy(s.unanswered(1), Channel::Receipt), Broken),
            ("a copy on the screen alone", |s| _ = copy(s.unanswered(1), Channel::Screen), Broken),
            (
                "a copy of what another channel said",
                |s| _ = copy(s.unanswered(1).shows(1, Status::Approved), Channel::Receipt),
                Broken,
            ),
            (
                "recovered after a power cut",
                |s| _ = copy(s.unanswered(1).power(false).power(true), Channel::Receipt),
                Held,
            ),
            (
                "recovered after a restart that is only seen",
                |s| _ = copy(s.unanswered(1).screen(Phase::Boot), Channel::Screen),
                Held,
            ),
            (
                "restarted before the capture",
                |s| {
                    s.asks(1).sale(1).power(false).power(true).captured(1);
                    copy(s, Channel::Screen);
                },
                Broken,
            ),
            (
                "another terminal restarted",
                |s| {
                    s.unanswered(1).at_terminal(2).power(false).power(true).at_terminal(1);
                    copy(s, Channel::Screen);
                },
                Broken,
            ),
            (
                "a restart excuses no soundbox",
                |s| _ = copy(s.unanswered(1).power(false).power(true), Channel::Soundbox),
                Broken,
            ),
            (
                "the original may have been missed",
                |s| {
                    s.unanswered(1).loses(Tap::Receipt).secs(1).regains(Tap::Receipt);
                    copy(s, Channel::Receipt);
                },
                Undecided,
            ),
            (
                "a receipt that names no order",
                |s| {
                    s.asks(1).sale(1).reports(1, Channel::Receipt, Status::Approved);
                    s.but_report(|report| report.order = None);
                },
                Broken,
            ),
            (
                "printed after it was undone",
                |s| {
                    s.unanswered(1).sends(1, Purpose::Reversal).ledger(1, LedgerState::Reversed);
                    s.reports(1, Channel::Receipt, Status::Approved);
                },
                Broken,
            ),
        ],
    );
}

fn copy(story: &mut Story, channel: Channel) -> &mut Story {
    story.reports(1, channel, Status::Approved).but_report(|report| report.copy = true)
}

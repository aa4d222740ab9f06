//! What the trace says of one payment, step by step: sent, paid, answered, shown, asked.
//!
//! Claims nothing that no tap could have seen. Knows no words; `words.rs` has them.

use contract::event::Tap;
use contract::{
    Amount, Channel, Event, EventKind, FieldText, LedgerState, OrderId, Status, Time, Trace,
};

use crate::finding::Violation;

pub(super) mod seen;

use seen::Seen;

/// A moment that people can talk about: time and event number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    /// On the rig's clock.
    pub(super) time: Time,
    /// In the trace.
    pub(super) seq: u64,
}

impl At {
    pub(super) fn of(event: &Event) -> At {
        At { time: event.at, seq: event.seq }
    }
}

/// One step of a payment's story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fact {
    /// No request for it left the terminal.
    Unsent,
    /// Another amount was asked for than the price.
    OtherAmount { meant: Amount, asked: Amount, at: At },
    /// Another code was sent than the customer ever presented.
    OtherCode { at: At },
    /// The request left the terminal; what became of it was not observed.
    Sent(At),
    /// The request left the terminal and never reached the host.
    SentIntoTheVoid(At),
    /// The request reached the host and no money moved.
    NoMoney(At),
    /// The wallet changed the order's state.
    Ledger(LedgerState, At),
    /// The host sent no answer to the sale.
    HostSilent,
    /// The host's answer to the sale never reached the terminal.
    AnswerLost,
    /// The answer to the sale reached the terminal.
    Answered { code: FieldText, at: At },
    /// That answer stated another amount than the request.
    AnswerAmount { stated: Amount },
    /// The terminal's flash held no record of the order when its request left.
    NotJournalled,
    /// The terminal lost its power.
    PowerCut(At),
    /// A channel said this of the order.
    Said(Channel, Status, At),
    /// What it said last was about another amount than was asked for.
    SaidAmount { channel: Channel, stated: Amount },
    /// No channel at the terminal ever said anything of the order.
    NothingShown,
    /// A query of the order was answered.
    QueryAnswered { code: FieldText, at: At },
    /// Queries were sent and none was answered.
    QueriesUnanswered(u32),
    /// The terminal never asked what became of the order.
    NeverQueried,
    /// A reversal was asked for, and how it was first answered. What came of it, the ledger says.
    Reversal { answer: Option<(FieldText, At)>, at: At },
    /// The batch was closed, which broke the rule.
    BatchClosed { batch: u32, at: At },
    /// The same customer was charged once more under another order.
    ChargedAgain { order: OrderId, at: At },
}

/// Anchors of what never happened: told last.
const NEVER: u64 = u64::MAX - 1;
const AT_LAST: u64 = u64::MAX;

/// How many reports of the terminal, and of the other channels, are told; the last ones count.
const REPORTS: usize = 2;

/// The payment's story, in the order of events. Empty when the violation is about no payment.
pub(super) fn facts(trace: &Trace, seen: &Seen, violation: &Violation) -> Vec<Fact> {
    let tapped = |tap| trace.header().rig.taps.contains(&tap);
    let mut told = Vec::new();
    request(seen, &tapped, &mut told);
    money(seen, &tapped, &mut told);
    answer(seen, &tapped, &mut told);
    device(seen, &mut told);
    reports(seen, &tapped, violation, &mut told);
    asked(seen, &mut told);
    closed(trace, violation, &mut told);
    told.sort_by_key(|(anchor, _)| *anchor);
    told.into_iter().map(|(_, fact)| fact).collect()
}

type Told = Vec<(u64, Fact)>;

fn request(seen: &Seen, tapped: &impl Fn(Tap) -> bool, told: &mut Told) {
    let Some(sale) = &seen.sale else {
        if tapped(Tap::TerminalWire) {
            told.push((0, Fact::Unsent));
        }
        return;
    };
    let at = sale.at;
    match (seen.meant, sale.amount) {
        (Some(meant), Some(asked)) if meant != asked => {
            told.push((at.seq, Fact::OtherAmount { meant, asked, at }));
        }
        _ => {}
    }
    if !sale.code_was_presented {
        told.push((at.seq, Fact::OtherCode { at }));
    }
    if let Some(again) = &seen.charged_again {
        told.push((again.1.seq, Fact::ChargedAgain { order: again.0, at: again.1 }));
    }
}

fn money(seen: &Seen, tapped: &impl Fn(Tap) -> bool, told: &mut Told) {
    for (i, (state, at)) in seen.ledger.iter().enumerate() {
        let passing = *state == LedgerState::Pending && i + 1 < seen.ledger.len();
        if !passing {
            told.push((at.seq, Fact::Ledger(*state, *at)));
        }
    }
    let Some(sale) = seen.sale.as_ref().filter(|_| seen.ledger.is_empty()) else {
        return;
    };
    told.push(match seen.reached_host {
        Some(at) if tapped(Tap::Ledger) => (at.seq, Fact::NoMoney(at)),
        None if tapped(Tap::HostWire) => (sale.at.seq, Fact::SentIntoTheVoid(sale.at)),
        _ => (sale.at.seq, Fact::Sent(sale.at)),
    });
}

fn answer(seen: &Seen, tapped: &impl Fn(Tap) -> bool, told: &mut Told) {
    if let Some(answer) = &seen.answer {
        let asked = seen.sale.as_ref().and_then(|s| s.amount);
        told.push((answer.at.seq, Fact::Answered { code: answer.code, at: answer.at }));
        match (asked, answer.amount) {
            (Some(asked), Some(stated)) if asked != stated => {
                told.push((answer.at.seq, Fact::AnswerAmount { stated }));
            }
            _ => {}
        }
    } else if let Some(at) = seen.host_answered.or(seen.answer_lost) {
        let paid = seen.ledger.first().map_or(0, |(_, at)| at.seq);
        told.push((at.seq.max(paid), Fact::AnswerLost));
    } else if let Some(at) = seen.reached_host.filter(|_| tapped(Tap::HostWire)) {
        let paid = seen.ledger.first().map_or(0, |(_, at)| at.seq);
        told.push((at.seq.max(paid), Fact::HostSilent));
    }
}

fn device(seen: &Seen, told: &mut Told) {
    let Some(sale) = &seen.sale else { return };
    if seen.unwritten() {
        told.push((sale.at.seq, Fact::NotJournalled));
    }
    if let Some(at) = seen.power_cut {
        told.push((at.seq, Fact::PowerCut(at)));
    }
}

/// What was said of the order: the last few words, and the one that broke the rule.
fn reports(seen: &Seen, tapped: &impl Fn(Tap) -> bool, violation: &Violation, told: &mut Told) {
    for own in [true, false] {
        let these = || seen.reports.iter().filter(|(channel, ..)| channel.of_terminal() == own);
        let skipped = these().count().saturating_sub(REPORTS);
        for (i, (channel, status, at)) in these().enumerate() {
            if i >= skipped || at.seq == violation.event {
                told.push((at.seq, Fact::Said(*channel, *status, *at)));
            }
        }
    }
    for (channel, stated, at) in seen.other_amounts.iter().filter(|o| o.2.seq == violation.event) {
        told.push((at.seq, Fact::SaidAmount { channel: *channel, stated: *stated }));
    }
    let mute = seen.reports.iter().all(|(channel, ..)| !channel.of_terminal());
    if mute && tapped(Tap::Screen) && seen.sale.is_some() {
        told.push((NEVER, Fact::NothingShown));
    }
}

/// What the terminal asked later; silence counts only where it had no clear answer.
fn asked(seen: &Seen, told: &mut Told) {
    if let Some((at, answer)) = seen.reversal {
        told.push((at.seq, Fact::Reversal { answer, at }));
    }
    if let Some((at, code)) = &seen.query_answer {
        told.push((at.seq, Fact::QueryAnswered { code: *code, at: *at }));
    } else if seen.queries > 0 {
        told.push((AT_LAST, Fact::QueriesUnanswered(seen.queries)));
    } else if seen.sale.is_some() && seen.was_left_in_doubt() {
        told.push((AT_LAST, Fact::NeverQueried));
    }
}

/// The closing of a batch, where it is what broke the rule.
fn closed(trace: &Trace, violation: &Violation, told: &mut Told) {
    let Some(event) = trace.event(violation.event) else { return };
    if let EventKind::BatchClosed { batch, .. } = event.kind {
        told.push((event.seq, Fact::BatchClosed { batch, at: At::of(event) }));
    }
}

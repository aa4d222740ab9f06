//! S4: one amount from the keypad to the report, in fen, in yuan (currency 156).
//!
//! The keyed amount is the last one keyed at the terminal before the order's first sale request;
//! without one the request's amount stands for it. Every request, ledger change and report of the
//! order that states an amount must state that one, and every message that states a currency must
//! state 156. A report of *paid* must state an amount: each channel can, a soundbox speaks little
//! else. An answer that states another amount breaks the rule when the terminal then shows
//! the order as paid and no right answer came in between. That the operator keyed something else
//! than the price is not the terminal's fault and breaks nothing. An undone order's entry that
//! carries no code (undone before it was known) states no amount of a payment and is left out. So
//! is what a soundbox says under the fault that makes it say other amounts.
//! Exercised by each order of which a sale request left.

use contract::response_code::approves_part;
use contract::{Amount, Channel, Fault, Status};

use super::docket::Docket;
use super::history::History;
use super::order::{Order, Seen, Wire};
use crate::finding::Violation;

/// ISO 4217, yuan.
const CNY: u16 = 156;

pub(super) fn fidelity(history: &History, docket: &mut Docket) {
    for order in &history.orders {
        let Some(sale) = order.first_sale() else { continue };
        docket.exercised();
        let keyed = order.keyed.map(|(amount, _)| amount);
        let Some(right) = keyed.or(sale.message.amount) else { continue };
        let part = part(order, right);
        let wrong = statements(order).filter_map(|stated| {
            let right = match stated.what {
                What::Wish => right,
                What::Paid => part.unwrap_or(right),
            };
            let other = stated.amount.filter(|amount| *amount != right)?;
            let excused = stated.seen.is_some_and(|seen| is_garbled(history, seen));
            let text = || format!("the {} says {other} instead of {right}", stated.place);
            (!excused).then(|| (stated.event, text()))
        });
        let wrong = [
            wrong.min(),
            unstated(order),
            wrong_answer(order, part.unwrap_or(right)),
            wrong_currency(order),
        ];
        if let Some((event, what)) = wrong.into_iter().flatten().min() {
            let keyed_at = order.keyed.map(|(_, event)| event);
            let evidence = keyed_at.into_iter().chain([sale.event.seq]).collect();
            docket.broken(event, || Violation { what, evidence, ..history.case(order, event) });
        }
    }
}

/// What an amount is of.
enum What {
    /// Of what is to be paid.
    Wish,
    /// Of what was paid.
    Paid,
}

/// That somebody states an amount.
struct Statement<'o> {
    event: u64,
    amount: Option<Amount>,
    place: &'static str,
    what: What,
    /// On which channel, if on one.
    seen: Option<&'o Seen<'o>>,
}

/// What the terminal, the ledger and the channels state.
fn statements<'o>(order: &'o Order) -> impl Iterator<Item = Statement<'o>> {
    let asked = order.requests.iter().map(|wire| {
        let (event, amount) = (wire.event.seq, wire.message.amount);
        Statement { event, amount, place: "request", what: What::Wish, seen: None }
    });
    let booked = order.ledger.iter().filter(|c| !c.change.code.as_str().is_empty()).map(|change| {
        let (event, amount) = (change.event.seq, Some(change.change.amount));
        Statement { event, amount, place: "ledger", what: What::Paid, seen: None }
    });
    let told = order.reports.iter().map(|seen| {
        let paid = seen.report.status == Status::Approved;
        let what = if paid { What::Paid } else { What::Wish };
        let (place, amount) = (seen.report.channel.word(), seen.report.amount);
        Statement { event: seen.event.seq, amount, place, what, seen: Some(seen) }
    });
    asked.chain(booked).chain(told)
}

/// Whether a soundbox speaks while it is known to put amounts together wrongly: L4 demands that a
/// health check names it.
fn is_garbled(history: &History, seen: &Seen) -> bool {
    let (terminal, now) = (seen.event.terminal, seen.event.seq);
    let garbles = |fault: &Fault| matches!(fault, Fault::SoundboxMispronounces);
    seen.report.channel == Channel::Soundbox && history.in_force(terminal, (now, now), garbles)
}

/// The part of the amount that the host approved, where it approved no more.
fn part(order: &Order, right: Amount) -> Option<Amount> {
    let partial = |wire: &Wire| wire.message.response.as_deref().is_some_and(approves_part);
    let answer = order.answers.iter().find(|wire| wire.matches && partial(wire))?;
    answer.message.amount.filter(|part| *part < right)
}

/// The first report of *paid* that does not say how much.
fn unstated(order: &Order) -> Option<(u64, String)> {
    let seen = order.approvals().find(|seen| seen.report.amount.is_none())?;
    let what = format!("the {} says paid and states no amount", seen.report.channel.word());
    Some((seen.event.seq, what))
}

/// The first approval by the terminal whose latest answer states another amount.
fn wrong_answer(order: &Order, right: Amount) -> Option<(u64, String)> {
    let mut shown = order.reports.iter().filter(|s| s.by_terminal());
    let shown = shown.find(|s| s.report.status == Status::Approved)?.event.seq;
    let mut before = order.answers.iter().rev().filter(|w| w.event.seq < shown);
    let states_other = |wire: &Wire| wire.message.amount.is_some_and(|amount| amount != right);
    let latest = before.next().filter(|wire| states_other(wire))?;
    let any_right = order.matching(shown).any(|wire| !states_other(wire));
    let stated = latest.message.amount?;
    (!any_right)
        .then(|| (shown, format!("shown as paid after an answer over {stated}, not {right}")))
}

fn wrong_currency(order: &Order) -> Option<(u64, String)> {
    let mut wires = order.requests.iter().chain(&order.answers);
    wires.find_map(|wire| {
        let other = wire.message.currency.filter(|currency| *currency != CNY)?;
        Some((wire.event.seq, format!("the message says currency {other} instead of {CNY}")))
    })
}

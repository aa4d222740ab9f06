//! Rules and events in words that a person understands. Shared by all reports.

use contract::event::{ConnChange, FlashChange, LedgerChange, Phase, Report, WireMessage};
use contract::fault::CallbackFailure;
use contract::{Channel, EventKind, Expect, Header, LedgerState, Purpose, Status};

use crate::finding::{Measured, Rule, Verdict};
use crate::message::{Lang, Words};

/// What a rule is called in a machine's report: `S1`, `expect-1`, `covers-link-outage`.
pub fn rule_id(rule: &Rule) -> String {
    match rule {
        Rule::Invariant(invariant) => invariant.id().to_owned(),
        Rule::Expect(index) => format!("expect-{}", index + 1),
        Rule::Covers(fault) => format!("covers-{fault}"),
        Rule::Captures => "captures".to_owned(),
        Rule::Step(index) => format!("step-{}", index + 1),
    }
}

/// A rule's name for people: `S1 exactly-once report`.
pub fn rule_name(rule: &Rule, w: Words) -> String {
    match rule {
        Rule::Invariant(rule) => w.rule_named(rule.id(), w.0.of(rule.named())),
        Rule::Expect(index) => w.expectation(index + 1),
        Rule::Covers(fault) => w.coverage_of(fault),
        Rule::Captures => w.captures(),
        Rule::Step(index) => w.step_rule(index + 1),
    }
}

/// What a rule demands, one sentence.
pub fn statement(rule: &Rule, header: Option<&Header>, w: Words) -> String {
    match rule {
        Rule::Invariant(invariant) => w.0.of(invariant.demand()).to_owned(),
        Rule::Expect(index) => {
            let lines = header.map_or(&[][..], |header| &header.expect);
            let line = usize::try_from(*index).ok().and_then(|index| lines.get(index));
            line.map_or_else(
                || w.some_expectation(),
                |line| expectation(line, w) + w.0.either(".", "。"),
            )
        }
        Rule::Covers(fault) => w.fault_meets(fault),
        Rule::Captures => match header {
            Some(header) if header.captures == 1 => w.one_captured(),
            Some(header) => w.so_many_captured(header.captures),
            None => w.enough_captured(),
        },
        Rule::Step(_) => w.every_step(),
    }
}

/// `approved shown at least once, within 30s after captured`.
fn expectation(line: &Expect, w: Words) -> String {
    let often = match (line.at_least, line.at_most) {
        (_, Some(0)) => w.never(),
        (1, None) => w.at_least_once(),
        (n, None) => w.at_least(n),
        (1, Some(1)) => w.exactly_once(),
        (n, Some(m)) if n == m => w.exactly(n),
        (0, Some(m)) => w.at_most(m),
        (n, Some(m)) => w.between(n, m),
    };
    let place = line.terminal.map(|t| w.at_place(t)).unwrap_or_default();
    let within = line.within.map(|time| w.within(time)).unwrap_or_default();
    let after = line.after.map(|a| w.after(a.word())).unwrap_or_default();
    format!("`{}`{place} {often}{within}{after}", line.seen.word())
}

/// One word for a verdict.
pub const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "held",
        Verdict::Broken => "broken",
        Verdict::Undecided => "undecided",
        Verdict::NotExercised => "not exercised",
        Verdict::NotObservable => "not observable",
    }
}

/// A verdict in a few words.
pub fn verdict_named(verdict: Verdict, w: Words) -> String {
    match verdict {
        Verdict::Held => w.held(),
        Verdict::Broken => w.broken(),
        Verdict::Undecided => w.undecided(),
        Verdict::NotExercised => w.not_exercised(),
        Verdict::NotObservable => w.not_observable(),
    }
}

/// `took 3.2s, allowed 2s`.
pub fn measured(measured: &Measured, w: Words) -> String {
    match measured.took {
        Some(took) => w.took_of(took, measured.bound),
        None => w.never_came(measured.bound),
    }
}

/// Which column of a timeline an event stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Over all columns: what the runner did.
    All,
    /// The terminal, its power, and the people before it.
    Terminal,
    /// The 4G link.
    Link,
    /// The acquirer and the wallet.
    Host,
    /// What the merchant gets to see.
    Merchant,
}

/// The column of an event.
pub fn lane(kind: &EventKind) -> Lane {
    use contract::event::Tap;
    match kind {
        EventKind::Step(_)
        | EventKind::StepMissed(_)
        | EventKind::FaultOn { .. }
        | EventKind::FaultMet(_)
        | EventKind::FaultOff(_)
        | EventKind::TapLost(_)
        | EventKind::TapBack(_)
        | EventKind::Healed
        | EventKind::End => Lane::All,
        EventKind::Conn { .. } | EventKind::Attaching { .. } => Lane::Link,
        EventKind::Sent(wire) | EventKind::Received(wire) if wire.tap == Tap::HostWire => {
            Lane::Host
        }
        EventKind::Ledger(_) | EventKind::Callback { .. } | EventKind::CallbackRefused { .. } => {
            Lane::Host
        }
        EventKind::Report(_)
        | EventKind::Retracted { .. }
        | EventKind::List(_)
        | EventKind::Health { .. }
        | EventKind::Slip(_)
        | EventKind::Claim { .. }
        | EventKind::ClaimAnswered { .. } => Lane::Merchant,
        _ => Lane::Terminal,
    }
}

/// How much an event tells, 0 first: what a short timeline leaves out last.
pub fn weight(kind: &EventKind) -> u8 {
    match kind {
        EventKind::Step(_)
        | EventKind::StepMissed(_)
        | EventKind::FaultOn { .. }
        | EventKind::FaultOff(_)
        | EventKind::Healed
        | EventKind::Ledger(_)
        | EventKind::Power { .. } => 0,
        EventKind::Report(_) | EventKind::Retracted { .. } | EventKind::Intent { .. } => 1,
        EventKind::Sent(_) | EventKind::Received(_) => 2 + u8::from(lane(kind) == Lane::Host),
        EventKind::Flash(_) | EventKind::Conn { .. } | EventKind::FaultMet(_) => 5,
        _ => 4,
    }
}

/// An event in a few words. `steps` of the header give a step its text.
pub fn event(kind: &EventKind, header: &Header, w: Words) -> String {
    let step_text = |index: &u32| {
        let step = usize::try_from(*index).ok().and_then(|index| header.steps.get(index));
        step.map_or_else(String::new, |step| format!(": {}", step.text.trim_end_matches(',')))
    };
    match kind {
        EventKind::Step(index) => w.step(index + 1, step_text(index)),
        EventKind::StepMissed(index) => w.step_missed(index + 1, step_text(index)),
        EventKind::FaultOn { no, fault } => w.fault_on(no.0, fault.id()),
        EventKind::FaultMet(no) => w.fault_met(no.0),
        EventKind::FaultOff(no) => w.fault_off(no.0),
        EventKind::TapLost(tap) => w.tap_lost(tap.word()),
        EventKind::TapBack(tap) => w.tap_back(tap.word()),
        EventKind::Healed => w.healed(),
        EventKind::End => w.end(),
        EventKind::Sent(wire) | EventKind::Received(wire) => message(wire, w),
        EventKind::Conn { conn, change } => w.connection(conn, connection(*change, w)),
        EventKind::Ledger(change) => ledger(change, w),
        EventKind::Report(what) => report(what, w),
        EventKind::Retracted { channel, order } => w.struck(place(*channel, w), order),
        EventKind::Callback { attempt, failure, .. } => {
            w.called_back(attempt, called_back(*failure, w))
        }
        EventKind::CallbackRefused { .. } => w.callback_refused(),
        _ => at_the_till(kind, w),
    }
}

/// The events around the terminal's keys, scanner, flash and lists.
fn at_the_till(kind: &EventKind, w: Words) -> String {
    match kind {
        EventKind::Intent { intent, meant } => w.wants_to_pay(intent, meant),
        EventKind::Presented { intent, code } => w.shows(intent, masked(code.as_str())),
        EventKind::Keyed(keys) => w.keyed(keys),
        EventKind::Scanned(text) => w.scanned(masked(text)),
        EventKind::NoRead => w.nothing_read(),
        EventKind::Flash(FlashChange::Write(bytes)) => w.flash_wrote(bytes.0.len()),
        EventKind::Flash(FlashChange::Sync) => w.flash_safe(),
        EventKind::Flash(FlashChange::Replace(_)) => w.flash_compacted(),
        EventKind::Flash(FlashChange::Lost { lost }) => w.flash_lost(lost),
        EventKind::Screen { phase, text } => w.screen_shows(phase_word(*phase, w), text),
        EventKind::List(list) => {
            let count = payments(u64::from(list.count), w);
            w.list(place(list.channel, w), count, list.total)
        }
        EventKind::Health { item, well, fault } => {
            let how = if *well { w.works() } else { w.does_not_work() };
            let named = fault.as_ref().map(|fault| format!(": {fault}")).unwrap_or_default();
            w.health(item, how, named)
        }
        EventKind::Claim { intent, .. } => w.asks_hotline(intent),
        EventKind::ClaimAnswered { captured: true, amount, .. } => w.hotline_paid(amount),
        EventKind::ClaimAnswered { .. } => w.hotline_not_paid(),
        EventKind::BatchClosed { batch, orders, total } => {
            w.batch_closed(batch, payments(orders.len() as u64, w), total)
        }
        EventKind::Sound(sound) => w.sound(sound),
        EventKind::Slip(text) => w.slip(text),
        EventKind::Attaching { until } => w.registers(until),
        EventKind::Power { on: true } => w.power_back(),
        EventKind::Power { on: false } => w.power_cut(),
        // Those that `event` has words for.
        _ => String::new(),
    }
}

/// `1 payment`, `2 payments`.
fn payments(count: u64, w: Words) -> String {
    if count == 1 { w.one_payment() } else { w.many_payments(count) }
}

/// A channel: in English by the word that scenarios have for it.
fn place(channel: Channel, w: Words) -> String {
    match w.0 {
        Lang::En => channel.word().to_owned(),
        Lang::Zh => w.channel_name(channel),
    }
}

/// What a message says; which way it goes is drawn beside it.
fn message(wire: &WireMessage, w: Words) -> String {
    let Some(message) = &wire.message else { return w.unreadable(wire.bytes.0.len()) };
    let purpose = match message.purpose {
        Purpose::Sale => w.sale(),
        Purpose::Query => w.query(),
        Purpose::Reversal => w.reversal(),
        Purpose::Void => w.void(),
        Purpose::Refund => w.refund(),
        Purpose::Settlement => w.settle(),
        Purpose::BatchUpload => w.upload(),
        Purpose::SignIn => w.sign_in(),
        Purpose::Echo => w.echo(),
    };
    let answer = match (message.answer, message.response.as_deref()) {
        (false, _) => String::new(),
        (true, Some(code)) => w.answer(code),
        (true, None) => w.answer_without_code(),
    };
    let amount = message.amount.map(|amount| format!(" {amount}")).unwrap_or_default();
    let forged = if wire.authentic { String::new() } else { w.not_authentic() };
    format!("{purpose}{answer}{amount}{forged}")
}

/// What the merchant's server did with a callback.
fn called_back(failure: Option<CallbackFailure>, w: Words) -> String {
    match failure {
        None => w.acknowledged(),
        Some(CallbackFailure::ServerError) => w.server_error(),
        Some(CallbackFailure::Timeout) => w.no_answer_in_time(),
        Some(CallbackFailure::Redirect) => w.sent_elsewhere(),
        Some(CallbackFailure::BadAck) => w.wrong_words(),
    }
}

fn connection(change: ConnChange, w: Words) -> String {
    match change {
        ConnChange::Opening => w.conn_opening(),
        ConnChange::Opened => w.conn_opened(),
        ConnChange::Failed => w.conn_failed(),
        ConnChange::Closed => w.conn_closed(),
        ConnChange::Reset => w.conn_reset(),
    }
}

fn ledger(change: &LedgerChange, w: Words) -> String {
    let state = match change.state {
        LedgerState::Pending => w.waits_for_password(),
        LedgerState::Captured => w.taken(),
        LedgerState::Rejected => w.rejected(),
        LedgerState::Closed => w.closed_unpaid(),
        LedgerState::Reversed => w.reversed(),
        LedgerState::Refunded => w.refunded(),
    };
    format!("{state} {}", change.amount)
}

/// What a channel says of a payment.
pub fn status(status: Status, w: Words) -> String {
    match status {
        Status::Approved => w.paid(),
        Status::Declined => w.declined(),
        Status::Reversed => w.reversed(),
        Status::Pending => w.pending(),
        Status::Unknown => w.result_unknown(),
    }
}

fn report(report: &Report, w: Words) -> String {
    let copy = if report.copy { w.a_copy() } else { String::new() };
    let amount = report.amount.map(|amount| format!(" {amount}")).unwrap_or_default();
    let said = w.reported(place(report.channel, w), status(report.status, w));
    format!("{said}{amount}{copy}")
}

fn phase_word(phase: Phase, w: Words) -> String {
    match phase {
        Phase::Boot => w.boot(),
        Phase::Recovering => w.recovering(),
        Phase::Idle => w.idle(),
        Phase::Confirm => w.confirm(),
        Phase::Scan => w.scan(),
        Phase::Rescan => w.rescan(),
        Phase::Wait => w.wait(),
        Phase::Refused => w.refused(),
    }
}

/// Payment codes are shown like card numbers: the first two and the last four characters.
fn masked(code: &str) -> String {
    let count = code.chars().count();
    if count <= 8 {
        return code.to_owned();
    }
    let head: String = code.chars().take(2).collect();
    let tail: String = code.chars().skip(count - 4).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use contract::event::Tap;

    use super::*;

    #[test]
    fn events_are_told_in_words_not_in_names_of_the_code() {
        let header = Header::blank();
        let w = Words(Lang::En);
        let lost = event(&EventKind::TapLost(Tap::TerminalWire), &header, w);
        assert_eq!(lost, "observation lost: terminal-wire");
        let closed = |count| {
            let orders = vec![contract::OrderId::default(); count];
            event(
                &EventKind::BatchClosed { batch: 1, orders, total: contract::Amount(0) },
                &header,
                w,
            )
        };
        assert_eq!(closed(1), "batch 1 closed: 1 payment, 0.00");
        assert_eq!(closed(2), "batch 1 closed: 2 payments, 0.00");
    }
}

//! Rules and events in words that a person understands. Shared by all reports.

use contract::event::{ConnChange, FlashChange, LedgerChange, Phase, Report, WireMessage};
use contract::fault::CallbackFailure;
use contract::{EventKind, Expect, Header, LedgerState, Purpose, Status};

use crate::finding::{Measured, Rule, Verdict};

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
pub fn rule_name(rule: &Rule) -> String {
    match rule {
        Rule::Invariant(invariant) => format!("{} {}", invariant.id(), invariant.name()),
        Rule::Expect(index) => format!("expectation {}", index + 1),
        Rule::Covers(fault) => format!("coverage of {fault}"),
        Rule::Captures => "captures".to_owned(),
        Rule::Step(index) => format!("step {}", index + 1),
    }
}

/// What a rule demands, one sentence.
pub fn statement(rule: &Rule, header: Option<&Header>) -> String {
    match rule {
        Rule::Invariant(invariant) => invariant.statement().to_owned(),
        Rule::Expect(index) => {
            let lines = header.map_or(&[][..], |header| &header.expect);
            usize::try_from(*index).ok().and_then(|index| lines.get(index)).map_or_else(
                || "An expectation of the scenario holds.".to_owned(),
                |line| expectation(line) + ".",
            )
        }
        Rule::Covers(fault) => format!("The fault `{fault}` meets a payment in flight."),
        Rule::Captures => match header {
            Some(header) if header.captures == 1 => "At least 1 payment is captured.".to_owned(),
            Some(header) => format!("At least {} payments are captured.", header.captures),
            None => "Enough payments are captured.".to_owned(),
        },
        Rule::Step(_) => "Every step of the scenario is carried out.".to_owned(),
    }
}

/// `approved shown at least once, within 30s after captured`.
fn expectation(line: &Expect) -> String {
    let often = match (line.at_least, line.at_most) {
        (_, Some(0)) => "never".to_owned(),
        (1, None) => "at least once".to_owned(),
        (n, None) => format!("at least {n} times"),
        (1, Some(1)) => "exactly once".to_owned(),
        (n, Some(m)) if n == m => format!("exactly {n} times"),
        (0, Some(m)) => format!("at most {m} times"),
        (n, Some(m)) => format!("{n} to {m} times"),
    };
    let place = line.terminal.map(|t| format!(" at {t}")).unwrap_or_default();
    let within = line.within.map(|w| format!(", within {w}")).unwrap_or_default();
    let after = line.after.map(|a| format!(" after `{}`", a.word())).unwrap_or_default();
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

/// `took 3.2s, allowed 2s`.
pub fn measured(measured: &Measured) -> String {
    match measured.took {
        Some(took) => format!("took {took}, allowed {}", measured.bound),
        None => format!("never came, allowed within {}", measured.bound),
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
pub fn event(kind: &EventKind, header: &Header) -> String {
    let step_text = |index: &u32| {
        let step = usize::try_from(*index).ok().and_then(|index| header.steps.get(index));
        step.map_or_else(String::new, |step| format!(": {}", step.text.trim_end_matches(',')))
    };
    match kind {
        EventKind::Step(index) => format!("step {}{}", index + 1, step_text(index)),
        EventKind::StepMissed(index) => {
            format!("step {} was never carried out{}", index + 1, step_text(index))
        }
        EventKind::FaultOn { no, fault } => format!("fault {} on: {}", no.0, fault.id()),
        EventKind::FaultMet(no) => format!("fault {} touches a payment", no.0),
        EventKind::FaultOff(no) => format!("fault {} over", no.0),
        EventKind::TapLost(tap) => format!("observation lost: {}", tap.word()),
        EventKind::TapBack(tap) => format!("observation back: {}", tap.word()),
        EventKind::Healed => "healed: every fault ended".to_owned(),
        EventKind::End => "end".to_owned(),
        EventKind::Sent(wire) | EventKind::Received(wire) => message(wire),
        EventKind::Conn { conn, change } => format!("conn {conn} {}", connection(*change)),
        EventKind::Ledger(change) => ledger(change),
        EventKind::Report(what) => report(what),
        EventKind::Retracted { channel, order } => format!("{}: {order} struck", channel.word()),
        EventKind::Callback { attempt, failure, .. } => {
            format!("callback {attempt}: {}", called_back(*failure))
        }
        EventKind::CallbackRefused { .. } => "callback refused: not the acquirer's".to_owned(),
        _ => at_the_till(kind),
    }
}

/// The events around the terminal's keys, scanner, flash and lists.
fn at_the_till(kind: &EventKind) -> String {
    match kind {
        EventKind::Intent { intent, meant } => format!("{intent} wants to pay {meant}"),
        EventKind::Presented { intent, code } => {
            format!("{intent} shows {}", masked(code.as_str()))
        }
        EventKind::Keyed(keys) => format!("keyed {keys}"),
        EventKind::Scanned(text) => format!("scanned {}", masked(text)),
        EventKind::NoRead => "scanner: nothing read".to_owned(),
        EventKind::Flash(FlashChange::Write(bytes)) => format!("flash: wrote {}", bytes.0.len()),
        EventKind::Flash(FlashChange::Sync) => "flash: safe".to_owned(),
        EventKind::Flash(FlashChange::Replace(_)) => "flash: compacted".to_owned(),
        EventKind::Flash(FlashChange::Lost { lost }) => format!("flash: {lost} bytes lost"),
        EventKind::Screen { phase, text } => format!("[{}] {text}", phase_word(*phase)),
        EventKind::List(list) => {
            let count = payments(u64::from(list.count));
            format!("{} list: {count}, {}", list.channel.word(), list.total)
        }
        EventKind::Health { item, well, fault } => {
            let how = if *well { "works" } else { "does not work" };
            let named = fault.as_ref().map(|fault| format!(": {fault}")).unwrap_or_default();
            format!("health: {item} {how}{named}")
        }
        EventKind::Claim { intent, .. } => format!("{intent} asks the hotline"),
        EventKind::ClaimAnswered { captured: true, amount, .. } => {
            format!("hotline: paid {amount}")
        }
        EventKind::ClaimAnswered { .. } => "hotline: not paid".to_owned(),
        EventKind::BatchClosed { batch, orders, total } => {
            format!("batch {batch} closed: {}, {total}", payments(orders.len() as u64))
        }
        EventKind::Sound(sound) => format!("sound: {sound}"),
        EventKind::Slip(text) => format!("slip: {text}"),
        EventKind::Attaching { until } => format!("the modem registers until {until}"),
        EventKind::Power { on: true } => "power back".to_owned(),
        EventKind::Power { on: false } => "power cut".to_owned(),
        // Those that `event` has words for.
        _ => String::new(),
    }
}

/// `1 payment`, `2 payments`.
fn payments(count: u64) -> String {
    format!("{count} payment{}", if count == 1 { "" } else { "s" })
}

/// What a message says; which way it goes is drawn beside it.
fn message(wire: &WireMessage) -> String {
    let Some(message) = &wire.message else {
        return format!("{} unreadable bytes", wire.bytes.0.len());
    };
    let purpose = match message.purpose {
        Purpose::Sale => "sale",
        Purpose::Query => "query",
        Purpose::Reversal => "reversal",
        Purpose::Void => "void",
        Purpose::Refund => "refund",
        Purpose::Settlement => "settlement",
        Purpose::BatchUpload => "batch upload",
        Purpose::SignIn => "sign-in",
        Purpose::Echo => "echo",
    };
    let answer = match (message.answer, message.response.as_deref()) {
        (false, _) => String::new(),
        (true, Some(code)) => format!(" answer {code}"),
        (true, None) => " answer without a code".to_owned(),
    };
    let amount = message.amount.map(|amount| format!(" {amount}")).unwrap_or_default();
    let forged = if wire.authentic { "" } else { ", not authentic" };
    format!("{purpose}{answer}{amount}{forged}")
}

/// What the merchant's server did with a callback.
const fn called_back(failure: Option<CallbackFailure>) -> &'static str {
    match failure {
        None => "acknowledged",
        Some(CallbackFailure::ServerError) => "server error",
        Some(CallbackFailure::Timeout) => "no answer in time",
        Some(CallbackFailure::Redirect) => "sent elsewhere",
        Some(CallbackFailure::BadAck) => "acknowledged in wrong words",
    }
}

const fn connection(change: ConnChange) -> &'static str {
    match change {
        ConnChange::Opening => "opening",
        ConnChange::Opened => "open",
        ConnChange::Failed => "failed",
        ConnChange::Closed => "closed",
        ConnChange::Reset => "reset",
    }
}

fn ledger(change: &LedgerChange) -> String {
    let state = match change.state {
        LedgerState::Pending => "waits for the password",
        LedgerState::Captured => "captured",
        LedgerState::Rejected => "rejected",
        LedgerState::Closed => "closed unpaid",
        LedgerState::Reversed => "reversed",
        LedgerState::Refunded => "refunded",
    };
    format!("{state} {}", change.amount)
}

fn report(report: &Report) -> String {
    let status = match report.status {
        Status::Approved => "paid",
        Status::Declined => "declined",
        Status::Reversed => "reversed",
        Status::Pending => "pending",
        Status::Unknown => "unknown",
    };
    let copy = if report.copy { " (copy)" } else { "" };
    let amount = report.amount.map(|amount| format!(" {amount}")).unwrap_or_default();
    format!("{}: {status}{amount}{copy}", report.channel.word())
}

const fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Boot => "boot",
        Phase::Recovering => "recovering",
        Phase::Idle => "idle",
        Phase::Confirm => "confirm",
        Phase::Scan => "scan",
        Phase::Rescan => "rescan",
        Phase::Wait => "wait",
        Phase::Refused => "refused",
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
        let lost = event(&EventKind::TapLost(Tap::TerminalWire), &header);
        assert_eq!(lost, "observation lost: terminal-wire");
        let closed = |count| {
            let orders = vec![contract::OrderId::default(); count];
            event(&EventKind::BatchClosed { batch: 1, orders, total: contract::Amount(0) }, &header)
        };
        assert_eq!(closed(1), "batch 1 closed: 1 payment, 0.00");
        assert_eq!(closed(2), "batch 1 closed: 2 payments, 0.00");
    }
}

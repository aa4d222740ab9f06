//! What the scenario demands beyond the invariants: its `expect` lines, the faults that it claims
//! to cover, and how many payments must be captured.
//!
//! `expect`: moments are counted over the whole run, or from the first `after` on when that is
//! given; an event that is at no terminal counts at each. When `after` never came, a line that
//! wants something is broken and one that forbids something is not exercised.
//!
//! `covers`: a fault id counts when a fault of that id met a payment in flight: it was in force at
//! its terminal meanwhile; one that spoils single messages must have touched one since the order's
//! first message, for a sign-in is no payment; and one that acts on nothing but payments (people,
//! codes, paper, notices) counts when it touched something at any time.
//!
//! `captures`: orders whose capture stands at the end. Where none is demanded, no customer came,
//! nothing was charged and nothing is expected, the run shows nothing and fails.
//!
//! What is still missing when a run stops early, or when an observation was lost, is undecided.

use contract::catalogue::Met;
use contract::event::Tap;
use contract::{Event, Expect, Lapse, TerminalId, Trigger};

use super::calm::Trouble;
use super::docket::Docket;
use super::history::History;
use super::order::Order;
use crate::finding::{Finding, Measured, Rule, Violation};

pub(super) fn findings(history: &History) -> Vec<Finding> {
    let header = history.header();
    let mut findings: Vec<Finding> = Vec::new();
    for (index, expect) in (0u32..).zip(&header.expect) {
        findings.push(expected(history, index, expect));
    }
    for id in &header.covers {
        findings.push(covered(history, id));
    }
    if header.captures > 0 {
        findings.push(captures(history));
    } else if header.expect.is_empty() && history.ended() && is_void(history) {
        findings.push(shows_nothing(history));
    }
    findings
}

/// Something is missing at the end of the run.
fn missing(history: &History, docket: &mut Docket, violation: impl FnOnce() -> Violation) {
    if history.ended() {
        docket.absent(history.lost(), history.last(), violation);
    } else {
        docket.exercised();
        docket.stopped_early();
    }
}

fn expected(history: &History, index: u32, expect: &Expect) -> Finding {
    let mut docket = Docket::new(Rule::Expect(index));
    let start = match expect.after {
        None => Some(None),
        Some(after) => moments(history, after, expect.terminal).next().map(Some),
    };
    match start {
        Some(start) => counted(history, &mut docket, expect, start),
        None if expect.at_least > 0 => missing(history, &mut docket, || {
            let after = expect.after.map_or("", Trigger::word);
            let what = format!("`{after}` never came, and so nothing after it");
            Violation { terminal: expect.terminal, what, ..Violation::default() }
        }),
        None => {}
    }
    docket.close()
}

fn moments<'t>(
    history: &History<'t>,
    trigger: Trigger,
    terminal: Option<TerminalId>,
) -> impl Iterator<Item = &'t Event> {
    history.events().iter().filter(move |event| {
        let here = terminal.is_none() || event.terminal.is_none() || event.terminal == terminal;
        here && trigger.matches(&event.kind)
    })
}

fn counted(history: &History, docket: &mut Docket, expect: &Expect, start: Option<&Event>) {
    let from = start.map_or(0, |event| event.seq);
    let mut first: Option<&Event> = None;
    let mut count = 0u32;
    docket.exercised();
    for event in moments(history, expect.seen, expect.terminal).filter(|event| event.seq > from) {
        first = first.or(Some(event));
        count += 1;
        if expect.at_most.is_some_and(|most| count == most.saturating_add(1)) {
            docket.broken(event.seq, || Violation {
                terminal: event.terminal,
                evidence: start.map(|event| event.seq).into_iter().collect(),
                what: too_many(expect),
                ..Violation::default()
            });
        }
    }
    if count < expect.at_least {
        missing(history, docket, || Violation {
            terminal: expect.terminal,
            evidence: first.map(|event| event.seq).into_iter().collect(),
            what: format!("`{}` came {count} of {} times", expect.seen.word(), expect.at_least),
            ..Violation::default()
        });
    }
    if let (Some(bound), Some(first)) = (expect.within, first) {
        in_time(docket, expect, start, first, bound);
    }
}

fn too_many(expect: &Expect) -> String {
    let word = expect.seen.word();
    match expect.at_most {
        Some(most) if most > 0 => format!("`{word}` came more than {most} times"),
        _ => format!("`{word}` came, and never should"),
    }
}

fn in_time(
    docket: &mut Docket,
    expect: &Expect,
    start: Option<&Event>,
    first: &Event,
    bound: Lapse,
) {
    let took = first.at.since(start.map(|event| event.at).unwrap_or_default());
    let measured = Measured { took: Some(took), bound };
    if took <= bound {
        return docket.took(measured);
    }
    docket.broken(first.seq, || Violation {
        terminal: first.terminal,
        evidence: start.map(|event| event.seq).into_iter().collect(),
        what: format!("`{}` came after {took}, later than {bound}", expect.seen.word()),
        measured: Some(measured),
        ..Violation::default()
    });
}

fn covered(history: &History, id: &str) -> Finding {
    let mut docket = Docket::new(Rule::Covers(id.into()));
    let faults = || history.troubles.values().filter(|trouble| trouble.fault.id().0 == id);
    let met = faults().filter(|trouble| met_a_payment(history, trouble));
    met.for_each(|_| docket.exercised());
    if !docket.was_exercised() {
        missing(history, &mut docket, || Violation {
            evidence: faults().map(|trouble| trouble.on.1).collect(),
            what: format!("no `{id}` was in force while a payment was in flight"),
            ..Violation::default()
        });
    }
    docket.close()
}

/// Whether the fault had to do with a payment.
fn met_a_payment(history: &History, trouble: &Trouble) -> bool {
    let (terminal, from, to) = (trouble.terminal, trouble.on.1, trouble.off.1);
    let in_flight = || history.lives.overlap(terminal, (from, to));
    match trouble.fault.info().map(|info| info.met) {
        Some(Met::Exchange) => {
            trouble.met.is_some_and(|met| history.exchanges.overlap(terminal, (met, to)))
        }
        Some(Met::Flight) => in_flight(),
        Some(Met::Mark) => trouble.met.is_some(),
        Some(Met::Either) | None => trouble.met.is_some() || in_flight(),
    }
}

/// Whether nothing happened that a rule about money could be judged by.
fn is_void(history: &History) -> bool {
    let touched = |order: &Order| !order.requests.is_empty() || !order.ledger.is_empty();
    history.intents.is_empty() && !history.orders.iter().any(touched)
}

fn shows_nothing(history: &History) -> Finding {
    let mut docket = Docket::new(Rule::Captures);
    docket.absent(history.lost(), history.last(), || Violation {
        what:
            "no customer came, nothing was charged and nothing is expected: the run shows nothing"
                .into(),
        ..Violation::default()
    });
    docket.close()
}

fn captures(history: &History) -> Finding {
    let mut docket = Docket::new(Rule::Captures);
    let wanted = history.header().captures;
    let kept = history.orders.iter().filter(|order| order.kept().is_some());
    let kept = kept.inspect(|_| docket.exercised()).count();
    if !history.header().rig.taps.contains(&Tap::Ledger) {
        docket.not_observable(Tap::Ledger);
    } else if kept < wanted as usize {
        let payments = if kept == 1 { "payment was" } else { "payments were" };
        missing(history, &mut docket, || Violation {
            truth: format!("{kept} captured"),
            what: format!("{kept} {payments} captured, fewer than {wanted}"),
            ..Violation::default()
        });
    }
    docket.close()
}

//! Whether the parts of a scenario make sense together. Names that only a rig knows are looked up
//! in `names`.

use std::ops::Range;

use contract::{Expect, Lapse, TerminalId, catalogue};

use super::lower::Places;
use super::parse::Reader;
use super::words::{VERBS, Verb, verb_of_fault};
use super::{ExpectLine, Scenario, Step, When};
use crate::diagnostic::scenario as message;

/// Notes everything that makes no sense; keeps quiet about what hangs on something unreadable.
pub(super) fn check(cx: &mut Reader, scenario: &Scenario, places: &Places) {
    if scenario.steps.is_empty() && places.steps_sound {
        cx.fail::<()>(message::no_steps(cx.span(places.steps.clone())));
    }
    if places.terminals_sound {
        terminals(cx, scenario);
    }
    moments(cx, scenario, places.until_sound);
    covers(cx, scenario, places);
    if places.steps_sound {
        money(cx, scenario, places);
    }
}

/// Moments that only a customer with money brings about.
const PAID: [&str; 3] = ["captured", "approved shown", "receipt printed"];

/// Whoever demands payments lets somebody pay.
fn money(cx: &mut Reader, scenario: &Scenario, places: &Places) {
    let can = scenario.payers(None);
    if let Some(at) = places.captures.clone()
        && u64::from(scenario.captures()) > can
    {
        cx.fail::<()>(message::more_than_can_pay(cx.span(at), can));
    }
    for ExpectLine { expect, place } in &scenario.expect {
        if is_vain(scenario, expect) && !cx.full() {
            let at = cx.span(place.span.clone());
            cx.fail::<()>(message::paid_by_nobody(at, expect.seen.word()));
        }
    }
}

/// Whether a payment is expected where nobody can make one.
pub(super) fn is_vain(scenario: &Scenario, expect: &Expect) -> bool {
    let there = expect.terminal.is_none_or(|id| id.0 <= scenario.terminals());
    let paid = PAID.contains(&expect.seen.word());
    expect.at_least > 0 && paid && there && scenario.payers(expect.terminal) == 0
}

fn terminals(cx: &mut Reader, scenario: &Scenario) {
    let steps = scenario.steps.iter().map(|step| (step.terminal, &step.place));
    let expect = scenario.expect.iter().map(|line| (line.expect.terminal, &line.place));
    for (terminal, place) in steps.chain(expect) {
        if cx.full() {
            return;
        }
        if let Some(TerminalId(number)) = terminal.filter(|id| id.0 > scenario.terminals()) {
            let at = cx.span(place.span.clone());
            let id = TerminalId(number).to_string();
            cx.fail::<()>(message::no_such_terminal(at, &id, scenario.terminals()));
        }
    }
}

/// Repeats need a time to count from, and nothing comes after the end.
fn moments(cx: &mut Reader, scenario: &Scenario, until_sound: bool) {
    let mut before = Some(0);
    for step in &scenario.steps {
        if cx.full() {
            return;
        }
        let last = last_ms(step, before);
        let at = || step.place.span.clone();
        if step.repeat.is_some() && last.is_none() {
            cx.fail::<()>(message::repeat_on_moment(cx.span(at())));
        }
        if let Some(last) = last.filter(|ms| until_sound && *ms > scenario.until.as_ms()) {
            too_late(cx, at(), last, scenario.until);
        }
        before = last;
    }
}

/// The latest moment of a step's last repeat, behind a step that came at `before` at the latest;
/// `None` when it waits for something.
fn last_ms(step: &Step, before: Option<u64>) -> Option<u64> {
    let first = match step.when {
        When::At(at) => at.hi,
        When::After(lapse) => before?.saturating_add(lapse.hi),
        When::On { .. } => return None,
    };
    let more = step
        .repeat
        .map_or(0, |repeat| repeat.every.hi.saturating_mul(repeat.times.hi.saturating_sub(1)));
    Some(first.saturating_add(more))
}

fn too_late(cx: &mut Reader, at: Range<usize>, last_ms: u64, until: Lapse) {
    let moment = Lapse(last_ms.saturating_mul(1_000)).to_string();
    cx.fail::<()>(message::step_too_late(cx.span(at), &moment, &until.to_string()));
}

fn covers(cx: &mut Reader, scenario: &Scenario, places: &Places) {
    let injected: Vec<_> = scenario.steps.iter().filter_map(|step| step.verb.fault()).collect();
    for (id, at) in scenario.covers.iter().zip(&places.covers) {
        if cx.full() {
            return;
        }
        let at = cx.span(at.clone());
        let verb = verb_of_fault(id);
        if verb.is_none() && catalogue::fault(id).is_none() {
            cx.fail::<()>(message::unknown_fault(at, id, &known_faults()));
        } else if places.steps_sound && !injected.iter().any(|fault| fault.0 == id) {
            let example = verb.map(|verb| verb.example);
            cx.fail::<()>(message::fault_not_injected(at, id, example));
        }
    }
}

/// The ids of all faults: those that verbs bring, and the rest of the catalogue.
pub(super) fn known_faults() -> Vec<&'static str> {
    let mut ids: Vec<_> = VERBS.iter().filter_map(Verb::fault).map(|id| id.0).collect();
    ids.extend(catalogue::FAULTS.iter().map(|entry| entry.id.0));
    ids.sort_unstable();
    ids.dedup();
    ids
}

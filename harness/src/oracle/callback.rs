//! L5: callbacks to the merchant's server follow the schedule in the trace's header and stop when
//! it acknowledges. A rule about the acquirer's service, not about the terminal.
//!
//! Calls are counted from 1 without gaps; none follows an acknowledged one; the pause before each
//! is the schedule's, within the tolerance, and counts from the failure of the call before, which
//! for a server that says nothing is when its time to answer ran out. When the last call failed
//! and another is due before the run ends, it comes, unless the acquirer keeps calls back after a
//! query (fault `notify-suppressed-after-query`). The same call delivered once more has the same
//! number and is no call of its own. A header without a schedule leaves nothing to judge by.
//! Exercised by each order that is called back about.

use std::collections::BTreeMap;

use contract::event::Tap;
use contract::fault::CallbackFailure;
use contract::{Event, EventKind, Fault, Lapse, OrderId, Time};

use super::docket::Docket;
use super::history::History;
use crate::finding::{Measured, Violation};

/// A call that reached the merchant's server.
pub(super) struct Call<'t> {
    pub(super) event: &'t Event,
    number: u32,
    failure: Option<CallbackFailure>,
}

/// The calls about each order, in the trace's order.
pub(super) fn calls<'t>(history: &History<'t>) -> BTreeMap<OrderId, Vec<Call<'t>>> {
    let mut calls: BTreeMap<OrderId, Vec<Call>> = BTreeMap::new();
    for event in history.events() {
        let EventKind::Callback { order, attempt: number, failure } = event.kind else { continue };
        let calls = calls.entry(order).or_default();
        if calls.last().is_none_or(|last| last.number != number) {
            calls.push(Call { event, number, failure });
        }
    }
    calls
}

pub(super) fn schedule(history: &History, docket: &mut Docket) {
    if history.header().rig.callbacks.pauses.is_empty() {
        return;
    }
    for (order, calls) in calls(history) {
        docket.exercised();
        let Some(misfit) = misfit(history, &calls) else { continue };
        let case = history.find(order).map(|known| history.case(known, misfit.event));
        let first = calls.first().map_or(1, |call| call.event.seq);
        let terminal = calls.first().and_then(|call| call.event.terminal);
        let blind = history.blind(&[Tap::Callback], terminal, (first, misfit.event));
        docket.absent(blind, misfit.event, || Violation {
            order: Some(order),
            what: misfit.what.into(),
            measured: misfit.measured,
            ..case.unwrap_or_default()
        });
    }
}

/// Where calls leave the schedule.
struct Misfit {
    event: u64,
    what: &'static str,
    measured: Option<Measured>,
}

fn misfit(history: &History, calls: &[Call]) -> Option<Misfit> {
    let mut due: Option<Due> = None;
    for (index, call) in calls.iter().enumerate() {
        let wrong = |what, measured| Some(Misfit { event: call.event.seq, what, measured });
        if call.number as usize != index + 1 {
            return wrong("a call is missing in the callbacks", None);
        }
        match due {
            None if index > 0 => return wrong("called back again after the last call", None),
            Some(due) if !due.is_kept_by(call.event.at, history) => {
                let measured = Measured { took: Some(call.event.at.since(due.since)), ..due.want };
                return wrong("the callback did not come at its moment", Some(measured));
            }
            _ => {}
        }
        due = Due::after(history, call);
    }
    never_came(history, calls.last()?, due?)
}

/// When the next call is due.
#[derive(Clone, Copy)]
struct Due {
    /// The failure of the call before.
    since: Time,
    want: Measured,
}

impl Due {
    /// `None` after an acknowledged call, and at the schedule's end.
    fn after(history: &History, call: &Call) -> Option<Due> {
        let schedule = &history.header().rig.callbacks;
        let wait = match call.failure? {
            CallbackFailure::Timeout => schedule.answer_within,
            _ => Lapse::ZERO,
        };
        let pause = usize::try_from(call.number).ok()?.checked_sub(1)?;
        let want = Measured { took: None, bound: *schedule.pauses.get(pause)? };
        Some(Due { since: call.event.at + wait, want })
    }

    fn is_kept_by(self, at: Time, history: &History) -> bool {
        let moment = self.since + self.want.bound;
        at.since(moment) + moment.since(at) <= history.header().bounds.callback
    }
}

fn never_came(history: &History, last: &Call, due: Due) -> Option<Misfit> {
    let moment = due.since + due.want.bound + history.header().bounds.callback;
    let event = history.first_from(moment);
    let kept_back = history.troubles.values().any(|trouble| {
        let here = trouble.terminal.is_none() || trouble.terminal == last.event.terminal;
        let then = trouble.on.1 <= event && last.event.seq < trouble.off.1;
        here && then && matches!(trouble.fault, Fault::NotifySuppressedAfterQuery)
    });
    (moment < history.end() && !kept_back).then_some(Misfit {
        event,
        what: "the next callback never came",
        measured: Some(due.want),
    })
}

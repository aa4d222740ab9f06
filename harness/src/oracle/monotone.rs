//! S13: what is final stays final, and old news is told as old.
//!
//! On one channel, *pending* or *unknown* never follows *approved*, *declined* or *reversed* of
//! the same order, and *approved* and *declined* never follow each other. A report of *paid*
//! states the time of payment as the ledger has it, within a second (field 12 counts whole
//! seconds); what can be read can state it, and must. A soundbox speaks of now: one that states no
//! time breaks the rule when it comes later after the capture than its bound, unless it is marked
//! as a copy. The time in a report that names no order is not compared, for which order it means
//! is a guess. Exercised by each report that follows a final one, and by each report of *paid* of
//! a captured order.

use contract::{Channel, Lapse, Status, Time};

use super::docket::Docket;
use super::history::History;
use super::order::{Order, Seen, status_word};
use crate::finding::{Measured, Violation};

/// Reports may round to the whole second.
const ROUNDING: Lapse = Lapse::from_secs(1);

pub(super) fn monotone(history: &History, docket: &mut Docket) {
    for order in &history.orders {
        let mut settled: [Option<&Seen>; Channel::ALL.len()] = Default::default();
        for seen in &order.reports {
            let slot = &mut settled[seen.report.channel as usize];
            if let Some(earlier) = *slot {
                follows(history, docket, order, earlier, seen);
            }
            if seen.report.status.is_final() {
                *slot = Some(seen);
            }
        }
        timed(history, docket, order);
    }
}

fn follows(history: &History, docket: &mut Docket, order: &Order, earlier: &Seen, seen: &Seen) {
    docket.exercised();
    let (before, after) = (earlier.report.status, seen.report.status);
    if after.is_final() && !contradict(before, after) {
        return;
    }
    docket.broken(seen.event.seq, || Violation {
        evidence: vec![earlier.event.seq],
        what: format!(
            "the {} says {} after it had said {}",
            seen.report.channel.word(),
            status_word(after),
            status_word(before)
        ),
        ..history.case(order, seen.event.seq)
    });
}

/// What was paid may be reversed later; but it was not declined, nor was it paid if it was.
fn contradict(before: Status, after: Status) -> bool {
    matches!(
        (before, after),
        (Status::Approved, Status::Declined) | (Status::Declined, Status::Approved)
    )
}

fn timed(history: &History, docket: &mut Docket, order: &Order) {
    let Some(captured) = order.captured() else { return };
    let paid = captured.event.at;
    for seen in order.approvals() {
        docket.exercised();
        let Some((what, measured)) = mistimed(history, seen, paid) else { continue };
        docket.broken(seen.event.seq, || Violation {
            evidence: vec![captured.event.seq],
            what,
            measured,
            ..history.case(order, seen.event.seq)
        });
    }
}

fn mistimed(history: &History, seen: &Seen, paid: Time) -> Option<(String, Option<Measured>)> {
    let (channel, named) = (seen.report.channel, seen.report.order.is_some());
    let (off, bound, what) = match seen.report.paid_at {
        Some(said) if named => {
            let off = said.since(paid) + paid.since(said);
            (off, ROUNDING, format!("the {} says paid at {said}, not {paid}", channel.word()))
        }
        Some(_) => return None,
        None if states_time(channel) => {
            return Some((format!("the {} does not say when it was paid", channel.word()), None));
        }
        None if seen.report.copy || !named => return None,
        None => {
            let what = format!("the {} tells an old payment as if it were new", channel.word());
            (seen.event.at.since(paid), history.header().bounds.of(channel), what)
        }
    };
    (off > bound).then_some((what, Some(Measured { took: Some(off), bound })))
}

/// Whether a report here can state the time of payment: it is read, not heard.
fn states_time(channel: Channel) -> bool {
    channel != Channel::Soundbox
}

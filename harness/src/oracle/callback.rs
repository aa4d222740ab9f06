//! L5: callbacks to the merchant's server follow a published schedule and stop when it
//! acknowledges.
//!
//! Attempts are counted from 1 without gaps; none follows an acknowledged one; the times between
//! them are those of one of the schedules below, within the tolerance; and when the last one was
//! not acknowledged and another is due before the run ends, it comes. Exercised by each order that
//! is called back about.

use std::collections::BTreeMap;

use contract::{Event, EventKind, Lapse, OrderId};

use super::docket::Docket;
use super::history::History;
use crate::finding::{Measured, Violation};

/// Seconds between attempts.
const SCHEDULES: [&[u64]; 3] = [
    // WeChat Pay's notification guide.
    &[15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600],
    // Alipay's notification guide: three at once, then 4 minutes to 15 hours.
    &[0, 0, 0, 240, 600, 600, 3600, 7200, 21600, 54000],
    // The Antom and Alipay+ guides.
    &[120, 600, 600, 3600, 7200, 21600, 54000],
];

/// An attempt: its event, its count and whether it was acknowledged.
type Attempt<'t> = (&'t Event, u32, bool);

pub(super) fn schedule(history: &History, docket: &mut Docket) {
    let mut attempts: BTreeMap<OrderId, Vec<Attempt>> = BTreeMap::new();
    for event in history.events() {
        if let EventKind::Callback { order, attempt, acknowledged } = event.kind {
            attempts.entry(order).or_default().push((event, attempt, acknowledged));
        }
    }
    for (order, attempts) in attempts {
        docket.exercised();
        let tries = SCHEDULES.map(|schedule| misfit(history, &attempts, schedule));
        // Kept when one schedule fits; else judged by the one that fits longest.
        if tries.iter().any(Option::is_none) {
            continue;
        }
        let Some(worst) = tries.into_iter().flatten().max_by_key(|misfit| misfit.event) else {
            continue;
        };
        let case = history.find(order).map(|known| history.case(known, worst.event));
        docket.broken(worst.event, || Violation {
            order: Some(order),
            what: worst.what.into(),
            measured: worst.measured,
            ..case.unwrap_or_default()
        });
    }
}

/// Where attempts leave a schedule.
struct Misfit {
    event: u64,
    what: &'static str,
    measured: Option<Measured>,
}

fn misfit(history: &History, attempts: &[Attempt], schedule: &[u64]) -> Option<Misfit> {
    let mut earlier: Option<&Attempt> = None;
    for (index, attempt) in attempts.iter().enumerate() {
        let (event, count, _) = attempt;
        let wrong = |what, measured| Some(Misfit { event: event.seq, what, measured });
        if *count as usize != index + 1 {
            return wrong("an attempt of the callback is missing", None);
        }
        if let Some((before, _, acknowledged)) = earlier {
            let gap = index.checked_sub(1).and_then(|gap| schedule.get(gap));
            let Some(gap) = gap.filter(|_| !acknowledged) else {
                return wrong("called back again after the last attempt", None);
            };
            let (took, bound) = (event.at.since(before.at), Lapse::from_secs(*gap));
            let off = (took - bound) + (bound - took);
            if off > history.header().bounds.callback {
                return wrong(
                    "the callback did not come at its moment",
                    Some(Measured { took: Some(took), bound }),
                );
            }
        }
        earlier = Some(attempt);
    }
    never_came(history, attempts, schedule)
}

fn never_came(history: &History, attempts: &[Attempt], schedule: &[u64]) -> Option<Misfit> {
    let (last, _, acknowledged) = attempts.last()?;
    let gap = schedule.get(attempts.len() - 1).filter(|_| !acknowledged)?;
    let bound = Lapse::from_secs(*gap);
    let due = last.at + bound + history.header().bounds.callback;
    (due < history.end()).then(|| Misfit {
        event: history.first_from(due),
        what: "the next attempt of the callback never came",
        measured: Some(Measured { took: None, bound }),
    })
}

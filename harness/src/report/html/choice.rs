//! Which events of a long trace are drawn: the evidence, what tells most, what is near the breach.

use std::collections::BTreeSet;

use contract::event::ConnChange;
use contract::{Event, EventKind, TerminalId, Trace};

use super::super::wording;
use crate::exchange::Passage;

/// Whether an event has a place in the drawing of this terminal.
pub(super) fn drawable(event: &Event, terminal: Option<TerminalId>) -> bool {
    let here = event.terminal.is_none() || event.terminal == terminal;
    let plain = match &event.kind {
        EventKind::Flash(_) | EventKind::StepMissed(_) => false,
        EventKind::Conn { change, .. } => {
            matches!(change, ConnChange::Failed | ConnChange::Reset)
        }
        _ => true,
    };
    here && plain
}

/// At most `most` of them, in order, with all evidence that can be drawn.
pub(super) fn choose(
    trace: &Trace,
    terminal: Option<TerminalId>,
    evidence: &BTreeSet<u64>,
    centre: Option<u64>,
    most: usize,
) -> Vec<u64> {
    let rank = |event: &Event| {
        let far = centre.map_or(0, |centre| event.seq.abs_diff(centre));
        let weight = u64::from(wording::weight(&event.kind)) + u64::from(far.max(1).ilog2());
        (!evidence.contains(&event.seq), weight, event.seq)
    };
    let drawable = trace.events().iter().filter(|event| drawable(event, terminal));
    let mut ranked: Vec<_> = drawable.map(rank).collect();
    if ranked.len() > most {
        ranked.sort_unstable();
        ranked.truncate(most);
    }
    let mut chosen: Vec<u64> = ranked.into_iter().map(|(.., seq)| seq).collect();
    // A breach may be an event that is not drawn by itself, such as a lost record.
    chosen.extend(centre.filter(|centre| !chosen.contains(centre)));
    chosen.sort_unstable();
    chosen
}

/// With the other end of each message, so that none looks lost that is not.
pub(super) fn with_both_ends(chosen: Vec<u64>, passages: &[Passage]) -> Vec<u64> {
    let mut all: BTreeSet<u64> = chosen.into_iter().collect();
    for passage in passages {
        let ends = [passage.sent, passage.received];
        if ends.iter().flatten().any(|end| all.contains(end)) {
            all.extend(ends.into_iter().flatten());
        }
    }
    all.into_iter().collect()
}

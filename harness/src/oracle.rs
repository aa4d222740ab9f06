//! The oracles: a trace in, a finding for each rule out.
//!
//! They know the trace and nothing else: no rig, no simulator, no terminal's insides, and of the
//! scenario only what the trace's header repeats. One file for each rule or pair of rules; each
//! says at its head what it demands and what makes it *exercised*.
//!
//! What holds for all of them: a rule whose tap the rig does not have is *not observable*; one
//! whose premise never occurred is *not exercised*; one that would have needed a tap while it was
//! lost and a payment in flight is *undecided*, and so is a liveness rule of a run that was not
//! healed or not ended. Evidence of a breach beats all of these.

mod amount;
mod anonymous;
mod batch;
mod callback;
mod calm;
mod claim;
mod correlation;
mod demands;
mod docket;
mod eventual;
mod flash;
mod health;
mod history;
mod identity;
mod intent;
mod list;
mod lives;
mod monotone;
mod order;
mod politeness;
mod recovery;
mod report;
mod resolution;
mod responsiveness;
mod reversal;
mod scan;
#[cfg(test)]
mod story;
#[cfg(test)]
mod tests;
mod write_ahead;

use contract::event::Tap;
use contract::{Invariant, Trace};

use crate::finding::{Finding, Rule};
use docket::Docket;
use history::History;

/// One invariant and how it is judged.
struct Oracle {
    rule: Invariant,
    /// Taps without which it can't be judged at all.
    taps: &'static [Tap],
    /// Whether it needs at least one of the merchant's channels besides.
    channels: bool,
    judge: fn(&History, &mut Docket),
}

const fn oracle(
    rule: Invariant,
    taps: &'static [Tap],
    channels: bool,
    judge: fn(&History, &mut Docket),
) -> Oracle {
    Oracle { rule, taps, channels, judge }
}

/// All invariants, in the order of `Invariant::ALL`.
const ORACLES: &[Oracle] = {
    use Invariant::*;
    use Tap::{Flash, Ledger, Screen, TerminalWire as Wire};
    &[
        oracle(S1, &[Ledger], true, report::exactly_once),
        oracle(S2, &[Ledger], true, report::no_phantom),
        oracle(S3, &[Ledger, Wire, Screen], false, intent::single_capture),
        oracle(S4, &[Ledger, Wire], false, amount::fidelity),
        oracle(S5, &[Ledger, Wire], true, reversal::consistency),
        oracle(S6, &[Flash, Wire], false, write_ahead::write_ahead),
        oracle(S7, &[Wire, Screen], false, correlation::correlation),
        oracle(S8, &[Wire, Screen], false, correlation::authenticity),
        oracle(S9, &[Ledger, Wire, Screen], false, batch::integrity),
        oracle(S10, &[], true, list::complete_view),
        oracle(S11, &[Wire], false, identity::identity),
        oracle(S12, &[Wire], false, scan::honesty),
        oracle(S13, &[Ledger], true, monotone::monotone),
        oracle(S14, &[Ledger], true, report::artefacts),
        oracle(L1, &[Ledger], true, eventual::report),
        oracle(L2, &[Ledger, Wire, Screen], false, resolution::resolution),
        oracle(L3, &[Wire, Screen], false, recovery::recovery_first),
        oracle(L4, &[Ledger], true, eventual::every_channel),
        oracle(L5, &[], false, callback::schedule),
        oracle(L6, &[Wire, Screen], false, responsiveness::responsiveness),
        oracle(L7, &[Wire], false, politeness::politeness),
        oracle(L8, &[Ledger], false, claim::closure),
    ]
};

/// Judges a trace by every invariant and by what its header demands; sorted by rule.
pub fn judge(trace: &Trace) -> Vec<Finding> {
    let history = History::of(trace);
    let mut findings: Vec<Finding> =
        ORACLES.iter().map(|oracle| oracle.finding(&history)).collect();
    findings.extend(demands::findings(&history));
    findings.sort_by(|a, b| a.rule.cmp(&b.rule));
    findings
}

impl Oracle {
    fn finding(&self, history: &History) -> Finding {
        let mut docket = Docket::new(Rule::Invariant(self.rule));
        if let Some(tap) = self.missing(history) {
            docket.not_observable(tap);
            return docket.close();
        }
        (self.judge)(history, &mut docket);
        if let Some(tap) = history.lost_in_flight(&self.needs(history)) {
            docket.undecided(tap);
        }
        if self.rule.is_liveness() && !history.complete() {
            docket.stopped_early();
        }
        docket.close()
    }

    /// A tap that the rig would need and does not have.
    fn missing(&self, history: &History) -> Option<Tap> {
        let has = &history.header().rig.taps;
        let lacks = |tap: &Tap| !has.contains(tap);
        let unseen = || {
            let channels = &history.header().rig.channels;
            let any = channels.first().map_or(Tap::Screen, |channel| Tap::from(*channel));
            (self.channels && history.watched().next().is_none()).then_some(any)
        };
        self.taps.iter().copied().find(lacks).or_else(unseen)
    }

    /// The taps whose loss matters.
    fn needs(&self, history: &History) -> Vec<Tap> {
        let mut taps = self.taps.to_vec();
        if self.channels {
            taps.extend(history.watched().map(Tap::from));
        }
        taps
    }
}

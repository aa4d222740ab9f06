//! Which fault set a violation off: one that met the payment, else one that was in force while it
//! was under way. Reads the trace only.

use std::collections::BTreeMap;

use contract::Invariant::{S4, S6, S9, S10, S11, S12};
use contract::catalogue::FaultInfo;
use contract::{Event, EventKind, Fault, FaultNo, Invariant, TerminalId, Trace};

use super::facts::At;
use super::payment::Payment;
use crate::finding::Rule;

/// A fault in force that may be the cause.
#[derive(Debug)]
pub(super) struct Suspect {
    /// What it does.
    pub(super) fault: Fault,
    /// When it came into force.
    pub(super) on: At,
    /// When it ended; `None` when it lasted to the end of the trace.
    pub(super) off: Option<At>,
    /// When it last touched this payment; `None` when it was in force and touched nothing.
    pub(super) met: Option<At>,
    /// Where it was put in force.
    terminal: Option<TerminalId>,
}

impl Suspect {
    /// Its entry in the catalogue.
    pub(super) fn info(&self) -> Option<&'static FaultInfo> {
        self.fault.info()
    }

    /// Whether it can have touched the payment: a fault of the host touches every terminal.
    fn is_here(&self, payment: &Payment) -> bool {
        payment.is_here(self.terminal) || self.fault.id().0.starts_with("acq-")
    }

    /// Whether the catalogue knows that it tempts terminals into breaking this rule.
    pub(super) fn tempts(&self, rule: &Rule) -> bool {
        let breaks = |info: &FaultInfo, rule| info.breaks.contains(rule);
        match rule {
            Rule::Invariant(rule) => self.info().is_some_and(|info| breaks(info, rule)),
            _ => false,
        }
    }

    /// Larger is likelier: it met the payment; it is on the same terminal; the catalogue knows
    /// that it tempts terminals into breaking this rule; it is nearest before the violation.
    fn weight(&self, payment: &Payment, rule: &Rule) -> (bool, bool, bool, u64, u64) {
        let last = self.met.or(self.off).map_or(payment.until, |at| at.seq.min(payment.until));
        (self.met.is_some(), self.is_here(payment), self.tempts(rule), last, self.on.seq)
    }
}

/// Rules about what the terminal writes, counts and adds up by itself. A fault that does not tempt
/// into breaking one of them has nothing to do with it, even when it met the payment.
const OF_THE_RECORDS: [Invariant; 6] = [S4, S6, S9, S10, S11, S12];

/// What the faults of a run have to do with a breach.
#[derive(Debug)]
pub(super) enum Setting {
    /// No fault was in force.
    Calm,
    /// This fault was in force, and does not explain the breach.
    Beside(Suspect),
    /// This fault explains it.
    Fault(Suspect),
}

impl Setting {
    /// The fault that explains the breach.
    pub(super) fn cause(&self) -> Option<&Suspect> {
        match self {
            Setting::Fault(suspect) => Some(suspect),
            Setting::Calm | Setting::Beside(_) => None,
        }
    }
}

/// The likeliest fault, and whether it explains the breach.
pub(super) fn find(trace: &Trace, payment: &Payment, rule: &Rule) -> Setting {
    let own = matches!(rule, Rule::Invariant(rule) if OF_THE_RECORDS.contains(rule));
    let explains = |s: &Suspect| !own || s.tempts(rule);
    let concerns = |s: &Suspect| {
        let overlaps = s.on.seq <= payment.until && s.off.is_none_or(|off| off.seq >= payment.from);
        s.met.is_some() || (overlaps && s.is_here(payment))
    };
    let suspects = all(trace, payment).into_values().filter(concerns);
    match suspects.max_by_key(|s| (explains(s), s.weight(payment, rule))) {
        None => Setting::Calm,
        Some(suspect) if explains(&suspect) => Setting::Fault(suspect),
        Some(suspect) => Setting::Beside(suspect),
    }
}

/// Every fault of the trace, with what it did to this payment.
fn all(trace: &Trace, payment: &Payment) -> BTreeMap<FaultNo, Suspect> {
    let mut suspects = BTreeMap::new();
    for event in trace.events() {
        note(&mut suspects, payment, event);
    }
    suspects
}

fn note(suspects: &mut BTreeMap<FaultNo, Suspect>, payment: &Payment, event: &Event) {
    let at = At::of(event);
    match &event.kind {
        EventKind::FaultOn { no, fault } => {
            let fault = (**fault).clone();
            let terminal = event.terminal;
            // A power cut, a crash or a hang touches whatever is under way.
            let stops = matches!(fault, Fault::PowerCut | Fault::FwCrash | Fault::FwHang);
            let cuts = stops && payment.lives_at(event);
            let met = cuts.then_some(at);
            suspects.insert(*no, Suspect { fault, on: at, off: None, met, terminal });
        }
        EventKind::FaultMet(no) if payment.lives_at(event) => {
            if let Some(suspect) = suspects.get_mut(no) {
                suspect.met = Some(at);
            }
        }
        EventKind::FaultOff(no) => {
            if let Some(suspect) = suspects.get_mut(no) {
                suspect.off.get_or_insert(at);
            }
        }
        EventKind::Healed => {
            for suspect in suspects.values_mut() {
                suspect.off.get_or_insert(at);
            }
        }
        _ => {}
    }
}

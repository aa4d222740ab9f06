//! Whether the link profile alone kept something from happening: trouble on the network while no
//! fault that can make such trouble was in force. Reads the trace only, and judges no terminal.

use std::collections::BTreeSet;

use contract::event::{ConnChange, Tap, WireMessage};
use contract::{Event, EventKind, Fault, FaultNo, Lapse, TerminalId, Time, Trace};

use super::facts::At;

/// So long after a fault, or before it for what was on its way, trouble is still put down to the
/// fault (assumption: the attended wait of the merchants' guidance).
const AFTERMATH: Lapse = Lapse::from_secs(60);

/// What the link did by itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Trouble {
    /// Connections that failed or were reset.
    pub(super) connections: u32,
    /// How often the modem registered anew.
    pub(super) registrations: u32,
    /// Messages that left one end and never reached the other.
    pub(super) lost: u32,
    /// The first of all these.
    pub(super) first: Option<At>,
}

/// The trouble up to event `until` at this terminal, or at any; `None` when there was none.
pub(super) fn trouble(trace: &Trace, terminal: Option<TerminalId>, until: u64) -> Option<Trouble> {
    let spans = spans(trace);
    let arrived = arrived(trace);
    let mut trouble = Trouble::default();
    let here = |e: &&Event| terminal.is_none() || e.terminal.is_none() || e.terminal == terminal;
    for event in trace.events().iter().filter(here).take_while(|e| e.seq <= until) {
        let (lost, count) = match &event.kind {
            EventKind::Conn { change: ConnChange::Failed | ConnChange::Reset, .. } => {
                (false, &mut trouble.connections)
            }
            EventKind::Attaching { .. } => (false, &mut trouble.registrations),
            EventKind::Sent(wire) if is_lost(trace, wire, &arrived) => (true, &mut trouble.lost),
            _ => continue,
        };
        if !spans.iter().any(|span| span.explains(event, lost)) {
            *count += 1;
            trouble.first.get_or_insert(At::of(event));
        }
    }
    trouble.first.is_some().then_some(trouble)
}

/// A fault in force.
struct Span<'t> {
    no: FaultNo,
    fault: &'t Fault,
    terminal: Option<TerminalId>,
    on: Time,
    off: Option<Time>,
}

impl Span<'_> {
    /// Whether trouble may be this fault's doing. A lost message may have met it on its way.
    fn explains(&self, event: &Event, lost: bool) -> bool {
        let here =
            self.terminal.is_none() || self.fault.is_global() || self.terminal == event.terminal;
        let began = self.on <= if lost { event.at + AFTERMATH } else { event.at };
        here && began
            && self.off.is_none_or(|off| event.at <= off + AFTERMATH)
            && disturbs(self.fault.id().0, lost)
    }
}

/// What can stop a connection or the modem's registration (starts of the catalogue's ids).
const CUTS: &[&str] = &[
    "link-",
    "net-nat-",
    "net-half-",
    "net-dns-",
    "net-backup-",
    "acq-maintenance",
    "acq-restart",
    "acq-brown-out",
    "acq-upgrade-",
    "power-",
    "fw-crash-",
    "fw-hang",
    "fw-config-",
    "hw-modem-",
];

/// What, besides, can take a message away.
const SWALLOWS: &[&str] = &["net-", "acq-", "settle-", "sec-"];

/// Whether a fault stops connections or, for `lost`, messages.
fn disturbs(id: &str, lost: bool) -> bool {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| id.starts_with(prefix));
    starts(CUTS) || (lost && starts(SWALLOWS))
}

fn spans(trace: &Trace) -> Vec<Span<'_>> {
    let mut spans: Vec<Span> = Vec::new();
    for event in trace.events() {
        let ended = |span: &&mut Span| match event.kind {
            EventKind::FaultOff(no) => span.no == no,
            EventKind::Healed => true,
            _ => false,
        };
        if let EventKind::FaultOn { no, fault } = &event.kind {
            let terminal = event.terminal;
            spans.push(Span { no: *no, fault, terminal, on: event.at, off: None });
        }
        for span in spans.iter_mut().filter(ended) {
            span.off.get_or_insert(event.at);
        }
    }
    spans
}

/// What arrived where.
fn arrived(trace: &Trace) -> BTreeSet<(Tap, &[u8])> {
    let wires = trace.events().iter().filter_map(|event| match &event.kind {
        EventKind::Received(wire) => Some((wire.tap, &*wire.bytes.0)),
        _ => None,
    });
    wires.collect()
}

/// Whether a message never reached the other end, where the rig sees both.
fn is_lost(trace: &Trace, wire: &WireMessage, arrived: &BTreeSet<(Tap, &[u8])>) -> bool {
    let taps = &trace.header().rig.taps;
    let other = match wire.tap {
        Tap::TerminalWire => Tap::HostWire,
        _ => Tap::TerminalWire,
    };
    taps.contains(&other) && !arrived.contains(&(other, &*wire.bytes.0))
}

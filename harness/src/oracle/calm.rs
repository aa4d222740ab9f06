//! When trouble was over: what a liveness bound counts from.
//!
//! It knows which faults can hold up which channel, and nothing of what should happen then.

use std::collections::BTreeMap;

use contract::catalogue::Delays;
use contract::{Channel, Event, EventKind, Fault, Lapse, TerminalId, Time};

use super::history::History;

/// One fault, or one power cut, in force.
pub(super) struct Trouble<'t> {
    pub(super) fault: &'t Fault,
    /// Where; `None` for everywhere.
    pub(super) terminal: Option<TerminalId>,
    /// From when, in time and as the number of the event.
    pub(super) on: (Time, u64),
    /// Until when; endless while the trace does not say that it ended.
    pub(super) off: (Time, u64),
    /// The event at which it first touched something.
    pub(super) met: Option<u64>,
}

impl<'t> Trouble<'t> {
    pub(super) fn new(fault: &'t Fault, event: &Event) -> Trouble<'t> {
        let terminal = if fault.is_global() { None } else { event.terminal };
        let (on, off) = ((event.at, event.seq), (Time(u64::MAX), u64::MAX));
        Trouble { fault, terminal, on, off, met: None }
    }

    /// Ended by this event, unless it had ended before.
    pub(super) fn end(&mut self, event: &Event) {
        if event.seq < self.off.1 {
            self.off = (event.at + lingering(self.fault), event.seq);
        }
    }
}

/// How long what it did may still be on its way when it ends.
fn lingering(fault: &Fault) -> Lapse {
    match fault {
        Fault::ResponseLate { delay }
        | Fault::AcqSlow { delay }
        | Fault::AcqBrownOut { delay, .. } => *delay,
        _ => Lapse::ZERO,
    }
}

/// Whether a fault can hold up a report on this channel.
fn hinders(fault: &Fault, channel: Channel) -> bool {
    match fault.info().map(|info| info.delays) {
        None | Some(Delays::Nothing) => false,
        Some(Delays::Terminal) => channel.of_terminal(),
        Some(Delays::TerminalAndBackend) => channel.of_terminal() || channel == Channel::Backend,
        Some(Delays::Only(only)) => channel == only,
        Some(Delays::ItsChannel) => match fault {
            Fault::NotifyDelayed { channel: held, .. }
            | Fault::NotifyOutOfOrder { channel: held } => *held == channel,
            _ => false,
        },
    }
}

/// A span of trouble: begin and end.
pub(super) type Span = (Time, Time);

/// The trouble that could hold up one channel. Spans that leave less than `gap` between them are
/// one: a bound that is interrupted by new trouble starts again.
pub(super) struct Calm {
    gap: Lapse,
    everywhere: Vec<Span>,
    at: BTreeMap<TerminalId, Vec<Span>>,
}

impl Calm {
    /// Of one channel, for a bound of `gap`.
    pub(super) fn of(history: &History, channel: Channel, gap: Lapse) -> Calm {
        let mut everywhere = Vec::new();
        let mut at: BTreeMap<TerminalId, Vec<Span>> = BTreeMap::new();
        for trouble in history.troubles.values().filter(|t| hinders(t.fault, channel)) {
            let span = (trouble.on.0, trouble.off.0);
            match trouble.terminal {
                Some(terminal) => at.entry(terminal).or_default().push(span),
                None => everywhere.push(span),
            }
        }
        if channel.of_terminal() {
            for (terminal, till) in &history.tills {
                if !till.dark.is_empty() {
                    at.entry(*terminal).or_default().extend(&till.dark);
                }
            }
        }
        for spans in at.values_mut() {
            spans.extend(&everywhere);
            *spans = merged(std::mem::take(spans), gap);
        }
        Calm { gap, everywhere: merged(everywhere, gap), at }
    }

    /// When a bound for something that is due since `since` starts to count.
    pub(super) fn after(&self, terminal: Option<TerminalId>, since: Time) -> Time {
        let own = terminal.and_then(|terminal| self.at.get(&terminal));
        let spans = own.unwrap_or(&self.everywhere);
        let begun = spans.partition_point(|(on, _)| *on <= since + self.gap);
        begun.checked_sub(1).map_or(since, |last| since.max(spans[last].1))
    }
}

fn merged(mut spans: Vec<Span>, gap: Lapse) -> Vec<Span> {
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for (on, off) in spans {
        match out.last_mut() {
            Some(last) if on <= last.1 + gap => last.1 = last.1.max(off),
            _ => out.push((on, off)),
        }
    }
    out
}

/// Notes when a terminal is without power, endless until it comes back, and without network.
///
/// A modem that lost its registration has no network until it registered anew, also when the
/// fault behind it has long ended: what counts is the end of the registration.
pub(super) fn note_dark(dark: &mut Vec<Span>, event: &Event) {
    match event.kind {
        EventKind::Attaching { until } => dark.push((event.at, until)),
        EventKind::Power { on: false } => dark.push((event.at, Time(u64::MAX))),
        EventKind::Power { on: true } => {
            let cut = dark.iter_mut().rev().find(|(_, until)| *until == Time(u64::MAX));
            cut.into_iter().for_each(|cut| cut.1 = event.at);
        }
        _ => {}
    }
}

//! L1 and L4: a captured payment comes to the merchant's eyes or ears in time.
//!
//! Time counts from the capture, or from the end of the last trouble that could hold up the
//! channel and that began before the bound had run out: link, host or power for the terminal's
//! own channels, host for the others, paper for the receipt, being offline for the soundbox. A
//! copy counts as a report. What is not due yet when the run ends is not judged. Only orders whose
//! capture stands at the end are judged; each of them exercises the rule.
//!
//! L1: at least one of the merchant's channels reports it as paid within that channel's bound, and
//! does not take it back: by striking it, or by saying declined or reversed later. When the rig
//! can't observe all of the merchant's channels, silence on the others proves nothing.
//!
//! L4: each channel that the rig observes does. Exempt are channels that the acquirer sends no
//! notices on, or that are switched off, at some moment between the capture and the bound; but
//! each time that SMS is switched off, the terminal's health check must name it (which exercises
//! the rule too).

use contract::event::Tap;
use contract::{Channel, Event, EventKind, Fault, TerminalId, Time};

use super::calm::{Calm, Trouble};
use super::docket::Docket;
use super::history::History;
use super::order::{Order, Seen};
use crate::finding::{Measured, Violation};

pub(super) fn report(history: &History, docket: &mut Docket) {
    let watches: Vec<Watch> = history.watched().map(|c| Watch::of(history, c)).collect();
    let taps: Vec<Tap> = watches.iter().map(|watch| watch.channel.into()).collect();
    let mut enabled = history.header().rig.channels.iter().map(|channel| Tap::from(*channel));
    let unseen = enabled.find(|tap| !taps.contains(tap));
    for order in &history.orders {
        let Some(captured) = order.kept() else { continue };
        docket.exercised();
        let channels = watches.iter().map(|w| w.outcome(order, captured.event.at, true));
        let Some(best) = channels.min_by_key(Outcome::rank) else { continue };
        if let (Some(tap), false) = (unseen, matches!(best, Outcome::InTime(_))) {
            docket.not_observable(tap);
            continue;
        }
        settle(history, docket, order, &best, &taps, "on any channel");
    }
}

pub(super) fn every_channel(history: &History, docket: &mut Docket) {
    for watch in history.watched().map(|channel| Watch::of(history, channel)) {
        for order in &history.orders {
            let Some(captured) = order.kept() else { continue };
            if watch.exempt(order.terminal, captured.event) {
                continue;
            }
            docket.exercised();
            let outcome = watch.outcome(order, captured.event.at, false);
            let place = format!("on the {}", watch.channel.word());
            settle(history, docket, order, &outcome, &[watch.channel.into()], &place);
        }
    }
    if history.header().rig.channels.contains(&Channel::Sms) {
        named_by_health_check(history, docket);
    }
}

/// How a report kept its bound.
enum Outcome {
    InTime(Measured),
    /// Not reported yet, and still allowed to come when the trace ends.
    NotDue,
    Late(Measured, Time),
}

impl Outcome {
    /// The best first; of the late ones the one whose bound ran out last.
    fn rank(&self) -> (u8, u64) {
        match self {
            Outcome::InTime(measured) => (0, measured.took.map_or(0, |took| took.0)),
            Outcome::NotDue => (1, 0),
            Outcome::Late(_, due) => (2, u64::MAX - due.0),
        }
    }
}

/// Enters an outcome: a measured time, or a breach at the moment when the bound ran out.
fn settle(
    history: &History,
    docket: &mut Docket,
    order: &Order,
    outcome: &Outcome,
    taps: &[Tap],
    place: &str,
) {
    let (measured, due) = match outcome {
        Outcome::NotDue => return,
        Outcome::InTime(measured) => return docket.took(*measured),
        Outcome::Late(measured, due) => (*measured, *due),
    };
    let captured = order.captured().map_or(1, |captured| captured.event.seq);
    let event = history.first_from(due);
    let blind = history.blind(taps, order.terminal, (captured, event));
    docket.absent(blind, event, || Violation {
        evidence: vec![captured],
        what: format!("captured, and not reported as paid {place} within {}", measured.bound),
        measured: Some(measured),
        ..history.case(order, event)
    });
}

/// One channel under watch.
struct Watch<'h> {
    channel: Channel,
    calm: Calm,
    end: Time,
    history: &'h History<'h>,
    silent: Vec<&'h Trouble<'h>>,
}

impl<'h> Watch<'h> {
    fn of(history: &'h History, channel: Channel) -> Watch<'h> {
        let silences = |fault: &Fault| match fault {
            Fault::NotifySmsOff { .. } => channel == Channel::Sms,
            Fault::NotifyDropped { channel: dropped } => *dropped == channel,
            _ => false,
        };
        let silent = history.troubles.values().filter(|trouble| silences(trouble.fault));
        let calm = Calm::of(history, channel, history.header().bounds.of(channel));
        Watch { channel, calm, end: history.end(), history, silent: silent.collect() }
    }

    /// Whether the notice of an order that was captured by this event may never have been sent.
    fn exempt(&self, terminal: Option<TerminalId>, captured: &Event) -> bool {
        let due = captured.at + self.history.header().bounds.of(self.channel);
        self.silent.iter().any(|trouble| {
            let here = trouble.terminal.is_none() || trouble.terminal == terminal;
            here && trouble.on.0 <= due && captured.seq < trouble.off.1
        })
    }

    fn outcome(&self, order: &Order, captured: Time, lasting: bool) -> Outcome {
        let bound = self.history.header().bounds.of(self.channel);
        let base = self.calm.after(order.terminal, captured);
        let due = base + bound;
        let mut reports = order.approvals().filter(|seen| seen.report.channel == self.channel);
        let report = reports.find(|seen| !lasting || lasts(order, seen)).map(|seen| seen.event.at);
        let measured = Measured { took: report.map(|at| at.since(base)), bound };
        match report {
            Some(at) if at <= due => Outcome::InTime(measured),
            None if due > self.end => Outcome::NotDue,
            _ => Outcome::Late(measured, due),
        }
    }
}

/// Whether the channel does not take this report back.
fn lasts(order: &Order, seen: &Seen) -> bool {
    let (channel, now) = (seen.report.channel, seen.event.seq);
    let struck = |(event, place): &(&Event, Channel)| *place == channel && event.seq > now;
    let denied = |later: &Seen| {
        let status = later.report.status;
        later.event.seq > now
            && later.report.channel == channel
            && status.is_final()
            && status != seen.report.status
    };
    !order.retracted.iter().any(struck) && !order.reports.iter().any(denied)
}

/// Each time that SMS is switched off, the terminal names it as not working.
fn named_by_health_check(history: &History, docket: &mut Docket) {
    let named = |event: &&Event| match &event.kind {
        EventKind::Health { item, well } => item == Channel::Sms.word() && !well,
        _ => false,
    };
    let named: Vec<&Event> = history.events().iter().filter(named).collect();
    let troubles = history.troubles.values();
    for trouble in troubles.filter(|t| matches!(t.fault, Fault::NotifySmsOff { .. })) {
        docket.exercised();
        let from = named.partition_point(|event| event.seq < trouble.on.1);
        let here =
            |event: &&Event| trouble.terminal.is_none() || event.terminal == trouble.terminal;
        if named[from..].iter().any(here) || !history.ended() {
            continue;
        }
        docket.broken(history.last(), || Violation {
            terminal: trouble.terminal,
            evidence: vec![trouble.on.1],
            truth: "SMS is switched off".into(),
            seen: "nothing".into(),
            what: "the health check does not name the channel that is switched off".into(),
            ..Violation::default()
        });
    }
}

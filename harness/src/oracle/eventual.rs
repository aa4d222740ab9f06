//! L1 and L4: a captured payment comes to the merchant's eyes or ears in time.
//!
//! Time counts from the capture, or from the end of the last trouble that could hold up the
//! channel and that began before the bound had run out: link, host or power for the terminal's
//! own channels, host for the others, paper for the receipt, being offline for the soundbox, a
//! notice held back for its channel. What callbacks tell is due at the first call from then on
//! that no trouble meets; that the calls come is L5's matter. A copy counts as a report. What is
//! not due yet when the run ends is not judged. Only orders whose capture stands at the end are
//! judged; each of them exercises the rule.
//!
//! L1: at least one of the merchant's channels reports it as paid within that channel's bound, and
//! does not take it back: by striking it, or by saying declined or reversed later. When the rig
//! can't observe all of the merchant's channels, silence on the others proves nothing.
//!
//! L4: each channel that the rig observes does. Exempt are channels that the acquirer sends no
//! notices on, or that are switched off, at some moment between the capture and the bound: what
//! was missed then is not sent later. Exempt, too, are terminal and soundbox where the sticker that
//! the customer paid by is bound to neither; no terminal asked for such an order. But a health
//! check must name what is switched off: see `health.rs`.

use std::collections::BTreeMap;

use contract::event::Tap;
use contract::{Channel, Event, Fault, OrderId, Time};

use super::callback::{self, Call};
use super::calm::{Calm, Trouble};
use super::docket::Docket;
use super::health;
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
        settle(history, docket, order, &best, &taps, None);
    }
}

pub(super) fn every_channel(history: &History, docket: &mut Docket) {
    for watch in history.watched().map(|channel| Watch::of(history, channel)) {
        for order in &history.orders {
            let Some(captured) = order.kept() else { continue };
            if watch.exempt(order, captured.event) {
                continue;
            }
            docket.exercised();
            let outcome = watch.outcome(order, captured.event.at, false);
            settle(history, docket, order, &outcome, &[watch.channel.into()], Some(watch.channel));
        }
    }
    health::names_what_is_off(history, docket);
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
    channel: Option<Channel>,
) {
    let (measured, due) = match outcome {
        Outcome::NotDue => return,
        Outcome::InTime(measured) => return docket.took(*measured),
        Outcome::Late(measured, due) => (*measured, *due),
    };
    let captured = order.captured().map_or(1, |captured| captured.event.seq);
    let event = history.first_from(due);
    let place = channel.map_or("any channel".into(), |one| format!("the {}", one.word()));
    let blind = history.blind(taps, order.terminal, (captured, event));
    docket.absent(blind, event, || Violation {
        evidence: vec![captured],
        channel,
        what: format!("captured, and not reported as paid on {place} within {}", measured.bound),
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
    /// The callbacks about each order; none for the other channels.
    calls: BTreeMap<OrderId, Vec<Call<'h>>>,
}

impl<'h> Watch<'h> {
    fn of(history: &'h History, channel: Channel) -> Watch<'h> {
        let silent = history.troubles.values();
        let silent = silent.filter(|trouble| silences(trouble.fault, channel)).collect();
        let calm = Calm::of(history, channel, history.header().bounds.of(channel));
        let calls = match channel {
            Channel::Callback => callback::calls(history),
            _ => BTreeMap::new(),
        };
        Watch { channel, calm, end: history.end(), history, silent, calls }
    }

    /// Whether the notice of an order that was captured by this event may never have been sent.
    fn exempt(&self, order: &Order, captured: &Event) -> bool {
        let terminal = order.terminal;
        let due =
            self.calm.after(terminal, captured.at) + self.history.header().bounds.of(self.channel);
        self.silent.iter().any(|trouble| {
            let here = trouble.terminal.is_none() || trouble.terminal == terminal;
            let unasked = order.requests.is_empty();
            let here = here && (unasked || !matches!(trouble.fault, Fault::NotifyStaticQrUnbound));
            here && trouble.on.0 <= due && captured.seq < trouble.off.1
        })
    }

    fn outcome(&self, order: &Order, captured: Time, lasting: bool) -> Outcome {
        let bound = self.history.header().bounds.of(self.channel);
        let calm = self.calm.after(order.terminal, captured);
        let undisturbed = |at: &Time| {
            let before = Time(at.0.saturating_sub(1));
            *at > calm && self.calm.after(order.terminal, before) < *at
        };
        let base = match self.calls.get(&order.id) {
            None => calm,
            // Without such a call another is still to come, or the acquirer gave up.
            Some(calls) => {
                calls.iter().map(|call| call.event.at).find(undisturbed).unwrap_or(self.end)
            }
        };
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

/// Whether no notice comes on this channel under a fault, and none is sent later; or what comes
/// can't be read.
fn silences(fault: &Fault, channel: Channel) -> bool {
    match fault {
        Fault::NotifyDropped { channel: dropped } => *dropped == channel,
        Fault::AcqCapturedNotNotified { channels } => channels.contains(&channel),
        Fault::HwAging { fade, .. } => fade.0 > 0 && channel == Channel::Receipt,
        Fault::NotifySuppressedAfterQuery => channel == Channel::Callback,
        Fault::NotifyStaticQrUnbound => channel.of_terminal() || channel == Channel::Soundbox,
        _ => health::switched_off(fault) == Some(channel),
    }
}

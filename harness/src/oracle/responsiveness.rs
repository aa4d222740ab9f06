//! L6: the terminal answers the operator.
//!
//! A press of CANCEL or LIST while the terminal waits for the acquirer (its screen says so, or
//! shows pending or unknown since) is followed by something visible (a screen, a report, a list)
//! within the bound. And after a sale request the screen reports something of that order within
//! the attended wait and one reaction: its result, or that it is pending or unknown; or the order
//! is settled by then (as in S3). That report is a clear text: it is not empty, and one of
//! *unknown* tells not to charge again (`勿重复收款` or `DO NOT CHARGE`). A power cut, a stuck
//! display, a crash or a hang in between excuses both; trouble on the wire excuses neither.
//! Exercised by each such key and by the first sale request of each order.

use contract::event::{Phase, Report, Tap};
use contract::{Channel, Event, EventKind, Fault, Lapse, Status, TerminalId, Time};

use super::calm::Trouble;
use super::docket::Docket;
use super::history::{History, Till};
use super::order::Order;
use crate::finding::{Measured, Violation};

pub(super) fn responsiveness(history: &History, docket: &mut Docket) {
    let stuck = Stuck::of(history);
    for till in history.tills.values() {
        keys(history, docket, till, &stuck);
        let cuts = till.events.iter().filter(|e| e.kind == EventKind::Power { on: false });
        let cuts: Vec<Time> = cuts.map(|event| event.at).collect();
        for order in till.orders.iter().map(|number| &history.orders[*number]) {
            attended(history, docket, order, &cuts, &stuck);
        }
    }
}

fn keys(history: &History, docket: &mut Docket, till: &Till, stuck: &Stuck) {
    let mut waiting = false;
    let mut pressed: Option<&Event> = None;
    for event in &till.events {
        match &event.kind {
            EventKind::Power { .. } => (waiting, pressed) = (false, None),
            EventKind::Keyed(key) if waiting && matches!(key.as_str(), "CANCEL" | "LIST") => {
                docket.exercised();
                pressed = pressed.or(Some(event));
            }
            kind if visible(kind) => {
                if let Some(key) = pressed.take() {
                    reacted(history, docket, (key, Some(event)), stuck);
                }
                waiting = still_waiting(kind, waiting);
            }
            _ => {}
        }
    }
    if let Some(key) = pressed {
        reacted(history, docket, (key, None), stuck);
    }
}

fn visible(kind: &EventKind) -> bool {
    match kind {
        EventKind::Screen { .. } | EventKind::List(_) => true,
        EventKind::Report(report) => report.channel == Channel::Screen,
        _ => false,
    }
}

fn still_waiting(kind: &EventKind, waiting: bool) -> bool {
    match kind {
        EventKind::Screen { phase, .. } => *phase == Phase::Wait,
        EventKind::Report(report) => waiting && !report.status.is_final(),
        _ => waiting,
    }
}

fn reacted(
    history: &History,
    docket: &mut Docket,
    (key, reaction): (&Event, Option<&Event>),
    stuck: &Stuck,
) {
    let bound = history.header().bounds.react;
    let took = reaction.map(|event| event.at.since(key.at));
    let measured = Measured { took, bound };
    if took.is_some_and(|took| took <= bound) {
        return docket.took(measured);
    }
    let not_due = reaction.is_none() && key.at + bound > history.end();
    if not_due || stuck.meets(key.terminal, (key.at, key.at + bound)) {
        return;
    }
    let event = history.first_from(key.at + bound);
    let blind = history.blind(&[Tap::Screen], key.terminal, (key.seq, event));
    docket.absent(blind, event, || Violation {
        terminal: key.terminal,
        evidence: vec![key.seq],
        seen: "nothing".into(),
        what: format!("no reaction to a key within {bound}"),
        measured: Some(measured),
        ..Violation::default()
    });
}

fn attended(history: &History, docket: &mut Docket, order: &Order, cuts: &[Time], stuck: &Stuck) {
    let Some(sale) = order.first_sale() else { return };
    let bounds = &history.header().bounds;
    let (sent, bound) = (sale.event, bounds.attended + bounds.react);
    let due = sent.at + bound;
    let cut = cuts.partition_point(|cut| *cut < sent.at);
    let dark = cuts.get(cut).is_some_and(|cut| *cut <= due);
    if dark || stuck.meets(order.terminal, (sent.at, due)) {
        return;
    }
    docket.exercised();
    let mut shown = order.reports.iter().filter(|seen| seen.report.channel == Channel::Screen);
    let shown = shown.find(|seen| seen.event.seq > sent.seq);
    if let Some(unclear) = shown.filter(|seen| !is_clear(seen.report)) {
        let event = unclear.event.seq;
        return docket.broken(event, || Violation {
            evidence: vec![sent.seq],
            what: unclear_text(unclear.report),
            ..history.case(order, event)
        });
    }
    let shown = shown.map(|seen| seen.event.seq);
    let clear = shown.into_iter().chain(order.resolved()).min();
    let took: Option<Lapse> = clear.map(|seq| history.time_of(seq).since(sent.at));
    let measured = Measured { took, bound };
    match took {
        Some(took) if took <= bound => docket.took(measured),
        None if due > history.end() => {}
        _ => {
            let event = history.first_from(due);
            let blind = history.blind(&[Tap::Screen], order.terminal, (sent.seq, event));
            docket.absent(blind, event, || Violation {
                evidence: vec![sent.seq],
                what: format!("the screen said nothing of the sale within {bound}"),
                measured: Some(measured),
                ..history.case(order, event)
            });
        }
    }
}

/// Whether people can know from a report's text what to do. Where its lines break says nothing.
fn is_clear(report: &Report) -> bool {
    let mut words = report.text.chars().filter(|c| !c.is_whitespace() && *c != '/');
    if report.status != Status::Unknown {
        return words.next().is_some();
    }
    let text: String = words.collect();
    text.contains("勿重复收款") || text.to_uppercase().contains("DONOTCHARGE")
}

fn unclear_text(report: &Report) -> String {
    match report.text.trim() {
        "" => "the screen's report of the sale has no text".into(),
        text => format!("the screen says unknown, and not that nobody may charge again: {text}"),
    }
}

/// When which terminal's display was stuck, or its firmware.
struct Stuck<'h, 't>(Vec<&'h Trouble<'t>>);

impl<'h, 't> Stuck<'h, 't> {
    fn of(history: &'h History<'t>) -> Stuck<'h, 't> {
        let mute =
            |t: &&Trouble| matches!(t.fault, Fault::DisplayStuck | Fault::FwCrash | Fault::FwHang);
        Stuck(history.troubles.values().filter(mute).collect())
    }

    /// Whether it was so at some moment of this time.
    fn meets(&self, terminal: Option<TerminalId>, (from, to): (Time, Time)) -> bool {
        let mut here = self.0.iter().filter(|trouble| trouble.terminal == terminal);
        here.any(|trouble| trouble.on.0 <= to && from <= trouble.off.0)
    }
}

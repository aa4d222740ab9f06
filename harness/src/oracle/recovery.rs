//! L3: after power-up, first what was left open.
//!
//! Open at a restart (a power cut, or a boot that nobody cut the power for) is each order of which
//! a sale request had left the terminal, of which its screen or paper had said nothing final and
//! whose reversal was not acknowledged. After the power is back, and before the terminal is ready
//! for a sale again or sends one of another order, each of them must have been reported on its
//! screen or paper: final, or as pending or unknown, which tells the operator. A terminal that
//! stays in its recovery and takes no sale keeps the rule.
//! Exercised by each order that is open at a power-up.

use std::collections::BTreeSet;

use contract::event::{Phase, Tap};
use contract::{Event, EventKind, Purpose};

use super::docket::Docket;
use super::history::{History, Till};
use crate::finding::Violation;

pub(super) fn recovery_first(history: &History, docket: &mut Docket) {
    for till in history.tills.values() {
        Recovery::default().follow(history, docket, till);
    }
}

/// One terminal on its way through the trace.
#[derive(Default)]
struct Recovery {
    open: BTreeSet<usize>,
    /// What is left to be shown since the last power-up, and that event's number.
    due: Option<(u64, BTreeSet<usize>)>,
}

impl Recovery {
    fn follow(&mut self, history: &History, docket: &mut Docket, till: &Till) {
        for event in &till.events {
            match &event.kind {
                EventKind::Power { on: true } | EventKind::Screen { phase: Phase::Boot, .. }
                    if self.due.is_none() =>
                {
                    self.open.iter().for_each(|_| docket.exercised());
                    self.due = Some((event.seq, self.open.clone()));
                }
                EventKind::Power { on: false } => self.due = None,
                EventKind::Screen { phase: Phase::Idle, .. } => {
                    self.ready(history, docket, event, "is ready for a sale");
                }
                EventKind::Sent(frame) if frame.tap == Tap::TerminalWire => {
                    let sale = frame.message.as_ref().filter(|m| m.purpose == Purpose::Sale);
                    if let (Some(_), Some(order)) = (sale, history.subject(event)) {
                        self.sale(history, docket, event, order);
                    }
                }
                _ => self.learn(history, event),
            }
        }
    }

    fn sale(&mut self, history: &History, docket: &mut Docket, event: &Event, order: usize) {
        if !self.open.contains(&order) {
            self.ready(history, docket, event, "sends a new sale");
        }
        if history.orders[order].first_sale().is_some_and(|sale| sale.event.seq == event.seq) {
            self.open.insert(order);
        }
    }

    /// What settles an order, or presents it.
    fn learn(&mut self, history: &History, event: &Event) {
        let Some(order) = history.subject(event) else { return };
        match &event.kind {
            EventKind::Report(report) if report.channel.of_terminal() => {
                if report.status.is_final() {
                    self.open.remove(&order);
                }
                self.presented(order);
            }
            EventKind::Received(_) if history.orders[order].reversal_done() == Some(event.seq) => {
                self.open.remove(&order);
                self.presented(order);
            }
            _ => {}
        }
    }

    fn presented(&mut self, order: usize) {
        if let Some((_, due)) = &mut self.due {
            due.remove(&order);
        }
    }

    fn ready(&mut self, history: &History, docket: &mut Docket, event: &Event, how: &str) {
        let Some((power, due)) = self.due.take() else { return };
        for order in due.iter().map(|order| &history.orders[*order]) {
            let blind = history.blind(&[Tap::Screen], order.terminal, (power, event.seq));
            docket.absent(blind, event.seq, || Violation {
                evidence: vec![power],
                what: format!("after power-up the terminal {how} before it presented this order"),
                ..history.case(order, event.seq)
            });
        }
    }
}

//! The index over a trace that every oracle reads, built once in one pass.
//!
//! It borrows from the trace and judges nothing.

use std::collections::BTreeMap;
use std::iter;

use contract::event::{Phase, Tap, WireMessage};
use contract::response_code::approves_part;
use contract::{
    Amount, Channel, CodeText, Event, EventKind, Fault, FaultNo, Header, IntentId, OrderId,
    Purpose, TerminalId, Time, Trace,
};

use super::calm::{Span, Trouble, note_dark};
use super::lives::Lives;
use super::order::{Change, Order, Seen, Wire};
use super::{anonymous, flash};
use crate::finding::Violation;

/// How many of a terminal's last requests an answer is looked for among. A terminal waits for one
/// answer at a time; this leaves room for retries (assumption).
const OUTSTANDING: usize = 64;

/// One terminal's part of the trace.
#[derive(Default)]
pub(super) struct Till<'t> {
    /// Everything that happened there.
    pub(super) events: Vec<&'t Event>,
    /// The changes of its flash.
    pub(super) flash: Vec<&'t Event>,
    /// Numbers of the events at which it was seen to start up.
    pub(super) starts: Vec<u64>,
    /// Its orders, by first request.
    pub(super) orders: Vec<usize>,
    /// When it was without power or network.
    pub(super) dark: Vec<Span>,
    keyed: Option<(Amount, u64)>,
    requested: Vec<(u32, usize)>,
    latest: Option<usize>,
}

/// One customer's wish to pay.
pub(super) struct Wish {
    pub(super) event: u64,
    pub(super) terminal: Option<TerminalId>,
    /// The orders that were made of it, by first sale request; then those that only the ledger
    /// gives to it.
    pub(super) orders: Vec<usize>,
}

/// A span in which an observation was lost, in numbers of events.
struct Loss {
    tap: Tap,
    terminal: Option<TerminalId>,
    from: u64,
    to: u64,
}

/// The index.
pub(super) struct History<'t> {
    trace: &'t Trace,
    pub(super) orders: Vec<Order<'t>>,
    pub(super) tills: BTreeMap<TerminalId, Till<'t>>,
    pub(super) intents: BTreeMap<IntentId, Wish>,
    /// Who presented which code where, and the number of that event.
    pub(super) codes: BTreeMap<(Option<TerminalId>, CodeText), (IntentId, u64)>,
    pub(super) troubles: BTreeMap<FaultNo, Trouble<'t>>,
    /// Reports that name no order and can mean none.
    pub(super) nameless: Vec<Seen<'t>>,
    /// When wishes to pay were in flight.
    pub(super) lives: Lives,
    /// When orders were: from the first message of each until it was settled.
    pub(super) exchanges: Lives,
    numbers: BTreeMap<OrderId, usize>,
    /// For each event the order that it is about.
    subjects: Vec<Option<u32>>,
    losses: Vec<Loss>,
    healed: Option<&'t Event>,
    ended: bool,
}

impl<'t> History<'t> {
    /// Reads the trace.
    pub(super) fn of(trace: &'t Trace) -> History<'t> {
        let mut history = History {
            trace,
            orders: Vec::new(),
            tills: BTreeMap::new(),
            intents: BTreeMap::new(),
            codes: BTreeMap::new(),
            troubles: BTreeMap::new(),
            nameless: Vec::new(),
            lives: Lives::default(),
            exchanges: Lives::default(),
            numbers: BTreeMap::new(),
            subjects: Vec::with_capacity(trace.events().len()),
            losses: Vec::new(),
            healed: None,
            ended: false,
        };
        for event in trace.events() {
            let subject = history.read(event);
            history.subjects.push(subject.and_then(|order| u32::try_from(order).ok()));
        }
        history.finish();
        history
    }

    fn finish(&mut self) {
        if let Some(healed) = self.healed {
            self.troubles.values_mut().for_each(|trouble| trouble.end(healed));
        }
        flash::mark_durable(&mut self.orders, &self.tills);
        anonymous::attribute(self);
        self.lives = Lives::of(self);
        self.exchanges = Lives::of_messages(self);
        self.attribute_captures();
    }

    /// Gives captures that no sale request seen explains to the customer whose code they charge:
    /// at their own terminal, or else wherever he showed it. When a terminal was busy is left as
    /// it is: of such an order it never said a word.
    fn attribute_captures(&mut self) {
        for (number, order) in self.orders.iter_mut().enumerate() {
            let Some(taken) = order.captured().filter(|_| order.intent.is_none()) else { continue };
            let (here, code) = (taken.event.terminal, taken.change.code);
            let places = iter::once(here).chain(self.tills.keys().copied().map(Some));
            let mut shown = places.filter_map(|place| self.codes.get(&(place, code)));
            let Some((intent, _)) = shown.next() else { continue };
            order.intent = Some(*intent);
            if let Some(wish) = self.intents.get_mut(intent) {
                wish.orders.push(number);
            }
        }
    }

    /// Takes one event in; returns the order that it is about.
    fn read(&mut self, event: &'t Event) -> Option<usize> {
        if let Some(terminal) = event.terminal {
            let till = self.tills.entry(terminal).or_default();
            till.events.push(event);
            note_dark(&mut till.dark, event);
        }
        match &event.kind {
            EventKind::Sent(frame) if frame.tap == Tap::TerminalWire => self.request(event, frame),
            EventKind::Received(frame) if frame.tap == Tap::TerminalWire => {
                self.answer(event, frame)
            }
            EventKind::Ledger(change) => {
                let order = self.order(change.order, event);
                self.orders[order].ledger.push(Change { event, change });
                Some(order)
            }
            EventKind::Report(report) => match report.order {
                Some(id) => {
                    let order = self.order(id, event);
                    self.orders[order].reports.push(Seen { event, report });
                    Some(order)
                }
                None => {
                    self.nameless.push(Seen { event, report });
                    None
                }
            },
            EventKind::Retracted { channel, order } => {
                let order = self.order(*order, event);
                self.orders[order].retracted.push((event, *channel));
                Some(order)
            }
            _ => {
                self.read_rest(event);
                None
            }
        }
    }

    /// The events that are about no order.
    fn read_rest(&mut self, event: &'t Event) {
        match &event.kind {
            EventKind::Intent { intent, .. } => {
                let wish = Wish { event: event.seq, terminal: event.terminal, orders: Vec::new() };
                self.intents.entry(*intent).or_insert(wish);
            }
            EventKind::Presented { intent, code } => {
                let key = (event.terminal, *code);
                self.codes.entry(key).or_insert((*intent, event.seq));
            }
            EventKind::Keyed(text) => {
                if let (Some(till), Some(amount)) = (self.till(event), keyed_amount(text)) {
                    till.keyed = Some((amount, event.seq));
                }
            }
            EventKind::Flash(_) => {
                if let Some(till) = self.till(event) {
                    till.flash.push(event);
                }
            }
            EventKind::Power { on: true } | EventKind::Screen { phase: Phase::Boot, .. } => {
                if let Some(till) = self.till(event) {
                    till.starts.push(event.seq);
                }
            }
            EventKind::FaultOn { no, fault } => {
                self.troubles.entry(*no).or_insert_with(|| Trouble::new(fault, event));
            }
            EventKind::FaultMet(no) => {
                if let Some(trouble) = self.troubles.get_mut(no) {
                    trouble.met.get_or_insert(event.seq);
                }
            }
            EventKind::FaultOff(no) => {
                if let Some(trouble) = self.troubles.get_mut(no) {
                    trouble.end(event);
                }
            }
            EventKind::TapLost(tap) => self.losses.push(Loss {
                tap: *tap,
                terminal: event.terminal,
                from: event.seq,
                to: u64::MAX,
            }),
            EventKind::TapBack(tap) => self.tap_back(*tap, event),
            EventKind::Healed => self.healed = Some(event),
            EventKind::End => self.ended = true,
            _ => {}
        }
    }

    fn tap_back(&mut self, tap: Tap, event: &Event) {
        let same = |loss: &&mut Loss| loss.tap == tap && loss.terminal == event.terminal;
        if let Some(loss) = self.losses.iter_mut().rev().find(same) {
            loss.to = loss.to.min(event.seq);
        }
    }

    fn till(&mut self, event: &Event) -> Option<&mut Till<'t>> {
        self.tills.get_mut(&event.terminal?)
    }

    /// The place of an order, new when it was not heard of before.
    fn order(&mut self, id: OrderId, event: &Event) -> usize {
        let latest = self.till(event).and_then(|till| till.latest);
        let order = match latest {
            Some(order) if self.orders[order].id == id => order,
            _ => *self.numbers.entry(id).or_insert_with(|| {
                self.orders.push(Order::new(id));
                self.orders.len() - 1
            }),
        };
        let known = &mut self.orders[order];
        known.terminal = known.terminal.or(event.terminal);
        if let Some(till) = self.till(event) {
            till.latest = Some(order);
        }
        order
    }

    fn request(&mut self, event: &'t Event, frame: &'t WireMessage) -> Option<usize> {
        let message = frame.message.as_ref().filter(|message| !message.answer)?;
        let number = self.order(message.order?, event);
        let terminal = event.terminal?;
        let till = self.tills.entry(terminal).or_default();
        till.requested.push((message.stan, number));
        let order = &mut self.orders[number];
        let first_sale = message.purpose == Purpose::Sale && order.first_sale().is_none();
        if order.requests.is_empty() {
            order.terminal = event.terminal;
            till.orders.push(number);
        }
        if first_sale {
            order.keyed = till.keyed;
        }
        order.requests.push(Wire { event, frame, message, matches: false });
        if let (true, Some(code)) = (first_sale, message.code) {
            self.belongs(number, (event.terminal, code));
        }
        Some(number)
    }

    /// Finds out whose wish an order serves, by the digits that it charges.
    fn belongs(&mut self, number: usize, shown: (Option<TerminalId>, CodeText)) {
        let Some((intent, _)) = self.codes.get(&shown) else { return };
        self.orders[number].intent = Some(*intent);
        if let Some(wish) = self.intents.get_mut(intent) {
            wish.orders.push(number);
        }
    }

    fn answer(&mut self, event: &'t Event, frame: &'t WireMessage) -> Option<usize> {
        let message = frame.message.as_ref().filter(|message| message.answer)?;
        let number = match message.order {
            Some(id) => self.order(id, event),
            None => {
                let asked = self.tills.get(&event.terminal?)?.requested.iter().rev();
                asked.take(OUTSTANDING).find(|(stan, _)| *stan == message.stan)?.1
            }
        };
        let order = &mut self.orders[number];
        let asked = order.asked();
        let partial = message.response.as_deref().is_some_and(approves_part);
        let belongs = |request: &&Wire| {
            let (sent, expected) = (request.message, asked.or(request.message.amount));
            request.event.terminal == event.terminal
                && (sent.purpose, sent.stan) == (message.purpose, message.stan)
                && (&sent.tid, &sent.mid) == (&message.tid, &message.mid)
                && message.amount.is_none_or(|amount| {
                    expected.is_none_or(|e| e == amount || partial && amount < e)
                })
        };
        let matches = order.requests.iter().rev().take(OUTSTANDING).any(|r| belongs(&r));
        order.answers.push(Wire { event, frame, message, matches });
        Some(number)
    }

    /// The trace's header.
    pub(super) fn header(&self) -> &'t Header {
        self.trace.header()
    }

    /// Everything that happened.
    pub(super) fn events(&self) -> &'t [Event] {
        self.trace.events()
    }

    /// The merchant's channels that the rig can observe.
    pub(super) fn watched(&self) -> impl Iterator<Item = Channel> {
        let rig = &self.header().rig;
        rig.channels.iter().copied().filter(|channel| rig.taps.contains(&Tap::from(*channel)))
    }

    /// The order of this number.
    pub(super) fn find(&self, id: OrderId) -> Option<&Order<'t>> {
        self.numbers.get(&id).map(|order| &self.orders[*order])
    }

    /// The order that an event is about, and its place in `orders`.
    pub(super) fn subject(&self, event: &Event) -> Option<usize> {
        let place = usize::try_from(event.seq.checked_sub(1)?).ok()?;
        self.subjects.get(place).copied().flatten().map(|order| order as usize)
    }

    /// Number of the last event.
    pub(super) fn last(&self) -> u64 {
        self.events().len() as u64
    }

    /// When the trace ends.
    pub(super) fn end(&self) -> Time {
        self.events().last().map_or(Time(0), |event| event.at)
    }

    /// Whether the run was healed and came to its end.
    pub(super) fn complete(&self) -> bool {
        self.ended && self.healed.is_some()
    }

    /// Whether the run came to its end.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// When event `seq` happened.
    pub(super) fn time_of(&self, seq: u64) -> Time {
        self.trace.event(seq).map_or(Time(0), |event| event.at)
    }

    /// Number of the first event that is not before `time`; the last one when there is none.
    pub(super) fn first_from(&self, time: Time) -> u64 {
        let before = self.events().partition_point(|event| event.at < time) as u64;
        (before + 1).min(self.last())
    }

    /// Whether the terminal started up between these events.
    pub(super) fn restarted(&self, terminal: Option<TerminalId>, span: (u64, u64)) -> bool {
        let Some(till) = terminal.and_then(|terminal| self.tills.get(&terminal)) else {
            return false;
        };
        let before = till.starts.partition_point(|start| *start <= span.0);
        till.starts.get(before).is_some_and(|start| *start < span.1)
    }

    /// Whether such a fault was in force at this terminal at any moment between these events.
    pub(super) fn in_force(
        &self,
        terminal: Option<TerminalId>,
        (from, to): (u64, u64),
        wanted: impl Fn(&Fault) -> bool,
    ) -> bool {
        self.troubles.values().any(|trouble| {
            let here = trouble.terminal.is_none() || trouble.terminal == terminal;
            here && trouble.on.1 < to && from < trouble.off.1 && wanted(trouble.fault)
        })
    }

    /// The first of these taps that was lost at this terminal at any moment of the span.
    pub(super) fn blind(
        &self,
        taps: &[Tap],
        terminal: Option<TerminalId>,
        span: (u64, u64),
    ) -> Option<Tap> {
        let hits = |loss: &&Loss| {
            let here = loss.terminal.is_none() || terminal.is_none() || loss.terminal == terminal;
            taps.contains(&loss.tap) && here && loss.from <= span.1 && loss.to >= span.0
        };
        self.losses.iter().find(hits).map(|loss| loss.tap)
    }

    /// The first of these taps that was lost while a payment was in flight.
    pub(super) fn lost_in_flight(&self, taps: &[Tap]) -> Option<Tap> {
        let hits = |loss: &&Loss| {
            taps.contains(&loss.tap) && self.lives.overlap(loss.terminal, (loss.from, loss.to))
        };
        self.losses.iter().find(hits).map(|loss| loss.tap)
    }

    /// Whether any tap was lost at all, and which.
    pub(super) fn lost(&self) -> Option<Tap> {
        self.losses.first().map(|loss| loss.tap)
    }

    /// A violation about this order with both truths as they stood at event `seq`.
    pub(super) fn case(&self, order: &Order, seq: u64) -> Violation {
        Violation {
            terminal: order.terminal,
            intent: order.intent,
            order: Some(order.id),
            truth: order.truth_at(seq),
            seen: order.seen_at(seq),
            ..Violation::default()
        }
    }
}

/// The amount that a keyed text means, in yuan with up to two decimals; `None` for a key.
pub(super) fn keyed_amount(text: &str) -> Option<Amount> {
    let (yuan, fen) = text.split_once('.').unwrap_or((text, ""));
    format!("{yuan}.{fen:0<2}").parse().ok()
}

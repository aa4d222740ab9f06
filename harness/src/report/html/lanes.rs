//! What happened, as a drawing in lanes: each event gets its place, time runs downwards. Pauses are
//! drawn shorter than they were; the order of events never changes.

use std::collections::{BTreeMap, BTreeSet};

use contract::event::{Channel, ListView, Report};
use contract::{Event, EventKind, FaultNo, OrderId, Source, TerminalId, Time, Trace};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::wording;
use super::choice;
use super::stage::{Lane, Lanes};
use crate::exchange::{self, Passage};
use crate::finding::{Finding, Verdict};
use crate::message::Words;

/// So many events of a case are drawn; `payrig show` has the rest.
pub(super) const EVENTS: usize = 140;

/// Height of a line of text, and the space between two things.
const LINE: u32 = 13;
const SPACE: u32 = 5;
/// A pause is drawn at most so high.
const PAUSE_MAX: u32 = 44;
/// Rows of a screen, a receipt or a list that are drawn.
const ROWS: usize = 12;

/// A part of the drawing; places and sizes in pixels.
pub(super) enum Shape {
    /// A fault in force.
    Band { x: u32, y: u32, w: u32, h: u32, label: String, title: String },
    /// Something for all lanes: a breach, the healing, the end.
    Rule { y: u32, class: &'static str, label: String, title: String },
    /// A message between two places.
    Arrow { from: (u32, u32), to: (u32, u32), class: &'static str, label: String, title: String },
    /// A few lines of text in a box.
    Card { x: u32, y: u32, w: u32, h: u32, class: &'static str, lines: Vec<Row>, title: String },
    /// A step of the scenario.
    Step { y: u32, number: u32, title: String },
    /// A moment, beside the lanes.
    Moment { y: u32, text: String },
}

/// A line of text in a box.
pub(super) struct Row {
    pub(super) y: u32,
    pub(super) text: String,
}

/// The whole drawing.
pub(super) struct Drawing {
    pub(super) lanes: Lanes,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Behind everything else, then the rest in the order of drawing.
    pub(super) bands: Vec<Shape>,
    pub(super) shapes: Vec<Shape>,
    pub(super) shown: usize,
    pub(super) all: usize,
    /// Which terminal, where there are more.
    pub(super) terminal: Option<(TerminalId, usize)>,
}

impl Drawing {
    /// The middle of the link's lane, where messages are named.
    pub(super) fn middle(&self) -> u32 {
        self.lanes.x(Lane::Link) + self.lanes.w(Lane::Link) / 2
    }
}

/// Draws one terminal's part of a trace: the one at which the first rule was broken, else the
/// first.
pub(super) fn draw(trace: &Trace, findings: &[Finding], words: Words) -> Drawing {
    let broken = findings.iter().filter(|finding| finding.verdict == Verdict::Broken);
    let mut breaches = BTreeMap::<u64, Vec<String>>::new();
    let mut evidence = BTreeSet::new();
    let mut first = None;
    for (finding, violation) in broken.flat_map(|f| f.violations.iter().map(move |v| (f, v))) {
        let rule = wording::rule_id(&finding.rule);
        let here = breaches.entry(violation.event).or_default();
        if !here.contains(&rule) {
            here.push(rule);
        }
        evidence.extend(violation.evidence.iter().copied());
        if first.is_none_or(|(event, _)| violation.event < event) {
            first = Some((violation.event, violation.terminal));
        }
    }
    let terminals = &trace.header().rig.terminals;
    let terminal = first.and_then(|(_, at)| at).or(terminals.first().map(|one| one.id));
    let centre = first.map(|(event, _)| event);
    let passages = exchange::passages(trace);
    let shown = choice::choose(trace, terminal, &evidence, centre, EVENTS);
    let shown = choice::with_both_ends(shown, &passages);
    let mut pen = Pen::new(trace, words, breaches, centre, &passages);
    for event in shown.iter().filter_map(|seq| trace.event(*seq)) {
        pen.draw(event);
    }
    let all = trace.events().iter().filter(|event| choice::drawable(event, terminal)).count();
    let terminal = terminal.filter(|_| terminals.len() > 1).map(|one| (one, terminals.len()));
    let (height, lanes) = (pen.finish(), pen.lanes);
    let (width, bands, shapes) = (lanes.width(), pen.bands, pen.shapes);
    Drawing { lanes, width, height, bands, shapes, shown: shown.len(), all, terminal }
}

struct Pen<'t> {
    trace: &'t Trace,
    words: Words,
    lanes: Lanes,
    bands: Vec<Shape>,
    shapes: Vec<Shape>,
    /// Nothing that follows stands higher.
    y: u32,
    now: Time,
    /// Where each lane is free.
    free: BTreeMap<Lane, u32>,
    marked: (u32, Option<Time>),
    /// The breaches by event, and the first of them.
    breaches: BTreeMap<u64, Vec<String>>,
    first: Option<u64>,
    /// Messages by the event of their departure, and of their arrival.
    passages: BTreeMap<u64, Passage>,
    left: BTreeMap<u64, u32>,
    faults: BTreeMap<FaultNo, (Lane, u32, String, String)>,
    captured: BTreeMap<OrderId, u32>,
    screen: String,
}

impl<'t> Pen<'t> {
    fn new(
        trace: &'t Trace,
        words: Words,
        breaches: BTreeMap<u64, Vec<String>>,
        first: Option<u64>,
        passages: &[Passage],
    ) -> Pen<'t> {
        let by_event = passages.iter().flat_map(|one| {
            [one.sent, one.received].into_iter().flatten().map(move |seq| (seq, *one))
        });
        let y = super::stage::HEAD + 12;
        Pen {
            trace,
            words,
            lanes: Lanes::of(&trace.header().rig.channels, words),
            bands: Vec::new(),
            shapes: Vec::new(),
            y,
            now: Time(0),
            free: BTreeMap::new(),
            marked: (0, None),
            breaches,
            first,
            passages: by_event.collect(),
            left: BTreeMap::new(),
            faults: BTreeMap::new(),
            captured: BTreeMap::new(),
            screen: String::new(),
        }
    }

    fn draw(&mut self, event: &Event) {
        if event.at > self.now {
            self.y += pause(event.at.since(self.now).as_ms());
            self.now = event.at;
        }
        let title = self.title(event);
        match &event.kind {
            EventKind::Step(index) => {
                let y = self.place(Lane::Gutter, LINE);
                self.shapes.push(Shape::Step { y, number: index + 1, title });
            }
            EventKind::FaultOn { no, fault } => {
                let lane = self.lanes.of_fault(fault);
                let y = self.place(lane, LINE);
                self.faults.insert(*no, (lane, y, fault.id().0.to_owned(), title));
            }
            EventKind::FaultOff(no) => self.band(*no),
            EventKind::FaultMet(no) => {
                let lane = self.faults.get(no).map_or(Lane::Link, |(lane, ..)| *lane);
                self.note(lane, "met", event, title);
            }
            EventKind::Healed => {
                self.end_faults();
                let label = self.words.healed();
                self.rule("healed", label, title);
            }
            EventKind::End => {
                let label = self.words.end();
                self.rule("end", label, title);
            }
            EventKind::Sent(_) => self.leave(event),
            EventKind::Received(_) => self.arrive(event, title),
            EventKind::Report(report) => self.report(report, title),
            EventKind::List(list) => self.list(list, title),
            EventKind::Screen { text, .. } => self.screen(text, title),
            EventKind::Slip(text) => self.card(Lane::Terminal, "paper", lines(text), title),
            EventKind::Ledger(change) => {
                let y = self.note(Lane::Wallet, "truth", event, title);
                self.captured.entry(change.order).or_insert(y);
            }
            EventKind::Power { on } => {
                let class = if *on { "note" } else { "bad" };
                self.note(Lane::Terminal, class, event, title);
            }
            _ => {
                self.note(self.lanes.of_event(event), "note", event, title);
            }
        }
        self.moment(event.at);
        if let Some(rules) = self.breaches.remove(&event.seq) {
            let label = self.words.breach(rules.join(" "), event.seq);
            let class = if self.first == Some(event.seq) { "breach first" } else { "breach" };
            let title = self.title(event);
            self.rule(class, label, title);
        }
    }

    fn title(&self, event: &Event) -> String {
        let text = wording::event(&event.kind, self.trace.header(), self.words);
        self.words.event(event.seq, event.at, text)
    }

    /// Takes so much room in a lane, and says where it begins.
    fn place(&mut self, lane: Lane, height: u32) -> u32 {
        let free = self.free.entry(lane).or_default();
        self.y = self.y.max(*free);
        *free = self.y + height + SPACE;
        self.y
    }

    /// Writes the time beside the lanes, once for each moment, where there is room.
    fn moment(&mut self, at: Time) {
        let (free, last) = self.marked;
        if self.y >= free && last != Some(at) {
            self.shapes.push(Shape::Moment { y: self.y, text: at.to_string() });
            self.marked = (self.y + LINE, Some(at));
        }
    }

    fn rule(&mut self, class: &'static str, label: String, title: String) {
        // A line over all lanes stands below what is drawn in any.
        let under = self.free.values().copied().max().unwrap_or(0);
        self.y = self.y.max(under) + SPACE;
        self.moment(self.now);
        self.shapes.push(Shape::Rule { y: self.y, class, label, title });
        self.y += LINE + SPACE;
    }

    fn note(&mut self, lane: Lane, class: &'static str, event: &Event, title: String) -> u32 {
        let text = wording::event(&event.kind, self.trace.header(), self.words);
        self.card(lane, class, wrap(&text, self.lanes.cells(lane)), title);
        self.y
    }

    fn card(&mut self, lane: Lane, class: &'static str, text: Vec<String>, title: String) {
        let cells = self.lanes.cells(lane);
        let rows = u32::try_from(text.len()).unwrap_or(1).max(1);
        let h = rows * LINE + 6;
        let y = self.place(lane, h);
        let (x, w) = (self.lanes.x(lane) + 5, self.lanes.w(lane) - 10);
        let row = |(n, text): (u32, String)| Row { y: y + 12 + n * LINE, text: cut(&text, cells) };
        let lines = (0..).zip(text).map(row).collect();
        self.shapes.push(Shape::Card { x, y, w, h, class, lines, title });
    }

    /// The display changed; what it showed before is not drawn again.
    fn screen(&mut self, text: &str, title: String) {
        if self.screen != text {
            text.clone_into(&mut self.screen);
            self.card(Lane::Terminal, "lcd", lines(text), title);
        }
    }

    fn report(&mut self, report: &Report, title: String) {
        match report.channel {
            Channel::Screen => {
                self.screen.clear();
                self.card(Lane::Terminal, "lcd", lines(&report.text), title);
            }
            Channel::Receipt => self.card(Lane::Terminal, "paper", lines(&report.text), title),
            channel => {
                let lane = Lane::Channel(channel);
                let mut text = wrap(&report.text, self.lanes.cells(lane));
                text.extend(report.paid_at.map(|paid| format!("+{}", self.now.since(paid))));
                let from = report.order.and_then(|order| self.captured.get(&order)).copied();
                self.card(lane, "told", text, title.clone());
                if let Some(y) = from {
                    let wallet = self.lanes.x(Lane::Wallet) + self.lanes.w(Lane::Wallet) - 5;
                    let (from, to) = ((wallet, y + 9), (self.lanes.x(lane) + 5, self.y + 9));
                    let (class, label) = ("notice", String::new());
                    self.shapes.push(Shape::Arrow { from, to, class, label, title });
                }
            }
        }
    }

    fn list(&mut self, list: &ListView, title: String) {
        let words = self.words;
        let rows = list
            .rows
            .iter()
            .map(|row| format!("{} {}", row.amount, wording::status(row.status, words)));
        let head = format!("{} × {}", list.count, list.total);
        let text = [head].into_iter().chain(list.filter.clone()).chain(rows).take(ROWS).collect();
        let lane = match list.channel.of_terminal() {
            true => Lane::Terminal,
            false => Lane::Channel(list.channel),
        };
        self.screen.clear();
        self.card(lane, if lane == Lane::Terminal { "lcd" } else { "told" }, text, title);
    }

    fn leave(&mut self, event: &Event) {
        let y = self.place(Lane::Link, LINE);
        self.left.insert(event.seq, y);
        let lost = self.passages.get(&event.seq).is_some_and(|one| one.received.is_none());
        if lost {
            let (from, to) = self.ends(event.source != Source::Acquirer);
            let (from, to) = ((from, y), ((from + to) / 2, y + 8));
            let text = wording::event(&event.kind, self.trace.header(), self.words);
            let label = format!("{text}, {}", self.words.lost());
            let title = format!("{}, {}", self.title(event), self.words.lost());
            self.shapes.push(Shape::Arrow { from, to, class: "lost", label, title });
        }
    }

    fn arrive(&mut self, event: &Event, title: String) {
        let (from, to) = self.ends(event.source == Source::Acquirer);
        let text = wording::event(&event.kind, self.trace.header(), self.words);
        let passage = self.passages.get(&event.seq).copied();
        let left = passage.and_then(|one| one.sent).and_then(|seq| self.left.get(&seq).copied());
        if left.is_none() {
            self.place(Lane::Link, LINE);
        }
        let (from, y) = match left {
            Some(y) => ((from, y), self.y),
            None => (((from + to) / 2, self.y), self.y),
        };
        let took = passage.and_then(|one| one.took);
        let (label, title) = match took {
            Some(took) => (self.words.late_by(text, took), self.words.late_by(title, took)),
            None => (text, title),
        };
        self.shapes.push(Shape::Arrow { from, to: (to, y), class: "message", label, title });
    }

    /// Where a message leaves and arrives.
    fn ends(&self, to_host: bool) -> (u32, u32) {
        let (till, host) = (self.lanes.x(Lane::Link), self.lanes.x(Lane::Acquirer));
        if to_host { (till, host) } else { (host, till) }
    }

    fn band(&mut self, no: FaultNo) {
        let Some((lane, y, label, title)) = self.faults.remove(&no) else { return };
        let beside = u32::try_from(self.faults.values().filter(|(l, ..)| *l == lane).count());
        let inset = beside.unwrap_or(0).min(6) * 5;
        let (x, w) = (self.lanes.x(lane) + inset, self.lanes.w(lane) - 2 * inset);
        let h = (self.y - y).max(LINE + 4);
        self.bands.push(Shape::Band { x, y, w, h, label, title });
    }

    fn end_faults(&mut self) {
        while let Some(no) = self.faults.keys().next().copied() {
            self.band(no);
        }
    }

    /// Ends what is open, and says how high the drawing is.
    fn finish(&mut self) -> u32 {
        self.end_faults();
        let under = self.free.values().copied().max().unwrap_or(0);
        self.y.max(under) + 10
    }
}

/// How high a pause is drawn: the more, the longer it was, but not in proportion.
fn pause(ms: u64) -> u32 {
    let octaves = (1 + ms / 4).ilog2();
    (2 + octaves * 3).min(PAUSE_MAX)
}

/// The lines of a screen or a receipt.
fn lines(text: &str) -> Vec<String> {
    text.split(" / ").take(ROWS).map(str::to_owned).collect()
}

/// A text over two lines at most.
fn wrap(text: &str, cells: usize) -> Vec<String> {
    let lines = textwrap::wrap(text, cells.max(4));
    match &lines[..] {
        [first, _, _, ..] => {
            let rest = text.trim_start().get(first.len()..).unwrap_or_default();
            vec![first.to_string(), rest.trim_start().to_owned()]
        }
        _ => lines.iter().map(ToString::to_string).collect(),
    }
}

/// At most so many cells of a text.
fn cut(text: &str, cells: usize) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= cells
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

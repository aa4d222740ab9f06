//! For tests: makes traces, a word for each event. Payment `n` has intent `n`, order `o000n`,
//! STAN `n`, its own code, and costs 12.50; the methods' `n` is that number.

use std::collections::BTreeMap;

use contract::event::{
    Channel, ConnChange, FlashChange, LedgerChange, ListRow, ListView, Phase, Report, Tap,
    WireMessage,
};
use contract::rig::TerminalInfo;
use contract::{
    Amount, Bytes, CodeText, EventKind, Fault, FaultNo, FieldText, Header, IntentId, Invariant,
    Lapse, LedgerState, Message, News, OrderId, Purpose, Source, Status, TerminalId, Time, Trace,
};

use super::order::status_word;
use crate::finding::{Finding, Rule, Verdict};

/// A trace in the making. Each event comes a millisecond after the one before.
pub(super) struct Story {
    pub(super) header: Header,
    news: Vec<News>,
    now: Time,
    terminal: TerminalId,
    conn: u32,
    captured: BTreeMap<u32, Time>,
}

pub(super) const PRICE: Amount = Amount(1250);

/// The order number of payment `n`.
pub(super) fn order(n: u32) -> OrderId {
    OrderId::new(&format!("o{n:04}")).unwrap()
}

/// The code of payment `n`, a WeChat one.
pub(super) fn code(n: u32) -> CodeText {
    CodeText::new(&format!("13{n:016}")).unwrap()
}

impl Story {
    pub(super) fn new() -> Story {
        let taps = [Tap::TerminalWire, Tap::HostWire, Tap::Ledger, Tap::Flash, Tap::Scanner];
        let channels = Channel::ALL.map(Tap::from);
        let terminal = |n: u32| {
            let (tid, mid) = (format!("1000000{n}"), "898000000000001".into());
            TerminalInfo { id: TerminalId(n), tid, mid }
        };
        let mut header = Header::blank();
        header.rig.terminals = vec![terminal(1), terminal(2)];
        header.rig.taps = taps.into_iter().chain([Tap::Keypad]).chain(channels).collect();
        header.rig.channels = Channel::ALL.to_vec();
        let (news, now, captured) = (Vec::new(), Time(0), BTreeMap::new());
        Story { header, news, now, terminal: TerminalId(1), conn: 1, captured }
    }

    /// Any event at the terminal that the story is about.
    pub(super) fn tell(&mut self, source: Source, kind: EventKind) -> &mut Story {
        self.now += Lapse::from_ms(1);
        self.news.push(News { at: self.now, terminal: Some(self.terminal), source, kind });
        self
    }

    /// Changes the last event.
    pub(super) fn but(&mut self, change: impl FnOnce(&mut EventKind)) -> &mut Story {
        change(&mut self.news.last_mut().unwrap().kind);
        self
    }

    /// Changes the message of the last event.
    pub(super) fn but_says(&mut self, change: impl FnOnce(&mut Message)) -> &mut Story {
        self.but_frame(|frame| change(frame.message.as_mut().unwrap()))
    }

    /// Changes the wire event that came last.
    pub(super) fn but_frame(&mut self, change: impl FnOnce(&mut WireMessage)) -> &mut Story {
        self.but(|kind| match kind {
            EventKind::Sent(frame) | EventKind::Received(frame) => change(frame),
            other => panic!("not on a wire: {other:?}"),
        })
    }

    /// Changes the report that came last.
    pub(super) fn but_report(&mut self, change: impl FnOnce(&mut Report)) -> &mut Story {
        self.but(|kind| match kind {
            EventKind::Report(report) => change(report),
            other => panic!("not a report: {other:?}"),
        })
    }

    pub(super) fn secs(&mut self, secs: u64) -> &mut Story {
        self.now += Lapse::from_secs(secs);
        self
    }

    pub(super) fn at_terminal(&mut self, n: u32) -> &mut Story {
        self.terminal = TerminalId(n);
        self
    }

    pub(super) fn reconnect(&mut self) -> &mut Story {
        self.conn += 1;
        let (conn, change) = (self.conn, ConnChange::Opened);
        self.tell(Source::Terminal, EventKind::Conn { conn, change })
    }

    // --- people ---

    pub(super) fn intent(&mut self, n: u32) -> &mut Story {
        let kind = EventKind::Intent { intent: IntentId(n), meant: PRICE };
        self.tell(Source::Customer, kind)
    }

    pub(super) fn key(&mut self, text: &str) -> &mut Story {
        self.tell(Source::Operator, EventKind::Keyed(text.into()))
    }

    pub(super) fn presents(&mut self, n: u32) -> &mut Story {
        let kind = EventKind::Presented { intent: IntentId(n), code: code(n) };
        self.tell(Source::Customer, kind)
    }

    /// Everything before the terminal writes and sends.
    pub(super) fn asks(&mut self, n: u32) -> &mut Story {
        self.intent(n).key("12.50").screen(Phase::Scan).presents(n);
        self.tell(Source::Terminal, EventKind::Scanned(code(n).to_string()))
    }

    // --- the terminal ---

    pub(super) fn screen(&mut self, phase: Phase) -> &mut Story {
        self.tell(Source::Terminal, EventKind::Screen { phase, text: String::new() })
    }

    pub(super) fn writes(&mut self, text: &str) -> &mut Story {
        self.flash(FlashChange::Write(Bytes::from(text.as_bytes())))
    }

    pub(super) fn flash(&mut self, change: FlashChange) -> &mut Story {
        self.tell(Source::Terminal, EventKind::Flash(change))
    }

    pub(super) fn journals(&mut self, n: u32) -> &mut Story {
        self.writes(&format!("\u{1}S{}|1250\n", order(n))).flash(FlashChange::Sync)
    }

    pub(super) fn sends(&mut self, n: u32, purpose: Purpose) -> &mut Story {
        let sale = purpose == Purpose::Sale;
        let kind = self.frame(Message {
            code: sale.then(|| code(n)),
            batch: Some(1),
            ..message(self.terminal, n, purpose)
        });
        self.tell(Source::Terminal, EventKind::Sent(kind))
    }

    /// Writes the order down and sends its sale request.
    pub(super) fn sale(&mut self, n: u32) -> &mut Story {
        self.journals(n).sends(n, Purpose::Sale).screen(Phase::Wait)
    }

    pub(super) fn query(&mut self, n: u32) -> &mut Story {
        self.sends(n, Purpose::Query)
    }

    /// The answer reaches the terminal.
    pub(super) fn answer(&mut self, n: u32, purpose: Purpose, response: &str) -> &mut Story {
        let kind = self.frame(Message {
            answer: true,
            response: FieldText::new(response),
            ..message(self.terminal, n, purpose)
        });
        self.tell(Source::Terminal, EventKind::Received(kind))
    }

    fn frame(&self, message: Message) -> Box<WireMessage> {
        let (tap, conn, bytes) = (Tap::TerminalWire, self.conn, Bytes::default());
        Box::new(WireMessage { tap, conn, bytes, message: Some(message), authentic: true })
    }

    pub(super) fn power(&mut self, on: bool) -> &mut Story {
        self.tell(Source::Power, EventKind::Power { on })
    }

    // --- the world ---

    pub(super) fn ledger(&mut self, n: u32, state: LedgerState) -> &mut Story {
        let (order, amount, code) = (order(n), PRICE, code(n));
        let change = LedgerChange { order, state, amount, code };
        self.tell(Source::Wallet, EventKind::Ledger(Box::new(change)))
    }

    pub(super) fn captured(&mut self, n: u32) -> &mut Story {
        self.ledger(n, LedgerState::Captured);
        self.captured.entry(n).or_insert(self.now);
        self
    }

    pub(super) fn reports(&mut self, n: u32, channel: Channel, status: Status) -> &mut Story {
        let paid_at = self.captured.get(&n).copied();
        let text = match status {
            Status::Unknown => "UNKNOWN / 结果未知,勿重 / 复收款".into(),
            _ => status_word(status).into(),
        };
        let (order, amount) = (Some(order(n)), Some(PRICE));
        let report = Report { channel, status, order, amount, paid_at, copy: false, text };
        self.tell(Source::Merchant, EventKind::Report(Box::new(report)))
    }

    pub(super) fn shows(&mut self, n: u32, status: Status) -> &mut Story {
        self.reports(n, Channel::Screen, status)
    }

    /// Paid, on every channel; then ready for the next.
    pub(super) fn reported(&mut self, n: u32) -> &mut Story {
        for channel in Channel::ALL {
            self.reports(n, channel, Status::Approved);
        }
        self.screen(Phase::Idle)
    }

    /// A payment without trouble.
    pub(super) fn good(&mut self, n: u32) -> &mut Story {
        self.asks(n).sale(n).captured(n).answer(n, Purpose::Sale, "00").reported(n)
    }

    /// A payment that is captured, and no answer came.
    pub(super) fn unanswered(&mut self, n: u32) -> &mut Story {
        self.asks(n).sale(n).captured(n)
    }

    pub(super) fn lists(&mut self, channel: Channel, paid: &[u32], count: u32) -> &mut Story {
        let row = |n: &u32| ListRow { order: order(*n), amount: PRICE, status: Status::Approved };
        let (rows, total) = (paid.iter().map(row).collect(), Amount(PRICE.0 * u64::from(count)));
        let view = ListView { rows, count, total, filter: None, channel };
        self.tell(Source::Terminal, EventKind::List(Box::new(view)))
    }

    pub(super) fn fault(&mut self, no: u32, fault: Fault) -> &mut Story {
        let kind = EventKind::FaultOn { no: FaultNo(no), fault: Box::new(fault) };
        self.tell(Source::Harness, kind)
    }

    pub(super) fn fault_off(&mut self, no: u32) -> &mut Story {
        self.tell(Source::Harness, EventKind::FaultOff(FaultNo(no)))
    }

    /// The modem registers anew and needs so many seconds.
    pub(super) fn registers_for(&mut self, secs: u64) -> &mut Story {
        let until = self.now + Lapse::from_secs(secs);
        self.tell(Source::Link, EventKind::Attaching { until })
    }

    pub(super) fn loses(&mut self, tap: Tap) -> &mut Story {
        self.tell(Source::Harness, EventKind::TapLost(tap))
    }

    pub(super) fn regains(&mut self, tap: Tap) -> &mut Story {
        self.tell(Source::Harness, EventKind::TapBack(tap))
    }

    /// The world is healed, the longest bound passes, and the run ends.
    pub(super) fn ends(&mut self) -> &mut Story {
        self.tell(Source::Harness, EventKind::Healed);
        self.secs(301).tell(Source::Harness, EventKind::End)
    }

    // --- judging ---

    pub(super) fn without(&mut self, tap: Tap) -> &mut Story {
        self.header.rig.taps.retain(|other| *other != tap);
        self
    }

    pub(super) fn trace(&self) -> Trace {
        let mut trace = Trace::new(self.header.clone());
        self.news.iter().for_each(|news| {
            trace.push(news.clone());
        });
        trace
    }

    pub(super) fn finding(&self, rule: Rule) -> Finding {
        let mut findings = super::judge(&self.trace());
        let place = findings.iter().position(|finding| finding.rule == rule).unwrap();
        findings.swap_remove(place)
    }
}

/// A reversal carries the STAN of its sale; other requests about the payment have others.
fn stan(n: u32, purpose: Purpose) -> u32 {
    match purpose {
        Purpose::Sale | Purpose::Reversal => n,
        _ => n + 100_000 * purpose as u32,
    }
}

fn message(terminal: TerminalId, n: u32, purpose: Purpose) -> Message {
    Message {
        purpose,
        answer: false,
        stan: stan(n, purpose),
        tid: FieldText::new(&format!("1000000{}", terminal.0)).unwrap(),
        mid: FieldText::new("898000000000001").unwrap(),
        order: Some(order(n)),
        amount: Some(PRICE),
        currency: Some(156),
        code: None,
        response: None,
        batch: None,
    }
}

/// A case of a table: what it is, how it goes, what comes of it.
pub(super) type Case = (&'static str, fn(&mut Story), Verdict);

/// Plays each case and compares the verdict on one rule.
pub(super) fn check(rule: Invariant, cases: &[Case]) {
    for (name, play, verdict) in cases {
        let mut story = Story::new();
        play(&mut story);
        let finding = story.finding(Rule::Invariant(rule));
        assert_eq!(finding.verdict, *verdict, "{rule}, {name}: {finding:#?}");
        for violation in &finding.violations {
            assert!(violation.evidence.contains(&violation.event), "{rule}, {name}");
            assert!(violation.event > 0 && !violation.what.is_empty(), "{rule}, {name}");
        }
    }
}

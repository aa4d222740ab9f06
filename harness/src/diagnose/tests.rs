//! Traces made by hand, and what must be said of them.

use contract::event::{FlashChange, LedgerChange, Phase, Report, Tap, WireMessage};
use contract::fault::{CallbackFailure, Way};
use contract::{
    Amount, Bytes, Channel, CodeText, EventKind, Fault, FaultNo, FieldText, Header, IntentId,
    Invariant, LedgerState, Message, News, OrderId, Purpose, Source, Status, TerminalId, Time,
    Trace,
};

use super::{Diagnosis, explain};
use crate::finding::{Finding, Rule, Verdict, Violation};

mod causes;

const T1: TerminalId = TerminalId(1);
const T2: TerminalId = TerminalId(2);
const PRICE: Amount = Amount(1250);

fn header() -> Header {
    let mut header = Header::blank();
    header.rig.taps = vec![Tap::TerminalWire, Tap::HostWire, Tap::Ledger, Tap::Flash, Tap::Screen];
    header.rig.channels = vec![Channel::Screen];
    header
}

fn order() -> OrderId {
    OrderId::new("T0000001000001").unwrap()
}

fn code() -> CodeText {
    CodeText::new("134567890123456789").unwrap()
}

fn message(purpose: Purpose, answer: Option<&str>) -> Message {
    Message {
        purpose,
        answer: answer.is_some(),
        stan: 7,
        tid: FieldText::new("T0000001").unwrap(),
        mid: FieldText::new("M01").unwrap(),
        order: Some(order()),
        amount: Some(PRICE),
        currency: Some(156),
        code: (purpose == Purpose::Sale && answer.is_none()).then(code),
        response: answer.map(|code| FieldText::new(code).unwrap()),
        batch: None,
    }
}

/// A trace that grows by calls in the order of events.
struct Hand {
    trace: Trace,
    terminal: TerminalId,
}

impl Hand {
    fn new() -> Hand {
        Hand { trace: Trace::new(header()), terminal: T1 }
    }

    fn push(&mut self, ms: u64, source: Source, kind: EventKind) -> u64 {
        let terminal = Some(self.terminal);
        self.trace.push(News { at: Time::from_ms(ms), terminal, source, kind }).seq
    }

    fn customer(&mut self, ms: u64) {
        let intent = IntentId(1);
        self.push(ms, Source::Customer, EventKind::Intent { intent, meant: PRICE });
        self.push(ms, Source::Customer, EventKind::Presented { intent, code: code() });
    }

    fn wire(
        &mut self,
        ms: u64,
        tap: Tap,
        sent: bool,
        purpose: Purpose,
        answer: Option<&str>,
    ) -> u64 {
        self.frame(ms, tap, sent, message(purpose, answer))
    }

    fn frame(&mut self, ms: u64, tap: Tap, sent: bool, message: Message) -> u64 {
        let bytes = Bytes::default();
        let wire =
            Box::new(WireMessage { tap, conn: 1, bytes, message: Some(message), authentic: true });
        let kind = if sent { EventKind::Sent(wire) } else { EventKind::Received(wire) };
        self.push(ms, Source::Terminal, kind)
    }

    /// The answer to a sale of another order.
    fn stray(&mut self, ms: u64) {
        let other = OrderId::new("T0000001000009");
        let message = Message { order: other, stan: 6, ..message(Purpose::Sale, Some("00")) };
        self.frame(ms, Tap::TerminalWire, false, message);
    }

    fn request(&mut self, ms: u64, purpose: Purpose) -> u64 {
        self.wire(ms, Tap::TerminalWire, true, purpose, None)
    }

    fn journal(&mut self, ms: u64) {
        let record = Bytes::from([b"new ", order().as_str().as_bytes()].concat().as_slice());
        self.push(ms, Source::Terminal, EventKind::Flash(FlashChange::Write(record)));
        self.push(ms, Source::Terminal, EventKind::Flash(FlashChange::Sync));
    }

    fn host_got(&mut self, ms: u64) {
        self.wire(ms, Tap::HostWire, false, Purpose::Sale, None);
    }

    fn captured(&mut self, ms: u64) -> u64 {
        let change = LedgerChange {
            order: order(),
            state: LedgerState::Captured,
            amount: PRICE,
            code: code(),
        };
        self.push(ms, Source::Wallet, EventKind::Ledger(Box::new(change)))
    }

    fn host_answers(&mut self, ms: u64) {
        self.wire(ms, Tap::HostWire, true, Purpose::Sale, Some("00"));
    }

    fn shown(&mut self, ms: u64, status: Status) -> u64 {
        self.shown_over(ms, status, PRICE)
    }

    fn shown_over(&mut self, ms: u64, status: Status, amount: Amount) -> u64 {
        let report = Report {
            channel: Channel::Screen,
            status,
            order: Some(order()),
            amount: Some(amount),
            paid_at: None,
            copy: false,
            text: String::new(),
        };
        self.push(ms, Source::Terminal, EventKind::Report(Box::new(report)))
    }

    fn fault(&mut self, ms: u64, no: u32, fault: Fault) {
        let kind = EventKind::FaultOn { no: FaultNo(no), fault: Box::new(fault) };
        self.push(ms, Source::Harness, kind);
    }

    fn met(&mut self, ms: u64, no: u32) -> u64 {
        self.push(ms, Source::Harness, EventKind::FaultMet(FaultNo(no)))
    }

    fn over(&mut self, ms: u64, no: u32) {
        self.push(ms, Source::Harness, EventKind::FaultOff(FaultNo(no)));
    }

    fn explain(&self, invariant: Invariant, event: u64) -> Diagnosis {
        let violation = Violation {
            terminal: Some(T1),
            order: Some(order()),
            event,
            evidence: vec![event],
            what: "something is wrong".into(),
            ..Violation::default()
        };
        let finding = Finding {
            rule: Rule::Invariant(invariant),
            verdict: Verdict::Broken,
            exercised: 1,
            violations: vec![violation.clone()],
            tap: None,
            slowest: None,
        };
        explain(&self.trace, &finding, &violation)
    }
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in: {text}");
    }
}

#[test]
fn a_lost_answer_taken_for_a_no() {
    let mut hand = Hand::new();
    hand.fault(0, 1, Fault::ResponseLost);
    hand.customer(1_000);
    hand.journal(2_000);
    hand.request(2_000, Purpose::Sale);
    hand.host_got(2_100);
    let captured = hand.captured(3_200);
    hand.host_answers(3_200);
    let met = hand.met(3_250, 1);
    let shown = hand.shown(33_100, Status::Declined);
    let said = hand.explain(Invariant::S2, shown);
    assert_eq!(said.fault.as_deref(), Some("net-response-lost-after-capture"));
    assert_eq!(
        said.cause_en,
        format!(
            "The sale was captured at 3.200s (#{captured}); the host's answer never reached the \
             terminal; the terminal showed 'declined' at 33.100s (#{shown}); the terminal never \
             queried it. The terminal took silence for a no. It met the fault \
             net-response-lost-after-capture (paid, but the answer got lost) at 3.250s (#{met})."
        )
    );
    assert_eq!(
        said.cause_zh,
        format!(
            "3.200s（#{captured}）已扣款；收单主机的应答没有到达终端；33.100s（#{shown}）屏幕显示\
             “交易失败”；终端从未查询过这笔订单。终端把无应答当成了交易失败。途中遇到故障“已扣款但应答丢失”\
             （net-response-lost-after-capture），时间 3.250s（#{met}）。"
        )
    );
    has(&said.remedy_en, &["Firmware: silence decides nothing", "On site: Harden the terminal"]);
    has(&said.remedy_zh, &["终端软件：", "现场：提高终端的抗干扰能力"]);
}

#[test]
fn an_outage_that_swallowed_the_request() {
    let mut hand = Hand::new();
    hand.customer(1_000);
    hand.fault(1_500, 1, Fault::LinkOutage { way: Way::Both });
    hand.journal(2_000);
    hand.request(2_000, Purpose::Sale);
    hand.request(10_000, Purpose::Query);
    hand.request(20_000, Purpose::Query);
    let shown = hand.shown(30_000, Status::Approved);
    hand.over(60_000, 1);
    let said = hand.explain(Invariant::S2, shown);
    assert_eq!(said.fault.as_deref(), Some("link-outage"));
    has(
        &said.cause_en,
        &[
            "sent at 2.000s (#6) and never reached the host",
            "its 2 queries got no answer",
            "no network",
        ],
    );
    has(&said.cause_zh, &["未到达收单主机", "查询 2 次均无应答", "网络延迟或中断", "60.000s"]);
    has(&said.remedy_zh, &["检查信号"]);
}

#[test]
fn a_power_cut_over_an_order_that_nobody_noted() {
    let mut hand = Hand::new();
    hand.customer(1_000);
    hand.request(2_000, Purpose::Sale);
    hand.fault(2_500, 1, Fault::PowerCut);
    hand.push(2_500, Source::Power, EventKind::Power { on: false });
    hand.met(2_500, 1);
    hand.host_got(2_600);
    hand.captured(3_000);
    hand.host_answers(3_000);
    hand.push(9_000, Source::Power, EventKind::Power { on: true });
    let idle = EventKind::Screen { phase: Phase::Idle, text: String::new() };
    hand.push(9_500, Source::Terminal, idle);
    let end = hand.push(400_000, Source::Harness, EventKind::End);
    let said = hand.explain(Invariant::L1, end);
    assert_eq!(said.fault.as_deref(), Some("power-cut"));
    has(
        &said.cause_en,
        &[
            "The flash held no record",
            "lost its power at 2.500s",
            "showed no result",
            "never queried",
        ],
    );
    has(&said.cause_zh, &["闪存里还没有这笔订单的流水", "断电", "突然断电", "没有显示结果"]);
    has(&said.remedy_en, &["write and sync a record of the order before"]);
}

#[test]
fn a_plain_defect_has_no_fault_to_blame() {
    let mut hand = Hand::new();
    // A fault of an earlier payment, over before this one came, and one at another terminal.
    hand.fault(0, 1, Fault::ResponseLost);
    hand.over(500, 1);
    hand.terminal = T2;
    hand.fault(600, 2, Fault::LinkOutage { way: Way::Both });
    hand.met(700, 2);
    hand.terminal = T1;
    hand.customer(1_000);
    hand.journal(2_000);
    hand.request(2_000, Purpose::Sale);
    hand.host_got(2_100);
    hand.captured(2_200);
    hand.host_answers(2_200);
    hand.wire(2_300, Tap::TerminalWire, false, Purpose::Sale, Some("00"));
    let shown = hand.shown(2_400, Status::Declined);
    let said = hand.explain(Invariant::L1, shown);
    assert_eq!(said.fault, None);
    has(
        &said.cause_en,
        &[
            "captured at 2.200s",
            "the answer 00 reached the terminal at 2.300s",
            "showed 'declined' at 2.400s",
            "No fault was in force: a plain defect of the firmware.",
        ],
    );
    assert!(!said.cause_en.contains("never"), "{}", said.cause_en);
    has(&said.cause_zh, &["终端软件自身缺陷"]);
}

#[test]
fn a_fault_that_met_the_payment_beats_one_that_was_merely_there() {
    let mut hand = Hand::new();
    hand.fault(0, 1, Fault::ResponseLost);
    hand.customer(1_000);
    hand.request(2_000, Purpose::Sale);
    hand.met(2_500, 1);
    hand.fault(2_600, 2, Fault::NotifySoundboxOffline);
    let shown = hand.shown(30_000, Status::Declined);
    let said = hand.explain(Invariant::S2, shown);
    assert_eq!(said.fault.as_deref(), Some("net-response-lost-after-capture"));
}

#[test]
fn what_the_service_does_wrong_is_not_put_on_the_firmware() {
    let mut hand = Hand::new();
    hand.customer(1_000);
    hand.request(2_000, Purpose::Sale);
    hand.captured(2_200);
    let failure = CallbackFailure::ServerError;
    hand.fault(2_300, 1, Fault::NotifyCallback { failure });
    hand.met(2_400, 1);
    let (order, failure) = (order(), Some(failure));
    let call = EventKind::Callback { order, attempt: 1, failure };
    hand.push(2_400, Source::Merchant, call.clone());
    let again = hand.push(2_500, Source::Merchant, call);
    let said = hand.explain(Invariant::L5, again);
    assert_eq!(said.fault.as_deref(), Some("notify-callback-5xx"));
    has(&said.remedy_en, &["Service: repeat callbacks by the schedule"]);
    let mut hand = Hand::new();
    hand.customer(1_000);
    let spoken = hand.shown(2_000, Status::Approved);
    let on_screen = hand.explain(Invariant::S2, spoken);
    has(&on_screen.remedy_en, &["Firmware: "]);
    has(&on_screen.cause_en, &["defect of the firmware"]);
}

#[test]
fn what_no_tap_sees_is_not_claimed() {
    let mut hand = Hand::new();
    let mut header = header();
    header.rig.taps = vec![Tap::TerminalWire, Tap::Screen];
    hand.trace = Trace::new(header);
    hand.customer(1_000);
    hand.request(2_000, Purpose::Sale);
    let shown = hand.shown(30_000, Status::Approved);
    let said = hand.explain(Invariant::S2, shown);
    has(&said.cause_en, &["The sale was sent at 2.000s (#3); the terminal showed 'approved'"]);
    for claim in ["reached the host", "flash", "host sent no answer"] {
        assert!(!said.cause_en.contains(claim), "{}", said.cause_en);
    }
}

#[test]
fn a_rule_about_no_payment_keeps_the_oracles_words() {
    let mut hand = Hand::new();
    let event = hand.push(1_000, Source::Harness, EventKind::Healed);
    let violation =
        Violation { event, what: "the total is 1.00 too small".into(), ..Violation::default() };
    let finding = |rule| Finding {
        rule,
        verdict: Verdict::Broken,
        exercised: 1,
        violations: vec![violation.clone()],
        tap: None,
        slowest: None,
    };
    let said = explain(&hand.trace, &finding(Rule::Invariant(Invariant::S10)), &violation);
    has(&said.cause_en, &["The total is 1.00 too small. No fault was in force: a plain defect"]);
    has(&said.cause_zh, &["从事件 #1 起不满足规则 S10：the total is 1.00 too small。"]);
    let said = explain(&hand.trace, &finding(Rule::Covers("link-outage".into())), &violation);
    assert_eq!(said.fault.as_deref(), Some("link-outage"));
    has(&said.remedy_en, &["in flight"]);
}

/// The mistake is named, and the hint is about it, whatever rule it broke.
#[test]
fn silence_taken_for_a_no_is_called_so() {
    for rule in [Invariant::S7, Invariant::L2, Invariant::L4] {
        let mut hand = Hand::new();
        hand.fault(0, 1, Fault::ResponseLost);
        hand.customer(1_000);
        hand.journal(2_000);
        hand.request(2_000, Purpose::Sale);
        hand.captured(3_000);
        hand.met(3_000, 1);
        let shown = hand.shown(33_000, Status::Declined);
        let said = hand.explain(rule, shown);
        assert_eq!(said.fault.as_deref(), Some("net-response-lost-after-capture"));
        has(&said.cause_en, &["The terminal took silence for a no."]);
        has(&said.cause_zh, &["终端把无应答当成了交易失败"]);
        has(&said.remedy_en, &["Firmware: silence decides nothing: show \"result unknown"]);
        assert!(!said.remedy_en.contains("match each answer"), "{rule}: {}", said.remedy_en);
    }
}

#[test]
fn an_open_answer_taken_for_a_result_is_called_so() {
    for (code, purpose, says) in [
        ("09", Purpose::Sale, "took the answer 09, which is not final, for a no"),
        ("H7", Purpose::Query, "took the answer H7, which is not final, for a no"),
        ("25", Purpose::Query, "took \"not found\" for a no"),
    ] {
        let mut hand = Hand::new();
        hand.customer(1_000);
        hand.journal(2_000);
        hand.request(2_000, Purpose::Sale);
        hand.wire(3_000, Tap::TerminalWire, false, purpose, Some(code));
        let shown = hand.shown(3_100, Status::Declined);
        hand.captured(20_000);
        has(&hand.explain(Invariant::L2, shown).cause_en, &[says]);
    }
    let mut hand = Hand::new();
    hand.customer(1_000);
    hand.request(2_000, Purpose::Sale);
    hand.wire(3_000, Tap::TerminalWire, false, Purpose::Sale, Some("51"));
    let shown = hand.shown(3_100, Status::Declined);
    assert!(!hand.explain(Invariant::L2, shown).cause_en.contains("took"));
}

#[test]
fn an_answer_that_strayed_leads_to_the_fault_that_doubled_it() {
    let mut hand = Hand::new();
    hand.fault(0, 1, Fault::ResponseDuplicate { gap: contract::Lapse::from_ms(200) });
    hand.met(500, 1);
    hand.over(500, 1);
    hand.customer(1_000);
    hand.journal(2_000);
    hand.request(2_000, Purpose::Sale);
    hand.stray(2_100);
    let shown = hand.shown(2_200, Status::Approved);
    let said = hand.explain(Invariant::S7, shown);
    assert_eq!(said.fault.as_deref(), Some("net-response-duplicate"));
    has(&said.cause_en, &["took the answer to order T0000001000009 for the one to this"]);
    has(&said.remedy_en, &["match each answer by type"]);
}

#[test]
fn what_the_terminal_adds_up_wrongly_is_no_fault_of_the_links() {
    let mut hand = Hand::new();
    hand.fault(0, 1, Fault::ResponseLost);
    hand.customer(1_000);
    hand.request(2_000, Purpose::Sale);
    hand.met(2_500, 1);
    hand.wire(3_000, Tap::TerminalWire, false, Purpose::Query, Some("00"));
    let shown = hand.shown_over(3_100, Status::Approved, Amount(125_000));
    let said = hand.explain(Invariant::S4, shown);
    assert_eq!(said.fault, None);
    has(
        &said.cause_en,
        &[
            "that screen stated 1250.00",
            "It met the fault net-response-lost-after-capture",
            "does not explain this breach: it is a defect of the firmware by itself.",
        ],
    );
    has(&said.cause_zh, &["（net-response-lost-after-capture）", "不能解释此问题", "自身缺陷"]);
    assert!(!said.cause_en.contains("No fault"), "{}", said.cause_en);
    has(&said.remedy_en, &["Update the firmware"]);
}

#[test]
fn a_power_cut_that_made_it_forget_is_the_cause() {
    let mut hand = Hand::new();
    hand.fault(0, 1, Fault::PrintPaperOut);
    hand.customer(1_000);
    hand.journal(2_000);
    hand.request(2_000, Purpose::Sale);
    hand.captured(3_000);
    hand.met(3_000, 1);
    hand.fault(3_500, 2, Fault::PowerCut);
    hand.push(3_500, Source::Power, EventKind::Power { on: false });
    hand.push(9_000, Source::Power, EventKind::Power { on: true });
    let end = hand.push(400_000, Source::Harness, EventKind::End);
    let said = hand.explain(Invariant::L4, end);
    assert_eq!(said.fault.as_deref(), Some("power-cut"));
    has(&said.cause_en, &["never came back to the order"]);
    has(&said.remedy_en, &["read the journal at power-up"]);
}

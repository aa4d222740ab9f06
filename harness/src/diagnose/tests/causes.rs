//! What is told of reversals, lost answers, closed batches, and of the link by itself.

use contract::event::ConnChange;

use super::*;

#[test]
fn an_answer_that_a_fault_took_at_the_host_was_not_kept_back_by_it() {
    let mut hand = Hand::new();
    hand.fault(0, 1, Fault::ResponseLost);
    hand.customer(1_000);
    hand.journal(2_000);
    hand.request(2_000, Purpose::Sale);
    hand.host_got(2_100);
    hand.captured(2_200);
    hand.met(2_200, 1);
    let shown = hand.shown(30_000, Status::Declined);
    let said = hand.explain(Invariant::S2, shown);
    has(&said.cause_en, &["the host's answer never reached the terminal"]);
    has(&said.cause_zh, &["收单主机的应答没有到达终端"]);
    assert!(!said.cause_en.contains("sent no answer"), "{}", said.cause_en);
    let mut hand = Hand::new();
    hand.customer(1_000);
    hand.request(2_000, Purpose::Sale);
    hand.host_got(2_100);
    let shown = hand.shown(30_000, Status::Declined);
    has(&hand.explain(Invariant::S2, shown).cause_en, &["the host sent no answer"]);
}

#[test]
fn asking_for_a_reversal_is_not_yet_a_reversal() {
    let mut hand = Hand::new();
    hand.customer(1_000);
    hand.request(2_000, Purpose::Sale);
    let asked = hand.request(30_000, Purpose::Reversal);
    let answered = hand.wire(31_000, Tap::TerminalWire, false, Purpose::Reversal, Some("96"));
    let shown = hand.shown(31_100, Status::Reversed);
    let said = hand.explain(Invariant::S5, shown);
    let told = format!(
        "the terminal asked to reverse it at 30.000s (#{asked}) and was answered 96 at 31.000s \
         (#{answered})"
    );
    has(&said.cause_en, &[&told]);
    has(&said.cause_zh, &["请求冲正", "应答码 96"]);
    assert!(!said.cause_en.contains("was reversed"), "{}", said.cause_en);
}

#[test]
fn the_closing_of_the_batch_is_told() {
    let mut hand = Hand::new();
    hand.customer(1_000);
    hand.request(2_000, Purpose::Sale);
    let kind = EventKind::BatchClosed { batch: 1, orders: Vec::new(), total: Amount(0) };
    let closed = hand.push(9_000, Source::Terminal, kind);
    let said = hand.explain(Invariant::S9, closed);
    has(&said.cause_en, &[&format!("batch 1 was closed at 9.000s (#{closed})"), "No fault was"]);
    has(&said.cause_zh, &["批次 1 于 9.000s", "当时没有任何故障"]);
}

/// What a demand of the scenario says when the link stood in its way.
fn by_the_link(hand: &Hand) -> Option<Diagnosis> {
    let event = hand.trace.events().len() as u64;
    let what = "`captured` came 0 of 1 times".into();
    let violation = Violation { event, what, ..Violation::default() };
    let finding = Finding {
        rule: Rule::Expect(0),
        verdict: Verdict::Broken,
        exercised: 1,
        violations: vec![violation.clone()],
        tap: None,
        slowest: None,
    };
    crate::diagnose::by_the_link(&hand.trace, &finding, &violation)
}

#[test]
fn a_link_in_trouble_by_itself_is_named() {
    let mut hand = Hand::new();
    let failed = EventKind::Conn { conn: 1, change: ConnChange::Failed };
    let first = hand.push(5_000, Source::Link, failed.clone());
    hand.push(9_000, Source::Link, EventKind::Attaching { until: Time::from_ms(20_000) });
    hand.push(90_000, Source::Harness, EventKind::End);
    let said = by_the_link(&hand).unwrap();
    assert_eq!(said.fault, None);
    let profile = hand.trace.header().rig.link.clone();
    has(
        &said.cause_en,
        &[
            &format!("The link profile {profile} itself kept it from happening"),
            "1 connection failed or was reset, 1 time the modem registered anew",
            &format!("first at 5.000s (#{first})"),
        ],
    );
    has(&said.cause_zh, &["应出现 1 次", "1 次连接失败或被重置", "1 次重新注册网络"]);
    has(&said.remedy_en, &["another link", "longer bounds"]);
    assert!(!said.remedy_en.contains("Firmware"), "{}", said.remedy_en);

    // A message that never arrived counts as well.
    let mut hand = Hand::new();
    hand.request(1_000, Purpose::Sale);
    hand.push(90_000, Source::Harness, EventKind::End);
    has(&by_the_link(&hand).unwrap().cause_en, &["1 message never arrived"]);
}

#[test]
fn a_link_that_a_fault_spoils_is_not_blamed() {
    let mut hand = Hand::new();
    hand.fault(1_000, 1, Fault::LinkOutage { way: Way::Both });
    let failed = EventKind::Conn { conn: 1, change: ConnChange::Failed };
    hand.push(5_000, Source::Link, failed.clone());
    hand.over(6_000, 1);
    hand.push(20_000, Source::Link, failed.clone());
    assert_eq!(by_the_link(&hand), None, "the outage, and what comes soon after it");
    hand.push(100_000, Source::Link, failed.clone());
    assert!(by_the_link(&hand).is_some(), "long after it");
    let mut hand = Hand::new();
    hand.fault(1_000, 1, Fault::ResponseLost);
    hand.push(5_000, Source::Link, failed);
    assert!(by_the_link(&hand).is_some(), "a lost answer fails no connection");
    assert_eq!(by_the_link(&Hand::new()), None);
}

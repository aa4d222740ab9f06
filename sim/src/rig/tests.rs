//! The world on both engines: a few payments, from the order to the receipt.

use contract::action::{Visit, WalletBrand};
use contract::event::{LedgerState, Phase, Report};
use contract::rig::OpenRig;
use contract::{
    Amount, EventKind, Fault, FaultNo, FaultSpan, IntentId, Lapse, Purpose, Status, TerminalId,
};

use super::*;

const T1: TerminalId = TerminalId(1);

fn request(taps: bool) -> RigRequest {
    RigRequest {
        rig: "event".into(),
        seed: 1,
        terminals: 1,
        firmware: "reference".into(),
        link: "lab".into(),
        poll: "wechat-v2".into(),
        wire: "plain87".into(),
        callbacks: "wechat-v2".into(),
        channels: Channel::ALL.to_vec(),
        keep_connection: false,
        hosts: 1,
        magic_amounts: false,
        taps,
    }
}

fn visit(intent: u32) -> Action {
    let (intent, amount, wallet) = (IntentId(intent), Amount(1250), WalletBrand::Wechat);
    let visit = Visit { intent, amount, wallet, password: None, cancels: None, funds: true };
    Action::Pay { terminal: T1, visit }
}

/// Plays orders at their seconds, for three minutes.
fn play(open: OpenRig, moves: &[(u64, Action)]) -> Vec<News> {
    play_on(&request(true), open, moves)
}

fn play_on(request: &RigRequest, open: OpenRig, moves: &[(u64, Action)]) -> Vec<News> {
    let mut rig = open(request).unwrap();
    let mut news = Vec::new();
    for (second, action) in moves {
        rig.advance(Time::from_ms(second * 1_000), &[], &mut news).unwrap();
        rig.act(action).unwrap();
    }
    rig.advance(Time::from_ms(180_000), &[], &mut news).unwrap();
    news
}

fn report(news: &News) -> Option<&Report> {
    match &news.kind {
        EventKind::Report(report) => Some(report),
        _ => None,
    }
}

fn reports(news: &[News], channel: Channel) -> Vec<&Report> {
    news.iter().filter_map(report).filter(|report| report.channel == channel).collect()
}

fn captures(news: &[News]) -> usize {
    let state = |n: &News| match &n.kind {
        EventKind::Ledger(change) => Some(change.state),
        _ => None,
    };
    news.iter().filter(|n| state(n) == Some(LedgerState::Captured)).count()
}

const BOTH: [OpenRig; 2] = [open_event, open_turmoil];

#[test]
fn a_payment_is_captured_and_reported_on_every_channel() {
    for open in BOTH {
        let news = play(open, &[(10, visit(1)), (60, visit(2))]);
        assert_eq!(captures(&news), 2);
        for channel in Channel::ALL {
            let reports = reports(&news, channel);
            assert_eq!(reports.len(), 2, "{channel:?}");
            assert!(reports.iter().all(|r| r.status == Status::Approved && !r.copy));
            assert!(reports.iter().all(|r| r.amount == Some(Amount(1250))));
        }
    }
}

fn lost_answer() -> Action {
    let (fault, span) = (Fault::ResponseLost, FaultSpan::Next(1));
    Action::FaultOn { no: FaultNo(1), terminal: T1, fault, span }
}

#[test]
fn either_wire_profile_carries_the_same_payments() {
    let moves = [(5, lost_answer()), (10, visit(1)), (70, visit(2))];
    let messages = |wire: &str| {
        let request = RigRequest { wire: wire.into(), ..request(true) };
        let news = play_on(&request, open_event, &moves);
        assert_eq!(captures(&news), 2, "{wire}");
        let read = |n: &News| match &n.kind {
            EventKind::Sent(wire) | EventKind::Received(wire) => {
                assert!(wire.authentic, "{wire:?}");
                Some((n.at, n.source, wire.message.clone().unwrap()))
            }
            _ => None,
        };
        news.iter().filter_map(read).collect::<Vec<_>>()
    };
    let plain = messages("plain87");
    assert!(plain.iter().any(|(.., message)| message.purpose == Purpose::Query));
    assert_eq!(messages("cup-scan"), plain);
}

#[test]
fn a_lost_answer_is_asked_for() {
    for open in BOTH {
        let news = play(open, &[(5, lost_answer()), (10, visit(1))]);
        assert_eq!(captures(&news), 1);
        let shown: Vec<Status> =
            reports(&news, Channel::Screen).iter().map(|report| report.status).collect();
        assert_eq!(shown, [Status::Unknown, Status::Approved]);
    }
}

#[test]
fn after_a_power_cut_the_open_order_comes_before_the_next_sale() {
    let cut = Action::FaultOn {
        no: FaultNo(1),
        terminal: T1,
        fault: Fault::PowerCut,
        span: FaultSpan::For(Lapse::from_secs(20)),
    };
    for open in BOTH {
        let mut rig = open(&request(true)).unwrap();
        let mut news = Vec::new();
        rig.advance(Time::from_ms(10_000), &[], &mut news).unwrap();
        rig.act(&visit(1)).unwrap();
        let captured = Trigger::from_word("captured").unwrap();
        rig.advance(Time::from_ms(60_000), &[captured], &mut news).unwrap();
        assert_eq!(captures(&news), 1);
        rig.act(&cut).unwrap();
        rig.advance(Time::from_ms(120_000), &[], &mut news).unwrap();
        let screen = |n: &News| match &n.kind {
            EventKind::Screen { phase, .. } => Some(*phase),
            _ => None,
        };
        let phases: Vec<Phase> = news.iter().filter_map(screen).collect();
        let boot = phases.iter().rposition(|phase| *phase == Phase::Boot).unwrap();
        assert_eq!(phases[boot + 1], Phase::Recovering);
        assert_eq!(reports(&news, Channel::Screen).last().unwrap().status, Status::Approved);
    }
}

#[test]
fn a_request_for_what_does_not_exist_is_refused_with_what_there_is() {
    let bad = RigRequest { firmware: "refrence".into(), ..request(true) };
    let Err(RigFault::BadRequest(why)) = open_event(&bad) else { panic!("opened") };
    assert!(why.contains("`refrence`") && why.contains("reference"), "{why}");
    let bad = RigRequest { wire: "cup".into(), ..request(true) };
    let Err(RigFault::BadRequest(why)) = open_event(&bad) else { panic!("opened") };
    assert_eq!(why, "no wire profile is called `cup`; there are plain87, cup-scan");
    let many = RigRequest { terminals: 11, ..request(true) };
    assert!(matches!(open_turmoil(&many), Err(RigFault::BadRequest(_))));
}

//! What the terminal does between sales, seen from outside; and what it counts and lists.

use contract::action::{Visit, WalletBrand};
use contract::event::Tap;
use contract::{
    Action, Channel, EventKind, Fault, FaultNo, FaultSpan, IntentId, News, Purpose, RigRequest,
    Trigger,
};

use super::*;

const T1: TerminalId = TerminalId(1);

fn rig() -> Box<dyn contract::Rig> {
    let request = RigRequest {
        rig: "event".into(),
        seed: 1,
        terminals: 1,
        firmware: "reference".into(),
        link: "lab".into(),
        poll: "wechat-v2".into(),
        callbacks: "wechat-v2".into(),
        wire: "plain87".into(),
        channels: Channel::ALL.to_vec(),
        keep_connection: true,
        hosts: 1,
        magic_amounts: false,
        taps: true,
    };
    crate::rig::open_event(&request).unwrap()
}

fn pay() -> Action {
    let (intent, amount, wallet) = (IntentId(1), Amount(1250), WalletBrand::Wechat);
    let visit = Visit { intent, amount, wallet, password: None, cancels: None, funds: true };
    Action::Pay { terminal: T1, visit }
}

/// A payment at 10 s while the printer has no paper until `paper_s`, and the green key pressed
/// each `keys_s` seconds; half an hour of it.
fn half_an_hour(paper_s: u64, keys_s: u64) -> Vec<News> {
    let mut rig = rig();
    let (no, fault) = (FaultNo(1), Fault::PrintPaperOut);
    let span = FaultSpan::For(Lapse::from_secs(paper_s));
    rig.act(&Action::FaultOn { no, terminal: T1, fault, span }).unwrap();
    let mut news = Vec::new();
    rig.advance(Time::from_ms(10_000), &[], &mut news).unwrap();
    rig.act(&pay()).unwrap();
    let mut second = 30;
    while second < 1_800 {
        rig.advance(Time::from_ms(second * 1_000), &[], &mut news).unwrap();
        rig.act(&Action::Press { terminal: T1, key: "OK".into() }).unwrap();
        second += keys_s;
    }
    rig.advance(Time::from_ms(1_800_000), &[], &mut news).unwrap();
    news
}

fn receipts(news: &[News]) -> Vec<Time> {
    let printed = |news: &&News| match &news.kind {
        EventKind::Report(report) => report.channel == Channel::Receipt,
        _ => false,
    };
    news.iter().filter(printed).map(|news| news.at).collect()
}

fn echoes(news: &[News]) -> usize {
    let echo = |news: &&News| match &news.kind {
        EventKind::Sent(frame) if frame.tap == Tap::TerminalWire => {
            frame.message.as_ref().is_some_and(|message| message.purpose == Purpose::Echo)
        }
        _ => false,
    };
    news.iter().filter(echo).count()
}

#[test]
fn keys_hold_up_neither_the_receipt_that_is_owed_nor_the_keep_alive() {
    let news = half_an_hour(60, 4);
    let soon = Time::from_ms(60_000) + RETRY + SHOWN;
    assert!(matches!(receipts(&news)[..], [at] if at <= soon), "{:?}", receipts(&news));
    assert_eq!(echoes(&news), 6);
}

#[test]
fn keys_pressed_as_the_result_comes_do_not_wipe_it_away() {
    let (mut rig, mut news) = (rig(), Vec::new());
    rig.act(&pay()).unwrap();
    let captured = Trigger::from_word("captured").unwrap();
    rig.advance(Time::from_ms(60_000), &[captured], &mut news).unwrap();
    for key in ["OK", "OK"] {
        rig.act(&Action::Press { terminal: T1, key: key.into() }).unwrap();
    }
    rig.advance(Time::from_ms(60_000), &[], &mut news).unwrap();
    let paid = |kind: &EventKind| match kind {
        EventKind::Report(report) => report.channel == Channel::Screen,
        _ => false,
    };
    let shown = news.iter().position(|news| paid(&news.kind)).unwrap();
    let screen = |kind: &EventKind| matches!(kind, EventKind::Screen { .. });
    let next = news[shown..].iter().find(|news| screen(&news.kind)).unwrap();
    assert!(next.at >= news[shown].at + SHOWN);
}

#[test]
fn a_receipt_that_is_owed_does_not_hold_up_the_keep_alive() {
    let news = half_an_hour(3_600, 1_800);
    assert_eq!((receipts(&news).len(), echoes(&news)), (0, 6));
}

#[test]
fn order_numbers_never_come_again() {
    let order = |number| order_of("10000001", number).unwrap().to_string();
    assert_eq!(order(1), "10000001000001");
    assert_eq!(order(999_999), "10000001999999");
    assert_eq!(order(u32::MAX), "100000014294967295");
}

/// What the terminal sent: purpose and STAN of each request.
fn requests(news: &[News]) -> Vec<(Purpose, u32)> {
    let request = |news: &News| match &news.kind {
        EventKind::Sent(frame) if frame.tap == Tap::TerminalWire => {
            frame.message.as_ref().map(|message| (message.purpose, message.stan))
        }
        _ => None,
    };
    news.iter().filter_map(request).collect()
}

#[test]
fn every_request_has_a_stan_of_its_own_across_power_cuts_and_a_reversal_that_of_its_sale() {
    let (mut rig, mut news) = (rig(), Vec::new());
    for (no, fault) in [(1, Fault::ResponseLost), (2, Fault::AcqQueryStale)] {
        let (no, span) = (FaultNo(no), FaultSpan::For(Lapse::from_secs(300)));
        rig.act(&Action::FaultOn { no, terminal: T1, fault, span }).unwrap();
    }
    rig.advance(Time::from_ms(10_000), &[], &mut news).unwrap();
    rig.act(&pay()).unwrap();
    for cut_s in [40, 70] {
        rig.advance(Time::from_ms(cut_s * 1_000), &[], &mut news).unwrap();
        let (no, fault) = (FaultNo(3), Fault::PowerCut);
        let span = FaultSpan::For(Lapse::from_secs(1));
        rig.act(&Action::FaultOn { no, terminal: T1, fault, span }).unwrap();
    }
    rig.advance(Time::from_ms(400_000), &[], &mut news).unwrap();
    let sent = requests(&news);
    let stan_of_the = |purpose| sent.iter().find(|(sent, _)| *sent == purpose).unwrap().1;
    assert_eq!(stan_of_the(Purpose::Reversal), stan_of_the(Purpose::Sale));
    let mut stans: Vec<u32> = sent
        .iter()
        .filter(|(purpose, _)| *purpose != Purpose::Reversal)
        .map(|(_, stan)| *stan)
        .collect();
    let all = stans.len();
    stans.sort_unstable();
    stans.dedup();
    assert!(all > 6 && stans.len() == all, "{sent:?}");
}

fn paid(number: u32) -> Entry {
    let (order, at) = (order_of("10000001", number).unwrap(), Time(0));
    let (stage, amount) = (Stage::Printed, Amount(100));
    Entry { stage, order, number, amount, sent_at: at, paid_at: at, ..Entry::default() }
}

#[test]
fn a_list_says_when_it_does_not_show_all() {
    let listed = u32::try_from(journal::LISTED).unwrap();
    let mut content = Content::default();
    content.entries = (1..=listed).map(paid).collect();
    let lines = desk::list(&content, None);
    assert_eq!(lines[0], "PAYMENTS 40 CNY 40.00");
    assert!(lines.iter().all(|line| !line.starts_with("FILTER")));
    content.entries.push(paid(listed + 1));
    let lines = desk::list(&content, None);
    assert_eq!((lines[0].as_str(), lines.len()), ("PAYMENTS 40 CNY 40.00", 42));
    assert!(lines[1].contains("10000001000002") && lines[41].starts_with("FILTER LAST 40 "));
    (content.entries, content.dropped) = (vec![paid(1)], 1);
    assert!(desk::list(&content, None)[2].starts_with("FILTER LAST 1 "));
}

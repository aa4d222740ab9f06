//! Tests of L1-L8: for each a story that keeps it, stories that break it, one without its premise,
//! and one that stops early.

use contract::event::{Phase, Tap};
use contract::fault::{SmsMode, Way};
use contract::{
    Amount, Channel, EventKind, Fault, IntentId, Invariant, Lapse, LedgerState, Purpose, Source,
    Status,
};

use crate::finding::Rule;
use crate::finding::Verdict::{Broken, Held, NotExercised, NotObservable, Undecided};
use crate::oracle::story::{PRICE, Story, check, order};

const OUTAGE: Fault = Fault::LinkOutage { way: Way::Both };

fn idle(story: &mut Story) {
    story.screen(Phase::Idle).ends();
}

#[test]
fn l1_eventual_report() {
    check(
        Invariant::L1,
        &[
            ("reported", |s| _ = s.good(1).ends(), Held),
            ("idle", idle, NotExercised),
            ("stopped early", |s| _ = s.good(1), Undecided),
            ("never", |s| _ = s.unanswered(1).shows(1, Status::Unknown).ends(), Broken),
            ("one channel is enough", |s| _ = only(s, Channel::Sms).ends(), Held),
            ("too late", |s| _ = shown(s.unanswered(1).secs(400)).ends(), Broken),
            (
                "late, but in time after the outage",
                |s| {
                    s.asks(1).fault(1, OUTAGE).sale(1).captured(1).secs(900).fault_off(1);
                    shown(s.secs(100)).ends();
                },
                Held,
            ),
            (
                "late after the card is back, and in time after the registration",
                |s| {
                    s.asks(1).fault(1, Fault::SimRemoved).sale(1).captured(1).secs(60);
                    s.fault_off(1).registers_for(400);
                    shown(s.secs(500)).ends();
                },
                Held,
            ),
            (
                "too late after the registration, too",
                |s| {
                    s.asks(1).fault(1, Fault::SimRemoved).sale(1).captured(1).secs(60);
                    s.fault_off(1).registers_for(40);
                    shown(s.secs(500)).ends();
                },
                Broken,
            ),
            (
                "an outage that begins again",
                |s| {
                    s.unanswered(1);
                    for no in 1..9 {
                        s.secs(100).fault(no, OUTAGE).secs(1).fault_off(no);
                    }
                    shown(s.secs(100)).ends();
                },
                Held,
            ),
            (
                "taken back",
                |s| _ = shown(s.unanswered(1)).shows(1, Status::Declined).ends(),
                Broken,
            ),
            ("undone", |s| _ = s.unanswered(1).ledger(1, LedgerState::Reversed).ends(), {
                NotExercised
            }),
            ("one channel is unseen", |s| _ = s.unanswered(1).without(Tap::Sms).ends(), {
                NotObservable
            }),
            ("the screen was not seen", |s| _ = s.unanswered(1).loses(Tap::Screen).ends(), {
                Undecided
            }),
        ],
    );
}

fn shown(story: &mut Story) -> &mut Story {
    story.shows(1, Status::Approved)
}

fn only(story: &mut Story, channel: Channel) -> &mut Story {
    story.unanswered(1).reports(1, channel, Status::Approved)
}

#[test]
fn the_slowest_time_and_its_bound_are_measured() {
    let mut story = Story::new();
    shown(story.unanswered(1).secs(100)).unanswered(2).secs(3).shows(2, Status::Approved).ends();
    let finding = story.finding(Rule::Invariant(Invariant::L1));
    let slowest = finding.slowest.unwrap();
    assert_eq!(slowest.took, Some(Lapse::from_ms(100_001)));
    assert_eq!(slowest.bound, Lapse::from_secs(120));
}

#[test]
fn l2_eventual_resolution() {
    check(
        Invariant::L2,
        &[
            ("shown", |s| _ = s.good(1).ends(), Held),
            ("idle", idle, NotExercised),
            ("stopped early", |s| _ = s.good(1), Undecided),
            ("left unknown", |s| _ = s.unanswered(1).shows(1, Status::Unknown).ends(), Broken),
            ("declined and captured", |s| _ = s.unanswered(1).shows(1, Status::Declined).ends(), {
                Broken
            }),
            ("declined and rejected", |s| _ = ended(s, LedgerState::Rejected, Status::Declined), {
                Held
            }),
            ("reversed and closed", |s| _ = ended(s, LedgerState::Closed, Status::Reversed), Held),
            (
                "declined and never known",
                |s| _ = s.asks(1).sale(1).shows(1, Status::Declined).ends(),
                { Held },
            ),
            ("corrected late", |s| _ = shown(s.unanswered(1).secs(241)).ends(), Broken),
            ("corrected in time", |s| _ = shown(s.unanswered(1).secs(239)).ends(), Held),
            ("sent shortly before the end", |s| _ = s.ends().secs(9).unanswered(1), Held),
            ("the screen was not seen", |s| _ = s.unanswered(1).loses(Tap::Screen).ends(), {
                Undecided
            }),
        ],
    );
}

fn ended(story: &mut Story, state: LedgerState, status: Status) -> &mut Story {
    story.asks(1).sale(1).ledger(1, state).shows(1, status).ends()
}

fn cut(story: &mut Story) -> &mut Story {
    story.unanswered(1).power(false).secs(5).power(true).screen(Phase::Boot)
}

#[test]
fn l3_recovery_first() {
    check(
        Invariant::L3,
        &[
            ("nothing open", |s| _ = s.good(1).power(false).power(true).ends(), NotExercised),
            ("resolved", |s| _ = shown(cut(s)).screen(Phase::Idle).good(2).ends(), Held),
            ("told", |s| _ = cut(s).shows(1, Status::Unknown).screen(Phase::Idle).ends(), Held),
            ("still recovering", |s| _ = cut(s).screen(Phase::Recovering).ends(), Held),
            ("stopped early", |s| _ = cut(s).screen(Phase::Recovering), Undecided),
            ("ready at once", |s| _ = cut(s).screen(Phase::Idle).ends(), Broken),
            ("new sale", |s| _ = cut(s).asks(2).sale(2).ends(), Broken),
            ("same sale again", |s| _ = cut(s).sends(1, Purpose::Sale).ends(), Held),
            (
                "the screen was not seen",
                |s| _ = cut(s).loses(Tap::Screen).asks(2).sale(2).ends(),
                Undecided,
            ),
        ],
    );
}

const NO_SMS: Fault = Fault::NotifySmsOff { mode: SmsMode::Disabled };

/// Reported on all channels but one.
pub(super) fn silent(story: &mut Story, on: Channel) -> &mut Story {
    story.unanswered(1);
    for channel in Channel::ALL.into_iter().filter(|channel| *channel != on) {
        story.reports(1, channel, Status::Approved);
    }
    story
}

/// Without SMS, and the host answered.
fn answered(story: &mut Story) -> &mut Story {
    silent(story, Channel::Sms).answer(1, Purpose::Sale, "00")
}

#[test]
fn l4_every_channel() {
    check(
        Invariant::L4,
        &[
            ("on all", |s| _ = s.good(1).ends(), Held),
            ("idle", idle, NotExercised),
            ("stopped early", |s| _ = s.good(1), Undecided),
            ("one is silent", |s| _ = silent(s, Channel::Backend).ends(), Broken),
            ("it is not the merchant's", |s| no_receipt(silent(s, Channel::Receipt)), Held),
            ("paper comes back", |s| _ = paper_out(s).reports(1, Channel::Receipt, PAID).ends(), {
                Held
            }),
            ("paper came back", |s| _ = paper_out(s).ends(), Broken),
            (
                "the display answers again",
                |s| _ = stuck(silent(s, Channel::Screen)).secs(119).shows(1, PAID).ends(),
                Held,
            ),
            ("and shows nothing", |s| _ = stuck(silent(s, Channel::Screen)).ends(), Broken),
            (
                "never sent",
                |s| {
                    s.fault(1, Fault::NotifyDropped { channel: Channel::Soundbox });
                    silent(s, Channel::Soundbox).ends();
                },
                Held,
            ),
        ],
    );
}

#[test]
fn l4_only_trouble_on_the_way_to_a_channel_excuses_it() {
    check(
        Invariant::L4,
        &[
            ("late, for the host was down", |s| late(s, Fault::AcqRestart, Channel::Backend), Held),
            (
                "a host that is down holds up no SMS",
                |s| late(s, Fault::AcqRestart, Channel::Sms),
                Broken,
            ),
            (
                "a slow host holds up no soundbox",
                |s| late(s, Fault::AcqSlow { delay: Lapse::from_secs(9) }, Channel::Soundbox),
                Broken,
            ),
            (
                "a second answer holds up nothing",
                |s| late(s, Fault::ResponseDuplicate { gap: Lapse::ZERO }, Channel::Screen),
                Broken,
            ),
            (
                "a write that may tear holds up nothing",
                |s| late(s, Fault::StoreTornWrite, Channel::Receipt),
                Broken,
            ),
            (
                "late, for the answer was lost",
                |s| late(s, Fault::ResponseLost, Channel::Receipt),
                Held,
            ),
        ],
    );
}

#[test]
fn l4_nameless_reports_and_silent_channels() {
    check(
        Invariant::L4,
        &[
            ("spoken without a number", |s| _ = nameless(s, 2).ends(), Held),
            ("spoken once too little", |s| _ = nameless(s, 1).ends(), Broken),
            ("switched off unseen", |s| _ = answered(s.fault(1, NO_SMS)).ends(), Broken),
            (
                "switched off, and the host never said so",
                |s| _ = silent(s.fault(1, NO_SMS), Channel::Sms).ends(),
                Held,
            ),
            (
                "switched off and named",
                |s| {
                    let kind = EventKind::Health { item: "sms".into(), well: false, fault: None };
                    s.fault(1, NO_SMS).tell(Source::Terminal, kind);
                    answered(s).ends();
                },
                Held,
            ),
            (
                "named before and still off",
                |s| {
                    let kind = EventKind::Health { item: "sms".into(), well: false, fault: None };
                    s.tell(Source::Terminal, kind).fault(1, NO_SMS);
                    answered(s).ends();
                },
                Held,
            ),
            (
                "the tap was lost when the screen had said it",
                |s| _ = silent(s, Channel::Sms).screen(Phase::Idle).loses(Tap::Sms).ends(),
                Undecided,
            ),
            ("the tap was lost", |s| _ = silent(s.loses(Tap::Sms), Channel::Sms).ends(), Undecided),
        ],
    );
}

pub(super) const PAID: Status = Status::Approved;

fn no_receipt(story: &mut Story) {
    story.header.rig.channels.retain(|channel| *channel != Channel::Receipt);
    story.ends();
}

fn paper_out(story: &mut Story) -> &mut Story {
    story.fault(1, Fault::PrintPaperOut);
    silent(story, Channel::Receipt).secs(600).fault_off(1).secs(60)
}

/// Two payments of one amount, and a soundbox that says only amounts.
fn nameless(story: &mut Story, spoken: u32) -> &mut Story {
    silent(story, Channel::Soundbox).unanswered(2);
    for channel in Channel::ALL.into_iter().filter(|channel| *channel != Channel::Soundbox) {
        story.reports(2, channel, PAID);
    }
    for _ in 0..spoken {
        story.reports(1, Channel::Soundbox, PAID).but_report(|report| report.order = None);
    }
    story
}

/// The fault lasts 900 s, and one channel reports only then.
fn late(story: &mut Story, fault: Fault, channel: Channel) {
    silent(story.fault(1, fault), channel).secs(900).fault_off(1);
    story.secs(1).reports(1, channel, PAID).ends();
}

#[test]
fn l6_responsiveness() {
    check(
        Invariant::L6,
        &[
            ("shown in time", |s| _ = s.good(1).ends(), Held),
            ("idle", idle, NotExercised),
            ("stopped early", |s| _ = s.good(1), Undecided),
            ("told", |s| _ = s.asks(1).sale(1).secs(60).shows(1, Status::Unknown).ends(), Held),
            ("told in English", |s| unknown_as(s, "unknown, do not charge again"), Held),
            ("unknown, and no warning", |s| unknown_as(s, "RESULT UNKNOWN"), Broken),
            ("a report without a text", |s| unknown_as(s, " / "), Broken),
            ("silent wait", |s| _ = s.asks(1).sale(1).secs(63).shows(1, PAID).ends(), Broken),
            ("key while idle", |s| _ = s.key("CANCEL").secs(3).ends(), NotExercised),
            ("cut off", |s| _ = s.asks(1).sale(1).power(false).ends(), NotExercised),
            (
                "key ignored",
                |s| _ = s.asks(1).sale(1).key("CANCEL").secs(3).shows(1, PAID).ends(),
                { Broken },
            ),
            (
                "key answered",
                |s| _ = s.asks(1).sale(1).key("CANCEL").screen(Phase::Wait).shows(1, PAID).ends(),
                { Held },
            ),
            ("the screen was not seen", |s| _ = s.asks(1).sale(1).loses(Tap::Screen).ends(), {
                Undecided
            }),
            ("stuck display", |s| _ = stuck(s.asks(1).sale(1)).shows(1, PAID).ends(), NotExercised),
            ("stuck before", |s| _ = stuck(s).secs(1).asks(1).sale(1).ends(), Broken),
            (
                "key at a stuck display",
                |s| _ = stuck(s.asks(1).sale(1).shows(1, Status::Unknown).key("LIST")).ends(),
                { Held },
            ),
        ],
    );
}

fn unknown_as(story: &mut Story, text: &str) {
    story.asks(1).sale(1).shows(1, Status::Unknown).but_report(|report| report.text = text.into());
    story.ends();
}

fn stuck(story: &mut Story) -> &mut Story {
    story.fault(1, Fault::DisplayStuck).secs(100).fault_off(1)
}

#[test]
fn l7_politeness() {
    check(
        Invariant::L7,
        &[
            ("keeps its distance", |s| _ = s.unanswered(1).query(1).secs(3).query(1).ends(), Held),
            ("one message", |s| _ = s.good(1).ends(), NotExercised),
            ("stopped early", |s| _ = s.good(1).good(2), Undecided),
            ("too soon", |s| _ = s.unanswered(1).query(1).secs(1).query(1).ends(), Broken),
            ("reconnected", |s| _ = s.unanswered(1).query(1).reconnect().query(1).ends(), Held),
            (
                "reconnects all the time",
                |s| _ = s.unanswered(1).query(1).reconnect().query(1).reconnect().query(1).ends(),
                Broken,
            ),
            (
                "reverses at a distance",
                |s| _ = reverses(reverses(s.unanswered(1)).secs(2)).ends(),
                Held,
            ),
            (
                "reverses again too soon",
                |s| _ = reverses(reverses(s.unanswered(1)).secs(1)).ends(),
                Broken,
            ),
            (
                "reverses again on a new connection",
                |s| _ = reverses(reverses(s.unanswered(1)).reconnect()).ends(),
                Held,
            ),
            ("brisk till", |s| flood(s, 60), Held),
            ("storm", |s| flood(s, 61), Broken),
        ],
    );
}

fn reverses(story: &mut Story) -> &mut Story {
    story.sends(1, Purpose::Reversal)
}

fn flood(story: &mut Story, messages: u32) {
    for n in 1..=messages {
        story.sends(n, Purpose::Sale);
    }
    story.ends();
}

fn claimed(story: &mut Story) -> &mut Story {
    let kind = EventKind::Claim { intent: IntentId(1), order: Some(order(1)) };
    story.tell(Source::Customer, kind)
}

fn told(story: &mut Story, captured: bool, amount: Amount) -> &mut Story {
    let (intent, order) = (IntentId(1), Some(order(1)));
    let kind = EventKind::ClaimAnswered { intent, order, captured, amount };
    story.tell(Source::Acquirer, kind)
}

/// The hotline finds no order of his.
fn unknown(story: &mut Story) -> &mut Story {
    let (intent, amount) = (IntentId(1), Amount(0));
    let kind = EventKind::ClaimAnswered { intent, order: None, captured: false, amount };
    story.tell(Source::Acquirer, kind)
}

#[test]
fn l8_dispute_closure() {
    check(
        Invariant::L8,
        &[
            ("no claim", |s| _ = s.good(1).ends(), NotExercised),
            ("answered", |s| _ = told(claimed(s.good(1)), true, PRICE).ends(), Held),
            ("not paid", |s| _ = told(claimed(s.asks(1)), false, Amount(0)).ends(), Held),
            ("never had", |s| _ = unknown(claimed(s.asks(1))).ends(), Held),
            ("had it", |s| _ = unknown(claimed(s.good(1))).ends(), Broken),
            ("stopped early", |s| _ = told(claimed(s.good(1)), true, PRICE), Undecided),
            ("denied", |s| _ = told(claimed(s.good(1)), false, PRICE).ends(), Broken),
            ("wrong amount", |s| _ = told(claimed(s.good(1)), true, Amount(1)).ends(), Broken),
            ("no answer", |s| _ = claimed(s.good(1)).ends(), Broken),
            ("late", |s| _ = told(claimed(s.good(1)).secs(181), true, PRICE).ends(), Broken),
        ],
    );
}

//! Tests of L4 and L5 where the merchant's own channels are concerned: soundbox, push, callbacks.

use contract::event::Tap;
use contract::fault::CallbackFailure;
use contract::rig::CallbackSchedule;
use contract::{Channel, EventKind, Fault, FaultNo, Invariant, Lapse, Source};

use super::liveness::{PAID, silent};
use crate::finding::Verdict::{Broken, Held, NotExercised, Undecided};
use crate::oracle::story::{Story, check, order};

const NIGHT: Lapse = Lapse::from_secs(8 * 3_600);

/// A soundbox that nobody hears.
fn muted_unseen(story: &mut Story) -> &mut Story {
    story.fault(1, Fault::NotifySoundboxMuted);
    silent(story, Channel::Soundbox).tell(Source::Harness, EventKind::FaultMet(FaultNo(1)))
}

/// And the backend says so.
fn muted(story: &mut Story) -> &mut Story {
    let kind = EventKind::Health { item: "soundbox".into(), well: false, fault: None };
    muted_unseen(story).tell(Source::Merchant, kind)
}

/// A server that was down for the first call, and a second call when it is back or, with a
/// failure, still while it was down.
fn server_down(story: &mut Story, second: Option<CallbackFailure>) -> &mut Story {
    story.fault(1, Fault::NotifyCallback { failure: CallbackFailure::ServerError });
    called(silent(story, Channel::Callback), 1, DOWN);
    match second {
        None => called(story.fault_off(1).secs(15), 2, None),
        Some(_) => called(story.secs(15), 2, second).fault_off(1),
    }
}

/// A call on a schedule of 15 s, 120 s and at once; the server may take 5 s.
fn called(story: &mut Story, attempt: u32, failure: Option<CallbackFailure>) -> &mut Story {
    story.header.rig.callbacks = CallbackSchedule {
        name: "told".into(),
        answer_within: Lapse::from_secs(5),
        pauses: [15, 120, 0].map(Lapse::from_secs).to_vec(),
    };
    let kind = EventKind::Callback { order: order(1), attempt, failure };
    story.tell(Source::Merchant, kind)
}

const DOWN: Option<CallbackFailure> = Some(CallbackFailure::ServerError);
const SLOW: Option<CallbackFailure> = Some(CallbackFailure::Timeout);

/// Two calls that fail and a third, with these pauses before the second and the third.
fn thrice(story: &mut Story, second: u64, third: u64) -> &mut Story {
    let twice = called(called(story.good(1), 1, DOWN).secs(second), 2, DOWN);
    called(twice.secs(third), 3, None)
}

#[test]
fn l4_notices_held_back_and_channels_switched_off() {
    check(
        Invariant::L4,
        &[
            (
                "late after a delay",
                |s| {
                    let held = Fault::NotifyDelayed { channel: Channel::Push, delay: NIGHT };
                    silent(s.fault(1, held), Channel::Push).secs(600).fault_off(1).secs(59);
                    s.reports(1, Channel::Push, PAID).ends();
                },
                Held,
            ),
            (
                "later than a delay explains",
                |s| {
                    let held = Fault::NotifyDelayed { channel: Channel::Push, delay: NIGHT };
                    silent(s.fault(1, held), Channel::Push).secs(600).fault_off(1).secs(61);
                    s.reports(1, Channel::Push, PAID).ends();
                },
                Broken,
            ),
            (
                "told nobody",
                |s| {
                    let channels = vec![Channel::Sms, Channel::Push];
                    s.fault(1, Fault::AcqCapturedNotNotified { channels });
                    silent(s, Channel::Push).ends();
                },
                Held,
            ),
            (
                "told nobody elsewhere",
                |s| {
                    let channels = vec![Channel::Sms];
                    s.fault(1, Fault::AcqCapturedNotNotified { channels });
                    silent(s, Channel::Push).ends();
                },
                Broken,
            ),
            ("muted and named", |s| _ = muted(s).ends(), Held),
            ("muted unseen", |s| _ = muted_unseen(s).ends(), Broken),
            (
                "muted and nothing sent",
                |s| _ = s.fault(1, Fault::NotifySoundboxMuted).fault_off(1).good(1).ends(),
                Held,
            ),
            (
                "muted while it was offline",
                |s| {
                    s.fault(2, Fault::NotifySoundboxOffline);
                    silent(s, Channel::Soundbox).secs(600).fault(1, Fault::NotifySoundboxMuted);
                    s.fault_off(2).tell(Source::Harness, EventKind::FaultMet(FaultNo(1)));
                    let kind =
                        EventKind::Health { item: "soundbox".into(), well: false, fault: None };
                    s.tell(Source::Merchant, kind).ends();
                },
                Held,
            ),
            ("never called", |s| _ = silent(s, Channel::Callback).ends(), Broken),
            ("called and not booked", |s| _ = server_down(s, None).ends(), Broken),
            (
                "booked at the next call",
                |s| _ = server_down(s, None).reports(1, Channel::Callback, PAID).ends(),
                Held,
            ),
            ("no call since the server is back", |s| _ = server_down(s, DOWN).ends(), Held),
        ],
    );
}

#[test]
fn l5_callback_schedule() {
    check(
        Invariant::L5,
        &[
            ("no callbacks", |s| _ = s.good(1).ends(), NotExercised),
            ("acknowledged", |s| _ = called(s.good(1), 1, None).ends(), Held),
            ("stopped early", |s| _ = called(s.good(1), 1, None), Undecided),
            ("by the schedule", |s| _ = thrice(s, 15, 120).ends(), Held),
            ("a little late", |s| _ = thrice(s, 17, 120).secs(1).ends(), Broken),
            ("too early", |s| _ = thrice(s, 15, 100).ends(), Broken),
            ("slow server", |s| _ = called(called(s, 1, SLOW).secs(20), 2, None).ends(), Held),
            ("impatient", |s| _ = called(called(s, 1, SLOW).secs(15), 2, None).ends(), Broken),
            ("gave up", |s| _ = called(s, 1, DOWN).ends(), Broken),
            ("goes on", |s| _ = called(called(s, 1, None).secs(15), 2, None).ends(), Broken),
            ("skips one", |s| _ = called(called(s, 1, DOWN).secs(15), 3, None).ends(), Broken),
            ("delivered twice", |s| _ = called(called(s, 1, None).secs(1), 1, None).ends(), Held),
            (
                "gave up at the end of the schedule",
                |s| {
                    let twice = called(called(s, 1, DOWN).secs(15), 2, DOWN);
                    called(called(twice.secs(120), 3, DOWN), 4, DOWN).ends();
                },
                Held,
            ),
            (
                "kept back after a query",
                |s| _ = called(s.fault(1, Fault::NotifySuppressedAfterQuery), 1, DOWN).ends(),
                Held,
            ),
            ("nobody looked", |s| _ = called(s, 1, DOWN).loses(Tap::Callback).ends(), Undecided),
            (
                "no schedule in the header",
                |s| {
                    called(s, 1, DOWN).header.rig.callbacks = CallbackSchedule::default();
                    s.ends();
                },
                NotExercised,
            ),
        ],
    );
}

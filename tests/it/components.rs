//! Each component draws from a stream of its own: one that gets another seed moves, and of the
//! others only what follows from it.

use std::sync::atomic::AtomicBool;

use contract::event::Channel;
use contract::{Event, EventKind, RigRequest, Source, TerminalId, Time, Trace};
use harness::result::Setup;
use sim::env::with_other_seed;

use crate::play::{cases, scenario_of};

const TEXT: &str = r#"
title = "Two tills and every channel"
title_zh = "两台终端与全部渠道"
story = "Two tills sell."
story_zh = "两台终端收款。"
tags = ["link"]
terminals = 2
channels = ["screen", "receipt", "soundbox", "sms", "backend", "push", "callback"]
steps = [
  { at = "10s", every = "20s..40s", times = 8, terminal = "t1", pay = "1.00..90.00" },
  { at = "15s", every = "20s..40s", times = 8, terminal = "t2", pay = "1.00..90.00" },
]
until = "8m"
"#;

fn played() -> Trace {
    let file = scenario_of("components.toml", TEXT);
    let plan = cases(&[file])[0].plan(&Setup::default());
    let request: &RigRequest = &plan.request;
    let mut rig = sim::open_event(request).unwrap();
    harness::run::run(&plan, rig.as_mut(), &AtomicBool::new(false)).unwrap()
}

/// Everything but the number in the trace, which moves when another event comes earlier.
type Line = (Time, Option<TerminalId>, Source, EventKind);

fn lines(trace: &Trace, wanted: impl Fn(&Event) -> bool) -> Vec<Line> {
    let events = trace.events().iter().filter(|event| wanted(event));
    let line = |e: &Event| (e.at, e.terminal, e.source, e.kind.clone());
    let mut lines: Vec<Line> = events.map(line).collect();
    // Of one moment the order may change.
    lines
        .sort_by_key(|(at, terminal, source, kind)| (*at, *terminal, *source, format!("{kind:?}")));
    lines
}

/// Plays with another seed for one component, and holds all but its own events to be the same.
fn moves_only(component: &str, own: impl Fn(&Event) -> bool) {
    let usual = played();
    let other = with_other_seed(component, 4_711, played);
    assert!(
        lines(&usual, &own) != lines(&other, &own),
        "{component}: another seed changes nothing of its own"
    );
    let rest = |event: &Event| !own(event);
    assert_eq!(lines(&usual, rest), lines(&other, rest), "{component} moves others");
}

fn reported(event: &Event, wanted: impl Fn(Channel) -> bool) -> bool {
    matches!(&event.kind, EventKind::Report(report) if wanted(report.channel))
}

#[test]
fn another_seed_of_a_channel_moves_that_channel_alone() {
    use Channel::{Backend, Callback, Push, Sms, Soundbox};
    moves_only("push", |event| reported(event, |channel| channel == Push));
    moves_only("callback", |event| {
        reported(event, |channel| channel == Callback)
            || matches!(event.kind, EventKind::Callback { .. })
    });
    moves_only("merchant", |event| {
        reported(event, |channel| matches!(channel, Soundbox | Sms | Backend))
    });
}

#[test]
fn another_seed_at_one_till_leaves_the_other_till_alone() {
    let here = |event: &Event| event.terminal == Some(TerminalId(1));
    moves_only("till t1", |event| {
        // The merchant's channels are shared by the tills: one notice after another.
        here(event) || event.source == Source::Merchant
    });
}

#[test]
fn another_seed_of_a_link_leaves_what_customers_do_before_it_alone() {
    let (usual, other) = (played(), with_other_seed("link t1 rtt", 4_711, played));
    let shown = |event: &Event| {
        matches!(event.kind, EventKind::Intent { .. }) || event.source == Source::Operator
    };
    let first = |trace: &Trace| lines(trace, |event| shown(event) && event.at < Time(20_000_000));
    assert_ne!(usual.digest(), other.digest());
    assert!(first(&usual).len() > 3, "somebody pays before that");
    assert_eq!(first(&usual), first(&other));
    let there =
        |event: &Event| event.terminal == Some(TerminalId(2)) && event.source != Source::Merchant;
    assert_eq!(lines(&usual, there), lines(&other, there), "the other till's link");
}

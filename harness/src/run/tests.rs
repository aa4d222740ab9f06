//! The runner against a scripted rig.

use std::sync::atomic::AtomicBool;

use contract::{EventKind, Lapse, RigFault, Time, Trace};

use super::fake::{FakeRig, at, idle, on, outage, plan, press};
use super::{run, settling};
use crate::plan::{Moment, Move, Plan};

fn play(plan: &Plan, rig: &mut FakeRig) -> Trace {
    run(plan, rig, &AtomicBool::new(false)).unwrap()
}

fn orders(rig: &FakeRig) -> Vec<(u64, String)> {
    let name = |action: &contract::Action| match action {
        contract::Action::Press { key, .. } => key.clone(),
        contract::Action::FaultOn { fault, .. } => fault.id().to_string(),
        contract::Action::Heal => "heal".into(),
        other => format!("{other:?}"),
    };
    rig.orders.iter().map(|(at, action)| (at.as_ms(), name(action))).collect()
}

fn kinds(trace: &Trace) -> Vec<(u64, &EventKind)> {
    trace.events().iter().map(|event| (event.at.as_ms(), &event.kind)).collect()
}

fn s(text: &str) -> String {
    text.into()
}

#[test]
fn timed_moves_come_in_order_and_each_step_stands_before_what_it_sets_off() {
    let mut rig = FakeRig::new(vec![(Time::from_ms(500), idle())]);
    let moves = vec![at(0, 100, outage()), at(1, 100, press("OK")), at(2, 2_000, press("LIST"))];
    let plan = plan(Time::from_ms(5_000), moves);
    let trace = play(&plan, &mut rig);
    let expected =
        [(100, s("link-outage")), (100, s("OK")), (2_000, s("LIST")), (5_000, s("heal"))];
    assert_eq!(orders(&rig), expected);
    let seen = kinds(&trace);
    assert_eq!(seen[0], (100, &EventKind::Step(0)));
    assert!(matches!(seen[1], (100, EventKind::FaultOn { .. })));
    assert_eq!(seen[2], (100, &EventKind::Step(1)));
    assert_eq!(seen[3], (500, &idle()));
    assert!(matches!(seen[5], (5_000, EventKind::FaultOff(_))));
    assert_eq!(seen[6], (5_000, &EventKind::Healed));
    let end = 5_000 + settling(&plan.bounds).as_ms();
    assert_eq!(seen[7], (end, &EventKind::End));
    assert_eq!(seen.len(), 8);
}

#[test]
fn a_trigger_arms_when_the_move_before_it_was_made() {
    let ready = |ms| (Time::from_ms(ms), idle());
    let mut rig = FakeRig::new(vec![ready(50), ready(300), ready(800)]);
    let moves = vec![
        at(0, 100, press("OK")),
        on(1, "idle", Lapse::from_ms(20), press("CANCEL")),
        on(2, "idle", Lapse::ZERO, press("LIST")),
    ];
    let trace = play(&plan(Time::from_ms(5_000), moves), &mut rig);
    let expected = [(100, s("OK")), (320, s("CANCEL")), (800, s("LIST")), (5_000, s("heal"))];
    assert_eq!(orders(&rig), expected, "neither the one at 50 nor the one at 300 counts twice");
    assert!(!trace.events().iter().any(|e| matches!(e.kind, EventKind::StepMissed(_))));
}

#[test]
fn what_an_order_sets_off_can_trigger_the_next_move() {
    let mut rig = FakeRig::new(Vec::new());
    rig.idle_on_key = true;
    let moves = vec![at(0, 100, press("OK")), on(1, "idle", Lapse::ZERO, press("LIST"))];
    play(&plan(Time::from_ms(1_000), moves), &mut rig);
    assert_eq!(orders(&rig), [(100, s("OK")), (100, s("LIST")), (1_000, s("heal"))]);
}

#[test]
fn a_move_can_count_from_one_that_waited() {
    let mut rig = FakeRig::new(vec![(Time::from_ms(300), idle())]);
    let late = Move { step: 1, moment: Moment::After(Lapse::from_ms(70)), action: press("LIST") };
    let moves = vec![on(0, "idle", Lapse::from_ms(10), press("OK")), late];
    play(&plan(Time::from_ms(1_000), moves), &mut rig);
    assert_eq!(orders(&rig), [(310, s("OK")), (380, s("LIST")), (1_000, s("heal"))]);
}

#[test]
fn nothing_is_ordered_after_healing() {
    let mut rig = FakeRig::new(Vec::new());
    let moves = vec![at(0, 100, outage()), on(1, "fault over", Lapse::ZERO, press("LIST"))];
    play(&plan(Time::from_ms(1_000), moves), &mut rig);
    assert_eq!(orders(&rig), [(100, s("link-outage")), (1_000, s("heal"))]);
}

#[test]
fn a_step_whose_moment_never_comes_is_written_down() {
    let mut rig = FakeRig::new(vec![(Time::from_ms(990), idle())]);
    let moves = vec![
        on(3, "captured", Lapse::ZERO, press("OK")),
        at(4, 10, press("LIST")),
        on(5, "idle", Lapse::from_secs(1), press("OK")),
    ];
    let trace = play(&plan(Time::from_ms(1_000), moves), &mut rig);
    let missed: Vec<u32> = trace
        .events()
        .iter()
        .filter_map(|e| if let EventKind::StepMissed(step) = e.kind { Some(step) } else { None })
        .collect();
    assert_eq!(missed, [3, 5], "never triggered; triggered, but due after the end");
}

#[test]
fn a_fault_that_outlives_healing_is_the_rigs_fault() {
    let mut rig = FakeRig::new(Vec::new());
    rig.heals = false;
    let plan = plan(Time::from_ms(1_000), vec![at(0, 0, outage())]);
    let (trace, fault) = run(&plan, &mut rig, &AtomicBool::new(false)).unwrap_err();
    assert_eq!(fault, RigFault::Broken("`link-outage` was in force after healing".into()));
    assert!(trace.events().iter().any(|e| e.kind == EventKind::Healed));
}

#[test]
fn a_rig_fault_keeps_the_trace() {
    let mut rig = FakeRig::new(vec![(Time::from_ms(50), idle())]);
    rig.fails_at = Some(0);
    let plan = plan(Time::from_ms(1_000), vec![at(0, 100, press("OK"))]);
    let (trace, fault) = run(&plan, &mut rig, &AtomicBool::new(false)).unwrap_err();
    assert_eq!(fault, RigFault::Broken("the cable fell out".into()));
    assert_eq!(kinds(&trace), [(50, &idle()), (100, &EventKind::Step(0))]);
}

#[test]
fn interrupted_means_no_healing_and_no_end() {
    let mut rig = FakeRig::new(Vec::new());
    let plan = plan(Time::from_ms(1_000), vec![at(0, 0, press("OK")), at(1, 500, press("OK"))]);
    let trace = run(&plan, &mut rig, &AtomicBool::new(true)).unwrap();
    assert_eq!(kinds(&trace), [(0, &EventKind::Step(0))]);
}

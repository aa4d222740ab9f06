//! The suite with scripted rigs: order, panics, fail-fast, ctrl-C.

use std::sync::atomic::AtomicBool;

use contract::rig::OpenRig;
use contract::trace::Title;
use contract::{Lapse, Rig, RigFault, RigRequest, Time};

use super::{Case, Keep, Options, Progress, play};
use crate::result::{Outcome, Setup, SuiteResult};
use crate::run::fake::{FakeRig, on, plan, press};

/// The seed decides what becomes of the rig.
fn open(request: &RigRequest) -> Result<Box<dyn Rig>, RigFault> {
    match request.seed {
        7 => panic!("the model divided by zero"),
        8 => Err(RigFault::BadRequest("no such link".into())),
        9 => Err(RigFault::CannotDo("no power relay".into())),
        _ => Ok(Box::new(FakeRig::new(Vec::new()))),
    }
}

fn case(scenario: &str, seed: u64) -> Case {
    let mut plan = plan(Time::from_ms(1_000), Vec::new());
    plan.request.seed = seed;
    let plan = Ok(Box::new(plan));
    Case { scenario: scenario.into(), title: Title::default(), source: None, seed, plan }
}

fn options(interrupted: &AtomicBool) -> Options<'_> {
    Options { jobs: 1, fail_fast: false, keep: Keep::Bad(1), interrupted }
}

fn play_all(cases: &[Case], options: Options<'_>) -> SuiteResult {
    play(cases, open as OpenRig, Setup::default(), options, &mut |_| {})
}

#[test]
fn results_are_sorted_whatever_the_order_and_the_number_of_jobs() {
    let cases = [case("b", 2), case("a", 3), case("b", 1), case("a", 1)];
    let interrupted = AtomicBool::new(false);
    for jobs in [1, 3] {
        let mut told = (0, 0);
        let mut count = |progress: Progress<'_>| match progress {
            Progress::Started(_) => told.0 += 1,
            Progress::Finished(_) => told.1 += 1,
        };
        let options = Options { jobs, ..options(&interrupted) };
        let suite = play(&cases, open as OpenRig, Setup::default(), options, &mut count);
        let order: Vec<_> =
            suite.cases.iter().map(|case| (case.scenario.as_str(), case.seed)).collect();
        assert_eq!(order, [("a", 1), ("a", 3), ("b", 1), ("b", 2)]);
        assert_eq!(told, (4, 4));
        assert!(suite.cases.iter().all(|case| case.digest != 0 && case.trace.is_none()));
    }
}

#[test]
fn a_panic_a_bad_request_and_a_missing_ability_stay_in_their_case() {
    let cases = [7, 8, 9, 10].map(|seed| case("a", seed));
    let suite = play_all(&cases, options(&AtomicBool::new(false)));
    let outcomes: Vec<&Outcome> = suite.cases.iter().map(|case| &case.outcome).collect();
    let panicked = RigFault::Broken("it panicked: the model divided by zero".into());
    assert_eq!(outcomes[0], &Outcome::Faulted(panicked));
    assert_eq!(outcomes[1], &Outcome::Faulted(RigFault::BadRequest("no such link".into())));
    assert_eq!(outcomes[2], &Outcome::Skipped("the rig can't do this: no power relay".into()));
    assert_eq!(outcomes[3], &Outcome::Passed);
}

#[test]
fn fail_fast_and_interruption_skip_what_has_not_begun() {
    let cases = [case("a", 7), case("b", 1)];
    let interrupted = AtomicBool::new(false);
    let suite = play_all(&cases, Options { fail_fast: true, ..options(&interrupted) });
    assert!(matches!(&suite.cases[1].outcome, Outcome::Skipped(why) if why.contains("fail-fast")));
    let suite = play_all(&cases, options(&AtomicBool::new(true)));
    assert!(suite.interrupted);
    assert!(suite.cases.iter().all(|case| matches!(&case.outcome, Outcome::Skipped(_))));
}

#[test]
fn traces_are_kept_as_asked() {
    let never_came = |seed| {
        let mut case = case("a", seed);
        let plan = case.plan.as_mut().unwrap();
        plan.moves = vec![on(0, "captured", Lapse::ZERO, press("OK"))];
        case
    };
    let cases = [case("a", 1), never_came(2), never_came(3)];
    let interrupted = AtomicBool::new(false);
    let kept = |keep| {
        let suite = play_all(&cases, Options { keep, ..options(&interrupted) });
        let outcomes: Vec<&str> = suite.cases.iter().map(|case| case.outcome.word()).collect();
        assert_eq!(outcomes, ["passed", "failed", "failed"]);
        suite.cases.iter().map(|case| case.trace.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(kept(Keep::All), [true, true, true]);
    assert_eq!(kept(Keep::Bad(1)), [false, true, false]);
}

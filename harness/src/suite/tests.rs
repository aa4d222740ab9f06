//! The suite with scripted rigs: order, panics, fail-fast, ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering};

use contract::rig::OpenRig;
use contract::{Rig, RigFault, RigRequest};

use super::{Case, Keep, Options, Progress, play};
use crate::result::{Outcome, Setup, SuiteResult};
use crate::run::fake::FakeRig;
use crate::scenario::{self, Scenario};

/// The seed decides what becomes of the rig.
fn open(request: &RigRequest) -> Result<Box<dyn Rig>, RigFault> {
    match request.seed {
        7 => panic!("the model divided by zero"),
        8 => Err(RigFault::BadRequest("no such link".into())),
        9 => Err(RigFault::CannotDo("no power relay".into())),
        _ => Ok(Box::new(FakeRig::new(Vec::new()))),
    }
}

/// A scenario that does nothing, or waits for what never comes.
fn scenario(name: &str, rest: &str) -> Scenario {
    let text = format!(
        "title = \"t\"\ntitle_zh = \"t\"\nstory = \"s\"\nstory_zh = \"s\"\nuntil = \"1s\"\n{rest}"
    );
    scenario::parse(name, &text).0.unwrap()
}

const NOTHING: &str =
    "steps = [{ at = \"0s\", press = \"ok\" }]\nexpect = [{ never = \"captured\" }]";
const NEVER: &str = "steps = [{ on = \"captured\", press = \"ok\" }]";

fn played(name: &str, seed: u64, rest: &str) -> Case {
    Case { scenario: scenario(name, rest).into(), source: None, seed, skip: None }
}

fn case(name: &str, seed: u64) -> Case {
    played(name, seed, NOTHING)
}

fn options(interrupted: &AtomicBool) -> Options<'_> {
    Options { jobs: 1, fail_fast: false, keep: Keep::Bad(1), interrupted }
}

fn play_all(cases: &[Case], options: Options<'_>) -> SuiteResult {
    play(cases, open as OpenRig, Setup::default(), options, &mut |_| {})
}

#[test]
fn results_and_traces_come_in_the_order_of_the_cases_whatever_ended_first() {
    let cases: Vec<Case> = (100..300).map(|seed| case("a", seed)).collect();
    let seeds: Vec<u64> = cases.iter().map(|case| case.seed).collect();
    let interrupted = AtomicBool::new(false);
    for jobs in [1, 3] {
        let (mut started, mut finished, mut settled) = (0, 0, Vec::new());
        let mut count = |progress: Progress<'_>| match progress {
            Progress::Started(_) => started += 1,
            Progress::Finished(_) => finished += 1,
            Progress::Settled { result, kept } => {
                assert!(result.trace.is_some() && !kept);
                settled.push(result.seed);
            }
        };
        let options = Options { jobs, ..options(&interrupted) };
        let suite = play(&cases, open as OpenRig, Setup::default(), options, &mut count);
        assert!(suite.cases.iter().map(|case| case.seed).eq(seeds.iter().copied()));
        assert_eq!((started, finished, &settled), (200, 200, &seeds));
        assert!(suite.cases.iter().all(|case| case.digest != 0 && case.trace.is_none()));
    }
}

#[test]
fn a_rig_without_a_tap_that_is_needed_skips_the_case() {
    let suite = play_all(
        &[played("a", 1, &format!("needs = [\"scanner\"]\n{NOTHING}"))],
        options(&AtomicBool::new(false)),
    );
    let why = "the rig can't do this: observe `scanner`, which the scenario needs";
    assert_eq!(suite.cases[0].outcome, Outcome::Skipped(why.into()));
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
fn fail_fast_skips_what_has_not_begun() {
    let cases = [case("a", 7), case("b", 1)];
    let interrupted = AtomicBool::new(false);
    let suite = play_all(&cases, Options { fail_fast: true, ..options(&interrupted) });
    assert!(matches!(&suite.cases[1].outcome, Outcome::Skipped(why) if why.contains("fail-fast")));
}

#[test]
fn an_interruption_leaves_what_has_not_begun_and_counts_it() {
    let cases: Vec<Case> = (100..300).map(|seed| case("a", seed)).collect();
    let suite = play_all(&cases, options(&AtomicBool::new(true)));
    assert!(suite.interrupted && suite.cases.is_empty());
    assert_eq!(suite.not_begun, 200);
    for jobs in [1, 3] {
        let (interrupted, mut settled) = (AtomicBool::new(false), Vec::new());
        let options = Options { jobs, ..options(&interrupted) };
        let suite = play(&cases, open as OpenRig, Setup::default(), options, &mut |progress| {
            if let Progress::Settled { result, .. } = progress {
                settled.push(result.seed);
                interrupted.store(settled.len() >= 20, Ordering::Relaxed);
            }
        });
        let seeds: Vec<u64> = suite.cases.iter().map(|case| case.seed).collect();
        assert!(seeds == settled && seeds.is_sorted() && seeds.len() >= 20);
        assert_eq!(suite.not_begun, 200 - seeds.len());
        assert!(suite.cases.iter().all(|case| !matches!(case.outcome, Outcome::Skipped(_))));
    }
}

#[test]
fn traces_are_kept_as_asked() {
    let cases = [case("a", 1), played("a", 2, NEVER), played("a", 3, NEVER)];
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

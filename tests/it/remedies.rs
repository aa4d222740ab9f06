//! The remedies of the guidance: a scenario that shows that one works fails without it.

use harness::result::{Outcome, Setup};
use harness::scenario::ScenarioFile;

use crate::play::{cases, play, scenario_of, the_suite};

/// Those that pass without their remedy, and why.
const AS_WELL: [(&str, &str); 1] = [("remedy/r09-wait", "the remedy is that nobody does anything")];

/// The same with each remedy left out: in its step's place nobody does anything, so that the other
/// steps keep their moments.
fn unhealed(file: &ScenarioFile) -> ScenarioFile {
    let line = |line: &str| match line.split_once("heal = \"") {
        Some((before, after)) => {
            let (_, rest) = after.split_once('"').unwrap();
            format!("{before}heal = \"wait\"{rest}\n")
        }
        None => format!("{line}\n"),
    };
    let text: String = file.text.lines().map(line).collect();
    scenario_of(&format!("{}.toml", file.scenario.name), &text)
}

#[test]
fn each_scenario_of_a_remedy_fails_without_it() {
    let of_remedy = |file: &&ScenarioFile| file.scenario.name.starts_with("remedy/");
    let suite = the_suite();
    let files: Vec<_> = suite.iter().filter(of_remedy).map(unhealed).collect();
    assert!(files.iter().all(|file| file.text.contains("heal = ")), "one has no remedy");
    for case in play(&cases(&files), sim::open_event, &Setup::default()) {
        let as_well = AS_WELL.iter().find(|(name, _)| *name == case.scenario);
        let wanted = if as_well.is_some() { Outcome::Passed } else { Outcome::Failed };
        assert_eq!(case.outcome, wanted, "{} without its remedy", case.scenario);
    }
}

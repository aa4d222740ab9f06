//! The commands for people who write scenarios, and the tables that payrig prints.

use contract::Invariant;
use contract::catalogue::FAULTS;
use harness::cli::author::STARTER;
use harness::scenario::words::VERBS;

use crate::golden::golden;
use crate::play::the_suite;
use crate::sandbox::Sandbox;

#[test]
fn the_suite_is_good_and_formatted() {
    let sandbox = Sandbox::with_suite();
    sandbox.run("check").exits(0).says(&[" scenarios, no errors\n"]);
    sandbox.run("fmt --check scenarios").exits(0).says(&[" scenarios, 0 not formatted\n"]);
}

#[test]
fn a_new_scenario_is_good_as_it_is() {
    let sandbox = Sandbox::new();
    sandbox.run("new link/my-first").exits(0).says(&["payrig check scenarios/link/my-first.toml"]);
    sandbox.run("check").exits(0).says(&["1 scenario, no errors\n"]);
    sandbox.run("fmt --check").exits(0);
    sandbox.run("").exits(0).says(&["1 passed"]);
    let help = "help: choose another name; nothing is replaced";
    sandbox.run("new link/my-first").exits(2).warns(&["can't write a new scenario", help]);
    sandbox.run("new ../my-first").exits(2).warns(&["help: a name is a path below scenarios/"]);
    assert_eq!(sandbox.read("scenarios/link/my-first.toml"), STARTER);
}

#[test]
fn every_mistake_is_shown_at_once() {
    let sandbox = Sandbox::new();
    sandbox.write("a.toml", STARTER.replace("until", "untill").replace("\"lost\"", "\"lots\""));
    sandbox.write("b.toml", STARTER.replace("pay =", "bay ="));
    let done = sandbox.run("check a.toml b.toml").exits(2);
    done.says(&["2 scenarios, 2 with "]).warns(&[
        " --> a.toml:",
        "did you mean `until`?",
        "did you mean `lost`?",
        " --> b.toml:",
        "did you mean `pay`?",
    ]);
}

#[test]
fn fmt_aligns_and_changes_nothing_else() {
    let sandbox = Sandbox::new();
    sandbox.write("a.toml", STARTER.replace("  { at", "{at"));
    sandbox.run("fmt --check a.toml").exits(2).says(&["a.toml\n", "1 not formatted"]);
    sandbox.run("fmt a.toml").exits(0).says(&["a.toml\n", "1 changed"]);
    assert_eq!(sandbox.read("a.toml"), STARTER);
}

#[test]
fn list_names_every_scenario() {
    let sandbox = Sandbox::with_suite();
    let done = sandbox.run("list").exits(0).says(&["\nday/plain-day ", "3 seeds", "covers: "]);
    assert_eq!(done.out.lines().count(), crate::play::the_suite().len());
    let some = sandbox.run("list scenarios/power scenarios/day/rush-hour.toml").exits(0);
    assert!(some.out.lines().all(|l| l.starts_with("power/") || l.starts_with("day/rush-hour ")));
}

/// How many there are, and a row for each.
fn table_of_the_suite() -> String {
    let suite = the_suite();
    let cases: usize = crate::play::cases(&suite).len();
    let rows = suite.iter().map(|file| {
        let (name, scenario) = (&file.scenario.name, &file.scenario);
        let covers: Vec<_> = scenario.covers.iter().map(|id| format!("`{id}`")).collect();
        format!("| [{name}]({name}.toml) | {} | {} |\n", scenario.title.en, covers.join(", "))
    });
    format!(
        "{} scenarios; with their seeds, {cases} cases.\n\
         \"Covers\" lists the faults that the file claims; a scenario may play more than it \
         claims.\n\n| scenario | title | covers |\n|---|---|---|\n{}",
        suite.len(),
        rows.collect::<String>()
    )
}

#[test]
fn the_suites_readme_has_a_row_for_each_scenario() {
    let readme = crate::play::root().join("scenarios/README.md");
    let text = std::fs::read_to_string(&readme).unwrap();
    let (head, _) = text.split_once("## What is here\n\n").unwrap();
    let actual = format!("{head}## What is here\n\n{}", table_of_the_suite());
    golden(&readme, &actual).unwrap_or_else(|difference| panic!("{difference}"));
}

#[test]
fn every_word_is_explained() {
    let sandbox = Sandbox::with_suite();
    let verbs = VERBS.iter().map(|verb| verb.word.unwrap_or(verb.key).to_owned());
    let words = verbs
        .chain(FAULTS.iter().map(|fault| fault.id.to_string()))
        .chain(Invariant::ALL.iter().map(|rule| rule.id().to_owned()))
        .chain(["0", "1", "2", "3", "4", "5", "130", "captured", "until"].map(str::to_owned));
    for word in words {
        let done = sandbox.run(&format!("explain {word}")).exits(0);
        let copied = |line: &&str| line.contains("  example ") || line.contains("  step ");
        let wide = |line: &&str| !copied(line) && line.chars().count() > 100;
        assert!(!done.out.lines().any(|line| wide(&line)), "{word}:\n{}", done.out);
        assert!(done.out.to_lowercase().contains(&word.to_lowercase()), "{word}:\n{}", done.out);
    }
    sandbox.run("explain approved shown").exits(0);
    for (word, says) in [
        ("screen", "(channel)"),
        ("nat-idle", "(verb)"),
        ("lte-good", "(link profile)"),
        ("turmoil", "takes 10 terminals"),
        ("timeout-means-fail", "(firmware)"),
        ("m-01", "payrig run --firmware timeout-means-fail"),
        ("plain87", "(wire profile)"),
        ("cup-scan", "payrig run --wire cup-scan"),
        ("not exercised", "(verdict)"),
        ("not-exercised", "premise never occurred"),
        ("held", "(verdict)"),
        ("broken", "(verdict)"),
        ("undecided", "(verdict)"),
        ("not observable", "(verdict)"),
        ("exit", "  130  interrupted"),
        ("smoke", "(tag)"),
        ("judge", "(command)"),
        ("accept-no-reply", "mode = "),
        ("host-wire", "needs = "),
    ] {
        let page = sandbox.run(&format!("explain {word}")).exits(0).out;
        assert!(page.to_lowercase().contains(&says.to_lowercase()), "{word}:\n{page}");
    }
    sandbox.run("explain lte-god").exits(2).warns(&["did you mean `lte-good`?"]);
    sandbox.run("explain flywheel").exits(2).warns(&["help: payrig list has scenarios"]);
    sandbox.run("explain respons").exits(2).warns(&["did you mean `"]);
    sandbox.run("explain link-outtage").exits(2).warns(&["did you mean `link-outage`?"]);
}

#[test]
fn every_fault_is_covered() {
    let sandbox = Sandbox::with_suite();
    let done = sandbox.run("faults --coverage").exits(0);
    assert!(!done.out.contains("NOT COVERED"), "{}", done.out);
    for fault in FAULTS {
        assert!(coverage(&done.out, fault.id.0).contains(" scenarios "), "{}", fault.id);
    }
    let wide = done.out.lines().find(|line| line.chars().count() > 100);
    assert!(wide.is_none(), "{wide:?}");
    let table = sandbox.run("faults").exits(0).says(&["信号弱"]);
    assert_eq!(table.out.lines().count(), FAULTS.len() + 1);
}

/// The lines of a fault, as `grep` finds them.
fn coverage(table: &str, fault: &str) -> String {
    let is_it = |line: &&str| line.split(' ').next() == Some(fault);
    table.lines().filter(is_it).flat_map(|line| [line, "\n"]).collect()
}

/// For each there is a scenario that the reference passes and a bad firmware fails, by a rule that
/// the catalogue names for the cause, and that it does not fail without the cause.
#[test]
fn every_cause_of_the_guidance_catches_a_bad_firmware() {
    let table = Sandbox::with_suite().run("faults --coverage").exits(0).out;
    for fault in FAULTS.iter().filter(|fault| fault.seed.is_some()) {
        let row = coverage(&table, fault.id.0);
        assert!(!row.is_empty(), "no {} in:\n{table}", fault.id);
        let catches = sim::FIRMWARES[1..].iter().any(|firmware| row.contains(firmware.name));
        assert!(catches, "{row}");
    }
}

#[test]
fn every_remedy_is_played_and_explained() {
    let sandbox = Sandbox::with_suite();
    let suite: String = the_suite().iter().map(|file| file.text.as_str()).collect();
    for (number, remedy) in (1..).zip(contract::Remedy::ALL) {
        let word = remedy.id().trim_start_matches("heal-");
        assert!(suite.contains(&format!("heal = \"{word}\"")), "{word} is in no scenario");
        sandbox.run(&format!("explain R{number}")).exits(0).says(&[remedy.id(), "step "]);
    }
}

#[test]
fn every_firmware_is_listed() {
    let done = Sandbox::new().run("firmwares").exits(0);
    assert_eq!(done.out.lines().count(), sim::FIRMWARES.len() + 1);
    for firmware in sim::FIRMWARES {
        let row = done.out.lines().find(|line| line.split_whitespace().any(|w| w == firmware.name));
        let row = row.unwrap_or_else(|| panic!("no {} in:\n{}", firmware.name, done.out));
        assert!(row.starts_with(firmware.number) && row.ends_with(firmware.summary), "{row}");
    }
}

#[test]
fn schemas_are_those_that_are_published() {
    let sandbox = Sandbox::new();
    for format in ["scenario", "report"] {
        let published = crate::play::root().join(format!("schema/{format}.json"));
        let printed = sandbox.run(&format!("schema {format}")).exits(0);
        assert!(printed.out == std::fs::read_to_string(published).unwrap(), "{format}");
    }
}

#[test]
fn every_command_helps_with_an_example_and_fits_a_narrow_terminal() {
    let sandbox = Sandbox::new();
    let help = sandbox.run("--help").exits(0).says(&["Examples:"]).out;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let commands: Vec<&str> =
        commands.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() > 15, "{commands:?}");
    for command in commands.into_iter().filter(|command| *command != "help") {
        let help = sandbox.run(&format!("{command} --help")).exits(0);
        let help = help.says(&["Example", &format!("payrig {command}")]);
        let wide = help.out.lines().find(|line| line.chars().count() > 100);
        assert!(wide.is_none(), "{command} --help: {wide:?}");
    }
}

#[test]
fn shells_and_man_get_every_command() {
    let sandbox = Sandbox::new();
    let commands = ["run", "check", "judge", "link", "qr"];
    for shell in ["bash", "zsh", "fish"] {
        sandbox.run(&format!("completions {shell}")).exits(0).says(&commands);
    }
    sandbox.run("man").exits(0).says(&[".TH payrig 1"]).says(&commands);
    sandbox.run("man --dir pages").exits(0);
    for command in commands {
        assert!(sandbox.read(&format!("pages/payrig-{command}.1")).contains(".SH SYNOPSIS"));
    }
}

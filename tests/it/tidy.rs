//! The rules of the house that neither Cargo nor clippy checks: sizes, headers, who may know whom.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use contract::catalogue;
use harness::scenario::words::VERBS;

use crate::play::root;

const LINES_MAX: usize = 500;
const COLUMNS_MAX: usize = 100;
const FUNCTION_MAX: usize = 70;

fn files(below: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(below)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no .{ending} file below {below}");
    found
}

fn rust_files() -> Vec<(PathBuf, String)> {
    files("", "rs")
}

/// One message for all, so that a run tells everything that is untidy.
fn assert_tidy(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn files_are_short_narrow_and_say_what_they_are_for() {
    let mut complaints = Vec::new();
    let heads = [("rs", "//!"), ("c", "// "), ("h", "// ")];
    let all = heads.iter().flat_map(|(ending, head)| {
        files("", ending).into_iter().map(move |(path, text)| (path, text, head))
    });
    for (path, text, head) in all {
        let path = path.display();
        if !text.starts_with(head) {
            complaints.push(format!("{path}: does not begin with `{head}`"));
        }
        let lines = text.lines().count();
        if lines > LINES_MAX {
            complaints.push(format!("{path}: {lines} lines, more than {LINES_MAX}"));
        }
        for (number, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > COLUMNS_MAX {
                complaints.push(format!("{path}:{}: {columns} columns", number + 1));
            }
        }
    }
    assert_tidy(complaints);
}

/// Whether the function that begins here opens a block for its body on a line of its own.
fn has_body(lines: &[&str]) -> bool {
    let end = |line: &&&str| line.ends_with(['{', '}', ';']);
    lines.iter().find(end).is_some_and(|line| line.ends_with('{'))
}

#[test]
fn functions_fit_on_a_screen() {
    let mut complaints = Vec::new();
    for (path, text) in rust_files() {
        let lines: Vec<&str> = text.lines().collect();
        for (start, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start().trim_start_matches("pub(crate) ");
            let head = head.trim_start_matches("pub(super) ").trim_start_matches("pub ");
            let head = head.trim_start_matches("const ").trim_start_matches("async ");
            if !head.starts_with("fn ") || !has_body(&lines[start..]) {
                continue;
            }
            let closing = format!("{}}}", " ".repeat(indent));
            let length = lines[start..].iter().position(|l| **l == closing).unwrap_or(0);
            if length > FUNCTION_MAX {
                let (path, line) = (path.display(), start + 1);
                complaints.push(format!("{path}:{line}: a function of {length} lines"));
            }
        }
    }
    assert_tidy(complaints);
}

/// What neither an oracle nor a diagnosis may name.
const BEYOND_THE_TRACE: &[&str] =
    &["crate::run", "crate::plan", "crate::scenario", "crate::report", "dyn Rig", "crate::suite"];

/// Where a folder must not name a module; the arrow of the architecture points one way.
const NEVER: [(&str, &[&str], &str); 6] = [
    ("harness/src/oracle", BEYOND_THE_TRACE, "an oracle sees the trace alone"),
    ("harness/src/diagnose", BEYOND_THE_TRACE, "a diagnosis sees the trace alone"),
    (
        "harness/src/report",
        &["crate::oracle::judge", "dyn Rig"],
        "a report prints, it decides nothing",
    ),
    ("hw-fixtures/src", &["sim::terminal"], "a bench never touches the emulated terminal"),
    (
        "sim/src/terminal",
        &["crate::faults", "crate::wallet", "contract::Fault"],
        "the terminal finds faults out the hard way",
    ),
    ("sim/src", &["serialport", "clap::"], "the simulator knows no port and no command line"),
];

#[test]
fn nobody_knows_what_he_must_not() {
    let mut complaints = Vec::new();
    for (folder, words, why) in NEVER {
        for (path, text) in files(folder, "rs") {
            for word in words.iter().filter(|word| text.contains(**word)) {
                complaints.push(format!("{}: names `{word}`: {why}", path.display()));
            }
        }
    }
    assert_tidy(complaints);
}

#[test]
fn every_number_of_a_link_profile_has_a_source() {
    let mut complaints = Vec::new();
    for (path, text) in files("sim/data/links", "toml") {
        for section in text.split("\n[").skip(1) {
            let keys: Vec<_> = section.lines().filter_map(|line| line.split_once(" = ")).collect();
            // `takes_ms` has `takes_source`, or else the section's own `source`.
            let sourced = |key: &str| {
                let stem = key.rsplit_once('_').map_or(key, |(stem, _)| stem);
                let names =
                    ["source".to_owned(), format!("{key}_source"), format!("{stem}_source")];
                keys.iter().any(|(name, _)| names.iter().any(|one| one == name))
            };
            let number = |value: &str| value.starts_with(|c: char| c.is_ascii_digit() || c == '[');
            let bare = keys.iter().filter(|(key, value)| number(value) && !sourced(key));
            complaints
                .extend(bare.map(|(key, _)| format!("{}: {key} has no source", path.display())));
        }
    }
    assert_tidy(complaints);
}

#[test]
fn each_verb_of_a_fault_and_its_entry_in_the_catalogue_agree() {
    let mut complaints = Vec::new();
    for id in VERBS.iter().filter_map(|verb| verb.fault()).collect::<BTreeSet<_>>() {
        let entry = catalogue::fault(id.0).unwrap_or_else(|| panic!("{id} is in no catalogue"));
        // More than one where the same can happen in two places.
        let verbs = VERBS.iter().filter(|verb| verb.fault() == Some(id));
        let own: BTreeSet<&str> = verbs
            .flat_map(|verb| {
                let ends = ["for", "next"].into_iter().filter(|end| verb.takes(end));
                verb.args.iter().map(|arg| arg.name).chain(ends)
            })
            .collect();
        let told: BTreeSet<&str> = entry.params.iter().map(|(name, _)| *name).collect();
        if own != told {
            complaints.push(format!("{id}: steps take {own:?}, the catalogue says {told:?}"));
        }
    }
    assert_tidy(complaints);
}

#[test]
fn no_leftovers() {
    let mut complaints = Vec::new();
    // Spelled in two halves, so that this file does not complain of itself.
    let words = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["/wo", "rk/"], ["../sha", "red"]];
    for (path, text) in rust_files() {
        for word in words.iter().map(|halves| halves.concat()) {
            if text.contains(&word) {
                complaints.push(format!("{}: holds `{word}`", path.display()));
            }
        }
    }
    assert_tidy(complaints);
}

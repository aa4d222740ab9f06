//! The rules of the house that neither Cargo nor clippy checks: sizes, headers, who may know whom.

use std::fs;
use std::path::{Path, PathBuf};

const LINES_MAX: usize = 500;
const COLUMNS_MAX: usize = 100;
const FUNCTION_MAX: usize = 70;

fn files(below: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(below)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

fn rust_files() -> Vec<(PathBuf, String)> {
    let roots = [
        "contract/src", "sim/src", "hw-fixtures/src", "hw-fixtures/tests", "harness/src", "src",
        "tests", "benches",
    ];
    roots.iter().flat_map(|root| files(root, "rs")).collect()
}

/// One message for all, so that a run tells everything that is untidy.
fn assert_tidy(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn files_are_short_narrow_and_say_what_they_are_for() {
    let mut complaints = Vec::new();
    for (path, text) in rust_files() {
        let path = path.display();
        if !text.starts_with("//!") {
            complaints.push(format!("{path}: does not begin with `//!`"));
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
            if !head.starts_with("fn ") || line.trim_end().ends_with(';') {
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

/// Where a folder must not name a module; the arrow of the architecture points one way.
const NEVER: [(&str, &[&str], &str); 6] = [
    (
        "harness/src/oracle",
        &["crate::run", "crate::plan", "crate::scenario", "crate::report", "dyn Rig", "crate::suite"],
        "an oracle sees the trace alone",
    ),
    (
        "harness/src/diagnose",
        &["crate::run", "crate::plan", "crate::scenario", "crate::report", "dyn Rig", "crate::suite"],
        "a diagnosis sees the trace alone",
    ),
    ("harness/src/report", &["crate::oracle::judge", "dyn Rig"], "a report prints, it decides nothing"),
    ("hw-fixtures/src", &["sim::terminal"], "a bench never touches the emulated terminal"),
    ("sim/src/terminal", &["crate::faults", "crate::wallet", "contract::Fault"],
        "the terminal finds faults out the hard way"),
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
    for (path, text) in files("sim/data/links", "toml") {
        let numbers = text.lines().filter(|line| {
            let value = line.split_once('=').map(|(_, value)| value.trim());
            value.is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit()))
        });
        let bare: Vec<&str> = numbers.collect();
        assert!(bare.is_empty(), "{}: numbers without a source: {bare:?}", path.display());
        assert!(text.contains("source ="), "{}: no source at all", path.display());
    }
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

//! What people who write scenarios see: bad files against golden messages, and the files that are
//! made from the table of words.

use std::path::{Path, PathBuf};

use harness::cli::author::STARTER;
use harness::diagnostic::Diagnostic;
use harness::scenario::format::format;
use harness::scenario::{self, names, schema};

use crate::golden::golden;
use crate::play::root;

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    files
}

fn rendered(errors: &[Diagnostic]) -> String {
    errors.iter().map(|error| error.render(false) + "\n\n").collect()
}

#[test]
fn each_bad_file_gets_its_messages() {
    let files = toml_files(&root().join("tests/it/author"));
    assert!(files.len() > 30, "there is a file for each message");
    let mut wrong = Vec::new();
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let (_, mut errors) = scenario::parse(name, &text);
        errors.extend(names::unknown(name, &text, sim::unknown_name));
        assert!(!errors.is_empty(), "{name} is not bad");
        wrong.extend(golden(&path.with_extension("txt"), &rendered(&errors)).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_message_has_a_bad_file() {
    let source = root().join("harness/src/diagnostic/scenario.rs");
    let source = std::fs::read_to_string(source).unwrap();
    let names = source.lines().filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next());
    // These need files around them; the tests in `scenario/files.rs` and of the commands have them.
    let elsewhere =
        ["start_nested", "start_broken", "unreadable", "too_large", "not_text", "none_in"];
    for name in names.filter(|name| !elsewhere.contains(name)) {
        let file = format!("tests/it/author/{}.toml", name.replace('_', "-"));
        assert!(root().join(&file).exists(), "{file} is missing");
    }
}

#[test]
fn the_schema_is_fresh() {
    let path = root().join("schema/scenario.json");
    golden(&path, &schema::scenario())
        .map_err(|_| "run: payrig schema scenario > schema/scenario.json")
        .unwrap();
}

#[test]
fn what_new_writes_is_good_and_formatted() {
    let (scenario, errors) = scenario::parse("new.toml", STARTER);
    assert!(scenario.is_some(), "{}", rendered(&errors));
    assert_eq!(format("new.toml", STARTER).unwrap(), STARTER);
}

#[test]
fn the_suite_is_good_and_formatted() {
    let files = scenario::find(&[root().join("scenarios")]);
    let files = files.unwrap_or_else(|errors| panic!("{}", rendered(&errors)));
    assert!(!files.is_empty());
    for file in files {
        let formatted = format(&file.path, &file.text).unwrap();
        assert!(formatted == file.text, "run: payrig fmt {}", file.path);
    }
}

#[test]
fn response_codes_are_those_of_the_table() {
    let table = std::fs::read_to_string(root().join("sim/data/response-codes.toml")).unwrap();
    let codes = table.lines().filter_map(|line| line.trim().strip_prefix("{ code = \"")?.get(..2));
    let mut codes: Vec<&str> = codes.collect();
    codes.sort_unstable();
    assert_eq!(contract::response_code::known(), codes);
}

//! `docs/control-protocol.md` against the code: every example line is a message, and every message
//! has an example.

use std::collections::BTreeSet;

use hw_fixtures::control::{FromTerminal, ToTerminal, decode};

const PAGE: &str = include_str!("../../docs/control-protocol.md");

/// The `type` of a line.
fn kind(line: &str) -> String {
    line.split('"').nth(3).unwrap_or_default().to_owned()
}

/// The first words of the rows of the table below a heading.
fn table(heading: &str) -> BTreeSet<String> {
    let (_, below) = PAGE.split_once(heading).unwrap();
    let section = below.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next()).map(str::to_owned).collect()
}

#[test]
fn every_line_of_the_session_is_read_and_every_message_stands_in_it() {
    let (mut down, mut up) = (BTreeSet::new(), BTreeSet::new());
    for line in PAGE.lines() {
        if let Some(line) = line.strip_prefix("> {").map(|rest| format!("{{{rest}")) {
            decode::<ToTerminal>(line.as_bytes()).unwrap_or_else(|why| panic!("{line}: {why}"));
            down.insert(kind(&line));
        } else if let Some(line) = line.strip_prefix("< {").map(|rest| format!("{{{rest}")) {
            decode::<FromTerminal>(line.as_bytes()).unwrap_or_else(|why| panic!("{line}: {why}"));
            up.insert(kind(&line));
        }
    }
    assert_eq!(down, table("## From the rig"));
    assert_eq!(up, table("## From the terminal"));
}

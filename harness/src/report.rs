//! Reports: consumers of one `SuiteResult`. They print and decide nothing.
//!
//! A report that can't be written is a warning; the verdict stays what it is.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::result::{CaseResult, Setup, SuiteResult};

pub mod catalogue;
pub mod console;
pub mod failure;
pub mod github;
pub mod json;
pub mod junit;
pub mod progress;
pub mod summary;
#[cfg(test)]
pub(crate) mod tests;
pub mod timeline;
pub mod wording;

/// The kinds of report that go to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// JUnit XML, for CI servers.
    Junit,
    /// The versioned document of `schema/report.json`.
    Json,
    /// All traces, one after another, as JSON Lines.
    Trace,
}

/// A report that was asked for: `junit=PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which.
    pub kind: Kind,
    /// Where to.
    pub path: PathBuf,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Wanted, String> {
        let shape = "a report is KIND=PATH, where KIND is `junit`, `json` or `trace`";
        let (kind, path) = text.split_once('=').ok_or(shape)?;
        let kind = match kind {
            "junit" => Kind::Junit,
            "json" => Kind::Json,
            "trace" => Kind::Trace,
            _ => return Err(shape.into()),
        };
        if path.is_empty() {
            return Err(shape.into());
        }
        Ok(Wanted { kind, path: path.into() })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Junit => "junit",
            Kind::Json => "json",
            Kind::Trace => "trace",
        };
        write!(f, "{kind}={}", self.path.display())
    }
}

/// Writes the reports; returns a warning for each that could not be written.
pub fn write_all(suite: &SuiteResult, wanted: &[Wanted]) -> Vec<String> {
    let write = |one: &Wanted| {
        let failed = write(suite, one.kind, &one.path).err()?;
        Some(format!("the report {one} could not be written: {failed}"))
    };
    wanted.iter().filter_map(write).collect()
}

fn write(suite: &SuiteResult, kind: Kind, path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut to = BufWriter::new(File::create(path)?);
    match kind {
        Kind::Junit => to.write_all(junit::render(suite)?.as_bytes())?,
        Kind::Json => to.write_all(json::render(suite)?.as_bytes())?,
        Kind::Trace => traces(suite, &mut to)?,
    }
    to.flush()
}

fn traces(suite: &SuiteResult, to: &mut impl Write) -> io::Result<()> {
    suite.cases.iter().filter_map(|case| case.trace.as_ref()).try_for_each(|t| t.write(&mut *to))
}

/// The command that plays a case again.
pub fn again(case: &CaseResult, setup: &Setup) -> String {
    let usual_path = || format!("scenarios/{}.toml", case.scenario);
    let path = case.source.as_ref().map_or_else(usual_path, |source| source.path.clone());
    let mut command = format!("payrig run {} --seed {}", quoted(&path), case.seed);
    let usual = Setup::default();
    for (flag, value, default) in [
        ("--firmware", &setup.firmware, &usual.firmware),
        ("--rig", &setup.rig, &usual.rig),
        ("--link", setup.link.as_ref().unwrap_or(&String::new()), &String::new()),
    ] {
        if value != default {
            command.push_str(&format!(" {flag} {}", quoted(value)));
        }
    }
    command
}

/// A word as a shell wants it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Text without colours.
pub fn plain(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}

//! Reports: consumers of one `SuiteResult`. They print and decide nothing.
//!
//! A report that can't be written is a warning; the verdict stays what it is.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use unicode_width::UnicodeWidthStr;

use crate::message::{Lang, Words};
use crate::result::{CaseResult, Setup, SuiteResult};

pub mod capture;
pub mod catalogue;
pub mod console;
pub mod failure;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod progress;
pub mod summary;
#[cfg(test)]
pub(crate) mod tests;
pub mod timeline;
pub mod traces;
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
    /// One page for people, with everything in it.
    Html,
    /// A summary for the page of a CI job.
    Markdown,
    /// The acquirer's traffic as a network capture.
    Pcapng,
}

impl Kind {
    const ALL: [Kind; 6] =
        [Kind::Junit, Kind::Json, Kind::Trace, Kind::Html, Kind::Markdown, Kind::Pcapng];

    /// The word for it on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Junit => "junit",
            Kind::Json => "json",
            Kind::Trace => "trace",
            Kind::Html => "html",
            Kind::Markdown => "markdown",
            Kind::Pcapng => "pcapng",
        }
    }
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
        let shape = "a report is KIND=PATH, where KIND is `html`, `markdown`, `junit`, `json`, \
                     `trace` or `pcapng`";
        let (kind, path) = text.split_once('=').ok_or(shape)?;
        let kind = Kind::ALL.into_iter().find(|one| one.word() == kind).ok_or(shape)?;
        if path.is_empty() {
            return Err(shape.into());
        }
        Ok(Wanted { kind, path: path.into() })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.kind.word(), self.path.display())
    }
}

impl Wanted {
    /// What to say about it.
    fn said(&self, written: io::Result<()>) -> Result<String, String> {
        match written {
            Ok(()) => Ok(self.to_string()),
            Err(why) => Err(format!("the report {self} could not be written: {why}")),
        }
    }
}

/// Writes the reports but those that are made as the run goes: traces, page, capture. Returns
/// for each what was written, or a warning.
pub fn write_all(
    suite: &SuiteResult,
    wanted: &[Wanted],
    lang: Lang,
) -> Vec<Result<String, String>> {
    wanted.iter().filter_map(|one| Some(one.said(write(suite, one, lang)?))).collect()
}

fn write(suite: &SuiteResult, wanted: &Wanted, lang: Lang) -> Option<io::Result<()>> {
    let to = || create(&wanted.path);
    match wanted.kind {
        Kind::Junit => Some(to().and_then(|to| junit::write(suite, Words(lang), to))),
        Kind::Json => Some(to().and_then(|to| json::write(suite, to))),
        Kind::Markdown => Some(to().and_then(|to| markdown::write(suite, lang, to))),
        Kind::Trace | Kind::Html | Kind::Pcapng => None,
    }
}

/// A file to write a report to, with the folders above it.
fn create(path: &Path) -> io::Result<BufWriter<File>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create(path).map(BufWriter::new)
}

/// The command that plays a case again.
pub fn again(case: &CaseResult, setup: &Setup) -> String {
    let usual_path = || format!("scenarios/{}.toml", case.scenario);
    let path = case.source.as_ref().map_or_else(usual_path, |source| source.path.clone());
    let mut command = format!("payrig run {} --seed {}", quoted(&path), case.seed);
    let usual = Setup::default();
    let unusual = |value: &String, usual: &String| (value != usual).then(|| value.clone());
    for (flag, value) in [
        ("--firmware", unusual(&setup.firmware, &usual.firmware)),
        ("--rig", unusual(&setup.rig, &usual.rig)),
        ("--link", setup.link.clone()),
        ("--wire", setup.wire.clone()),
    ] {
        if let Some(value) = value {
            command.push_str(&format!(" {flag} {}", quoted(&value)));
        }
    }
    command
}

/// A word as a shell wants it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A text in so many terminal cells, at their left; Chinese characters take two each.
pub(crate) fn left(text: &str, cells: usize) -> String {
    let pad = cells.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(pad))
}

/// A text in so many terminal cells, at their right.
pub(crate) fn right(text: &str, cells: usize) -> String {
    let pad = cells.saturating_sub(text.width());
    format!("{}{text}", " ".repeat(pad))
}

/// Text without colours.
pub fn plain(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}

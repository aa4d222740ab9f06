//! The report that people look at: one HTML file that needs nothing else. Prints what others found.
//!
//! A case is drawn when it has ended, while its trace is still there; the page is put together at
//! the end. Templates escape every value; what they must not escape is named in [`Trusted`].

use std::io::{self, Write};

use askama::Template;

use super::wording;
use super::{Kind, Wanted, create};
use crate::message::{Lang, Words};
use crate::result::{CaseResult, Outcome, Setup, SuiteResult};
use crate::suite::Progress;

mod case;
mod choice;
mod lanes;
mod overview;
mod stage;
#[cfg(test)]
mod tests;

/// So many cases that passed, and so many others, are drawn, and so many stand on the page at all:
/// a file that a phone can open (assumption: some ten megabytes).
const DRAWN: usize = 250;
const LISTED: usize = 1_000;

/// An HTML report that is being made.
pub struct HtmlFile {
    wanted: Wanted,
    setup: Setup,
    words: Words,
    good: Shelf,
    bad: Shelf,
}

/// The cases of one kind, as they will stand on the page.
#[derive(Default)]
struct Shelf {
    rows: Vec<String>,
    left_out: usize,
}

impl HtmlFile {
    /// Begins the report; `None` where another kind is wanted.
    pub fn begin(wanted: &Wanted, setup: &Setup, lang: Lang) -> Option<HtmlFile> {
        let wanted = (wanted.kind == Kind::Html).then(|| wanted.clone())?;
        let (good, bad) = Default::default();
        Some(HtmlFile { wanted, setup: setup.clone(), words: Words(lang), good, bad })
    }

    /// Draws a case that has ended.
    pub fn take(&mut self, progress: Progress<'_>) {
        let Progress::Settled { result, .. } = progress else { return };
        self.add(result);
    }

    fn add(&mut self, result: &CaseResult) {
        let good = matches!(result.outcome, Outcome::Passed | Outcome::Skipped(_));
        let shelf = if good { &mut self.good } else { &mut self.bad };
        let nth = shelf.rows.len();
        if nth >= LISTED {
            shelf.left_out += 1;
            return;
        }
        let id = format!("{}{}", if good { "g" } else { "b" }, nth + 1);
        let view = case::view(result, &self.setup, self.words, id, nth < DRAWN);
        // Writing to a text can't fail.
        shelf.rows.push(view.render().unwrap_or_default());
    }

    /// Writes the page. What was written, or a warning.
    ///
    /// # Errors
    /// The warning.
    pub fn finish(self, suite: &SuiteResult) -> Result<String, String> {
        let written = create(&self.wanted.path).and_then(|to| self.write(suite, to));
        self.wanted.said(written)
    }

    fn write(&self, suite: &SuiteResult, mut to: impl Write) -> io::Result<()> {
        let page = Page {
            w: self.words,
            css: Trusted(include_str!("../../templates/report.css")),
            js: Trusted(include_str!("../../templates/report.js")),
            over: overview::of(suite, self.words),
            rows: self.bad.rows.iter().chain(&self.good.rows).map(|row| Trusted(row)).collect(),
            left_out: self.bad.left_out + self.good.left_out,
            version: env!("CARGO_PKG_VERSION"),
        };
        page.write_into(&mut to).map_err(io::Error::other)?;
        to.flush()
    }
}

/// What stands in the page as it is: our own style and script, and what a template has made.
struct Trusted<'t>(&'t str);

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'t> {
    w: Words,
    css: Trusted<'t>,
    js: Trusted<'t>,
    over: overview::Overview,
    rows: Vec<Trusted<'t>>,
    left_out: usize,
    version: &'static str,
}

/// An outcome as a class of the style.
const fn class(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Undecided => "undecided",
        Outcome::Faulted(_) => "fault",
        Outcome::Skipped(_) => "skipped",
    }
}

/// A whole suite as HTML, where every trace is still there.
///
/// # Errors
/// What the writer says.
pub fn write(suite: &SuiteResult, lang: Lang, to: impl Write) -> io::Result<()> {
    let wanted = Wanted { kind: Kind::Html, path: Default::default() };
    let (setup, words) = (suite.setup.clone(), Words(lang));
    let (good, bad) = Default::default();
    let mut file = HtmlFile { wanted, setup, words, good, bad };
    suite.cases.iter().for_each(|case| file.add(case));
    file.write(suite, to)
}

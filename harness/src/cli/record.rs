//! What a run leaves: the reports that were asked for, and the run in the store. Traces are written
//! as the run goes, the rest at its end. What can't be written is a warning.

use std::path::PathBuf;

use super::out::warn;
use crate::message::Lang;
use crate::report::capture::CaptureFile;
use crate::report::html::HtmlFile;
use crate::report::traces::TraceFile;
use crate::report::{self, Wanted, markdown};
use crate::result::{Setup, SuiteResult};
use crate::store::{self, Store};
use crate::suite::Progress;

pub(super) struct Record {
    reports: Vec<Wanted>,
    traces: Vec<TraceFile>,
    pages: Vec<HtmlFile>,
    captures: Vec<CaptureFile>,
    lang: Lang,
    store: Store,
    /// The run's folder, if it could be made.
    folder: Option<PathBuf>,
}

impl Record {
    /// Makes the run's folder and begins what is written as the run goes.
    pub(super) fn begin(
        mut reports: Vec<Wanted>,
        store: Store,
        setup: &Setup,
        lang: Lang,
    ) -> Record {
        let folder = store.begin();
        let folder = folder.map_err(|why| {
            let at = store.root().display();
            let help = "help: --store FOLDER keeps runs elsewhere";
            warn(&format!("warning: this run is not kept: {at}: {why}\n{help}"));
        });
        let folder = folder.ok();
        let mut traces: Vec<TraceFile> = reports.iter().filter_map(TraceFile::all).collect();
        let page = |wanted| HtmlFile::begin(wanted, setup, lang);
        let pages = reports.iter().filter_map(page).collect();
        let captures = reports.iter().filter_map(CaptureFile::begin).collect();
        if let Some(folder) = &folder {
            traces.push(TraceFile::kept(store::traces(folder)));
            reports.push(store::junit(folder));
        }
        Record { reports, traces, pages, captures, lang, store, folder }
    }

    pub(super) fn take(&mut self, progress: Progress<'_>) {
        for file in &mut self.traces {
            file.take(progress);
        }
        for page in &mut self.pages {
            page.take(progress);
        }
        for capture in &mut self.captures {
            capture.take(progress);
        }
    }

    /// Writes the reports, and says what was written.
    pub(super) fn finish(self, suite: &SuiteResult, quiet: bool) {
        let mut written: Vec<Result<String, String>> =
            self.traces.into_iter().map(TraceFile::finish).collect();
        written.extend(self.captures.into_iter().map(CaptureFile::finish));
        written.extend(self.pages.into_iter().map(|page| page.finish(suite)));
        written.extend(report::write_all(suite, &self.reports, self.lang));
        written.extend(job_page(suite, self.lang));
        if let Some(folder) = &self.folder {
            let kept = self.store.keep(folder, suite);
            let not = |why| format!("this run can't be looked at or replayed: {why}");
            written.push(kept.map(|report| report.to_string()).map_err(not));
            let tidied = self.store.tidy(folder);
            if let Err(why) = tidied {
                warn(&format!("warning: old runs were not tidied up: {why}"));
            }
        }
        for one in written {
            match one {
                Ok(_) if quiet => {}
                Ok(report) => warn(&format!("wrote {report}")),
                Err(why) => warn(&format!("warning: {why}")),
            }
        }
    }
}

/// Adds the summary to the page of the CI job that this is a part of, if it is of one.
fn job_page(suite: &SuiteResult, lang: Lang) -> Option<Result<String, String>> {
    let path = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty())?;
    let path = PathBuf::from(path);
    let not = |why| format!("the job's summary {} could not be written: {why}", path.display());
    let added = markdown::append(suite, lang, &path).map_err(not);
    Some(added.map(|()| format!("the job's summary {}", path.display())))
}

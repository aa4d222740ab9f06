//! Traces on disk while a run goes on: each case in its turn, so that a run that is cut off leaves
//! what it had finished, and none has to wait in memory for the end.
//!
//! Like any report it changes no verdict: the first error ends the writing and is told at the end.

use std::fs::File;
use std::io::{self, BufWriter};

use super::{Kind, Wanted, create};
use crate::suite::Progress;

/// A file of traces that is being written.
pub struct TraceFile {
    wanted: Wanted,
    /// Only those that stay in the results, too.
    only_kept: bool,
    to: io::Result<BufWriter<File>>,
}

impl TraceFile {
    /// Begins the file of a report that was asked for; `None` when that is no trace.
    pub fn all(wanted: &Wanted) -> Option<TraceFile> {
        (wanted.kind == Kind::Trace).then(|| TraceFile::begin(wanted.clone(), false))
    }

    /// Begins a file for those traces that stay in the results.
    pub fn kept(wanted: Wanted) -> TraceFile {
        TraceFile::begin(wanted, true)
    }

    fn begin(wanted: Wanted, only_kept: bool) -> TraceFile {
        let to = create(&wanted.path);
        TraceFile { wanted, only_kept, to }
    }

    /// Writes what has ended, and has it written before the next case.
    pub fn take(&mut self, progress: Progress<'_>) {
        let Progress::Settled { result, kept } = progress else { return };
        let trace = result.trace.as_ref().filter(|_| kept || !self.only_kept);
        if let (Some(trace), Ok(to)) = (trace, &mut self.to)
            && let Err(why) = trace.write(to)
        {
            self.to = Err(why);
        }
    }

    /// What was written, or a warning.
    ///
    /// # Errors
    /// The warning.
    pub fn finish(self) -> Result<String, String> {
        self.wanted.said(self.to.map(drop))
    }
}

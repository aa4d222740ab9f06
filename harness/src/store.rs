//! Runs on disk: `.payrig/runs/0001/` with the reports and traces of a run, the last 20 kept.
//!
//! Nothing here changes a verdict: what can't be stored is a warning.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use contract::Trace;

use crate::report::json::{self, Document};
use crate::report::{Kind, Wanted};

/// So many runs are kept.
pub const KEPT: usize = 20;

const REPORT: &str = "report.json";
const JUNIT: &str = "junit.xml";
const TRACE: &str = "trace.jsonl";

/// Where runs are kept.
#[derive(Debug, Clone)]
pub struct Store {
    runs: PathBuf,
}

/// A run on disk.
#[derive(Debug, Clone)]
pub struct Stored {
    folder: PathBuf,
    /// Its results.
    pub report: Document,
}

impl Store {
    /// A store in this folder, which may not exist yet.
    pub fn new(root: &Path) -> Store {
        Store { runs: root.join("runs") }
    }

    /// Makes the folder of a new run, with a number that no other run has.
    ///
    /// # Errors
    /// What the file system says.
    pub fn begin(&self) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.runs)?;
        let mut number = self.numbers().last().map_or(1, |last| last.saturating_add(1));
        loop {
            let folder = self.folder(number);
            match fs::create_dir(&folder) {
                // Another run took this number just now.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(e) => return Err(e),
                Ok(()) => return Ok(folder),
            }
        }
    }

    /// Forgets all but the last runs, and points `latest` at this one.
    ///
    /// # Errors
    /// What the file system says; what could be done is done.
    pub fn finish(&self, folder: &Path) -> io::Result<()> {
        let linked = self.link_latest(folder);
        let numbers = self.numbers();
        let old = numbers.len().saturating_sub(KEPT);
        for number in numbers.into_iter().take(old) {
            fs::remove_dir_all(self.folder(number))?;
        }
        linked
    }

    /// A link for people and CI; payrig itself takes the highest number.
    #[cfg(unix)]
    fn link_latest(&self, folder: &Path) -> io::Result<()> {
        let link = self.runs.join("latest");
        match fs::remove_file(&link) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        match folder.file_name() {
            Some(name) => std::os::unix::fs::symlink(name, link),
            None => Ok(()),
        }
    }

    #[cfg(not(unix))]
    fn link_latest(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }

    /// A run by its number, or `latest`.
    ///
    /// # Errors
    /// One line that says what is missing.
    pub fn load(&self, run: &str) -> Result<Stored, String> {
        let whole = |number: &u64| self.folder(*number).join(REPORT).is_file();
        let number = match run {
            "latest" => self.numbers().into_iter().rev().find(whole),
            _ => run.parse().ok().filter(whole),
        };
        let place = self.runs.display();
        let number = number.ok_or_else(|| format!("there is no run `{run}` in {place}"))?;
        let folder = self.folder(number);
        let path = folder.join(REPORT);
        let read = fs::read_to_string(&path).map_err(|e| e.to_string());
        let report = read.and_then(|text| json::read(&text));
        let report = report.map_err(|why| format!("{}: {why}", path.display()))?;
        Ok(Stored { folder, report })
    }

    fn folder(&self, number: u64) -> PathBuf {
        self.runs.join(format!("{number:04}"))
    }

    /// The numbers of the runs there are, lowest first.
    fn numbers(&self) -> Vec<u64> {
        let entries = fs::read_dir(&self.runs).into_iter().flatten().flatten();
        let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse().ok();
        let mut numbers: Vec<u64> = entries.filter_map(number).collect();
        numbers.sort_unstable();
        numbers
    }
}

/// What a run writes into its folder.
pub fn wanted(folder: &Path) -> Vec<Wanted> {
    let file = |kind, name: &str| Wanted { kind, path: folder.join(name) };
    vec![file(Kind::Junit, JUNIT), file(Kind::Trace, TRACE), file(Kind::Json, REPORT)]
}

impl Stored {
    /// Scenario and seed of the cases that failed, broke the rig or stayed undecided.
    pub fn failed(&self) -> BTreeSet<(String, u64)> {
        let cases = self.report.cases.iter();
        cases
            .filter(|case| !matches!(case.outcome.as_str(), "passed" | "skipped"))
            .map(|case| (case.scenario.clone(), case.seed))
            .collect()
    }

    /// The traces that were kept.
    ///
    /// # Errors
    /// One line that says what is wrong with the file.
    pub fn traces(&self) -> Result<Vec<Trace>, String> {
        read_traces(&self.folder.join(TRACE))
    }
}

/// All traces of a file.
///
/// # Errors
/// One line that says what is wrong with the file.
pub fn read_traces(path: &Path) -> Result<Vec<Trace>, String> {
    let fail = |why: String| format!("{}: {why}", path.display());
    let file = File::open(path).map_err(|e| fail(e.to_string()))?;
    Trace::read_all(BufReader::new(file)).map_err(|e| fail(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{self, tests::suite};

    #[test]
    fn a_run_is_read_back_as_it_was_stored() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::new(root.path());
        assert!(store.load("latest").is_err());
        let folder = store.begin().unwrap();
        assert_eq!(report::write_all(&suite(), &wanted(&folder)), [""; 0]);
        store.finish(&folder).unwrap();
        let run = store.load("latest").unwrap();
        let failed: Vec<_> = run.failed().into_iter().collect();
        let names: Vec<_> = failed.iter().map(|(name, seed)| (name.as_str(), *seed)).collect();
        assert_eq!(names, [("bench/cable", 1), ("link/drop", 4711), ("link/lost", 2)]);
        let kept = suite().cases.iter().filter_map(|case| case.trace.clone()).collect::<Vec<_>>();
        assert_eq!(run.traces().unwrap(), kept);
        assert!(root.path().join("runs/latest/junit.xml").is_file());
        assert!(store.load("1").is_ok() && store.load("7").is_err() && store.load("x").is_err());
    }

    #[test]
    fn only_the_last_runs_are_kept_and_others_are_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::new(root.path());
        fs::create_dir_all(root.path().join("runs/mine")).unwrap();
        for _ in 0..KEPT + 3 {
            let folder = store.begin().unwrap();
            store.finish(&folder).unwrap();
        }
        let expected: Vec<u64> = (4..=23).collect();
        assert_eq!(store.numbers(), expected);
        assert!(root.path().join("runs/mine").is_dir());
    }

    #[test]
    fn a_run_that_was_not_written_whole_is_not_the_latest() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::new(root.path());
        let folder = store.begin().unwrap();
        report::write_all(&suite(), &wanted(&folder));
        store.begin().unwrap();
        assert_eq!(store.load("latest").unwrap().folder, folder);
    }
}

//! Runs on disk: `.payrig/runs/0001/` with the reports and traces of a run, the last 20 kept.
//!
//! The report is what makes a run whole: it is written last, and under another name first. Nothing
//! here changes a verdict: what can't be stored is a warning.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use contract::Trace;

use crate::report::json::{self, Document};
use crate::report::{Kind, Wanted};
use crate::result::SuiteResult;

mod traces;

pub use traces::Traces;

/// So many runs are kept.
pub const KEPT: usize = 20;

/// Says that a folder is a run of payrig, which may delete it.
const MARK: &str = "payrig-run";
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
    /// Later runs that can't be read, and why: a sentence each.
    pub skipped: Vec<String>,
}

impl Store {
    /// A store in this folder, which may not exist yet.
    pub fn new(root: &Path) -> Store {
        Store { runs: root.join("runs") }
    }

    /// The folder that holds the runs.
    pub fn root(&self) -> &Path {
        &self.runs
    }

    /// Makes the folder of a new run, with a number that no other run has.
    ///
    /// # Errors
    /// What the file system says.
    pub fn begin(&self) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.runs)?;
        let mut number = self.numbers().last().map_or(1, |last| last.saturating_add(1));
        loop {
            match fs::create_dir(self.folder(number)) {
                // Another run took this number just now.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(e) => return Err(e),
                Ok(()) => break,
            }
        }
        let folder = self.folder(number);
        fs::write(folder.join(MARK), "a run of payrig; old ones are deleted\n")?;
        Ok(folder)
    }

    /// Writes the report that makes a run whole; returns what was written.
    ///
    /// # Errors
    /// What the file system says; nothing is left of the report then.
    pub fn keep(&self, folder: &Path, suite: &SuiteResult) -> io::Result<Wanted> {
        let (part, whole) = (folder.join("report.json.part"), folder.join(REPORT));
        let to = File::create(&part).map(BufWriter::new);
        let written = to.and_then(|to| json::write(suite, to));
        let written = written.and_then(|()| fs::rename(&part, &whole));
        match written {
            Ok(()) => Ok(Wanted { kind: Kind::Json, path: whole }),
            Err(why) => {
                // A disk that is full may be thankful for it; nobody reads what is left.
                let _ = fs::remove_file(&part);
                Err(why)
            }
        }
    }

    /// Forgets all but the last runs, and points `latest` at this one. What is no run of payrig
    /// stays.
    ///
    /// # Errors
    /// What the file system says; what could be done is done.
    pub fn tidy(&self, folder: &Path) -> io::Result<()> {
        let linked = self.link_latest(folder);
        let mut runs = self.numbers();
        runs.retain(|number| self.folder(*number).join(MARK).is_file());
        let old = runs.len().saturating_sub(KEPT);
        for number in runs.into_iter().take(old) {
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

    /// A run by its number, or `latest`: the last one that can be read.
    ///
    /// # Errors
    /// What is missing or wrong, a sentence each.
    pub fn load(&self, run: &str) -> Result<Stored, String> {
        let mut skipped = Vec::new();
        let numbers = match run {
            "latest" => self.numbers(),
            _ => run.parse().ok().filter(|n| self.is_run(*n)).into_iter().collect(),
        };
        for number in numbers.into_iter().rev().filter(|number| self.is_run(*number)) {
            match self.read(number) {
                Ok(report) => return Ok(Stored { folder: self.folder(number), report, skipped }),
                Err(why) => skipped.push(why),
            }
        }
        skipped.push(format!("there is no run `{run}` in {}", self.runs.display()));
        skipped.push(self.there());
        Err(skipped.join("\n"))
    }

    /// What somebody could have asked for, or how there comes to be something.
    fn there(&self) -> String {
        let runs: Vec<u64> = self.numbers().into_iter().filter(|n| self.is_run(*n)).collect();
        match runs[..] {
            [] => "help: payrig run keeps its results there, in the folder that it is started in"
                .to_owned(),
            [only] => format!("help: there is {only}"),
            [first, .., last] => format!("help: there are {first} to {last}, and latest"),
        }
    }

    fn is_run(&self, number: u64) -> bool {
        let has = |file| self.folder(number).join(file).is_file();
        has(MARK) || has(REPORT)
    }

    fn read(&self, number: u64) -> Result<Document, String> {
        let folder = self.folder(number);
        let path = folder.join(REPORT);
        match fs::read_to_string(&path) {
            Ok(text) => json::read(&text).map_err(|why| format!("{}: {why}", path.display())),
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                Err(format!("{} was not written to its end", folder.display()))
            }
            Err(why) => Err(format!("{}: {why}", path.display())),
        }
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

/// The report for CI servers in the folder of a run.
pub fn junit(folder: &Path) -> Wanted {
    Wanted { kind: Kind::Junit, path: folder.join(JUNIT) }
}

/// The traces in the folder of a run.
pub fn traces(folder: &Path) -> Wanted {
    Wanted { kind: Kind::Trace, path: folder.join(TRACE) }
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

    /// What to say of a trace that is not the one that the report tells of.
    pub fn differs(&self, trace: &Trace) -> Option<String> {
        let header = trace.header();
        let case =
            |case: &&json::Case| case.scenario == header.scenario && case.seed == header.seed;
        let told = &self.report.cases.iter().find(case)?.digest;
        let found = format!("{:016x}", trace.digest());
        let name = format!("{} seed {}", header.scenario, header.seed);
        (*told != found).then(|| {
            format!("the trace of {name} has the digest {found}, and the run reported {told}")
        })
    }

    /// The traces that were kept.
    ///
    /// # Errors
    /// Why the file can't be opened.
    pub fn traces(&self) -> Result<Traces, String> {
        Traces::open(&self.folder.join(TRACE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::suite;
    use crate::report::traces::TraceFile;
    use crate::suite::Progress;

    fn store() -> (tempfile::TempDir, Store) {
        let root = tempfile::tempdir().unwrap();
        let store = Store::new(root.path());
        (root, store)
    }

    #[test]
    fn a_run_is_read_back_as_it_was_stored() {
        let (root, store) = store();
        assert!(store.load("latest").is_err());
        let folder = store.begin().unwrap();
        let mut file = TraceFile::kept(traces(&folder));
        for result in &suite().cases {
            file.take(Progress::Settled { result, kept: true });
        }
        file.finish().unwrap();
        store.keep(&folder, &suite()).unwrap();
        store.tidy(&folder).unwrap();
        let run = store.load("latest").unwrap();
        let failed: Vec<_> = run.failed().into_iter().collect();
        let names: Vec<_> = failed.iter().map(|(name, seed)| (name.as_str(), *seed)).collect();
        assert_eq!(names, [("bench/cable", 1), ("link/drop", 4711), ("link/lost", 2)]);
        let kept = suite().cases.iter().filter_map(|case| case.trace.clone()).collect::<Vec<_>>();
        let read: Result<Vec<Trace>, String> = run.traces().unwrap().collect();
        assert_eq!(read.unwrap(), kept);
        assert!(root.path().join("runs/latest/report.json").is_file());
        assert!(store.load("1").is_ok() && store.load("7").is_err() && store.load("x").is_err());
    }

    #[test]
    fn only_the_last_runs_are_kept_and_what_is_no_run_is_left_alone() {
        let (root, store) = store();
        let foreign = ["mine", "0000", "2024", "7"].map(|name| root.path().join("runs").join(name));
        for folder in &foreign {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join("thesis.txt"), "years of work").unwrap();
        }
        for _ in 0..KEPT + 3 {
            let folder = store.begin().unwrap();
            store.tidy(&folder).unwrap();
        }
        let runs = |n: &u64| root.path().join(format!("runs/{n:04}/{MARK}")).is_file();
        let kept: Vec<u64> = (0..3_000).filter(runs).collect();
        assert_eq!(kept, (2_028..=2_047).collect::<Vec<u64>>());
        assert!(foreign.iter().all(|folder| folder.join("thesis.txt").is_file()));
    }

    #[test]
    fn a_run_that_was_not_written_whole_is_skipped_and_told() {
        let (_root, store) = store();
        let folder = store.begin().unwrap();
        store.keep(&folder, &suite()).unwrap();
        store.begin().unwrap();
        fs::write(store.begin().unwrap().join(REPORT), "").unwrap();
        let stored = store.load("latest").unwrap();
        assert_eq!(stored.folder, folder);
        assert!(stored.skipped[0].contains("0003/report.json: EOF"), "{:?}", stored.skipped);
        assert!(stored.skipped[1].ends_with("0002 was not written to its end"));
        assert_eq!(stored.skipped.len(), 2);
        assert!(store.load("3").is_err_and(|why| why.contains("EOF")));
    }

    #[test]
    fn a_report_that_could_not_be_written_leaves_nothing() {
        let (root, store) = store();
        assert!(store.keep(&root.path().join("gone"), &suite()).is_err());
        let folder = store.begin().unwrap();
        fs::create_dir(folder.join(REPORT)).unwrap();
        assert!(store.keep(&folder, &suite()).is_err());
        assert!(!folder.join("report.json.part").exists());
    }
}

//! `replay`: a stored run again, with the same seeds, and whether it went as before.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use contract::Header;

use super::exit::{self, ExitCode};
use super::judge::each_trace;
use super::out::{say, warn};
use super::run::{INTERRUPTED, KEPT_TRACES, StoreArgs, find, jobs, listen_for_ctrl_c, play};
use super::run::{rig, setup};
use super::{BadInput, Workshop, seeds};
use crate::result::{CaseResult, Setup, SuiteResult};
use crate::store::Stored;
use crate::suite::select::{Selection, select};
use crate::suite::{Keep, Options, Progress};

/// Play the cases of a stored run again and compare
///
/// On a simulated rig, an equal seed must give an equal digest. Where it does not, and the
/// scenario is still the same, determinism is lost: exit code 3.
#[derive(Args)]
#[command(after_help = ["Examples:\n  payrig replay\n  payrig replay 12", exit::HELP].join("\n\n"))]
pub(super) struct ReplayArgs {
    /// The run's number, or `latest`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    #[command(flatten)]
    store: StoreArgs,
    /// How many cases at once; without it, as many as there are processors
    #[arg(short, long, env = "PAYRIG_JOBS", value_name = "N", value_parser = seeds::jobs)]
    jobs: Option<NonZeroUsize>,
}

pub(super) fn replay(args: &ReplayArgs, workshop: &Workshop) -> Result<ExitCode, BadInput> {
    if Path::new(&args.run).is_file() {
        return Err(BadInput::error(format!(
            "`{run}` is a file, and a replay begins with a stored run\n\
             help: `payrig judge {run}` judges a trace, `payrig run {run}` plays a scenario",
            run = args.run
        )));
    }
    let stored = args.store.load(&args.run)?;
    let report = &stored.report;
    let (link, wire) = (report.link.clone(), report.wire.clone());
    let setup = Setup { link, wire, ..setup(&report.rig, &report.firmware, workshop)? };
    let rig = rig(&setup.rig, workshop)?;
    let played = report.cases.iter().filter(|case| case.outcome != "skipped");
    let only: BTreeSet<_> = played.map(|case| (case.scenario.clone(), case.seed)).collect();
    let paths: BTreeSet<PathBuf> =
        report.cases.iter().filter_map(|case| case.path.as_ref().map(PathBuf::from)).collect();
    let files = find(&Vec::from_iter(paths), workshop)?;
    let wanted = Selection { only: Some(only), ..Selection::default() };
    let cases = select(&files, &wanted).map_err(BadInput::error)?;
    let mut before = Before::of(&stored);
    listen_for_ctrl_c();
    let options = Options {
        jobs: jobs(args.jobs),
        fail_fast: false,
        keep: Keep::Bad(KEPT_TRACES),
        interrupted: &INTERRUPTED,
    };
    let take = &mut |progress: Progress<'_>| before.take(progress);
    let suite = play(&cases, rig.open, setup, options, false, take);
    let code = compare(&stored, &suite, &before);
    Ok(ExitCode::worst([code, ExitCode::of(&suite)]))
}

/// A scenario's name and a seed.
type Key = (String, u64);

fn key(header: &Header) -> Key {
    (header.scenario.clone(), header.seed)
}

/// How the cases began whose traces were kept, and what is different now.
#[derive(Default)]
struct Before {
    headers: BTreeMap<Key, Header>,
    /// Their scenario, rig or firmware is another one now.
    changed: BTreeSet<Key>,
    /// Played in real time, which no seed repeats.
    real: BTreeSet<Key>,
}

impl Before {
    /// What can be read of the traces; a run without them can still be compared by its digests.
    fn of(stored: &Stored) -> Before {
        let mut before = Before::default();
        let read = each_trace(stored.traces(), |trace| {
            if let Some(how) = stored.differs(&trace) {
                warn(&format!("warning: {how}"));
            }
            before.headers.insert(key(trace.header()), trace.header().clone());
        });
        if let Err(why) = read {
            warn(&format!("warning: {why}"));
        }
        before
    }

    fn take(&mut self, progress: Progress<'_>) {
        let Progress::Settled { result: CaseResult { trace: Some(trace), .. }, .. } = progress
        else {
            return;
        };
        let key = key(trace.header());
        if self.headers.get(&key).is_some_and(|old| old != trace.header()) {
            self.changed.insert(key.clone());
        }
        if !trace.header().rig.emulated {
            self.real.insert(key);
        }
    }
}

/// Says for each case whether it went as it did before.
fn compare(stored: &Stored, suite: &SuiteResult, before: &Before) -> ExitCode {
    let new: BTreeMap<(&str, u64), &CaseResult> =
        suite.cases.iter().map(|case| ((case.scenario.as_str(), case.seed), case)).collect();
    let mut codes = Vec::new();
    for old in stored.report.cases.iter().filter(|case| case.outcome != "skipped") {
        let key = (old.scenario.clone(), old.seed);
        let (code, text) = match new.get(&(old.scenario.as_str(), old.seed)) {
            None if suite.interrupted => (ExitCode::Interrupted, "was not played"),
            None => (ExitCode::BadInput, "is not there any more"),
            Some(new) if format!("{:016x}", new.digest) == old.digest => {
                (ExitCode::Passed, "went as before")
            }
            Some(_) if suite.interrupted => (ExitCode::Interrupted, "was not played to its end"),
            Some(_) if stored.report.interrupted && old.outcome == "undecided" => {
                (ExitCode::Undecided, "had not come to its end when it was interrupted")
            }
            Some(_) if before.changed.contains(&key) => {
                (ExitCode::BadInput, "was changed since: it plays differently")
            }
            Some(_) if before.real.contains(&key) => {
                (ExitCode::Passed, "differs, as runs in real time do")
            }
            Some(_) => (ExitCode::RigFault, "DIFFERS for the same seed: determinism is lost"),
        };
        codes.push(code);
        say(&format!("{} seed {}  {}  {text}\n", old.scenario, old.seed, old.digest));
    }
    ExitCode::worst(codes)
}

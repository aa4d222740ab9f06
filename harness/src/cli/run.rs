//! `run` and `replay`: from the command line to a suite, its reports and its exit code.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use contract::rig::OpenRig;
use contract::{RigFault, RigRequest};

use super::exit::{self, ExitCode};
use super::{BadInput, Workshop, say, warn};
use crate::diagnostic::Diagnostic;
use crate::report::progress::Meter;
use crate::report::{self, Kind, Wanted, console, github, json};
use crate::result::{Setup, SuiteResult};
use crate::scenario::{self, ScenarioFile};
use crate::store::{self, Store, Stored};
use crate::suite::select::{Selection, Shard, select};
use crate::suite::{self, Case, Keep, Options};

/// The most seeds of one run: more would not fit in memory.
const SEEDS: u64 = 1_000_000;

/// Without `--trace`, so many traces of a run are kept; a larger suite keeps none of passed cases.
const KEPT_TRACES: usize = 100;

/// Where scenarios are looked for when no path is given.
const SUITE: &str = "scenarios";

/// Set by ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Play scenarios and judge what happened
///
/// Each scenario is played once for each of its seeds; the same seed gives the same run. The
/// reports and the traces of a run are kept under .payrig/runs/.
#[derive(Args)]
#[command(after_help = exit::HELP)]
pub(super) struct RunArgs {
    /// Scenario files or folders; without any, all of scenarios/
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// The rig to play on
    #[arg(long, env = "PAYRIG_RIG", value_name = "NAME", default_value = "event")]
    rig: String,
    /// The firmware of simulated terminals, by name or number (see `payrig firmwares`)
    #[arg(long, env = "PAYRIG_FIRMWARE", value_name = "NAME", default_value = "reference")]
    firmware: String,
    /// A link profile instead of the scenarios' own (see `payrig link`)
    #[arg(long, env = "PAYRIG_LINK", value_name = "PROFILE")]
    link: Option<String>,
    /// One seed instead of the scenarios' own: a number, or a commit hash, so that CI gets new
    /// randomness with each commit and the commit alone repeats it
    #[arg(long, env = "PAYRIG_SEED", value_name = "N|HASH", value_parser = seed)]
    seed: Option<u64>,
    /// Seeds from A up to but not including B, instead of the scenarios' own
    #[arg(long, env = "PAYRIG_SEEDS", value_name = "A..B", value_parser = seeds)]
    #[arg(conflicts_with = "seed")]
    seeds: Option<Range<u64>>,
    /// Only scenarios with this tag, or with '!TAG' only those without it; repeatable
    #[arg(short, long = "tag", env = "PAYRIG_TAG", value_name = "TAG", value_delimiter = ',')]
    tags: Vec<String>,
    /// One part of the suite, to share it between machines: hash:1/4 or slice:1/4
    #[arg(long, env = "PAYRIG_SHARD", value_name = "KIND:I/N")]
    shard: Option<Shard>,
    /// How many cases at once; without it, as many as there are processors
    #[arg(short, long, env = "PAYRIG_JOBS", value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Begin nothing new after the first case that fails
    #[arg(long, env = "PAYRIG_FAIL_FAST")]
    fail_fast: bool,
    /// Only what did not pass in the last run
    #[arg(long, env = "PAYRIG_FAILED", conflicts_with_all = ["seed", "seeds"])]
    failed: bool,
    /// Write a report: junit=PATH, json=PATH or trace=PATH; repeatable
    #[arg(long, env = "PAYRIG_REPORT", value_name = "KIND=PATH", value_delimiter = ',')]
    report: Vec<Wanted>,
    /// Write the traces of all cases, one after another, as JSON Lines
    #[arg(long, env = "PAYRIG_TRACE", value_name = "PATH")]
    trace: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
    /// No progress, no tables: failures and the last line only
    #[arg(short, long, env = "PAYRIG_QUIET")]
    quiet: bool,
}

/// Where runs are kept.
#[derive(Args)]
pub(super) struct StoreArgs {
    /// The folder in which runs are kept
    #[arg(long, env = "PAYRIG_STORE", value_name = "FOLDER", default_value = ".payrig")]
    store: PathBuf,
}

impl StoreArgs {
    pub(super) fn open(&self) -> Store {
        Store::new(&self.store)
    }
}

/// Play the cases of a stored run again and compare
///
/// On a simulated rig, an equal seed must give an equal digest. Where it does not, and the
/// scenario is still the same, determinism is lost: exit code 3.
#[derive(Args)]
#[command(after_help = exit::HELP)]
pub(super) struct ReplayArgs {
    /// The run's number, or `latest`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    #[command(flatten)]
    store: StoreArgs,
    /// How many cases at once; without it, as many as there are processors
    #[arg(short, long, env = "PAYRIG_JOBS", value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

pub(super) fn run(args: &RunArgs, workshop: &Workshop) -> Result<ExitCode, BadInput> {
    let setup = setup(&args.rig, &args.firmware, args.link.clone(), workshop)?;
    let opener = opener(&setup.rig, workshop)?;
    let only = match args.failed {
        true => Some(args.store.open().load("latest").map_err(BadInput::error)?.failed()),
        false => None,
    };
    let seeds = args.seed.map(|seed| seed..seed.saturating_add(1)).or(args.seeds.clone());
    let wanted = Selection { seeds, tags: args.tags.clone(), shard: args.shard, only };
    let cases = select(&find(&args.paths)?, &wanted, &setup);
    if cases.is_empty() {
        warn(if args.failed { "nothing failed in the last run" } else { "nothing is selected" });
        return Ok(ExitCode::NothingToRun);
    }
    if args.link.is_some() {
        try_link(&cases, opener)?;
    }
    listen_for_ctrl_c();
    let mut reports = args.report.clone();
    reports.extend(args.trace.clone().map(|path| Wanted { kind: Kind::Trace, path }));
    let all_traces = reports.iter().any(|one| one.kind == Kind::Trace);
    let options = Options {
        jobs: jobs(args.jobs),
        fail_fast: args.fail_fast,
        keep: if all_traces || cases.len() <= KEPT_TRACES {
            Keep::All
        } else {
            Keep::Bad(KEPT_TRACES)
        },
        interrupted: &INTERRUPTED,
    };
    let suite = play(&cases, opener, setup, options, args.quiet);
    say(&console::render(&suite, !args.quiet));
    if std::env::var_os("GITHUB_ACTIONS").is_some() {
        say(&github::render(&suite));
    }
    file(&suite, reports, &args.store.open(), args.quiet);
    Ok(ExitCode::of(&suite))
}

/// A link profile that does not exist is a mistake of the command line: it is said once, and not
/// by each case.
fn try_link(cases: &[Case], opener: OpenRig) -> Result<(), BadInput> {
    let Some(plan) = cases.iter().find_map(|case| case.plan.as_ref().ok()) else { return Ok(()) };
    match opener(&RigRequest { terminals: 1, ..plan.request.clone() }) {
        Err(RigFault::BadRequest(why)) => Err(BadInput::error(why)),
        _ => Ok(()),
    }
}

fn play(
    cases: &[Case],
    opener: OpenRig,
    setup: Setup,
    options: Options<'_>,
    quiet: bool,
) -> SuiteResult {
    let mut meter = Meter::new(cases.len(), quiet);
    let suite = suite::play(cases, opener, setup, options, &mut |progress| meter.take(progress));
    meter.finish();
    suite
}

/// Writes the reports that were asked for and those of the store, and says where they are.
fn file(suite: &SuiteResult, mut reports: Vec<Wanted>, store: &Store, quiet: bool) {
    let folder = match store.begin() {
        Ok(folder) => Some(folder),
        Err(why) => {
            warn(&format!("warning: this run is not kept: {why}"));
            None
        }
    };
    reports.extend(folder.as_deref().map(store::wanted).unwrap_or_default());
    for warning in report::write_all(suite, &reports) {
        warn(&format!("warning: {warning}"));
    }
    if let Some(Err(why)) = folder.map(|folder| store.finish(&folder)) {
        warn(&format!("warning: old runs were not tidied up: {why}"));
    }
    for one in reports.iter().filter(|_| !quiet) {
        warn(&format!("wrote {one}"));
    }
}

pub(super) fn replay(args: &ReplayArgs, workshop: &Workshop) -> Result<ExitCode, BadInput> {
    let stored = args.store.open().load(&args.run).map_err(BadInput::error)?;
    let report = &stored.report;
    let setup = setup(&report.rig, &report.firmware, report.link.clone(), workshop)?;
    let opener = opener(&setup.rig, workshop)?;
    let played = report.cases.iter().filter(|case| case.outcome != "skipped");
    let only: BTreeSet<_> = played.map(|case| (case.scenario.clone(), case.seed)).collect();
    let paths: BTreeSet<PathBuf> =
        report.cases.iter().filter_map(|case| case.path.as_ref().map(PathBuf::from)).collect();
    let files = find(&Vec::from_iter(paths))?;
    let wanted = Selection { only: Some(only), ..Selection::default() };
    let cases = select(&files, &wanted, &setup);
    listen_for_ctrl_c();
    let options = Options {
        jobs: jobs(args.jobs),
        fail_fast: false,
        keep: Keep::All,
        interrupted: &INTERRUPTED,
    };
    let suite = play(&cases, opener, setup, options, false);
    let code = compare(&stored, &suite);
    Ok(ExitCode::worst([code, ExitCode::of(&suite)]))
}

/// Says for each case whether it went as it did before.
fn compare(stored: &Stored, suite: &SuiteResult) -> ExitCode {
    let traces = stored.traces().unwrap_or_default();
    let before = |case: &&json::Case| case.outcome != "skipped";
    let mut codes = Vec::new();
    for old in stored.report.cases.iter().filter(before) {
        let same = |name: &str, seed: u64| name == old.scenario && seed == old.seed;
        let new = suite.cases.iter().find(|case| same(&case.scenario, case.seed));
        let new_header = new.and_then(|case| case.trace.as_ref()).map(contract::Trace::header);
        let old_header = traces
            .iter()
            .map(contract::Trace::header)
            .find(|header| same(&header.scenario, header.seed));
        let changed = old_header.is_some() && new_header.is_some() && old_header != new_header;
        let (code, text) = match new {
            None => (ExitCode::BadInput, "is not there any more"),
            Some(new) if format!("{:016x}", new.digest) == old.digest => {
                (ExitCode::Passed, "went as before")
            }
            Some(_) if changed => (ExitCode::BadInput, "was changed since: it plays differently"),
            Some(_) if new_header.is_some_and(|header| !header.rig.emulated) => {
                (ExitCode::Passed, "differs, as runs in real time do")
            }
            Some(_) => (ExitCode::RigFault, "DIFFERS for the same seed: determinism is lost"),
        };
        codes.push(code);
        say(&format!("{} seed {}  {}  {text}\n", old.scenario, old.seed, old.digest));
    }
    ExitCode::worst(codes)
}

/// The scenarios under these paths, or all that is wrong with them.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<ScenarioFile>, BadInput> {
    let suite = [PathBuf::from(SUITE)];
    let paths = if paths.is_empty() { &suite } else { paths };
    if let Some(missing) = paths.iter().find(|path| !path.exists()) {
        let what = format!("there is no `{}` here", missing.display());
        let help = "give a scenario file or a folder of them: payrig run PATH";
        return Err(BadInput::error(format!("{what}\nhelp: {help}")));
    }
    scenario::find(paths).map_err(|problems| BadInput(list(&problems)))
}

fn list(problems: &[Diagnostic]) -> String {
    // Standard error takes the colours away where they don't belong.
    problems.iter().map(|one| one.render(true)).collect::<Vec<_>>().join("\n\n")
}

fn setup(
    rig: &str,
    firmware: &str,
    link: Option<String>,
    workshop: &Workshop,
) -> Result<Setup, BadInput> {
    let known = |row: &&super::FirmwareRow| {
        row.name == firmware || row.number.eq_ignore_ascii_case(firmware)
    };
    let usual = Setup::default();
    let name = match workshop.firmwares.iter().find(known) {
        Some(row) => row.name.clone(),
        None if firmware == usual.firmware => usual.firmware,
        None => {
            let names: Vec<&str> = workshop.firmwares.iter().map(|row| &*row.name).collect();
            return Err(unknown("firmware", firmware, &names));
        }
    };
    Ok(Setup { rig: rig.to_owned(), firmware: name, link })
}

fn opener(rig: &str, workshop: &Workshop) -> Result<OpenRig, BadInput> {
    let found = workshop.rigs.iter().find(|(name, _)| *name == rig);
    found.map(|(_, open)| *open).ok_or_else(|| {
        let names: Vec<&str> = workshop.rigs.iter().map(|(name, _)| *name).collect();
        unknown("rig", rig, &names)
    })
}

fn unknown(what: &str, name: &str, known: &[&str]) -> BadInput {
    let help = match known {
        [] => format!("this payrig has no {what} built in"),
        _ => crate::diagnostic::did_you_mean(name, known),
    };
    BadInput::error(format!("no {what} is called `{name}`\nhelp: {help}"))
}

/// A number; or else the first 16 digits of a commit hash.
fn seed(text: &str) -> Result<u64, String> {
    let hash = || {
        let hex = text.bytes().all(|b| b.is_ascii_hexdigit()) && (7..=64).contains(&text.len());
        let head = text.get(..text.len().min(16)).filter(|_| hex)?;
        u64::from_str_radix(head, 16).ok()
    };
    let seed = text.parse().ok().or_else(hash);
    seed.ok_or_else(|| "a seed is a number, or a commit hash of at least 7 digits".to_owned())
}

fn seeds(text: &str) -> Result<Range<u64>, String> {
    let shape = || format!("seeds are A..B with B excluded, at most {SEEDS} of them: 0..100");
    let (from, to) = text.split_once("..").ok_or_else(shape)?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| shape());
    let (from, to) = (number(from)?, number(to)?);
    if from < to && to - from <= SEEDS { Ok(from..to) } else { Err(shape()) }
}

fn jobs(asked: Option<NonZeroUsize>) -> usize {
    let machine = || std::thread::available_parallelism().ok();
    asked.or_else(machine).map_or(1, NonZeroUsize::get)
}

/// The first ctrl-C ends the run and has its reports written, a second one ends at once.
fn listen_for_ctrl_c() {
    let heard = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(ExitCode::Interrupted.number()));
        }
        warn("\nending early; reports are being written (ctrl-C again to stop at once)");
    });
    if let Err(why) = heard {
        warn(&format!("warning: ctrl-C can't be handled: {why}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_numbers_or_commit_hashes() {
        assert_eq!(seed("4711"), Ok(4711));
        assert_eq!(seed("9781c48"), Ok(0x0978_1c48));
        let whole = "9781c4800000000000000000000000000000beef";
        assert_eq!(seed(whole), Ok(0x9781_c480_0000_0000));
        for text in ["", "abc", "xyzxyzx", "-1", "断断断断断断断"] {
            assert!(seed(text).is_err(), "{text}");
        }
        assert_eq!(seeds("3..5"), Ok(3..5));
        for text in ["", "3", "5..5", "5..3", "0..1000001", "a..b"] {
            assert!(seeds(text).is_err(), "{text}");
        }
    }
}

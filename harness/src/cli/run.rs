//! `run`: from the command line to a suite, its reports and its exit code.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use contract::rig::OpenRig;
use contract::{RigFault, RigRequest};

use super::exit::{self, ExitCode};
use super::lang::LangArgs;
use super::out::{say, warn};
use super::record::Record;
use super::{BadInput, RigRow, Workshop, seeds, survey};
use crate::diagnostic::{Diagnostic, first_of_each, nearest, scenario as message};
use crate::message::Words;
use crate::report::progress::Meter;
use crate::report::{Kind, Wanted, console, github};
use crate::result::{Setup, SuiteResult};
use crate::scenario::{self, ScenarioFile};
use crate::store::{Store, Stored};
use crate::suite::select::{Selection, Shard, select};
use crate::suite::{self, Case, Keep, Options, Progress};

/// So many traces of a run are kept; a larger suite keeps none of passed cases.
pub(super) const KEPT_TRACES: usize = 100;

/// Where scenarios are looked for when no path is given.
const SUITE: &str = "scenarios";

/// Set by ctrl-C.
pub(super) static INTERRUPTED: AtomicBool = AtomicBool::new(false);

const EXAMPLES: &str = "\
Examples:
  payrig run                                       all of scenarios/
  payrig run scenarios/link -t smoke               what has a tag, in one folder
  payrig run scenarios/storm --seeds 1..501        one scenario, drawn anew for each seed
  payrig run --firmware timeout-means-fail         against a firmware with a planted flaw
  payrig run --report html=out/report.html         a page to look at
  payrig run -q --report junit=out/junit.xml       in CI
  payrig run --rig hw-fixtures/benches/process.toml scenarios/day/plain-day.toml
                                                   on a bench, in real time";

/// Play scenarios and judge what happened
///
/// Each scenario is played once for each of its seeds; the same seed gives the same run. The
/// reports and the traces of a run are kept under .payrig/runs/.
#[derive(Args)]
#[command(after_help = [EXAMPLES, exit::HELP].join("\n\n"))]
pub(super) struct RunArgs {
    /// Scenario files or folders; without any, all of scenarios/
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// The rig to play on: event (the default), turmoil, or the file of a bench, whose terminals
    /// are outside of the simulation
    #[arg(long, env = "PAYRIG_RIG", value_name = "NAME")]
    rig: Option<String>,
    /// The firmware of simulated terminals, by name or number (see `payrig firmwares`); reference
    /// by default
    #[arg(long, env = "PAYRIG_FIRMWARE", value_name = "NAME")]
    firmware: Option<String>,
    /// A link profile instead of the scenarios' own (see `payrig link`)
    #[arg(long, env = "PAYRIG_LINK", value_name = "PROFILE")]
    link: Option<String>,
    /// A wire profile instead of the scenarios' own: plain87 or cup-scan
    #[arg(long, env = "PAYRIG_WIRE", value_name = "PROFILE")]
    wire: Option<String>,
    /// One seed instead of the scenarios' own: a number, or a commit hash, so that CI gets new
    /// randomness with each commit and the commit alone repeats it
    #[arg(long, env = "PAYRIG_SEED", value_name = "N|HASH", value_parser = seeds::seed)]
    seed: Option<u64>,
    /// Seeds from A up to but not including B, instead of the scenarios' own
    #[arg(long, env = "PAYRIG_SEEDS", value_name = "A..B", value_parser = seeds::seeds)]
    #[arg(conflicts_with = "seed")]
    seeds: Option<Range<u64>>,
    /// Only scenarios with this tag, or with '!TAG' only those without it; repeatable
    #[arg(short, long = "tag", env = "PAYRIG_TAG", value_name = "TAG", value_delimiter = ',')]
    tags: Vec<String>,
    /// Only scenarios that are evidence for this requirement; repeatable
    #[arg(long = "clause", env = "PAYRIG_CLAUSE", value_name = "ID", value_delimiter = ',')]
    clauses: Vec<String>,
    /// One part of the suite, to share it between machines: hash:1/4 or slice:1/4
    #[arg(long, env = "PAYRIG_SHARD", value_name = "KIND:I/N")]
    shard: Option<Shard>,
    /// How many cases at once; without it, as many as there are processors
    #[arg(short, long, env = "PAYRIG_JOBS", value_name = "N", value_parser = seeds::jobs)]
    jobs: Option<NonZeroUsize>,
    /// Begin nothing new after the first case that fails
    #[arg(long, env = "PAYRIG_FAIL_FAST")]
    fail_fast: bool,
    /// Only what did not pass in the last run, as it was played: on its rig, with its firmware,
    /// link and wire, unless others are given
    #[arg(long, env = "PAYRIG_FAILED", conflicts_with_all = ["seed", "seeds"])]
    failed: bool,
    /// Write a report: html=PATH, markdown=PATH, junit=PATH, json=PATH, trace=PATH or pcapng=PATH;
    /// repeatable
    #[arg(long, env = "PAYRIG_REPORT", value_name = "KIND=PATH", value_delimiter = ',')]
    report: Vec<Wanted>,
    /// Write the traces of all cases, one after another, as JSON Lines
    #[arg(long, env = "PAYRIG_TRACE", value_name = "PATH")]
    trace: Option<PathBuf>,
    #[command(flatten)]
    lang: LangArgs,
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

    /// A run that was kept; warns of those that had to be passed over.
    pub(super) fn load(&self, run: &str) -> Result<Stored, BadInput> {
        let stored = self.open().load(run).map_err(BadInput::error)?;
        for why in &stored.skipped {
            warn(&format!("warning: a run is passed over: {why}"));
        }
        Ok(stored)
    }
}

pub(super) fn run(args: &RunArgs, workshop: &Workshop) -> Result<ExitCode, BadInput> {
    let reports = wanted_reports(args)?;
    let last = args.failed.then(|| args.store.load("latest")).transpose()?;
    let setup = wanted_setup(args, last.as_ref(), workshop)?;
    let rig = rig(&setup.rig, workshop)?;
    let store = args.store.open();
    let only = last.map(|last| last.failed());
    let seeds = args.seed.map(|seed| seed..seed.saturating_add(1)).or(args.seeds.clone());
    let (tags, clauses) = (args.tags.clone(), args.clauses.clone());
    let wanted = Selection { seeds, tags, clauses, shard: args.shard, only };
    let files = find(&args.paths, workshop)?;
    let mut cases = select(&files, &wanted).map_err(BadInput::error)?;
    if cases.is_empty() {
        warn(&nothing(args, &files));
        return Ok(ExitCode::NothingToRun);
    }
    skip_too_large(&mut cases, rig);
    survey::skip(&mut cases, rig, &setup)?;
    if setup.link.is_some() || setup.wire.is_some() {
        try_profiles(&cases, rig.open, &setup)?;
    }
    listen_for_ctrl_c();
    let options = Options {
        jobs: jobs(args.jobs),
        fail_fast: args.fail_fast,
        keep: if cases.len() <= KEPT_TRACES { Keep::All } else { Keep::Bad(KEPT_TRACES) },
        interrupted: &INTERRUPTED,
    };
    let lang = args.lang.lang();
    let mut record = Record::begin(reports, store, &setup, lang);
    let take = &mut |progress: Progress<'_>| record.take(progress);
    let suite = play(&cases, rig.open, setup, options, args.quiet, take);
    say(&console::render(&suite, !args.quiet, Words(lang)));
    if std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| !value.is_empty()) {
        say(&github::render(&suite, Words(lang)));
    }
    record.finish(&suite, args.quiet);
    Ok(ExitCode::of(&suite))
}

/// The reports that were asked for, each with a file of its own.
fn wanted_reports(args: &RunArgs) -> Result<Vec<Wanted>, BadInput> {
    let mut reports = args.report.clone();
    reports.extend(args.trace.clone().map(|path| Wanted { kind: Kind::Trace, path }));
    let mut paths = BTreeSet::new();
    for report in &reports {
        let path = report.path.as_path();
        if path == Path::new("-") {
            return Err(BadInput::error(format!(
                "{report} can't go to standard output, where the findings go\n\
                 help: give a file; ./- is one of this name"
            )));
        }
        // Devices and pipes take what comes.
        if !paths.insert(path) && (path.is_file() || !path.exists()) {
            let path = path.display();
            return Err(BadInput::error(format!(
                "two reports go to {path}, and the second would replace the first\n\
                 help: give each a file of its own"
            )));
        }
    }
    Ok(reports)
}

/// Why there is nothing to play, and what to do about it.
fn nothing(args: &RunArgs, files: &[ScenarioFile]) -> String {
    if files.is_empty() {
        return message::none_in(&args.paths).render(true);
    }
    if args.failed {
        return "nothing failed in the last run".to_owned();
    }
    let tags = files.iter().flat_map(|file| &file.scenario.tags).map(String::as_str);
    let wanted = args.tags.iter().map(|tag| tag.trim_start_matches('!'));
    let strange = wanted.filter(|tag| !tags.clone().any(|known| known == *tag));
    let near: Vec<String> = strange
        .filter_map(|tag| nearest(tag, tags.clone()))
        .map(|tag| format!("did you mean the tag `{tag}`?"))
        .collect();
    let help = match near.is_empty() {
        true => "payrig list shows the tags and clauses that there are".to_owned(),
        false => near.join(" "),
    };
    format!("nothing is selected: no scenario fits --tag, --clause and --shard\nhelp: {help}")
}

/// What is asked for; where nothing is, what failed is played again as it was played.
fn wanted_setup(
    args: &RunArgs,
    last: Option<&Stored>,
    workshop: &Workshop,
) -> Result<Setup, BadInput> {
    let usual = match last.map(|last| &last.report) {
        Some(last) => Setup {
            rig: last.rig.clone(),
            firmware: last.firmware.clone(),
            link: last.link.clone(),
            wire: last.wire.clone(),
        },
        None => Setup::default(),
    };
    let named = |given: &Option<String>, usual: String| given.clone().unwrap_or(usual);
    let (rig, firmware) = (named(&args.rig, usual.rig), named(&args.firmware, usual.firmware));
    let (link, wire) = (args.link.clone().or(usual.link), args.wire.clone().or(usual.wire));
    Ok(Setup { link, wire, ..setup(&rig, &firmware, workshop)? })
}

/// Says of scenarios with more terminals than the rig takes that they are skipped, before anything
/// is played.
fn skip_too_large(cases: &mut [Case], rig: &RigRow) {
    let mut told = BTreeSet::new();
    for case in cases.iter_mut().filter(|case| case.skip.is_none()) {
        if let Some(why) = too_large(case, rig) {
            if told.insert(case.scenario.name.clone()) {
                warn(&format!("warning: {} is skipped: {why}", case.scenario.name));
            }
            case.skip = Some(why);
        }
    }
}

/// Why a case has too many terminals for the rig.
pub(super) fn too_large(case: &Case, rig: &RigRow) -> Option<String> {
    let (most, terminals) = (rig.terminals?, case.scenario.terminals());
    let why = || format!("it has {terminals} terminals, and the rig {} takes {most}", rig.name);
    (terminals > most).then(why)
}

/// A profile that does not exist is a mistake of the command line: it is said once, and not
/// by each case.
fn try_profiles(cases: &[Case], open: OpenRig, setup: &Setup) -> Result<(), BadInput> {
    let Some(case) = cases.iter().find(|case| case.skip.is_none()) else { return Ok(()) };
    match open(&RigRequest { terminals: 1, ..case.plan(setup).request }) {
        Err(RigFault::BadRequest(why)) => Err(BadInput::error(why)),
        _ => Ok(()),
    }
}

/// Plays the cases, shows how far they are, and tells `take` the same.
pub(super) fn play(
    cases: &[Case],
    open: OpenRig,
    setup: Setup,
    options: Options<'_>,
    quiet: bool,
    take: &mut dyn FnMut(Progress<'_>),
) -> SuiteResult {
    let mut meter = Meter::new(cases.len(), quiet);
    let suite = suite::play(cases, open, setup, options, &mut |progress| {
        meter.take(progress);
        take(progress);
    });
    meter.finish();
    suite
}

/// The scenarios under these paths, or all that is wrong with them.
pub(super) fn find(paths: &[PathBuf], workshop: &Workshop) -> Result<Vec<ScenarioFile>, BadInput> {
    let suite = [PathBuf::from(SUITE)];
    let paths = if paths.is_empty() { &suite } else { paths };
    if let Some(missing) = paths.iter().find(|path| !path.exists()) {
        let what = format!("there is no `{}` here", missing.display());
        let help = "give a scenario file or a folder of them, or start payrig beside scenarios/";
        return Err(BadInput::error(format!("{what}\nhelp: {help}")));
    }
    let found = scenario::find(paths).map_err(|problems| BadInput(list(&problems)))?;
    let unknown =
        |file: &ScenarioFile| scenario::names::unknown(&file.path, &file.text, workshop.unknown);
    let problems: Vec<Diagnostic> = found.iter().flat_map(unknown).collect();
    if problems.is_empty() { Ok(found) } else { Err(BadInput(list(&problems))) }
}

fn list(problems: &[Diagnostic]) -> String {
    // Standard error takes the colours away where they don't belong.
    first_of_each(problems).iter().map(|one| one.render(true)).collect::<Vec<_>>().join("\n\n")
}

/// Rig and firmware by these names, on the scenarios' own profiles.
pub(super) fn setup(rig: &str, firmware: &str, workshop: &Workshop) -> Result<Setup, BadInput> {
    let known = |row: &&super::FirmwareRow| {
        let numbered = !row.number.is_empty() && row.number.eq_ignore_ascii_case(firmware);
        row.name == firmware || numbered
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
    Ok(Setup { rig: rig.to_owned(), firmware: name, ..Setup::default() })
}

pub(super) fn rig<'a>(name: &str, workshop: &'a Workshop) -> Result<&'a RigRow, BadInput> {
    let wanted = |row: &&RigRow| match row.survey {
        Some(_) => name.ends_with(".toml"),
        None => row.name == name,
    };
    workshop.rigs.iter().find(wanted).ok_or_else(|| {
        let names: Vec<&str> = workshop.rigs.iter().map(|row| row.name).collect();
        unknown("rig", name, &names)
    })
}

fn unknown(what: &str, name: &str, known: &[&str]) -> BadInput {
    let help = match known {
        [] => format!("this payrig has no {what} built in"),
        _ => crate::diagnostic::did_you_mean(name, known),
    };
    BadInput::error(format!("no {what} is called `{name}`\nhelp: {help}"))
}

pub(super) fn jobs(asked: Option<NonZeroUsize>) -> usize {
    let machine = || std::thread::available_parallelism().ok();
    asked.or_else(machine).map_or(1, NonZeroUsize::get)
}

/// The first ctrl-C or SIGTERM ends the run and has its reports written, a second ends at once.
pub(super) fn listen_for_ctrl_c() {
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

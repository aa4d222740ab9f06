//! `judge` and `show`: what is on disk already, judged again or shown. No rig is opened.

use std::path::PathBuf;

use clap::Args;
use contract::Trace;

use super::exit::{self, ExitCode};
use super::run::StoreArgs;
use super::{BadInput, say};
use crate::report::{catalogue::table, console, timeline};
use crate::result::{CaseResult, Setup, SuiteResult};
use crate::store::{self, Stored};
use crate::suite;

/// So many events are shown on either side of the one asked for.
const AROUND: u64 = 15;

/// Judge a stored trace by the rules of today
///
/// Needs no rig: bounds and expectations stand in the trace. Exits as the run did, except that a
/// fault of the rig can't be told from a run that stopped.
#[derive(Args)]
#[command(after_help = exit::HELP)]
pub(super) struct JudgeArgs {
    /// A trace file, which may hold several traces
    #[arg(value_name = "TRACE")]
    trace: PathBuf,
    /// Failures and the last line only
    #[arg(short, long, env = "PAYRIG_QUIET")]
    quiet: bool,
}

/// Show a stored run: its cases, or the timeline of one
///
/// Passed cases of a large suite have no trace: play them again with `payrig run --trace PATH`.
#[derive(Args)]
#[command(after_help = "Examples:\n  payrig show\n  payrig show latest --case link/drop\n  \
                        payrig show 12 --case link/drop --seed 7 --around 44\n  \
                        payrig show trace.jsonl")]
pub(super) struct ShowArgs {
    /// The run's number, `latest`, or a trace file
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// The scenario
    #[arg(long, env = "PAYRIG_CASE", value_name = "NAME")]
    case: Option<String>,
    /// Its seed, when it was played with several
    #[arg(long, env = "PAYRIG_SEED", value_name = "N")]
    seed: Option<u64>,
    /// Only the events around the one with this number
    #[arg(long, env = "PAYRIG_AROUND", value_name = "EVENT")]
    around: Option<u64>,
    #[command(flatten)]
    store: StoreArgs,
}

pub(super) fn judge(args: &JudgeArgs) -> Result<ExitCode, BadInput> {
    let traces = store::read_traces(&args.trace).map_err(BadInput::error)?;
    let rig = traces.first().map(|trace| trace.header().rig.clone());
    let setup = rig.map_or_else(Setup::default, |rig| {
        let firmware = rig.firmware.split_whitespace().next().unwrap_or_default().to_owned();
        Setup { rig: rig.rig, firmware, link: None }
    });
    let cases: Vec<CaseResult> = traces.into_iter().map(suite::judge_stored).collect();
    let suite = SuiteResult { cases, setup, real: Default::default(), interrupted: false };
    say(&console::render(&suite, !args.quiet));
    Ok(ExitCode::of(&suite))
}

pub(super) fn show(args: &ShowArgs) -> Result<ExitCode, BadInput> {
    let path = PathBuf::from(&args.run);
    let traces = if path.is_file() {
        store::read_traces(&path).map_err(BadInput::error)?
    } else {
        let stored = args.store.open().load(&args.run).map_err(BadInput::error)?;
        if args.case.is_none() {
            say(&cases(&stored));
            return Ok(ExitCode::Passed);
        }
        stored.traces().map_err(BadInput::error)?
    };
    let wanted = |trace: &&Trace| {
        let header = trace.header();
        args.case.as_ref().is_none_or(|name| *name == header.scenario)
            && args.seed.is_none_or(|seed| seed == header.seed)
    };
    let chosen: Vec<&Trace> = traces.iter().filter(wanted).collect();
    if chosen.is_empty() {
        return Err(BadInput::error(
            "no trace of such a case was kept\nhelp: `payrig show RUN` \
             lists the cases; `payrig run --trace PATH` keeps the traces of passed ones too",
        ));
    }
    for trace in chosen {
        say(&whole(trace, args.around));
    }
    Ok(ExitCode::Passed)
}

/// The timeline of a trace, whole or around an event.
fn whole(trace: &Trace, around: Option<u64>) -> String {
    let near = |seq: u64| around.is_none_or(|centre| seq.abs_diff(centre) <= AROUND);
    let shown: Vec<u64> =
        trace.events().iter().map(|event| event.seq).filter(|seq| near(*seq)).collect();
    let header = trace.header();
    format!(
        "{} seed {}  {} on {}  digest {:016x}\n{}\n",
        header.scenario,
        header.seed,
        header.rig.firmware,
        header.rig.rig,
        trace.digest(),
        timeline::table(trace, &shown, None)
    )
}

fn cases(stored: &Stored) -> String {
    let row = |case: &crate::report::json::Case| {
        let name = case.scenario.clone();
        vec![name, case.seed.to_string(), case.outcome.clone(), case.digest.clone()]
    };
    let rows: Vec<Vec<String>> = stored.report.cases.iter().map(row).collect();
    table(&["case", "seed", "outcome", "digest"], &rows)
}

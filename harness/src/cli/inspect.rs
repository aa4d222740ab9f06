//! `judge` and `show`: what is on disk already, judged again or shown. No rig is opened.

use std::path::PathBuf;

use clap::Args;
use contract::Trace;

use super::BadInput;
use super::exit::{self, ExitCode};
use super::out::{say, warn};
use super::run::{KEPT_TRACES, StoreArgs};
use crate::report::{catalogue::table, console, timeline};
use crate::result::{Setup, SuiteResult};
use crate::store::{Stored, Traces};
use crate::suite::{self, Keep};

/// So many events are shown on either side of the one asked for.
const AROUND: u64 = 15;

/// Judge a stored trace by the rules of today
///
/// Needs no rig: bounds and expectations stand in the trace. Exits as the run did, except that a
/// fault of the rig can't be told from a run that stopped.
#[derive(Args)]
#[command(after_help = exit::HELP)]
pub(super) struct JudgeArgs {
    /// A trace file, which may hold several traces; - for standard input
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
    let mut setup = None;
    let (mut cases, mut kept) = (Vec::new(), 0);
    each_trace(Traces::open(&args.trace), |trace| {
        let rig = &trace.header().rig;
        setup.get_or_insert_with(|| {
            let firmware = rig.firmware.split_whitespace().next().unwrap_or_default().to_owned();
            Setup { rig: rig.rig.clone(), firmware, link: None, wire: None }
        });
        let mut case = suite::judge_stored(trace);
        // Traces are large, and that of a passed case is not looked at any more.
        if !Keep::Bad(KEPT_TRACES).keeps(&case, &mut kept) {
            case.trace = None;
        }
        cases.push(case);
    })?;
    let setup = setup.unwrap_or_default();
    let suite = SuiteResult { cases, setup, real: Default::default(), interrupted: false };
    say(&console::render(&suite, !args.quiet));
    Ok(ExitCode::of(&suite))
}

/// Hands over the traces one by one; warns when the last one was cut off.
fn each_trace(traces: Result<Traces, String>, mut take: impl FnMut(Trace)) -> Result<(), BadInput> {
    let mut traces = traces.map_err(BadInput::error)?;
    for trace in &mut traces {
        take(trace.map_err(BadInput::error)?);
    }
    if let Some(torn) = traces.torn() {
        warn(&format!("warning: {torn}"));
    }
    Ok(())
}

pub(super) fn show(args: &ShowArgs) -> Result<ExitCode, BadInput> {
    let path = PathBuf::from(&args.run);
    let traces = if path.is_file() {
        Traces::open(&path)
    } else {
        let stored = args.store.load(&args.run)?;
        if args.case.is_none() {
            say(&cases(&stored));
            return Ok(ExitCode::Passed);
        }
        stored.traces()
    };
    let mut shown = 0;
    each_trace(traces, |trace| {
        let header = trace.header();
        if args.case.as_ref().is_none_or(|name| *name == header.scenario)
            && args.seed.is_none_or(|seed| seed == header.seed)
        {
            shown += 1;
            say(&whole(&trace, args.around));
        }
    })?;
    match shown {
        0 => Err(BadInput::error(
            "no trace of such a case was kept\nhelp: `payrig show RUN` \
             lists the cases; `payrig run --trace PATH` keeps the traces of passed ones too",
        )),
        _ => Ok(ExitCode::Passed),
    }
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

//! `judge`: a trace on disk, judged again. No rig is opened.

use std::path::{Path, PathBuf};

use clap::Args;
use contract::Trace;

use super::BadInput;
use super::exit::{self, ExitCode};
use super::lang::LangArgs;
use super::out::{say, warn};
use super::run::KEPT_TRACES;
use crate::report::{console, summary};
use crate::result::{Setup, SuiteResult};
use crate::store::Traces;
use crate::suite::{self, Keep};

const EXAMPLES: &str = "\
Examples:
  payrig judge .payrig/runs/latest/trace.jsonl
  payrig judge --strict -q trace.jsonl
  zcat trace.jsonl.gz | payrig judge -";

/// Judge a stored trace by the rules of today
///
/// Needs no rig: bounds and expectations stand in the trace. Exits as the run did, except that a
/// fault of the rig can't be told from a run that stopped. Warns when the trace was cut off, or is
/// not what was written.
#[derive(Args)]
#[command(after_help = [EXAMPLES, exit::HELP].join("\n\n"))]
pub(super) struct JudgeArgs {
    /// A trace file, which may hold several traces; - for standard input
    #[arg(value_name = "TRACE")]
    trace: PathBuf,
    /// Do not let pass what says little: undecided (5) when a rule is not observable, or a trace is
    /// not whole and as it was written
    #[arg(long, env = "PAYRIG_STRICT")]
    strict: bool,
    #[command(flatten)]
    lang: LangArgs,
    /// Failures and the last line only
    #[arg(short, long, env = "PAYRIG_QUIET")]
    quiet: bool,
}

pub(super) fn judge(args: &JudgeArgs) -> Result<ExitCode, BadInput> {
    let mut setup = None;
    let (mut cases, mut kept) = (Vec::new(), 0);
    let whole = each_trace(Traces::open(&args.trace), |trace| {
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
    });
    let help = "help: give a file that payrig run --trace wrote, or one of .payrig/runs/";
    let whole = whole.map_err(|why| BadInput::error(format!("{why}\n{help}")))?;
    if cases.is_empty() {
        let stdin = args.trace == Path::new("-");
        let name = if stdin { "standard input".into() } else { args.trace.display().to_string() };
        warn(&format!("there is no trace in {name}\nhelp: payrig run --trace PATH writes some"));
        return Ok(ExitCode::NothingToRun);
    }
    let setup = setup.unwrap_or_default();
    let suite =
        SuiteResult { cases, not_begun: 0, setup, real: Default::default(), interrupted: false };
    say(&console::render(&suite, !args.quiet, args.lang.words()));
    let little = args.strict && !(whole && summary::unseen(&suite).is_none());
    let strict = if little { ExitCode::Undecided } else { ExitCode::NothingToRun };
    Ok(ExitCode::worst([ExitCode::of(&suite), strict]))
}

/// Hands over the traces one by one, and warns of what is doubtful about them. Returns whether
/// they are whole, and as they were written.
///
/// # Errors
/// Why the file can't be read further.
pub(super) fn each_trace(
    traces: Result<Traces, String>,
    mut take: impl FnMut(Trace),
) -> Result<bool, String> {
    let mut traces = traces?;
    let mut whole = true;
    loop {
        let next = traces.next();
        for doubt in traces.doubts() {
            whole = false;
            warn(&format!("warning: {doubt}"));
        }
        match next {
            Some(trace) => take(trace?),
            None => return Ok(whole),
        }
    }
}

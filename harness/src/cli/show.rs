//! `show`: the cases of a stored run, or what happened in one, event by event.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use contract::Trace;

use super::BadInput;
use super::exit::ExitCode;
use super::judge::each_trace;
use super::lang::LangArgs;
use super::out::{say, warn};
use super::run::StoreArgs;
use super::seeds;
use crate::diagnostic::nearest;
use crate::message::Words;
use crate::report::json::Case;
use crate::report::{catalogue::table, timeline};
use crate::store::{Stored, Traces};

/// So many events are shown on either side of the one asked for.
const AROUND: u64 = 15;

/// So many names are told of a run that has no such case.
const TOLD: usize = 8;

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
    /// Its seed, when it was played with several: a number or a commit hash
    #[arg(long, env = "PAYRIG_SEED", value_name = "N|HASH", value_parser = seeds::seed)]
    seed: Option<u64>,
    /// Only the events around the one with this number
    #[arg(long, env = "PAYRIG_AROUND", value_name = "EVENT")]
    around: Option<u64>,
    #[command(flatten)]
    lang: LangArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl ShowArgs {
    fn wants(&self, scenario: &str, seed: u64) -> bool {
        self.case.as_ref().is_none_or(|name| name == scenario)
            && self.seed.is_none_or(|wanted| wanted == seed)
    }
}

pub(super) fn show(args: &ShowArgs) -> Result<ExitCode, BadInput> {
    let path = PathBuf::from(&args.run);
    if path.is_file() {
        return timelines(args, Traces::open(&path), None);
    }
    let stored = args.store.load(&args.run)?;
    let cases = &stored.report.cases;
    if !cases.iter().any(|case| args.wants(&case.scenario, case.seed)) {
        let keys = cases.iter().map(|case| (case.scenario.as_str(), case.seed));
        return Err(no_such_case(args, &keys.collect()));
    }
    match (&args.case, args.around) {
        (Some(_), _) => timelines(args, stored.traces(), Some(&stored)),
        (None, None) => {
            say(&list(args, cases));
            Ok(ExitCode::Passed)
        }
        (None, Some(event)) => Err(BadInput::error(format!(
            "event {event} of which case?\nhelp: add --case NAME; `payrig show {}` lists them",
            args.run
        ))),
    }
}

/// The timelines of the cases that are wanted, from a file or from a stored run.
fn timelines(
    args: &ShowArgs,
    traces: Result<Traces, String>,
    stored: Option<&Stored>,
) -> Result<ExitCode, BadInput> {
    let (mut there, mut shown, mut short) = (BTreeSet::new(), 0, Vec::new());
    let read = each_trace(traces, |trace| {
        let header = trace.header();
        there.insert((header.scenario.clone(), header.seed));
        if !args.wants(&header.scenario, header.seed) {
            return;
        }
        if let Some(how) = stored.and_then(|stored| stored.differs(&trace)) {
            warn(&format!("warning: {how}"));
        }
        match args.around.and_then(|event| outside(&trace, event)) {
            Some(why) => short.push(why),
            None => {
                shown += 1;
                say(&timeline(&trace, args.around, args.lang.words()));
            }
        }
    });
    read.map_err(BadInput::error)?;
    if shown > 0 {
        short.iter().for_each(|why| warn(&format!("warning: {why}")));
        return Ok(ExitCode::Passed);
    }
    if !short.is_empty() {
        return Err(BadInput::error(short.join("\n")));
    }
    let case = |case: &&Case| args.wants(&case.scenario, case.seed);
    Err(match stored.and_then(|stored| stored.report.cases.iter().find(case)) {
        Some(case) => not_kept(case),
        None => {
            let keys = there.iter().map(|(name, seed)| (name.as_str(), *seed));
            no_such_case(args, &keys.collect())
        }
    })
}

/// Why there is nothing around this event.
fn outside(trace: &Trace, event: u64) -> Option<String> {
    let last = trace.events().len() as u64;
    let header = trace.header();
    let name = format!("{} seed {}", header.scenario, header.seed);
    match last {
        0 => Some(format!("there is no event {event}: nothing happened in {name}")),
        _ if (1..=last).contains(&event) => None,
        _ => Some(format!("there is no event {event}: the events of {name} are 1 to {last}")),
    }
}

fn not_kept(case: &Case) -> BadInput {
    BadInput::error(match case.outcome.as_str() {
        "skipped" => format!("{} seed {} was skipped", case.scenario, case.seed),
        _ => format!(
            "the trace of {} seed {} was not kept\nhelp: {} --trace PATH",
            case.scenario, case.seed, case.again
        ),
    })
}

/// What there is instead of the case that somebody asked for.
fn no_such_case(args: &ShowArgs, there: &BTreeSet<(&str, u64)>) -> BadInput {
    let name = args.case.as_deref().unwrap_or_default();
    let his = there.iter().filter(|(other, _)| *other == name);
    let seeds: Vec<String> = his.map(|(_, seed)| seed.to_string()).collect();
    if let (Some(seed), false) = (args.seed, seeds.is_empty()) {
        let seeds = told(seeds);
        let what = format!("there is no {name} with seed {seed} here");
        return BadInput::error(format!("{what}\nhelp: its seeds are: {seeds}"));
    }
    let names: BTreeSet<&str> = there.iter().map(|(name, _)| *name).collect();
    let what = match (&args.case, args.seed) {
        (Some(name), _) => format!("no case here is called `{name}`"),
        (None, Some(seed)) => format!("no case here has the seed {seed}"),
        (None, None) => "there is no case here".to_owned(),
    };
    BadInput::error(match nearest(name, names.iter().copied()) {
        _ if names.is_empty() => what,
        Some(near) => format!("{what}\nhelp: did you mean `{near}`?"),
        None => format!("{what}\nhelp: there is: {}", told(names.into_iter().collect())),
    })
}

/// The first of them, and how many more there are.
fn told(mut all: Vec<impl Borrow<str>>) -> String {
    let more = all.len().saturating_sub(TOLD);
    all.truncate(TOLD);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    all.join(", ") + &more
}

/// What happened in a case, whole or around an event.
fn timeline(trace: &Trace, around: Option<u64>, words: Words) -> String {
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
        timeline::table(trace, &shown, None, words)
    )
}

fn list(args: &ShowArgs, cases: &[Case]) -> String {
    let wanted = cases.iter().filter(|case| args.wants(&case.scenario, case.seed));
    let row = |case: &Case| {
        let name = case.scenario.clone();
        vec![name, case.seed.to_string(), case.outcome.clone(), case.digest.clone()]
    };
    let rows: Vec<Vec<String>> = wanted.map(row).collect();
    table(&["case", "seed", "outcome", "digest"], &rows)
}

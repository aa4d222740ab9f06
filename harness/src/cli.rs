//! The command line: which commands there are, and who carries them out.
//!
//! Knows rigs, firmwares and the commands of other crates only as the root package hands them
//! over.

use std::ffi::OsString;
use std::io::{self, Write as _};

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use contract::Invariant;
use contract::rig::{OpenRig, SurveyRig};

pub mod author;
mod catalogue;
mod coverage;
mod environment;
pub mod exit;
mod judge;
mod lang;
pub mod out;
mod record;
mod replay;
mod run;
pub mod seeds;
mod show;
mod survey;

use exit::ExitCode;
use out::warn;

use crate::finding::Verdict;
use crate::report::{json, wording};
use crate::scenario;
pub use crate::scenario::explain::Word;

/// What the root package hands over.
pub struct Workshop {
    /// The rigs; the first one is for `--rig` when nobody asks for another.
    pub rigs: &'static [RigRow],
    /// The built-in firmwares.
    pub firmwares: Vec<FirmwareRow>,
    /// What scenarios may name and only a rig knows.
    pub unknown: scenario::names::Unknown,
    /// What else has a name that a person may want explained.
    pub words: fn() -> Vec<Word>,
    /// The commands that need more than the harness.
    pub extras: Vec<Extra>,
}

/// A rig.
#[derive(Debug, Clone, Copy)]
pub struct RigRow {
    /// Its name on the command line.
    pub name: &'static str,
    /// Opens it.
    pub open: OpenRig,
    /// The most terminals that it takes; `None` for any number.
    pub terminals: Option<u32>,
    /// Says beforehand what it can't do; `None` where there is nothing. A rig with one is described
    /// by a file, whose path is what `--rig` takes.
    pub survey: Option<SurveyRig>,
}

/// A built-in firmware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirmwareRow {
    /// `M-07`; empty for the reference firmware.
    pub number: String,
    /// Its name on the command line.
    pub name: String,
    /// What it does differently, one sentence.
    pub summary: String,
    /// The invariants that it breaks.
    pub breaks: Vec<Invariant>,
}

/// A command of another crate.
pub struct Extra {
    /// Its name, arguments and help.
    pub command: clap::Command,
    /// Carries it out; returns the exit code.
    pub run: fn(&ArgMatches) -> i32,
}

const EXAMPLES: &str = "\
Examples:
  payrig                                       play all of scenarios/ on the simulator
  payrig run scenarios/link -t '!nightly'      one folder, without what is for the night
  payrig run scenarios/storm --seeds 1..501    one scenario, drawn anew for each seed
  payrig run --firmware timeout-means-fail     play it against a firmware with a planted flaw
  payrig run --failed                          only what failed last time
  payrig show latest --case power/torn-write   what happened, event by event
  payrig judge trace.jsonl                     judge a stored trace again";

/// Plays trouble against scan-payment terminals, simulated or on a bench, and judges from outside
/// whether every payment is reported, exactly once, with the right amount.
///
/// Without a command: run. Results go to standard output, progress and warnings to standard error.
/// Every option can be given as an environment variable, too; --help names it. NO_COLOR and
/// GITHUB_ACTIONS are respected.
#[derive(Parser)]
#[command(name = "payrig", version, after_help = [EXAMPLES, exit::HELP].join("\n\n"))]
struct Payrig {
    /// When to use colours
    #[arg(long, global = true, env = "PAYRIG_COLOR", default_value = "auto", value_name = "WHEN")]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// What there is to do: one line for each command of this crate.
#[derive(Subcommand)]
enum Command {
    Run(Box<run::RunArgs>),
    Check(author::CheckArgs),
    Fmt(author::FmtArgs),
    New(author::NewArgs),
    List(author::ListArgs),
    Explain(author::ExplainArgs),
    Schema(author::SchemaArgs),
    Replay(replay::ReplayArgs),
    Judge(judge::JudgeArgs),
    Show(show::ShowArgs),
    Faults(catalogue::FaultsArgs),
    /// List the built-in firmwares: the reference and those with a planted flaw
    #[command(
        after_help = "Examples:\n  payrig firmwares\n  payrig run --firmware M-01      plays \
                            the suite against one of them"
    )]
    Firmwares,
    Completions(catalogue::CompletionsArgs),
    Man(catalogue::ManArgs),
}

/// Runs the command that the process was started with; returns its exit code.
pub fn main(workshop: Workshop) -> i32 {
    out::outlive_size_limit();
    run_with(&workshop, std::env::args_os())
}

fn run_with(workshop: &Workshop, args: impl Iterator<Item = OsString>) -> i32 {
    let mut args: Vec<OsString> = args.collect();
    let command = command(workshop);
    if means_run(&command, args.get(1..).unwrap_or_default()) {
        args.insert(1, "run".into());
    }
    let matches = match environment::sensible(command, &args).try_get_matches_from(&args) {
        Ok(matches) => matches,
        Err(message) => return refused(&message, &args),
    };
    if let Some((name, inner)) = matches.subcommand()
        && let Some(extra) = workshop.extras.iter().find(|e| e.command.get_name() == name)
    {
        return told((extra.run)(inner));
    }
    match Payrig::from_arg_matches(&matches) {
        Ok(payrig) => dispatch(payrig, workshop),
        Err(message) => refused(&message, &args),
    }
}

/// Whether no command is given, but perhaps options: `run` is meant.
fn means_run(command: &clap::Command, given: &[OsString]) -> bool {
    const ASKS: [&str; 4] = ["-h", "--help", "-V", "--version"];
    let names = |word: &str| {
        ASKS.contains(&word) || word == "help" || command.find_subcommand(word).is_some()
    };
    let first = given.first().and_then(|arg| arg.to_str());
    first.is_none_or(|first| first.starts_with('-'))
        && !given.iter().filter_map(|arg| arg.to_str()).any(names)
}

/// The whole command line, with the commands of other crates.
fn command(workshop: &Workshop) -> clap::Command {
    let extras = workshop.extras.iter().map(|extra| extra.command.clone());
    environment::named(Payrig::command().subcommands(extras))
}

/// Help and version are no errors; clap says so itself.
fn refused(message: &clap::Error, words: &[OsString]) -> i32 {
    if message.use_stderr() {
        // When standard error is closed, nobody is left to be told.
        let _ = message.print();
        if let Some(why) = environment::culprits(message, words) {
            warn(&format!("help: {why}"));
        }
        return i32::from(ExitCode::BadInput.number());
    }
    out::note(message.print().and_then(|()| io::stdout().flush()));
    told(0)
}

/// The exit code of a command whose result is what it prints: no good when that is lost.
fn told(code: i32) -> i32 {
    let Some(why) = out::lost() else { return code };
    warn(&format!("error: standard output can't be written: {why}"));
    let bad_input = i32::from(ExitCode::BadInput.number());
    if code == bad_input { code } else { i32::from(ExitCode::RigFault.number()) }
}

/// The exit code of a command whose result is kept elsewhere, too, and stays what it is.
fn kept(code: i32) -> i32 {
    if let Some(why) = out::lost() {
        warn(&format!("warning: standard output can't be written: {why}"));
    }
    code
}

/// Carries a command out; returns the exit code.
fn dispatch(payrig: Payrig, workshop: &Workshop) -> i32 {
    match payrig.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    let ended = |done: Result<ExitCode, BadInput>| {
        let code = done.unwrap_or_else(|BadInput(message)| {
            warn(&message);
            ExitCode::BadInput
        });
        i32::from(code.number())
    };
    match payrig.command {
        Command::Run(args) => kept(ended(run::run(&args, workshop))),
        Command::Replay(args) => told(ended(replay::replay(&args, workshop))),
        Command::Judge(args) => told(ended(judge::judge(&args))),
        Command::Check(args) => match author::check(&args, workshop.unknown) {
            0 => told(ended(survey::check(&args, workshop))),
            wrong => told(wrong),
        },
        Command::Fmt(args) => told(author::fmt(&args)),
        Command::New(args) => told(author::new(&args)),
        Command::List(args) => told(author::list(&args)),
        Command::Explain(args) => told(author::explain(&args, exit::HELP, &workshop.named())),
        Command::Schema(args) => told(author::schema(&args, json::SCHEMA)),
        Command::Show(args) => told(ended(show::show(&args))),
        Command::Faults(args) => told(ended(catalogue::faults(&args, workshop))),
        Command::Firmwares => told(ended(Ok(catalogue::firmwares(workshop)))),
        Command::Completions(args) => {
            told(ended(Ok(catalogue::completions(&args, command(workshop)))))
        }
        Command::Man(args) => told(ended(catalogue::man(&args, command(workshop)))),
    }
}

impl Workshop {
    /// Every name that `explain` knows of others.
    fn named(&self) -> Vec<Word> {
        let rigs = self.rigs.iter().map(|row| Word {
            name: row.name.to_owned(),
            kind: "rig",
            meaning: match row.terminals {
                Some(most) => {
                    format!("Takes {most} terminals at most: payrig run --rig {}", row.name)
                }
                None => format!("Takes any number of terminals: payrig run --rig {}", row.name),
            },
        });
        let firmwares = self.firmwares.iter().flat_map(|row| {
            let breaks: Vec<&str> = row.breaks.iter().map(|rule| rule.id()).collect();
            let breaks = if breaks.is_empty() { "nothing".into() } else { breaks.join(", ") };
            let meaning =
                format!("{}\n  breaks {breaks}: payrig run --firmware {}", row.summary, row.name);
            let names = [row.name.clone(), row.number.clone()];
            let names = names.into_iter().filter(|name| !name.is_empty());
            names.map(move |name| Word { name, kind: "firmware", meaning: meaning.clone() })
        });
        let commands = command(self);
        let commands = commands.get_subcommands().map(|sub| Word {
            name: sub.get_name().to_owned(),
            kind: "command",
            meaning: format!(
                "{}: payrig {} --help",
                sub.get_about().map(ToString::to_string).unwrap_or_default(),
                sub.get_name()
            ),
        });
        let own = rigs.chain(firmwares).chain(commands).chain(verdicts());
        own.chain((self.words)()).collect()
    }
}

/// How a rule can end, each verdict by itself and all together. A report for machines writes them
/// with hyphens.
fn verdicts() -> Vec<Word> {
    let word = |name: &str, meaning: &str| Word {
        name: name.to_owned(),
        kind: "verdict",
        meaning: meaning.to_owned(),
    };
    let (mut words, mut all) = (Vec::new(), Vec::new());
    for verdict in Verdict::ALL {
        let (name, meaning) = (wording::verdict(verdict), verdict.meaning());
        words.push(word(name, meaning));
        words.extend(name.contains(' ').then(|| word(&name.replace(' ', "-"), meaning)));
        all.push(format!("{name:<15} {meaning}"));
    }
    words.extend(["verdict", "verdicts"].map(|name| word(name, &all.join("\n  "))));
    words
}

/// Why a command could not begin, as a person reads it.
struct BadInput(String);

impl BadInput {
    fn error(message: impl std::fmt::Display) -> BadInput {
        BadInput(format!("error: {message}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workshop() -> Workshop {
        let greet = Extra { command: clap::Command::new("greet"), run: |_| 42 };
        Workshop {
            rigs: &[],
            firmwares: Vec::new(),
            unknown: |_, _| None,
            words: Vec::new,
            extras: vec![greet],
        }
    }

    fn exit(args: &str) -> i32 {
        run_with(&workshop(), args.split(' ').map(OsString::from))
    }

    #[test]
    fn the_command_line_is_well_formed() {
        command(&workshop()).debug_assert();
    }

    #[test]
    fn every_command_is_told_in_a_line_and_shown_by_example() {
        for sub in Payrig::command().get_subcommands() {
            let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
            assert!((10..=100).contains(&about.len()), "{}: {about}", sub.get_name());
            let help = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{} --help shows no example", sub.get_name());
        }
    }

    #[test]
    fn every_option_has_an_environment_variable_of_its_name() {
        for sub in Payrig::command().get_subcommands() {
            for option in sub.get_arguments().filter(|arg| arg.get_long().is_some()) {
                let long = option.get_long().unwrap();
                let expected = format!("PAYRIG_{}", long.to_uppercase().replace('-', "_"));
                let env = option.get_env().and_then(|name| name.to_str());
                assert_eq!(env, Some(expected.as_str()), "{} --{long}", sub.get_name());
            }
        }
    }

    #[test]
    fn commands_of_other_crates_run_and_bad_ones_are_refused() {
        assert_eq!(exit("payrig greet"), 42);
        assert_eq!(exit("payrig firmwares"), 0);
        assert_eq!(exit("payrig --version"), 0);
        assert_eq!(exit("payrig run --seed x"), 2);
        assert_eq!(exit("payrig fly"), 2);
    }
}

//! Options from the environment, as people and CI servers set them: an empty variable is none, a
//! flag is on with 1 or true and off with 0 or false, and what is typed wins over a variable.

use std::ffi::OsString;

use clap::builder::{BoolishValueParser, Resettable};
use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, Id};

/// The command with what its environment means beside these words of a command line.
pub(super) fn sensible(command: Command, words: &[OsString]) -> Command {
    let silent = silent(command.clone()).ignore_errors(true);
    let command = match silent.try_get_matches_from(words) {
        Ok(typed) => yielding(command, &typed),
        // It asks for help, or will be refused.
        Err(_) => command,
    };
    understood(command)
}

/// The command whose variables yield to the options that were typed and that they conflict with.
fn yielding(command: Command, matches: &ArgMatches) -> Command {
    let is_typed =
        |arg: &Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let excludes = |one: &Arg, other: &Arg| {
        command.get_arg_conflicts_with(one).iter().any(|arg| arg.get_id() == other.get_id())
    };
    let (typed, rest): (Vec<&Arg>, Vec<&Arg>) = command.get_arguments().partition(|a| is_typed(a));
    let loses = |arg: &&&Arg| typed.iter().any(|won| excludes(won, arg) || excludes(arg, won));
    let losers: Vec<Id> = rest.iter().filter(loses).map(|arg| arg.get_id().clone()).collect();
    let command = command.mut_args(|arg| match losers.contains(arg.get_id()) {
        true => arg.env(Resettable::Reset),
        false => arg,
    });
    match matches.subcommand() {
        Some((name, inner)) if command.find_subcommand(name).is_some() => {
            command.mut_subcommand(name, |sub| yielding(sub, inner))
        }
        _ => command,
    }
}

/// The variable that a refused value comes from, if it comes from one.
pub(super) fn culprit(message: &clap::Error) -> Option<String> {
    let text = |kind| match message.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let option = text(ContextKind::InvalidArg)?.strip_prefix("--")?;
    let long = option.split(' ').next()?;
    let name = format!("PAYRIG_{}", long.to_uppercase().replace('-', "_"));
    let value = std::env::var(&name).ok()?;
    // A list is refused by its first bad part.
    let refused = text(ContextKind::InvalidValue)?;
    value.split(',').chain([value.as_str()]).any(|part| part == refused).then_some(name)
}

/// The command without any variable.
fn silent(command: Command) -> Command {
    command.mut_args(|arg| arg.env(Resettable::Reset)).mut_subcommands(silent)
}

fn understood(command: Command) -> Command {
    command.mut_args(option).mut_subcommands(understood)
}

fn option(arg: Arg) -> Arg {
    let flag = matches!(arg.get_action(), ArgAction::SetTrue);
    let value = arg.get_env().and_then(std::env::var_os);
    let off = |value: &std::ffi::OsString| {
        value.is_empty() || (flag && (value == "0" || value.eq_ignore_ascii_case("false")))
    };
    let arg = if value.is_some_and(|value| off(&value)) { arg.env(Resettable::Reset) } else { arg };
    if flag { arg.value_parser(BoolishValueParser::new()) } else { arg }
}

//! Options from the environment, as people and CI servers set them: an empty variable is none, a
//! flag is on with 1 or true and off with 0 or false, and what is typed wins over a variable.

use std::ffi::OsString;

use clap::builder::{BoolishValueParser, Resettable};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, Id};

/// The command with a variable for each option that takes a value or is a flag.
pub(super) fn named(command: Command) -> Command {
    let name = |arg: Arg| match arg.get_long().map(variable) {
        Some(name) if arg.get_env().is_none() => arg.env(name),
        _ => arg,
    };
    command.mut_args(name).mut_subcommands(named)
}

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

/// What to say of the variables that a refused command line owes its trouble to, if it does.
pub(super) fn culprits(message: &clap::Error, words: &[OsString]) -> Option<String> {
    if let Some(name) = culprit(message) {
        return Some(format!("this value comes from the environment variable {name}"));
    }
    if message.kind() != ErrorKind::ArgumentConflict {
        return None;
    }
    let options = [ContextKind::InvalidArg, ContextKind::PriorArg]
        .into_iter()
        .filter_map(|kind| message.get(kind))
        .flat_map(|value| match value {
            ContextValue::String(one) => vec![one.as_str()],
            ContextValue::Strings(many) => many.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        });
    let typed = |long: &str| {
        let is_it = |word: &str| word.split('=').next() == Some(long);
        words.iter().filter_map(|word| word.to_str()).any(is_it)
    };
    let names: Vec<String> = options
        .filter_map(|option| option.split(' ').next())
        .filter(|long| !typed(long))
        .filter_map(|long| Some(variable(long.strip_prefix("--")?)))
        .filter(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
        .collect();
    let unset = "; unset what is not meant";
    (!names.is_empty()).then(|| format!("from the environment: {}{unset}", names.join(", ")))
}

/// The variable of an option.
fn variable(long: &str) -> String {
    format!("PAYRIG_{}", long.to_uppercase().replace('-', "_"))
}

/// The variable that a refused value comes from, if it comes from one.
fn culprit(message: &clap::Error) -> Option<String> {
    let text = |kind| match message.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let option = text(ContextKind::InvalidArg)?.strip_prefix("--")?;
    let long = option.split(' ').next()?;
    let name = variable(long);
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

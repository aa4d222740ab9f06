//! Options from the environment, as people and CI servers set them: an empty variable is none, and
//! a flag is on with 1 or true and off with 0 or false.

use clap::builder::{BoolishValueParser, Resettable};
use clap::{Arg, ArgAction, Command};

/// The command with what its environment means.
pub(super) fn sensible(command: Command) -> Command {
    command.mut_args(option).mut_subcommands(sensible)
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

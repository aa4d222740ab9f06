//! Every message about a scenario file, one function each.

use std::io;
use std::path::PathBuf;

use crate::scenario::files::SUITE;
use crate::scenario::value::Unit;

use super::{Diagnostic, Span, did_you_mean};

/// Not TOML at all.
pub fn syntax(at: Span, message: &str) -> Diagnostic {
    let says = |word: &str| message.contains(word);
    let help = if says("quoted") || says("string") {
        "put texts, times and amounts in quotes, on one line: until = \"5m\""
    } else if says("duplicate") {
        "a key is given once: keep one of the two"
    } else if says("array") || says("comma") {
        "a list is [\"a\", \"b\"]: a comma between its parts, and a ] at its end"
    } else if says("inline table") {
        "a step is one table: { at = \"1s\", pay = \"12.50\" }, with a } at its end"
    } else {
        "a line is a key and its value, like until = \"5m\"; see payrig new for a whole file"
    };
    Diagnostic::at(at, "this is no valid TOML", message.trim_end()).help(help)
}

/// A key that nobody knows.
pub fn unknown_key(at: Span, key: &str, known: &[&str]) -> Diagnostic {
    Diagnostic::at(at, format!("unknown key `{key}`"), "not known here")
        .help(did_you_mean(key, known))
}

/// A key of some other verb.
pub fn foreign_key(at: Span, key: &str, verb: &str, takes: &[&str]) -> Diagnostic {
    Diagnostic::at(at, format!("`{key}` does not belong to `{verb}`"), "not taken here")
        .help(format!("a step with it takes: {}", takes.join(", ")))
}

/// A key that must be there.
pub fn missing_key(at: Span, key: &str, meaning: &str, sample: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{key}` is missing"), format!("it says {meaning}"))
        .help(format!("for example: {key} = {sample}"))
}

/// A value of another type than wanted.
pub fn wrong_type(at: Span, key: &str, found: &str, sample: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{key}` can't be this"), format!("this is {found}"))
        .help(format!("for example: {key} = {sample}"))
}

/// A number without quotes and unit.
pub fn bare_number(at: Span, key: &str, unit: Unit, number: &str) -> Diagnostic {
    let (noun, how, guess) = (unit.noun(), unit.how(), unit.guess(number));
    Diagnostic::at(at, format!("`{key}` is {noun}, {how}"), "a bare number")
        .help(format!("write it in quotes {how}: \"{guess}\""))
}

/// A text that is not written as its key wants it.
pub fn bad_value(at: Span, key: &str, text: &str, shape: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{key}` can't be \"{text}\""), "not understood").help(shape)
}

/// A text without anything in it.
pub fn empty(at: Span, key: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{key}` is empty"), "nothing to read")
        .help("say it in a few words; people read it in reports")
}

/// A word that is none of those allowed.
pub fn unknown_word(at: Span, noun: &str, word: &str, known: &[&str]) -> Diagnostic {
    Diagnostic::at(at, format!("unknown {noun} `{word}`"), "not known")
        .help(did_you_mean(word, known))
}

/// A range where one value is wanted.
pub fn no_range(at: Span, key: &str, noun: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{key}` can't be a range"), format!("{noun} is wanted"))
        .help("ranges belong to steps; this holds for the whole scenario")
}

/// A range with its larger end first.
pub fn backwards(at: Span, right: &str) -> Diagnostic {
    Diagnostic::at(at, "this range runs backwards", "its first end is above its second")
        .help(format!("write \"{right}\""))
}

/// A quantity below its limits.
pub fn too_little(at: Span, key: &str, min: &str, max: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{key}` is too little"), format!("less than {min}"))
        .help(format!("it may be {min} to {max}"))
}

/// A quantity above its limits.
pub fn too_much(at: Span, key: &str, min: &str, max: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{key}` is too much"), format!("more than {max}"))
        .help(format!("it may be {min} to {max}"))
}

/// A response code that is in no table.
pub fn unknown_code(at: Span, code: &str, known: &[&str]) -> Diagnostic {
    let help = match known.iter().find(|other| other.eq_ignore_ascii_case(code)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!(
            "there is: {}; for a code that is in no table: acquirer = \"unknown-code\"",
            known.join(", ")
        ),
    };
    Diagnostic::at(at, format!("unknown response code `{code}`"), "in no table").help(help)
}

/// A response code of the table, where one that nobody knows is wanted.
pub fn known_code(at: Span, code: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{code}` is a response code that everybody knows"), "in the table")
        .help(format!(
            "take one that is in none, like \"ZX\"; or: acquirer = \"error\", code = \"{code}\""
        ))
}

/// More captures than customers with money.
pub fn more_than_can_pay(at: Span, can: u64) -> Diagnostic {
    let (label, help) = match can {
        0 => (
            "nobody can pay".to_owned(),
            "let a customer pay who has the money: a `pay` without funds = false; or captures = 0"
                .to_owned(),
        ),
        _ => (
            format!("at most {can} can pay"),
            format!("write captures = {can}, or add a step with `pay`"),
        ),
    };
    Diagnostic::at(at, "`captures` wants more payments than can be made", label).help(help)
}

/// A moment of a payment, where nobody can pay.
pub fn paid_by_nobody(at: Span, moment: &str) -> Diagnostic {
    let title = format!("`{moment}` can't come: no customer with money does");
    Diagnostic::at(at, title, "nobody can pay there")
        .help(format!("add a `pay` without funds = false, or write never = \"{moment}\""))
}

/// A code that approves, with money that is not taken.
pub fn approved_unpaid(at: Span, code: &str) -> Diagnostic {
    let title = format!("no terminal can be right about {code} when the money is not taken");
    Diagnostic::at(at, title, "this code says that it is paid")
        .help("write captured = \"100%\", or take a code that says nothing final, like \"96\"")
}

/// A code that refuses, with money that is taken all the same.
pub fn refused_and_paid(at: Span, code: &str) -> Diagnostic {
    let title = format!("no terminal can be right about {code} when the money is taken");
    Diagnostic::at(at, title, "this code refuses for good")
        .help("write captured = \"0%\", or take a code that says nothing final, like \"96\"")
}

/// A step without a moment.
pub fn no_moment(at: Span) -> Diagnostic {
    Diagnostic::at(at, "a step needs its moment", "when does this happen?")
        .help("give one of: at = \"10s\", after = \"5s\", on = \"captured\"")
}

/// A step with two moments.
pub fn two_moments(at: Span, first: &str, second: &str) -> Diagnostic {
    Diagnostic::at(at, "a step has one moment", format!("`{first}` is given too"))
        .help(format!("leave out `{first}` or `{second}`"))
}

/// `plus` without `on`.
pub fn plus_alone(at: Span) -> Diagnostic {
    Diagnostic::at(at, "`plus` goes with `on`", "there is no `on` here")
        .help("put the time into `at` or `after` itself")
}

/// A step without a verb.
pub fn no_verb(at: Span, verbs: &[&str]) -> Diagnostic {
    Diagnostic::at(at, "a step needs a verb", "what happens here?")
        .help(format!("give one of: {}", verbs.join(", ")))
}

/// A step with two verbs.
pub fn two_verbs(at: Span, first: &str, second: &str) -> Diagnostic {
    Diagnostic::at(at, "a step has one verb", format!("`{first}` is one too"))
        .help(format!("make two steps: one with `{first}`, one with `{second}`"))
}

/// A fault without an end.
pub fn no_end(at: Span, verb: &str, next_too: bool) -> Diagnostic {
    let ways = if next_too { "for = \"30s\", or next = 1 (payment)" } else { "for = \"30s\"" };
    Diagnostic::at(at, format!("when does `{verb}` end?"), "a fault needs its end")
        .help(format!("give {ways}"))
}

/// A fault with two ends.
pub fn two_ends(at: Span) -> Diagnostic {
    Diagnostic::at(at, "a fault has one end", "`for` is given too")
        .help("leave out `for` or `next`")
}

/// Half of a repetition.
pub fn half_repeat(at: Span, given: &str, missing: &str, sample: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{given}` goes with `{missing}`"), format!("no `{missing}` here"))
        .help(format!("for example: {missing} = {sample}"))
}

/// A repetition that has no time to count from.
pub fn repeat_on_moment(at: Span) -> Diagnostic {
    Diagnostic::at(at, "only a step with a time can be repeated", "it waits for a moment")
        .help("give the step `at`, or one line for each time that it happens")
}

/// A step that comes when the run is over.
pub fn step_too_late(at: Span, moment: &str, until: &str) -> Diagnostic {
    Diagnostic::at(at, format!("this step can come as late as {moment}"), "after the end")
        .help(format!("the world is healed at {until}: move the step, or raise `until`"))
}

/// A scenario without steps.
pub fn no_steps(at: Span) -> Diagnostic {
    Diagnostic::at(at, "nothing happens in this scenario", "it has no steps")
        .help("for example: steps = [{ at = \"10s\", pay = \"12.50\" }]")
}

/// A terminal that the rig will not have.
pub fn no_such_terminal(at: Span, id: &str, terminals: u32) -> Diagnostic {
    let there = if terminals == 1 { "t1 alone".to_owned() } else { format!("t1 to t{terminals}") };
    Diagnostic::at(at, format!("there is no terminal {id}"), "not on the rig")
        .help(format!("the rig has {there}; raise `terminals` for more"))
}

/// `covers` with an id that is in no catalogue.
pub fn unknown_fault(at: Span, id: &str, known: &[&str]) -> Diagnostic {
    Diagnostic::at(at, format!("unknown fault `{id}`"), "not in the catalogue")
        .help(did_you_mean(id, known))
}

/// `covers` with a fault that no step brings.
pub fn fault_not_injected(at: Span, id: &str, example: Option<&str>) -> Diagnostic {
    let help = match example {
        Some(step) => format!("add a step, for example: {step}"),
        None => "no verb of this version plays it; take it out".to_owned(),
    };
    Diagnostic::at(at, format!("`covers` names `{id}`, and no step brings it"), "not played")
        .help(help)
}

/// An expectation that expects nothing.
pub fn nothing_expected(at: Span) -> Diagnostic {
    Diagnostic::at(at, "an expectation names a moment", "what is expected?")
        .help("give seen = \"approved shown\", or never = \"declined shown\"")
}

/// An expectation with `seen` and `never`.
pub fn seen_and_never(at: Span) -> Diagnostic {
    Diagnostic::at(at, "`seen` and `never` are two expectations", "`seen` is given too")
        .help("make two lines of them")
}

/// Something that `never` has no use for.
pub fn never_with(at: Span, key: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{key}` does not go with `never`"), "never is never")
        .help(format!("leave out `{key}`"))
}

/// `after` without `within`.
pub fn after_alone(at: Span) -> Diagnostic {
    Diagnostic::at(at, "`after` goes with `within`", "there is no `within` here")
        .help("for example: within = \"30s\"")
}

/// A start that can't be read.
pub fn start_unreadable(at: Span, path: &str, why: &str) -> Diagnostic {
    Diagnostic::at(at, format!("can't read `{path}`"), why)
        .help("it is a path below the suite's root, like \"start/signed-in.toml\"")
}

/// A name that only a rig could know, and that it does not.
pub fn unknown_name(at: Span, key: &str, name: &str, why: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{key}` has no `{name}`"), "not known here").help(why)
}

/// A start that has a start.
pub fn start_nested(at: Span, path: &str) -> Diagnostic {
    Diagnostic::at(at, format!("`{path}` has a `use` of its own"), "one level is all there is")
        .help("use the innermost file, and repeat here what the other one adds")
}

/// A start with errors.
pub fn start_broken(at: Span, path: &str, errors: usize) -> Diagnostic {
    Diagnostic::at(at, format!("`{path}` has errors of its own"), format!("{errors} in all"))
        .help(format!("see them with: payrig check {path}"))
}

/// A file or folder that can't be read.
pub fn unreadable(path: &str, why: &io::Error) -> Diagnostic {
    let help = match why.kind() {
        io::ErrorKind::NotFound => "give a scenario file, or a folder that holds some",
        io::ErrorKind::PermissionDenied => "have its owner let you read it: chmod u+r,g+r",
        _ => "give another scenario file, or a folder that holds some",
    };
    Diagnostic::plain(format!("can't read `{path}`: {why}")).help(help)
}

/// A file that nobody wrote as a scenario.
pub fn too_large(path: &str, mib: u64) -> Diagnostic {
    Diagnostic::plain(format!("can't read `{path}`: it has {mib} MiB or more, and is no scenario"))
        .help("give a scenario file; payrig new writes one to begin with")
}

/// A file in another encoding.
pub fn not_text(at: Span) -> Diagnostic {
    Diagnostic::at(at, "this file is not UTF-8 text", "no character of UTF-8")
        .help("save it again as UTF-8; an editor may have it in GBK or Latin-1")
}

/// Files and folders without any scenario; none given means the suite.
pub fn none_in(paths: &[PathBuf]) -> Diagnostic {
    let suite = [PathBuf::from(SUITE)];
    let paths = if paths.is_empty() { &suite } else { paths };
    let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    Diagnostic::plain(format!("there is no scenario in {}", names.join(", ")))
        .help("give scenario files or folders, or write one: payrig new link/my-first")
}

//! The commands for people who write scenarios: check, fmt, new, list, explain, schema.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use clap::{Args, ValueEnum};
use contract::catalogue::FaultInfo;

use super::Word;
use super::out::say;
use crate::diagnostic::{Diagnostic, first_of_each};
use crate::scenario::names::{self, Unknown};
use crate::scenario::{self, ScenarioFile, explain, files, format::format, schema};

/// All is well.
const WELL: i32 = 0;
/// The command line, a scenario or another file is wrong.
const BAD_INPUT: i32 = 2;

/// Check scenario files without playing them: every error, with its place and remedy
#[derive(Args)]
pub struct CheckArgs {
    /// Files and folders; without any, all of scenarios/
    #[arg(value_name = "PATHS")]
    pub(super) paths: Vec<PathBuf>,
    /// Say as well what this rig can't play, without touching it: the file of a bench
    #[arg(long, env = "PAYRIG_RIG", value_name = "NAME")]
    pub(super) rig: Option<String>,
}

/// Align the steps and expectations of scenario files; comments stay
#[derive(Args)]
pub struct FmtArgs {
    /// Files and folders; without any, all of scenarios/
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// Change nothing; name the files that are not formatted, and exit with 2 if there are any
    #[arg(long, env = "PAYRIG_CHECK")]
    check: bool,
}

/// Write a new scenario to begin with
#[derive(Args)]
#[command(after_help = "Example:\n  payrig new link/my-first      writes \
                        scenarios/link/my-first.toml")]
pub struct NewArgs {
    /// Its name, which is its path below scenarios/; or a path that ends with .toml
    #[arg(value_name = "NAME")]
    name: String,
}

/// List scenarios: name, seeds, title, tags, the faults that they cover, clauses, needs
#[derive(Args)]
pub struct ListArgs {
    /// Files and folders; without any, all of scenarios/
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
}

/// Explain a word: a verb, a key, a moment, a channel, a rule, a fault, a remedy, a firmware, a
/// link profile, an exit code
#[derive(Args)]
#[command(after_help = "Examples:\n  payrig explain outage\n  payrig explain 'approved shown'\n  \
                        payrig explain S1")]
pub struct ExplainArgs {
    /// The word
    #[arg(value_name = "WORD", num_args = 1.., required = true)]
    word: Vec<String>,
}

/// Print the JSON Schema of a format, for editors and other tools
#[derive(Args)]
pub struct SchemaArgs {
    /// Which format
    #[arg(value_name = "FORMAT", default_value = "scenario")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Scenario files
    Scenario,
    /// The report of a run
    Report,
}

/// Carries out `check`; returns the exit code.
pub fn check(args: &CheckArgs, unknown: Unknown) -> i32 {
    let found = match files::files(&args.paths) {
        Ok(found) => found,
        Err(errors) => return refuse(&errors),
    };
    let mut errors = Vec::new();
    let mut broken = 0;
    for file in &found {
        let mut more = files::load(file).err().unwrap_or_default();
        if let Ok(text) = files::read(&file.path) {
            more.extend(names::unknown(&files::shown(&file.path), &text, unknown));
        }
        broken += usize::from(!more.is_empty());
        errors.extend(more);
    }
    let count = counted(found.len(), "scenario");
    match (found.len(), broken) {
        (0, _) => return none_there(),
        (_, 0) => say(&format!("{count}, no errors\n")),
        _ => {
            let errors = counted(errors.len(), "error");
            say(&format!("{count}, {broken} with {errors}\n"));
        }
    }
    refuse(&errors)
}

/// Carries out `fmt`; returns the exit code.
pub fn fmt(args: &FmtArgs) -> i32 {
    let found = match files::files(&args.paths) {
        Ok(found) => found,
        Err(errors) => return refuse(&errors),
    };
    if found.is_empty() {
        return none_there();
    }
    let mut errors = Vec::new();
    let mut changed = 0;
    for file in &found {
        match fmt_one(&file.path, args.check) {
            Ok(false) => {}
            Ok(true) => {
                changed += 1;
                say(&format!("{}\n", files::shown(&file.path)));
            }
            Err(more) => errors.extend(more),
        }
    }
    let what = if args.check { "not formatted" } else { "changed" };
    say(&format!("{}, {changed} {what}\n", counted(found.len(), "scenario")));
    let exit = refuse(&errors);
    if args.check && changed > 0 { BAD_INPUT } else { exit }
}

/// Formats a file; says whether that changes it.
fn fmt_one(path: &Path, only_check: bool) -> Result<bool, Vec<Diagnostic>> {
    let old = files::read(path).map_err(|error| vec![error])?;
    let new = format(&files::shown(path), &old)?;
    if new != old && !only_check {
        fs::write(path, &new).map_err(|why| {
            vec![Diagnostic::plain(format!("can't write `{}`: {why}", files::shown(path)))]
        })?;
    }
    Ok(new != old)
}

/// Carries out `new`; returns the exit code.
pub fn new(args: &NewArgs) -> i32 {
    match write_new(&args.name) {
        Ok(path) => {
            let path = files::shown(&path);
            say(&format!("{path}\nNext: edit it, then: payrig check {path}\n"));
            WELL
        }
        Err(why) => refuse(&[Diagnostic::plain(format!("can't write a new scenario: {why}"))]),
    }
}

fn write_new(name: &str) -> Result<PathBuf, String> {
    let path = match name.ends_with(".toml") {
        true => PathBuf::from(name),
        false => {
            let parts = || Path::new(name).components();
            if name.is_empty() || !parts().all(|part| matches!(part, Component::Normal(_))) {
                return Err(format!("`{name}` is no name like link/my-first"));
            }
            Path::new(files::SUITE).join(format!("{name}.toml"))
        }
    };
    let failed = |why: std::io::Error| format!("{}: {why}", files::shown(&path));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = fs::File::create_new(&path).map_err(failed)?;
    file.write_all(STARTER.as_bytes()).map_err(failed)?;
    Ok(path)
}

/// Carries out `list`; returns the exit code.
pub fn list(args: &ListArgs) -> i32 {
    match scenario::find(&args.paths) {
        Ok(files) if files.is_empty() => none_there(),
        Ok(files) => {
            say(&list_text(&files));
            WELL
        }
        Err(errors) => refuse(&errors),
    }
}

fn list_text(files: &[ScenarioFile]) -> String {
    let width = files.iter().map(|file| file.scenario.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for ScenarioFile { scenario, .. } in files {
        let seeds = scenario.seeds.end.saturating_sub(scenario.seeds.start);
        let seeds = counted(usize::try_from(seeds).unwrap_or(usize::MAX), "seed");
        let _ = write!(text, "{:<width$}  {seeds:>8}  {}", scenario.name, scenario.title.en);
        let named = [
            ("tags", &scenario.tags),
            ("covers", &scenario.covers),
            ("clauses", &scenario.clauses),
            ("needs", &scenario.needs.iter().map(|tap| tap.word().to_owned()).collect()),
        ];
        for (what, words) in named.into_iter().filter(|(_, words)| !words.is_empty()) {
            let _ = write!(text, "  {what}: {}", words.join(", "));
        }
        if let Some(why) = &scenario.skip {
            let _ = write!(text, "  skipped: {why}");
        }
        text.push('\n');
    }
    text
}

/// Carries out `explain`; returns the exit code. `exit_codes` documents them, one on a line;
/// `others` are the names that other crates gave.
pub fn explain(args: &ExplainArgs, exit_codes: &str, others: &[Word]) -> i32 {
    match explain::explain(&args.word.join(" "), exit_codes, others, &fault_page) {
        Ok(pages) => {
            say(&pages);
            WELL
        }
        Err(why) => refuse(&[Diagnostic::plain(why)]),
    }
}

/// The page of a fault, with the scenarios of the suite that cover it. Outside of a suite, and in
/// one with mistakes, there is still the page.
fn fault_page(fault: &FaultInfo) -> String {
    let files = scenario::find(&[]).unwrap_or_default();
    let covers = |file: &&ScenarioFile| file.scenario.covers.iter().any(|id| id == fault.id.0);
    let names: Vec<&str> =
        files.iter().filter(covers).map(|file| file.scenario.name.as_str()).collect();
    crate::report::catalogue::page(fault, &names)
}

/// Carries out `schema`; returns the exit code. The schema of reports comes from whoever writes
/// reports.
pub fn schema(args: &SchemaArgs, report: &str) -> i32 {
    match args.format {
        Format::Scenario => say(&schema::scenario()),
        Format::Report => say(report),
    }
    WELL
}

/// What `new` writes.
pub const STARTER: &str = include_str!("author/starter.toml");

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn none_there() -> i32 {
    let none = Diagnostic::plain("there is no scenario here");
    refuse(&[none.help("give scenario files or folders, or write one: payrig new link/my-first")])
}

/// Prints errors; the exit code that they mean.
fn refuse(errors: &[Diagnostic]) -> i32 {
    let mut out = anstream::stderr();
    for error in first_of_each(errors) {
        if writeln!(out, "{}\n", error.render(true)).is_err() {
            // Standard error is closed, and nobody is left to tell.
            break;
        }
    }
    if errors.is_empty() { WELL } else { BAD_INPUT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_scenario_never_replaces_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("link/first.toml");
        let name = path.to_str().unwrap();
        assert_eq!(write_new(name).as_deref(), Ok(path.as_path()));
        fs::write(&path, "mine").unwrap();
        assert!(write_new(name).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        for name in ["", "../x", "/x", "a/../../x"] {
            assert!(write_new(name).is_err(), "{name}");
        }
    }

    #[test]
    fn exit_codes_tell_good_files_from_bad_ones() {
        let folder = tempfile::tempdir().unwrap();
        let paths = || vec![folder.path().to_path_buf()];
        assert_eq!(
            check(&CheckArgs { paths: paths(), rig: None }, |_, _| None),
            BAD_INPUT,
            "there is none"
        );
        let path = folder.path().join("a.toml");
        fs::write(&path, STARTER).unwrap();
        assert_eq!(check(&CheckArgs { paths: paths(), rig: None }, |_, _| None), WELL);
        assert_eq!(list(&ListArgs { paths: paths() }), WELL);
        fs::write(&path, STARTER.replace("  { at", "{at")).unwrap();
        assert_eq!(fmt(&FmtArgs { paths: paths(), check: true }), BAD_INPUT);
        assert_eq!(fmt(&FmtArgs { paths: paths(), check: false }), WELL);
        assert_eq!(fs::read_to_string(&path).unwrap(), STARTER);
        fs::write(&path, STARTER.replace("until", "untill")).unwrap();
        assert_eq!(check(&CheckArgs { paths: paths(), rig: None }, |_, _| None), BAD_INPUT);
    }
}

//! The commands for people who write scenarios: check, fmt, new, list, explain, schema.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use clap::{Args, ValueEnum};
use contract::catalogue::FaultInfo;

use super::Word;
use super::out::say;
use crate::diagnostic::{Diagnostic, first_of_each, scenario as message};
use crate::report::{self, catalogue};
use crate::scenario::names::{self, Unknown};
use crate::scenario::{self, ScenarioFile, explain, files, format::format, schema};

/// All is well.
const WELL: i32 = 0;
/// The command line, a scenario or another file is wrong.
const BAD_INPUT: i32 = 2;

/// Check scenario files: every mistake of every file, with its remedy
#[derive(Args)]
#[command(after_help = "Examples:\n  payrig check\n  payrig check \
                        scenarios/link/my-first.toml\n  payrig check --rig \
                        hw-fixtures/benches/process.toml      what a bench can't play")]
pub struct CheckArgs {
    /// Files and folders; without any, all of scenarios/
    #[arg(value_name = "PATHS")]
    pub(super) paths: Vec<PathBuf>,
    /// Say as well what this rig can't play, without touching it: the file of a bench
    #[arg(long, env = "PAYRIG_RIG", value_name = "NAME")]
    pub(super) rig: Option<String>,
}

/// Write the steps and expectations of scenario files in their canonical form, in place
///
/// Columns are aligned and comments stay; nothing else changes.
#[derive(Args)]
#[command(after_help = "Examples:\n  payrig fmt scenarios/link\n  payrig fmt --check      in \
                        CI: exits with 2 when a file is not formatted")]
pub struct FmtArgs {
    /// Files and folders; without any, all of scenarios/
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// Change nothing; name the files that are not formatted, and exit with 2 if there are any
    #[arg(long, env = "PAYRIG_CHECK")]
    check: bool,
}

/// Write a first scenario to start from
#[derive(Args)]
#[command(after_help = "Example:\n  payrig new link/my-first      writes \
                        scenarios/link/my-first.toml")]
pub struct NewArgs {
    /// Its name, which is its path below scenarios/; or a path that ends with .toml
    #[arg(value_name = "NAME")]
    name: String,
}

/// List scenarios with title, tags, covered faults and seeds
#[derive(Args)]
#[command(after_help = "Examples:\n  payrig list\n  payrig list scenarios/power\n  payrig list | \
                        grep link-outage      the scenarios that cover a fault")]
pub struct ListArgs {
    /// Files and folders; without any, all of scenarios/
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
}

/// Explain a word: a verb, a moment, a rule, a fault, a firmware, an exit code and more
///
/// It knows each key and value of a scenario, moments, channels, rules and their verdicts, faults,
/// remedies, firmwares, link and wire profiles, rigs, tags, commands and exit codes. A word with a
/// slip gets those that are nearly the same.
#[derive(Args)]
#[command(after_help = "Examples:\n  payrig explain outage\n  payrig explain approved shown\n  \
                        payrig explain S1\n  payrig explain not exercised\n  \
                        payrig explain exit")]
pub struct ExplainArgs {
    /// The word
    #[arg(value_name = "WORD", num_args = 1.., required = true)]
    word: Vec<String>,
}

/// Print the JSON Schema of scenario files or of the JSON report
#[derive(Args)]
#[command(
    after_help = "Examples:\n  payrig schema scenario > scenario.json      for an editor that \
                        completes TOML\n  payrig schema report > report.json"
)]
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
        (0, _) => return none_there(&args.paths),
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
        return none_there(&args.paths);
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
        files::replace(path, &new).map_err(|why| vec![not_replaced(path, &why)])?;
    }
    Ok(new != old)
}

/// Why a file was left as it is, and what to do.
fn not_replaced(path: &Path, why: &io::Error) -> Diagnostic {
    let error = format!("can't write `{}`, which is as it was: {why}", files::shown(path));
    let help = match why.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "have the owner of file and folder let you write them"
        }
        _ => "make room beside it",
    };
    Diagnostic::plain(error).help(format!("{help}; payrig fmt --check only looks"))
}

/// Carries out `new`; returns the exit code.
pub fn new(args: &NewArgs) -> i32 {
    match write_new(&args.name) {
        Ok(path) => {
            let path = files::shown(&path);
            let quoted = report::quoted(&path);
            say(&format!("{path}\nNext: edit it, then: payrig check {quoted}\n"));
            WELL
        }
        Err(error) => refuse(&[error]),
    }
}

fn write_new(name: &str) -> Result<PathBuf, Diagnostic> {
    let path = match name.ends_with(".toml") {
        true => PathBuf::from(name),
        false => {
            let parts = || Path::new(name).components();
            if name.is_empty() || !parts().all(|part| matches!(part, Component::Normal(_))) {
                let help = "a name is a path below scenarios/; anything else ends with .toml";
                let error = format!("`{name}` is no name of a scenario like link/my-first");
                return Err(Diagnostic::plain(error).help(help));
            }
            Path::new(files::SUITE).join(format!("{name}.toml"))
        }
    };
    let failed = |why| not_written(&path, &why);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = fs::File::create_new(&path).map_err(failed)?;
    file.write_all(STARTER.as_bytes()).map_err(|why| {
        // Half a scenario would be in the way of the next try, and of every run.
        let _ = fs::remove_file(&path);
        failed(why)
    })?;
    Ok(path)
}

/// Why a new scenario was not written, and what to do instead.
fn not_written(path: &Path, why: &io::Error) -> Diagnostic {
    let shown = files::shown(path);
    let help = match why.kind() {
        io::ErrorKind::AlreadyExists if path.is_file() => {
            format!(
                "choose another name; nothing is replaced. See what is there: payrig check {shown}"
            )
        }
        _ if path.is_dir() => {
            format!("it is a folder; choose a name in it, like {shown}/my-first.toml")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge => "make room first".to_owned(),
        _ => "choose another name, in a folder that you may write to".to_owned(),
    };
    Diagnostic::plain(format!("can't write a new scenario: {shown}: {why}")).help(help)
}

/// Carries out `list`; returns the exit code.
pub fn list(args: &ListArgs) -> i32 {
    match scenario::find(&args.paths) {
        Ok(files) if files.is_empty() => none_there(&args.paths),
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
    // Outside of a suite, and in one with mistakes, there are still the other words.
    let suite = scenario::find(&[]).unwrap_or_default();
    let others: Vec<Word> = others.iter().cloned().chain(tags(&suite)).collect();
    let word = args.word.join(" ");
    match explain::explain(&word, exit_codes, &others, &|fault| fault_page(fault, &suite)) {
        Ok(pages) => {
            say(&catalogue::fitted(&pages));
            WELL
        }
        Err(error) => refuse(&[error]),
    }
}

/// The tags of these scenarios.
fn tags(files: &[ScenarioFile]) -> impl Iterator<Item = Word> {
    let mut tagged = BTreeMap::<&str, Vec<&str>>::new();
    for ScenarioFile { scenario, .. } in files {
        for tag in &scenario.tags {
            tagged.entry(tag).or_default().push(&scenario.name);
        }
    }
    tagged.into_iter().map(|(tag, names)| {
        let count = counted(names.len(), "scenario");
        let meaning =
            format!("{count}, played with: payrig run -t {tag}\n  {}", names.join("\n  "));
        Word { name: tag.to_owned(), kind: "tag", meaning }
    })
}

/// The page of a fault, with those of these scenarios that cover it.
fn fault_page(fault: &FaultInfo, files: &[ScenarioFile]) -> String {
    let covers = |file: &&ScenarioFile| file.scenario.covers.iter().any(|id| id == fault.id.0);
    let names: Vec<&str> =
        files.iter().filter(covers).map(|file| file.scenario.name.as_str()).collect();
    catalogue::page(fault, &names)
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

fn none_there(paths: &[PathBuf]) -> i32 {
    refuse(&[message::none_in(paths)])
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
        assert_eq!(write_new(name).unwrap(), path);
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

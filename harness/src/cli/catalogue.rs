//! `faults`, `firmwares`, `completions`, `man`: what there is, as tables and pages.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::Args;
use contract::catalogue::{FAULTS, FaultInfo};
use unicode_width::UnicodeWidthStr as _;

use super::coverage::{Covered, coverage};
use super::exit::ExitCode;
use super::out::say;
use super::{BadInput, Workshop};
use crate::report::catalogue::table;

/// List the fault catalogue: what can go wrong, in the words of the merchants' guidance
///
/// `payrig explain FAULT` has the page of each.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  payrig faults\n  payrig faults --coverage | grep link-outage\n  \
                        payrig faults --coverage | grep 'NOT COVERED'"
)]
pub(super) struct FaultsArgs {
    /// With --coverage: where scenarios are looked for; without any, all of scenarios/
    #[arg(value_name = "PATHS", requires = "coverage")]
    paths: Vec<PathBuf>,
    /// Name the scenarios that cover each fault, and the bad firmwares that they catch (plays them)
    #[arg(long, env = "PAYRIG_COVERAGE")]
    coverage: bool,
}

/// Print the completion script for a shell
#[derive(Args)]
#[command(after_help = "Example:\n  payrig completions bash > \
                        ~/.local/share/bash-completion/completions/payrig")]
pub(super) struct CompletionsArgs {
    /// Which shell
    #[arg(value_name = "SHELL")]
    shell: clap_complete::Shell,
}

/// Print the manual page, or write one for each command
#[derive(Args)]
#[command(after_help = "Examples:\n  payrig man | man -l -\n  payrig man --dir \
                        ~/.local/share/man/man1")]
pub(super) struct ManArgs {
    /// Write the pages of all commands into this folder
    #[arg(long, env = "PAYRIG_DIR", value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

pub(super) fn faults(args: &FaultsArgs, workshop: &Workshop) -> Result<ExitCode, BadInput> {
    if args.coverage {
        let covered = coverage(&args.paths, workshop)?;
        let rows: Vec<_> =
            FAULTS.iter().flat_map(|fault| covered_rows(fault, covered.get(fault.id.0))).collect();
        say(&table(&["fault", "", "scenarios that cover it, bad firmwares they catch"], &rows));
        return Ok(ExitCode::Passed);
    }
    let row = |fault: &FaultInfo| {
        vec![fault.id.to_string(), fault.seed.unwrap_or("").to_owned(), fault.title.en.to_owned()]
    };
    let rows: Vec<_> = FAULTS.iter().map(row).collect();
    say(&table(&["fault", "in the guidance", "what it is"], &rows));
    Ok(ExitCode::Passed)
}

/// How wide a list of names is set, so that a row has less than 100 columns.
const NAMES: usize = 52;

/// What covers a fault, on lines that each begin with its name, so that `grep` finds them all.
fn covered_rows(fault: &FaultInfo, covered: Option<&Covered>) -> Vec<Vec<String>> {
    let row = |kind: &str, names: String| vec![fault.id.to_string(), kind.to_owned(), names];
    let seed = fault.seed.map(|seed| row("guidance", seed.to_owned()));
    let Some(Covered { scenarios, catches }) = covered else {
        return [seed, Some(row("NOT COVERED", String::new()))].into_iter().flatten().collect();
    };
    let catches: Vec<String> = catches.iter().cloned().collect();
    let rows = |kind, names: &[String]| {
        lines(names, NAMES).into_iter().map(move |line| row(kind, line)).collect::<Vec<_>>()
    };
    let names = [rows("scenarios", scenarios), rows("catches", &catches)].concat();
    seed.into_iter().chain(names).collect()
}

/// Names with commas between them, on lines of up to so many columns; a longer name has a line.
fn lines(names: &[String], columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for name in names {
        match lines.last_mut() {
            Some(line) if line.width() + name.width() + 3 <= columns => {
                *line += &format!(", {name}");
            }
            _ => lines.push(name.clone()),
        }
    }
    lines
}

pub(super) fn firmwares(workshop: &Workshop) -> ExitCode {
    let row = |row: &super::FirmwareRow| {
        let breaks: Vec<&str> = row.breaks.iter().map(|rule| rule.id()).collect();
        vec![row.number.clone(), row.name.clone(), breaks.join(" "), row.summary.clone()]
    };
    let rows: Vec<Vec<String>> = workshop.firmwares.iter().map(row).collect();
    say(&table(&["number", "name", "breaks", "what it does"], &rows));
    ExitCode::Passed
}

pub(super) fn completions(args: &CompletionsArgs, mut command: clap::Command) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "payrig", &mut script);
    say(&String::from_utf8_lossy(&script));
    ExitCode::Passed
}

pub(super) fn man(args: &ManArgs, command: clap::Command) -> Result<ExitCode, BadInput> {
    match &args.dir {
        Some(dir) => pages(dir, command).map_err(|why| {
            let help = "help: give a folder that you may write to; it is made if need be";
            BadInput::error(format!("{}: {why}\n{help}", dir.display()))
        })?,
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(BadInput::error)?;
            say(&String::from_utf8_lossy(&page));
        }
    }
    Ok(ExitCode::Passed)
}

fn pages(dir: &Path, command: clap::Command) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    clap_mangen::generate_to(command, dir)
}

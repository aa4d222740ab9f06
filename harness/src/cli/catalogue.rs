//! `faults`, `firmwares`, `completions`, `man`: what there is, as tables and pages.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::Args;
use contract::catalogue::{FAULTS, FaultInfo};

use super::coverage::{Covered, coverage};
use super::exit::ExitCode;
use super::out::say;
use super::{BadInput, Workshop};
use crate::report::catalogue::table;

/// List the fault catalogue: what can go wrong, in the words of the merchants' guidance
///
/// `payrig explain FAULT` has the page of each.
#[derive(Args)]
pub(super) struct FaultsArgs {
    /// With --coverage: where scenarios are looked for; without any, all of scenarios/
    #[arg(value_name = "PATHS")]
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
pub(super) struct ManArgs {
    /// Write the pages of all commands into this folder
    #[arg(long, env = "PAYRIG_DIR", value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

pub(super) fn faults(args: &FaultsArgs, workshop: &Workshop) -> Result<ExitCode, BadInput> {
    if args.coverage {
        let covered = coverage(&args.paths, workshop)?;
        let rows: Vec<_> =
            FAULTS.iter().map(|fault| covered_row(fault, covered.get(fault.id.0))).collect();
        let head = ["fault", "in the guidance", "scenarios", "bad firmwares that they catch"];
        say(&table(&head, &rows));
        return Ok(ExitCode::Passed);
    }
    let row = |fault: &FaultInfo| {
        vec![fault.id.to_string(), fault.seed.unwrap_or("").to_owned(), fault.title.en.to_owned()]
    };
    let rows: Vec<_> = FAULTS.iter().map(row).collect();
    say(&table(&["fault", "in the guidance", "what it is"], &rows));
    Ok(ExitCode::Passed)
}

fn covered_row(fault: &FaultInfo, covered: Option<&Covered>) -> Vec<String> {
    let (scenarios, catches) = match covered {
        None => ("NOT COVERED".to_owned(), String::new()),
        Some(Covered { scenarios, catches }) => {
            let catches: Vec<&str> = catches.iter().map(String::as_str).collect();
            (scenarios.join(", "), catches.join(", "))
        }
    };
    vec![fault.id.to_string(), fault.seed.unwrap_or("").to_owned(), scenarios, catches]
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
        Some(dir) => pages(dir, command)
            .map_err(|why| BadInput::error(format!("{}: {why}", dir.display())))?,
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

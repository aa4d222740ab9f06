//! The binary: the only place that knows every rig, firmware and command, and hands them over.

mod cmd;

use contract::rig::OpenRig;
use harness::cli::{FirmwareRow, Workshop};

/// The rigs by name; the first one is the default.
const RIGS: &[(&str, OpenRig)] = &[];

/// The built-in firmwares.
fn firmwares() -> Vec<FirmwareRow> {
    Vec::new()
}

fn main() {
    let workshop = Workshop { rigs: RIGS, firmwares: firmwares(), extras: cmd::extras() };
    std::process::exit(harness::cli::main(workshop));
}

//! The binary: the only place that knows every rig, firmware and command, and hands them over.

mod cmd;

use contract::rig::OpenRig;
use harness::cli::{FirmwareRow, Workshop};

/// The rigs by name; the first one is the default.
const RIGS: &[(&str, OpenRig)] = &[("event", sim::open_event), ("turmoil", sim::open_turmoil)];

/// The built-in firmwares.
fn firmwares() -> Vec<FirmwareRow> {
    let row = |firmware: &sim::FirmwareInfo| FirmwareRow {
        number: firmware.number.to_owned(),
        name: firmware.name.to_owned(),
        summary: firmware.summary.to_owned(),
        breaks: firmware.breaks.to_vec(),
    };
    sim::FIRMWARES.iter().map(row).collect()
}

fn main() {
    let workshop = Workshop { rigs: RIGS, firmwares: firmwares(), extras: cmd::extras() };
    std::process::exit(harness::cli::main(workshop));
}

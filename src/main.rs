//! The binary: the only place that knows every rig, firmware and command, and hands them over.

mod cmd;

use harness::cli::{FirmwareRow, RigRow, Word, Workshop};

/// The rigs; the first one is the default.
const RIGS: &[RigRow] = &[
    RigRow { name: "event", open: sim::open_event, terminals: None },
    RigRow { name: "turmoil", open: sim::open_turmoil, terminals: Some(sim::TURMOIL_TERMINALS) },
];

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

/// The link profiles, whose names stand in scenarios.
fn words() -> Vec<Word> {
    let row = |name: &&str| {
        let title = sim::link::Profile::load(name).map_or_else(|why| why, |p| p.title().to_owned());
        let meaning = format!("{title}\n  numbers and sources: payrig link show {name}");
        Word { name: (*name).to_owned(), kind: "link profile", meaning }
    };
    sim::link::profile_names().iter().map(row).collect()
}

fn main() {
    let extras = cmd::extras();
    let workshop = Workshop { rigs: RIGS, firmwares: firmwares(), words, extras };
    std::process::exit(harness::cli::main(workshop));
}

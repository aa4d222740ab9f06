//! The binary: the only place that knows every rig, firmware and command, and hands them over.

mod cmd;

use harness::cli::{FirmwareRow, RigRow, Word, Workshop};

/// The rigs; the first one is the default.
const RIGS: &[RigRow] = &[
    RigRow { name: "event", open: sim::open_event, terminals: None, survey: None },
    RigRow {
        name: "turmoil",
        open: sim::open_turmoil,
        terminals: Some(sim::TURMOIL_TERMINALS),
        survey: None,
    },
    RigRow {
        name: "FILE.toml",
        open: hw_fixtures::bench::open,
        terminals: None,
        survey: Some(hw_fixtures::bench::survey),
    },
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

/// The wire profiles with what sets them apart.
const WIRES: [(&str, &str); 2] = [
    (
        "plain87",
        "ISO 8583:1987 with a 2-byte length, ASCII digits and a binary bitmap: no header, no \
                 MAC. The default.",
    ),
    (
        "cup-scan",
        "As China UnionPay's terminals write it: TPDU and header, BCD digits, a MAC in each \
                  message about a payment.",
    ),
];

/// The link and wire profiles, whose names stand in scenarios, and the magic amounts.
fn words() -> Vec<Word> {
    let row = |name: &&str| {
        let title = sim::link::Profile::load(name).map_or_else(|why| why, |p| p.title().to_owned());
        let meaning = format!("{title}\n  numbers and sources: payrig link show {name}");
        Word { name: (*name).to_owned(), kind: "link profile", meaning }
    };
    let mut words: Vec<Word> = sim::link::profile_names().iter().map(row).collect();
    words.extend(WIRES.iter().map(|(name, what)| Word {
        name: (*name).to_owned(),
        kind: "wire profile",
        meaning: format!("{what}\n  payrig run --wire {name}"),
    }));
    words.push(Word { name: "magic".to_owned(), kind: "amounts", meaning: magic() });
    words
}

/// What magic amounts call for.
fn magic() -> String {
    let what = "With amounts = \"magic\" an amount that ends so calls for a fault of the host; \
                MACs and keys\n  are there on the wire cup-scan only:";
    let row = |(amount, fault)| format!("\n    {amount}  {fault}");
    sim::magic_amounts().map(row).fold(what.to_owned(), |text, row| text + &row)
}

fn main() {
    let extras = cmd::extras();
    let workshop =
        Workshop { rigs: RIGS, firmwares: firmwares(), unknown: sim::unknown_name, words, extras };
    std::process::exit(harness::cli::main(workshop));
}

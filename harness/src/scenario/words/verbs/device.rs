//! The verbs of the terminal's own parts: peripherals, power, flash, firmware, settings, wear.

use super::*;

/// Lines of a receipt, from none to more than one has.
const LINES: Kind = counts(0, 40);

pub(super) const DEVICE: &[Verb] = &[
    Verb {
        key: "scanner",
        word: None,
        args: &[arg(
            "scanner",
            Kind::Word(&["silent", "garbage", "double", "stuck-trigger", "usb-detach"]),
            Required("silent"),
            "sends nothing, bytes that are no code, each code twice or again and again, or is gone",
        )],
        lasting: ForOrNext,
        meaning: "The scanner fails.",
        example: r#"{ at = "5s", scanner = "double", next = 1 }"#,
        make: Make::Fault(|a| Fault::ScannerFault { mode: a.variant("scanner") }),
    },
    fault!(
        "display" = "stuck",
        For,
        "The terminal's display goes on showing what it showed, and takes nothing new.",
        r#"{ on = "sale sent", display = "stuck", for = "30s" }"#,
        [],
        |_| Fault::DisplayStuck
    ),
    fault!(
        "printer" = "no-paper",
        For,
        "The printer has no paper.",
        r#"{ at = "5s", printer = "no-paper", for = "2m" }"#,
        [],
        |_| Fault::PrintPaperOut
    ),
    fault!(
        "printer" = "jam",
        For,
        "The paper jams in the middle of a receipt; nothing more comes out.",
        r#"{ at = "5s", printer = "jam", line = 6, for = "2m" }"#,
        [arg("line", LINES, Default("6"), "after how many lines")],
        |a| Fault::PrinterStops { why: PrinterStop::Jam, line: a.count("line") }
    ),
    fault!(
        "printer" = "overheat",
        For,
        "The print head is too hot; nothing comes out before it has cooled down.",
        r#"{ at = "5s", printer = "overheat", for = "1m30s" }"#,
        [arg("line", LINES, Default("0"), "after how many lines of a receipt")],
        |a| Fault::PrinterStops { why: PrinterStop::Overheat, line: a.count("line") }
    ),
    fault!(
        "printer" = "cover-open",
        For,
        "The printer's cover is open; nothing comes out before it is closed.",
        r#"{ at = "5s", printer = "cover-open", for = "2m" }"#,
        [arg("line", LINES, Default("0"), "after how many lines of a receipt")],
        |a| Fault::PrinterStops { why: PrinterStop::CoverOpen, line: a.count("line") }
    ),
    fault!(
        "power" = "cut",
        For,
        "The terminal loses its power; unsynced flash writes are lost.",
        r#"{ on = "sale sent", plus = "50ms", power = "cut", for = "20s" }"#,
        [],
        |_| Fault::PowerCut
    ),
    fault!(
        "flash" = "torn-write",
        For,
        "The last unsynced write is cut in the middle at the next power cut.",
        r#"{ at = "0s", flash = "torn-write", for = "5m" }"#,
        [],
        |_| Fault::StoreTornWrite
    ),
    fault!(
        "flash" = "write-fail",
        For,
        "The terminal's flash refuses every write.",
        r#"{ at = "5s", flash = "write-fail", for = "2m" }"#,
        [],
        |_| Fault::FlashWriteFail
    ),
    fault!(
        "flash" = "full",
        For,
        "The terminal's flash has no room for more.",
        r#"{ at = "5s", flash = "full", for = "2m" }"#,
        [],
        |_| Fault::StoreFull
    ),
    fault!(
        "flash" = "journal-lost",
        For,
        "The device is replaced by one with the same number and an empty journal.",
        r#"{ on = "captured", flash = "journal-lost", for = "2m" }"#,
        [],
        |_| Fault::JournalLost
    ),
    fault!(
        "firmware" = "crash",
        For,
        "The firmware crashes; its watchdog starts it again at the end. The flash stays.",
        r#"{ on = "sale sent", firmware = "crash", for = "5s" }"#,
        [],
        |_| Fault::FwCrash
    ),
    fault!(
        "firmware" = "hang",
        For,
        "The firmware stands still; after 30 s the hardware watchdog resets it.",
        r#"{ on = "sale sent", firmware = "hang", for = "2m" }"#,
        [],
        |_| Fault::FwHang
    ),
    fault!(
        "firmware" = "outdated",
        For,
        "The terminal runs an old image, which does not know newer response codes.",
        r#"{ at = "0s", firmware = "outdated", behind = 1, for = "10m" }"#,
        [arg(
            "behind",
            counts(1, 2),
            Default("1"),
            "so many versions; the host serves no sale at 2"
        )],
        |a| Fault::FwOutdated { behind: a.count("behind") }
    ),
    fault!(
        "settings" = "wrong",
        For,
        "A technician sets a stored setting wrong and restarts the terminal.",
        r#"{ at = "5s", settings = "wrong", key = "tid", for = "2m" }"#,
        [arg(
            "key",
            Kind::Word(&["tid", "mid", "queries"]),
            Default("tid"),
            "terminal number, merchant number or query times"
        )],
        |a| Fault::ConfigBad { key: a.variant("key") }
    ),
    fault!(
        "settings" = "list-filter",
        For,
        "The terminal's payment list is set to show the newest few only.",
        r#"{ at = "0s", settings = "list-filter", last = 2, for = "10m" }"#,
        [arg("last", counts(1, 40), Default("2"), "how many it shows")],
        |a| Fault::TerminalListPartial { last: a.count("last") }
    ),
    fault!(
        "hardware" = "aging",
        For,
        "Worn hardware: the green key bounces, the scanner misses good codes, receipts fade.",
        r#"{ at = "0s", hardware = "aging", bounce = "30%", misread = "30%", for = "10m" }"#,
        [
            arg("bounce", RATES, Default("30%"), "how often one press arrives twice"),
            arg("misread", RATES, Default("30%"), "how often the scanner sees nothing"),
            arg("fade", RATES, Default("0%"), "how often a receipt is too faint to be read")
        ],
        |a| Fault::HwAging {
            bounce: a.rate("bounce"),
            misread: a.rate("misread"),
            fade: a.rate("fade")
        }
    ),
    fault!(
        "hardware" = "clock",
        For,
        "The terminal's own clock is wrong.",
        r#"{ at = "0s", hardware = "clock", error = "behind", by = "2h", for = "10m" }"#,
        [
            arg("error", Kind::Word(&["ahead", "behind"]), Default("behind"), "which way"),
            arg("by", SOME_TIMES, Default("2h"), "how much")
        ],
        |a| Fault::ClockSkew { error: a.variant("error"), by: a.lapse("by") }
    ),
];

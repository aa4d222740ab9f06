//! What can be wrong with a printer, and how it says so (ESC/POS command reference: `DLE EOT`,
//! `GS r`, `GS a`, `GS I`).

use std::collections::BTreeSet;

/// Something that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The roll is nearly at its end; it still prints.
    PaperLow,
    /// The roll is at its end.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// Paper is stuck at the cutter.
    Jam,
}

use Trouble::{CoverOpen, Jam, PaperLow, PaperOut};

/// Whether nothing is printed.
pub(super) fn is_stopped(troubles: &BTreeSet<Trouble>) -> bool {
    troubles.iter().any(|trouble| *trouble != PaperLow)
}

/// `bits` if this is wrong.
fn bits_if(is_wrong: bool, bits: u8) -> u8 {
    if is_wrong { bits } else { 0 }
}

/// The answer to `DLE EOT`: printer, cause of being off line, error, paper.
pub(super) fn answer(kind: u8, troubles: &BTreeSet<Trouble>) -> Option<u8> {
    let has = |trouble| troubles.contains(&trouble);
    let bits = match kind {
        1 => bits_if(is_stopped(troubles), 0x08),
        2 => bits_if(has(CoverOpen), 0x04) | bits_if(has(PaperOut), 0x20) | bits_if(has(Jam), 0x40),
        3 => bits_if(has(Jam), 0x08),
        4 => bits_if(has(PaperLow) || has(PaperOut), 0x0c) | bits_if(has(PaperOut), 0x60),
        _ => return None,
    };
    // Bits 1 and 4 are always set.
    Some(0x12 | bits)
}

fn paper(troubles: &BTreeSet<Trouble>) -> u8 {
    let has = |trouble| troubles.contains(&trouble);
    bits_if(has(PaperLow) || has(PaperOut), 0x03) | bits_if(has(PaperOut), 0x0c)
}

/// The answer to `GS r`: paper sensors; the drawer, which is shut.
pub(super) fn sensors(kind: u8, troubles: &BTreeSet<Trouble>) -> Option<u8> {
    match kind {
        1 | b'1' => Some(paper(troubles)),
        2 | b'2' => Some(0),
        _ => None,
    }
}

/// The four bytes that come by themselves when something changes.
pub(super) fn report(troubles: &BTreeSet<Trouble>) -> [u8; 4] {
    let has = |trouble| troubles.contains(&trouble);
    let first = 0x10 | bits_if(is_stopped(troubles), 0x08) | bits_if(has(CoverOpen), 0x20);
    [first, bits_if(has(Jam), 0x08), paper(troubles), 0]
}

/// The answer to `GS I`: numbers of a printer with a cutter, and names.
pub(super) fn identity(kind: u8) -> Vec<u8> {
    let name = |name: &str| [b"_", name.as_bytes(), b"\0"].concat();
    match kind {
        1 | b'1' => vec![0x20],
        2 | b'2' => vec![0x02],
        3 | b'3' => vec![0x01],
        65 => name("1.0"),
        66 => name("payrig"),
        67 => name("receipt printer"),
        _ => Vec::new(),
    }
}

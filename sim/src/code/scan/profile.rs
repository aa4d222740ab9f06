//! How a scanner is set up: data with its source, embedded. Knows no pictures.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use contract::fault::Rate;
use serde::Deserialize;

/// A grade of print quality (ISO/IEC 15416).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Grade {
    A,
    B,
    C,
    D,
    F,
}

/// How a scanner is set up.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scanner {
    frames_per_second: usize,
    look_ms: usize,
    /// How many pictures must say the same before it is sent. Two is what guards a barcode
    /// against a misread; 1 is a scanner that was never set up.
    pub reads: usize,
    /// What it appends to a text.
    pub suffix: Box<str>,
    /// It sends each code twice, as one does that reads on while the phone is still there.
    pub double: bool,
    /// The grade of a barcode, by the severity of its damage.
    grades: [Grade; 8],
    misreads_ppm: BTreeMap<Grade, Rate>,
    steep_degrees: u8,
    steep_ppm: Rate,
    #[serde(rename = "source")]
    _source: Box<str>,
}

static SCANNERS: LazyLock<BTreeMap<String, Scanner>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../data/scanners.toml"))
        .expect("the embedded scanners are valid")
});

impl Default for Scanner {
    /// The one that stands beside a terminal.
    fn default() -> Scanner {
        SCANNERS["payment-box"].clone()
    }
}

impl Scanner {
    /// It, set to send what so many pictures say alike.
    pub fn with_reads(self, reads: usize) -> Scanner {
        Scanner { reads, ..self }
    }

    /// Pictures that it takes in one look.
    pub(super) fn frames(&self) -> usize {
        (self.frames_per_second * self.look_ms / 1_000).max(1)
    }

    /// The chance that one picture of a Code 128 barcode is misread.
    pub(super) fn barcode_misreads(&self, severity: u8, yaw: u8) -> Rate {
        let last = self.grades.len() - 1;
        let grade = self.grades[usize::from(severity).min(last)];
        let printed = self.misreads_ppm.get(&grade).copied().unwrap_or_default();
        if yaw >= self.steep_degrees { printed.max(self.steep_ppm) } else { printed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_and_its_misreads_follow_from_the_data() {
        let scanner = Scanner::default();
        assert_eq!(scanner.frames(), 5);
        let rates = |yaw| (0..=8).map(|s| scanner.barcode_misreads(s, yaw).0).collect::<Vec<_>>();
        assert_eq!(rates(67), [0, 0, 0, 1_000, 1_000, 10_000, 10_000, 10_000, 10_000]);
        assert_eq!(rates(68), [20_000; 9]);
        let slow = Scanner { frames_per_second: 1, ..scanner };
        assert_eq!(slow.frames(), 1);
    }
}

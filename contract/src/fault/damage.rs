//! How the picture of a code is spoilt, and which symbol it is: the one list of kinds, with their
//! words. How strong a severity is and how it looks is for whoever draws the picture.

use serde::{Deserialize, Serialize};

macro_rules! damages {
    ($($kind:ident = $word:literal: $what:literal,)*) => {
        /// How a code's picture is damaged.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Damage {
            $(
                #[doc = $what]
                #[serde(rename = $word)]
                $kind,
            )*
        }

        impl Damage {
            /// Every kind, in the order of the list.
            pub const ALL: &[Damage] = &[$(Damage::$kind),*];

            /// The words for them, in the same order.
            pub const WORDS: &[&str] = &[$($word),*];

            /// The word for it in scenarios, on the command line and in traces.
            pub const fn word(self) -> &'static str {
                match self { $(Damage::$kind => $word),* }
            }

            /// What it is, in a sentence.
            pub const fn what(self) -> &'static str {
                match self { $(Damage::$kind => $what),* }
            }
        }
    };
}

damages! {
    Blot = "blot": "A dark blot over part of the symbol.",
    Blur = "blur": "Out of focus.",
    Contrast = "contrast": "Faded: little contrast.",
    Tilt = "tilt": "Held at an angle, top away.",
    Glare = "glare": "A bright reflection over part of the symbol.",
    Scratch = "scratch": "Bright scratches right across the symbol.",
    Motion = "motion": "Smeared by a moving hand.",
    Dark = "dark": "A screen that is hardly lit.",
    Jpeg = "jpeg": "Compressed too far, as forwarded pictures are.",
    Moire = "moire": "The stripes of a display under a camera.",
    Fold = "fold": "A crease, and what lies beyond it has slipped.",
    Crop = "crop": "The light border is gone, then a part of one side.",
    Flips = "flips": "Single modules turned from dark to light or back, as by a bad printer.",
    WrongKind = "wrong-kind": "Another code instead, ever more like a payment code.",
    TwoCodes = "two-codes": "A shop's receive code in view beside it, ever larger.",
}

/// Which symbol carries the payment code; wallets show both.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Symbol {
    /// The square one, with error correction.
    #[default]
    Qr,
    /// The barcode, with one check symbol and no correction.
    Code128,
}

impl Symbol {
    /// The words for them.
    pub const WORDS: &[&str] = &["qr", "code128"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_is_written_into_traces() {
        for (kind, word) in Damage::ALL.iter().zip(Damage::WORDS) {
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{word}\""));
            assert_eq!(kind.word(), *word);
        }
        for (symbol, word) in [Symbol::Qr, Symbol::Code128].iter().zip(Symbol::WORDS) {
            assert_eq!(serde_json::to_string(symbol).unwrap(), format!("\"{word}\""));
        }
    }
}

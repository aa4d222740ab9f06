//! What a scanner makes of a code that is shown to it: the text it sends, or nothing.
//!
//! A camera model, not a rule of thumb: a code is drawn, damaged, looked at and decoded, and what
//! counts is what the decoder says. Only misreads of barcodes are drawn from a rate, because they
//! are too rare to be met in the looks that are taken.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use contract::action::WalletBrand;
use contract::fault::{Damage, Rate, Symbol};
use rand::{Rng, RngExt};

use super::camera::Hold;
use super::damage::scene::{RECEIVE_CODE, other_text};
use super::damage::{photo, severity, spoil, tilt_degrees};
use super::format::mint;
use super::image::{EcLevel, Symbology, read, render};
use crate::env;

mod profile;

pub use profile::Scanner;

/// Pixels a module in the scanner's picture. Decoders need about 3 (Sensors 22(19):7230).
const SCALE: u32 = 4;

/// Wallets put their logo into the middle of the symbol, which takes the highest error correction
/// (assumption). 18 digits and more then make a version 2 symbol, the smallest that has an
/// alignment pattern; without one the decoder fails often from 20 degrees of pitch on (own
/// measurement).
const LEVEL: EcLevel = EcLevel::H;

/// How far a hand turns the phone to either side, in degrees (assumption).
const ROLL_DEGREES: f64 = 4.6;

/// How many looks at a damaged code are drawn and decoded; every later one is like one of them.
/// Bounds the work, however many customers come.
const LOOKS: u64 = 32;

/// What is held before the scanner.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The payment code.
    pub code: &'a str,
    /// Which of its symbols.
    pub symbol: Symbol,
    /// What is wrong with its picture: kind and severity, 0 to 7.
    pub damage: &'a [(Damage, u8)],
    /// The angle at which it is held, in degrees: the pitch of a QR code, the yaw of a barcode.
    pub angle: u8,
}

impl Target<'_> {
    fn is_clean(&self) -> bool {
        self.angle == 0 && self.damage.iter().all(|(_, severity)| *severity == 0)
    }

    /// The worst of its damages.
    fn severity(&self) -> u8 {
        self.damage.iter().map(|(_, severity)| *severity).max().unwrap_or(0)
    }
}

impl Scanner {
    /// The text that the scanner reads in one look, without its suffix; `None` when too few
    /// pictures agree. An undamaged code, held straight, is read as it is and costs no picture and
    /// no random number.
    pub fn look(&self, target: &Target<'_>, rng: &mut impl Rng) -> Option<String> {
        if target.is_clean() {
            return Some(target.code.to_owned());
        }
        let mut reads = BTreeMap::new();
        for seen in look_like(target, self.frames(), rng.random_range(0..LOOKS)) {
            let text = match seen {
                Seen::Nothing => continue,
                Seen::Other(text) => text.to_owned(),
                Seen::Code => {
                    let wrong = misread(target.code, self.misreads(target), rng);
                    wrong.unwrap_or_else(|| target.code.to_owned())
                }
            };
            let count = reads.entry(text.clone()).or_insert(0);
            *count += 1;
            if *count >= self.reads {
                return Some(text);
            }
        }
        None
    }

    /// The chance that a read of this is wrong. QR codes are never misread: their error correction
    /// lets about one random word in 10^9 pass, and 28,000 damaged pictures gave no wrong text (own
    /// measurement).
    fn misreads(&self, target: &Target<'_>) -> Rate {
        match target.symbol {
            Symbol::Qr => Rate(0),
            Symbol::Code128 => self.barcode_misreads(target.severity(), target.angle),
        }
    }

    /// What goes over the wire for a text: once or twice, with the suffix.
    pub fn sends(&self, text: &str) -> Vec<String> {
        vec![format!("{text}{}", self.suffix); if self.double { 2 } else { 1 }]
    }
}

/// What one picture of a look shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    /// The payment code that was shown.
    Code,
    /// A code that is none of the customer's payment.
    Other(&'static str),
}

/// Symbol, damage, angle, pictures, number of the look.
type Key = (Symbol, Vec<(Damage, u8)>, u8, usize, u64);

/// The looks taken so far. Each depends on nothing but its key, so that who took it first makes no
/// difference.
static TAKEN: Mutex<BTreeMap<Key, Vec<Seen>>> = Mutex::new(BTreeMap::new());

fn look_like(target: &Target<'_>, frames: usize, number: u64) -> Vec<Seen> {
    let key = (target.symbol, target.damage.to_vec(), target.angle, frames, number);
    if let Some(look) = TAKEN.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return look.to_vec();
    }
    let look = take(target, frames, number);
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner).insert(key, look.clone());
    look
}

/// Draws a customer's code, damages it, takes the pictures and decodes them. What lies on the
/// phone's screen is the same in all of them; the hand's turn and the sensor's noise are not.
fn take(target: &Target<'_>, frames: usize, number: u64) -> Vec<Seen> {
    const BRANDS: [WalletBrand; 3] =
        [WalletBrand::Wechat, WalletBrand::Alipay, WalletBrand::Unionpay];
    let rng = &mut env::rng(number, "scanner's look");
    let code = mint(BRANDS[rng.random_range(0..BRANDS.len())], rng);
    let symbology = match target.symbol {
        Symbol::Qr => Symbology::Qr(LEVEL),
        Symbol::Code128 => Symbology::Code128,
    };
    let Ok(clean) = render(code.as_str(), symbology, SCALE) else {
        return vec![Seen::Nothing; frames];
    };
    let screen = spoil(clean, target.damage, rng);
    let tilt = tilt_degrees(severity(target.damage, Damage::Tilt));
    let angle = f64::from(target.angle.min(89));
    // What hurts a barcode is the turn that pushes its bars together.
    let (pitch, yaw) = match target.symbol {
        Symbol::Qr => (tilt.max(angle), 0.0),
        Symbol::Code128 => (tilt, angle),
    };
    let other = other_text(severity(target.damage, Damage::WrongKind));
    let picture = |_| {
        let roll = rng.random_range(-ROLL_DEGREES..=ROLL_DEGREES);
        let seen = photo(&screen, target.damage, Hold { pitch, yaw, roll }, rng);
        match (read(&seen).as_deref(), other) {
            (None, _) => Seen::Nothing,
            (Some(RECEIVE_CODE), _) => Seen::Other(RECEIVE_CODE),
            (Some(_), Some(other)) => Seen::Other(other),
            (Some(_), None) => Seen::Code,
        }
    };
    (0..frames).map(picture).collect()
}

/// A wrong text in place of the code, at this rate: one or two of the barcode's
/// symbols, which hold two digits each, are others. The check symbol is taken to be misread along,
/// or the decoder had noticed.
fn misread(code: &str, Rate(rate): Rate, rng: &mut impl Rng) -> Option<String> {
    if rate == 0 || rng.random_range(0..Rate::ONE.0) >= rate {
        return None;
    }
    let mut digits = code.as_bytes().to_vec();
    let symbols = digits.len() / 2;
    if symbols < 2 {
        return None;
    }
    let first = rng.random_range(0..symbols);
    let second = (first + rng.random_range(1..symbols)) % symbols;
    for symbol in [first, second].into_iter().take(rng.random_range(1..=2)) {
        let at = 2 * symbol;
        let (tens, ones) = (digits[at], digits[at + 1]);
        let value = u32::from(tens.wrapping_sub(b'0')) * 10 + u32::from(ones.wrapping_sub(b'0'));
        let other = (value % 100 + rng.random_range(1..100)) % 100;
        digits[at] = b'0' + (other / 10) as u8;
        digits[at + 1] = b'0' + (other % 10) as u8;
    }
    String::from_utf8(digits).ok()
}

#[cfg(test)]
mod tests;

//! What a scanner makes of a code that is shown to it: the text it reads, or nothing.
//!
//! A camera model, not a rule of thumb: the code is drawn, damaged, looked at and decoded. The
//! result is whatever the decoder says, right or wrong; nothing here compares it with the code.

use contract::fault::Damage;
use rand::{Rng, RngExt};

use super::camera::{grain, view};
use super::damage::{spoil, tilt_degrees};
use super::image::{EcLevel, read, render};

/// Pictures that the scanner takes before it gives up: a look of a sixth of a second at 30
/// pictures a second (assumption).
pub const FRAMES: u32 = 5;

/// Pixels a module in the scanner's picture. Decoders need about 3 (Sensors 22(19):7230).
const SCALE: u32 = 4;

/// Wallets put their logo into the middle of the symbol, which takes the highest error correction
/// (assumption). 18 digits and more then make a version 2 symbol, the smallest that has an
/// alignment pattern; without one the decoder fails often from 20 degrees of pitch on (own
/// measurement).
const LEVEL: EcLevel = EcLevel::H;

/// How far a hand turns the phone to either side, in degrees (assumption).
const ROLL_DEGREES: f64 = 4.6;

/// The text that the scanner reads from this code, shown with these damages (kind and severity 0
/// to 7) and at this pitch (degrees); `None` when no picture of the look can be read. An
/// undamaged code is read as it is and costs no picture.
pub fn attempt(
    code: &str,
    damage: &[(Damage, u8)],
    tilt: Option<u8>,
    rng: &mut impl Rng,
) -> Option<String> {
    let clean = damage.iter().all(|(_, severity)| *severity == 0) && tilt.unwrap_or(0) == 0;
    if clean { Some(code.to_owned()) } else { look(code, damage, tilt.unwrap_or(0), rng) }
}

/// Takes pictures until one can be read. What lies on the phone's screen is the same in all of
/// them; the hand's turn and the sensor's noise are not.
fn look(code: &str, damage: &[(Damage, u8)], tilt: u8, rng: &mut impl Rng) -> Option<String> {
    let severity = |kind| damage.iter().filter(|(k, _)| *k == kind).map(|(_, s)| *s).max();
    let severity = |kind| severity(kind).unwrap_or(0);
    let mut screen = render(code, LEVEL, SCALE).ok()?;
    for kind in [Damage::Blot, Damage::Contrast, Damage::Glare] {
        screen = spoil(&screen, kind, severity(kind), rng);
    }
    let pitch = tilt_degrees(severity(Damage::Tilt)).max(f64::from(tilt));
    (0..FRAMES).find_map(|_| {
        let roll = rng.random_range(-ROLL_DEGREES..=ROLL_DEGREES);
        let seen = view(&screen, pitch, roll);
        let focused = spoil(&seen, Damage::Blur, severity(Damage::Blur), rng);
        read(&grain(focused, rng))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::format::mint;
    use crate::env::rng;
    use contract::action::WalletBrand;

    const BRANDS: [WalletBrand; 3] =
        [WalletBrand::Wechat, WalletBrand::Alipay, WalletBrand::Unionpay];
    const KINDS: [Damage; 5] =
        [Damage::Blot, Damage::Blur, Damage::Contrast, Damage::Tilt, Damage::Glare];

    /// How many of `count` customers' codes the scanner reads; a wrong text fails the test.
    fn reads(count: u64, damage: &[(Damage, u8)], tilt: u8) -> usize {
        let read = |seed: &u64| {
            let mut rng = rng(*seed, "scan");
            let code = mint(BRANDS[*seed as usize % BRANDS.len()], &mut rng);
            let text = look(code.as_str(), damage, tilt, &mut rng);
            assert!(text.as_deref().is_none_or(|text| text == code.as_str()), "{code}: {text:?}");
            text.is_some()
        };
        (0..count).filter(read).count()
    }

    #[test]
    fn a_clean_code_is_read_the_same_with_and_without_pictures() {
        assert_eq!(reads(15, &[], 0), 15);
        for brand in BRANDS {
            let code = mint(brand, &mut rng(1, "scan"));
            let text = attempt(code.as_str(), &[(Damage::Blot, 0)], Some(0), &mut rng(2, "scan"));
            assert_eq!(text.as_deref(), Some(code.as_str()));
        }
    }

    #[test]
    fn severity_one_mostly_reads_and_seven_hardly_ever() {
        for kind in KINDS {
            assert!(reads(20, &[(kind, 1)], 0) >= 14, "{kind:?}");
            assert!(reads(20, &[(kind, 7)], 0) <= 2, "{kind:?}");
        }
    }

    #[test]
    fn a_moderate_angle_reads_and_a_steep_one_does_not() {
        assert_eq!(reads(10, &[], 20), 10);
        assert_eq!(reads(10, &[], 80), 0);
        // The steeper of the two counts.
        assert_eq!(reads(10, &[(Damage::Tilt, 1)], 80), 0);
    }

    #[test]
    fn damages_add_up() {
        let both = [(Damage::Blur, 3), (Damage::Contrast, 6)];
        assert_eq!(reads(10, &both[..1], 0), 10);
        assert!(reads(10, &both, 0) <= 2);
    }

    #[test]
    fn whatever_is_read_is_what_was_shown() {
        for kind in KINDS {
            for severity in 2..=6 {
                reads(6, &[(kind, severity)], 0);
            }
        }
    }

    #[test]
    fn the_same_random_numbers_give_the_same_result() {
        let damage = [(Damage::Glare, 3), (Damage::Blot, 2)];
        let results = |seed| {
            let one = |i: u64| attempt("286218345678901234", &damage, None, &mut rng(i, seed));
            (0..10).map(one).collect::<Vec<_>>()
        };
        assert_eq!(results("a"), results("a"));
        assert!(results("a").contains(&None) && results("a").iter().any(Option::is_some));
    }

    #[test]
    fn a_text_that_fits_no_qr_code_is_not_read() {
        let long = "1".repeat(5000);
        assert_eq!(attempt(&long, &[(Damage::Blur, 1)], None, &mut rng(1, "scan")), None);
    }
}

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
    let mut screen = render(code, EcLevel::M, SCALE).ok()?;
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

    #[test]
    #[ignore]
    fn table() {
        for kind in KINDS {
            let mut line = format!("{kind:?}");
            for s in 0..=7 {
                let mut ok = 0; let mut wrong = 0; let mut first = 0;
                for seed in 0..50u64 {
                    let mut rng = rng(seed, "table");
                    let code = mint(BRANDS[seed as usize % 3], &mut rng);
                    match look(code.as_str(), &[(kind, s)], 0, &mut rng) {
                        Some(t) if t == code.as_str() => ok += 1,
                        Some(_) => wrong += 1,
                        None => {}
                    }
                    let clean = render(code.as_str(), EcLevel::M, SCALE).unwrap();
                    let d = super::super::damage::damage(&clean, kind, s, &mut rng);
                    if read(&d).is_some() { first += 1 }
                }
                line += &format!("  {ok}/{first}{}", if wrong > 0 { format!("!{wrong}") } else { String::new() });
            }
            println!("{line}");
        }
        let mut line = "degrees".to_owned();
        for deg in (0..=80).step_by(10) {
            let n = (0..50u64).filter(|seed| {
                let mut rng = rng(*seed, "table");
                let code = mint(BRANDS[*seed as usize % 3], &mut rng);
                look(code.as_str(), &[], deg, &mut rng).is_some()
            }).count();
            line += &format!("  {deg}:{n}");
        }
        println!("{line}");
    }

    #[test]
    #[ignore]
    fn sheet() {
        use image::{GrayImage, imageops};
        for kind in KINDS {
            let mut sheet = GrayImage::new(4 * 360, 360);
            for (i, s) in [1u8, 3, 5, 7].into_iter().enumerate() {
                let mut rng = rng(7 + u64::from(s), "sheet");
                let clean = render("286218345678901234", EcLevel::M, 4).unwrap();
                let d = super::super::damage::damage(&clean, kind, s, &mut rng);
                let d = imageops::resize(&d, 348, 348, imageops::FilterType::Nearest);
                imageops::replace(&mut sheet, &d, i as i64 * 360, 0);
            }
            sheet.save(format!("/tmp/qr-{kind:?}.png")).unwrap();
        }
    }
}

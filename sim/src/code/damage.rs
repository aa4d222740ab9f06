//! What spoils a code's picture: blot, blur, faded contrast, tilt and glare, in eight severities.
//!
//! Severity 0 is untouched, 7 the end of the range below; between them the measure grows evenly.
//! Which severity can still be read is the decoder's business, not decided here.

use contract::fault::Damage;
use image::{GrayImage, Luma};
use rand::{Rng, RngExt};

use super::camera::{blur, grain, mix, view};

/// The worst severity; a higher one is taken as this.
pub const WORST: u8 = 7;

// The ends of the ranges, and the way in which they grow, are assumptions: chosen so that the
// decoder in use goes from reading nearly all to reading nearly none. Of 50 customers' codes it
// reads at severities 1 to 7 (own measurement with `scan`, 5 pictures each):
//   blot 49 36 31 28 25 11 0, blur 50 50 50 2 0 0 0, contrast 50 50 50 50 50 39 0,
//   tilt 50 50 50 49 49 47 0, glare 43 38 34 8 0 0 0.

/// Dark blot: radius in sides of the symbol; 24 % of its area.
const BLOT_RADIUS: f64 = 0.276;
/// Gaussian blur: standard deviation in modules.
const BLUR_MODULES: f64 = 1.0;
/// Share of the contrast that is lost.
const CONTRAST_LOSS: f64 = 0.95;
/// Pitch in degrees.
const TILT_DEGREES: f64 = 70.0;
/// Glare: radius of the reflection in sides of the symbol.
const GLARE_RADIUS: f64 = 0.45;

/// Width of the picture in modules: a version 2 symbol (25 modules, for 18 to 34 digits at level
/// H) and its quiet zone. Any other picture is treated as if it showed such a one.
const PICTURE_MODULES: f64 = 33.0;
/// The symbol's side as a share of the picture's width.
const SYMBOL: f64 = 25.0 / PICTURE_MODULES;

/// Grey level of a blot: ink or dirt is not black.
const INK: f64 = 25.0;

/// The picture as a camera sees it through this damage: spoilt, then with the sensor's noise.
/// Severity 0 gives the picture back untouched, without noise.
pub fn damage(image: &GrayImage, kind: Damage, severity: u8, rng: &mut impl Rng) -> GrayImage {
    if severity == 0 {
        return image.clone();
    }
    grain(spoil(image, kind, severity, rng), rng)
}

/// The picture held at this angle (pitch in degrees, 0 to 89), with the sensor's noise.
pub fn tilt(image: &GrayImage, degrees: u8, rng: &mut impl Rng) -> GrayImage {
    grain(view(image, f64::from(degrees.min(89)), 0.0), rng)
}

/// The damage alone, without the noise that a camera adds once to every picture. Severity 0
/// changes nothing and draws nothing.
pub(super) fn spoil(
    image: &GrayImage,
    kind: Damage,
    severity: u8,
    rng: &mut impl Rng,
) -> GrayImage {
    if severity == 0 {
        return image.clone();
    }
    let share = share(severity);
    match kind {
        Damage::Blot => blot(image, share * BLOT_RADIUS, rng),
        Damage::Blur => {
            let module = f64::from(image.width()) / PICTURE_MODULES;
            blur(image.clone(), share * BLUR_MODULES * module)
        }
        Damage::Contrast => fade(image, 1.0 - share * CONTRAST_LOSS),
        Damage::Tilt => view(image, tilt_degrees(severity), 0.0),
        Damage::Glare => glare(image, share * GLARE_RADIUS, rng),
    }
}

/// The pitch that a severity of `Damage::Tilt` means.
pub(super) fn tilt_degrees(severity: u8) -> f64 {
    share(severity) * TILT_DEGREES
}

fn share(severity: u8) -> f64 {
    f64::from(severity.min(WORST)) / f64::from(WORST)
}

/// A dark disc.
fn blot(image: &GrayImage, radius: f64, rng: &mut impl Rng) -> GrayImage {
    let spot = Spot::somewhere(image, radius, rng);
    // Its rim is as soft as a twentieth of its radius.
    spot.paint(image, |distance| (INK, falling(distance, 0.95 * radius, 1.05 * radius)))
}

/// A reflection: white in the middle, fading out towards the rim.
fn glare(image: &GrayImage, radius: f64, rng: &mut impl Rng) -> GrayImage {
    let spot = Spot::somewhere(image, radius, rng);
    spot.paint(image, |distance| (255.0, falling(distance, 0.6 * radius, 1.4 * radius)))
}

/// Little difference between dark and light, around the middle grey that automatic exposure
/// aims at.
fn fade(image: &GrayImage, contrast: f64) -> GrayImage {
    let mut faded = image.clone();
    for Luma([level]) in faded.pixels_mut() {
        *level = (128.0 + (f64::from(*level) - 128.0) * contrast + 0.5) as u8;
    }
    faded
}

/// 1 up to `inner`, 0 from `outer` on, smooth between them.
fn falling(distance: f64, inner: f64, outer: f64) -> f64 {
    let t = ((outer - distance) / (outer - inner)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A round thing on the picture.
struct Spot {
    x: f64,
    y: f64,
    /// The symbol's side in pixels.
    side: f64,
}

impl Spot {
    /// Anywhere on the symbol, with the whole radius (in sides of the symbol) inside of it.
    fn somewhere(image: &GrayImage, radius: f64, rng: &mut impl Rng) -> Spot {
        let side = f64::from(image.width()) * SYMBOL;
        let room = side * (1.0 - 2.0 * radius);
        let mut near = |length: u32| f64::from(length) / 2.0 + room * (rng.random::<f64>() - 0.5);
        Spot { x: near(image.width()), y: near(image.height()), side }
    }

    /// Mixes in a grey level with an opacity, both given by the distance in sides of the symbol.
    fn paint(&self, image: &GrayImage, paint: impl Fn(f64) -> (f64, f64)) -> GrayImage {
        GrayImage::from_fn(image.width(), image.height(), |px, py| {
            let (dx, dy) = (f64::from(px) + 0.5 - self.x, f64::from(py) + 0.5 - self.y);
            let (level, opacity) = paint((dx * dx + dy * dy).sqrt() / self.side);
            let below = f64::from(image.get_pixel(px, py).0[0]);
            Luma([(mix(below, level, opacity) + 0.5) as u8])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::image::{EcLevel, read, render};
    use crate::env::rng;

    const CODE: &str = "286218345678901234";
    const KINDS: [Damage; 5] =
        [Damage::Blot, Damage::Blur, Damage::Contrast, Damage::Tilt, Damage::Glare];

    fn clean() -> GrayImage {
        render(CODE, EcLevel::H, 4).unwrap()
    }

    fn level(image: &GrayImage, x: u32, y: u32) -> u8 {
        image.get_pixel(x, y).0[0]
    }

    #[test]
    fn severity_zero_is_untouched() {
        for kind in KINDS {
            let image = damage(&clean(), kind, 0, &mut rng(1, "damage"));
            assert_eq!(image, clean());
            assert_eq!(read(&image).as_deref(), Some(CODE));
        }
    }

    #[test]
    fn the_worst_cannot_be_read_and_there_is_no_worse() {
        for kind in KINDS {
            let worst = damage(&clean(), kind, WORST, &mut rng(1, "damage"));
            assert_eq!(read(&worst), None, "{kind:?}");
            assert_eq!(worst, damage(&clean(), kind, 255, &mut rng(1, "damage")));
        }
    }

    #[test]
    fn a_blot_covers_its_share_of_the_symbol() {
        let white = GrayImage::from_pixel(330, 330, Luma([255]));
        let blotted = spoil(&white, Damage::Blot, WORST, &mut rng(1, "damage"));
        let dark = blotted.pixels().filter(|p| p.0[0] < 140).count() as f64;
        // The symbol has 250 pixels a side.
        assert!((dark / 62_500.0 - 0.24).abs() < 0.01, "{dark}");
    }

    #[test]
    fn glare_only_brightens_and_a_blot_only_darkens_white() {
        let gray = GrayImage::from_pixel(132, 132, Luma([100]));
        let lit = spoil(&gray, Damage::Glare, 5, &mut rng(1, "damage"));
        assert!(lit.pixels().all(|p| p.0[0] >= 100) && lit.pixels().any(|p| p.0[0] == 255));
        let blotted = spoil(&gray, Damage::Blot, 5, &mut rng(1, "damage"));
        assert!(blotted.pixels().all(|p| p.0[0] <= 100));
    }

    #[test]
    fn faded_codes_keep_a_twentieth_of_their_contrast_at_worst() {
        let faded = spoil(&clean(), Damage::Contrast, WORST, &mut rng(1, "damage"));
        // The quiet zone and the corner of the first finder pattern.
        assert_eq!((level(&faded, 0, 0), level(&faded, 16, 16)), (134, 122));
    }

    #[test]
    fn angles_in_degrees_and_in_severities_agree() {
        let by_degrees = tilt(&clean(), 70, &mut rng(1, "damage"));
        assert_eq!(by_degrees, damage(&clean(), Damage::Tilt, WORST, &mut rng(1, "damage")));
    }

    #[test]
    fn pictures_without_width_or_height_pass_through() {
        for kind in KINDS {
            for (width, height) in [(0, 0), (0, 5), (5, 0), (1, 1)] {
                let image = GrayImage::new(width, height);
                let spoilt = damage(&image, kind, 4, &mut rng(1, "damage"));
                assert_eq!(spoilt.dimensions(), (width, height));
            }
        }
    }

    /// Fixed for ever: stored traces and other machines must find the same pictures.
    #[test]
    fn the_same_seed_gives_the_same_picture_on_every_machine() {
        let sum = |kind| crc32fast::hash(damage(&clean(), kind, 4, &mut rng(1, "damage")).as_raw());
        let sums: Vec<String> = KINDS.map(|kind| format!("{kind:?} {:08x}", sum(kind))).into();
        let expected = [
            "Blot 904ec30d",
            "Blur ee106b3d",
            "Contrast 717905ad",
            "Tilt 8523e004",
            "Glare 2c183d3e",
        ];
        assert_eq!(sums, expected);
        let other = damage(&clean(), Damage::Glare, 4, &mut rng(2, "damage"));
        assert_ne!(crc32fast::hash(other.as_raw()), sum(Damage::Glare));
    }
}

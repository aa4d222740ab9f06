//! What spoils a code's picture: blot, blur, faded contrast, tilt and glare, in eight severities.
//!
//! Severity 0 is untouched, 7 the end of the range below; between them the measure grows evenly.
//! Which severity can still be read is the decoder's business, not decided here.

use std::f64::consts::PI;

use contract::fault::Damage;
use image::{GrayImage, Luma};
use rand::{Rng, RngExt};

use super::camera::{blur, grain, mix, view};

/// The worst severity; a higher one is taken as this.
pub const WORST: u8 = 7;

// The ends of the ranges, and the way in which they grow, are assumptions: chosen so that the
// decoder in use goes from reading nearly all to reading nearly none (own measurement).

/// Dark blot: share of the symbol's area that a disc of that size covers.
const BLOT_AREA: f64 = 0.24;
/// Gaussian blur: standard deviation in modules.
const BLUR_MODULES: f64 = 1.0;
/// Share of the contrast that is lost.
const CONTRAST_LOSS: f64 = 0.95;
/// Pitch in degrees.
const TILT_DEGREES: f64 = 65.0;
/// Glare: radius of the reflection in sides of the symbol.
const GLARE_RADIUS: f64 = 0.45;

/// Width of the picture in modules: a version 1 symbol (21 modules: up to 34 digits at level M)
/// and its quiet zone. Larger symbols are treated as if they had larger modules.
const PICTURE_MODULES: f64 = 29.0;
/// The symbol's side as a share of the picture's width.
const SYMBOL: f64 = 21.0 / PICTURE_MODULES;

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
        Damage::Blot => blot(image, share * BLOT_AREA, rng),
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

/// A dark disc somewhere on the symbol; it may reach over its edge.
fn blot(image: &GrayImage, area: f64, rng: &mut impl Rng) -> GrayImage {
    let radius = (area / PI).sqrt();
    let spot = Spot::somewhere(image, rng);
    // Its rim is as soft as a twentieth of its radius.
    spot.paint(image, |distance| (INK, falling(distance, 0.95 * radius, 1.05 * radius)))
}

/// A reflection: white in the middle, fading out towards the rim.
fn glare(image: &GrayImage, radius: f64, rng: &mut impl Rng) -> GrayImage {
    let spot = Spot::somewhere(image, rng);
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
    /// With its centre anywhere on the symbol.
    fn somewhere(image: &GrayImage, rng: &mut impl Rng) -> Spot {
        let side = f64::from(image.width()) * SYMBOL;
        let mut near = |length: u32| f64::from(length) / 2.0 + side * (rng.random::<f64>() - 0.5);
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

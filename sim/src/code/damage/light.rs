//! How much light comes from a symbol: faded, dim, striped.
//!
//! Changes grey levels wherever they are; only stripes need to know how large a module is.

use image::{GrayImage, Luma};
use rand::{Rng, RngExt};

use crate::code::camera::sin_cos;
use crate::code::picture::Layout;

/// How far apart the stripes are, in modules (assumption).
const STRIPES: std::ops::Range<f64> = 0.3..0.6;

/// Little difference between dark and light, around the middle grey that automatic exposure
/// aims at.
pub(super) fn fade(image: GrayImage, lost: f64) -> GrayImage {
    levels(image, |level| 128.0 + (level - 128.0) * (1.0 - lost))
}

/// Little light, and a camera that does not make up for it.
pub(super) fn dim(image: GrayImage, lost: f64) -> GrayImage {
    levels(image, |level| level * (1.0 - lost))
}

fn levels(mut image: GrayImage, change: impl Fn(f64) -> f64) -> GrayImage {
    for Luma([level]) in image.pixels_mut() {
        *level = (change(f64::from(*level)) + 0.5) as u8;
    }
    image
}

/// Stripes as fine as the camera's pixels, which therefore shows them as coarse ones. `swing` is
/// the share of the light that they take at their darkest.
pub(super) fn stripes(
    mut image: GrayImage,
    layout: &Layout,
    swing: f64,
    rng: &mut impl Rng,
) -> GrayImage {
    let period = rng.random_range(STRIPES) * layout.module;
    let (sin, cos) = sin_cos(rng.random_range(-90.0..90.0));
    for (x, y, Luma([level])) in image.enumerate_pixels_mut() {
        let along = (f64::from(x) * cos + f64::from(y) * sin) / period;
        // 0 to 1 and back within a period.
        let dark = (2.0 * (along - along.floor()) - 1.0).abs();
        *level = (f64::from(*level) * (1.0 - swing * dark) + 0.5) as u8;
    }
    image
}

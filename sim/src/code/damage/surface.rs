//! What lies on a symbol: a blot, a reflection, scratches.
//!
//! Draws on the picture where the layout says that the symbol is; knows nothing of severities.

use image::{GrayImage, Luma};
use rand::{Rng, RngExt};

use crate::code::camera::{mix, sin_cos};
use crate::code::picture::Layout;

/// Grey level of a blot: ink or dirt is not black.
const INK: f64 = 25.0;

/// Grey level of a scratch: it scatters light, but is no white paper (assumption).
const SCRATCH: f64 = 225.0;

/// Half the width of a scratch in modules (assumption).
const SCRATCH_HALF: f64 = 0.3;

/// A dark disc; radius in sides of the symbol. Its rim is as soft as a twentieth of its radius.
pub(super) fn blot(
    image: GrayImage,
    layout: &Layout,
    radius: f64,
    rng: &mut impl Rng,
) -> GrayImage {
    disc(image, &Spot::somewhere(layout, radius, rng), INK, (0.95, 1.05))
}

/// A reflection: white in the middle, fading out towards the rim.
pub(super) fn glare(
    image: GrayImage,
    layout: &Layout,
    radius: f64,
    rng: &mut impl Rng,
) -> GrayImage {
    disc(image, &Spot::somewhere(layout, radius, rng), 255.0, (0.6, 1.4))
}

/// A disc of this grey level, solid up to the first of the rim's shares of its radius and gone
/// from the second on.
fn disc(mut image: GrayImage, spot: &Spot, level: f64, rim: (f64, f64)) -> GrayImage {
    let (inner, outer) = (rim.0 * spot.radius, rim.1 * spot.radius);
    paint(&mut image, |x, y| (level, falling(spot.distance(x, y), inner, outer)));
    image
}

/// So many scratches, each through a random point of the symbol and in a random direction.
pub(super) fn scratch(
    mut image: GrayImage,
    layout: &Layout,
    count: u32,
    rng: &mut impl Rng,
) -> GrayImage {
    let half = SCRATCH_HALF * layout.module;
    for _ in 0..count {
        let (x, y) = somewhere(layout, 0.0, rng);
        let (sin, cos) = sin_cos(rng.random_range(-90.0..90.0));
        let off = |px: f64, py: f64| ((px - x) * sin - (py - y) * cos).abs();
        paint(&mut image, |px, py| (SCRATCH, falling(off(px, py), 0.7 * half, 1.3 * half)));
    }
    image
}

/// 1 up to `inner`, 0 from `outer` on, smooth between them.
fn falling(distance: f64, inner: f64, outer: f64) -> f64 {
    let t = ((outer - distance) / (outer - inner)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A point of the symbol, `margin` pixels from its edges where there is room.
fn somewhere(layout: &Layout, margin: f64, rng: &mut impl Rng) -> (f64, f64) {
    let ((x, y), (width, height)) = (layout.middle(), layout.size());
    let mut near = |middle: f64, length: f64| {
        middle + (length - 2.0 * margin).max(0.0) * (rng.random::<f64>() - 0.5)
    };
    (near(x, width), near(y, height))
}

/// A round thing on the symbol; pixels.
struct Spot {
    x: f64,
    y: f64,
    radius: f64,
}

impl Spot {
    /// Anywhere on the symbol, wholly inside where it fits; radius in sides of the symbol.
    fn somewhere(layout: &Layout, radius: f64, rng: &mut impl Rng) -> Spot {
        let radius = radius * layout.side();
        let (x, y) = somewhere(layout, radius, rng);
        Spot { x, y, radius }
    }

    fn distance(&self, x: f64, y: f64) -> f64 {
        let (dx, dy) = (x - self.x, y - self.y);
        (dx * dx + dy * dy).sqrt()
    }
}

/// Mixes a grey level into each pixel, with an opacity; both are given by the pixel's middle.
fn paint(image: &mut GrayImage, paint: impl Fn(f64, f64) -> (f64, f64)) {
    for (x, y, Luma([below])) in image.enumerate_pixels_mut() {
        let (level, opacity) = paint(f64::from(x) + 0.5, f64::from(y) + 0.5);
        if opacity > 0.0 {
            *below = (mix(f64::from(*below), level, opacity) + 0.5) as u8;
        }
    }
}

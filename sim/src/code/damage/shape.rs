//! What happens to the shape of a symbol: creased, cut off, modules turned.
//!
//! Works where the layout says that the symbol is; knows nothing of severities.

use image::{GrayImage, Luma, imageops};
use rand::{Rng, RngExt};

use crate::code::camera::{mix, sample, sin_cos};
use crate::code::picture::{Layout, Picture};

/// Grey level of a crease, and half its width in modules (assumption).
const CREASE: f64 = 160.0;
const CREASE_HALF: f64 = 0.4;

/// A crease through the middle half of the symbol, nearly level or nearly upright; what lies
/// beyond it has slipped along it by so many modules.
pub(super) fn fold(image: &GrayImage, layout: &Layout, slip: f64, rng: &mut impl Rng) -> GrayImage {
    let ((x, y), (width, height)) = (layout.middle(), layout.size());
    let (x, y) = (
        x + width * (rng.random::<f64>() - 0.5) / 2.0,
        y + height * (rng.random::<f64>() - 0.5) / 2.0,
    );
    let upright = if rng.random::<bool>() { 75.0 } else { 0.0 };
    let (sin, cos) = sin_cos(upright + rng.random_range(0.0..15.0));
    let (slip, half) = (slip * layout.module, CREASE_HALF * layout.module);
    GrayImage::from_fn(image.width(), image.height(), |px, py| {
        let (px, py) = (f64::from(px), f64::from(py));
        let beyond = (py + 0.5 - y) * cos - (px + 0.5 - x) * sin;
        if beyond <= -half {
            return Luma([sample(image, px, py)]);
        }
        let slip = if beyond > 0.0 { slip } else { 0.0 };
        let level = f64::from(sample(image, px - slip * cos, py - slip * sin));
        let crease = (1.0 - beyond.abs() / half).max(0.0);
        Luma([(mix(level, CREASE, crease) + 0.5) as u8])
    })
}

/// Turns each cell from dark to light or back with this probability.
pub(super) fn flip(
    mut image: GrayImage,
    layout: &Layout,
    rate: f64,
    rng: &mut impl Rng,
) -> GrayImage {
    let cells = u64::from(layout.columns) * u64::from(layout.rows);
    let turned: Vec<bool> = (0..cells).map(|_| rng.random::<f64>() < rate).collect();
    for (x, y, Luma([level])) in image.enumerate_pixels_mut() {
        let Some((column, row)) = layout.cell(x, y) else { continue };
        let index = row as usize * layout.columns as usize + column as usize;
        if turned.get(index) == Some(&true) {
            *level = 255 - *level;
        }
    }
    image
}

/// The camera sees a part only: nothing around the symbol, and this share of it less, from one of
/// its sides.
pub(super) fn crop(image: &GrayImage, mut layout: Layout, cut: f64, rng: &mut impl Rng) -> Picture {
    let (width, height) = layout.size();
    let (mut left, mut top) = (layout.left, layout.top);
    let (mut right, mut bottom) = (left + width, top + height);
    match rng.random_range(0..4) {
        0 => left += cut * width,
        1 => right -= cut * width,
        2 => top += cut * height,
        _ => bottom -= cut * height,
    }
    let (x, y) = (left as u32, top as u32);
    let (w, h) = ((right as u32).saturating_sub(x), (bottom as u32).saturating_sub(y));
    layout.left -= f64::from(x);
    layout.top -= f64::from(y);
    Picture { image: imageops::crop_imm(image, x, y, w, h).to_image(), layout }
}

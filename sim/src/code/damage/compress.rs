//! What JPEG leaves of a picture: its loss, without the file.
//!
//! Baseline luminance of ITU-T T.81 with the table of its Annex K.1, scaled by a quality from 1 to
//! 100 as the Independent JPEG Group's library does. Written out here because codecs differ in the
//! last bit between processors.

use image::{GrayImage, Luma};

use crate::code::camera::sin_cos;

/// Table K.1, row by row: how coarse each frequency is at quality 50.
const TABLE: [[f64; 8]; 8] = [
    [16.0, 11.0, 10.0, 16.0, 24.0, 40.0, 51.0, 61.0],
    [12.0, 12.0, 14.0, 19.0, 26.0, 58.0, 60.0, 55.0],
    [14.0, 13.0, 16.0, 24.0, 40.0, 57.0, 69.0, 56.0],
    [14.0, 17.0, 22.0, 29.0, 51.0, 87.0, 80.0, 62.0],
    [18.0, 22.0, 37.0, 56.0, 68.0, 109.0, 103.0, 77.0],
    [24.0, 35.0, 55.0, 64.0, 81.0, 104.0, 113.0, 92.0],
    [49.0, 64.0, 78.0, 87.0, 103.0, 121.0, 120.0, 101.0],
    [72.0, 92.0, 95.0, 98.0, 112.0, 100.0, 103.0, 99.0],
];

type Block = [[f64; 8]; 8];

/// The picture after compression at this quality, 1 to 100, in blocks that begin this far (0 to 7
/// pixels) left of and above it: a photo's blocks are nowhere in particular on its code.
pub(super) fn compress(mut image: GrayImage, quality: f64, offset: (u32, u32)) -> GrayImage {
    let quality = quality.clamp(1.0, 100.0);
    let percent = if quality < 50.0 { 5000.0 / quality } else { 200.0 - 2.0 * quality };
    let steps = TABLE.map(|row| row.map(|step| (step * percent / 100.0).round().clamp(1.0, 255.0)));
    let basis = basis();
    let inverse = transposed(&basis);
    for top in starts(image.height(), offset.1) {
        for left in starts(image.width(), offset.0) {
            let waves = transform(&take(&image, left, top), &basis);
            let coarse = std::array::from_fn(|v| {
                std::array::from_fn(|u| (waves[v][u] / steps[v][u]).round() * steps[v][u])
            });
            put(&mut image, left, top, &transform(&coarse, &inverse));
        }
    }
    image
}

/// Where blocks begin that cover this length; nowhere in a picture without any.
fn starts(length: u32, offset: u32) -> impl Iterator<Item = i64> {
    let before = if length == 0 { 0 } else { -i64::from(offset) };
    (before..i64::from(length)).step_by(8)
}

/// The cosines of the transform, `[frequency][place]`, scaled so that its inverse is its
/// transpose.
fn basis() -> Block {
    let cosine = |sixteenths: usize| match sixteenths % 32 {
        n @ 0..=8 => sin_cos(n as f64 * 11.25).1,
        n @ 9..=24 => -sin_cos((n as f64 - 16.0) * 11.25).1,
        n => sin_cos((32 - n) as f64 * 11.25).1,
    };
    std::array::from_fn(|u| {
        let scale = if u == 0 { 0.125f64.sqrt() } else { 0.5 };
        std::array::from_fn(|x| scale * cosine((2 * x + 1) * u))
    })
}

/// `basis * block * basis^T`.
fn transform(block: &Block, basis: &Block) -> Block {
    let rows = times(block, &transposed(basis));
    times(basis, &rows)
}

fn times(a: &Block, b: &Block) -> Block {
    let cell = |row: usize, column: usize| {
        let mut sum = 0.0;
        for (factor, line) in a[row].iter().zip(b) {
            sum += factor * line[column];
        }
        sum
    };
    std::array::from_fn(|row| std::array::from_fn(|column| cell(row, column)))
}

fn transposed(block: &Block) -> Block {
    std::array::from_fn(|row| std::array::from_fn(|column| block[column][row]))
}

/// Eight by eight pixels around zero; beyond the edges the last pixel goes on.
fn take(image: &GrayImage, left: i64, top: i64) -> Block {
    let pixel = |x: i64, y: i64| {
        let x = x.clamp(0, i64::from(image.width()) - 1) as u32;
        let y = y.clamp(0, i64::from(image.height()) - 1) as u32;
        f64::from(image.get_pixel(x, y).0[0]) - 128.0
    };
    std::array::from_fn(|y| std::array::from_fn(|x| pixel(left + x as i64, top + y as i64)))
}

fn put(image: &mut GrayImage, left: i64, top: i64, block: &Block) {
    for (y, row) in (top..).zip(block) {
        for (x, level) in (left..).zip(row) {
            let place = u32::try_from(x).ok().zip(u32::try_from(y).ok());
            let pixel = place.and_then(|(x, y)| image.get_pixel_mut_checked(x, y));
            if let Some(pixel) = pixel {
                *pixel = Luma([(level + 128.5).clamp(0.0, 255.0) as u8]);
            }
        }
    }
}

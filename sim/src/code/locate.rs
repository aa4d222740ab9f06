//! Finds the symbol on a picture from elsewhere: where it lies and how large its modules are.
//!
//! Knows what a decoder marks, and walks over dark and light from there; a symbol that no decoder
//! reads is not found.

use image::GrayImage;

use super::image::{Found, Symbology, detect, render};
use super::picture::{Layout, Picture};

/// From a finder pattern's edge to its middle, in modules (ISO/IEC 18004).
const FINDER_HALF: f64 = 3.5;

/// A code on a picture: its text, and the picture with the place of the symbol. `None` when no
/// code can be read. A symbol that is turned is taken as the upright box around its marks.
pub fn locate(image: GrayImage) -> Option<(String, Picture)> {
    let found = detect(&image)?;
    let layout = match found.bars {
        None => square(&image, &found.points),
        Some(symbology) => bars(&image, &found, symbology),
    }?;
    Some((found.text, Picture { image, layout }))
}

/// A box in pixels.
#[derive(Clone, Copy)]
struct Bounds {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Bounds {
    /// The box around the points; `None` without any.
    fn around(points: &[(f64, f64)]) -> Option<Bounds> {
        let (x, y) = *points.first()?;
        let mut bounds = Bounds { left: x, top: y, right: x, bottom: y };
        for (x, y) in points {
            bounds.left = bounds.left.min(*x);
            bounds.right = bounds.right.max(*x);
            bounds.top = bounds.top.min(*y);
            bounds.bottom = bounds.bottom.max(*y);
        }
        Some(bounds)
    }
}

/// The place of a QR code. The decoder marks its corners, row by row, or else the middles of its
/// finder patterns, from the lower left upwards.
fn square(image: &GrayImage, points: &[(f64, f64)]) -> Option<Layout> {
    let Bounds { left, top, right, bottom } = Bounds::around(points)?;
    let [(ax, ay), (bx, by), ..] = points else { return None };
    let corners = (ax - bx).abs() > (ay - by).abs();
    // From the corner of the finder pattern there are 7 modules to its end, from its middle 3.5,
    // with five or three changes between dark and light.
    let (modules, changes) = if corners { (2.0 * FINDER_HALF, 5) } else { (FINDER_HALF, 3) };
    let way = (right - left).min(bottom - top) / 2.0;
    let walked = walk(image, (left + 1.0, top + 1.0), (1.0, 1.0), way, changes)? + 1.0;
    let (border, module) = if corners {
        (0.0, walked / modules)
    } else {
        (FINDER_HALF * walked / modules, walked / modules)
    };
    let width = right - left + 2.0 * border;
    // A symbol of version v has 17 + 4 v modules a side.
    let version = ((width / module - 17.0) / 4.0).round().clamp(1.0, 40.0);
    let columns = 17.0 + 4.0 * version;
    Some(Layout {
        left: left - border,
        top: top - border,
        module: width / columns,
        height: (bottom - top + 2.0 * border) / columns,
        columns: columns as u32,
        rows: columns as u32,
    })
}

/// The place of a barcode. The decoder marks where in a line of pixels it met the middles of the
/// first and the last character.
fn bars(image: &GrayImage, found: &Found, symbology: Symbology) -> Option<Layout> {
    let Bounds { left, top, right, bottom } = Bounds::around(&found.points)?;
    let columns = render(&found.text, symbology, 1).ok()?.layout.columns;
    // In modules: from the edge to the mark on the left, and on both sides together.
    let (first, both) = if symbology == Symbology::Ean13 { (1.5, 3.0) } else { (5.5, 13.0) };
    let module = (right - left) / (f64::from(columns) - both).max(1.0);
    let start = (left - (first - 0.5) * module, (top + bottom) / 2.0);
    let length = f64::from(image.height());
    let up = walk(image, start, (0.0, -1.0), length, 1).unwrap_or(start.1);
    let down = walk(image, start, (0.0, 1.0), length, 1).unwrap_or(length - start.1);
    Some(Layout {
        left: left - first * module,
        top: start.1 - up,
        module,
        height: up + down,
        columns,
        rows: 1,
    })
}

/// How many steps from a dark point until dark and light have changed so many times; `None` when
/// they do not on this way or inside the picture.
fn walk(
    image: &GrayImage,
    (x, y): (f64, f64),
    (dx, dy): (f64, f64),
    way: f64,
    changes: u32,
) -> Option<f64> {
    let threshold = middle_level(image);
    let (mut dark, mut seen, mut step) = (true, 0, 0.0);
    while step <= way {
        let (px, py) = (x + step * dx, y + step * dy);
        if px < 0.0 || py < 0.0 {
            return None;
        }
        let level = image.get_pixel_checked(px as u32, py as u32)?.0[0];
        if dark != (level < threshold) {
            (dark, seen) = (!dark, seen + 1);
        }
        if seen == changes {
            return Some(step);
        }
        step += 1.0;
    }
    None
}

/// Between the darkest and the lightest level.
fn middle_level(image: &GrayImage) -> u8 {
    let levels = || image.pixels().map(|pixel| pixel.0[0]);
    let (least, most) = (levels().min().unwrap_or(0), levels().max().unwrap_or(255));
    (u16::midpoint(least.into(), most.into())) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::image::EcLevel;
    use image::{Luma, imageops};

    /// The drawn picture somewhere on a larger one.
    fn on_a_desk(drawn: &Picture) -> GrayImage {
        let (width, height) = drawn.image.dimensions();
        let mut desk = GrayImage::from_pixel(width + 90, height + 70, Luma([200]));
        imageops::replace(&mut desk, &drawn.image, 50, 30);
        desk
    }

    #[test]
    fn a_symbol_is_found_where_it_was_drawn() {
        let url = "https://qr.alipay.com/bax012345?with=a+longer+way+to+say+so";
        for (text, symbology) in [
            ("134567890123456789", Symbology::Qr(EcLevel::L)),
            ("134567890123456789", Symbology::Qr(EcLevel::H)),
            (url, Symbology::Qr(EcLevel::H)),
            ("134567890123456789", Symbology::Code128),
            ("6901234567892", Symbology::Ean13),
        ] {
            for scale in [3, 4, 9] {
                let drawn = render(text, symbology, scale).unwrap();
                let (read, found) = locate(on_a_desk(&drawn)).unwrap();
                assert_eq!(read, text);
                let (was, is) = (drawn.layout, found.layout);
                assert_eq!((is.columns, is.rows), (was.columns, was.rows), "{symbology:?} {scale}");
                for (found, drawn) in [
                    (is.left - 50.0, was.left),
                    (is.top - 30.0, was.top),
                    (is.size().0, was.size().0),
                    (is.size().1, was.size().1),
                ] {
                    assert!((found - drawn).abs() <= 2.0, "{symbology:?} {scale}: {is:?} {was:?}");
                }
            }
        }
    }

    #[test]
    fn where_no_code_is_nothing_is_found() {
        assert!(locate(GrayImage::from_pixel(300, 200, Luma([128]))).is_none());
        assert!(locate(GrayImage::new(0, 0)).is_none());
    }
}

//! A contact sheet: every damage at every severity on one picture, each with whether a decoder
//! still reads it. People would rather look than read.

use contract::fault::Damage;
use image::{GrayImage, Luma, imageops};

use super::damage::{WORST, damage};
use super::image::{Picture, read};
use crate::env;

/// The widest tile in pixels: a payment code with modules of 4 pixels, or a barcode at half that.
const TILE_MOST: u32 = 312;
/// Between tiles, in pixels.
const GAP: u32 = 10;
/// Pixels of a letter's dot.
const DOT: u32 = 2;
/// The line of letters over a tile, in pixels.
const LINE: u32 = 7 * DOT;

/// What became of one damaged picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It reads as the code.
    Reads,
    /// Nothing is read.
    Nothing,
    /// Another text is read.
    Other,
}

/// A contact sheet and what is on it.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// A row a kind, a column a severity from 1 on.
    pub image: GrayImage,
    /// The outcomes of each row, in the order of severities.
    pub rows: Vec<(Damage, Vec<Outcome>)>,
}

/// Every damage to a picture that reads as `text`. The label over a picture is white where it still
/// does, black where nothing is read, grey where another text is.
pub fn sheet(picture: &Picture, text: &str, seed: u64) -> Sheet {
    let (width, height) = fit(&picture.image).dimensions();
    let (tile_width, tile_height) = (width + GAP, height + LINE + GAP);
    let rows = Damage::ALL.len() as u32;
    let (all_width, all_height) = (u32::from(WORST) * tile_width + GAP, rows * tile_height + GAP);
    let mut sheet = Sheet {
        image: GrayImage::from_pixel(all_width, all_height, Luma([230])),
        rows: Vec::new(),
    };
    for (row, kind) in (0..).zip(Damage::ALL) {
        let mut outcomes = Vec::new();
        for severity in 1..=WORST {
            let rng = &mut env::rng(seed, "qr damage");
            let spoilt = damage(picture, &[(*kind, severity)], rng);
            let outcome = outcome(&spoilt, text);
            let left = GAP + u32::from(severity - 1) * tile_width;
            let top = GAP + row * tile_height;
            let label = format!("{} {severity}", kind.word());
            write(&mut sheet.image, (left, top, width), &label, outcome.shades());
            let tile = shrink(&spoilt, width, height);
            let place = (i64::from(left), i64::from(top + LINE));
            imageops::replace(&mut sheet.image, &tile, place.0, place.1);
            outcomes.push(outcome);
        }
        sheet.rows.push((*kind, outcomes));
    }
    sheet
}

impl Outcome {
    /// Of the label: letters and what they stand on.
    const fn shades(self) -> (u8, u8) {
        match self {
            Outcome::Reads => (0, 255),
            Outcome::Nothing => (255, 0),
            Outcome::Other => (0, 150),
        }
    }
}

fn outcome(image: &GrayImage, text: &str) -> Outcome {
    match read(image) {
        None => Outcome::Nothing,
        Some(read) if read == text => Outcome::Reads,
        Some(_) => Outcome::Other,
    }
}

/// The picture as it fits on a tile.
fn fit(image: &GrayImage) -> GrayImage {
    shrink(image, TILE_MOST, TILE_MOST)
}

/// The picture, made smaller until it fits; never larger.
fn shrink(image: &GrayImage, width: u32, height: u32) -> GrayImage {
    let (w, h) = (u64::from(image.width().max(1)), u64::from(image.height().max(1)));
    let (most_w, most_h) = (u64::from(width), u64::from(height));
    let (w, h) = if w <= most_w && h <= most_h {
        return image.clone();
    } else if w * most_h > h * most_w {
        (most_w, (h * most_w / w).max(1))
    } else {
        ((w * most_h / h).max(1), most_h)
    };
    imageops::thumbnail(image, w as u32, h as u32)
}

/// Writes a line of small letters: where and how wide, in which shades.
fn write(
    image: &mut GrayImage,
    (left, top, width): (u32, u32, u32),
    text: &str,
    (ink, paper): (u8, u8),
) {
    let mut dots = GrayImage::from_pixel(width, LINE, Luma([paper]));
    for (place, letter) in (0..).zip(text.chars()) {
        let glyph = glyph(letter);
        for dot in (0..15).filter(|dot| glyph >> (14 - dot) & 1 == 1) {
            let (x, y) = ((4 * place + 1 + dot % 3) * DOT, (1 + dot / 3) * DOT);
            for (dx, dy) in (0..DOT).flat_map(|dx| (0..DOT).map(move |dy| (dx, dy))) {
                if let Some(pixel) = dots.get_pixel_mut_checked(x + dx, y + dy) {
                    *pixel = Luma([ink]);
                }
            }
        }
    }
    imageops::replace(image, &dots, i64::from(left), i64::from(top));
}

/// Letters of three by five dots, row by row; what has none here is a blank.
fn glyph(letter: char) -> u16 {
    const LETTERS: [u16; 26] = [
        0b010_101_111_101_101, // a
        0b110_101_110_101_110,
        0b011_100_100_100_011,
        0b110_101_101_101_110,
        0b111_100_110_100_111, // e
        0b111_100_110_100_100,
        0b011_100_101_101_011,
        0b101_101_111_101_101,
        0b111_010_010_010_111, // i
        0b001_001_001_101_010,
        0b101_101_110_101_101,
        0b100_100_100_100_111,
        0b101_111_111_101_101, // m
        0b110_101_101_101_101,
        0b010_101_101_101_010,
        0b110_101_110_100_100,
        0b010_101_101_110_011, // q
        0b110_101_110_101_101,
        0b011_100_010_001_110,
        0b111_010_010_010_010,
        0b101_101_101_101_111, // u
        0b101_101_101_101_010,
        0b101_101_111_111_101,
        0b101_101_010_101_101,
        0b101_101_010_010_010, // y
        0b111_001_010_100_111,
    ];
    const DIGITS: [u16; 10] = [
        0b111_101_101_101_111,
        0b010_110_010_010_111,
        0b110_001_010_100_111,
        0b110_001_010_001_110,
        0b101_101_111_001_001,
        0b111_100_110_001_110,
        0b011_100_111_101_111,
        0b111_001_010_010_010,
        0b111_101_111_101_111,
        0b111_101_111_001_110,
    ];
    let place = |first: char| (letter as usize).wrapping_sub(first as usize);
    let found = LETTERS.get(place('a')).or_else(|| DIGITS.get(place('0')));
    found.copied().unwrap_or(if letter == '-' { 0b000_000_111_000_000 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::image::{EcLevel, Symbology, render};

    #[test]
    fn every_kind_has_a_row_and_its_label_says_what_was_read() {
        let code = "134567890123456789";
        let picture = render(code, Symbology::Qr(EcLevel::H), 4).unwrap();
        let sheet = sheet(&picture, code, 1);
        let kinds: Vec<Damage> = sheet.rows.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, Damage::ALL);
        let outcomes: Vec<Outcome> = sheet.rows.iter().flat_map(|(_, row)| row.clone()).collect();
        for outcome in [Outcome::Reads, Outcome::Nothing, Outcome::Other] {
            assert!(outcomes.contains(&outcome), "{outcome:?}");
        }
        let label = sheet.image.get_pixel(GAP, GAP).0[0];
        assert_eq!(label, outcomes[0].shades().1);
    }

    #[test]
    fn a_tile_keeps_its_shape_and_never_grows() {
        let size = |width, height| shrink(&GrayImage::new(width, height), 100, 50).dimensions();
        assert_eq!((size(80, 50), size(200, 20), size(100, 200)), ((80, 50), (100, 10), (25, 50)));
    }

    #[test]
    fn letters_and_digits_have_shapes_of_their_own() {
        let all: Vec<u16> = ('a'..='z').chain('0'..='9').chain(['-']).map(glyph).collect();
        let different = std::collections::BTreeSet::from_iter(&all);
        assert_eq!(different.len(), all.len());
        assert!(glyph(' ') == 0 && glyph('é') == 0 && glyph('\u{0}') == 0);
    }
}

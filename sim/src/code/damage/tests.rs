//! Each damage does what its line in the table says, and does it alike on every machine.

use contract::fault::Damage;
use image::{GrayImage, Luma};
use proptest::prelude::*;

use super::*;
use crate::code::image::{EcLevel, Symbology, read, render};
use crate::code::picture::Layout;
use crate::env::rng;

const CODE: &str = "286218345678901234";

fn clean() -> Picture {
    render(CODE, Symbology::Qr(EcLevel::H), 4).unwrap()
}

fn barcode() -> Picture {
    render(CODE, Symbology::Code128, 4).unwrap()
}

fn one(picture: &Picture, kind: Damage, severity: u8) -> GrayImage {
    damage(picture, &[(kind, severity)], &mut rng(1, "damage"))
}

/// Without the camera.
fn spoilt(picture: &Picture, kind: Damage, severity: u8) -> Picture {
    spoil(picture.clone(), &[(kind, severity)], &mut rng(1, "damage"))
}

/// A sheet of one grey level, with a symbol of 25 modules of 10 pixels in its middle.
fn plain(level: u8) -> Picture {
    let layout =
        Layout { left: 40.0, top: 40.0, module: 10.0, height: 10.0, columns: 25, rows: 25 };
    Picture { image: GrayImage::from_pixel(330, 330, Luma([level])), layout }
}

fn level(image: &GrayImage, x: u32, y: u32) -> u8 {
    image.get_pixel(x, y).0[0]
}

fn share_of(image: &GrayImage, wanted: impl Fn(u8) -> bool) -> f64 {
    let count = image.pixels().filter(|p| wanted(p.0[0])).count();
    count as f64 / f64::from(image.width() * image.height())
}

#[test]
fn severity_zero_is_untouched() {
    for kind in Damage::ALL {
        assert_eq!(one(&clean(), *kind, 0), clean().image);
    }
    assert_eq!(damage(&clean(), &[], &mut rng(1, "damage")), clean().image);
}

#[test]
fn there_is_no_worse_than_the_worst() {
    for kind in Damage::ALL {
        assert_eq!(one(&clean(), *kind, WORST), one(&clean(), *kind, 255), "{kind:?}");
    }
}

#[test]
fn a_blot_covers_its_share_of_the_symbol() {
    let blotted = spoilt(&plain(255), Damage::Blot, WORST).image;
    // The symbol has 250 of 330 pixels a side.
    let dark = share_of(&blotted, |level| level < 140) * 330.0 * 330.0 / 62_500.0;
    assert!((dark - 0.24).abs() < 0.01, "{dark}");
}

#[test]
fn glare_only_brightens_and_a_blot_only_darkens_white() {
    let lit = spoilt(&plain(100), Damage::Glare, 5).image;
    assert!(share_of(&lit, |l| l >= 100) == 1.0 && share_of(&lit, |l| l == 255) > 0.0);
    let blotted = spoilt(&plain(100), Damage::Blot, 5).image;
    assert!(share_of(&blotted, |l| l <= 100) == 1.0);
}

#[test]
fn scratches_are_thin_and_get_more() {
    let scratched = |severity| {
        let image = spoilt(&plain(0), Damage::Scratch, severity).image;
        share_of(&image, |level| level > 110)
    };
    // One line of 6 of 330 pixels, somewhat longer when it lies slantwise.
    assert!((0.010..0.03).contains(&scratched(1)), "{}", scratched(1));
    assert!((0.06..0.15).contains(&scratched(7)), "{}", scratched(7));
}

#[test]
fn faded_and_dim_pictures_have_the_light_that_is_left() {
    let faded = spoilt(&clean(), Damage::Contrast, WORST).image;
    // The quiet zone and the corner of the first finder pattern.
    assert_eq!((level(&faded, 0, 0), level(&faded, 16, 16)), (134, 122));
    let dim = spoilt(&clean(), Damage::Dark, WORST).image;
    assert_eq!((level(&dim, 0, 0), level(&dim, 16, 16)), (8, 0));
}

#[test]
fn stripes_take_light_evenly() {
    let striped = spoilt(&plain(200), Damage::Moire, WORST).image;
    let mean = striped.pixels().map(|p| f64::from(p.0[0])).sum::<f64>() / 108_900.0;
    // From all to nothing and back: a half.
    assert!((mean - 100.0).abs() < 5.0, "{mean}");
    let half = spoilt(&plain(200), Damage::Moire, 3).image;
    assert!(half.pixels().all(|p| p.0[0] >= 113), "more than three sevenths are gone");
}

#[test]
fn a_fold_slips_what_lies_beyond_and_nothing_else() {
    let (before, after) = (clean().image, spoilt(&clean(), Damage::Fold, WORST).image);
    let changed = before.pixels().zip(after.pixels()).filter(|(a, b)| a != b).count() as f64;
    let changed = changed / f64::from(before.width() * before.height());
    assert!((0.05..0.5).contains(&changed), "{changed}");
}

#[test]
fn a_crop_takes_the_border_and_then_one_side() {
    for seed in 0..8 {
        let crop = |severity| {
            let damages = [(Damage::Crop, severity)];
            spoil(clean(), &damages, &mut rng(seed, "damage"))
        };
        assert_eq!(crop(1).image.dimensions(), (100, 100));
        let Picture { image, layout } = crop(WORST);
        let (width, height) = image.dimensions();
        assert_eq!((width.min(height), width.max(height)), (84, 100));
        // The layout still says where the first module would be.
        assert!((layout.left, layout.top) == (0.0, 0.0) || layout.left.min(layout.top) == -16.0);
    }
}

#[test]
fn flips_turn_their_share_of_whole_modules() {
    let flipped = spoilt(&plain(255), Damage::Flips, WORST).image;
    let dark: u32 = flipped.pixels().filter(|p| p.0[0] == 0).count() as u32;
    assert_eq!(dark % 100, 0, "whole modules of 100 pixels");
    // 6 % of 625 modules.
    assert!((20..60).contains(&(dark / 100)), "{dark}");
    let bars = spoilt(&barcode(), Damage::Flips, WORST).image;
    let line = |y| (0..bars.width()).map(|x| level(&bars, x, y)).collect::<Vec<_>>();
    assert_eq!(line(50), line(190), "a barcode's modules are as high as its bars");
}

#[test]
fn compression_keeps_flat_areas_and_rings_at_edges() {
    assert!(share_of(&one(&plain(90), Damage::Jpeg, 2), |l| l.abs_diff(90) < 25) == 1.0);
    let sharp = compress::compress(clean().image, 100.0, (0, 0));
    let off = |image: &GrayImage| {
        let clean = clean().image;
        let pairs = image.pixels().zip(clean.pixels());
        pairs.map(|(a, b)| f64::from(a.0[0].abs_diff(b.0[0]))).sum::<f64>() / 17_424.0
    };
    let poor = compress::compress(clean().image, 3.0, (3, 5));
    assert!(off(&sharp) < 1.0 && off(&poor) > 6.0, "{} {}", off(&sharp), off(&poor));
}

#[test]
fn a_moving_hand_smears_and_keeps_the_light() {
    let still = photo(&clean(), &[], Hold::default(), &mut rng(1, "damage"));
    let moved = one(&clean(), Damage::Motion, 5);
    let steep = |image: &GrayImage| {
        let jump = |x, y| f64::from(level(image, x, y).abs_diff(level(image, x + 1, y + 1)));
        (0..131).flat_map(|y| (0..131).map(move |x| (x, y))).map(|(x, y)| jump(x, y)).sum::<f64>()
    };
    assert!(steep(&moved) < 0.7 * steep(&still), "{} {}", steep(&moved), steep(&still));
}

#[test]
fn wrong_kinds_read_as_what_they_are_and_never_as_a_payment_code() {
    for severity in 1..=WORST {
        for picture in [clean(), barcode()] {
            let text = read(&one(&picture, Damage::WrongKind, severity)).unwrap();
            assert_eq!(Some(text.as_str()), scene::other_text(severity));
            assert!(crate::code::format::check(&text).is_err(), "{text}");
        }
    }
    assert_eq!(scene::other_text(0), None);
    assert_eq!(scene::other_text(255), scene::other_text(WORST));
}

#[test]
fn of_two_codes_in_view_one_is_read() {
    for severity in 1..=WORST {
        let text = read(&one(&clean(), Damage::TwoCodes, severity));
        assert!(text.is_none_or(|text| text == CODE || text == scene::RECEIVE_CODE));
    }
}

/// Any picture with any layout: nothing here may rely on a drawn one.
fn any_picture() -> impl Strategy<Value = Picture> {
    let number = -50.0..200.0f64;
    let layout = (number.clone(), number.clone(), 0.0..30.0f64, 0.0..60.0f64, 0u32..60, 0u32..60);
    let sizes = (0u32..60, 0u32..60, any::<u8>());
    (sizes, layout).prop_map(|((width, height, grey), (left, top, module, cell, columns, rows))| {
        let layout = Layout { left, top, module, height: cell, columns, rows };
        Picture { image: GrayImage::from_pixel(width, height, Luma([grey])), layout }
    })
}

proptest! {
    #[test]
    fn any_picture_can_be_damaged(
        picture in any_picture(),
        kind in prop::sample::select(Damage::ALL),
        severity: u8,
        seed: u64,
    ) {
        damage(&picture, &[(kind, severity)], &mut rng(seed, "damage"));
    }
}

/// Fixed for ever: stored traces and other machines must find the same pictures.
#[test]
fn the_same_seed_gives_the_same_picture_on_every_machine() {
    let sum = |kind| crc32fast::hash(one(&clean(), kind, 4).as_raw());
    let sums = Damage::ALL.iter().map(|kind| format!("{} {:08x}", kind.word(), sum(*kind)));
    let expected = [
        "blot 904ec30d",
        "blur ee106b3d",
        "contrast 717905ad",
        "tilt 8523e004",
        "glare 2c183d3e",
        "scratch 67b2c990",
        "motion a3e386e7",
        "dark 04e1c5c4",
        "jpeg 7ec4df2a",
        "moire 86995b25",
        "fold fcd83e49",
        "crop f3696470",
        "flips 8445c6d8",
        "wrong-kind 71662885",
        "two-codes ad2128c1",
    ];
    assert_eq!(sums.collect::<Vec<_>>(), expected);
}

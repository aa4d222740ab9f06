//! What spoils a code's picture, in eight severities: the table of what a severity means, and the
//! order in which the damages act.
//!
//! Severity 0 is untouched, 7 the end of the range in the table; between them the measure grows
//! evenly. Which severity can still be read is the decoder's business, not decided here.

use contract::fault::Damage;
use image::GrayImage;
use rand::{Rng, RngExt};

use super::camera::{Hold, blur, grain, smear, view};
use super::picture::Picture;

mod compress;
mod light;
pub(super) mod scene;
mod shape;
mod surface;

/// The worst severity; a higher one is taken as this.
pub const WORST: u8 = 7;

/// What the worst severity of a kind means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// How much of it.
    pub worst: f64,
    /// Of what.
    pub unit: &'static str,
    /// Where the kind and its range come from.
    pub source: &'static str,
}

/// The ends of the ranges are chosen so that the decoder in use goes from reading nearly all to
/// reading nearly none of QR codes, where it can be brought to that; bars bear more of some kinds.
const RANGE: &str = "assumption: of QR codes from nearly all read to nearly none";

/// What severity 7 of this kind means.
pub const fn measure(kind: Damage) -> Measure {
    let (worst, unit, source) = match kind {
        Damage::Blot => (0.276, "sides of the symbol, radius: 24 % of its area", RANGE),
        Damage::Blur => (1.0, "modules, standard deviation of a Gaussian", RANGE),
        Damage::Contrast => (0.95, "of the contrast lost", RANGE),
        Damage::Tilt => (70.0, "degrees of pitch", RANGE),
        Damage::Glare => (0.45, "sides of the symbol, radius of the reflection", RANGE),
        Damage::Scratch => (7.0, "scratches, each 0.6 modules wide", RANGE),
        Damage::Motion => (4.0, "modules of way while the picture is taken", RANGE),
        Damage::Dark => (0.97, "of the light lost", RANGE),
        Damage::Jpeg => (
            97.0,
            "off a JPEG quality of 100",
            "Annex K of ITU-T T.81, scaled as in IJG's library; assumption: down to quality 3",
        ),
        Damage::Moire => (
            1.0,
            "of the light, swing of stripes 0.3 to 0.6 modules apart",
            "assumption: pixels of a display a little finer than the camera's",
        ),
        Damage::Fold => (3.0, "modules of slip along the crease", RANGE),
        Damage::Crop => (0.16, "of the symbol cut off; at 1 only its light border", RANGE),
        Damage::Flips => (0.06, "of the modules", RANGE),
        Damage::WrongKind => (
            7.0,
            "th of a list, from a web address to the number of a bank card",
            "assumption: what cashiers are shown by mistake",
        ),
        Damage::TwoCodes => (
            1.0,
            "times as large in modules as the payment code",
            "assumption: the shop's sticker beside the phone, from nearly a third of it on; which \
             of the two is read is the decoder's choice",
        ),
    };
    Measure { worst, unit, source }
}

/// What is shown, and then what lies on it, in the order in which it acts.
const SHOWN: [Damage; 11] = [
    Damage::WrongKind,
    Damage::Flips,
    Damage::Fold,
    Damage::Scratch,
    Damage::Blot,
    Damage::Moire,
    Damage::Contrast,
    Damage::Dark,
    Damage::Glare,
    Damage::Crop,
    Damage::TwoCodes,
];

/// The picture as a camera sees it through these damages (kind and severity), with the sensor's
/// noise. Without any damage it comes back untouched, without noise.
pub fn damage(picture: &Picture, damages: &[(Damage, u8)], rng: &mut impl Rng) -> GrayImage {
    if damages.iter().all(|(_, severity)| *severity == 0) {
        return picture.image.clone();
    }
    let pitch = tilt_degrees(severity(damages, Damage::Tilt));
    let shown = spoil(picture.clone(), damages, rng);
    photo(&shown, damages, Hold { pitch, ..Hold::default() }, rng)
}

/// What lies before the camera: the damages to what is shown.
pub(super) fn spoil(mut picture: Picture, damages: &[(Damage, u8)], rng: &mut impl Rng) -> Picture {
    for kind in SHOWN {
        let severity = severity(damages, kind);
        if severity > 0 {
            picture = apply(picture, kind, severity, rng);
        }
    }
    picture
}

fn apply(picture: Picture, kind: Damage, severity: u8, rng: &mut impl Rng) -> Picture {
    let strength = strength(kind, severity);
    let Picture { image, layout } = picture;
    let image = match kind {
        Damage::Blot => surface::blot(image, &layout, strength, rng),
        Damage::Glare => surface::glare(image, &layout, strength, rng),
        Damage::Scratch => surface::scratch(image, &layout, strength as u32, rng),
        Damage::Contrast => light::fade(image, strength),
        Damage::Dark => light::dim(image, strength),
        Damage::Moire => light::stripes(image, &layout, strength, rng),
        Damage::Fold => shape::fold(&image, &layout, strength, rng),
        Damage::Flips => shape::flip(image, &layout, strength, rng),
        Damage::Crop => return shape::crop(&image, layout, cut(severity), rng),
        Damage::WrongKind => return scene::other_code(Picture { image, layout }, severity),
        Damage::TwoCodes => return scene::second_code(Picture { image, layout }, strength, rng),
        Damage::Tilt | Damage::Motion | Damage::Blur | Damage::Jpeg => image,
    };
    Picture { image, layout }
}

/// What the camera makes of it: held like this, smeared, out of focus, with the sensor's noise, and
/// compressed.
pub(super) fn photo(
    shown: &Picture,
    damages: &[(Damage, u8)],
    hold: Hold,
    rng: &mut impl Rng,
) -> GrayImage {
    let worst = |kind| strength(kind, severity(damages, kind));
    let module = shown.layout.module;
    let mut seen = view(&shown.image, hold);
    if severity(damages, Damage::Motion) > 0 {
        seen = smear(&seen, worst(Damage::Motion) * module, rng.random_range(-90.0..90.0));
    }
    if severity(damages, Damage::Blur) > 0 {
        seen = blur(seen, worst(Damage::Blur) * module);
    }
    seen = grain(seen, rng);
    if severity(damages, Damage::Jpeg) > 0 {
        let offset = (rng.random_range(0..8), rng.random_range(0..8));
        seen = compress::compress(seen, 100.0 - worst(Damage::Jpeg), offset);
    }
    seen
}

/// The worst severity of a kind among these damages, 0 to `WORST`.
pub(super) fn severity(damages: &[(Damage, u8)], kind: Damage) -> u8 {
    let of_kind = damages.iter().filter(|(k, _)| *k == kind);
    of_kind.map(|(_, severity)| *severity).max().unwrap_or(0).min(WORST)
}

/// The pitch that a severity of `Damage::Tilt` means.
pub(super) fn tilt_degrees(severity: u8) -> f64 {
    strength(Damage::Tilt, severity)
}

fn strength(kind: Damage, severity: u8) -> f64 {
    share(severity) * measure(kind).worst
}

/// How much of the symbol a severity of `Damage::Crop` cuts off: the first only its border.
fn cut(severity: u8) -> f64 {
    (share(severity) - share(1)) / (share(WORST) - share(1)) * measure(Damage::Crop).worst
}

fn share(severity: u8) -> f64 {
    f64::from(severity.min(WORST)) / f64::from(WORST)
}

#[cfg(test)]
mod tests;

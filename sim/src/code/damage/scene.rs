//! What else may stand before the scanner: another code instead, or one more beside it.
//!
//! Knows which codes people show by mistake; what a terminal makes of them is not decided here.

use image::{GrayImage, Luma, imageops};
use rand::{Rng, RngExt};

use crate::code::image::{EcLevel, Symbology, render};
use crate::code::picture::Picture;

/// The shop's own sticker.
pub(in crate::code) const RECEIVE_CODE: &str = "https://qr.alipay.com/bax012345";

/// How a wrong code is drawn.
enum Drawn {
    Square,
    Product,
    /// In the symbol of the payment code.
    Alike,
}

/// What is shown instead of a payment code, from what no terminal mistakes to what differs in its
/// length alone.
const OTHERS: [(&str, Drawn); 7] = [
    (RECEIVE_CODE, Drawn::Square),
    ("wxp://f2f0Tn5eZ3qVd8kRmYcPb1XhLwUo", Drawn::Square),
    // EMVCo merchant-presented, static, with its checksum.
    (
        "000201010211153131040156000001560000000000000015204541153031565802CN5911CORNER SHOP\
         6008SHENZHEN6304C07A",
        Drawn::Square,
    ),
    // A product, and one with a shop's own number, which begins like an Alipay code.
    ("6901234567892", Drawn::Product),
    ("2512345678908", Drawn::Product),
    // A bank card's number, and a payment code without its last digit.
    ("6212345678901265", Drawn::Alike),
    ("13456789012345678", Drawn::Alike),
];

/// The text that this severity of a wrong kind shows; `None` for 0.
pub(in crate::code) fn other_text(severity: u8) -> Option<&'static str> {
    other(severity).map(|(text, _)| *text)
}

fn other(severity: u8) -> Option<&'static (&'static str, Drawn)> {
    OTHERS.get(usize::from(severity.min(super::WORST)).checked_sub(1)?)
}

/// Another code in place of this one, with modules of the same size.
pub(super) fn other_code(picture: Picture, severity: u8) -> Picture {
    let Some((text, drawn)) = other(severity) else { return picture };
    let symbology = match drawn {
        Drawn::Square => Symbology::Qr(EcLevel::M),
        Drawn::Product => Symbology::Ean13,
        Drawn::Alike if picture.layout.rows == 1 => Symbology::Code128,
        Drawn::Alike => Symbology::Qr(EcLevel::H),
    };
    render(text, symbology, (picture.layout.module + 0.5) as u32).unwrap_or(picture)
}

/// The shop's receive code beside this one, on either side. Its modules are up to `size` times as
/// large as those of the code, but never less than 0.3 of them.
pub(super) fn second_code(picture: Picture, size: f64, rng: &mut impl Rng) -> Picture {
    let scale = picture.layout.module * (0.3 + 0.7 * size);
    let sticker = render(RECEIVE_CODE, Symbology::Qr(EcLevel::M), (scale + 0.5) as u32);
    let Ok(Picture { image: sticker, .. }) = sticker else { return picture };
    let Picture { image, mut layout } = picture;
    let (width, height) = (image.width() + sticker.width(), image.height().max(sticker.height()));
    let middle = |inner: &GrayImage| i64::from((height - inner.height()) / 2);
    let (code_left, sticker_left) =
        if rng.random::<bool>() { (0, image.width()) } else { (sticker.width(), 0) };
    let mut both = GrayImage::from_pixel(width, height, Luma([255]));
    imageops::replace(&mut both, &image, i64::from(code_left), middle(&image));
    imageops::replace(&mut both, &sticker, i64::from(sticker_left), middle(&sticker));
    layout.left += f64::from(code_left);
    layout.top += middle(&image) as f64;
    Picture { image: both, layout }
}

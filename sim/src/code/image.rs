//! A code as a picture: drawn as a QR code or a barcode, and read back as a scanner reads it.
//!
//! Draws what wallets show in perfect quality; knows nothing of damage or of payment codes.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::GrayImage;
use image::imageops::thumbnail;
use qrcode::QrCode;
use qrcode::types::Color;
use rxing::oned::{Code128Writer, EAN13Writer, OneDimensionalCodeWriter};
use rxing::{BarcodeFormat, DecodeHints, RXingResult, helpers};

use super::picture::Grid;
pub use super::picture::{MAX_SCALE, Picture};

pub use qrcode::EcLevel;

/// The symbol that carries a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbology {
    /// A QR code with this error correction level.
    Qr(EcLevel),
    /// A Code 128 barcode.
    Code128,
    /// The barcode on products: 13 digits, the last of which checks the others.
    Ean13,
}

/// The light border that every QR code needs, in modules (ISO/IEC 18004).
const QR_QUIET: u32 = 4;
/// The light border of a Code 128 barcode (ISO/IEC 15417), and enough for EAN-13, which needs 11 on
/// the left when printed by the standard.
const BARS_QUIET: u32 = 11;
/// How high the bars are, in modules: about a quarter of a payment code's width (assumption).
const BARS_HEIGHT: u32 = 40;
/// The longest text that the barcode's writer takes.
const BARS_TEXT: usize = 80;

/// Draws `text` in the smallest symbol of this kind that holds it, `scale` pixels a module, 0 for
/// dark and 255 for light. A scale outside of 1 to `MAX_SCALE` is taken as the nearest one inside.
///
/// # Errors
/// The text is too long for the symbol, or has characters that the symbol can't hold.
pub fn render(text: &str, symbology: Symbology, scale: u32) -> Result<Picture, Undrawable> {
    let grid = match symbology {
        Symbology::Qr(level) => qr(text, level)?,
        Symbology::Code128 if text.len() > BARS_TEXT => return Err(Undrawable::TooLong),
        Symbology::Code128 => bars(|| Code128Writer.encode_oned(text))?,
        Symbology::Ean13 => bars(|| EAN13Writer.encode_oned(text))?,
    };
    Ok(grid.draw(scale))
}

fn qr(text: &str, level: EcLevel) -> Result<Grid, Undrawable> {
    let code = QrCode::with_error_correction_level(text, level).map_err(|_| Undrawable::TooLong)?;
    let columns = u32::try_from(code.width()).unwrap_or_default();
    let dark = code.to_colors().iter().map(|color| *color == Color::Dark).collect();
    Ok(Grid { dark, columns, height: 1, quiet: QR_QUIET })
}

/// The bars that a writer gives; one that panics could not draw the text either.
fn bars<E>(write: impl FnOnce() -> Result<Vec<bool>, E>) -> Result<Grid, Undrawable> {
    let written = catch_unwind(AssertUnwindSafe(write));
    let dark = written.ok().and_then(Result::ok).ok_or(Undrawable::NotInSymbol)?;
    let columns = u32::try_from(dark.len()).unwrap_or_default();
    Ok(Grid { dark, columns, height: BARS_HEIGHT, quiet: BARS_QUIET })
}

/// Why a text can't be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undrawable {
    /// It does not fit into the symbol.
    TooLong,
    /// The symbol has no way to write such characters.
    NotInSymbol,
}

impl fmt::Display for Undrawable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Undrawable::TooLong => "the text does not fit into the symbol",
            Undrawable::NotInSymbol => "this barcode can't hold such a text",
        })
    }
}

impl std::error::Error for Undrawable {}

/// What a decoder finds in the picture: the text of a QR code or, failing that, of a Code 128 or
/// EAN-13 barcode; these are what a scanner at a till knows. The text is as decoded, never
/// corrected. A panic inside the decoder counts as no read.
pub fn read(image: &GrayImage) -> Option<String> {
    detect(image).map(|found| found.text)
}

/// A code on a picture.
pub(super) struct Found {
    pub(super) text: String,
    /// `None` for a QR code, whose level the decoder does not tell.
    pub(super) bars: Option<Symbology>,
    /// What the decoder marks, in pixels.
    pub(super) points: Vec<(f64, f64)>,
}

/// Looks for a code at full size and then ever smaller: the decoder tells dark from light in
/// windows of 40 pixels and fails where a module fills one, as in a photo.
pub(super) fn detect(image: &GrayImage) -> Option<Found> {
    if let Some(found) = decode(image) {
        return Some(found);
    }
    let (width, height) = (image.width() / 2, image.height() / 2);
    if width.min(height) < SMALLEST_HALF {
        return None;
    }
    let mut found = detect(&thumbnail(image, width, height))?;
    found.points.iter_mut().for_each(|(x, y)| (*x, *y) = (*x * 2.0, *y * 2.0));
    Some(found)
}

/// Pictures are not halved to less than this, where a payment code that fills the picture has
/// modules of 3 pixels, the least that decoders need (Sensors 22(19):7230).
const SMALLEST_HALF: u32 = 100;

const FORMATS: [BarcodeFormat; 3] =
    [BarcodeFormat::QR_CODE, BarcodeFormat::CODE_128, BarcodeFormat::EAN_13];

fn decode(image: &GrayImage) -> Option<Found> {
    let mut hints = DecodeHints {
        PossibleFormats: Some(FORMATS.into()),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let (width, height) = image.dimensions();
    let detect = || {
        helpers::detect_in_luma_slice_with_hints(image.as_raw(), width, height, None, &mut hints)
    };
    let result = catch_unwind(AssertUnwindSafe(detect)).ok()?.ok()?;
    Some(found(&result))
}

fn found(result: &RXingResult) -> Found {
    let point = |p: &rxing::Point| (f64::from(p.x), f64::from(p.y));
    Found {
        text: result.getText().to_owned(),
        bars: match result.getBarcodeFormat() {
            BarcodeFormat::CODE_128 => Some(Symbology::Code128),
            BarcodeFormat::EAN_13 => Some(Symbology::Ean13),
            _ => None,
        },
        points: result.getPoints().iter().map(point).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::format::mint;
    use crate::env::rng;
    use contract::action::WalletBrand;
    use image::Luma;
    use proptest::prelude::*;

    const LEVELS: [EcLevel; 4] = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H];

    fn symbologies() -> impl Strategy<Value = Symbology> {
        let all = LEVELS.map(Symbology::Qr).into_iter().chain([Symbology::Code128]);
        prop::sample::select(all.collect::<Vec<_>>())
    }

    fn brands() -> impl Strategy<Value = WalletBrand> {
        prop::sample::select(vec![WalletBrand::Wechat, WalletBrand::Alipay, WalletBrand::Unionpay])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn every_wallets_code_reads_as_rendered(
            brand in brands(), symbology in symbologies(), scale in 2u32..9, seed: u64,
        ) {
            let code = mint(brand, &mut rng(seed, "image"));
            let picture = render(code.as_str(), symbology, scale).unwrap();
            prop_assert_eq!(read(&picture.image), Some(code.as_str().to_owned()));
        }

        #[test]
        fn any_text_is_drawn_or_refused(text: String, symbology in symbologies()) {
            for symbology in [symbology, Symbology::Ean13] {
                let _ = render(&text, symbology, 1);
            }
        }

        #[test]
        fn any_picture_gets_an_answer(
            width in 0u32..70,
            height in 0u32..70,
            bytes in prop::collection::vec(any::<u8>(), 4900),
        ) {
            let level = |x, y| Luma([bytes[(y * width + x) as usize]]);
            let _ = read(&GrayImage::from_fn(width, height, level));
        }
    }

    #[test]
    fn other_texts_and_sizes_read_as_rendered() {
        for scale in [1, 2, 3, 8, 16, 32] {
            for text in ["https://qr.alipay.com/bax012345", "付款码", "line\r\n"] {
                let picture = render(text, Symbology::Qr(EcLevel::M), scale).unwrap();
                assert_eq!(read(&picture.image).as_deref(), Some(text), "{scale}");
            }
        }
    }

    #[test]
    fn products_are_drawn_with_their_check_digit_alone() {
        let picture = render("6901234567892", Symbology::Ean13, 3).unwrap();
        assert_eq!(read(&picture.image).as_deref(), Some("6901234567892"));
        for text in ["6901234567891", "690123456789O", ""] {
            assert_eq!(render(text, Symbology::Ean13, 3), Err(Undrawable::NotInSymbol), "{text}");
        }
    }

    #[test]
    fn what_a_symbol_cannot_hold_is_refused() {
        let refused = |text: &str, symbology| render(text, symbology, 1).unwrap_err();
        assert_eq!(refused("付款码", Symbology::Code128), Undrawable::NotInSymbol);
        assert_eq!(refused("", Symbology::Code128), Undrawable::NotInSymbol);
        assert_eq!(refused(&"1".repeat(81), Symbology::Code128), Undrawable::TooLong);
        assert_eq!(refused(&"1".repeat(8000), Symbology::Qr(EcLevel::L)), Undrawable::TooLong);
    }

    #[test]
    fn a_photo_with_large_modules_reads_as_well_as_a_small_picture() {
        use crate::code::damage::damage;
        use contract::fault::Damage;
        for scale in [4, 32] {
            let picture = render("134567890123456789", Symbology::Qr(EcLevel::H), scale).unwrap();
            for spoilt in [(Damage::Blur, 3), (Damage::Contrast, 5), (Damage::Tilt, 5)] {
                let seen = damage(&picture, &[spoilt], &mut rng(1, "image"));
                assert!(read(&seen).is_some(), "{scale} {spoilt:?}");
            }
        }
    }

    #[test]
    fn the_picture_is_dark_modules_inside_a_quiet_zone() {
        let draw = |scale| render("100000000000000000", Symbology::Qr(EcLevel::M), scale).unwrap();
        let Picture { image, layout } = draw(3);
        assert_eq!((image.dimensions(), layout.columns), ((87, 87), 21));
        assert!(image.pixels().all(|p| p.0 == [0] || p.0 == [255]));
        let first_dark = image.enumerate_pixels().find(|(.., p)| p.0 == [0]);
        assert_eq!(first_dark.map(|(x, y, _)| (x, y)), Some((12, 12)));
        assert_eq!(draw(0), draw(1));
        assert_eq!(draw(99), draw(MAX_SCALE));
    }

    #[test]
    fn what_is_no_code_is_no_read() {
        for (width, height) in [(0, 0), (1, 1), (200, 3)] {
            assert_eq!(read(&GrayImage::from_pixel(width, height, Luma([255]))), None);
        }
    }
}

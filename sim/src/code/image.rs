//! A code as a picture: drawn as a QR code, and read back as a scanner reads it.
//!
//! Draws what wallets show in perfect quality; knows nothing of damage or of payment codes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::imageops::thumbnail;
use image::{GrayImage, Luma};
use qrcode::QrCode;
use qrcode::types::Color;
use rxing::{BarcodeFormat, DecodeHints, helpers};

pub use qrcode::EcLevel;

/// The light border that every QR code needs, in modules (ISO/IEC 18004).
pub const QUIET_ZONE: u32 = 4;

/// The largest module that `render` draws, in pixels. Keeps the largest QR code (177 modules)
/// below 6000 pixels a side.
pub const MAX_SCALE: u32 = 32;

/// Draws `text` as the smallest QR code that holds it, `scale` pixels a module, 0 for dark and
/// 255 for light. A scale outside of 1 to `MAX_SCALE` is taken as the nearest one inside.
///
/// # Errors
/// The text is too long for a QR code of this error correction level.
pub fn render(text: &str, level: EcLevel, scale: u32) -> Result<GrayImage, TooLong> {
    let code = QrCode::with_error_correction_level(text, level).map_err(|_| TooLong)?;
    let scale = scale.clamp(1, MAX_SCALE);
    let modules = u32::try_from(code.width()).unwrap_or_default();
    let colors = code.to_colors();
    let dark = |x: u32, y: u32| {
        let module = (y / scale).checked_sub(QUIET_ZONE).zip((x / scale).checked_sub(QUIET_ZONE));
        module.is_some_and(|(row, column)| {
            let index = (row * modules + column) as usize;
            row < modules && column < modules && colors.get(index) == Some(&Color::Dark)
        })
    };
    let side = (modules + 2 * QUIET_ZONE) * scale;
    Ok(GrayImage::from_fn(side, side, |x, y| Luma([if dark(x, y) { 0 } else { 255 }])))
}

/// A text does not fit into a QR code of the level asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the text does not fit into a QR code of this error correction level")
    }
}

impl std::error::Error for TooLong {}

/// What a decoder finds in the picture: the text of a QR code or, failing that, of a Code 128
/// barcode; both are what wallets show. The text is as decoded, never corrected. A panic inside
/// the decoder counts as no read.
pub fn read(image: &GrayImage) -> Option<String> {
    if let Some(text) = decode(image) {
        return Some(text);
    }
    // The decoder tells dark from light in windows of 40 pixels and fails where a module fills
    // one, as in a photo: try again at half the size.
    let (width, height) = (image.width() / 2, image.height() / 2);
    if width.min(height) < SMALLEST_HALF {
        return None;
    }
    read(&thumbnail(image, width, height))
}

/// Pictures are not halved to less than this, where a payment code that fills the picture has
/// modules of 3 pixels, the least that decoders need (Sensors 22(19):7230).
const SMALLEST_HALF: u32 = 100;

fn decode(image: &GrayImage) -> Option<String> {
    let mut hints = DecodeHints {
        PossibleFormats: Some([BarcodeFormat::QR_CODE, BarcodeFormat::CODE_128].into()),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let (width, height) = image.dimensions();
    let detect = || {
        helpers::detect_in_luma_slice_with_hints(image.as_raw(), width, height, None, &mut hints)
    };
    let result = catch_unwind(AssertUnwindSafe(detect)).ok()?.ok()?;
    Some(result.getText().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::format::mint;
    use crate::env::rng;
    use contract::action::WalletBrand;

    const LEVELS: [EcLevel; 4] = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H];

    #[test]
    fn every_wallets_code_reads_as_rendered_at_every_level() {
        for brand in [WalletBrand::Wechat, WalletBrand::Alipay, WalletBrand::Unionpay] {
            for level in LEVELS {
                for seed in 0..5 {
                    let code = mint(brand, &mut rng(seed, "image"));
                    let image = render(code.as_str(), level, 4).unwrap();
                    assert_eq!(read(&image).as_deref(), Some(code.as_str()), "{level:?}");
                }
            }
        }
    }

    #[test]
    fn other_texts_and_sizes_read_as_rendered() {
        for scale in [1, 2, 3, 8, 16, 32] {
            for text in ["https://qr.alipay.com/bax012345", "付款码", "line\r\n"] {
                let image = render(text, EcLevel::M, scale).unwrap();
                assert_eq!(read(&image).as_deref(), Some(text), "{scale}");
            }
        }
    }

    #[test]
    fn a_photo_with_large_modules_reads_as_well_as_a_small_picture() {
        use crate::code::damage::damage;
        use contract::fault::Damage;
        for scale in [4, 32] {
            let image = render("134567890123456789", EcLevel::H, scale).unwrap();
            for (kind, severity) in [(Damage::Blur, 3), (Damage::Contrast, 5), (Damage::Tilt, 5)] {
                let seen = damage(&image, kind, severity, &mut rng(1, "image"));
                assert!(read(&seen).is_some(), "{scale} {kind:?}");
            }
        }
    }

    #[test]
    fn a_code_128_barcode_is_read_too() {
        use rxing::{Writer, oned::Code128Writer};
        let bars =
            Code128Writer.encode("134567890123456789", &BarcodeFormat::CODE_128, 400, 80).unwrap();
        let dark = |x: u32, y: u32| bars.get(x, y);
        let image = GrayImage::from_fn(bars.width(), bars.height(), |x, y| {
            Luma([if dark(x, y) { 0 } else { 255 }])
        });
        assert_eq!(read(&image).as_deref(), Some("134567890123456789"));
    }

    #[test]
    fn the_picture_is_dark_modules_inside_a_quiet_zone() {
        let image = render("100000000000000000", EcLevel::M, 3).unwrap();
        assert_eq!(image.dimensions(), (87, 87));
        assert!(image.pixels().all(|p| p.0 == [0] || p.0 == [255]));
        let first_dark = image.enumerate_pixels().find(|(.., p)| p.0 == [0]);
        assert_eq!(first_dark.map(|(x, y, _)| (x, y)), Some((12, 12)));
    }

    #[test]
    fn what_is_no_code_is_no_read() {
        assert_eq!(read(&GrayImage::new(0, 0)), None);
        assert_eq!(read(&GrayImage::new(1, 1)), None);
        assert_eq!(read(&GrayImage::from_pixel(200, 3, Luma([255]))), None);
        assert!(render(&"1".repeat(8000), EcLevel::L, 1).is_err());
        assert_eq!(render("1", EcLevel::L, 0), render("1", EcLevel::L, 1));
    }
}

//! Our QR codes against zbarimg, a decoder that shares nothing with ours.

use std::path::Path;

use contract::action::WalletBrand;
use contract::fault::Damage;
use sim::code::GrayImage;
use sim::code::damage::damage;
use sim::code::file::save;
use sim::code::format::mint;
use sim::code::image::{EcLevel, render};
use sim::env::rng;

use super::{ZBARIMG, peer};

const BRANDS: [WalletBrand; 3] = [WalletBrand::Wechat, WalletBrand::Alipay, WalletBrand::Unionpay];

/// What zbarimg reads: one text a line, none when it finds no code. `None` without zbarimg.
fn zbarimg(image: &GrayImage, dir: &Path) -> Option<Vec<String>> {
    let mut zbarimg = peer(&ZBARIMG)?;
    let file = dir.join("code.png");
    save(image, &file).unwrap();
    let output = zbarimg.args(["--quiet", "--raw"]).arg(&file).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(str::to_owned).collect())
}

#[test]
fn zbarimg_reads_our_clean_codes() {
    let dir = tempfile::tempdir().unwrap();
    for (seed, brand) in (0..).zip(BRANDS) {
        let code = mint(brand, &mut rng(seed, "peer"));
        for level in [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H] {
            let image = render(code.as_str(), level, 4).unwrap();
            let Some(texts) = zbarimg(&image, dir.path()) else { return };
            assert_eq!(texts, [code.as_str()], "{level:?}");
        }
    }
}

#[test]
fn zbarimg_reads_from_damaged_codes_the_same_or_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut reads = 0;
    let kinds = [Damage::Blot, Damage::Blur, Damage::Contrast, Damage::Tilt, Damage::Glare];
    for (seed, kind) in (0..).zip(kinds) {
        for severity in [1, 3, 5, 7] {
            let mut rng = rng(seed, "peer");
            let code = mint(BRANDS[severity as usize % BRANDS.len()], &mut rng);
            let clean = render(code.as_str(), EcLevel::H, 4).unwrap();
            let Some(texts) = zbarimg(&damage(&clean, kind, severity, &mut rng), dir.path()) else {
                return;
            };
            assert!(
                texts.iter().all(|text| text == code.as_str()),
                "{kind:?} {severity}: {texts:?}"
            );
            reads += texts.len();
        }
    }
    // Neither all nor none, or the damage would be no damage or no code.
    assert!((5..20).contains(&reads), "{reads}");
}

//! Our codes against decoders that share nothing with ours: zbarimg, and zxing-cpp through Python.
//! They read what we draw, and from what we damage they read the same as we do or nothing.

use std::path::Path;

use contract::action::WalletBrand;
use contract::fault::Damage;
use sim::code::GrayImage;
use sim::code::damage::damage;
use sim::code::file::save;
use sim::code::format::mint;
use sim::code::image::{EcLevel, Symbology, read, render};
use sim::env::rng;

use super::{Peer, ZBARIMG, output, peer, script};

const BRANDS: [WalletBrand; 3] = [WalletBrand::Wechat, WalletBrand::Alipay, WalletBrand::Unionpay];

/// The shop's own code, which stands beside the payment code in some pictures.
const RECEIVE_CODE: &str = "https://qr.alipay.com/bax012345";

const ZXING_CPP: Peer = Peer {
    program: "python3",
    probe: &["-c", "import zxingcpp, PIL"],
    install: "pip install zxing-cpp pillow",
};

/// What zbarimg reads from one picture. It looks for the symbols that we read, and for no other.
fn zbarimg(file: &Path) -> Option<Vec<String>> {
    let mut zbarimg = peer(&ZBARIMG)?;
    let only = ["qrcode", "code128", "ean13"].map(|kind| format!("-S{kind}.enable"));
    let output = zbarimg.args(["--quiet", "--raw", "-Sdisable"]).args(only).arg(file).output();
    let text = String::from_utf8(output.unwrap().stdout).unwrap();
    Some(text.lines().map(str::to_owned).collect())
}

fn symbologies() -> Vec<Symbology> {
    let levels = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H];
    levels.map(Symbology::Qr).into_iter().chain([Symbology::Code128]).collect()
}

#[test]
fn zbarimg_reads_our_clean_codes() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("code.png");
    for (seed, brand) in (0..).zip(BRANDS) {
        let code = mint(brand, &mut rng(seed, "peer"));
        for symbology in symbologies() {
            save(&render(code.as_str(), symbology, 4).unwrap().image, &file).unwrap();
            let Some(texts) = zbarimg(&file) else { return };
            assert_eq!(texts, [code.as_str()], "{symbology:?}");
        }
    }
    save(&render("6901234567892", Symbology::Ean13, 4).unwrap().image, &file).unwrap();
    assert_eq!(zbarimg(&file).unwrap(), ["6901234567892"]);
}

/// A damaged picture and what may be read from it.
struct Spoilt {
    name: String,
    kind: Damage,
    image: GrayImage,
    code: String,
}

impl Spoilt {
    fn new(symbology: Symbology, kind: Damage, severity: u8, seed: u64) -> Spoilt {
        let mut rng = rng(seed, "peer");
        let code = mint(BRANDS[severity as usize % BRANDS.len()], &mut rng).as_str().to_owned();
        let clean = render(&code, symbology, 4).unwrap();
        let image = damage(&clean, &[(kind, severity)], &mut rng);
        Spoilt { name: format!("{} {severity} {seed}", kind.word()), kind, image, code }
    }

    /// Whether this is what stands there.
    fn shows(&self, text: &str) -> bool {
        text == self.code || (self.kind == Damage::TwoCodes && text == RECEIVE_CODE)
    }

    /// Whether nobody read anything that was not there.
    fn assert_honest<'a>(&self, who: &str, texts: impl IntoIterator<Item = &'a str>) {
        for text in texts {
            assert!(self.shows(text), "{who} reads {text:?} from {} of {}", self.name, self.code);
        }
    }
}

/// Every kind at four severities, a seed each. What a wrong kind shows is another code by intent.
fn spoilt(symbology: Symbology) -> Vec<Spoilt> {
    let kinds = Damage::ALL.iter().filter(|kind| **kind != Damage::WrongKind);
    let each = (0..).zip(kinds).flat_map(|(seed, kind)| [1, 3, 5, 7].map(|s| (seed, *kind, s)));
    each.map(|(seed, kind, severity)| Spoilt::new(symbology, kind, severity, seed)).collect()
}

/// What zxing-cpp reads from each picture.
fn zxing_cpp(pictures: &[Spoilt], dir: &Path) -> Option<Vec<Vec<String>>> {
    let mut python = peer(&ZXING_CPP)?;
    python.arg(script("zxing_read.py"));
    let file = |number| dir.join(format!("{number}.png"));
    let mut files = String::new();
    for (number, picture) in pictures.iter().enumerate() {
        save(&picture.image, &file(number)).unwrap();
        files += &format!("{}\n", file(number).display());
    }
    let texts = output(python, &files);
    let line = |line: &str| line.split('\t').filter(|t| !t.is_empty()).map(str::to_owned).collect();
    let read: Vec<Vec<String>> = texts.lines().map(line).collect();
    assert_eq!(read.len(), pictures.len());
    Some(read)
}

#[test]
fn no_two_decoders_read_different_texts_of_one_damaged_qr_code() {
    all_read_the_same(Symbology::Qr(EcLevel::H));
}

#[test]
fn no_two_decoders_read_different_texts_of_one_damaged_barcode() {
    all_read_the_same(Symbology::Code128);
}

/// Three decoders never read two different texts of one picture, except where two codes are.
fn all_read_the_same(symbology: Symbology) {
    let dir = tempfile::tempdir().unwrap();
    let all = spoilt(symbology);
    let Some(zxing) = zxing_cpp(&all, dir.path()) else { return };
    let mut reads = [0; 3];
    for (number, picture) in all.iter().enumerate() {
        let Some(zbar) = zbarimg(&dir.path().join(format!("{number}.png"))) else { return };
        let rxing = read(&picture.image).into_iter().collect();
        for (who, texts) in [rxing, zbar, zxing[number].clone()].iter().enumerate() {
            let name = ["rxing", "zbarimg", "zxing-cpp"][who];
            picture.assert_honest(name, texts.iter().map(String::as_str));
            reads[who] += usize::from(!texts.is_empty());
        }
    }
    // Neither all nor none, or the damage would be no damage or no code.
    let some = all.len() / 4..all.len();
    assert!(reads.iter().all(|count| some.contains(count)), "{reads:?} of {}", all.len());
}

/// How many of eight pictures a severity each decoder reads, by kind, and how many wrong texts:
/// `cargo test --test it table_of_reads -- --ignored --nocapture`.
#[test]
#[ignore = "prints a table"]
fn table_of_reads() {
    let dir = tempfile::tempdir().unwrap();
    for symbology in [Symbology::Qr(EcLevel::H), Symbology::Code128] {
        for kind in Damage::ALL {
            let each = (1..=7).flat_map(|s| (0..8).map(move |seed| (s, seed)));
            let all: Vec<_> = each.map(|(s, n)| Spoilt::new(symbology, *kind, s, n)).collect();
            let Some(zxing) = zxing_cpp(&all, dir.path()) else { return };
            let (mut counts, mut wrong) = ([[0; 7]; 3], [0; 3]);
            for (number, picture) in all.iter().enumerate() {
                let Some(zbar) = zbarimg(&dir.path().join(format!("{number}.png"))) else { return };
                let rxing = read(&picture.image).into_iter().collect();
                for (who, texts) in [rxing, zbar, zxing[number].clone()].iter().enumerate() {
                    counts[who][number / 8] += usize::from(!texts.is_empty());
                    wrong[who] += texts.iter().filter(|text| !picture.shows(text)).count();
                }
            }
            let [rxing, zbar, zxing] = counts;
            let kind = kind.word();
            println!("{symbology:?} {kind}: rxing {rxing:?} zbarimg {zbar:?} zxing-cpp {zxing:?}");
            println!("{symbology:?} {kind}: other texts than the code's {wrong:?}");
        }
    }
}

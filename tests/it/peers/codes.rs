//! Our codes against decoders that share nothing with ours: zbarimg, and zxing-cpp where Python has
//! it. They read what we draw, and from what we damage they read the same as we do or nothing.

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
    install: "pip install zxing-cpp pillow; optional",
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
    image: GrayImage,
    code: String,
}

impl Spoilt {
    fn new(symbology: Symbology, kind: Damage, severity: u8, seed: u64) -> Spoilt {
        let mut rng = rng(seed, "peer");
        let code = mint(BRANDS[severity as usize % BRANDS.len()], &mut rng).as_str().to_owned();
        let clean = render(&code, symbology, 4).unwrap();
        let image = damage(&clean, &[(kind, severity)], &mut rng);
        Spoilt { name: format!("{} {severity} {seed}", kind.word()), image, code }
    }

    /// Whether nobody read anything that was not there.
    fn assert_honest<'a>(&self, who: &str, texts: impl IntoIterator<Item = &'a str>) {
        for text in texts {
            let there = text == self.code || text == RECEIVE_CODE;
            assert!(there, "{who} reads {text:?} from {} of {}", self.name, self.code);
        }
    }
}

/// Every kind at four severities, a seed each. What a wrong kind shows is another code by intent.
fn spoilt(symbology: Symbology) -> Vec<Spoilt> {
    let kinds = Damage::ALL.iter().filter(|kind| **kind != Damage::WrongKind);
    let each = (0..).zip(kinds).flat_map(|(seed, kind)| [1, 3, 5, 7].map(|s| (seed, *kind, s)));
    each.map(|(seed, kind, severity)| Spoilt::new(symbology, kind, severity, seed)).collect()
}

#[test]
fn zbarimg_reads_from_damaged_codes_the_same_or_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("code.png");
    let all = spoilt(Symbology::Qr(EcLevel::H));
    let (mut ours, mut theirs) = (0, 0);
    for picture in &all {
        save(&picture.image, &file).unwrap();
        let Some(texts) = zbarimg(&file) else { return };
        let text = read(&picture.image);
        picture.assert_honest("zbarimg", texts.iter().map(String::as_str));
        picture.assert_honest("rxing", text.as_deref());
        ours += usize::from(text.is_some());
        theirs += usize::from(!texts.is_empty());
    }
    // Neither all nor none, or the damage would be no damage or no code.
    let some = all.len() / 4..all.len();
    assert!(some.contains(&ours) && some.contains(&theirs), "{ours}, {theirs} of {}", all.len());
}

#[test]
fn zxing_cpp_reads_from_damaged_codes_the_same_or_nothing() {
    // Optional, also where peers are required: its wheels do not exist for every machine.
    let quiet = |peer: &Peer| {
        let mut probe = std::process::Command::new(peer.program);
        probe.args(peer.probe).stderr(std::process::Stdio::null()).status()
    };
    if !quiet(&ZXING_CPP).is_ok_and(|status| status.success()) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let all = spoilt(Symbology::Qr(EcLevel::H));
    let mut files = String::new();
    for (number, picture) in all.iter().enumerate() {
        let file = dir.path().join(format!("{number}.png"));
        save(&picture.image, &file).unwrap();
        files += &format!("{}\n", file.display());
    }
    let mut python = peer(&ZXING_CPP).unwrap();
    python.arg(script("zxing_read.py"));
    let texts = output(python, &files);
    assert_eq!(texts.lines().count(), all.len());
    for (picture, line) in all.iter().zip(texts.lines()) {
        picture.assert_honest("zxing-cpp", line.split('\t').filter(|text| !text.is_empty()));
    }
}

/// How many of eight pictures each decoder reads, by kind and severity, and how many wrong texts:
/// `cargo test --test it table_of_reads -- --ignored --nocapture`.
#[test]
#[ignore = "prints a table"]
fn table_of_reads() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("code.png");
    for symbology in [Symbology::Qr(EcLevel::H), Symbology::Code128] {
        let mut wrong = [0, 0];
        for kind in Damage::ALL {
            let mut counts = [[0; 7]; 2];
            for (severity, seed) in (1..=7).flat_map(|s| (0..8).map(move |seed| (s, seed))) {
                let picture = Spoilt::new(symbology, *kind, severity, seed);
                save(&picture.image, &file).unwrap();
                let Some(theirs) = zbarimg(&file) else { return };
                let both = [read(&picture.image).into_iter().collect(), theirs];
                for (who, texts) in both.iter().enumerate() {
                    counts[who][usize::from(severity) - 1] += usize::from(!texts.is_empty());
                    let strange = |text: &&String| {
                        ![picture.code.as_str(), RECEIVE_CODE].contains(&text.as_str())
                    };
                    let intended = *kind == Damage::WrongKind;
                    wrong[who] += texts.iter().filter(strange).count() * usize::from(!intended);
                }
            }
            println!(
                "{symbology:?} {:<11} rxing {:?} zbarimg {:?}",
                kind.word(),
                counts[0],
                counts[1]
            );
        }
        println!("{symbology:?} wrong texts: rxing {}, zbarimg {}", wrong[0], wrong[1]);
    }
}

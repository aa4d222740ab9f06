//! What the scanner sends: the code that was shown, another one in view, or nothing.

use contract::fault::{Damage, Symbol};

use super::*;
use crate::code::format::mint;
use crate::env::rng;

const CODE: &str = "286218345678901234";

fn target(damage: &[(Damage, u8)]) -> Target<'_> {
    Target { code: CODE, symbol: Symbol::Qr, damage, angle: 0 }
}

fn barcode(damage: &[(Damage, u8)]) -> Target<'_> {
    Target { symbol: Symbol::Code128, ..target(damage) }
}

/// How many of the first `count` kinds of look read the code; the scanner needs two reads.
fn reads(target: &Target<'_>, count: u64) -> usize {
    let reads = |number: &u64| {
        let look = look_like(target, Scanner::default().frames(), *number);
        look.iter().filter(|seen| **seen == Seen::Code).count() >= 2
    };
    (0..count).filter(reads).count()
}

/// Kinds that make a code unreadable in the end.
fn spoiling() -> impl Iterator<Item = Damage> {
    let others = [Damage::Jpeg, Damage::Moire, Damage::WrongKind, Damage::TwoCodes];
    Damage::ALL.iter().copied().filter(move |kind| !others.contains(kind))
}

#[test]
fn a_clean_code_is_read_the_same_with_and_without_pictures() {
    for target in [target(&[]), barcode(&[])] {
        assert_eq!(reads(&target, 8), 8);
        let (mut used, mut fresh) = (rng(1, "scan"), rng(1, "scan"));
        assert_eq!(Scanner::default().look(&target, &mut used).as_deref(), Some(CODE));
        assert_eq!(used.next_u64(), fresh.next_u64(), "a clean code draws no random number");
    }
}

#[test]
fn severity_one_mostly_reads_and_seven_hardly_ever() {
    for kind in spoiling() {
        assert!(reads(&target(&[(kind, 1)]), 12) >= 8, "{kind:?}");
        assert!(reads(&target(&[(kind, 7)]), 12) <= 2, "{kind:?}");
    }
}

#[test]
fn a_moderate_angle_reads_and_a_steep_one_does_not() {
    assert_eq!(reads(&Target { angle: 20, ..target(&[]) }, 8), 8);
    assert_eq!(reads(&Target { angle: 80, ..target(&[]) }, 8), 0);
    // The steeper of the two counts.
    assert_eq!(reads(&Target { angle: 80, ..target(&[(Damage::Tilt, 1)]) }, 8), 0);
}

#[test]
fn damages_add_up() {
    let both = [(Damage::Blur, 3), (Damage::Contrast, 6)];
    assert_eq!(reads(&target(&both[..1]), 8), 8);
    assert!(reads(&target(&both), 8) <= 2);
}

#[test]
fn a_wrong_kind_is_sent_as_what_it_is() {
    for symbol in [target(&[(Damage::WrongKind, 1)]), barcode(&[(Damage::WrongKind, 1)])] {
        let text = Scanner::default().look(&symbol, &mut rng(1, "scan"));
        assert_eq!(text.as_deref(), Some(RECEIVE_CODE));
    }
}

#[test]
fn of_two_codes_the_one_is_sent_or_the_other() {
    let mut sent = BTreeMap::new();
    for severity in 1..=7 {
        let damage = [(Damage::TwoCodes, severity)];
        for seed in 0..4 {
            let text = Scanner::default().look(&target(&damage), &mut rng(seed, "scan"));
            *sent.entry(text).or_insert(0) += 1;
        }
    }
    let known = [Some(CODE.to_owned()), Some(RECEIVE_CODE.to_owned())];
    assert!(known.iter().all(|text| sent.contains_key(text)), "{sent:?}");
    assert!(sent.keys().all(|text| text.is_none() || known.contains(text)), "{sent:?}");
}

#[test]
fn two_reads_keep_misread_barcodes_back_and_one_does_not() {
    let damage = [(Damage::Contrast, 5)];
    let wrong = |reads| {
        let scanner = Scanner::default().with_reads(reads);
        let mut rng = rng(1, "scan");
        let mut texts = (0..4_000).filter_map(|_| scanner.look(&barcode(&damage), &mut rng));
        texts
            .by_ref()
            .filter(|text| text != CODE)
            .inspect(|text| assert_eq!(text.len(), 18))
            .count()
    };
    // 1 % of them, within four standard deviations.
    assert!((15..=65).contains(&wrong(1)), "{}", wrong(1));
    assert_eq!(wrong(2), 0);
}

#[test]
fn a_misread_changes_two_to_four_digits_and_keeps_pairs() {
    const RATE: Rate = Rate(10_000);
    let mut rng = rng(1, "scan");
    for text in (0..20_000).filter_map(|_| misread(CODE, RATE, &mut rng)) {
        let pairs = text.as_bytes().chunks(2).zip(CODE.as_bytes().chunks(2));
        assert!((1..=2).contains(&pairs.filter(|(now, was)| now != was).count()), "{text}");
        assert!(text.bytes().all(|byte| byte.is_ascii_digit()));
    }
    // Codes that are none, as a stranger's scenario may hold.
    for code in ["", "1", "x", "付款码"] {
        (0..500).for_each(|_| drop(misread(code, Rate::ONE, &mut rng)));
    }
}

#[test]
fn the_same_random_numbers_give_the_same_result() {
    let damage = [(Damage::Glare, 3), (Damage::Blot, 2)];
    let results = || {
        let mut rng = rng(1, "scan");
        let look = |_| Scanner::default().look(&target(&damage), &mut rng);
        (0..30).map(look).collect::<Vec<_>>()
    };
    assert_eq!(results(), results());
    assert!(results().contains(&None) && results().iter().any(Option::is_some));
}

#[test]
fn a_scanner_sends_its_suffix_and_twice_when_it_doubles() {
    assert_eq!(Scanner::default().sends("1"), ["1\r\n"]);
    let mut double = Scanner::default();
    (double.double, double.suffix) = (true, "".into());
    assert_eq!(double.sends("1"), ["1", "1"]);
}

/// The measured table of what is read: run it after a change of kinds, ranges or decoder.
/// `cargo test --release -p sim --lib reads_by_kind -- --ignored --nocapture`
#[test]
#[ignore = "prints a table"]
fn reads_by_kind_and_severity() {
    for symbol in [Symbol::Qr, Symbol::Code128] {
        for kind in Damage::ALL {
            let count = |severity| {
                let damage = [(*kind, severity)];
                reads(&Target { symbol, ..target(&damage) }, LOOKS)
            };
            println!("{symbol:?} {} {:?}", kind.word(), (1..=7).map(count).collect::<Vec<_>>());
        }
    }
}

#[test]
fn only_a_scanner_that_asks_for_one_read_sends_a_misread_barcode() {
    let steep = Target { angle: 68, ..barcode(&[]) };
    let rng = &mut rng(1, "test");
    let mut wrong = |reads| {
        let scanner = Scanner::default().with_reads(reads);
        let texts = (0..2_000).filter_map(|_| scanner.look(&steep, rng));
        texts.filter(|text| text != CODE).count()
    };
    // 2 % of 2,000 looks are 40, with a deviation of 6.
    assert!((16..=64).contains(&wrong(1)));
    assert_eq!(wrong(2), 0);
}

/// How often a barcode is read, and misread, by its yaw:
/// `cargo test -p sim --lib table_of_misreads -- --ignored --nocapture`.
#[test]
#[ignore = "prints a table"]
fn table_of_misreads() {
    const PICTURES: u64 = 4_000;
    for yaw in [50.0, 55.0, 60.0, 65.0, 70.0, 75.0] {
        let (mut right, mut wrong) = (0, 0);
        for seed in 0..PICTURES {
            let rng = &mut env::rng(seed, "misreads");
            let code = mint(WalletBrand::Wechat, rng);
            let drawn = render(code.as_str(), Symbology::Code128, SCALE).unwrap();
            let roll = rng.random_range(-ROLL_DEGREES..=ROLL_DEGREES);
            let seen = photo(&drawn, &[], Hold { yaw, roll, pitch: 0.0 }, rng);
            match read(&seen) {
                Some(text) if text == code.as_str() => right += 1,
                Some(_) => wrong += 1,
                None => {}
            }
        }
        println!("{yaw} degrees: {right} right, {wrong} wrong of {PICTURES}");
    }
}

//! The digits of a payment code: which wallet's it is, and why a text is none.
//!
//! Checks the form only. Whether a code is alive is the wallet's secret: payment codes carry no
//! check digit, so a misread digit passes here.

use std::fmt;
use std::ops::RangeInclusive;

use contract::action::WalletBrand;
use contract::{CodeText, Lapse};
use rand::{Rng, RngExt};

/// The rules of one wallet's codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Whose codes.
    pub brand: WalletBrand,
    /// The first two digits, as a number.
    pub prefixes: RangeInclusive<u8>,
    /// How many digits.
    pub lengths: RangeInclusive<usize>,
    /// How long the app shows a code before it takes a fresh one.
    pub lifetime: Lapse,
    /// A code pays once; even a payment that fails uses it up.
    pub single_use: bool,
    /// Where the rules come from. That each app refreshes its code every minute and that all
    /// codes work once is known of Alipay alone; for the others both are assumptions.
    pub source: &'static str,
}

/// A form with what all have in common.
const fn form_of(
    brand: WalletBrand,
    prefixes: RangeInclusive<u8>,
    lengths: RangeInclusive<usize>,
    source: &'static str,
) -> Form {
    let lifetime = Lapse::from_secs(60);
    Form { brand, prefixes, lengths, lifetime, single_use: true, source }
}

/// Every wallet whose codes are known here. Alipay+ and e-CNY are not: their families have names,
/// but no public rule that a text could be checked by.
pub const FORMS: [Form; 3] = [
    form_of(WalletBrand::Wechat, 10..=15, 18..=18, "WeChat Pay: guide to \"付款码支付\""),
    form_of(WalletBrand::Alipay, 25..=30, 16..=24, "Alipay: guide to \"当面付\""),
    form_of(
        WalletBrand::Unionpay,
        62..=62,
        19..=19,
        "acquirers' guides to UnionPay's app; a card number of 19 digits may look the same",
    ),
];

/// Why a text is not a payment code, in words that a cashier can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotACode {
    /// Nothing was read.
    Empty,
    /// A code that a payer scans: a web address or an EMVCo merchant-presented code.
    ReceiveCode,
    /// The number of a product (EAN-8, UPC-A, EAN-13) with its check digit right.
    Product,
    /// Another character than a digit; the first one.
    NotADigit(char),
    /// No wallet's codes begin like this; the first two digits.
    UnknownPrefix(String),
    /// The right beginning, but not the right number of digits.
    WrongLength {
        /// Whose code it would be.
        brand: WalletBrand,
        /// How many digits there are.
        digits: usize,
    },
}

impl fmt::Display for NotACode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotACode::Empty => f.write_str("nothing was read; scan again"),
            NotACode::ReceiveCode => f.write_str(
                "this is a code for receiving money; ask the customer to open the payment code",
            ),
            NotACode::Product => {
                f.write_str("this is a product's barcode; scan the customer's payment code")
            }
            NotACode::NotADigit(found) => {
                write!(f, "a payment code has only digits, but this has `{}`", found.escape_debug())
            }
            NotACode::UnknownPrefix(prefix) => {
                write!(f, "no wallet's payment code begins with {prefix}")
            }
            NotACode::WrongLength { brand, digits } => {
                let wanted = span(&form(*brand).lengths);
                let name = wallet_name(*brand);
                write!(f, "{name} payment codes have {wanted} digits, but this has {digits}")
            }
        }
    }
}

impl std::error::Error for NotACode {}

/// What people call the wallet.
pub const fn wallet_name(brand: WalletBrand) -> &'static str {
    match brand {
        WalletBrand::Wechat => "WeChat Pay",
        WalletBrand::Alipay => "Alipay",
        WalletBrand::Unionpay => "UnionPay",
    }
}

/// The text without the carriage returns and line feeds that scanners append.
pub fn strip(scanned: &str) -> &str {
    scanned.trim_end_matches(['\r', '\n'])
}

/// Whose payment code this is.
///
/// # Errors
/// The first reason for which it is none. A product's number is called so whatever its prefix,
/// because shops' own numbers (EAN prefixes 20 to 29) begin like Alipay's codes.
pub fn check(text: &str) -> Result<WalletBrand, NotACode> {
    if text.is_empty() {
        return Err(NotACode::Empty);
    }
    if is_receive_code(text) {
        return Err(NotACode::ReceiveCode);
    }
    if let Some(found) = text.chars().find(|c| !c.is_ascii_digit()) {
        return Err(NotACode::NotADigit(found));
    }
    if is_product(text) {
        return Err(NotACode::Product);
    }
    let prefix = text.get(..2).unwrap_or(text);
    let begins = |form: &&Form| prefix.parse().is_ok_and(|p| form.prefixes.contains(&p));
    let form =
        FORMS.iter().find(begins).ok_or_else(|| NotACode::UnknownPrefix(prefix.to_owned()))?;
    if form.lengths.contains(&text.len()) {
        Ok(form.brand)
    } else {
        Err(NotACode::WrongLength { brand: form.brand, digits: text.len() })
    }
}

/// Draws a code of this wallet: any valid prefix, any valid length, any digits.
pub fn mint(brand: WalletBrand, rng: &mut impl Rng) -> CodeText {
    let form = form(brand);
    let length = rng.random_range(form.lengths.clone());
    let mut text = rng.random_range(form.prefixes.clone()).to_string();
    while text.len() < length {
        text.push(char::from(rng.random_range(b'0'..=b'9')));
    }
    CodeText::new(&text).expect("the longest form has 24 digits, and so has CodeText")
}

/// The rules of this wallet.
pub fn form(brand: WalletBrand) -> Form {
    FORMS.into_iter().find(|form| form.brand == brand).expect("each wallet has its form")
}

impl fmt::Display for Form {
    /// "WeChat Pay: 18 digits, beginning with 10 to 15; good for 1m and one payment".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, lengths) = (wallet_name(self.brand), span(&self.lengths));
        let (prefixes, life) = (span(&self.prefixes), self.lifetime);
        let uses = if self.single_use { "one payment" } else { "any number of payments" };
        write!(f, "{name}: {lengths} digits, beginning with {prefixes}; good for {life} and {uses}")
    }
}

/// "18" or "16 to 24".
fn span<T: PartialEq + fmt::Display>(range: &RangeInclusive<T>) -> String {
    match (range.start(), range.end()) {
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    }
}

/// A wallet's own scheme (`wxp://`), a web address, or EMVCo's first field (format version 01).
fn is_receive_code(text: &str) -> bool {
    text.contains("://") || text.starts_with("000201")
}

/// Whether it has the length of a retail product's number, and its check digit: weights 3 and 1
/// in turn from the right, sum divisible by 10 (GS1 General Specifications, check digits).
fn is_product(digits: &str) -> bool {
    let weighted = |(i, digit): (usize, u8)| u32::from(digit - b'0') * [1, 3][i % 2];
    let sum: u32 = digits.bytes().rev().enumerate().map(weighted).sum();
    matches!(digits.len(), 8 | 12 | 13) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::rng;
    use proptest::prelude::*;

    fn brand() -> impl Strategy<Value = WalletBrand> {
        prop::sample::select(FORMS.map(|form| form.brand).to_vec())
    }

    #[test]
    fn codes_of_each_form_are_recognised() {
        let table = [
            ("100000000000000000", WalletBrand::Wechat),
            ("159999999999999999", WalletBrand::Wechat),
            ("2512345678901234", WalletBrand::Alipay),
            ("286218345678901234", WalletBrand::Alipay),
            ("301234567890123456789012", WalletBrand::Alipay),
            ("6212345678901234567", WalletBrand::Unionpay),
        ];
        for (text, brand) in table {
            assert_eq!(check(text), Ok(brand), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused_for_the_right_reason() {
        use NotACode::*;
        let wrong = |brand, digits| WrongLength { brand, digits };
        let table = [
            ("", Empty),
            ("10000000000000000", wrong(WalletBrand::Wechat, 17)),
            ("1000000000000000000", wrong(WalletBrand::Wechat, 19)),
            ("160000000000000000", UnknownPrefix("16".into())),
            ("090000000000000000", UnknownPrefix("09".into())),
            ("240000000000000000", UnknownPrefix("24".into())),
            ("310000000000000000", UnknownPrefix("31".into())),
            ("1", UnknownPrefix("1".into())),
            ("251234567890123", wrong(WalletBrand::Alipay, 15)),
            ("2512345678901234567890123", wrong(WalletBrand::Alipay, 25)),
            ("621234567890123456", wrong(WalletBrand::Unionpay, 18)),
            ("62123456789012345678", wrong(WalletBrand::Unionpay, 20)),
            ("10000000000000000O", NotADigit('O')),
            ("100000000 00000000", NotADigit(' ')),
            ("１０00000000000000", NotADigit('１')),
            ("100000000000000000\r\n", NotADigit('\r')),
            ("hQVDUFYwMWET", NotADigit('h')),
            ("https://qr.alipay.com/bax012345", ReceiveCode),
            ("wxp://f2f0abcdef", ReceiveCode),
            ("00020101021129", ReceiveCode),
            ("6901234567892", Product),
            ("2512345678908", Product),
            ("96385074", Product),
            ("6901234567890", UnknownPrefix("69".into())),
        ];
        for (text, reason) in table {
            assert_eq!(check(text), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn reasons_are_sentences_for_a_cashier() {
        let say = |text: &str| check(text).unwrap_err().to_string();
        assert_eq!(say("10"), "WeChat Pay payment codes have 18 digits, but this has 2");
        assert_eq!(say("25"), "Alipay payment codes have 16 to 24 digits, but this has 2");
        assert_eq!(say("\u{1b}[2J"), "a payment code has only digits, but this has `\\u{1b}`");
        assert_eq!(say("16"), "no wallet's payment code begins with 16");
    }

    #[test]
    fn a_scanners_line_end_is_stripped_and_nothing_else() {
        for scanned in ["10", "10\r", "10\n", "10\r\n"] {
            assert_eq!(strip(scanned), "10");
        }
        assert_eq!(strip("\n10 \r\n"), "\n10 ");
        assert_eq!(strip("\r\n"), "");
    }

    #[test]
    fn the_rules_are_told_in_a_sentence() {
        let told = form(WalletBrand::Alipay).to_string();
        let rule = "Alipay: 16 to 24 digits, beginning with 25 to 30; good for 1m and one payment";
        assert_eq!(told, rule);
    }

    proptest! {
        #[test]
        fn what_is_minted_is_valid(brand in brand(), seed: u64) {
            let code = mint(brand, &mut rng(seed, "mint"));
            prop_assert_eq!(check(code.as_str()), Ok(brand));
        }

        #[test]
        fn any_text_gets_an_answer(text: String) {
            if let Err(reason) = check(&text) {
                prop_assert!(reason.to_string().len() < 200);
            }
        }
    }
}

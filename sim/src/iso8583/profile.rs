//! A wire profile: which fields there are and how they are written. Read from TOML and checked
//! once, so that the codec can trust it. Knows nothing of any message.

use std::fmt;
use std::sync::LazyLock;

use contract::Purpose;
use serde::Deserialize;

use super::header::Header;
use super::mac::Algorithm;
use super::messages::{self, MessageSpec};

/// The highest field number: two bitmaps of 64 bits.
const LAST_FIELD: u8 = 128;

/// Which characters a field may hold (attributes of ISO 8583:1987).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Digits.
    N,
    /// Letters and digits.
    An,
    /// Letters, digits and special characters: printable ASCII.
    Ans,
    /// Track data: digits and the separator `=`.
    Z,
    /// Any bytes.
    B,
}

impl Format {
    /// Whether this byte of a value (not of its encoding) is allowed.
    pub const fn allows(self, byte: u8) -> bool {
        match self {
            Format::N => byte.is_ascii_digit(),
            Format::An => byte.is_ascii_alphanumeric(),
            Format::Ans => byte == b' ' || byte.is_ascii_graphic(),
            Format::Z => byte.is_ascii_digit() || byte == b'=',
            Format::B => true,
        }
    }
}

/// How a value's length is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Length {
    /// Always the field's `max`.
    Fixed,
    /// Two digits before the value.
    Llvar,
    /// Three digits before the value.
    Lllvar,
}

impl Length {
    /// How many digits stand before the value.
    pub const fn digits(self) -> usize {
        match self {
            Length::Fixed => 0,
            Length::Llvar => 2,
            Length::Lllvar => 3,
        }
    }
}

/// How characters become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// One byte a character.
    Ascii,
    /// Two digits a byte; an odd number of digits has a zero nibble beside it.
    Bcd,
    /// The bytes themselves.
    Binary,
}

/// On which side the digits stand when an odd number of them fills whole bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Justify {
    /// The digits first, then a zero: 071 is `07 10`.
    #[default]
    Left,
    /// A zero first, then the digits: 071 is `00 71`.
    Right,
}

/// Which byte of a length prefix comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// The most significant one.
    Big,
    /// The least significant one.
    Little,
}

/// What stands around the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framing {
    /// Bytes of the length prefix, 1 to 4. It counts what follows it, not itself.
    pub length_bytes: usize,
    /// Their order.
    pub length_order: Order,
    /// The largest length that is believed, in bytes.
    pub max: usize,
    /// How the message type is written: `ascii` or `bcd`.
    pub mti: Encoding,
    /// How the bitmaps are written: `binary`.
    pub bitmap: Encoding,
    /// How the lengths of LLVAR and LLLVAR fields are written: `ascii` or `bcd`.
    pub var_length: Encoding,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// Its number, which is its bit in the bitmap: 2 to 128 without 65.
    pub number: u8,
    /// Its name in the standard.
    pub name: Box<str>,
    /// Which characters.
    pub format: Format,
    /// How long.
    pub length: Length,
    /// The length, or for a variable field the greatest: in characters, for `b` in bytes.
    pub max: usize,
    /// How it is written.
    pub encoding: Encoding,
    /// Where an odd number of BCD digits stands; left, unless the profile says otherwise.
    #[serde(default)]
    pub justify: Justify,
}

/// A dialect of ISO 8583.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    name: Box<str>,
    framing: Framing,
    header: Option<Header>,
    mac: Option<Algorithm>,
    fields: Vec<Option<FieldSpec>>,
    messages: Vec<MessageSpec>,
}

/// Why a profile can't be used: one sentence that names the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileError(String);

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ProfileError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Box<str>,
    /// Where the layout comes from; read by people.
    #[serde(rename = "source")]
    _source: String,
    framing: Framing,
    header: Option<Header>,
    mac: Option<Algorithm>,
    fields: Vec<FieldSpec>,
    #[serde(default)]
    messages: Vec<MessageSpec>,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// Not TOML, an unknown or missing key, or a layout that contradicts itself.
    pub fn parse(text: &str) -> Result<Profile, ProfileError> {
        let mut file: File = toml::from_str(text).map_err(|e| ProfileError(e.to_string()))?;
        check_framing(&file.framing).map_err(|why| ProfileError(format!("framing: {why}")))?;
        let mut fields = vec![None; usize::from(LAST_FIELD) + 1];
        for spec in std::mem::take(&mut file.fields) {
            let fail = |why| Err(ProfileError(format!("field {}: {why}", spec.number)));
            if let Err(why) = check_field(&spec) {
                return fail(why);
            }
            match fields.get_mut(usize::from(spec.number)) {
                Some(slot @ None) => *slot = Some(spec),
                Some(Some(_)) => return fail("listed twice"),
                None => return fail("fields are numbered 2 to 128, without 65"),
            }
        }
        messages::check(&file.messages).map_err(ProfileError)?;
        let File { name, framing, header, mac, messages, .. } = file;
        Ok(Profile { name, framing, header, mac, fields, messages })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What stands around the fields.
    pub fn framing(&self) -> &Framing {
        &self.framing
    }

    /// TPDU and header of a terminal's request; `None` when the profile's messages have none.
    pub fn header(&self) -> Option<Header> {
        self.header
    }

    /// How messages about payments are sealed; `None` when they carry no MAC.
    pub fn mac(&self) -> Option<Algorithm> {
        self.mac
    }

    /// The messages of this purpose, if the profile has them.
    pub fn message(&self, purpose: Purpose) -> Option<&MessageSpec> {
        self.messages.iter().find(|spec| spec.purpose == purpose)
    }

    /// All kinds of messages.
    pub fn messages(&self) -> &[MessageSpec] {
        &self.messages
    }

    /// The field of this number, if the profile has it.
    pub fn field(&self, number: u8) -> Option<&FieldSpec> {
        self.fields.get(usize::from(number))?.as_ref()
    }

    /// All fields by number.
    pub fn fields(&self) -> impl Iterator<Item = &FieldSpec> {
        self.fields.iter().flatten()
    }
}

fn check_framing(framing: &Framing) -> Result<(), &'static str> {
    let Framing { length_bytes, max, .. } = *framing;
    if !(1..=4).contains(&length_bytes) {
        return Err("length_bytes is 1 to 4");
    }
    if max == 0 || max as u64 >= 1 << (8 * length_bytes) {
        return Err("max is 1 or more and fits the length prefix");
    }
    if framing.mti == Encoding::Binary || framing.var_length == Encoding::Binary {
        return Err("mti and var_length are \"ascii\" or \"bcd\"");
    }
    if framing.bitmap != Encoding::Binary {
        return Err("bitmap is \"binary\"");
    }
    Ok(())
}

fn check_field(spec: &FieldSpec) -> Result<(), &'static str> {
    // Bit 1 announces the second bitmap, bit 65 a third one, which no known dialect uses.
    if spec.number < 2 || spec.number == 65 {
        return Err("fields are numbered 2 to 128, without 65");
    }
    let limit = if spec.length == Length::Llvar { 99 } else { 999 };
    if !(1..=limit).contains(&spec.max) {
        return Err("max is 1 to 99 for llvar, 1 to 999 otherwise");
    }
    let code = (Format::B, Length::Fixed, 8);
    if matches!(spec.number, 64 | 128) && (spec.format, spec.length, spec.max) != code {
        return Err("a MAC is b, fixed and has 8 bytes");
    }
    match (spec.format, spec.encoding) {
        (Format::N | Format::Z, Encoding::Ascii | Encoding::Bcd)
        | (Format::An | Format::Ans, Encoding::Ascii)
        | (Format::B, Encoding::Binary) => Ok(()),
        _ => Err("n and z are \"ascii\" or \"bcd\", an and ans are \"ascii\", b is \"binary\""),
    }
}

/// The rig's own profile: ASCII fields and a binary bitmap behind a two-byte length, no TPDU. It is
/// the layout that Wireshark's dissector reads, so that captures need no extra tool.
pub fn plain87() -> &'static Profile {
    static PROFILE: LazyLock<Profile> =
        LazyLock::new(|| embedded(include_str!("../../data/iso8583/plain87.toml")));
    &PROFILE
}

/// The messages of China UnionPay's POS terminals, with a scan payment in field 62: TPDU and header
/// before the message, digits in BCD.
pub fn cup_scan() -> &'static Profile {
    static PROFILE: LazyLock<Profile> =
        LazyLock::new(|| embedded(include_str!("../../data/iso8583/cup-scan.toml")));
    &PROFILE
}

/// The built-in profile of this name.
///
/// # Errors
/// Which profiles there are, when there is none of this name.
pub fn built_in(name: &str) -> Result<&'static Profile, String> {
    let all = [plain87(), cup_scan()];
    all.into_iter().find(|profile| profile.name() == name).ok_or_else(|| {
        format!(
            "no wire profile is called `{name}`; there are {}",
            all.map(Profile::name).join(", ")
        )
    })
}

fn embedded(text: &str) -> Profile {
    Profile::parse(text).unwrap_or_else(|e| panic!("an embedded wire profile: {e}"))
}

//! A wire profile: which fields there are and how they are written. Read from TOML and checked
//! once, so that the codec can trust it. Knows nothing of any message.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

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
    /// Two digits a byte; an odd number of digits is followed by a zero nibble.
    Bcd,
    /// The bytes themselves.
    Binary,
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
    /// Bytes between length prefix and MTI: 5 for a TPDU, 11 for TPDU and header, 0 for none.
    pub header_bytes: usize,
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
}

/// A dialect of ISO 8583.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    name: Box<str>,
    framing: Framing,
    fields: Vec<Option<FieldSpec>>,
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
    fields: Vec<FieldSpec>,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// Not TOML, an unknown or missing key, or a layout that contradicts itself.
    pub fn parse(text: &str) -> Result<Profile, ProfileError> {
        let file: File = toml::from_str(text).map_err(|e| ProfileError(e.to_string()))?;
        check_framing(&file.framing).map_err(|why| ProfileError(format!("framing: {why}")))?;
        let mut fields = vec![None; usize::from(LAST_FIELD) + 1];
        for spec in file.fields {
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
        Ok(Profile { name: file.name, framing: file.framing, fields })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What stands around the fields.
    pub fn framing(&self) -> &Framing {
        &self.framing
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
    match (spec.format, spec.encoding) {
        (Format::N, Encoding::Ascii | Encoding::Bcd)
        | (Format::An | Format::Ans, Encoding::Ascii)
        | (Format::B, Encoding::Binary) => Ok(()),
        _ => Err("n is \"ascii\" or \"bcd\", an and ans are \"ascii\", b is \"binary\""),
    }
}

/// The rig's own profile: ASCII fields and a binary bitmap behind a two-byte length, no TPDU. It is
/// the layout that Wireshark's dissector reads, so that captures need no extra tool.
pub fn plain87() -> &'static Profile {
    static PROFILE: LazyLock<Profile> = LazyLock::new(|| {
        let parsed = Profile::parse(include_str!("../../data/iso8583/plain87.toml"));
        parsed.unwrap_or_else(|e| panic!("the embedded profile plain87: {e}"))
    });
    &PROFILE
}

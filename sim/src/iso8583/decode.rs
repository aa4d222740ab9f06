//! From a frame to fields. Takes any bytes and never panics: every byte is taken through `Reader`.

use super::error::{DecodeError, Malformed, Part};
use super::fields::Fields;
use super::header::Header;
use super::profile::{Encoding, Format, Justify, Length, Order, Profile};

/// Reads a whole frame, with its length prefix.
///
/// # Errors
/// The first thing that is wrong, with its field and byte. Bytes behind the last field are wrong.
pub fn decode(profile: &Profile, frame: &[u8]) -> Result<Fields, DecodeError> {
    let (mut reader, mut fields, mut bits) = begin(profile, frame)?;
    while let Some(number) = next(&mut bits) {
        field(&mut reader, profile, number, &mut fields)?;
    }
    reader.part = Part::End;
    match reader.left() {
        0 => Ok(fields),
        count => Err(reader.error(Malformed::Trailing(count))),
    }
}

/// The byte at which a field begins with its length, or would begin; `None` where what stands
/// before it can't be read.
pub(crate) fn place_of(profile: &Profile, frame: &[u8], wanted: u8) -> Option<usize> {
    let (mut reader, mut fields, mut bits) = begin(profile, frame).ok()?;
    while let Some(number) = next(&mut bits).filter(|number| *number < wanted) {
        field(&mut reader, profile, number, &mut fields).ok()?;
    }
    Some(reader.at)
}

/// Everything up to and with the bitmaps; returns the bits of the fields that follow.
fn begin<'a>(
    profile: &Profile,
    frame: &'a [u8],
) -> Result<(Reader<'a>, Fields, u128), DecodeError> {
    let framing = profile.framing();
    let mut reader = Reader { frame, at: 0, part: Part::Length };
    let prefix = reader.take(framing.length_bytes)?;
    let (says, follow) = (length_of(prefix, framing.length_order), reader.left());
    if says != follow {
        let why = Malformed::Length { says, follow };
        return Err(DecodeError { part: Part::Length, at: 0, why });
    }
    let header = profile.header().map(|_| header(&mut reader)).transpose()?;
    let mut fields = Fields::new(mti(&mut reader, framing.mti)?);
    fields.set_header(header);
    let bits = bitmaps(&mut reader)?;
    Ok((reader, fields, bits))
}

/// Takes the lowest number out of a bitmap.
fn next(bits: &mut u128) -> Option<u8> {
    let number = u8::try_from(bits.leading_zeros()).ok().filter(|zeros| *zeros < 128)? + 1;
    *bits &= !(1 << (128 - number));
    Some(number)
}

/// What a length prefix says.
pub(super) fn length_of(prefix: &[u8], order: Order) -> usize {
    let fold = |length: usize, &byte: &u8| length << 8 | usize::from(byte);
    match order {
        Order::Big => prefix.iter().fold(0, fold),
        Order::Little => prefix.iter().rev().fold(0, fold),
    }
}

fn header(reader: &mut Reader<'_>) -> Result<Header, DecodeError> {
    reader.part = Part::Header;
    let at = reader.at;
    let mut bytes = [0; Header::BYTES];
    bytes.copy_from_slice(reader.take(Header::BYTES)?);
    Header::new(bytes).map_err(|place| {
        let why = Malformed::Byte(bytes[place]);
        DecodeError { part: Part::Header, at: at + place, why }
    })
}

fn mti(reader: &mut Reader<'_>, encoding: Encoding) -> Result<u16, DecodeError> {
    reader.part = Part::Mti;
    let mut digits = [0; 4];
    reader.digits(encoding, &mut digits)?;
    Ok(digits.iter().fold(0, |mti, digit| mti << 4 | u16::from(digit - b'0')))
}

/// The bits of fields 2 to 128, the bit of field 1 highest and clear.
fn bitmaps(reader: &mut Reader<'_>) -> Result<u128, DecodeError> {
    reader.part = Part::Bitmap;
    let mut both = [0; 16];
    let (first, second) = both.split_at_mut(8);
    first.copy_from_slice(reader.take(8)?);
    if first[0] & 0x80 != 0 {
        second.copy_from_slice(reader.take(8)?);
    }
    Ok(u128::from_be_bytes(both) & (u128::MAX >> 1))
}

fn field(
    reader: &mut Reader<'_>,
    profile: &Profile,
    number: u8,
    fields: &mut Fields,
) -> Result<(), DecodeError> {
    reader.part = Part::Field(number);
    let length_encoding = profile.framing().var_length;
    let spec = profile.field(number).ok_or_else(|| reader.error(Malformed::Unknown))?;
    let length = match spec.length {
        Length::Fixed => spec.max,
        variable => var_length(reader, length_encoding, variable.digits(), spec.max)?,
    };
    if spec.encoding == Encoding::Bcd {
        reader.bcd(spec.format, spec.justify, fields.room(spec.number, length))?;
    } else {
        fields.set(spec.number, reader.chars(spec.format, length)?);
    }
    Ok(())
}

fn var_length(
    reader: &mut Reader<'_>,
    encoding: Encoding,
    digits: usize,
    max: usize,
) -> Result<usize, DecodeError> {
    let start = *reader;
    // In BCD a length takes whole bytes and is filled up in front: 3 digits as `01 23`.
    let digits = if encoding == Encoding::Bcd { digits.next_multiple_of(2) } else { digits };
    let mut text = [0; 4];
    let text = &mut text[..digits];
    reader.digits(encoding, text)?;
    let says = text.iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
    if (1..=max).contains(&says) {
        Ok(says)
    } else {
        Err(start.error(Malformed::Size { says, max }))
    }
}

/// A place in a frame.
#[derive(Clone, Copy)]
struct Reader<'a> {
    frame: &'a [u8],
    at: usize,
    part: Part,
}

impl<'a> Reader<'a> {
    fn left(&self) -> usize {
        self.frame.len() - self.at
    }

    fn error(&self, why: Malformed) -> DecodeError {
        DecodeError { part: self.part, at: self.at, why }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (frame, start) = (self.frame, self.at);
        let short = || self.error(Malformed::Short { needs: count, left: self.left() });
        let taken = frame.get(start..start + count).ok_or_else(short)?;
        self.at += count;
        Ok(taken)
    }

    /// Characters that stand as they are.
    fn chars(&mut self, format: Format, count: usize) -> Result<&'a [u8], DecodeError> {
        let at = self.at;
        let taken = self.take(count)?;
        match taken.iter().position(|&byte| !format.allows(byte)) {
            None => Ok(taken),
            Some(place) => {
                let why = Malformed::Byte(taken[place]);
                Err(DecodeError { part: self.part, at: at + place, why })
            }
        }
    }

    /// As many digits as `to` has room for, as ASCII.
    fn digits(&mut self, encoding: Encoding, to: &mut [u8]) -> Result<(), DecodeError> {
        if encoding == Encoding::Bcd {
            return self.bcd(Format::N, Justify::Left, to);
        }
        to.copy_from_slice(self.chars(Format::N, to.len())?);
        Ok(())
    }

    /// As many characters as `to` has room for, each half a byte.
    fn bcd(&mut self, format: Format, justify: Justify, to: &mut [u8]) -> Result<(), DecodeError> {
        let at = self.at;
        let taken = self.take(to.len().div_ceil(2))?;
        let odd = to.len() % 2;
        // A nibble without a digit is filler, before or behind the digits, and filler is zero.
        let (first, filler) = match justify {
            Justify::Left => (0, to.len()),
            Justify::Right => (odd, 0),
        };
        let nibble = |place: usize| taken[place / 2] >> (4 * (1 - place % 2)) & 0xf;
        let wrong = |place: usize| {
            let why = Malformed::Byte(taken[place / 2]);
            DecodeError { part: self.part, at: at + place / 2, why }
        };
        for (place, digit) in (first..).zip(to) {
            // A digit is its value and 0x30; so is the separator of track data, `=`.
            *digit = nibble(place) | b'0';
            if !format.allows(*digit) {
                return Err(wrong(place));
            }
        }
        if odd == 1 && nibble(filler) != 0 {
            return Err(wrong(filler));
        }
        Ok(())
    }
}

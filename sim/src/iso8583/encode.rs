//! From fields to a frame.

use super::error::EncodeError;
use super::fields::Fields;
use super::profile::{Encoding, FieldSpec, Justify, Length, Order, Profile};

/// Bits 1 to 128 of the two bitmaps, the first one highest.
const fn bit(number: u8) -> u128 {
    1 << (128 - number)
}

/// Writes a whole frame, with its length prefix.
///
/// # Errors
/// A value that the profile does not allow; nothing is cut or padded to fit.
pub fn encode(profile: &Profile, fields: &Fields) -> Result<Vec<u8>, EncodeError> {
    let framing = profile.framing();
    let mut out = Vec::with_capacity(256);
    out.resize(framing.length_bytes, 0);
    match (fields.header(), profile.header()) {
        (Some(header), Some(_)) => out.extend_from_slice(header.bytes()),
        (None, None) => {}
        (header, _) => return Err(EncodeError::Header { has: header.is_some() }),
    }
    put_mti(&mut out, fields.mti(), framing.mti)?;
    let second = fields.iter().last().is_some_and(|(number, _)| number > 64);
    let mut bits = if second { bit(1) } else { 0 };
    let bitmap = out.len()..out.len() + if second { 16 } else { 8 };
    out.resize(bitmap.end, 0);
    for (number, value) in fields.iter() {
        let spec = profile.field(number).ok_or(EncodeError::Unknown(number))?;
        put_field(&mut out, framing.var_length, spec, value)?;
        bits |= bit(number);
    }
    let size = bitmap.len();
    out[bitmap].copy_from_slice(&bits.to_be_bytes()[..size]);
    put_length(out, profile)
}

fn put_mti(out: &mut Vec<u8>, mti: u16, encoding: Encoding) -> Result<(), EncodeError> {
    let digits = [12, 8, 4, 0].map(|shift| (mti >> shift & 0xf) as u8 + b'0');
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(EncodeError::Mti(mti));
    }
    put_value(out, encoding, &digits);
    Ok(())
}

fn put_field(
    out: &mut Vec<u8>,
    length_encoding: Encoding,
    spec: &FieldSpec,
    value: &[u8],
) -> Result<(), EncodeError> {
    let (field, has, max) = (spec.number, value.len(), spec.max);
    let min = if spec.length == Length::Fixed { max } else { 1 };
    if !(min..=max).contains(&has) {
        return Err(EncodeError::Size { field, has, min, max });
    }
    if let Some(at) = value.iter().position(|&byte| !spec.format.allows(byte)) {
        return Err(EncodeError::Byte { field, at, byte: value[at] });
    }
    if spec.length != Length::Fixed {
        put_var_length(out, length_encoding, spec.length.digits(), has);
    }
    if spec.justify == Justify::Right && has % 2 == 1 {
        out.push(value[0] & 0xf);
        put_value(out, spec.encoding, &value[1..]);
    } else {
        put_value(out, spec.encoding, value);
    }
    Ok(())
}

fn put_var_length(out: &mut Vec<u8>, encoding: Encoding, digits: usize, length: usize) {
    let text = [length / 100, length / 10 % 10, length % 10].map(|digit| digit as u8 + b'0');
    // BCD takes whole bytes, and a length is filled up in front: 3 digits as `01 23`.
    if encoding == Encoding::Bcd && digits % 2 == 1 {
        put_value(out, encoding, &[b'0', text[0], text[1], text[2]]);
    } else {
        put_value(out, encoding, &text[3 - digits..]);
    }
}

fn put_value(out: &mut Vec<u8>, encoding: Encoding, value: &[u8]) {
    match encoding {
        Encoding::Ascii | Encoding::Binary => out.extend_from_slice(value),
        Encoding::Bcd => {
            // The low half of a digit is its value, that of `=` is the separator of track data.
            let nibble = |digit: Option<&u8>| digit.map_or(0, |digit| digit & 0xf);
            let byte = |pair: &[u8]| nibble(pair.first()) << 4 | nibble(pair.get(1));
            out.extend(value.chunks(2).map(byte));
        }
    }
}

fn put_length(mut frame: Vec<u8>, profile: &Profile) -> Result<Vec<u8>, EncodeError> {
    let framing = profile.framing();
    let (has, max) = (frame.len() - framing.length_bytes, framing.max);
    if has > max {
        return Err(EncodeError::TooLong { has, max });
    }
    let shift = |place: usize| match framing.length_order {
        Order::Big => 8 * (framing.length_bytes - 1 - place),
        Order::Little => 8 * place,
    };
    for (place, byte) in frame.iter_mut().take(framing.length_bytes).enumerate() {
        *byte = (has >> shift(place)) as u8;
    }
    Ok(frame)
}

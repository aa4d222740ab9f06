//! Messages as they travel: DELIVER to a telephone, SUBMIT from it (3GPP TS 23.040, 9.2.2).

use super::gsm7;

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) alphabet: Alphabet,
    /// Bytes of no alphabet are hexadecimal digits here.
    pub(super) text: String,
    pub(super) part: Option<Part>,
}

/// How its characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    Gsm7,
    Bytes,
    Ucs2,
}

/// Which part of a long message it is (3GPP TS 23.040, 9.2.3.24.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The same for all parts.
    pub group: u16,
    /// How many there are.
    pub count: u8,
    /// From 1.
    pub number: u8,
}

/// A message that was sent to this telephone or from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// The other telephone.
    pub(super) peer: String,
    pub(super) content: Content,
    /// When the message centre got it, as it is written in the message; `None` in a SUBMIT.
    pub(super) stamp: Option<[u8; 7]>,
}

/// Reads on, byte by byte.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// Digits, their count before them.
    fn address(&mut self) -> Option<String> {
        let digits = usize::from(self.byte()?);
        let kind = self.byte()?;
        let bytes = self.bytes(digits.div_ceil(2))?;
        // Letters (alphanumeric type of number), in the default alphabet.
        if kind & 0x70 == 0x50 {
            return Some(gsm7::decode(&gsm7::unpack(bytes, digits * 4 / 7, 0)));
        }
        let sign = if kind & 0x70 == 0x10 { "+" } else { "" };
        let all = bytes.iter().flat_map(|byte| [byte & 0xf, byte >> 4]).take(digits);
        Some(sign.chars().chain(all.map(digit)).collect())
    }
}

const DIGITS: &[u8; 16] = b"0123456789*#abc?";

fn digit(value: u8) -> char {
    DIGITS.get(usize::from(value)).map_or('?', |digit| char::from(*digit))
}

/// Two digits a byte, the first one low; an odd count ends in a filler.
fn semi_octets(number: &str) -> Vec<u8> {
    let value = |digit: &u8| DIGITS.iter().position(|one| one == digit).unwrap_or(0xf);
    let values: Vec<_> = number.bytes().map(|byte| value(&byte)).collect();
    let byte = |pair: &[usize]| match pair {
        [low, high] => high << 4 | low,
        [low] => 0xf0 | low,
        _ => 0,
    };
    values.chunks(2).map(byte).filter_map(|byte| u8::try_from(byte).ok()).collect()
}

/// The kind of number, and its digits.
fn number(text: &str) -> (u8, &str) {
    text.strip_prefix('+').map_or((0x81, text), |digits| (0x91, digits))
}

fn address(text: &str) -> Option<Vec<u8>> {
    let is_number = |c: char| c.is_ascii_digit() || c == '+' || c == '*' || c == '#';
    if !text.chars().all(is_number) {
        let letters = gsm7::pack(&gsm7::encode(text)?, 0);
        // Eleven letters at most (3GPP TS 23.040, 9.1.2.5).
        let count = u8::try_from(letters.len() * 2).ok().filter(|count| *count <= 20)?;
        return Some([&[count, 0xd0], letters.as_slice()].concat());
    }
    let (kind, digits) = number(text);
    let count = u8::try_from(digits.len()).ok().filter(|count| *count <= 20)?;
    Some([&[count, kind], semi_octets(digits).as_slice()].concat())
}

/// The message centre's number, its length in bytes before it.
pub(super) fn centre(text: &str) -> Vec<u8> {
    let (kind, digits) = number(text);
    let digits = semi_octets(digits);
    let length = u8::try_from(digits.len() + 1).unwrap_or_default();
    [&[length, kind], digits.as_slice()].concat()
}

/// What stands behind a message centre's number.
pub(super) fn behind_centre(pdu: &[u8]) -> Option<&[u8]> {
    pdu.get(usize::from(*pdu.first()?) + 1..)
}

/// A message that comes in. `None` when an address has letters that no message can carry.
pub(super) fn deliver(message: &Message) -> Option<Vec<u8>> {
    let first = if message.content.part.is_some() { 0x44 } else { 0x04 };
    let (coding, data) = user_data(&message.content)?;
    let stamp = message.stamp.unwrap_or_default();
    Some([&[first], &address(&message.peer)?[..], &[0, coding], &stamp, &data].concat())
}

/// A message that goes out, with this reference.
pub(super) fn submit(message: &Message, reference: u8) -> Option<Vec<u8>> {
    let (coding, data) = user_data(&message.content)?;
    Some([&[0x01, reference], &address(&message.peer)?[..], &[0, coding], &data].concat())
}

/// Coding scheme, length and data.
fn user_data(content: &Content) -> Option<(u8, Vec<u8>)> {
    let header = content.part.map_or(Vec::new(), |part| {
        let [_, group] = part.group.to_be_bytes();
        vec![5, 0, 3, group, part.count, part.number]
    });
    let (coding, length, body) = match content.alphabet {
        Alphabet::Gsm7 => {
            let codes = gsm7::encode(&content.text)?;
            let filled = (header.len() * 8).div_ceil(7);
            let body = gsm7::pack(&codes, filled * 7 - header.len() * 8);
            (0, filled + codes.len(), body)
        }
        Alphabet::Ucs2 => {
            let body: Vec<u8> = content.text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            (8, header.len() + body.len(), body)
        }
        Alphabet::Bytes => {
            let body = super::from_hex(&content.text)?;
            (4, header.len() + body.len(), body)
        }
    };
    let most = if content.alphabet == Alphabet::Gsm7 { 160 } else { 140 };
    let length = u8::try_from(length).ok().filter(|length| *length <= most)?;
    Some((coding, [&[length], header.as_slice(), &body].concat()))
}

/// Reads a DELIVER or a SUBMIT, without the message centre's number.
pub(super) fn parse(tpdu: &[u8]) -> Option<Message> {
    let mut cursor = Cursor(tpdu);
    let first = cursor.byte()?;
    let is_submit = first & 0x03 == 0x01;
    if is_submit {
        // Its reference.
        cursor.byte()?;
    }
    let peer = cursor.address()?;
    // The protocol identifier says nothing that matters here.
    cursor.byte()?;
    let coding = cursor.byte()?;
    let stamp = match (is_submit, first >> 3 & 0x03) {
        (false, _) => Some(cursor.bytes(7)?.try_into().ok()?),
        // The validity period: none, relative, or a date.
        (true, 0) => None,
        (true, 2) => cursor.byte().map(|_| None)?,
        (true, _) => cursor.bytes(7).map(|_| None)?,
    };
    let content = parse_content(&mut cursor, coding, first & 0x40 != 0)?;
    Some(Message { peer, content, stamp })
}

/// The alphabet of a coding scheme (3GPP TS 23.038, 4).
pub(super) fn alphabet(coding: u8) -> Alphabet {
    match (coding >> 4, coding >> 2 & 0x03) {
        (0..=7, 1) | (0xf, 1 | 3) => Alphabet::Bytes,
        (0..=7, 2) | (0xe, _) => Alphabet::Ucs2,
        _ => Alphabet::Gsm7,
    }
}

fn parse_content(cursor: &mut Cursor<'_>, coding: u8, has_header: bool) -> Option<Content> {
    let length = usize::from(cursor.byte()?);
    let alphabet = alphabet(coding);
    let size = if alphabet == Alphabet::Gsm7 { (length * 7).div_ceil(8) } else { length };
    let data = cursor.bytes(size).filter(|data| data.len() <= 140)?;
    let header = if has_header { usize::from(*data.first()?) + 1 } else { 0 };
    let (head, body) = data.split_at_checked(header)?;
    let text = match alphabet {
        Alphabet::Gsm7 => {
            let filled = (header * 8).div_ceil(7);
            let count = length.checked_sub(filled)?;
            gsm7::decode(&gsm7::unpack(body, count, filled * 7 - header * 8))
        }
        Alphabet::Ucs2 => {
            let units = body.chunks_exact(2).filter_map(|pair| pair.try_into().ok());
            let units: Vec<u16> = units.map(u16::from_be_bytes).collect();
            String::from_utf16_lossy(&units)
        }
        Alphabet::Bytes => super::to_hex(body),
    };
    Some(Content { alphabet, text, part: part(head) })
}

/// Looks through the header's elements for the one of long messages.
fn part(header: &[u8]) -> Option<Part> {
    let mut cursor = Cursor(header.get(1..)?);
    loop {
        let (kind, length) = (cursor.byte()?, cursor.byte()?);
        let element = cursor.bytes(usize::from(length))?;
        match (kind, element) {
            (0, [group, count, number]) => {
                return Some(Part { group: (*group).into(), count: *count, number: *number });
            }
            (8, [high, low, count, number]) => {
                let group = u16::from_be_bytes([*high, *low]);
                return Some(Part { group, count: *count, number: *number });
            }
            _ => {}
        }
    }
}

/// A text as one message, or as the parts of a long one with this group number.
pub(super) fn split(text: &str, group: u16) -> Vec<Content> {
    let gsm7 = gsm7::encode(text).is_some();
    let (alphabet, whole, in_parts) =
        if gsm7 { (Alphabet::Gsm7, 160, 153) } else { (Alphabet::Ucs2, 70, 67) };
    let size = |c: char| {
        if gsm7 { gsm7::encode_char(c).map_or(0, |codes| codes.len()) } else { c.len_utf16() }
    };
    if text.chars().map(size).sum::<usize>() <= whole {
        return vec![Content { alphabet, text: text.to_owned(), part: None }];
    }
    let mut parts = vec![(String::new(), 0)];
    for c in text.chars() {
        match parts.last_mut() {
            Some((part, used)) if *used + size(c) <= in_parts => {
                part.push(c);
                *used += size(c);
            }
            _ => parts.push((c.to_string(), size(c))),
        }
    }
    // A longer message than the standard can number ends early.
    parts.truncate(usize::from(u8::MAX));
    let count = u8::try_from(parts.len()).unwrap_or(u8::MAX);
    let numbered = (1..=count).zip(parts);
    let part = |number| Some(Part { group, count, number });
    numbered.map(|(number, (text, _))| Content { alphabet, text, part: part(number) }).collect()
}

/// A date as messages carry it: year, month, day, hour, minute, second, and China's zone.
pub(super) fn stamp(date: [u8; 6]) -> [u8; 7] {
    let swapped = |value: u8| ((value % 10) << 4) | (value / 10 % 10);
    let [year, month, day, hour, minute, second] = date.map(swapped);
    [year, month, day, hour, minute, second, swapped(32)]
}

/// `26/01/01,00:00:03+32`.
pub(super) fn print_stamp(stamp: [u8; 7]) -> String {
    let [year, month, day, hour, minute, second, zone] =
        stamp.map(|byte| format!("{}{}", digit(byte & 0xf), digit(byte >> 4)));
    format!("{year}/{month}/{day},{hour}:{minute}:{second}+{zone}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        super::super::from_hex(text).unwrap()
    }

    #[test]
    fn a_submit_of_a_real_client_is_read() {
        // Written by gammu 1.42 for "Hello" to +8613900139000.
        let pdu = hex("0011000D91683109109300F00000AA05C8329BFD06");
        let message = parse(behind_centre(&pdu).unwrap()).unwrap();
        assert_eq!(message.peer, "+8613900139000");
        assert_eq!((message.content.text.as_str(), message.stamp), ("Hello", None));
    }

    #[test]
    fn a_deliver_is_written_as_the_standard_has_it() {
        let content = split("hellohello", 1).remove(0);
        let stamp = Some(stamp([26, 1, 2, 3, 4, 5]));
        let message = Message { peer: "10086".into(), content, stamp };
        let bytes = deliver(&message).unwrap();
        assert_eq!(bytes, hex("0405810180F60000621020304050230AE8329BFD4697D9EC37"));
        assert_eq!(parse(&bytes), Some(message));
        assert_eq!(print_stamp(super::stamp([26, 1, 2, 3, 4, 5])), "26/01/02,03:04:05+32");
        assert_eq!(centre("+8613800100500"), hex("0891683108100005F0"));
    }

    proptest! {
        #[test]
        fn parts_make_the_whole(text in "([ -_a-z]{0,400}|[一-龥a-z]{0,200})", letters: bool) {
            let peer = if letters { "PAYRIG" } else { "+8613800138000" };
            let mut whole = String::new();
            for content in split(&text, 7) {
                let message = Message { peer: peer.into(), content, stamp: Some([0; 7]) };
                let bytes = deliver(&message).unwrap();
                let read = parse(&bytes);
                prop_assert_eq!(read.as_ref(), Some(&message));
                whole += &message.content.text;
            }
            prop_assert_eq!(whole, text);
        }

        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
            let _ = behind_centre(&bytes);
        }
    }
}

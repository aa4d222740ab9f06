//! The default alphabet of messages and its packing, seven bits a character (3GPP TS 23.038, 6).

/// The alphabet; the place of a character is its code.
const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Characters that take two codes, the first one being `ESCAPE`.
const EXTENSION: [(u8, char); 10] = [
    (0x0a, '\u{c}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2f, '\\'),
    (0x3c, '['),
    (0x3d, '~'),
    (0x3e, ']'),
    (0x40, '|'),
    (0x65, '€'),
];

const ESCAPE: u8 = 0x1b;

/// The codes of a character; `None` when the alphabet has none for it.
pub(super) fn encode_char(c: char) -> Option<Vec<u8>> {
    if let Some((code, _)) = EXTENSION.iter().find(|(_, one)| *one == c) {
        return Some(vec![ESCAPE, *code]);
    }
    let place = ALPHABET.chars().position(|one| one == c && c != '\u{1b}')?;
    u8::try_from(place).ok().map(|code| vec![code])
}

/// The codes of a text; `None` when a character has none.
pub(super) fn encode(text: &str) -> Option<Vec<u8>> {
    text.chars().map(encode_char).collect::<Option<Vec<_>>>().map(|codes| codes.concat())
}

/// The text of codes. An unknown extension reads as its second code alone (23.038, 6.2.1.1).
pub(super) fn decode(codes: &[u8]) -> String {
    let alphabet: Vec<char> = ALPHABET.chars().collect();
    let mut text = String::new();
    let mut escaped = false;
    for code in codes.iter().map(|code| code & 0x7f) {
        if code == ESCAPE && !escaped {
            escaped = true;
            continue;
        }
        let extended = EXTENSION.iter().find(|(one, _)| escaped && *one == code);
        let plain = alphabet.get(usize::from(code)).copied().unwrap_or(' ');
        text.push(extended.map_or(plain, |(_, c)| *c));
        escaped = false;
    }
    text
}

/// Packs codes behind `fill` empty bits.
pub(super) fn pack(codes: &[u8], fill: usize) -> Vec<u8> {
    let mut bytes = vec![0u8; (fill + codes.len() * 7).div_ceil(8)];
    for (index, code) in codes.iter().enumerate() {
        let (at, shift) = ((fill + index * 7) / 8, (fill + index * 7) % 8);
        let [low, high] = (u16::from(code & 0x7f) << shift).to_le_bytes();
        bytes.get_mut(at).into_iter().for_each(|byte| *byte |= low);
        bytes.get_mut(at + 1).into_iter().for_each(|byte| *byte |= high);
    }
    bytes
}

/// Unpacks up to `count` codes behind `fill` empty bits.
pub(super) fn unpack(bytes: &[u8], count: usize, fill: usize) -> Vec<u8> {
    let code = |index: usize| {
        let (at, shift) = ((fill + index * 7) / 8, (fill + index * 7) % 8);
        let low = *bytes.get(at)?;
        let high = bytes.get(at + 1).copied().unwrap_or_default();
        let [code, _] = (u16::from_le_bytes([low, high]) >> shift).to_le_bytes();
        Some(code & 0x7f)
    };
    (0..count).map_while(code).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_packed_as_the_standard_shows() {
        // The example in every description of the packing.
        let codes = encode("hellohello").unwrap();
        assert_eq!(pack(&codes, 0), [0xe8, 0x32, 0x9b, 0xfd, 0x46, 0x97, 0xd9, 0xec, 0x37]);
        assert_eq!(ALPHABET.chars().count(), 128);
        assert_eq!(encode("@£€"), Some(vec![0, 1, 0x1b, 0x65]));
        assert_eq!(encode("收款"), None);
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(
            codes in prop::collection::vec(0u8..128, 0..170),
            fill in 0usize..7,
        ) {
            prop_assert_eq!(unpack(&pack(&codes, fill), codes.len(), fill), codes);
        }

        #[test]
        fn what_is_encoded_is_decoded(text in "[ -~£€Ää]{0,80}") {
            prop_assume!(!text.contains('`'));
            prop_assert_eq!(decode(&encode(&text).unwrap()), text);
        }
    }
}

//! The codec against layouts written by hand, against itself, and against any bytes.

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::*;

/// A dialect with all that `plain87` has not: BCD, a header, a little-endian length.
const DIALECT: &str = r#"
name = "dialect"
source = "this test"
fields = [
  { number = 3, name = "processing", format = "n", length = "fixed", max = 6, encoding = "bcd" },
  { number = 22, name = "entry mode", format = "n", length = "fixed", max = 3, encoding = "bcd" },
  { number = 32, name = "acquirer", format = "n", length = "llvar", max = 11, encoding = "bcd" },
  { number = 60, name = "private", format = "n", length = "lllvar", max = 999, encoding = "bcd" },
  { number = 63, name = "private", format = "ans", length = "lllvar", max = 9, encoding = "ascii" },
  { number = 64, name = "MAC", format = "b", length = "fixed", max = 8, encoding = "binary" },
]
[framing]
length_bytes = 2
length_order = "little"
max = 512
header_bytes = 5
mti = "bcd"
bitmap = "binary"
var_length = "bcd"
"#;

fn dialect() -> Profile {
    Profile::parse(DIALECT).unwrap()
}

/// A sign-in of the plain profile, put together by hand.
const SIGN_IN: &[u8] = b"\x00\x37\
    0800\
    \x00\x20\x00\x00\x00\xc0\x00\x10\
    000007\
    T0000001\
    M00000000000001\
    011\
    00000001003";

fn sign_in() -> Fields {
    let mut fields = Fields::new(0x0800);
    // Out of order and one of them twice: neither may show on the wire.
    fields.set_text(60, "00000001003");
    fields.set_text(41, "X");
    fields.set_text(42, "M00000000000001");
    fields.set_text(11, "000007");
    fields.set_text(41, "T0000001");
    fields
}

#[test]
fn a_message_stands_on_the_wire_as_the_standard_lays_it_out() {
    assert_eq!(encode(plain87(), &sign_in()).unwrap(), SIGN_IN);
    assert_eq!(decode(plain87(), SIGN_IN).unwrap(), sign_in());
}

#[test]
fn a_second_bitmap_comes_only_with_a_field_that_needs_it() {
    let mut fields = Fields::new(0x0800);
    fields.set_text(11, "000007");
    fields.set_text(70, "301");
    let frame = b"\x00\x1d0800\x80\x20\0\0\0\0\0\0\x04\0\0\0\0\0\0\x00000007301";
    assert_eq!(encode(plain87(), &fields).unwrap(), frame);
    assert_eq!(decode(plain87(), frame).unwrap(), fields);
}

#[test]
fn bcd_packs_two_digits_and_fills_up_behind() {
    let mut fields = Fields::new(0x0200);
    fields.set_header(&[0x60, 0x00, 0x06, 0x00, 0x00]);
    fields.set_text(3, "310000");
    fields.set_text(22, "071");
    fields.set_text(32, "00012900000");
    fields.set_text(60, "22000001000");
    fields.set_text(63, "CUP");
    fields.set(64, &[0xff, 0, 1, 2, 3, 4, 5, 6]);
    let frame = [
        &[0x30, 0x00, 0x60, 0x00, 0x06, 0x00, 0x00, 0x02, 0x00][..],
        &[0x20, 0x00, 0x04, 0x01, 0x00, 0x00, 0x00, 0x13],
        &[0x31, 0x00, 0x00],
        &[0x07, 0x10],
        &[0x11, 0x00, 0x01, 0x29, 0x00, 0x00, 0x00],
        &[0x00, 0x11, 0x22, 0x00, 0x00, 0x01, 0x00, 0x00],
        &[0x00, 0x03, b'C', b'U', b'P'],
        &[0xff, 0, 1, 2, 3, 4, 5, 6],
    ]
    .concat();
    assert_eq!(encode(&dialect(), &fields).unwrap(), frame);
    assert_eq!(decode(&dialect(), &frame).unwrap(), fields);
}

#[test]
fn what_is_wrong_with_a_frame_is_said_with_field_and_byte() {
    let spoiled = |at: usize, byte: u8| {
        let mut frame = SIGN_IN.to_vec();
        frame[at] = byte;
        frame
    };
    let longer = [b"\x00\x39", &SIGN_IN[2..], b"!!"].concat();
    let table: [(&[u8], &str); 12] = [
        (b"", "length prefix at byte 0: needs 2 bytes, 0 are left"),
        (b"\x00", "length prefix at byte 0: needs 2 bytes, 1 are left"),
        (b"\x00\x00", "message type at byte 2: needs 4 bytes, 0 are left"),
        (&spoiled(1, 0x36), "length prefix at byte 0: says 54, but 55 follow"),
        (&spoiled(2, b'A'), "message type at byte 2: byte 0x41 is not allowed here"),
        (b"\x00\x070800\x00\x20\x00", "bitmap at byte 6: needs 8 bytes, 3 are left"),
        (&spoiled(6, 0x08), "field 5 at byte 14: the profile has no such field"),
        (&spoiled(15, b' '), "field 11 at byte 15: byte 0x20 is not allowed here"),
        (&spoiled(27, 0x0a), "field 41 at byte 27: byte 0x0a is not allowed here"),
        (&spoiled(44, b'x'), "field 60 at byte 44: byte 0x78 is not allowed here"),
        (&spoiled(45, b'9'), "field 60 at byte 46: needs 19 bytes, 11 are left"),
        (&longer, "end at byte 57: 2 bytes behind the last field"),
    ];
    for (frame, text) in table {
        assert_eq!(decode(plain87(), frame).unwrap_err().to_string(), text);
    }
}

#[test]
fn lengths_and_nibbles_are_checked_in_bcd_too() {
    let start = b"\x00\x00\x60\x00\x06\x00\x00\x02\x00\x00\x00";
    let table: [(&[u8], &str); 5] = [
        (b"\x04\0\0\0\0\0\x07\x11", "field 22 at byte 18: byte 0x11 is not allowed here"),
        (b"\x04\0\0\0\0\0\x0a\x10", "field 22 at byte 17: byte 0x0a is not allowed here"),
        (b"\0\x01\0\0\0\0\x12\x00", "field 32 at byte 17: length 12 is not 1 to 11"),
        (b"\0\x01\0\0\0\0\x00", "field 32 at byte 17: length 0 is not 1 to 11"),
        (b"\0\0\0\0\0\x02\x10\x01", "field 63 at byte 17: length 1001 is not 1 to 9"),
    ];
    for (rest, text) in table {
        let mut frame = [start, rest].concat();
        frame[0] = u8::try_from(frame.len() - 2).unwrap();
        assert_eq!(decode(&dialect(), &frame).unwrap_err().to_string(), text);
    }
}

#[test]
fn what_does_not_fit_is_refused_not_cut() {
    let with = |number, value: &str| {
        let mut fields = sign_in();
        fields.set_text(number, value);
        encode(plain87(), &fields).unwrap_err().to_string()
    };
    assert_eq!(with(11, "1234567"), "field 11: length 7 is not 6");
    assert_eq!(with(63, ""), "field 63: length 0 is not 1 to 999");
    assert_eq!(with(2, "6222x"), "field 2: byte 0x78 at place 4 is not allowed");
    for number in [0, 1, 5, 65, 129, 255] {
        let text = format!("field {number}: the profile has no such field");
        assert_eq!(with(number, "1"), text);
    }
    let mut headed = sign_in();
    headed.set_header(b"\x60");
    let error = encode(plain87(), &headed).unwrap_err();
    assert_eq!(error.to_string(), "header has 1 bytes, the profile's has 0");
    assert_eq!(encode(plain87(), &Fields::new(0x0a00)).unwrap_err(), EncodeError::Mti(0x0a00));
    let mut long = sign_in();
    (59..=63).for_each(|number| long.set_text(number, &"1".repeat(999)));
    let error = encode(plain87(), &long).unwrap_err();
    assert_eq!(error.to_string(), "the message has 5051 bytes, a frame holds 4096");
}

#[test]
fn a_profile_that_contradicts_itself_is_refused() {
    let with = |old: &str, new: &str| {
        assert!(DIALECT.contains(old), "{old}");
        Profile::parse(&DIALECT.replacen(old, new, 1)).unwrap_err().to_string()
    };
    let numbers = "fields are numbered 2 to 128, without 65";
    for number in [0, 1, 65, 129] {
        let text = format!("field {number}: {numbers}");
        assert_eq!(with("number = 22", &format!("number = {number}")), text);
    }
    assert_eq!(with("number = 22", "number = 3"), "field 3: listed twice");
    let limits = "max is 1 to 99 for llvar, 1 to 999 otherwise";
    assert_eq!(with("max = 11", "max = 100"), format!("field 32: {limits}"));
    assert_eq!(with("max = 3,", "max = 0,"), format!("field 22: {limits}"));
    let pairs = "n is \"ascii\" or \"bcd\", an and ans are \"ascii\", b is \"binary\"";
    assert_eq!(with("\"ans\"", "\"b\""), format!("field 63: {pairs}"));
    assert_eq!(
        with("max = 512", "max = 65536"),
        "framing: max is 1 or more and fits the length prefix"
    );
    assert_eq!(with("length_bytes = 2", "length_bytes = 5"), "framing: length_bytes is 1 to 4");
    assert_eq!(with("bitmap = \"binary\"", "bitmap = \"ascii\""), "framing: bitmap is \"binary\"");
    let coded = "framing: mti and var_length are \"ascii\" or \"bcd\"";
    assert_eq!(with("mti = \"bcd\"", "mti = \"binary\""), coded);
    assert!(with("header_bytes", "head_bytes").contains("head_bytes"));
}

/// A value that the field can hold.
fn value_of(spec: &FieldSpec) -> impl Strategy<Value = Vec<u8>> + use<> {
    let (format, max) = (spec.format, spec.max);
    let allowed: Vec<u8> = (0..=255).filter(|&byte| format.allows(byte)).collect();
    let min = if spec.length == Length::Fixed { max } else { 1 };
    prop::collection::vec(prop::sample::select(allowed), min..=max.min(min.max(40)))
}

fn some_fields() -> impl Strategy<Value = Fields> {
    let specs: Vec<FieldSpec> = plain87().fields().cloned().collect();
    let count = specs.len();
    let values = subsequence(specs, 0..=count).prop_flat_map(|specs| {
        specs.iter().map(|spec| (Just(spec.number), value_of(spec))).collect::<Vec<_>>()
    });
    (values, 0u16..10_000).prop_map(|(values, mti)| {
        let mut fields = Fields::new(u16::from_str_radix(&mti.to_string(), 16).unwrap());
        values.iter().for_each(|(number, value)| fields.set(*number, value));
        fields
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(fields in some_fields()) {
        let frame = encode(plain87(), &fields).unwrap();
        prop_assert_eq!(decode(plain87(), &frame).unwrap(), fields);
    }

    #[test]
    fn no_bytes_are_too_much(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode(plain87(), &bytes);
        let _ = decode(&dialect(), &bytes);
        let mut framed = u16::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
        framed.extend_from_slice(&bytes);
        let _ = decode(plain87(), &framed);
    }

    #[test]
    fn what_is_read_is_written_back(
        fields in some_fields(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut frame = encode(plain87(), &fields).unwrap();
        let at = at.index(frame.len());
        frame[at] = byte;
        if let Ok(read) = decode(plain87(), &frame) {
            let again = encode(plain87(), &read).unwrap();
            prop_assert_eq!(decode(plain87(), &again).unwrap(), read);
        }
    }

    #[test]
    fn a_cut_message_is_an_error_in_its_place(fields in some_fields()) {
        let frame = encode(plain87(), &fields).unwrap();
        for cut in 0..frame.len() {
            prop_assert!(decode(plain87(), &frame[..cut]).is_err());
            let mut whole = frame[..cut].to_vec();
            if let Some(says) = u16::try_from(cut).unwrap().checked_sub(2) {
                whole[..2].copy_from_slice(&says.to_be_bytes());
            }
            let error = decode(plain87(), &whole).unwrap_err();
            prop_assert!(matches!(error.why, Malformed::Short { .. }), "{error}");
            prop_assert!(error.at <= cut, "{error}");
        }
    }

    #[test]
    fn frames_are_found_however_they_are_cut_and_glued(
        messages in prop::collection::vec(some_fields(), 1..4),
        cuts in prop::collection::vec(1usize..200, 1..40),
    ) {
        let frames: Vec<_> = messages.iter().map(|m| encode(plain87(), m).unwrap()).collect();
        let stream = frames.concat();
        let (mut framer, mut found, mut rest) = (Framer::new(plain87()), Vec::new(), &stream[..]);
        for cut in cuts.iter().cycle() {
            let (piece, tail) = rest.split_at(rest.len().min(*cut));
            framer.push(piece);
            found.extend(std::iter::from_fn(|| framer.take().unwrap()));
            rest = tail;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(found, frames);
        prop_assert_eq!(framer.pending(), b"");
    }
}

#[test]
fn a_length_that_nobody_believes_stays_an_error() {
    let mut framer = Framer::new(plain87());
    framer.push(b"\x10");
    assert_eq!(framer.take(), Ok(None));
    framer.push(b"\x01");
    let too_long = FrameError::TooLong { says: 4097, max: 4096 };
    assert_eq!(framer.take(), Err(too_long));
    framer.push(SIGN_IN);
    assert_eq!(framer.take(), Err(too_long));
    assert_eq!(too_long.to_string(), "a frame of length 4097, more than 4096");

    let mut framer = Framer::new(plain87());
    framer.push(SIGN_IN);
    framer.push(b"\x00\x00");
    assert_eq!(framer.take(), Ok(Some(SIGN_IN.to_vec())));
    assert_eq!(framer.take(), Err(FrameError::Empty));
}

#[tokio::test]
async fn frames_go_through_a_stream_and_giving_up_loses_nothing() {
    let (mut near, mut far) = tokio::io::duplex(4096);
    let mut framer = Framer::new(plain87());
    write_frame(&mut near, &SIGN_IN[..20]).await.unwrap();
    tokio::select! {
        biased;
        _ = read_frame(&mut far, &mut framer) => panic!("a part of a frame is no frame"),
        () = std::future::ready(()) => {}
    }
    write_frame(&mut near, &[&SIGN_IN[20..], SIGN_IN, &SIGN_IN[..9]].concat()).await.unwrap();
    drop(near);
    for _ in 0..2 {
        assert_eq!(read_frame(&mut far, &mut framer).await.unwrap().unwrap(), SIGN_IN);
    }
    let cut = read_frame(&mut far, &mut framer).await.unwrap_err();
    assert_eq!(cut.kind(), std::io::ErrorKind::UnexpectedEof);
}

#[tokio::test]
async fn a_stream_ends_well_between_frames_and_badly_on_garbage() {
    let (mut near, mut far) = tokio::io::duplex(4096);
    let mut framer = Framer::new(plain87());
    write_frame(&mut near, SIGN_IN).await.unwrap();
    drop(near);
    assert!(read_frame(&mut far, &mut framer).await.unwrap().is_some());
    assert!(read_frame(&mut far, &mut framer).await.unwrap().is_none());

    let (mut near, mut far) = tokio::io::duplex(4096);
    write_frame(&mut near, b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let error = read_frame(&mut far, &mut Framer::new(plain87())).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    assert_eq!(error.to_string(), "a frame of length 18245, more than 4096");
}

//! The codec against layouts written by hand.

mod any;
mod mac;

use super::*;

/// A dialect with all that `plain87` has not: BCD, TPDU and header, a little-endian length.
const DIALECT: &str = r#"
name = "dialect"
source = "this test"
header = "6000060000603100311003"
fields = [
  { number = 3, name = "processing", format = "n", length = "fixed", max = 6, encoding = "bcd" },
  { number = 22, name = "entry mode", format = "n", length = "fixed", max = 3, encoding = "bcd" },
  { number=23, name="card", format="n", length="fixed", max=3, encoding="bcd", justify="right" },
  { number = 35, name = "track 2", format = "z", length = "llvar", max = 37, encoding = "bcd" },
  { number = 32, name = "acquirer", format = "n", length = "llvar", max = 11, encoding = "bcd" },
  { number = 60, name = "private", format = "n", length = "lllvar", max = 999, encoding = "bcd" },
  { number = 63, name = "private", format = "ans", length = "lllvar", max = 9, encoding = "ascii" },
  { number = 64, name = "MAC", format = "b", length = "fixed", max = 8, encoding = "binary" },
]
[framing]
length_bytes = 2
length_order = "little"
max = 512
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
    fields.set_header(dialect().header());
    fields.set_text(3, "310000");
    fields.set_text(22, "071");
    fields.set_text(23, "012");
    fields.set_text(35, "6212345678=301");
    fields.set_text(32, "00012900000");
    fields.set_text(60, "22000001000");
    fields.set_text(63, "CUP");
    fields.set(64, &[0xff, 0, 1, 2, 3, 4, 5, 6]);
    let frame = [
        &[0x40, 0x00, 0x60, 0x00, 0x06, 0x00, 0x00][..],
        &[0x60, 0x31, 0x00, 0x31, 0x10, 0x03, 0x02, 0x00],
        &[0x20, 0x00, 0x06, 0x01, 0x20, 0x00, 0x00, 0x13],
        &[0x31, 0x00, 0x00],
        &[0x07, 0x10],
        &[0x00, 0x12],
        &[0x11, 0x00, 0x01, 0x29, 0x00, 0x00, 0x00],
        &[0x14, 0x62, 0x12, 0x34, 0x56, 0x78, 0xd3, 0x01],
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
fn header_lengths_and_nibbles_are_checked_in_bcd_too() {
    let start = b"\0\0\x60\0\x06\0\0\x60\x31\0\x31\x10\x03\x02\0\0\0";
    let table: [(&[u8], &str); 9] = [
        (b"\x04\0\0\0\0\0\x07\x11", "field 22 at byte 24: byte 0x11 is not allowed here"),
        (b"\x04\0\0\0\0\0\x0a\x10", "field 22 at byte 23: byte 0x0a is not allowed here"),
        (b"\x02\0\0\0\0\0\x10\x12", "field 23 at byte 23: byte 0x10 is not allowed here"),
        (b"\x02\0\0\0\0\0\0\x1a", "field 23 at byte 24: byte 0x1a is not allowed here"),
        (b"\0\x01\0\0\0\0\x12\x00", "field 32 at byte 23: length 12 is not 1 to 11"),
        (b"\0\x01\0\0\0\0\x00", "field 32 at byte 23: length 0 is not 1 to 11"),
        (b"\0\0\x20\0\0\0\x03\x12\xe0", "field 35 at byte 25: byte 0xe0 is not allowed here"),
        (b"\0\0\x20\0\0\0\x05\x12\xd0", "field 35 at byte 24: needs 3 bytes, 2 are left"),
        (b"\0\0\0\0\0\x02\x10\x01", "field 63 at byte 23: length 1001 is not 1 to 9"),
    ];
    for (rest, text) in table {
        let mut frame = [start, rest].concat();
        frame[0] = u8::try_from(frame.len() - 2).unwrap();
        assert_eq!(decode(&dialect(), &frame).unwrap_err().to_string(), text);
    }
    for (at, byte, text) in [
        (2, 0x68, "header at byte 2: byte 0x68 is not allowed here"),
        (4, 0xa0, "header at byte 4: byte 0xa0 is not allowed here"),
        (12, 0x0f, "header at byte 12: byte 0x0f is not allowed here"),
        (14, 0x0b, "message type at byte 14: byte 0x0b is not allowed here"),
    ] {
        let mut frame = [&start[..], b"\0\0\0\0\0\0"].concat();
        (frame[0], frame[at]) = (21, byte);
        assert_eq!(decode(&dialect(), &frame).unwrap_err().to_string(), text);
    }
    let cut = decode(&dialect(), b"\x04\0\x60\0\x06\0").unwrap_err();
    assert_eq!(cut.to_string(), "header at byte 2: needs 11 bytes, 4 are left");
}

#[test]
fn an_answer_goes_back_where_the_request_came_from() {
    let request = Header::try_from("6005250013603112311003".to_owned()).unwrap();
    assert_eq!(format!("{request:?}"), "60 0525 0013 60 31 12 311003");
    assert_eq!(request.requirement(), Requirement::UploadState);
    let answer = request.answer();
    assert_eq!(format!("{answer:?}"), "60 0013 0525 60 31 10 311003");
    let demanded = answer.demanding(Requirement::SignIn);
    assert_eq!(format!("{demanded:?}"), "60 0013 0525 60 31 13 311003");
    for requirement in Requirement::ALL {
        assert_eq!(answer.demanding(requirement).requirement(), requirement);
    }
    for wrong in ["", "6805250013603112311003", "60052500136031123110030", "60052500136031123110x3"]
    {
        assert!(Header::try_from(wrong.to_owned()).is_err(), "{wrong}");
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
    headed.set_header(cup_scan().header());
    let error = encode(plain87(), &headed).unwrap_err();
    assert_eq!(error.to_string(), "the message has a header, the profile has none");
    let error = encode(cup_scan(), &sign_in()).unwrap_err();
    assert_eq!(error.to_string(), "the message has no header, the profile needs one");
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
    let code = "field 64: a MAC is b, fixed and has 8 bytes";
    assert_eq!(
        with(
            "number = 64, name = \"MAC\", format = \"b\"",
            "number = 64, name = \"MAC\", format = \"n\""
        ),
        code
    );
    let pairs = "n and z are \"ascii\" or \"bcd\", an and ans are \"ascii\", b is \"binary\"";
    assert_eq!(with("\"ans\"", "\"b\""), format!("field 63: {pairs}"));
    assert_eq!(
        with("max = 512", "max = 65536"),
        "framing: max is 1 or more and fits the length prefix"
    );
    assert_eq!(with("length_bytes = 2", "length_bytes = 5"), "framing: length_bytes is 1 to 4");
    assert_eq!(with("bitmap = \"binary\"", "bitmap = \"ascii\""), "framing: bitmap is \"binary\"");
    let coded = "framing: mti and var_length are \"ascii\" or \"bcd\"";
    assert_eq!(with("mti = \"bcd\"", "mti = \"binary\""), coded);
    assert!(with("mti = ", "mit = ").contains("mit"));
    let header = "a header is 22 digits, the first two of them 60";
    assert!(with("\"6000", "\"6100").contains(header));
}

#[test]
fn messages_that_can_not_be_told_apart_are_refused() {
    let with = |messages: &str| {
        let text = DIALECT.replacen("fields", &format!("messages = [{messages}]\nfields"), 1);
        Profile::parse(&text).map(drop).map_err(|e| e.to_string())
    };
    let message = |purpose: &str, mti: &str, kind: &str, network: &str| {
        format!("{{purpose='{purpose}', mti='{mti}', kind='{kind}', network={network}}},")
    };
    let echo = message("echo", "0820", "00", "301");
    assert_eq!(with(&(message("sign-in", "0800", "00", "1") + &echo)), Ok(()));
    let twice = "listed twice, or not to be told from another by mti and processing";
    for second in [message("echo", "0800", "00", "1"), message("sign-in", "0820", "00", "1")] {
        assert!(with(&(echo.clone() + &second)).unwrap_err().ends_with(twice));
    }
    for (bad, why) in [
        (message("echo", "0830", "00", "1"), "the third one is even"),
        (message("echo", "82", "00", "1"), "mti is four digits"),
        (message("echo", "08A0", "00", "1"), "mti is four digits"),
        (message("echo", "0820", "0", "1"), "kind is two digits"),
        (message("echo", "0820", "00", "1000"), "network is 0 to 999"),
        (message("nothing", "0820", "00", "1"), "unknown variant"),
    ] {
        let error = with(&bad).unwrap_err();
        assert!(error.contains(why), "{error}");
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

//! The wire against tshark and pyiso8583: every message kind and every field of the profile.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;

use contract::{Amount, Bytes, CodeText, Message, OrderId, Purpose, Time};
use serde_json::Value;
use sim::iso8583::{Fields, Format, Length, decode, encode, plain87};
use sim::wire::{Original, Pdu};

use super::{PYISO8583, TEXT2PCAP, TSHARK, output, peer, script};

/// Message type and fields by number, all as text; binary values in hexadecimal digits.
type Reading = (String, BTreeMap<u8, String>);

/// Every kind of message, as request and as answer, with all that it can carry.
fn messages() -> Vec<Vec<u8>> {
    use Purpose::{Echo, Query, Reversal, Sale, SignIn};
    let mut frames = Vec::new();
    for (stan, purpose) in (1..).zip([Sale, Query, Reversal, SignIn, Echo]) {
        for answer in [false, true] {
            frames.push(pdu(stan, purpose, answer).encode(plain87()).unwrap());
        }
    }
    frames
}

fn pdu(stan: u32, purpose: Purpose, answer: bool) -> Pdu {
    let payment = !matches!(purpose, Purpose::SignIn | Purpose::Echo);
    let scan = purpose == Purpose::Sale && !answer;
    let message = Message {
        purpose,
        answer,
        stan,
        tid: "T0000001".into(),
        mid: "M1".into(),
        order: OrderId::new("T0000001-20260101-000000042").filter(|_| payment),
        amount: Some(Amount(1250)).filter(|_| payment),
        currency: Some(156).filter(|_| payment),
        code: CodeText::new("134567890123456789").filter(|_| scan),
        response: (answer || purpose == Purpose::Reversal).then(|| "98".to_owned()),
        batch: Some(7),
    };
    Pdu {
        message,
        host_time: answer.then_some(Time::from_ms(86_400_000 * 59 + 3_723_000)),
        rrn: answer.then(|| "260101000001".to_owned()),
        services: (answer && purpose == Purpose::SignIn).then(|| "SMS=0".to_owned()),
        original: (purpose == Purpose::Query).then_some(Original { batch: 7, stan: 1 }),
    }
}

/// A message with every field of the profile that passes `wanted`, at its greatest length.
fn all_fields(wanted: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut fields = Fields::new(0x0200);
    for spec in plain87().fields().filter(|spec| wanted(spec.number)) {
        // Field after field has other characters, so that a shift by one does not go unseen.
        let byte = match spec.format {
            Format::N => b'0' + spec.number % 10,
            Format::An | Format::Ans => b'A' + spec.number % 26,
            Format::B => 0x80 | spec.number,
        };
        // Of the long ones a part, for a frame's sake.
        let length = if spec.length == Length::Lllvar { spec.max.min(300) } else { spec.max };
        fields.set(spec.number, &vec![byte; length]);
    }
    encode(plain87(), &fields).unwrap()
}

fn frames() -> Vec<Vec<u8>> {
    let mut frames = messages();
    frames.push(all_fields(|number| number <= 64));
    frames.push(all_fields(|_| true));
    frames
}

/// How payrig reads a frame.
fn reading(frame: &[u8]) -> Reading {
    let fields = decode(plain87(), frame).unwrap();
    let text = |(number, value): (u8, &[u8])| {
        let binary = plain87().field(number).unwrap().format == Format::B;
        let text = if binary { hex(value) } else { String::from_utf8(value.to_vec()).unwrap() };
        (number, text)
    };
    (format!("{:04x}", fields.mti()), fields.iter().map(text).collect())
}

fn hex(bytes: &[u8]) -> String {
    Bytes::from(bytes).to_hex()
}

#[test]
fn pyiso8583_reads_and_writes_the_same() {
    let Some(mut python) = peer(&PYISO8583) else { return };
    python.arg(script("plain87.py"));
    let lines: Vec<String> = frames().iter().map(|frame| hex(frame)).collect();
    let printed = output(python, &(lines.join("\n") + "\n"));
    assert_eq!(printed.lines().count(), lines.len());
    for (frame, line) in frames().iter().zip(printed.lines()) {
        let read: Value = serde_json::from_str(line).unwrap();
        let (mti, fields) = reading(frame);
        assert_eq!(read["mti"], mti);
        let theirs: BTreeMap<u8, String> = serde_json::from_value(read["fields"].clone()).unwrap();
        let theirs =
            theirs.into_iter().map(|(number, text)| (number, lower_if_binary(number, text)));
        assert_eq!(theirs.collect::<BTreeMap<_, _>>(), fields);
        assert_eq!(read["again"], hex(frame));
    }
}

/// tshark 4.0 prints a stray character behind a binary value.
fn without_stray(number: u8, text: &str) -> String {
    let binary = plain87().field(number).filter(|spec| spec.format == Format::B);
    let digits = binary.map_or(text.len(), |spec| 2 * spec.max);
    lower_if_binary(number, text.get(..digits).unwrap_or(text).to_owned())
}

/// Others print binary values with capital letters.
fn lower_if_binary(number: u8, text: String) -> String {
    match plain87().field(number) {
        Some(spec) if spec.format == Format::B => text.to_ascii_lowercase(),
        _ => text,
    }
}

#[test]
fn tshark_reads_the_same() {
    let (Some(text2pcap), Some(tshark)) = (peer(&TEXT2PCAP), peer(&TSHARK)) else { return };
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("frames.pcap").to_str().unwrap().to_owned();
    write_capture(text2pcap, &frames(), &capture);
    let theirs = dissect(tshark, &capture);
    let ours: Vec<Reading> = frames().iter().map(|frame| reading(frame)).collect();
    assert_eq!(theirs.len(), ours.len());
    for (theirs, ours) in theirs.iter().zip(&ours) {
        assert_eq!(theirs, ours);
    }
}

const PORT: u16 = 8583;

/// Each frame as a TCP segment to the acquirer's port.
fn write_capture(mut text2pcap: Command, frames: &[Vec<u8>], path: &str) {
    text2pcap.args(["-q", "-T", &format!("40000,{PORT}"), "-", path]);
    let mut dump = String::new();
    for frame in frames {
        // A line that starts with offset 0 starts a packet.
        for (row, bytes) in frame.chunks(16).enumerate() {
            write!(dump, "{:06x}", row * 16).unwrap();
            bytes.iter().for_each(|byte| write!(dump, " {byte:02x}").unwrap());
            dump.push('\n');
        }
    }
    output(text2pcap, &dump);
}

/// What tshark's dissector makes of a capture.
fn dissect(mut tshark: Command, path: &str) -> Vec<Reading> {
    tshark.args(["-r", path, "-d", &format!("tcp.port=={PORT},iso8583")]);
    for option in [
        "len_endian:Big endian",
        "charset:Digits represented as ASCII Characters",
        "binencode:Bin data not encoded",
    ] {
        tshark.args(["-o", &format!("iso8583.{option}")]);
    }
    tshark.args(["-T", "fields", "-e", "iso8583.MALFORMED", "-e", "iso8583.mti"]);
    for number in 2..=128 {
        tshark.args(["-e", &format!("iso8583.bit{number}")]);
    }
    let read = |line: &str| {
        let mut columns = line.split('\t');
        assert_eq!(columns.next(), Some(""), "tshark calls it malformed: {line}");
        let mti = columns.next().unwrap_or_default().to_owned();
        let present = (2..).zip(columns).filter(|(_, text)| !text.is_empty());
        (mti, present.map(|(n, text)| (n, without_stray(n, text))).collect())
    };
    output(tshark, "").lines().map(read).collect()
}

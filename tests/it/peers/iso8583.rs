//! The wire against tshark and pyiso8583: every message kind and every field of the profiles.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;

use contract::{Amount, Bytes, CodeText, FieldText, Message, OrderId, Purpose, Time};
use serde_json::Value;
use sim::iso8583::key::Key;
use sim::iso8583::mac::{Algorithm, MacKey, seal, verify};
use sim::iso8583::{Fields, Format, Length, Profile, cup_scan, decode, encode, plain87};
use sim::wire::keys::{Keys, WorkingKey};
use sim::wire::services::Services;
use sim::wire::totals::{Balance, Tally, Totals};
use sim::wire::{Original, Pdu};

use super::{PYISO8583, TEXT2PCAP, TSHARK, output, peer, script};

/// Message type and fields by number, all as text; binary values in hexadecimal digits.
type Reading = (String, BTreeMap<u8, String>);

/// Every kind of message, as request and as answer, with all that it can carry.
fn messages(profile: &Profile) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for (stan, spec) in (1..).zip(profile.messages()) {
        for answer in [false, true] {
            let pdu = pdu(stan, spec.purpose, spec.scan.is_some(), answer);
            frames.push(pdu.encode(profile).unwrap());
        }
    }
    assert_eq!(frames.len(), 18);
    frames
}

fn pdu(stan: u32, purpose: Purpose, payment: bool, answer: bool) -> Pdu {
    use Purpose::{Query, Refund, Reversal, Sale, Settlement, SignIn, Void};
    let scan = purpose == Sale && !answer;
    let message = Message {
        purpose,
        answer,
        stan,
        tid: FieldText::new("T0000001").unwrap(),
        mid: FieldText::new("M1").unwrap(),
        order: OrderId::new("T0000001-20260101-000000042").filter(|_| payment),
        amount: Some(Amount(1250)).filter(|_| payment),
        currency: Some(156).filter(|_| payment),
        code: CodeText::new("134567890123456789").filter(|_| scan),
        response: (answer || purpose == Reversal).then(|| FieldText::new("98").unwrap()),
        batch: Some(7),
    };
    let original = Original { batch: 7, stan: 1, date: Some(301).filter(|_| purpose == Refund) };
    Pdu {
        host_time: answer.then_some(Time::from_ms(86_400_000 * 59 + 3_723_000)),
        rrn: answer.then(|| "260101000001".to_owned()),
        services: (purpose == SignIn).then(|| services(answer).into()),
        original: matches!(purpose, Query | Void | Refund).then_some(original),
        totals: (purpose == Settlement).then(|| totals().into()),
        keys: (answer && purpose == SignIn).then(|| keys().into()),
        ..Pdu::from(message)
    }
}

fn services(answer: bool) -> Services {
    let last = OrderId::new("T000000142").filter(|_| answer);
    Services {
        version: Some(3),
        newest: answer.then_some(5),
        blank: !answer,
        first: last,
        last,
        stan: None,
        sms_off: answer,
    }
}

fn totals() -> Totals {
    let (debit, credit, result) = (Amount(123_450), Amount(99), Balance::Balanced);
    let tally = Tally { debit, debits: 12, credit, credits: 1, result };
    Totals { domestic: tally, foreign: tally }
}

fn keys() -> Keys {
    let master = Key::new(&[0x31; 16]).unwrap();
    let wrap = |clear: [u8; 16]| WorkingKey::wrap(&clear, &master).unwrap();
    Keys { pin: wrap([0x42; 16]), mac: wrap([0x17; 16]) }
}

/// A message with every field of the profile that passes `wanted`, at its greatest length.
fn all_fields(profile: &Profile, wanted: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut fields = Fields::new(0x0200);
    fields.set_header(profile.header());
    for spec in profile.fields().filter(|spec| wanted(spec.number)) {
        // Field after field has other characters, so that a shift by one does not go unseen.
        let byte = match spec.format {
            Format::N | Format::Z => b'0' + spec.number % 10,
            Format::An | Format::Ans => b'A' + spec.number % 26,
            Format::B => 0x80 | spec.number,
        };
        // Of the long ones a part, for a frame's sake.
        let length = if spec.length == Length::Lllvar { spec.max.min(300) } else { spec.max };
        fields.set(spec.number, &vec![byte; length]);
    }
    encode(profile, &fields).unwrap()
}

/// A card sale with the fields of a captured one (www.codetd.com/article/5053461), its bitmap and
/// its length; the values are invented.
fn card_sale() -> Vec<u8> {
    let mut fields = Fields::new(0x0200);
    fields.set_header(cup_scan().header());
    for (number, value) in [
        (2, "6212345678901234567"),
        (3, "000000"),
        (4, "000000000001"),
        (11, "000005"),
        (14, "3012"),
        (22, "071"),
        (23, "001"),
        (25, "00"),
        (26, "06"),
        (35, "6212345678901234567=30122200000000000"),
        (41, "T0000001"),
        (42, "M00000000000001"),
        (48, "0001"),
        (49, "156"),
        (53, "2600000000000000"),
        (60, "22000001000600"),
    ] {
        fields.set_text(number, value);
    }
    fields.set(52, &[0xd1; 8]);
    fields.set(55, &[0x9f; 137]);
    fields.set(59, &[b'A'; 150]);
    let key = MacKey::new(Algorithm::CupEcb, Key::new(&[0x17; 8]).unwrap()).unwrap();
    let frame = seal(cup_scan(), fields, &key).unwrap();
    assert_eq!(hex(&frame[13..23]), "0200702406c020c19a31");
    assert_eq!(frame[..2], 426u16.to_be_bytes());
    assert_eq!(verify(cup_scan(), &frame, &key), Ok(()));
    frame
}

fn frames(profile: &Profile) -> Vec<Vec<u8>> {
    let mut frames = messages(profile);
    frames.push(all_fields(profile, |number| number <= 64));
    frames.push(all_fields(profile, |_| true));
    frames
}

/// How payrig reads a frame, and that it would write it so again.
fn reading(profile: &Profile, frame: &[u8]) -> Reading {
    let fields = decode(profile, frame).unwrap();
    assert_eq!(encode(profile, &fields).unwrap(), frame);
    let text = |(number, value): (u8, &[u8])| {
        let text = match profile.field(number).unwrap().format {
            Format::B => hex(value),
            // The separator of track data as a nibble.
            Format::Z => std::str::from_utf8(value).unwrap().replace('=', "D"),
            _ => String::from_utf8(value.to_vec()).unwrap(),
        };
        (number, text)
    };
    (format!("{:04x}", fields.mti()), fields.iter().map(text).collect())
}

fn hex(bytes: &[u8]) -> String {
    Bytes::from(bytes).to_hex()
}

#[test]
fn pyiso8583_reads_and_writes_plain87_the_same() {
    pyiso8583_agrees(plain87(), "plain87.py", &frames(plain87()));
}

#[test]
fn pyiso8583_reads_and_writes_cup_scan_the_same() {
    let mut frames = frames(cup_scan());
    frames.push(card_sale());
    pyiso8583_agrees(cup_scan(), "cup_scan.py", &frames);
}

fn pyiso8583_agrees(profile: &Profile, program: &str, frames: &[Vec<u8>]) {
    let Some(mut python) = peer(&PYISO8583) else { return };
    python.arg(script(program));
    let lines: Vec<String> = frames.iter().map(|frame| hex(frame)).collect();
    let printed = output(python, &(lines.join("\n") + "\n"));
    assert_eq!(printed.lines().count(), lines.len());
    for (frame, line) in frames.iter().zip(printed.lines()) {
        let read: Value = serde_json::from_str(line).unwrap();
        let (mti, fields) = reading(profile, frame);
        let header = profile.header().map(|_| hex(&frame[2..13])).unwrap_or_default();
        assert_eq!(read["header"], header);
        assert_eq!(read["mti"], mti);
        let theirs: BTreeMap<u8, String> = serde_json::from_value(read["fields"].clone()).unwrap();
        let theirs =
            theirs.into_iter().map(|(number, text)| (number, lower(profile, number, text)));
        assert_eq!(theirs.collect::<BTreeMap<_, _>>(), fields);
        assert_eq!(read["again"], hex(frame));
    }
}

/// tshark 4.0 prints a stray character behind a binary value.
fn without_stray(number: u8, text: &str) -> String {
    let binary = plain87().field(number).filter(|spec| spec.format == Format::B);
    let digits = binary.map_or(text.len(), |spec| 2 * spec.max);
    lower(plain87(), number, text.get(..digits).unwrap_or(text).to_owned())
}

/// Others print binary values with capital letters.
fn lower(profile: &Profile, number: u8, text: String) -> String {
    match profile.field(number) {
        Some(spec) if spec.format == Format::B => text.to_ascii_lowercase(),
        _ => text,
    }
}

#[test]
fn tshark_reads_plain87_the_same() {
    let (Some(text2pcap), Some(tshark)) = (peer(&TEXT2PCAP), peer(&TSHARK)) else { return };
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("frames.pcap").to_str().unwrap().to_owned();
    write_capture(text2pcap, &frames(plain87()), &capture);
    let theirs = dissect(tshark, &capture);
    let frames = frames(plain87());
    let ours: Vec<Reading> = frames.iter().map(|frame| reading(plain87(), frame)).collect();
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

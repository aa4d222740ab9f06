//! What is printed, and what is not.

use proptest::prelude::*;

use sim::code::image::read;

use super::*;

fn printed(bytes: &[u8]) -> Vec<Receipt> {
    let mut printer = Printer::new();
    printer.receive(bytes);
    printer.take_receipts()
}

#[test]
fn a_cut_ends_a_receipt() {
    let receipts = printed(b"\x1b@APPROVED\nCNY 12.50\n\x1bd\x03\x1dV\0second\n\x1dVA\x03third");
    let texts: Vec<_> = receipts.iter().map(Receipt::text).collect();
    assert_eq!(texts, ["APPROVED\nCNY 12.50\n", "second\n"]);
    assert_eq!(printed(b"\x1bd\x03\x1dV\0"), [], "blank paper");
}

/// 交易成功 is BD BB D2 D7 B3 C9 B9 A6 in GB 18030.
#[test]
fn chinese_is_read_in_chinese_mode() {
    let bytes = b"\xbd\xbb\xd2\xd7\xb3\xc9\xb9\xa6";
    let receipt = |mode: &[u8]| printed(&[mode, b"OK ", bytes, b"\n\x1dV\0"].concat())[0].text();
    assert_eq!(receipt(b"\x1b@\x1c&"), "OK 交易成功\n");
    assert!(receipt(b"\x1c&\x1c.").contains('\u{fffd}'));
    assert!(receipt(b"\x1c&\x1b@").contains('\u{fffd}'));
}

#[test]
fn styles_are_kept_with_the_words() {
    let bytes = b"\x1ba\x01\x1bE\x01PAID\x1bE\x00 \x1d!\x1112\x1d!\0\x1b-\x01u\n\x1dV\0";
    let receipts = printed(bytes);
    let Element::Line(line) = &receipts[0].elements[0] else { panic!("{receipts:?}") };
    assert_eq!((line.text().as_str(), line.align), ("PAID 12u", Align::Centre));
    let styles: Vec<_> = line.spans.iter().map(|span| (span.text.as_str(), span.style)).collect();
    let plain = Style::default();
    assert_eq!(
        styles,
        [
            ("PAID", Style { bold: true, ..plain }),
            (" ", plain),
            ("12", Style { width: 2, height: 2, ..plain }),
            ("u", Style { underline: true, ..plain }),
        ]
    );
}

#[test]
fn codes_are_read_from_the_picture() {
    let qr = b"\x1d(k\x03\x001C\x06\x1d(k\x08\x001P0HELLO\x1d(k\x03\x001Q0\x1dV\0";
    let receipts = printed(qr);
    assert_eq!(receipts[0].lines(), ["[QR HELLO]"]);
    assert_eq!(read(&receipts[0].picture()).as_deref(), Some("HELLO"));
    let receipts = printed(b"\x1dk\x026901234567892\0\x1dV\0");
    assert_eq!(receipts[0].lines(), ["[barcode 6901234567892]"]);
    assert_eq!(read(&receipts[0].picture()).as_deref(), Some("6901234567892"));
    let receipts = printed(b"\x1dkI\x06{B1234\x1dV\0");
    assert_eq!(read(&receipts[0].picture()).as_deref(), Some("1234"));
}

#[test]
fn status_is_told_even_while_nothing_is_printed() {
    let mut printer = Printer::new();
    let ask = |printer: &mut Printer| {
        printer.receive(b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04");
        printer.take_output()
    };
    assert_eq!(ask(&mut printer), [0x12, 0x12, 0x12, 0x12]);
    printer.set(Trouble::PaperLow, true);
    assert_eq!(ask(&mut printer), [0x12, 0x12, 0x12, 0x1e]);
    printer.set(Trouble::PaperOut, true);
    assert_eq!(ask(&mut printer), [0x1a, 0x32, 0x12, 0x7e]);
    printer.set(Trouble::PaperOut, false);
    printer.set(Trouble::CoverOpen, true);
    printer.set(Trouble::Jam, true);
    assert_eq!(ask(&mut printer), [0x1a, 0x56, 0x1a, 0x1e]);
}

#[test]
fn what_comes_while_it_stands_still_is_printed_afterwards() {
    let mut printer = Printer::new();
    printer.receive(b"half\n");
    printer.set(Trouble::Jam, true);
    printer.receive(b"the rest\n\x10\x04\x01\x1dV\0\x10");
    assert_eq!((printer.take_receipts(), printer.take_output()), (vec![], vec![0x1a]));
    assert_eq!(printer.paper().text(), "half\n");
    printer.receive(b"\x04\x01");
    assert_eq!(printer.take_output(), [0x1a]);
    printer.set(Trouble::Jam, false);
    assert_eq!(printer.take_receipts()[0].text(), "half\nthe rest\n");
}

#[test]
fn it_reports_by_itself_when_asked_to() {
    let mut printer = Printer::new();
    printer.set(Trouble::CoverOpen, true);
    printer.set(Trouble::CoverOpen, false);
    assert!(printer.take_output().is_empty());
    printer.receive(b"\x1da\xff\x1dr1");
    assert_eq!(printer.take_output(), [0]);
    printer.set(Trouble::PaperOut, true);
    assert_eq!(printer.take_output(), [0x18, 0, 0x0f, 0]);
}

#[test]
fn a_flood_takes_no_room() {
    let mut printer = Printer::new();
    printer.set(Trouble::PaperOut, true);
    for _ in 0..100 {
        printer.receive(&[b'x'; 100_000]);
    }
    assert!(printer.buffer.len() <= command::LENGTH_MAX, "{}", printer.buffer.len());
    printer.set(Trouble::PaperOut, false);
    // At once is as well as in pieces.
    let long = [[b'x'; 80].as_slice(), b"\n"].concat().repeat(40_000);
    let mut printer = Printer::new();
    printer.receive(&[&long, b"\x1dV\0".as_slice()].concat());
    assert_eq!(printer.take_receipts().iter().map(|one| one.lines().len()).sum::<usize>(), 40_000);
    // A picture of 4 GB is passed over, what follows it is not.
    let mut printer = Printer::new();
    printer.receive(b"\x1dv0\0\xff\xff\x01\0");
    for _ in 0..0xffff {
        printer.receive(b"x");
    }
    printer.receive(b"after\n\x1dV\0");
    assert!(printer.take_receipts()[0].text().ends_with("after\n"));
}

/// Pieces of commands among noise.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let starts = prop::sample::select(vec![
        &b"\x1b*"[..],
        b"\x1b!",
        b"\x1dv0",
        b"\x1d(k",
        b"\x1dk",
        b"\x1dV",
        b"\x1d(L",
        b"\x10\x04",
        b"\x1d!",
        b"\x1dVA",
        b"\n",
        b"\x1b@",
        b"text",
    ]);
    let piece = (starts, prop::collection::vec(0u8..70, 0..20));
    let piece = piece.prop_map(|(start, rest)| [start, &rest].concat());
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_print_something_and_in_pieces_the_same(bytes in bytes(), noise: Vec<u8>) {
        let all = [bytes, noise, b"\x1dV\0".to_vec()].concat();
        let mut single = Printer::new();
        all.iter().for_each(|byte| single.receive(&[*byte]));
        let receipts = printed(&all);
        prop_assert_eq!(&single.take_receipts(), &receipts);
        for receipt in receipts {
            let _ = (receipt.text(), receipt.picture());
        }
    }
}

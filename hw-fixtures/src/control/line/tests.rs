//! Lines as they come: whole, damaged, too long, in pieces.

use contract::Amount;
use proptest::prelude::*;
use tokio::runtime::Builder;

use super::*;
use crate::control::{FromTerminal, ToTerminal};

#[test]
fn the_checksum_is_the_one_of_zip() {
    assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926, "the catalogue's check value");
    let line = encode(&ToTerminal::Key { key: "OK".into() });
    let body = r#"{"type":"key","key":"OK""#;
    assert_eq!(line, format!("{body},\"crc\":\"{:08x}\"}}\n", crc32fast::hash(body.as_bytes())));
}

#[test]
fn what_is_not_known_is_told_from_what_is_damaged() {
    let known = encode(&ToTerminal::Amount { amount_fen: Amount(1250) });
    let damaged = known.replace("1250", "1350");
    assert_eq!(decode::<ToTerminal>(damaged.as_bytes()), Err(BadLine::Damaged));
    assert_eq!(decode::<ToTerminal>(b"{\"type\":\"key\",\"key\":\"OK\"}"), Err(BadLine::Damaged));
    let strange = encode(&FromTerminal::Sound { sound: "ok".into() });
    let answer = decode::<ToTerminal>(strange.as_bytes());
    assert!(matches!(answer, Err(BadLine::Unknown(why)) if why.contains("sound")));
}

#[test]
fn a_field_that_is_not_known_is_passed_over() {
    let body = r#"{"type":"ping","no":7,"mood":"good""#;
    let line = format!("{body},\"crc\":\"{:08x}\"}}", crc32fast::hash(body.as_bytes()));
    assert_eq!(decode(line.as_bytes()), Ok(ToTerminal::Ping { no: 7 }));
}

fn cut(bytes: &[u8]) -> Vec<Scrap> {
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut lines = Lines::new(bytes);
        let mut scraps = Vec::new();
        loop {
            match lines.next().await.unwrap() {
                Scrap::End => return scraps,
                scrap => scraps.push(scrap),
            }
        }
    })
}

#[test]
fn a_line_that_is_too_long_is_one_loss_and_the_next_is_read() {
    let mut bytes = vec![b'x'; 3 * LONGEST];
    bytes.extend_from_slice(b"\n\r\n\ngood\r\nnot ended");
    assert_eq!(cut(&bytes), [Scrap::TooLong, Scrap::Line(b"good\r".to_vec())]);
}

proptest! {
    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for scrap in cut(&bytes) {
            if let Scrap::Line(line) = scrap {
                let _ = decode::<FromTerminal>(&line);
            }
        }
    }

    #[test]
    fn any_flipped_bit_is_noticed(
        text in "\\PC{0,40}",
        at in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        let mut line = encode(&ToTerminal::Scan { text }).trim_end().as_bytes().to_vec();
        let at = at.index(line.len());
        line[at] ^= 1 << bit;
        prop_assert!(decode::<ToTerminal>(&line).is_err());
    }

    #[test]
    fn what_is_written_is_read(lines in prop::collection::vec("\\PC*", 0..4), copy: bool) {
        let message = FromTerminal::Result {
            lines,
            status: contract::Status::Approved,
            order: None,
            amount_fen: Some(Amount(1)),
            copy,
        };
        let line = encode(&message);
        prop_assert_eq!(line.matches('\n').count(), 1);
        prop_assert_eq!(decode(line.as_bytes()), Ok(message));
    }
}

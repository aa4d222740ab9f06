//! Messages of `cup-scan` by hand, and those about a session: sign-in and settlement.

use super::*;
use crate::iso8583::Requirement;
use crate::iso8583::key::{Key, KeyError};
use crate::iso8583::mac::{Algorithm, MacKey, verify};
use crate::wire::keys::{Keys, WorkingKey};
use crate::wire::totals::{Balance, Tally, Totals};

/// The sale of `super::SALE`, put together by hand.
const CUP_SALE: &[u8] = b"\x00\x7f\
    \x60\x00\x06\x00\x00\x60\x31\x00\x31\x10\x03\
    \x02\x00\
    \x30\x20\x04\x80\x00\xc0\x80\x14\
    \x00\x00\x00\
    \x00\x00\x00\x00\x12\x50\
    \x00\x00\x42\
    \x03\x20\
    \x00\
    T0000001\
    M00000000000001\
    156\
    \x00\x11\x22\x00\x00\x07\x00\x00\
    \x00\x55PC018134567890123456789ON027T0000001-20260101-000000042";

#[test]
fn a_sale_of_cup_scan_stands_on_the_wire_as_the_profile_says() {
    let pdu = Pdu::from(sale());
    assert_eq!(text(&pdu.encode(cup_scan()).unwrap()), text(CUP_SALE));
    let read = Pdu::decode(cup_scan(), CUP_SALE).unwrap();
    assert_eq!(read, Pdu { header: cup_scan().header(), ..pdu });
}

#[test]
fn a_host_answers_to_where_the_request_came_from_and_may_demand_a_sign_in() {
    let mut request = CUP_SALE.to_vec();
    request[5..7].copy_from_slice(&[0x01, 0x23]);
    let request = Pdu::decode(cup_scan(), &request).unwrap();
    let header = request.header.map(|header| header.answer().demanding(Requirement::SignIn));
    let message = Message { answer: true, response: FieldText::new("77"), ..sale() };
    let answer = Pdu { header, ..Pdu::from(message) }.encode(cup_scan()).unwrap();
    assert_eq!(answer[2..13], *b"\x60\x01\x23\x00\x06\x60\x31\x03\x31\x10\x03");
    let read = Pdu::decode(cup_scan(), &answer).unwrap().header.unwrap();
    assert_eq!(read.requirement(), Requirement::SignIn);
}

#[test]
fn kinds_of_messages_are_told_apart_by_what_the_profiles_list() {
    use Purpose::*;
    for (purpose, answer, starts, private) in [
        (Query, false, "0200 3=310000", "22=032 25=00 41=T0000001"),
        (Reversal, false, "0400 3=000000", "60=22000007000"),
        (Void, false, "0200 3=200000", "60=23000007000"),
        (Void, true, "0210 3=200000", "60=23000007000"),
        (Refund, false, "0220 3=200000", "60=25000007000"),
        (Refund, true, "0230 3=200000", "11=000042 25=00 41=T0000001"),
        (BatchUpload, false, "0320 4=", "11=000042 41=T0000001"),
        (Settlement, false, "0500 4=", "60=00000007201"),
        (Settlement, true, "0510 4=", "60=00000007201"),
        (SignIn, false, "0800 4=", "60=00000007003"),
        (Echo, true, "0830 4=", "60=00000007301"),
    ] {
        let message = Message { purpose, answer, code: None, order: None, ..sale() };
        for profile in [plain87(), cup_scan()] {
            let frame = Pdu::from(message.clone()).encode(profile).unwrap();
            let mut fields = iso8583::decode(profile, &frame).unwrap();
            fields.set_header(None);
            let told = format!("{fields:?}");
            assert!(told.starts_with(starts) && told.contains(private), "{told}");
        }
    }
}

#[test]
fn the_end_of_a_batch_upload_has_a_network_code_of_its_own() {
    let message = Message { purpose: Purpose::BatchUpload, code: None, order: None, ..sale() };
    let end = Pdu { network: Some(202), ..Pdu::from(message) };
    let frame = end.encode(cup_scan()).unwrap();
    assert_eq!(iso8583::decode(cup_scan(), &frame).unwrap().text(60), Some("00000007202"));
    assert_eq!(Pdu::decode(cup_scan(), &frame).unwrap().network, Some(202));
}

pub(super) fn totals() -> Totals {
    let domestic = Tally {
        debit: Amount(123_450),
        debits: 12,
        credit: Amount(99),
        credits: 1,
        result: Balance::Unbalanced,
    };
    let none = Tally { debit: Amount(0), debits: 0, credit: Amount(0), credits: 0, ..domestic };
    Totals { domestic, foreign: Tally { result: Balance::Balanced, ..none } }
}

fn settlement() -> Pdu {
    let message =
        Message { purpose: Purpose::Settlement, answer: true, code: None, order: None, ..sale() };
    Pdu { totals: Some(totals().into()), ..Pdu::from(message) }
}

#[test]
fn totals_are_twice_31_digits() {
    let half = ["000000123450", "012", "000000000099", "001", "2"].concat();
    let whole = half.clone() + &"0".repeat(30) + "1";
    for profile in [plain87(), cup_scan()] {
        let frame = settlement().encode(profile).unwrap();
        assert_eq!(iso8583::decode(profile, &frame).unwrap().text(48), Some(&*whole));
        assert_eq!(Pdu::decode(profile, &frame).unwrap().totals, Some(totals().into()));
    }
    let mut wide = settlement();
    let tally = Tally { debits: 1000, ..totals().foreign };
    wide.totals = Some(Totals { foreign: tally, ..totals() }.into());
    let says = wide.encode(cup_scan()).unwrap_err().to_string();
    assert_eq!(says, "field 48: an amount has 12 digits and a count 3");
    let mut fields = iso8583::decode(plain87(), &settlement().encode(plain87()).unwrap()).unwrap();
    for bad in [&*half, &whole.replace('2', "4"), &whole.replacen('0', "+", 1), &(whole + "0")] {
        fields.set_text(48, bad);
        let frame = iso8583::encode(plain87(), &fields).unwrap();
        let says = Pdu::decode(plain87(), &frame).unwrap_err().to_string();
        assert_eq!(
            says, "field 48 at byte 55: not twice 31 digits with a result of 0 to 3",
            "{bad}"
        );
    }
}

const MASTER: [u8; 16] = [0x31; 16];
const MAC: [u8; 8] = [0x17; 8];

pub(super) fn keys() -> Keys {
    keys_of(&[0x42; 16], &MAC)
}

fn keys_of(pin: &[u8], mac: &[u8]) -> Keys {
    let master = Key::new(&MASTER).unwrap();
    let wrap = |clear| WorkingKey::wrap(clear, &master).unwrap();
    Keys { pin: wrap(pin), mac: wrap(mac) }
}

fn signed_in(keys: Keys) -> Pdu {
    let purpose = Purpose::SignIn;
    let message = Message { purpose, answer: true, code: None, order: None, ..sale() };
    Pdu { keys: Some(keys.into()), ..Pdu::from(message) }
}

#[test]
fn a_sign_in_gives_keys_that_seal_what_follows() {
    let master = Key::new(&MASTER).unwrap();
    for (profile, double) in [(plain87(), 80), (cup_scan(), 40)] {
        let frame = signed_in(keys_of(&[0x42; 16], &[0x17; 16])).encode(profile).unwrap();
        let bytes = iso8583::decode(profile, &frame).unwrap().get(62).unwrap().len();
        assert_eq!(bytes, double);
        let read = Pdu::decode(profile, &frame).unwrap().keys.unwrap();
        let key = MacKey::new(Algorithm::CupEcb, read.mac.unwrap(&master).unwrap()).unwrap();
        let sealed = Pdu::from(sale()).seal(profile, &key).unwrap();
        assert_eq!(verify(profile, &sealed, &key), Ok(()));
        assert_eq!(Pdu::decode(profile, &sealed).unwrap().message, sale());
        let stranger = Key::new(&[0x52; 16]).unwrap();
        assert_eq!(read.pin.unwrap(&stranger).unwrap_err(), KeyError::Check);
    }
    assert_eq!(WorkingKey::wrap(&[1; 9], &master), Err(KeyError::Length(9)));
}

#[test]
fn what_is_no_pair_of_keys_is_said() {
    // Of different length, which the field can't tell apart; no keys at all; no hexadecimal digits.
    let mut fields =
        iso8583::decode(cup_scan(), &signed_in(keys()).encode(cup_scan()).unwrap()).unwrap();
    for bad in [&[1; 36][..], &[1; 7], b"x"] {
        fields.set(62, bad);
        let frame = iso8583::encode(cup_scan(), &fields).unwrap();
        let says = Pdu::decode(cup_scan(), &frame).unwrap_err().to_string();
        assert_eq!(says, "field 62 at byte 66: not two keys of 8 or 16 bytes with check values");
    }
}

pub(super) fn any_totals() -> impl Strategy<Value = Totals> {
    let balances = [Balance::Open, Balance::Balanced, Balance::Unbalanced, Balance::Error];
    let result = prop::sample::select(balances.to_vec());
    let amount = || (0..=Amount::MAX.0).prop_map(Amount);
    let tally = (amount(), 0..=999u16, amount(), 0..=999u16, result).prop_map(
        |(debit, debits, credit, credits, result)| Tally { debit, debits, credit, credits, result },
    );
    (tally.clone(), tally).prop_map(|(domestic, foreign)| Totals { domestic, foreign })
}

pub(super) fn any_keys() -> impl Strategy<Value = Keys> {
    (any::<[u8; 16]>(), any::<[u8; 16]>(), any::<bool>()).prop_map(|(pin, mac, double)| {
        let length = if double { 16 } else { 8 };
        keys_of(&pin[..length], &mac[..length])
    })
}

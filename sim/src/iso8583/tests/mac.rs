//! MACs against published figures, and what sealing and verifying refuse.

use proptest::prelude::*;

use super::*;
use crate::iso8583::key::{Key, KeyError};
use crate::iso8583::mac::{Algorithm, MacError, MacKey, seal, verify};

const SINGLE: &[u8] = &0x0123_4567_89ab_cdef_u64.to_be_bytes();
const DOUBLE: &[u8] = &0x0123_4567_89ab_cdef_fedc_ba98_7654_3210_u128.to_be_bytes();

fn mac_key(algorithm: Algorithm, bytes: &[u8]) -> MacKey {
    MacKey::new(algorithm, Key::new(bytes).unwrap()).unwrap()
}

#[test]
fn codes_are_what_another_implementation_makes_of_the_same_bytes() {
    let bytes: Vec<u8> = (0..16).collect();
    let cup = |key| mac_key(Algorithm::CupEcb, key).mac(&bytes);
    assert_eq!(cup(SINGLE), *b"20E6C299");
    assert_eq!(cup(DOUBLE), *b"D51B455E");
    let retail = mac_key(Algorithm::X919, DOUBLE);
    assert_eq!(retail.mac(&bytes), 0x4352_5ce6_e442_eb3b_u64.to_be_bytes());
    // Zeros fill up the last block.
    assert_eq!(retail.mac(&bytes[..13]), retail.mac(&[&bytes[..13], &[0; 3]].concat()));
    assert_eq!(retail.mac(b""), retail.mac(&[0; 8]));
    let single = MacKey::new(Algorithm::X919, Key::new(SINGLE).unwrap());
    assert_eq!(single.unwrap_err(), KeyError::Single);
}

fn sealed(profile: &Profile, key: &MacKey) -> Vec<u8> {
    let mut fields = sign_in();
    fields.set_header(profile.header());
    seal(profile, fields, key).unwrap()
}

#[test]
fn the_network_may_change_the_header_and_nobody_the_rest() {
    let (cup, retail) = (mac_key(Algorithm::CupEcb, SINGLE), mac_key(Algorithm::X919, DOUBLE));
    for (profile, covered_from) in [(plain87(), 2), (cup_scan(), 13)] {
        for key in [&cup, &retail] {
            let frame = sealed(profile, key);
            assert_eq!(verify(profile, &frame, key), Ok(()));
            assert!(decode(profile, &frame).unwrap().get(64).is_some());
            for at in 0..frame.len() {
                let mut changed = frame.clone();
                changed[at] ^= 0x10;
                let verdict = verify(profile, &changed, key);
                assert_eq!(verdict.is_ok(), at < covered_from, "byte {at}: {verdict:?}");
            }
        }
        let other = verify(profile, &sealed(profile, &cup), &retail);
        assert!(matches!(other, Err(MacError::Wrong { .. })));
    }
}

#[test]
fn what_has_no_code_or_more_than_it_covers_is_said() {
    let key = mac_key(Algorithm::CupEcb, SINGLE);
    assert_eq!(verify(plain87(), SIGN_IN, &key), Err(MacError::Missing));
    let mut fields = sign_in();
    fields.set_text(70, "301");
    assert_eq!(seal(plain87(), fields, &key), Err(MacError::NotLast));
    let mut fields = sign_in();
    fields.set_text(11, "1");
    let size = EncodeError::Size { field: 11, has: 1, min: 6, max: 6 };
    assert_eq!(seal(plain87(), fields, &key), Err(MacError::Encode(size)));
    let mut frame = sealed(plain87(), &key);
    let end = frame.len();
    frame[end - 8..].copy_from_slice(b"00000000");
    let says = verify(plain87(), &frame, &key).unwrap_err().to_string();
    assert!(says.starts_with("field 64: the MAC is 3030303030303030, the message's is "), "{says}");
}

proptest! {
    #[test]
    fn any_bytes_are_verified_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        for key in [mac_key(Algorithm::CupEcb, SINGLE), mac_key(Algorithm::X919, DOUBLE)] {
            let _ = verify(plain87(), &bytes, &key);
            let _ = verify(cup_scan(), &bytes, &key);
        }
    }
}

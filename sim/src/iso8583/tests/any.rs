//! The codec against itself and against any bytes, in both profiles.

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::*;

fn any_profile() -> impl Strategy<Value = &'static Profile> {
    select(vec![plain87(), cup_scan()])
}

/// A value that the field can hold.
fn value_of(spec: &FieldSpec) -> impl Strategy<Value = Vec<u8>> + use<> {
    let (format, max) = (spec.format, spec.max);
    let allowed: Vec<u8> = (0..=255).filter(|&byte| format.allows(byte)).collect();
    let min = if spec.length == Length::Fixed { max } else { 1 };
    prop::collection::vec(select(allowed), min..=max.min(min.max(40)))
}

fn any_header() -> impl Strategy<Value = Header> {
    "60[0-9]{20}".prop_map(|digits| Header::try_from(digits).unwrap())
}

fn fields_in(profile: &'static Profile) -> impl Strategy<Value = Fields> {
    let specs: Vec<FieldSpec> = profile.fields().cloned().collect();
    let count = specs.len();
    let values = subsequence(specs, 0..=count).prop_flat_map(|specs| {
        specs.iter().map(|spec| (Just(spec.number), value_of(spec))).collect::<Vec<_>>()
    });
    (values, 0u16..10_000, any_header()).prop_map(move |(values, mti, header)| {
        let mut fields = Fields::new(u16::from_str_radix(&mti.to_string(), 16).unwrap());
        fields.set_header(profile.header().map(|_| header));
        values.iter().for_each(|(number, value)| fields.set(*number, value));
        fields
    })
}

fn some_fields() -> impl Strategy<Value = (&'static Profile, Fields)> {
    any_profile().prop_flat_map(|profile| (Just(profile), fields_in(profile)))
}

/// A frame of the profile's framing with this inside of it.
fn framed(inside: &[u8]) -> Vec<u8> {
    [&u16::try_from(inside.len()).unwrap().to_be_bytes()[..], inside].concat()
}

/// Whatever is wrong with it, it is wrong at a place of the frame.
fn assert_refused_well(profile: &Profile, frame: &[u8]) -> Result<(), TestCaseError> {
    match decode(profile, frame) {
        Err(error) => prop_assert!(error.at <= frame.len(), "{error}"),
        Ok(fields) => {
            let again = encode(profile, &fields).unwrap();
            prop_assert_eq!(decode(profile, &again).unwrap(), fields);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_is_written_is_read((profile, fields) in some_fields()) {
        let frame = encode(profile, &fields).unwrap();
        prop_assert_eq!(decode(profile, &frame).unwrap(), fields);
    }

    #[test]
    fn no_bytes_are_too_much(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        // Behind a good header and message type, so that bitmaps and fields have their turn.
        let plain = framed(&[b"0200", &bytes[..]].concat());
        let header = *cup_scan().header().unwrap().bytes();
        let cup = framed(&[&header[..], b"\x02\0", &bytes].concat());
        for profile in [plain87(), cup_scan(), &dialect()] {
            for frame in [&bytes, &framed(&bytes), &plain, &cup] {
                assert_refused_well(profile, frame)?;
            }
        }
    }

    #[test]
    fn a_spoiled_message_is_read_or_refused(
        (profile, fields) in some_fields(),
        spoiled in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let mut frame = encode(profile, &fields).unwrap();
        for (at, byte) in spoiled {
            let at = at.index(frame.len());
            frame[at] = byte;
        }
        assert_refused_well(profile, &frame)?;
    }

    #[test]
    fn bytes_that_come_too_much_or_not_at_all_are_noticed(
        (profile, fields) in some_fields(), at in any::<Index>(), byte in any::<u8>(),
    ) {
        let frame = encode(profile, &fields).unwrap();
        let at = 2 + at.index(frame.len() - 2);
        let (before, behind) = (&frame[2..at], &frame[at..]);
        assert_refused_well(profile, &framed(&[before, &[byte], behind].concat()))?;
        assert_refused_well(profile, &framed(&[before, &behind[1..]].concat()))?;
    }

    #[test]
    fn a_cut_message_is_an_error_in_its_place((profile, fields) in some_fields()) {
        let frame = encode(profile, &fields).unwrap();
        for cut in 0..frame.len() {
            prop_assert!(decode(profile, &frame[..cut]).is_err());
            let whole = if cut < 2 { frame[..cut].to_vec() } else { framed(&frame[2..cut]) };
            let error = decode(profile, &whole).unwrap_err();
            prop_assert!(matches!(error.why, Malformed::Short { .. }), "{error}");
            prop_assert!(error.at <= cut, "{error}");
        }
    }

    #[test]
    fn frames_are_found_however_they_are_cut_and_glued(
        (profile, messages) in any_profile().prop_flat_map(|profile| {
            (Just(profile), prop::collection::vec(fields_in(profile), 1..4))
        }),
        cuts in prop::collection::vec(1usize..200, 1..40),
    ) {
        let frames: Vec<_> = messages.iter().map(|m| encode(profile, m).unwrap()).collect();
        let stream = frames.concat();
        let (mut framer, mut found, mut rest) = (Framer::new(profile), Vec::new(), &stream[..]);
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
fn every_field_takes_its_shortest_and_its_longest_value_and_no_other() {
    for profile in [plain87(), cup_scan()] {
        for spec in profile.fields() {
            let byte = if spec.format == Format::B { 0xff } else { b'7' };
            let min = if spec.length == Length::Fixed { spec.max } else { 1 };
            let frame_of = |length: usize| {
                let mut fields = Fields::new(0x0200);
                fields.set_header(profile.header());
                fields.set(spec.number, &vec![byte; length]);
                let frame = encode(profile, &fields)?;
                assert_eq!(decode(profile, &frame).unwrap(), fields);
                Ok::<_, EncodeError>(frame)
            };
            for length in [min, (spec.max - 1).max(min), spec.max] {
                frame_of(length).unwrap();
            }
            for has in [min - 1, spec.max + 1] {
                let size = EncodeError::Size { field: spec.number, has, min, max: spec.max };
                assert_eq!(frame_of(has).unwrap_err(), size);
            }
        }
    }
}

#[test]
fn a_frame_is_as_long_as_its_profile_believes_and_no_longer() {
    let mut fields = Fields::new(0x0200);
    (59..=61).for_each(|number| fields.set_text(number, &"1".repeat(999)));
    let used = encode(plain87(), &fields).unwrap().len() - 2;
    // Fields 62 and 63 take three digits of length each.
    let left = 4096 - used - 6 - 999;
    for (length, whole) in [(left, true), (left + 1, false)] {
        fields.set_text(62, &"1".repeat(999));
        fields.set_text(63, &"1".repeat(length.min(999)));
        match encode(plain87(), &fields) {
            Ok(frame) => assert!(whole && frame[..2] == [0x10, 0x00]),
            Err(error) => assert!(!whole && error == EncodeError::TooLong { has: 4097, max: 4096 }),
        }
    }
}

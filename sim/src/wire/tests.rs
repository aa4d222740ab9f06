//! The payment messages against layouts written by hand, themselves, and spoiled bytes.

mod cup;

use contract::{Amount, CodeText, FieldText, Message, OrderId, Purpose, Time};
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::iso8583::{Fields, cup_scan, plain87};

/// A sale put together by hand from the layout in the module's table.
const SALE: &[u8] = b"\x00\x8b\
    0200\
    \x30\x20\x04\x80\x00\xc0\x80\x30\
    000000\
    000000001250\
    000042\
    032\
    00\
    T0000001\
    M00000000000001\
    156\
    055PC018134567890123456789ON027T0000001-20260101-000000042\
    01122000007000";

fn sale() -> Message {
    Message {
        purpose: Purpose::Sale,
        answer: false,
        stan: 42,
        tid: FieldText::new("T0000001").unwrap(),
        mid: FieldText::new("M00000000000001").unwrap(),
        order: OrderId::new("T0000001-20260101-000000042"),
        amount: Some(Amount(1250)),
        currency: Some(156),
        code: CodeText::new("134567890123456789"),
        response: None,
        batch: Some(7),
    }
}

/// The answer to a query, put together by hand: paid at 00:01:05 of the first day.
const PAID: &[u8] = b"\x00\x98\
    0210\
    \x30\x38\x00\x80\x0a\xc0\x80\x38\
    310000\
    000000001250\
    000043\
    000105\
    0101\
    00\
    260101000001\
    00\
    T0000001\
    M00000000000001\
    156\
    032ON027T0000001-20260101-000000042\
    01101000007000\
    012000007000042";

fn paid() -> Pdu {
    let message = Message {
        purpose: Purpose::Query,
        answer: true,
        stan: 43,
        code: None,
        response: FieldText::new("00"),
        ..sale()
    };
    Pdu {
        host_time: Some(Time::from_ms(65_000)),
        rrn: Some("260101000001".into()),
        original: Some(Original { batch: 7, stan: 42, date: None }),
        ..Pdu::from(message)
    }
}

#[test]
fn a_sale_stands_on_the_wire_as_the_table_says() {
    let pdu = Pdu::from(sale());
    assert_eq!(pdu.encode(plain87()).unwrap().escape_ascii().to_string(), text(SALE));
    assert_eq!(Pdu::decode(plain87(), SALE).unwrap(), pdu);
}

#[test]
fn the_answer_to_a_query_says_what_became_of_the_order() {
    assert_eq!(paid().encode(plain87()).unwrap().escape_ascii().to_string(), text(PAID));
    assert_eq!(Pdu::decode(plain87(), PAID).unwrap(), paid());
}

fn text(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// What reading a sale with one field changed or (`None`) left out complains of.
fn complaint(change: &[(u8, Option<&str>)]) -> String {
    let whole = iso8583::decode(plain87(), SALE).unwrap();
    let mut fields = Fields::new(whole.mti());
    for (number, value) in whole.iter() {
        if !change.iter().any(|(changed, _)| *changed == number) {
            fields.set(number, value);
        }
    }
    for (number, value) in change {
        value.iter().for_each(|value| fields.set_text(*number, value));
    }
    let frame = iso8583::encode(plain87(), &fields).unwrap();
    Pdu::decode(plain87(), &frame).map_or_else(|e| e.to_string(), |pdu| format!("{pdu:?}"))
}

#[test]
fn what_is_no_payment_message_is_said() {
    for (change, says) in [
        (
            &[(3, Some("300000"))][..],
            "no payment message has type 0200 and processing code 300000 at byte 14",
        ),
        (&[(3, None)], "no payment message has type 0200 without processing code at byte 14"),
        (&[(11, None)], "field 11 is missing at byte 32"),
        (&[(41, None)], "field 41 is missing at byte 43"),
        (&[(42, None)], "field 42 is missing at byte 51"),
        (&[(12, Some("000000"))], "field 13 is missing at byte 44"),
        (&[(13, Some("0101"))], "field 12 is missing at byte 38"),
        (&[(12, Some("000000")), (13, Some("0230"))], "field 13 at byte 44: no such day and time"),
        (&[(59, Some("PC01812"))], "field 59 at byte 69: an entry is cut off or has no length"),
        (&[(59, Some("PC+01a"))], "field 59 at byte 69: an entry is cut off or has no length"),
        (&[(59, Some("ON001aON001b"))], "field 59 at byte 69: an entry stands there twice"),
        (
            &[(59, Some("PC0251234567890123456789012345"))],
            "field 59 at byte 69: the payment code is too long",
        ),
        (
            &[(59, Some("ON033123456789012345678901234567890123"))],
            "field 59 at byte 69: the order number is too long",
        ),
        (&[(60, Some("2200000"))], "field 60 at byte 127: too short for batch and STAN"),
        (&[(61, Some("00000700004"))], "field 61 at byte 141: too short for batch and STAN"),
    ] {
        assert_eq!(complaint(change), says, "{change:?}");
    }
    let error = Pdu::decode(plain87(), b"\0\x010").unwrap_err();
    assert_eq!(error.to_string(), "message type at byte 2: needs 4 bytes, 1 are left");
}

#[test]
fn what_other_parties_add_is_skipped() {
    let added =
        complaint(&[(59, Some("XX003abcON001o")), (60, Some("2200000700060")), (15, Some("0102"))]);
    let message = Message { code: None, order: OrderId::new("o"), ..sale() };
    assert_eq!(added, format!("{:?}", Pdu::from(message)));
}

#[test]
fn what_does_not_fit_is_refused() {
    let why = |change: fn(&mut Pdu)| {
        let mut pdu = paid();
        change(&mut pdu);
        pdu.encode(plain87()).unwrap_err().to_string()
    };
    assert_eq!(why(|p| p.message.stan = 1_000_000), "field 11: length 7 is not 6");
    assert_eq!(
        why(|p| p.message.amount = Some(Amount(Amount::MAX.0 + 1))),
        "field 4: length 13 is not 12"
    );
    assert_eq!(
        why(|p| p.message.tid = FieldText::new("T00000001").unwrap()),
        "field 41: length 9 is not 8"
    );
    assert_eq!(
        why(|p| p.message.batch = Some(1_000_000)),
        "field 60: batch and STAN have six digits"
    );
    assert_eq!(
        why(|p| p.original = Some(Original { batch: 1, stan: 1_000_000, date: None })),
        "field 61: batch and STAN have six digits"
    );
    assert_eq!(
        why(|p| p.original = Some(Original { batch: 1, stan: 1, date: Some(10_000) })),
        "field 61: a date has four digits"
    );
    assert_eq!(why(|p| p.network = Some(1000)), "field 60: a network code has three digits");
    assert_eq!(
        why(|p| p.totals = Some(cup::totals().into())),
        "message type 0210 carries no totals"
    );
    assert_eq!(why(|p| p.keys = Some(cup::keys().into())), "message type 0210 carries no keys");
    assert_eq!(
        why(|p| p.message.purpose = Purpose::Echo),
        "message type 0830 carries no payment code and no order number"
    );
    assert_eq!(
        why(|p| p.header = cup_scan().header()),
        "the message has a header, the profile has none"
    );
    assert_eq!(
        why(|p| p.host_time = Some(Time(u64::MAX))),
        "field 13: the rig's time is beyond the year"
    );
    assert_eq!(why(|p| p.rrn = Some("1".into())), "field 37: length 1 is not 12");
}

fn any_message() -> impl Strategy<Value = Message> {
    let purposes = prop::sample::select(plain87().messages().to_vec());
    let what = (purposes, any::<bool>(), 0..=999_999u32, "[!-~]{0,8}", "[!-~]{0,15}");
    let carries = (
        option::of("[ -~]{0,32}"),
        option::of(0..=Amount::MAX.0),
        option::of(0..=999u16),
        option::of("[ -~]{0,24}"),
        option::of("[0-9A-Z]{2}"),
        option::of(0..=999_999u32),
    );
    (what, carries).prop_map(|((spec, answer, stan, tid, mid), carried)| {
        let (order, amount, currency, code, response, batch) = carried;
        let order = order.as_deref().and_then(OrderId::new).filter(|_| spec.scan.is_some());
        let code = code.as_deref().and_then(CodeText::new).filter(|_| spec.scan.is_some());
        let (purpose, amount) = (spec.purpose, amount.map(Amount));
        let [tid, mid] = [tid, mid].map(|text| FieldText::new(&text).unwrap());
        let response = response.as_deref().and_then(FieldText::new);
        Message { purpose, answer, stan, tid, mid, order, amount, currency, code, response, batch }
    })
}

fn any_pdu() -> impl Strategy<Value = Pdu> {
    let originals = (0..=999_999u32, 0..=999_999u32, option::of(0..=9999u16));
    let tells = (
        option::of(0..365 * 86_400u64),
        option::of("[0-9A-Z]{12}"),
        option::of("[0-9A-Z]{2}"),
        option::of((1..=u16::MAX, option::of("[0-9A-Z]{1,32}"), any::<bool>())),
        option::of(originals),
        option::of(500..=999u16),
        option::of(cup::any_totals()),
        option::of(cup::any_keys()),
        (option::of("[0-9]{1,11}"), option::of("[0-9A-Z]{6}"), option::of(0..=9999u16)),
    );
    (any_message(), tells).prop_map(|(message, told)| {
        let (seconds, rrn, first, services, original, network, totals, keys, cleared) = told;
        let carried = plain87().message(message.purpose).unwrap().answer.clone();
        let field = |number, text: &Option<String>| {
            text.as_deref().filter(|_| carried.contains(&number)).and_then(FieldText::new)
        };
        let clearing = Clearing {
            acquirer: field(32, &cleared.0),
            approval: field(38, &cleared.1),
            date: cleared.2.filter(|_| carried.contains(&15)),
        };
        let has_any = message.answer && clearing != Clearing::default();
        Pdu {
            header: None,
            host_time: seconds.map(|s| Time::from_ms(s * 1000)),
            rrn,
            clearing: has_any.then(|| Box::new(clearing)),
            first: first.as_deref().and_then(FieldText::new),
            services: services.map(|(version, order, sms_off)| {
                let first = order.as_deref().and_then(OrderId::new);
                let version = Some(version);
                let stan = version.map(u32::from);
                Box::new(Services {
                    version,
                    newest: version,
                    blank: sms_off,
                    first,
                    last: first,
                    stan,
                    sms_off,
                })
            }),
            original: original.map(|(batch, stan, date)| Original { batch, stan, date }),
            network: network.filter(|_| message.batch.is_some()),
            totals: totals.filter(|_| message.purpose == Purpose::Settlement).map(Box::new),
            keys: keys
                .filter(|_| message.purpose == Purpose::SignIn && message.answer)
                .map(Box::new),
            message,
        }
    })
}

proptest! {
    #[test]
    fn what_is_wrong_with_a_spoiled_frame_has_its_place(
        pdu in any_pdu(), spoiled in any::<(prop::sample::Index, u8)>(),
    ) {
        for profile in [plain87(), cup_scan()] {
            let mut frame = pdu.encode(profile).unwrap();
            let at = spoiled.0.index(frame.len());
            frame[at] = spoiled.1;
            if let Err(error) = Pdu::decode(profile, &frame) {
                prop_assert!(error.at().is_some_and(|at| at <= frame.len()), "{}", error);
            }
        }
    }

    #[test]
    fn every_message_is_read_as_it_was_written(pdu in any_pdu()) {
        let frame = pdu.encode(plain87()).unwrap();
        prop_assert_eq!(&Pdu::decode(plain87(), &frame).unwrap(), &pdu);
        let frame = pdu.encode(cup_scan()).unwrap();
        let header = cup_scan().header();
        let header = if pdu.message.answer { header.map(Header::answer) } else { header };
        prop_assert_eq!(Pdu::decode(cup_scan(), &frame).unwrap(), Pdu { header, ..pdu });
    }

    #[test]
    fn a_spoiled_message_is_read_or_refused(
        pdu in any_pdu(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        for profile in [plain87(), cup_scan()] {
            let mut frame = pdu.encode(profile).unwrap();
            let at = at.index(frame.len());
            frame[at] = byte;
            if let Ok(read) = Pdu::decode(profile, &frame) {
                let again = read.encode(profile).unwrap();
                prop_assert_eq!(Pdu::decode(profile, &again).unwrap(), read);
            }
        }
    }
}

//! Which field holds what: from a payment message to fields and back.

use std::borrow::Cow;

use contract::{Amount, Message, Purpose, Time};

use super::private::{batch_in_60, digits, parse_59, parse_61, print_59, print_60, print_61};
use super::{Pdu, WireError, clock};
use crate::iso8583::Fields;

/// What tells one kind of message from another.
struct Kind {
    /// The request's type; the answer's is one higher in its third digit.
    request: u16,
    /// Field 3.
    processing: Option<&'static str>,
    /// Field 60.1: 22 for a sale and its reversal, 01 for an inquiry, 00 for management
    /// (m.31ppt.com/p-2398641.html, a field manual of China UnionPay's POS messages).
    type_code: &'static str,
    /// Field 60.3: 003 asks for double-length keys
    /// (blog.csdn.net/nocodelife/article/details/8454627); 301 for an echo is an assumption.
    network: &'static str,
}

pub(super) const PURPOSES: [Purpose; 5] =
    [Purpose::Sale, Purpose::Query, Purpose::Reversal, Purpose::SignIn, Purpose::Echo];

const fn kind_of(purpose: Purpose) -> Kind {
    let (request, processing, type_code, network) = match purpose {
        Purpose::Sale => (0x0200, Some("000000"), "22", "000"),
        Purpose::Query => (0x0200, Some("310000"), "01", "000"),
        Purpose::Reversal => (0x0400, Some("000000"), "22", "000"),
        Purpose::Void => (0x0200, Some("200000"), "23", "000"),
        Purpose::Refund => (0x0220, Some("200000"), "25", "000"),
        Purpose::Settlement => (0x0500, None, "00", "201"),
        Purpose::BatchUpload => (0x0320, None, "00", "201"),
        Purpose::SignIn => (0x0800, None, "00", "003"),
        Purpose::Echo => (0x0820, None, "00", "301"),
    };
    Kind { request, processing, type_code, network }
}

/// What an answer's type has more than its request's: 0200, 0210.
const ANSWER: u16 = 0x0010;
/// Field 22: barcode or QR code (03), no PIN (2).
const ENTRY_MODE: &str = "032";
/// Field 25: normal presentment.
const CONDITION: &str = "00";

pub(super) fn fields_of(pdu: &Pdu) -> Result<Fields, WireError> {
    let message = &pdu.message;
    let kind = kind_of(message.purpose);
    let mut fields = Fields::new(kind.request + if message.answer { ANSWER } else { 0 });
    if let Some(processing) = kind.processing {
        fields.set_text(3, processing);
        if !message.answer {
            fields.set_text(22, ENTRY_MODE);
        }
        fields.set_text(25, CONDITION);
    }
    put_payment(&mut fields, message);
    put_identity(&mut fields, message);
    if let Some(batch) = message.batch {
        fields.set_text(60, &print_60(kind.type_code, batch, kind.network)?);
    }
    put_host(&mut fields, pdu)?;
    Ok(fields)
}

fn put_payment(fields: &mut Fields, message: &Message) {
    if let Some(amount) = message.amount {
        fields.set_text(4, &digits(amount.0, 12));
    }
    if let Some(response) = &message.response {
        fields.set_text(39, response);
    }
    if let Some(currency) = message.currency {
        fields.set_text(49, &digits(currency.into(), 3));
    }
    if let Some(text) = print_59(message.code, message.order) {
        fields.set_text(59, &text);
    }
}

fn put_identity(fields: &mut Fields, message: &Message) {
    fields.set_text(11, &digits(message.stan.into(), 6));
    fields.set_text(41, &filled(&message.tid, 8));
    fields.set_text(42, &filled(&message.mid, 15));
}

/// The text with blanks behind it up to this width.
fn filled(text: &str, width: usize) -> Cow<'_, str> {
    match text.len() >= width {
        true => text.into(),
        false => format!("{text:<width$}").into(),
    }
}

fn put_host(fields: &mut Fields, pdu: &Pdu) -> Result<(), WireError> {
    if let Some(time) = pdu.host_time {
        let why = "the rig's time is beyond the year";
        let (clock, date) = clock::print(time).ok_or(WireError::Content { field: 13, why })?;
        fields.set_text(12, &clock);
        fields.set_text(13, &date);
    }
    if let Some(rrn) = &pdu.rrn {
        fields.set_text(37, rrn);
    }
    if let Some(original) = pdu.original {
        fields.set_text(61, &print_61(original)?);
    }
    if let Some(services) = &pdu.services {
        fields.set_text(63, services);
    }
    Ok(())
}

pub(super) fn pdu_of(fields: &Fields) -> Result<Pdu, WireError> {
    let (purpose, answer) = purpose_of(fields)?;
    let (code, order) = fields.text(59).map(parse_59).transpose()?.unwrap_or_default();
    let message = Message {
        purpose,
        answer,
        stan: number(fields, 11)?.ok_or(WireError::Missing(11))?,
        tid: identity(fields, 41)?,
        mid: identity(fields, 42)?,
        order,
        amount: number(fields, 4)?.map(Amount),
        currency: number(fields, 49)?,
        code,
        response: fields.text(39).map(str::to_owned),
        batch: fields.text(60).map(batch_in_60).transpose()?,
    };
    Ok(Pdu {
        message,
        host_time: host_time(fields)?,
        rrn: fields.text(37).map(str::to_owned),
        services: fields.text(63).map(str::to_owned),
        original: fields.text(61).map(parse_61).transpose()?,
    })
}

fn purpose_of(fields: &Fields) -> Result<(Purpose, bool), WireError> {
    let (mti, processing) = (fields.mti(), fields.text(3));
    let answer = mti & ANSWER != 0;
    let fits = |purpose: &Purpose| {
        let kind = kind_of(*purpose);
        kind.request == mti & !ANSWER && kind.processing == processing
    };
    let unknown = || WireError::Kind { mti, processing: processing.map(str::to_owned) };
    let purpose = PURPOSES.into_iter().find(fits).ok_or_else(unknown)?;
    Ok((purpose, answer))
}

fn identity(fields: &Fields, number: u8) -> Result<String, WireError> {
    let text = fields.text(number).ok_or(WireError::Missing(number))?;
    Ok(text.trim_end_matches(' ').to_owned())
}

fn number<T: std::str::FromStr>(fields: &Fields, field: u8) -> Result<Option<T>, WireError> {
    let parse = |text: &str| text.parse().ok();
    let not_a_number = WireError::Content { field, why: "not a number" };
    fields.text(field).map(|text| parse(text).ok_or(not_a_number)).transpose()
}

fn host_time(fields: &Fields) -> Result<Option<Time>, WireError> {
    let why = "no such day and time";
    match (fields.text(12), fields.text(13)) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(WireError::Missing(12)),
        (Some(_), None) => Err(WireError::Missing(13)),
        (Some(clock), Some(date)) => {
            clock::parse(clock, date).map(Some).ok_or(WireError::Content { field: 13, why })
        }
    }
}

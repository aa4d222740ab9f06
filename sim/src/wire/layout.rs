//! Which field holds what: from a payment message to fields and back. What differs from profile to
//! profile stands in the profile.

use std::borrow::Cow;

use contract::{Amount, FieldText, Message, Purpose, Time};

use super::private::{digits, parse_60, parse_61, parse_scan, print_60, print_61, print_scan};
use super::{Clearing, Pdu, WireError, clock, keys, services, totals};
use crate::iso8583::{Fields, Header, MessageSpec, Profile};

pub(super) fn fields_of(pdu: &Pdu, profile: &Profile) -> Result<Fields, WireError> {
    let message = &pdu.message;
    let spec = profile.message(message.purpose);
    let spec = spec.ok_or(WireError::NoSuchMessage(message.purpose))?;
    let mut fields = Fields::new(spec.mti(message.answer));
    fields.set_header(pdu.header.or_else(|| header(profile, message.answer)));
    put_constants(&mut fields, spec, message.answer);
    put_payment(&mut fields, spec, message)?;
    put_identity(&mut fields, message);
    if let Some(batch) = message.batch {
        let network = pdu.network.unwrap_or(spec.network);
        fields.set_text(60, &print_60(&spec.kind, batch, network)?);
    }
    put_host(&mut fields, pdu)?;
    if let Some(clearing) = pdu.clearing.as_deref().filter(|_| message.answer) {
        put_clearing(&mut fields, spec, clearing);
    }
    put_session(&mut fields, pdu, profile)?;
    Ok(fields)
}

/// The header of a message that is not the answer to a known one.
fn header(profile: &Profile, answer: bool) -> Option<Header> {
    profile.header().map(|request| if answer { request.answer() } else { request })
}

fn put_constants(fields: &mut Fields, spec: &MessageSpec, answer: bool) {
    let entry = spec.entry.as_deref().filter(|_| !answer);
    let constants = [(3, spec.processing.as_deref()), (22, entry), (25, spec.condition.as_deref())];
    for (number, value) in constants {
        value.into_iter().for_each(|value| fields.set_text(number, value));
    }
}

fn put_payment(
    fields: &mut Fields,
    spec: &MessageSpec,
    message: &Message,
) -> Result<(), WireError> {
    if let Some(amount) = message.amount {
        fields.set_text(4, &digits(amount.0, 12));
    }
    if let Some(response) = &message.response {
        fields.set_text(39, response);
    }
    if let Some(currency) = message.currency {
        fields.set_text(49, &digits(currency.into(), 3));
    }
    if let Some(text) = print_scan(message.code, message.order) {
        let what = "payment code and no order number";
        let field = spec.scan.ok_or(WireError::NotCarried { mti: fields.mti(), what })?;
        fields.set_text(field, &text);
    }
    Ok(())
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
        let (clock, date) = clock::print(time).ok_or(WireError::content(13, why))?;
        fields.set_text(12, &clock);
        fields.set_text(13, &date);
    }
    if let Some(rrn) = &pdu.rrn {
        fields.set_text(37, rrn);
    }
    if let Some(first) = &pdu.first {
        fields.set_text(44, first);
    }
    if let Some(original) = pdu.original {
        fields.set_text(61, &print_61(original)?);
    }
    if let Some(text) = pdu.services.as_deref().and_then(services::print) {
        fields.set_text(services::FIELD, &text);
    }
    Ok(())
}

/// What the profile wants of it in answers of this kind.
fn put_clearing(fields: &mut Fields, spec: &MessageSpec, clearing: &Clearing) {
    let Clearing { acquirer, approval, date } = clearing;
    let date = date.map(|date| digits(date.into(), 4));
    let known = [(15, date.as_deref()), (32, acquirer.as_deref()), (38, approval.as_deref())];
    for (number, value) in known.into_iter().filter(|(number, _)| spec.answer.contains(number)) {
        value.into_iter().for_each(|value| fields.set_text(number, value));
    }
}

fn clearing(fields: &Fields) -> Result<Option<Box<Clearing>>, WireError> {
    let (acquirer, approval) = (fields.text(32), fields.text(38));
    let clearing = Clearing {
        acquirer: acquirer.and_then(FieldText::new),
        approval: approval.and_then(FieldText::new),
        date: number(fields, 15)?,
    };
    Ok((clearing != Clearing::default()).then(|| Box::new(clearing)))
}

/// Totals and keys, which only messages about a session have.
fn put_session(fields: &mut Fields, pdu: &Pdu, profile: &Profile) -> Result<(), WireError> {
    let mti = fields.mti();
    if let Some(totals) = &pdu.totals {
        if !has_totals(&pdu.message) {
            return Err(WireError::NotCarried { mti, what: "totals" });
        }
        fields.set_text(totals::FIELD, &totals::print(totals)?);
    }
    if let Some(session) = &pdu.keys {
        if !has_keys(&pdu.message) {
            return Err(WireError::NotCarried { mti, what: "keys" });
        }
        fields.set(keys::FIELD, &keys::print(session, profile));
    }
    Ok(())
}

fn has_totals(message: &Message) -> bool {
    message.purpose == Purpose::Settlement
}

fn has_keys(message: &Message) -> bool {
    message.purpose == Purpose::SignIn && message.answer
}

pub(super) fn pdu_of(fields: &Fields, profile: &Profile) -> Result<Pdu, WireError> {
    let (spec, answer) = kind_of(fields, profile)?;
    let scan = spec.scan.and_then(|field| Some((field, fields.get(field)?)));
    let scan = scan.map(|(field, value)| parse_scan(field, value));
    let (code, order) = scan.transpose()?.unwrap_or_default();
    let private = fields.text(60).map(parse_60).transpose()?;
    let message = Message {
        purpose: spec.purpose,
        answer,
        stan: number(fields, 11)?.ok_or(WireError::missing(11))?,
        tid: identity(fields, 41)?,
        mid: identity(fields, 42)?,
        order,
        amount: number(fields, 4)?.map(Amount),
        currency: number(fields, 49)?,
        code,
        response: fields.text(39).and_then(FieldText::new),
        batch: private.map(|(batch, _)| batch),
    };
    let totals = fields.text(totals::FIELD).filter(|_| has_totals(&message));
    let session = fields.get(keys::FIELD).filter(|_| has_keys(&message));
    Ok(Pdu {
        header: fields.header(),
        host_time: host_time(fields)?,
        rrn: fields.text(37).map(str::to_owned),
        clearing: if answer { clearing(fields)? } else { None },
        first: fields.text(44).and_then(FieldText::new),
        services: fields.text(services::FIELD).and_then(services::parse).map(Box::new),
        original: fields.text(61).map(parse_61).transpose()?,
        network: private.and_then(|(_, network)| network.filter(|code| *code != spec.network)),
        totals: totals.map(totals::parse).transpose()?.map(Box::new),
        keys: session.map(|value| keys::parse(value, profile)).transpose()?.map(Box::new),
        message,
    })
}

/// Which of the profile's messages this is, and whether it is an answer.
fn kind_of<'a>(
    fields: &Fields,
    profile: &'a Profile,
) -> Result<(&'a MessageSpec, bool), WireError> {
    let (mti, processing) = (fields.mti(), fields.text(3));
    let fits = |spec: &'a MessageSpec| Some((spec, spec.fits(mti, processing)?));
    let unknown = || WireError::Kind { at: None, mti, processing: processing.map(str::to_owned) };
    profile.messages().iter().find_map(fits).ok_or_else(unknown)
}

fn identity(fields: &Fields, number: u8) -> Result<FieldText, WireError> {
    let text = fields.text(number).ok_or(WireError::missing(number))?;
    Ok(FieldText::new(text.trim_end_matches(' ')).unwrap_or_default())
}

fn number<T: std::str::FromStr>(fields: &Fields, field: u8) -> Result<Option<T>, WireError> {
    let parse = |text: &str| text.parse().ok();
    let not_a_number = WireError::content(field, "not a number");
    fields.text(field).map(|text| parse(text).ok_or(not_a_number)).transpose()
}

fn host_time(fields: &Fields) -> Result<Option<Time>, WireError> {
    let why = "no such day and time";
    match (fields.text(12), fields.text(13)) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(WireError::missing(12)),
        (Some(_), None) => Err(WireError::missing(13)),
        (Some(clock), Some(date)) => {
            clock::parse(clock, date).map(Some).ok_or(WireError::content(13, why))
        }
    }
}

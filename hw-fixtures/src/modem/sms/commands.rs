//! The commands of the message service (3GPP TS 27.005), in PDU and text mode.

use super::super::prompt::{Prompt, Purpose};
use super::super::reply::{Failure, cms};
use super::super::syntax::{Args, Call, Kind};
use super::super::{Command, Done, Mode, Modem, Needs, Outcome, Request, command};
use super::charset::Charset;
use super::pdu::{self, Alphabet, Content, Message};
use super::{MEMORIES, OutgoingSms, Stat, Stored, from_hex, to_hex};

pub(in super::super) const COMMANDS: &[Command] = &[
    command("+CSMS", Some("(0,1)"), Needs::Nothing, Modem::csms),
    command("+CMGF", Some("(0,1)"), Needs::Nothing, Modem::cmgf),
    command("+CSCS", Some("(\"GSM\",\"IRA\",\"UCS2\")"), Needs::Nothing, Modem::cscs),
    command("+CSDH", Some("(0,1)"), Needs::Nothing, Modem::csdh),
    command("+CSMP", Some(""), Needs::Nothing, Modem::csmp),
    command("+CSCA", Some(""), Needs::MessageCard, Modem::csca),
    command("+CNMI", Some("(0-2),(0-2),(0),(0),(0,1)"), Needs::Nothing, Modem::cnmi),
    command(
        "+CPMS",
        Some("(\"SM\",\"ME\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")"),
        Needs::MessageCard,
        Modem::cpms,
    ),
    command("+CMGL", None, Needs::MessageCard, Modem::cmgl),
    command("+CMGR", Some(""), Needs::MessageCard, Modem::cmgr),
    command("+CMGD", None, Needs::MessageCard, Modem::cmgd),
    command("+CMGS", Some(""), Needs::MessageCard, Modem::cmgs),
    command("+CMGW", Some(""), Needs::MessageCard, Modem::cmgw),
    command("+CMSS", Some(""), Needs::MessageCard, Modem::cmss),
    command("+CNMA", Some(""), Needs::Nothing, Modem::cnma),
];

/// The most that is typed for a message: a PDU of 176 bytes and a message centre in hexadecimal
/// digits, or a text of 160 characters, each four digits.
const TYPED_MAX: usize = 800;

/// A message that is being typed.
#[derive(Debug)]
pub(in super::super) struct Draft {
    /// In text mode the receiver; in PDU mode the length of the PDU without the message centre.
    head: Result<String, usize>,
    /// Kept instead of sent.
    keep: bool,
}

impl Modem {
    fn csms(&mut self, call: &Call) -> Outcome {
        match call.kind {
            Kind::Read => self.info("+CSMS: 0,1,1,1"),
            _ => self.info("+CSMS: 1,1,1"),
        }
        Ok(Done::Ok)
    }

    fn cmgf(&mut self, call: &Call) -> Outcome {
        if let Kind::Set(args) = &call.kind {
            let mode = args.number(0).filter(|mode| *mode <= 1).ok_or(cms::BAD_TEXT)?;
            self.session.sms.text_mode = mode == 1;
        } else {
            let mode = u8::from(self.session.sms.text_mode);
            self.info(format!("+CMGF: {mode}"));
        }
        Ok(Done::Ok)
    }

    fn cscs(&mut self, call: &Call) -> Outcome {
        if let Kind::Set(args) = &call.kind {
            let named = |set: &Charset| args.text(0) == Some(set.name());
            let set = Charset::ALL.into_iter().find(named).ok_or(Failure::Plain)?;
            self.session.sms.charset = set;
        } else {
            let name = self.session.sms.charset.name();
            self.info(format!("+CSCS: \"{name}\""));
        }
        Ok(Done::Ok)
    }

    fn csdh(&mut self, call: &Call) -> Outcome {
        if let Kind::Set(args) = &call.kind {
            let all = args.number(0).filter(|all| *all <= 1).ok_or(cms::BAD_TEXT)?;
            self.session.sms.details = all == 1;
        } else {
            let all = u8::from(self.session.sms.details);
            self.info(format!("+CSDH: {all}"));
        }
        Ok(Done::Ok)
    }

    fn csmp(&mut self, call: &Call) -> Outcome {
        if let Kind::Set(args) = &call.kind {
            let coding = args.number_or(3, 0).and_then(|coding| u8::try_from(coding).ok());
            self.session.sms.coding = coding.ok_or(cms::BAD_TEXT)?;
        } else {
            let coding = self.session.sms.coding;
            self.info(format!("+CSMP: 17,167,0,{coding}"));
        }
        Ok(Done::Ok)
    }

    fn csca(&mut self, call: &Call) -> Outcome {
        if let Kind::Set(args) = &call.kind {
            let centre = args.text(0).ok_or(cms::BAD_TEXT)?;
            self.session.sms.centre = Some(centre.to_owned());
            return Ok(Done::Ok);
        }
        let centre = self.session.sms.centre.clone();
        let centre = centre.unwrap_or_else(|| self.profile.card.centre.clone());
        let kind = if centre.starts_with('+') { 145 } else { 129 };
        self.info(format!("+CSCA: \"{}\",{kind}", self.in_charset(&centre)));
        Ok(Done::Ok)
    }

    fn cnmi(&mut self, call: &Call) -> Outcome {
        const MOST: [u32; 5] = [2, 2, 0, 0, 1];
        if let Kind::Set(args) = &call.kind {
            let mut indications = self.session.sms.indications;
            for (index, (value, most)) in indications.iter_mut().zip(MOST).enumerate() {
                let wanted = args.number_or(index, *value).filter(|wanted| *wanted <= most);
                *value = wanted.ok_or(cms::NOT_ALLOWED)?;
            }
            self.session.sms.indications = indications;
        } else {
            let words = self.session.sms.indications.map(|value| value.to_string());
            self.info(format!("+CNMI: {}", words.join(",")));
        }
        Ok(Done::Ok)
    }

    fn cpms(&mut self, call: &Call) -> Outcome {
        if let Kind::Set(args) = &call.kind {
            let mut memories = self.session.sms.memories;
            for (index, memory) in memories.iter_mut().enumerate() {
                let Some(name) = args.text(index) else { continue };
                let place = MEMORIES.iter().position(|one| *one == name);
                *memory = place.ok_or(cms::NOT_ALLOWED)?;
            }
            self.session.sms.memories = memories;
        }
        let named = call.kind == Kind::Read;
        let one = |memory: usize| {
            let used = self.messages.memories.get(memory).map_or(0, |slots| slots.len());
            let counts = format!("{used},{}", self.messages.capacity);
            match MEMORIES.get(memory).filter(|_| named) {
                Some(name) => format!("\"{name}\",{counts}"),
                None => counts,
            }
        };
        let words = self.session.sms.memories.map(one);
        self.info(format!("+CPMS: {}", words.join(",")));
        Ok(Done::Ok)
    }

    /// The messages from which the terminal reads now.
    fn slots(&mut self) -> &mut std::collections::BTreeMap<u32, Stored> {
        let [read, ..] = self.session.sms.memories;
        let [first, second] = &mut self.messages.memories;
        if read == 0 { first } else { second }
    }

    fn cmgl(&mut self, call: &Call) -> Outcome {
        let text_mode = self.session.sms.text_mode;
        let wanted = match &call.kind {
            Kind::Test if text_mode => {
                let words = Stat::ALL.map(|stat| format!("\"{}\"", stat.word()));
                self.info(format!("+CMGL: ({},\"ALL\")", words.join(",")));
                return Ok(Done::Ok);
            }
            Kind::Test => {
                self.info("+CMGL: (0-4)");
                return Ok(Done::Ok);
            }
            Kind::Set(args) => wanted_stats(args, text_mode)?,
            _ => vec![Stat::Unread],
        };
        let all: Vec<_> = self.slots().iter().map(|(index, one)| (*index, one.clone())).collect();
        for (index, stored) in all {
            if wanted.contains(&stored.stat) {
                self.show(&format!("+CMGL: {index},"), &stored);
                self.mark_read(index);
            }
        }
        Ok(Done::Ok)
    }

    fn cmgr(&mut self, call: &Call) -> Outcome {
        let index = call.args().number(0).ok_or(cms::BAD_INDEX)?;
        let stored = self.slots().get(&index).cloned().ok_or(cms::BAD_INDEX)?;
        self.show("+CMGR: ", &stored);
        self.mark_read(index);
        Ok(Done::Ok)
    }

    fn mark_read(&mut self, index: u32) {
        if let Some(stored) = self.slots().get_mut(&index).filter(|one| one.stat == Stat::Unread) {
            stored.stat = Stat::Read;
        }
    }

    fn show(&mut self, head: &str, stored: &Stored) {
        if !self.session.sms.text_mode {
            let (stat, length) = (stored.stat as u8, stored.tpdu().len());
            return self.info(format!("{head}{stat},,{length}\r\n{}", to_hex(&stored.pdu)));
        }
        let (fields, body) = self.text_form(stored);
        let head = format!("{head}\"{}\",{fields}\r\n", stored.stat.word());
        self.info([head.as_bytes(), &body].concat());
    }

    /// The fields and the text of a message in text mode.
    pub(super) fn text_form(&self, stored: &Stored) -> (String, Vec<u8>) {
        let Some(message) = pdu::parse(stored.tpdu()) else { return Default::default() };
        let Message { peer, content, stamp } = message;
        let mut fields = format!("\"{}\",,", self.in_charset(&peer));
        if let Some(stamp) = stamp {
            fields += &format!("\"{}\"", pdu::print_stamp(stamp));
        }
        let set = self.session.sms.charset;
        let body = match content.alphabet {
            // Texts that the terminal can't read come as they are, in digits (27.005, <data>).
            Alphabet::Ucs2 => Charset::Ucs2.encode(&content.text),
            Alphabet::Bytes => content.text.clone().into_bytes(),
            Alphabet::Gsm7 => set.encode(&content.text),
        };
        if self.session.sms.details {
            let kind = if peer.starts_with('+') { 145 } else { 129 };
            let (coding, length) = match content.alphabet {
                Alphabet::Gsm7 => (0, content.text.chars().count()),
                Alphabet::Bytes => (4, content.text.len() / 2),
                Alphabet::Ucs2 => (8, content.text.encode_utf16().count() * 2),
            };
            let centre = self.in_charset(&self.profile.card.centre);
            fields += &format!(",{kind},4,0,{coding},\"{centre}\",145,{length}");
        }
        (fields, body)
    }

    /// `=<index>`, or with a flag: 1 all read ones, 2 also those sent, 3 also those unsent, 4 all.
    fn cmgd(&mut self, call: &Call) -> Outcome {
        if call.kind == Kind::Test {
            let places: Vec<_> = self.slots().keys().map(u32::to_string).collect();
            self.info(format!("+CMGD: ({}),(0-4)", places.join(",")));
            return Ok(Done::Ok);
        }
        let args = call.args();
        let gone: &[Stat] = match args.number_or(1, 0) {
            Some(0) => {
                let index = args.number(0).filter(|index| *index > 0).ok_or(cms::BAD_INDEX)?;
                self.slots().remove(&index).ok_or(cms::BAD_INDEX)?;
                &[]
            }
            Some(1) => &[Stat::Read],
            Some(2) => &[Stat::Read, Stat::Sent],
            Some(3) => &[Stat::Read, Stat::Sent, Stat::Unsent],
            Some(4) => &Stat::ALL,
            _ => return Err(cms::NOT_ALLOWED),
        };
        self.slots().retain(|_, stored| !gone.contains(&stored.stat));
        Ok(Done::Ok)
    }

    fn cmgs(&mut self, call: &Call) -> Outcome {
        self.draft(&call.args(), false)
    }

    fn cmgw(&mut self, call: &Call) -> Outcome {
        self.draft(&call.args(), true)
    }

    fn draft(&mut self, args: &Args, keep: bool) -> Outcome {
        let head = if self.session.sms.text_mode {
            let typed = args.text(0).ok_or(cms::BAD_TEXT)?.as_bytes();
            let plain = std::str::from_utf8(typed).ok().map(str::to_owned);
            let to = match self.session.sms.charset {
                Charset::Ucs2 => Charset::Ucs2.decode(typed),
                _ => plain,
            };
            Ok(to.ok_or(cms::BAD_TEXT)?)
        } else {
            let length = args.number(0).and_then(|length| usize::try_from(length).ok());
            Err(length.filter(|length| (1..=176).contains(length)).ok_or(cms::BAD_PDU)?)
        };
        let purpose = Purpose::Message(Draft { head, keep });
        Ok(Done::Mode(Mode::Prompt(Prompt::until_ctrl_z(TYPED_MAX, purpose))))
    }

    /// The message was typed.
    pub(in super::super) fn finish_message(&mut self, draft: Draft, typed: &[u8]) -> Outcome {
        let pdu = match &draft.head {
            Ok(to) => self.submit_of_text(to, typed)?,
            Err(length) => submit_of_digits(*length, typed)?,
        };
        let stored = Stored { stat: Stat::Unsent, pdu };
        if draft.keep {
            let [_, write, _] = self.session.sms.memories;
            let index = self.messages.store(write, stored).ok_or(cms::FULL)?;
            self.info(format!("+CMGW: {index}"));
            return Ok(Done::Ok);
        }
        let reference = self.dispatch(&stored)?;
        self.info(format!("+CMGS: {reference}"));
        Ok(Done::Ok)
    }

    fn submit_of_text(&self, to: &str, typed: &[u8]) -> Result<Vec<u8>, Failure> {
        let settings = &self.session.sms;
        let text = match pdu::alphabet(settings.coding) {
            Alphabet::Gsm7 => settings.charset.decode(typed),
            // Digits, whatever the character set (27.005, <data>).
            Alphabet::Ucs2 => Charset::Ucs2.decode(typed),
            Alphabet::Bytes => String::from_utf8(typed.to_vec()).ok(),
        };
        let text = text.ok_or(cms::BAD_TEXT)?;
        let mut alphabet = pdu::alphabet(settings.coding);
        if alphabet == Alphabet::Gsm7 && super::gsm7::encode(&text).is_none() {
            alphabet = Alphabet::Ucs2;
        }
        let content = Content { alphabet, text, part: None };
        let message = Message { peer: to.to_owned(), content, stamp: None };
        let tpdu = pdu::submit(&message, 0).ok_or(cms::BAD_TEXT)?;
        // No message centre: the card's.
        Ok([&[0], tpdu.as_slice()].concat())
    }

    /// Hands a message to the network.
    fn dispatch(&mut self, stored: &Stored) -> Result<u8, Failure> {
        if !self.registration().is_registered() {
            return Err(cms::NO_SERVICE);
        }
        let Message { peer, content, .. } = pdu::parse(stored.tpdu()).ok_or(cms::BAD_PDU)?;
        let sms = OutgoingSms { to: peer, text: content.text, part: content.part };
        self.requests.push(Request::Sms(sms));
        self.messages.reference = self.messages.reference.wrapping_add(1);
        Ok(self.messages.reference)
    }

    fn cmss(&mut self, call: &Call) -> Outcome {
        let index = call.args().number(0).ok_or(cms::BAD_INDEX)?;
        let stored = self.slots().get(&index).cloned().ok_or(cms::BAD_INDEX)?;
        let reference = self.dispatch(&stored)?;
        if let Some(stored) = self.slots().get_mut(&index) {
            stored.stat = Stat::Sent;
        }
        self.info(format!("+CMSS: {reference}"));
        Ok(Done::Ok)
    }

    fn cnma(&mut self, _: &Call) -> Outcome {
        Ok(Done::Ok)
    }
}

fn wanted_stats(args: &Args, text_mode: bool) -> Result<Vec<Stat>, Failure> {
    let wanted = args.text(0).unwrap_or(if text_mode { "REC UNREAD" } else { "0" });
    if wanted == if text_mode { "ALL" } else { "4" } {
        return Ok(Stat::ALL.to_vec());
    }
    let is_it = |stat: &Stat| match text_mode {
        true => stat.word() == wanted,
        false => (*stat as u8).to_string() == wanted,
    };
    Stat::ALL.into_iter().find(is_it).map(|stat| vec![stat]).ok_or(cms::NOT_ALLOWED)
}

/// A PDU in digits, whose length without the message centre was announced.
fn submit_of_digits(length: usize, typed: &[u8]) -> Result<Vec<u8>, Failure> {
    let digits = std::str::from_utf8(typed).map_err(|_| cms::BAD_PDU)?;
    let pdu = from_hex(digits.trim()).ok_or(cms::BAD_PDU)?;
    let tpdu = pdu::behind_centre(&pdu).filter(|tpdu| tpdu.len() == length);
    let is_submit = tpdu.and_then(|tpdu| tpdu.first()).is_some_and(|first| first & 0x03 == 0x01);
    if !is_submit || tpdu.and_then(pdu::parse).is_none() {
        return Err(cms::BAD_PDU);
    }
    Ok(pdu)
}

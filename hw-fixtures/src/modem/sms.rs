//! Short messages: what a module keeps, what comes in and what goes out. The commands stand in
//! `commands`, how messages travel in `pdu`.

use std::collections::{BTreeMap, VecDeque};

mod charset;
mod commands;
mod gsm7;
mod pdu;

pub(super) use commands::{COMMANDS, Draft};
pub use pdu::Part;

use super::{Modem, Power};
use charset::Charset;
use pdu::{Content, Message};

/// A message that the terminal sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingSms {
    /// The receiver's number.
    pub to: String,
    /// Its text; bytes of no alphabet are hexadecimal digits here.
    pub text: String,
    /// Which part it is, when it is one.
    pub part: Option<Part>,
}

/// The two memories of a module.
const MEMORIES: [&str; 2] = ["SM", "ME"];

/// Messages that the network keeps for a modem that can't be reached (assumption).
const KEPT_BY_NETWORK: usize = 200;

/// What became of a message (3GPP TS 27.005, `<stat>`): the number, and its word in text mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stat {
    Unread,
    Read,
    Unsent,
    Sent,
}

impl Stat {
    const ALL: [Stat; 4] = [Stat::Unread, Stat::Read, Stat::Unsent, Stat::Sent];

    fn word(self) -> &'static str {
        match self {
            Stat::Unread => "REC UNREAD",
            Stat::Read => "REC READ",
            Stat::Unsent => "STO UNSENT",
            Stat::Sent => "STO SENT",
        }
    }
}

/// A message in a memory.
#[derive(Debug, Clone)]
struct Stored {
    stat: Stat,
    /// With the message centre's number.
    pdu: Vec<u8>,
}

impl Stored {
    /// Without it.
    fn tpdu(&self) -> &[u8] {
        pdu::behind_centre(&self.pdu).unwrap_or_default()
    }
}

/// What outlives a restart: both memories, and what the network still has to deliver.
#[derive(Debug)]
pub(super) struct Messages {
    memories: [BTreeMap<u32, Stored>; 2],
    capacity: u32,
    announced: VecDeque<(String, Content)>,
    /// The number of the last long message.
    group: u16,
    /// The reference of the last message that was sent.
    reference: u8,
}

/// What the terminal has set.
#[derive(Debug)]
pub(super) struct Settings {
    text_mode: bool,
    charset: Charset,
    /// Where to read, where to write, where messages arrive.
    memories: [usize; 3],
    /// `+CNMI`: how new messages are told.
    indications: [u32; 5],
    /// `+CSDH`: text mode shows all fields.
    details: bool,
    /// `+CSMP`'s coding scheme.
    coding: u8,
    centre: Option<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            text_mode: false,
            charset: Charset::Gsm,
            memories: [0; 3],
            indications: [2, 1, 0, 0, 0],
            details: false,
            coding: 0,
            centre: None,
        }
    }
}

impl Messages {
    pub(super) fn new(capacity: u32) -> Messages {
        Messages {
            memories: Default::default(),
            capacity,
            announced: VecDeque::new(),
            group: 0,
            reference: 0,
        }
    }

    /// Somebody sends one.
    pub(super) fn announce(&mut self, from: &str, text: &str) {
        self.group = self.group.wrapping_add(1) % 256;
        for content in pdu::split(text, self.group) {
            if self.announced.len() < KEPT_BY_NETWORK {
                self.announced.push_back((from.to_owned(), content));
            }
        }
    }

    /// Where one was put; `None` when it is full.
    fn store(&mut self, memory: usize, stored: Stored) -> Option<u32> {
        let slots = self.memories.get_mut(memory)?;
        let free = (1..=self.capacity).find(|index| !slots.contains_key(index))?;
        slots.insert(free, stored);
        Some(free)
    }
}

impl Modem {
    /// Takes from the network what it has, as far as there is room.
    pub(super) fn deliver_messages(&mut self) {
        let Power::On { .. } = self.power else { return };
        while self.registration().is_registered() {
            let Some((from, content)) = self.messages.announced.pop_front() else { return };
            let stamp = Some(pdu::stamp(self.date()));
            let message = Message { peer: from, content, stamp };
            // A sender that no message can carry has sent none.
            let Some(tpdu) = pdu::deliver(&message) else { continue };
            let pdu = [pdu::centre(&self.profile.card.centre), tpdu].concat();
            if !self.take_message(pdu) {
                return self.messages.announced.push_front((message.peer, message.content));
            }
        }
    }

    /// Stores a message or hands it straight to the terminal. Whether it did.
    fn take_message(&mut self, pdu: Vec<u8>) -> bool {
        let settings = &self.session.sms;
        let [mode, kind, ..] = settings.indications;
        let [.., arrive] = settings.memories;
        let stored = Stored { stat: Stat::Unread, pdu };
        if kind == 2 && mode != 0 {
            let direct = self.direct(&stored);
            self.urc(direct);
            return true;
        }
        let Some(index) = self.messages.store(arrive, stored) else { return false };
        if kind == 1 && mode != 0 {
            let name = MEMORIES.get(arrive).copied().unwrap_or_default();
            self.urc(format!("+CMTI: \"{name}\",{index}"));
        }
        true
    }

    /// `+CMT`, as text or PDU.
    fn direct(&self, stored: &Stored) -> Vec<u8> {
        if !self.session.sms.text_mode {
            let (length, pdu) = (stored.tpdu().len(), to_hex(&stored.pdu));
            return format!("+CMT: ,{length}\r\n{pdu}").into_bytes();
        }
        let (head, body) = self.text_form(stored);
        [format!("+CMT: {head}\r\n").as_bytes(), &body].concat()
    }

    /// A text in the terminal's character set, as it stands in an answer.
    pub(super) fn in_charset(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.session.sms.charset.encode(text)).into_owned()
    }
}

/// Bytes as capital hexadecimal digits.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Bytes of hexadecimal digits; `None` when they are none.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<_>> = text.chars().map(|c| c.to_digit(16)).collect();
    let byte = |pair: &[u32]| match pair {
        [high, low] => u8::try_from(high << 4 | low).ok(),
        _ => None,
    };
    digits?.chunks(2).map(byte).collect()
}

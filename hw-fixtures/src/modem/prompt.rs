//! What a modem takes after a `>`: a message or bytes to send, up to a length or up to Ctrl-Z.

use super::reply::{Failure, Verdict};
use super::sms::Draft;
use super::{Mode, Modem};

const CTRL_Z: u8 = 0x1a;
const ESC: u8 = 0x1b;

/// Input that a command asked for.
#[derive(Debug)]
pub(super) struct Prompt {
    /// So many bytes, whatever they are; `None`: up to Ctrl-Z, and Esc gives up.
    length: Option<usize>,
    /// More than that is too much.
    most: usize,
    taken: Vec<u8>,
    too_much: bool,
    purpose: Purpose,
}

/// What it is for.
#[derive(Debug)]
pub(super) enum Purpose {
    /// A message.
    Message(Draft),
    /// Bytes for a connection.
    Send(u8),
}

impl Prompt {
    /// Takes exactly `length` bytes.
    pub(super) fn exactly(length: usize, purpose: Purpose) -> Prompt {
        Prompt { length: Some(length), ..Prompt::until_ctrl_z(length, purpose) }
    }

    /// Takes `most` bytes, and then Ctrl-Z.
    pub(super) fn until_ctrl_z(most: usize, purpose: Purpose) -> Prompt {
        Prompt { length: None, most, taken: Vec::new(), too_much: false, purpose }
    }

    /// Takes a byte; whether that ends it.
    fn push(&mut self, byte: u8) -> bool {
        if self.length.is_none() && matches!(byte, CTRL_Z | ESC) {
            return true;
        }
        if self.taken.len() < self.most {
            self.taken.push(byte);
        } else {
            self.too_much = true;
        }
        self.length == Some(self.taken.len())
    }
}

impl Modem {
    pub(super) fn take_prompted(&mut self, byte: u8) {
        let Mode::Prompt(prompt) = &mut self.session.mode else { return };
        if !prompt.push(byte) {
            return;
        }
        let Mode::Prompt(prompt) = std::mem::take(&mut self.session.mode) else { return };
        let Prompt { length, taken, too_much, purpose, .. } = prompt;
        if length.is_none() && byte == ESC {
            return self.session.console.verdict(Verdict::Ok);
        }
        let outcome = match purpose {
            _ if too_much => Err(Failure::Plain),
            Purpose::Message(draft) => self.finish_message(draft, &taken),
            Purpose::Send(id) => self.finish_send(id, taken),
        };
        self.conclude(outcome);
    }
}

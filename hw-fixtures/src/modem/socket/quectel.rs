//! `AT+QIOPEN` and its family, as in Quectel's EC2x&EG9x TCP/IP application note. TCP only, and
//! outwards only: no UDP, no listening, no name lookup or ping of its own.

use super::super::prompt::{Prompt, Purpose};
use super::super::reply::Failure;
use super::super::syntax::{Args, Call, Kind};
use super::super::{Command, Done, Mode, Modem, Needs, NoConnection, Outcome, command};
use super::{Access, SEND_MAX, Socket, State};

pub(in super::super) const COMMANDS: &[Command] = &[
    command(
        "+QICSGP",
        Some("(1-16),(1-3),<APN>,<username>,<password>,(0-3)"),
        Needs::Nothing,
        Modem::qicsgp,
    ),
    command("+QIACT", Some("(1-16)"), Needs::Card, Modem::qiact),
    command("+QIDEACT", Some("(1-16),(0-65535)"), Needs::Card, Modem::qideact),
    command(
        "+QIOPEN",
        Some(
            "(1-16),(0-11),\"TCP\",<IP_address>/<domain_name>,(0-65535),(0-65535),\
         (0-2)",
        ),
        Needs::Card,
        Modem::qiopen,
    ),
    command("+QICLOSE", Some("(0-11),(0-65535)"), Needs::Nothing, Modem::qiclose),
    command("+QISEND", Some("(0-11),(0-1460)"), Needs::Nothing, Modem::qisend),
    command("+QISENDEX", Some("(0-11),<hex_string>"), Needs::Nothing, Modem::qisendex),
    command("+QIRD", Some("(0-11),(0-1500)"), Needs::Nothing, Modem::qird),
    command("+QISTATE", Some(""), Needs::Nothing, Modem::qistate),
    command("+QIGETERROR", Some(""), Needs::Nothing, Modem::qigeterror),
];

const BAD_PARAMETER: u16 = 552;
const NO_CONTEXT: u16 = 561;
const NUMBER_TAKEN: u16 = 563;
const NOT_OPEN: u16 = 572;

/// Connections have the numbers from 0 to this.
const LAST_ID: u32 = 11;

/// The most bytes that one `AT+QIRD` fetches.
const READ_MAX: usize = 1_500;

/// The words of the error codes.
const WORDS: [(u16, &str); 8] = [
    (0, "operate successfully"),
    (BAD_PARAMETER, "invalid parameters"),
    (NO_CONTEXT, "open PDP context failed"),
    (NUMBER_TAKEN, "socket identity has been used"),
    (565, "DNS parse failed"),
    (566, "socket connect failed"),
    (569, "operation timeout"),
    (NOT_OPEN, "operation not allowed"),
];

/// The code for a connection that did not come about.
pub(super) fn error(why: NoConnection) -> u16 {
    match why {
        NoConnection::NoName => 565,
        NoConnection::Refused => 566,
        NoConnection::TimedOut => 569,
    }
}

impl Modem {
    /// `ERROR`, and the reason for who asks.
    fn quectel_error(&mut self, code: u16) -> Failure {
        self.session.sockets.last_error = code;
        Failure::Plain
    }

    fn connect_id(&mut self, args: &Args) -> Result<u8, Failure> {
        let id = args.number(0).filter(|id| *id <= LAST_ID).and_then(|id| u8::try_from(id).ok());
        id.ok_or_else(|| self.quectel_error(BAD_PARAMETER))
    }

    fn qicsgp(&mut self, call: &Call) -> Outcome {
        let args = call.args();
        let defined = self.session.packet.define(args.number(0), args.text(2));
        defined.map_err(|_| self.quectel_error(BAD_PARAMETER))?;
        Ok(Done::Ok)
    }

    fn qiact(&mut self, call: &Call) -> Outcome {
        let Kind::Set(args) = &call.kind else {
            for id in self.session.packet.active() {
                self.info(format!("+QIACT: {id},1,1,\"{}\"", self.profile.address));
            }
            return Ok(Done::Ok);
        };
        let done = args.number(0).ok_or(Failure::Plain).and_then(|id| self.activate(id));
        done.map_err(|_| self.quectel_error(NO_CONTEXT))?;
        Ok(Done::Ok)
    }

    fn qideact(&mut self, call: &Call) -> Outcome {
        let id = call.args().number(0).ok_or_else(|| self.quectel_error(BAD_PARAMETER))?;
        self.deactivate(id);
        Ok(Done::Ok)
    }

    fn qiopen(&mut self, call: &Call) -> Outcome {
        let args = call.args();
        let port = args.number(4).and_then(|port| u16::try_from(port).ok()).filter(|p| *p > 0);
        let id = args.number(1).filter(|id| *id <= LAST_ID).and_then(|id| u8::try_from(id).ok());
        let access = match args.number_or(6, 0) {
            Some(0) => Some(Access::Buffered),
            Some(1) => Some(Access::Pushed),
            Some(2) => Some(Access::Transparent),
            _ => None,
        };
        let is_tcp = args.text(2).is_some_and(|kind| kind.eq_ignore_ascii_case("TCP"));
        let (Some(context), Some(id), true, Some(host), Some(port), Some(access)) =
            (args.number(0), id, is_tcp, args.text(3), port, access)
        else {
            return Err(self.quectel_error(BAD_PARAMETER));
        };
        if !self.session.packet.is_active(context) {
            return Err(self.quectel_error(NO_CONTEXT));
        }
        if self.session.sockets.all.contains_key(&id) {
            return Err(self.quectel_error(NUMBER_TAKEN));
        }
        self.open(id, host, port, access);
        match access {
            Access::Transparent => Ok(Done::Mode(Mode::Dialling(id))),
            _ => Ok(Done::Ok),
        }
    }

    fn qiclose(&mut self, call: &Call) -> Outcome {
        let id = self.connect_id(&call.args())?;
        self.close(id);
        Ok(Done::Ok)
    }

    fn qisend(&mut self, call: &Call) -> Outcome {
        let args = call.args();
        let id = self.connect_id(&args)?;
        let socket = self.session.sockets.all.get(&id);
        let Some(Socket { sent, acknowledged, state, .. }) = socket else {
            return Err(self.quectel_error(NOT_OPEN));
        };
        if args.number(1) == Some(0) {
            let unacknowledged = sent - acknowledged;
            let words = format!("+QISEND: {sent},{acknowledged},{unacknowledged}");
            self.info(words);
            return Ok(Done::Ok);
        }
        if *state != State::Open {
            return Err(self.quectel_error(NOT_OPEN));
        }
        let length = args.number(1).and_then(|length| usize::try_from(length).ok());
        let prompt = match length {
            Some(length) if length <= SEND_MAX => Prompt::exactly(length, Purpose::Send(id)),
            None if !args.has(1) => Prompt::until_ctrl_z(SEND_MAX, Purpose::Send(id)),
            _ => return Err(self.quectel_error(BAD_PARAMETER)),
        };
        Ok(Done::Mode(Mode::Prompt(prompt)))
    }

    fn qisendex(&mut self, call: &Call) -> Outcome {
        let args = call.args();
        let id = self.connect_id(&args)?;
        let bytes = args.text(1).and_then(super::super::sms::from_hex);
        match bytes {
            Some(bytes) if bytes.len() <= SEND_MAX / 2 => self.finish_send(id, bytes),
            _ => Err(self.quectel_error(BAD_PARAMETER)),
        }
    }

    fn qird(&mut self, call: &Call) -> Outcome {
        let args = call.args();
        let id = self.connect_id(&args)?;
        let Some(socket) = self.session.sockets.all.get(&id) else {
            return Err(self.quectel_error(NOT_OPEN));
        };
        let most = args.number_or(1, 1_500).and_then(|most| usize::try_from(most).ok());
        match most {
            Some(0) => {
                let (received, unread) = (socket.received, socket.unread.len());
                self.info(format!("+QIRD: {received},{},{unread}", received - unread));
            }
            Some(most) if most <= READ_MAX => {
                let bytes = self.fetch(id, most).unwrap_or_default();
                let head = format!("+QIRD: {}\r\n", bytes.len());
                self.info([head.as_bytes(), &bytes].concat());
            }
            _ => return Err(self.quectel_error(BAD_PARAMETER)),
        }
        Ok(Done::Ok)
    }

    fn qistate(&mut self, call: &Call) -> Outcome {
        let args = call.args();
        // `=1,<id>` asks for one; the rest for all.
        let wanted = args.number(1).filter(|_| args.number(0) == Some(1));
        let row = |(id, socket): (&u8, &Socket)| {
            let Socket { host, port, state, access, .. } = socket;
            let (state, access) = match state {
                State::Opening(_) => (1, access),
                State::Open => (2, access),
                State::Closed => (4, access),
            };
            let access = *access as u8;
            format!("+QISTATE: {id},\"TCP\",\"{host}\",{port},0,{state},1,{id},{access},\"uart1\"")
        };
        let all = self.session.sockets.all.iter();
        let asked = all.filter(|(id, _)| wanted.is_none_or(|wanted| wanted == u32::from(**id)));
        for row in asked.map(row).collect::<Vec<_>>() {
            self.info(row);
        }
        Ok(Done::Ok)
    }

    fn qigeterror(&mut self, _: &Call) -> Outcome {
        let code = self.session.sockets.last_error;
        let words = WORDS.iter().find(|(one, _)| *one == code).map_or("unknown error", |(_, w)| w);
        self.info(format!("+QIGETERROR: {code},{words}"));
        Ok(Done::Ok)
    }
}

//! `AT+CIPOPEN` and its family, as in SIMCom's SIM7500/SIM7600 AT command manual. The older
//! `AT+CIPSTART` of 2G modules is not played.

use super::super::prompt::{Prompt, Purpose};
use super::super::reply::Failure;
use super::super::syntax::{Args, Call, Kind};
use super::super::{Command, Done, Mode, Modem, Needs, NoConnection, Outcome, command};
use super::{Access, SEND_MAX, State};

pub(in super::super) const COMMANDS: &[Command] = &[
    command("+NETOPEN", Some(""), Needs::Card, Modem::netopen),
    command("+NETCLOSE", Some(""), Needs::Nothing, Modem::netclose),
    command("+IPADDR", Some(""), Needs::Nothing, Modem::ipaddr),
    command("+CIPMODE", Some("(0-1)"), Needs::Nothing, Modem::cipmode),
    command("+CIPOPEN", Some("(0-9),(\"TCP\")"), Needs::Card, Modem::cipopen),
    command("+CIPSEND", Some("(0-9),(1-1460)"), Needs::Nothing, Modem::cipsend),
    command("+CIPRXGET", Some("(0-4),(0-9),(1-1500)"), Needs::Nothing, Modem::ciprxget),
    command("+CIPCLOSE", Some("(0-9)"), Needs::Nothing, Modem::cipclose),
    command("+CIPACK", Some("(0-9)"), Needs::Nothing, Modem::cipack),
];

/// The context that `AT+NETOPEN` uses.
const CONTEXT: u32 = 1;

const LAST_ID: u32 = 9;

const NOT_OPENED: u8 = 2;
const BAD_PARAMETER: u8 = 3;
const BUSY: u8 = 8;

/// The code for a connection that did not come about.
pub(super) fn error(why: NoConnection) -> u8 {
    match why {
        NoConnection::Refused => 1,
        NoConnection::TimedOut => 10,
        NoConnection::NoName => 11,
    }
}

/// What stands before bytes that come by themselves.
pub(super) fn push_head(host: &str, port: u16, length: usize) -> String {
    format!("RECV FROM:{host}:{port}\r\n+IPD{length}\r\n")
}

fn link(args: &Args, index: usize) -> Option<u8> {
    args.number(index).filter(|id| *id <= LAST_ID).and_then(|id| u8::try_from(id).ok())
}

impl Modem {
    fn netopen(&mut self, call: &Call) -> Outcome {
        if call.kind == Kind::Read {
            let open = u8::from(self.session.packet.is_active(CONTEXT));
            self.info(format!("+NETOPEN: {open}"));
            return Ok(Done::Ok);
        }
        if self.session.packet.is_active(CONTEXT) {
            self.info("+IP ERROR: Network is already opened");
            return Err(Failure::Plain);
        }
        let code = u8::from(self.activate(CONTEXT).is_err());
        self.urc(format!("+NETOPEN: {code}"));
        Ok(Done::Ok)
    }

    fn netclose(&mut self, _: &Call) -> Outcome {
        if !self.session.packet.is_active(CONTEXT) {
            self.info("+NETCLOSE: 2");
            return Err(Failure::Plain);
        }
        for id in self.session.sockets.all.keys().copied().collect::<Vec<_>>() {
            self.close(id);
        }
        self.deactivate(CONTEXT);
        self.urc("+NETCLOSE: 0");
        Ok(Done::Ok)
    }

    fn ipaddr(&mut self, _: &Call) -> Outcome {
        if !self.session.packet.is_active(CONTEXT) {
            self.info("+IP ERROR: Network not opened");
            return Err(Failure::Plain);
        }
        self.info(format!("+IPADDR: {}", self.profile.address));
        Ok(Done::Ok)
    }

    fn cipmode(&mut self, call: &Call) -> Outcome {
        if let Kind::Set(args) = &call.kind {
            let mode = args.number(0).filter(|mode| *mode <= 1).ok_or(Failure::Plain)?;
            self.session.sockets.transparent = mode == 1;
        } else {
            let mode = u8::from(self.session.sockets.transparent);
            self.info(format!("+CIPMODE: {mode}"));
        }
        Ok(Done::Ok)
    }

    fn cipopen(&mut self, call: &Call) -> Outcome {
        let Kind::Set(args) = &call.kind else {
            return self.list_links();
        };
        let Some(id) = link(args, 0) else { return Err(Failure::Plain) };
        let port = args.number(3).and_then(|port| u16::try_from(port).ok()).filter(|p| *p > 0);
        let is_tcp = args.text(1).is_some_and(|kind| kind.eq_ignore_ascii_case("TCP"));
        let used = self.session.sockets.all.get(&id).map(|socket| socket.state);
        let code = match (is_tcp, args.text(2), port) {
            _ if !self.session.packet.is_active(CONTEXT) => NOT_OPENED,
            _ if used.is_some_and(|state| state != State::Closed) => BUSY,
            (true, Some(host), Some(port)) => {
                let sockets = &self.session.sockets;
                let access = match (sockets.transparent, sockets.fetches) {
                    (true, _) => Access::Transparent,
                    (false, true) => Access::Buffered,
                    (false, false) => Access::Pushed,
                };
                self.open(id, host, port, access);
                return match access {
                    Access::Transparent => Ok(Done::Mode(Mode::Dialling(id))),
                    _ => Ok(Done::Ok),
                };
            }
            _ => BAD_PARAMETER,
        };
        self.info(format!("+CIPOPEN: {id},{code}"));
        Err(Failure::Plain)
    }

    fn list_links(&mut self) -> Outcome {
        for id in 0..=LAST_ID {
            let open = u8::try_from(id).ok().and_then(|id| self.session.sockets.all.get(&id));
            let words = match open.filter(|socket| socket.state == State::Open) {
                Some(socket) => {
                    format!("+CIPOPEN: {id},\"TCP\",\"{}\",{},-1", socket.host, socket.port)
                }
                None => format!("+CIPOPEN: {id}"),
            };
            self.info(words);
        }
        Ok(Done::Ok)
    }

    fn cipsend(&mut self, call: &Call) -> Outcome {
        let args = call.args();
        let Some(id) = link(&args, 0) else { return Err(Failure::Plain) };
        let state = self.session.sockets.all.get(&id).map(|socket| socket.state);
        if state != Some(State::Open) {
            self.info(format!("+CIPERROR: {NOT_OPENED}"));
            return Err(Failure::Plain);
        }
        let length = args.number(1).and_then(|length| usize::try_from(length).ok());
        let prompt = match length {
            Some(length) if (1..=SEND_MAX).contains(&length) => {
                Prompt::exactly(length, Purpose::Send(id))
            }
            None if args.text(1).is_none() => Prompt::until_ctrl_z(SEND_MAX, Purpose::Send(id)),
            _ => return Err(Failure::Plain),
        };
        Ok(Done::Mode(Mode::Prompt(prompt)))
    }

    fn ciprxget(&mut self, call: &Call) -> Outcome {
        let Kind::Set(args) = &call.kind else {
            let fetches = u8::from(self.session.sockets.fetches);
            self.info(format!("+CIPRXGET: {fetches}"));
            return Ok(Done::Ok);
        };
        let mode = args.number(0).ok_or(Failure::Plain)?;
        if mode <= 1 {
            self.session.sockets.fetches = mode == 1;
            return Ok(Done::Ok);
        }
        let id = link(args, 1).filter(|id| self.session.sockets.all.contains_key(id));
        let Some(id) = id else {
            self.info(format!("+IP ERROR: {NOT_OPENED}"));
            return Err(Failure::Plain);
        };
        let most = args.number_or(2, 1_500).and_then(|most| usize::try_from(most).ok());
        let most = most.filter(|most| (1..=1_500).contains(most)).ok_or(Failure::Plain)?;
        let bytes = if mode == 4 { Vec::new() } else { self.fetch(id, most).unwrap_or_default() };
        let rest = self.session.sockets.all.get(&id).map_or(0, |socket| socket.unread.len());
        let head = format!("+CIPRXGET: {mode},{id},{},{rest}\r\n", bytes.len());
        match mode {
            2 => self.info([head.as_bytes(), &bytes].concat()),
            // Half as many, since a line has twice as many digits.
            3 => self.info(head + &super::super::sms::to_hex(&bytes)),
            4 => self.info(format!("+CIPRXGET: 4,{id},{rest}")),
            _ => return Err(Failure::Plain),
        }
        Ok(Done::Ok)
    }

    fn cipclose(&mut self, call: &Call) -> Outcome {
        let Kind::Set(args) = &call.kind else {
            let sockets = &self.session.sockets.all;
            let is_open = |id: u8| sockets.get(&id).is_some_and(|s| s.state == State::Open);
            let flags: Vec<_> = (0..10).map(|id| u8::from(is_open(id)).to_string()).collect();
            self.info(format!("+CIPCLOSE: {}", flags.join(",")));
            return Ok(Done::Ok);
        };
        let Some(id) = link(args, 0) else { return Err(Failure::Plain) };
        if !self.close(id) {
            self.info(format!("+CIPCLOSE: {id},{NOT_OPENED}"));
            return Err(Failure::Plain);
        }
        self.urc(format!("+CIPCLOSE: {id},0"));
        Ok(Done::Ok)
    }

    fn cipack(&mut self, call: &Call) -> Outcome {
        let id = link(&call.args(), 0).ok_or(Failure::Plain)?;
        let socket = self.session.sockets.all.get(&id).ok_or(Failure::Plain)?;
        let (sent, acknowledged) = (socket.sent, socket.acknowledged);
        self.info(format!("+CIPACK: {sent},{acknowledged},{}", sent - acknowledged));
        Ok(Done::Ok)
    }
}

//! A 4G module as a terminal finds it at its serial line. Bytes go in, bytes come out; what it
//! wants of a network are requests, and what the network does are events.
//!
//! It knows no port, no socket and no clock: whoever plays it says what time it is. `serve` plays
//! it on a serial port.

use std::collections::BTreeMap;

use contract::{Lapse, Time};

mod card;
mod data_mode;
mod general;
mod input;
mod links;
mod packet;
mod plain;
mod power;
mod prompt;
mod radio;
mod reply;
mod serve;
mod sms;
mod socket;
mod syntax;
mod wire;
mod world;

#[cfg(test)]
mod tests;

pub use serve::{Ends, serve};
pub use sms::{OutgoingSms, Part};
pub use wire::misread;
pub use world::{
    Card, Change, Conn, Maker, NetEvent, NoConnection, Operator, Profile, Request, Service,
};

use card::Slot;
use data_mode::Online;
use input::{Input, Typed};
use power::Power;
use prompt::Prompt;
use reply::{Console, Failure, Verdict, cme, cms};
use sms::Messages;
use syntax::{Call, Kind};

/// A module on a serial line.
///
/// Call `tick` whenever [`Modem::due`] has come, and fetch output and requests after each call.
#[derive(Debug)]
pub struct Modem {
    profile: Profile,
    now: Time,
    power: Power,
    /// What the air is like.
    signal: Option<i16>,
    service: Service,
    data: bool,
    deaf: bool,
    slot: Slot,
    messages: Messages,
    /// All that a restart forgets.
    session: Session,
    requests: Vec<Request>,
    /// Connections so far.
    opened: u32,
    /// The speed at the other end of the line, where it is known.
    far_baud: Option<u32>,
    baud: u32,
}

/// What a restart forgets.
#[derive(Debug, Default)]
struct Session {
    console: Console,
    input: Input,
    mode: Mode,
    last_line: String,
    /// What was set and is only given back.
    kept: BTreeMap<String, String>,
    radio: radio::Settings,
    sms: sms::Settings,
    packet: packet::Contexts,
    sockets: socket::Sockets,
    /// A speed that holds from the next output on.
    next_baud: Option<u32>,
}

/// Who gets the bytes that come in.
#[derive(Debug, Default)]
enum Mode {
    /// The command line.
    #[default]
    Command,
    /// Something that a command asked for.
    Prompt(Prompt),
    /// Nobody: an order is under way, and ends in an error at this time.
    Deaf(Time),
    /// Nobody: this connection is under way, and data mode follows.
    Dialling(u8),
    /// The other end of a connection.
    Online(Online),
}

/// How a command went on that did not fail.
#[derive(Debug)]
enum Done {
    /// The next one of the line.
    Ok,
    /// More is wanted, or a result comes by itself; it was the last of its line.
    Mode(Mode),
    /// It said all itself; it was the last of its line.
    Said,
}

type Outcome = Result<Done, Failure>;

/// A command that does something.
struct Command {
    name: &'static str,
    /// The answer to `=?` behind the name; empty for a bare `OK`. `None`: the command answers.
    test: Option<&'static str>,
    needs: Needs,
    run: fn(&mut Modem, &Call) -> Outcome,
}

/// What a command can't do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    Card,
    /// A card, too; errors are those of the message service.
    MessageCard,
}

const fn command(
    name: &'static str,
    test: Option<&'static str>,
    needs: Needs,
    run: fn(&mut Modem, &Call) -> Outcome,
) -> Command {
    Command { name, test, needs, run }
}

/// The longest that an order to a module may take (Quectel EC2x&EG9x AT commands manual and TCP/IP
/// application note, "maximum response time"); 300 ms for all others.
const LONGEST: [(&str, Lapse); 6] = [
    ("+COPS", Lapse::from_secs(180)),
    ("+CGATT", Lapse::from_secs(140)),
    ("+QIACT", Lapse::from_secs(150)),
    ("+QIOPEN", Lapse::from_secs(150)),
    ("+CIPOPEN", Lapse::from_secs(120)),
    ("+CMGS", Lapse::from_secs(120)),
];
const LONGEST_OF_OTHERS: Lapse = Lapse::from_ms(300);

/// The longest that one of these may take.
fn longest(calls: &[Call]) -> Lapse {
    let times = LONGEST.iter().filter(|(name, _)| calls.iter().any(|call| call.name == *name));
    times.map(|(_, time)| *time).max().unwrap_or(LONGEST_OF_OTHERS)
}

impl Modem {
    /// Switched on now.
    pub fn new(profile: Profile, now: Time) -> Modem {
        let baud = profile.baud;
        let messages = Messages::new(profile.sms_capacity);
        let mut modem = Modem {
            slot: Slot::of(&profile.card),
            profile,
            now,
            power: Power::Off,
            // A good indoor signal: `+CSQ: 21`, as in 3GPP TS 27.007's scale.
            signal: Some(-71),
            service: Service::Home,
            data: true,
            deaf: false,
            messages,
            session: Session::default(),
            requests: Vec::new(),
            opened: 0,
            far_baud: None,
            baud,
        };
        modem.boot();
        modem
    }

    /// Bytes from the terminal.
    pub fn receive(&mut self, bytes: &[u8], now: Time) {
        self.tick(now);
        let heard = self.far_baud.map(|far| misread(bytes, far, self.baud));
        for byte in heard.as_deref().unwrap_or(bytes) {
            self.take_byte(*byte);
        }
        self.settle();
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Time) {
        while let Some(due) = self.due().filter(|due| *due <= now) {
            self.now = self.now.max(due);
            self.pass_power();
            self.pass_mode();
            self.pass_sockets();
            self.settle();
        }
        self.now = self.now.max(now);
    }

    /// When it next does something by itself.
    pub fn due(&self) -> Option<Time> {
        let mode = match &self.session.mode {
            Mode::Deaf(until) => Some(*until),
            Mode::Online(online) => online.due(),
            _ => None,
        };
        [mode, self.power_due(), self.session.sockets.due()].into_iter().flatten().min()
    }

    /// Something is done to it from outside.
    pub fn change(&mut self, change: Change, now: Time) {
        self.tick(now);
        match change {
            Change::Signal(dbm) => self.signal = dbm,
            Change::Service(service) => self.service = service,
            Change::PdpLost => self.lose_pdp(),
            Change::Card(is_in) => self.move_card(is_in),
            Change::Data(passes) => self.data = passes,
            Change::Deaf(deaf) => self.deaf = deaf,
            Change::Power(true) if matches!(self.power, Power::Off) => self.boot(),
            Change::Power(true) => {}
            Change::Power(false) => self.power_off(),
            Change::Restart => self.restart(),
            Change::Sms { from, text } => self.messages.announce(&from, &text),
        }
        self.settle();
    }

    /// Something happened to a connection.
    pub fn network(&mut self, conn: Conn, event: NetEvent, now: Time) {
        self.tick(now);
        self.socket_event(conn, event);
        self.settle();
    }

    /// What the terminal gets.
    pub fn take_output(&mut self) -> Vec<u8> {
        let out = self.session.console.take();
        let out = self.far_baud.map(|far| misread(&out, self.baud, far)).unwrap_or(out);
        if let Some(baud) = self.session.next_baud.take() {
            self.baud = baud;
        }
        out
    }

    /// What it wants of the outside. While nothing passes over the air, all that has to do with
    /// connections waits.
    pub fn take_requests(&mut self) -> Vec<Request> {
        let all = std::mem::take(&mut self.requests);
        if self.carries() {
            return all;
        }
        let by_air =
            |request: &Request| !matches!(request, Request::Forget { .. } | Request::Sms(_));
        let (held, now) = all.into_iter().partition(by_air);
        self.requests = held;
        now
    }

    /// The speed of its serial line.
    pub fn baud(&self) -> u32 {
        self.baud
    }

    /// The speed at the other end of the line, where it can be known. If it is another one, both
    /// ends read garbage.
    pub fn set_far_baud(&mut self, baud: Option<u32>) {
        self.far_baud = baud;
    }

    /// Whether data pass over the air now.
    fn carries(&self) -> bool {
        self.data && self.registration().is_registered()
    }

    fn take_byte(&mut self, byte: u8) {
        if !matches!(self.power, Power::On { .. }) {
            return;
        }
        let echoes = matches!(self.session.mode, Mode::Command | Mode::Prompt(_));
        if echoes && self.session.console.echo {
            self.session.console.raw(&[byte]);
        }
        match &mut self.session.mode {
            Mode::Command => {
                if let Some(typed) = self.session.input.push(byte) {
                    self.take_line(typed);
                }
            }
            Mode::Prompt(_) => self.take_prompted(byte),
            Mode::Online(_) => self.take_online(byte),
            Mode::Deaf(_) | Mode::Dialling(_) => {}
        }
    }

    fn take_line(&mut self, typed: Typed) {
        let line = match typed {
            Typed::Line(line) => line,
            Typed::Repeat => self.session.last_line.clone(),
            Typed::TooLong => return self.conclude(Err(Failure::Plain)),
        };
        self.session.last_line = line.clone();
        let outcome = match syntax::parse(&line) {
            Some(calls) if self.deaf => Ok(Done::Mode(Mode::Deaf(self.now + longest(&calls)))),
            Some(calls) => self.run_all(&calls),
            None => Err(Failure::Plain),
        };
        self.conclude(outcome);
    }

    /// One after another, until one fails or takes over the line.
    fn run_all(&mut self, calls: &[Call]) -> Outcome {
        for call in calls {
            match self.run(call)? {
                Done::Ok => {}
                last => return Ok(last),
            }
        }
        Ok(Done::Ok)
    }

    fn run(&mut self, call: &Call) -> Outcome {
        let Some(command) = self.find(&call.name) else {
            return self.plain(call);
        };
        if let (Kind::Test, Some(test)) = (&call.kind, command.test) {
            if !test.is_empty() {
                self.info(format!("{}: {test}", call.name));
            }
            return Ok(Done::Ok);
        }
        match command.needs {
            Needs::Nothing => {}
            Needs::Card => self.card_ready()?,
            Needs::MessageCard => self.card_ready().map_err(|failure| match failure {
                cme::PIN_NEEDED => cms::PIN_NEEDED,
                cme::PUK_NEEDED => cms::PUK_NEEDED,
                _ => cms::NO_CARD,
            })?,
        }
        (command.run)(self, call)
    }

    fn find(&self, name: &str) -> Option<&'static Command> {
        let own = match self.profile.maker {
            Maker::Quectel => socket::quectel::COMMANDS,
            Maker::Simcom => socket::simcom::COMMANDS,
        };
        let families = [
            general::COMMANDS,
            card::COMMANDS,
            radio::COMMANDS,
            packet::COMMANDS,
            sms::COMMANDS,
            own,
        ];
        families.into_iter().flatten().find(|command| command.name == name)
    }

    /// Ends a command line, or gives the line to what comes next.
    fn conclude(&mut self, outcome: Outcome) {
        match outcome {
            Ok(Done::Ok) => self.session.console.verdict(Verdict::Ok),
            Ok(Done::Mode(mode)) => {
                match &mode {
                    Mode::Prompt(_) => self.session.console.raw(b"\r\n> "),
                    Mode::Online(_) => self.session.console.verdict(Verdict::Connect),
                    _ => {}
                }
                self.session.mode = mode;
                self.catch_up();
            }
            Ok(Done::Said) => {}
            Err(failure) => self.session.console.fail(failure),
        }
    }

    fn pass_mode(&mut self) {
        match &self.session.mode {
            Mode::Deaf(until) if *until <= self.now => {
                self.session.mode = Mode::Command;
                self.session.console.verdict(Verdict::Error);
            }
            Mode::Online(_) => self.pass_online(),
            _ => {}
        }
    }

    /// After anything: tells what is new, if the line is free.
    fn settle(&mut self) {
        if !matches!(self.power, Power::On { .. }) {
            return;
        }
        self.report_registration();
        self.deliver_messages();
        if matches!(self.session.mode, Mode::Command) {
            self.session.console.flush();
        }
    }

    fn info(&mut self, text: impl AsRef<[u8]>) {
        self.session.console.info(text);
    }

    fn urc(&mut self, text: impl AsRef<[u8]>) {
        self.session.console.urc(text);
    }
}

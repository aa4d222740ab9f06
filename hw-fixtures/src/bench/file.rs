//! Bench files: which terminals stand on a bench and how each is reached. Says what is wrong with a
//! file, where, and what to do about it; touches nothing.

use std::fs;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use contract::{RigRequest, TerminalId};
use serde::Deserialize;
use sim::device::Offers;
use toml::Spanned;

use super::keeper::Control;
use crate::port::{Selector, Settings};

mod setting;
#[cfg(test)]
mod tests;

pub(super) use setting::Setting;

/// The wire profile that a terminal is believed to speak unless its row says otherwise.
const WIRE: &str = "plain87";

/// Where the acquirer listens for a process, which is told the port.
const ANY_PORT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// A bench.
#[derive(Debug)]
pub(super) struct Bench {
    /// The file's name without its ending.
    pub(super) name: String,
    /// How many times faster than outside time passes.
    pub(super) speed: u32,
    terminals: Vec<Terminal>,
}

/// A file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    speed: Option<Spanned<u32>>,
    #[serde(default, rename = "terminal")]
    terminals: Vec<Spanned<Terminal>>,
}

/// A terminal's row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terminal {
    control: Spanned<Reach>,
    power: Option<Power>,
    acquirer: Option<SocketAddr>,
    wire: Option<String>,
    tid: Option<String>,
    mid: Option<String>,
}

/// How a terminal is reached: one of these.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reach {
    stdio: Option<Vec<String>>,
    serial: Option<String>,
    baud: Option<u32>,
    tcp: Option<String>,
}

/// How its power is switched.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Power {
    kill: bool,
}

impl Bench {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it, for a person.
    pub(super) fn load(path: &Path) -> Result<Bench, String> {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|why| {
            format!("{shown}: {why}\nhelp: --rig takes the path of a bench file, like bench.toml")
        })?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Bench::parse(&text, name).map_err(|mistake| mistake.render(&shown, &text))
    }

    fn parse(text: &str, name: String) -> Result<Bench, Mistake> {
        let written: Written = toml::from_str(text).map_err(|why| Mistake {
            title: why.message().to_owned(),
            at: why.span().unwrap_or_default(),
            help: "hw-fixtures/benches/ has files to start from".to_owned(),
        })?;
        if written.terminals.is_empty() {
            return Err(Mistake::new("there is no terminal", 0..0, ADD_TERMINAL));
        }
        let speed = written.speed.map_or(Ok(1), |speed| match *speed.get_ref() {
            whole @ 1..=100 => Ok(whole),
            _ => Err(Mistake::new("a speed is a number from 1 to 100", speed.span(), SPEED)),
        })?;
        for row in &written.terminals {
            row.get_ref().check(row.span(), speed)?;
        }
        let terminals = written.terminals.into_iter().map(Spanned::into_inner).collect();
        Ok(Bench { name, speed, terminals })
    }

    /// The terminals with their names on the rig.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (TerminalId, &Terminal)> {
        (1..).map(TerminalId).zip(&self.terminals)
    }

    /// Whether two cases would meet at a terminal. A process is each case's own.
    pub(super) fn is_shared(&self) -> bool {
        self.terminals.iter().any(|terminal| terminal.control.get_ref().stdio.is_none())
    }

    /// Whether what is asked for can be played here at all; if not, why.
    pub(super) fn fits(&self, request: &RigRequest) -> Result<(), String> {
        if usize::try_from(request.terminals) != Ok(self.terminals.len()) {
            let (wanted, has) = (request.terminals, self.terminals.len());
            return Err(format!("play with {wanted} terminals; {} has {has}", self.name));
        }
        if request.hosts > 1 {
            return Err(sim::NO_SECOND_HOST.to_owned());
        }
        self.numbered().try_for_each(|(id, terminal)| {
            terminal.fits(request).map_err(|why| format!("{why} ({id} of {})", self.name))
        })
    }
}

impl Terminal {
    fn check(&self, row: Range<usize>, speed: u32) -> Result<(), Mistake> {
        let reach = self.control.get_ref();
        let ways = [reach.stdio.is_some(), reach.serial.is_some(), reach.tcp.is_some()];
        if ways.iter().filter(|way| **way).count() != 1 {
            return Err(Mistake::new(
                "a terminal is reached in one way",
                self.control.span(),
                REACH,
            ));
        }
        if let Some(Err(why)) = reach.serial.as_deref().map(str::parse::<Selector>) {
            return Err(Mistake::new("no such port name", self.control.span(), &why.to_string()));
        }
        if reach.stdio.as_ref().is_some_and(Vec::is_empty) {
            return Err(Mistake::new("the command is empty", self.control.span(), REACH));
        }
        if reach.baud.is_some() && reach.serial.is_none() {
            return Err(Mistake::new(
                "only a serial line has a baud rate",
                self.control.span(),
                REACH,
            ));
        }
        if reach.stdio.is_none() && self.kills() {
            return Err(Mistake::new("only a process can be killed", row, KILL));
        }
        if reach.stdio.is_none() && speed > 1 {
            return Err(Mistake::new("only a process's clock can go faster", row, SPEED));
        }
        if reach.stdio.is_none() && self.acquirer.is_none() {
            return Err(Mistake::new("where does it find the acquirer?", row, ACQUIRER));
        }
        Ok(())
    }

    fn kills(&self) -> bool {
        self.power.as_ref().is_some_and(|power| power.kill)
    }

    /// Whether the command is told this.
    fn is_told(&self, what: &str) -> bool {
        let command = self.control.get_ref().stdio.iter().flatten();
        command.into_iter().any(|word| word.contains(what))
    }

    fn fits(&self, request: &RigRequest) -> Result<(), String> {
        let wire = self.wire.as_deref().unwrap_or(WIRE);
        if !self.is_told("{wire}") && request.wire != wire {
            return Err(format!("speak {}: the terminal speaks {wire}", request.wire));
        }
        Ok(())
    }

    /// What it is believed to offer before it has said so.
    pub(super) fn presumed(&self) -> Offers {
        let digits = (0..10).map(|digit: u8| digit.to_string());
        let keys = [".", "OK", "CANCEL", "LIST", "SETTLE", "VOID", "REFUND", "TEST", "REPRINT"];
        Offers {
            firmware: String::new(),
            emulated: false,
            tid: self.tid.clone(),
            mid: self.mid.clone(),
            keys: digits.chain(keys.map(str::to_owned)).collect(),
            printer: true,
            power: self.kills(),
            crash: self.kills(),
        }
    }

    /// Where it is to find the acquirer.
    pub(super) fn acquirer(&self) -> SocketAddr {
        self.acquirer.unwrap_or(ANY_PORT)
    }

    /// How it is reached in this setting.
    ///
    /// # Errors
    /// What stands in its command that means nothing.
    pub(super) fn control(&self, setting: &Setting) -> Result<Control, String> {
        let reach = self.control.get_ref();
        if let Some(command) = &reach.stdio {
            let words = command.iter().map(|word| setting.fill(word));
            return Ok(Control::Child(words.collect::<Result<_, _>>()?));
        }
        if let Some(serial) = &reach.serial {
            let settings = reach.baud.map_or_else(Settings::default, Settings::at);
            let selector = serial.parse().map_err(|why| format!("{why}"))?;
            return Ok(Control::Serial(selector, settings));
        }
        Ok(Control::Tcp(reach.tcp.clone().unwrap_or_default()))
    }
}

const ADD_TERMINAL: &str = "add one:\n[[terminal]]\ncontrol = { tcp = \"192.168.0.7:7000\" }\n\
                            acquirer = \"192.168.0.2:5000\"";
const REACH: &str = "write one of control = { stdio = [\"program\", \"argument\"] }, \
                     { serial = \"/dev/serial/by-id/...\", baud = 115200 } or \
                     { tcp = \"host:port\" }";
const KILL: &str = "leave power out; a terminal whose adapter switches its power says so itself";
const SPEED: &str = "leave it out for a real terminal; a process may go faster, as hello tells it";
const ACQUIRER: &str = "add the address at which this machine listens for it, as the terminal is \
                        set to: acquirer = \"192.168.0.2:5000\"";

/// What is wrong with a file.
#[derive(Debug)]
struct Mistake {
    title: String,
    at: Range<usize>,
    help: String,
}

impl Mistake {
    fn new(title: &str, at: Range<usize>, help: &str) -> Mistake {
        Mistake { title: title.to_owned(), at, help: help.to_owned() }
    }

    /// With its place in the file.
    fn render(&self, path: &str, text: &str) -> String {
        let end = text.ceil_char_boundary(self.at.end.min(text.len()));
        let at = text.floor_char_boundary(self.at.start.min(end))..end;
        let mark = AnnotationKind::Primary.span(at);
        let group = Level::ERROR
            .primary_title(self.title.as_str())
            .element(Snippet::source(text).path(path).annotation(mark))
            .element(Level::HELP.message(self.help.as_str()));
        Renderer::plain().render(&[group])
    }
}

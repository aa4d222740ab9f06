//! `payrig terminal`: a built-in firmware as a process of its own, which a rig or a person reaches
//! over the control protocol.
//!
//! It wires firmware, flash, sockets and line together; it knows no payment.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser};
use contract::TerminalId;
use harness::cli::out;
use hw_fixtures::control::{Hello, VERSION};
use hw_fixtures::port::{Selector, Settings};
use hw_fixtures::process::{self, Outlet, Surroundings};
use sim::device::{self, Outfit};

/// A built-in firmware as a terminal of its own, reached over the control protocol
///
/// It keeps its journal in a file, connects to the acquirer over TCP, and can be killed at any
/// time: started again with the same file, it goes on as after a power cut. It begins when a rig
/// says hello, and ends with standard input.
#[derive(Debug, Parser)]
#[command(name = "terminal", after_help = HELP)]
struct Terminal {
    #[command(flatten)]
    place: Place,
    /// Where the acquirer is; without it the terminal stays offline
    #[arg(long, value_name = "HOST:PORT")]
    acquirer: Option<String>,
    /// Where its second host is, if it has one
    #[arg(long, value_name = "HOST:PORT", requires = "acquirer")]
    backup: Option<String>,
    /// The file that is its flash; made when there is none
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// Which firmware (see `payrig firmwares`)
    #[arg(long, value_name = "NAME", default_value = "reference")]
    firmware: String,
    /// Which terminal of the rig it is: its number decides fields 41 and 42
    #[arg(long, value_name = "tN", default_value = "t1", value_parser = terminal_id)]
    terminal: TerminalId,
    /// The wire profile: plain87 or cup-scan
    #[arg(long, value_name = "PROFILE", default_value = "plain87")]
    wire: String,
    /// When an unknown result is asked about: the query preset's name
    #[arg(long, value_name = "PRESET", default_value = "wechat-v2")]
    poll: String,
    /// The rig's seed, from which the keys of sealed messages come
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Keep the connection open between payments
    #[arg(long, value_name = "BOOL", default_value_t = false, action = clap::ArgAction::Set)]
    keep_connection: bool,
}

const HELP: &str = "\
Examples:
  payrig run --rig hw-fixtures/benches/process.toml scenarios/link/answer-lost-after-capture.toml
      a rig that starts this command itself
  payrig terminal --listen 127.0.0.1:7001 --state t1.flash --acquirer 127.0.0.1:5001
      for a rig whose bench file says control = { tcp = \"127.0.0.1:7001\" }";

/// Where the control protocol is spoken.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Place {
    /// On standard input and output
    #[arg(long)]
    stdio: bool,
    /// On a serial port: a path like /dev/serial/by-id/..., or usb:VID:PID:SERIAL
    #[arg(long, value_name = "PORT")]
    serial: Option<Selector>,
    /// On a TCP address
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

fn terminal_id(text: &str) -> Result<TerminalId, String> {
    let number = text.strip_prefix('t').and_then(|number| number.parse().ok());
    number
        .filter(|number| (1..=9_999_999).contains(number))
        .map(TerminalId)
        .ok_or_else(|| "a terminal is named t1, t2, ...".to_owned())
}

/// The command's words, for the command line and its documentation.
pub(crate) fn command() -> clap::Command {
    Terminal::command()
}

/// Carries it out. 0: its line ended; 2: bad input, the reason is on stderr.
pub(crate) fn run(matches: &clap::ArgMatches) -> i32 {
    let run = |terminal: Terminal| {
        let (outfit, around) = terminal.outfit();
        process::run(around, &move |wires, net, disk| device::boot(&outfit, wires, net, disk))
    };
    match Terminal::from_arg_matches(matches).map_err(|why| why.to_string()).and_then(run) {
        Ok(()) => 0,
        Err(why) => {
            out::warn(&format!("error: {why}"));
            2
        }
    }
}

impl Terminal {
    fn outfit(self) -> (Outfit, Surroundings) {
        let outlet = match (self.place.serial, self.place.listen) {
            (Some(selector), _) => Outlet::Serial(selector, Settings::default()),
            (None, Some(address)) => Outlet::Listen(address),
            (None, None) => Outlet::Stdio,
        };
        let hosts = if self.backup.is_some() { 2 } else { 1 };
        let known = [("acquirer", self.acquirer), ("backup", self.backup)];
        let known = known.into_iter().filter_map(|(host, at)| Some((host.to_owned(), at?)));
        let hello = Hello {
            version: VERSION,
            firmware: self.firmware.clone(),
            keys: device::keys(),
            printer: true,
            power: false,
            emulated: true,
            tid: None,
            mid: None,
        };
        let addresses: BTreeMap<String, String> = known.collect();
        let around = Surroundings { outlet, hello, addresses, state: self.state };
        let outfit = Outfit {
            terminal: self.terminal,
            firmware: self.firmware,
            poll: self.poll,
            wire: self.wire,
            seed: self.seed,
            keep_connection: self.keep_connection,
            hosts,
        };
        (outfit, around)
    }
}

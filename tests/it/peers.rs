//! Independent programs that read what payrig writes: what they and payrig agree on is not payrig's
//! opinion alone. Knows how to find them, and what to do where they are missing.

mod browser;
mod codes;
mod iso8583;
mod ledger;
mod mcu;
mod modem;
mod printer;

use std::io::Write;
use std::process::{Command, Stdio};

/// A program of somebody else.
pub(crate) struct Peer {
    program: &'static str,
    /// Arguments with which it ends well where it is there and complete.
    probe: &'static [&'static str],
    /// How to get it.
    install: &'static str,
}

pub(crate) const TSHARK: Peer =
    Peer { program: "tshark", probe: &["--version"], install: "apt install tshark" };

/// Comes with tshark: turns hexadecimal text into a capture.
pub(crate) const TEXT2PCAP: Peer =
    Peer { program: "text2pcap", probe: &["--version"], install: "apt install wireshark-common" };

pub(crate) const PYISO8583: Peer = Peer {
    program: "python3",
    probe: &["-c", "import iso8583; iso8583.decode"],
    install: "pip install pyiso8583",
};

pub(crate) const CHROMIUM: Peer =
    Peer { program: "chromium", probe: &["--version"], install: "apt install chromium" };

pub(crate) const ZBARIMG: Peer =
    Peer { program: "zbarimg", probe: &["--version"], install: "apt install zbar-tools" };

/// The command of a peer, to be given its arguments. `None`, and a line that nobody overlooks,
/// where it is missing; with `PAYRIG_PEERS=required` in the environment the test fails instead.
pub(crate) fn peer(peer: &Peer) -> Option<Command> {
    let Peer { program, probe, install } = peer;
    let quiet =
        Command::new(program).args(*probe).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if quiet.is_ok_and(|status| status.success()) {
        return Some(Command::new(program));
    }
    let missing = format!("peer {program} missing ({install})");
    let required = std::env::var("PAYRIG_PEERS").is_ok_and(|value| value == "required");
    assert!(!required, "{missing}");
    // Not `eprintln!`: the test harness hides what a passing test prints with it.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {missing}");
    None
}

/// What a peer prints when it gets `input`.
pub(crate) fn output(mut command: Command, input: &str) -> String {
    let mut child = command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {}\n{complaint}", done.status);
    String::from_utf8(done.stdout).unwrap()
}

/// The path of a file in `tests/peers`.
pub(crate) fn script(name: &str) -> String {
    format!("{}/tests/peers/{name}", env!("CARGO_MANIFEST_DIR"))
}

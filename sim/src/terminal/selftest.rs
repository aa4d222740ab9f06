//! The self-test: asks each part how it is, and says one line of each.
//!
//! It knows what a part answers on its wires, and nothing of why.

use std::io;

use contract::{Lapse, Purpose};

use super::Terminal;
use super::host::Host;
use crate::peripheral::probe::{ModemHealth, ScannerHealth};

/// How long the host may take to answer the test's echo: 10 s (assumption).
const REACH: Lapse = Lapse::from_secs(10);

/// How long a line stands before the next (assumption: long enough to be read).
const LINE: Lapse = Lapse::from_ms(600);

/// A part and the catalogue's id of what is wrong with it: `None` when it is well, empty when the
/// test can't tell.
type Part = (&'static str, Option<&'static str>);

impl Terminal {
    /// Tests everything, on the display; and on paper when the display does not answer.
    pub(super) async fn self_test(&mut self) {
        self.desk.draw(&["PLEASE WAIT 自检中"]);
        let signal = ("SIGNAL", self.test_signal());
        let network = ("NETWORK", self.test_network().await);
        let parts = self.test_parts();
        let tested = [signal, network].into_iter().chain(parts);
        let sms = ("SMS", self.host.sms_off.then_some("notify-sms-off"));
        let mut lines: Vec<String> = tested.chain([sms]).map(line).collect();
        let mut display = true;
        for line in &lines {
            display &= self.desk.draw(&[line]);
            self.env.sleep(LINE).await;
        }
        if display {
            self.desk.draw(&["CHECK DISPLAY OK"]);
            self.env.sleep(LINE).await;
        } else {
            lines.push(line(("DISPLAY", Some("hw-display-stuck"))));
            // Without paper there is nobody left to tell.
            let _ = self.desk.print_lines(&lines);
        }
    }

    /// Asks the parts of the terminal.
    fn test_parts(&mut self) -> [Part; 8] {
        let flash = self.journal.test().err().map(|error| match error.kind() {
            io::ErrorKind::StorageFull => "store-full",
            _ => "hw-flash-write-fail",
        });
        let board = &self.desk.board;
        let stands = board.printer.as_ref().and_then(|printer| printer.status());
        let scanner = match board.probe.scanner() {
            ScannerHealth::Well => None,
            ScannerHealth::Worn => Some("hw-aging"),
            ScannerHealth::Broken => Some("hw-scanner-fault"),
        };
        let unless = |well: bool, id| (!well).then_some(id);
        let head = unless(board.printer.is_none() || board.probe.print_head(), "hw-aging");
        let printer = stands.map(|fault| fault.0).or(head);
        let Host { least_version, newest_version, .. } = &self.host;
        let old = self.outdated || least_version.is_some() || newest_version.is_some();
        [
            ("SCANNER", scanner),
            ("KEYPAD", unless(board.probe.keypad(), "hw-aging")),
            ("PRINTER", printer),
            ("FLASH", flash),
            ("CLOCK", unless(self.host.clock.is_right(), "time-clock-skew")),
            ("SETTINGS", unless(self.config.mistake().is_none(), "fw-config-bad")),
            ("LIST", unless(self.config.list_last.is_none(), "cfg-partial-list")),
            ("FIRMWARE", unless(!old, "fw-outdated")),
        ]
    }

    /// Asks the modem for its signal. Why there is none, the test of the network names.
    fn test_signal(&self) -> Option<&'static str> {
        match self.desk.board.probe.signal() {
            Some(true) => None,
            Some(false) => Some("link-weak-signal"),
            None => Some(""),
        }
    }

    /// Asks the modem, and then the host, whose answer also says which services are off.
    async fn test_network(&mut self) -> Option<&'static str> {
        match self.desk.board.probe.modem() {
            ModemHealth::Dead => return Some("hw-modem-dead"),
            ModemHealth::NoCard => return Some("link-sim-removed"),
            ModemHealth::NoData => return Some("link-apn-misconfig"),
            ModemHealth::Well => {}
        }
        self.note_stans().await;
        let Terminal { env, host, .. } = self;
        let echo = host.request(Purpose::Echo);
        let answer = env.timeout(REACH, host.ask(env, echo)).await;
        host.done(env).await;
        answer.is_none_or(|answer| answer.is_err()).then_some("")
    }
}

/// What the test says of a part.
fn line((part, wrong): Part) -> String {
    match wrong {
        None => format!("CHECK {part} OK"),
        Some(id) => format!("CHECK {part} FAILED {id}").trim_end().to_owned(),
    }
}

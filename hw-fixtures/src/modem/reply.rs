//! What a modem writes: information, result codes in words or numbers, errors as `+CMEE` wants
//! them, and unsolicited lines, which wait while something else is on the line.

/// Why a command failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// `ERROR`, whatever `+CMEE` says: the command is not known or not well-formed.
    Plain,
    /// An error of the equipment (3GPP TS 27.007, 9.2).
    Cme(u16),
    /// An error of the message service (3GPP TS 27.005, 3.2.5).
    Cms(u16),
}

/// Errors of the equipment by name.
pub(super) mod cme {
    use super::Failure;
    pub(in super::super) const NOT_ALLOWED: Failure = Failure::Cme(3);
    pub(in super::super) const NO_CARD: Failure = Failure::Cme(10);
    pub(in super::super) const PIN_NEEDED: Failure = Failure::Cme(11);
    pub(in super::super) const PUK_NEEDED: Failure = Failure::Cme(12);
    pub(in super::super) const WRONG_PIN: Failure = Failure::Cme(16);
    pub(in super::super) const NO_SERVICE: Failure = Failure::Cme(30);
    pub(in super::super) const BAD_PARAMETER: Failure = Failure::Cme(50);
}

/// Errors of the message service by name.
pub(super) mod cms {
    use super::Failure;
    pub(in super::super) const NOT_ALLOWED: Failure = Failure::Cms(302);
    pub(in super::super) const BAD_PDU: Failure = Failure::Cms(304);
    pub(in super::super) const BAD_TEXT: Failure = Failure::Cms(305);
    pub(in super::super) const NO_CARD: Failure = Failure::Cms(310);
    pub(in super::super) const PIN_NEEDED: Failure = Failure::Cms(311);
    pub(in super::super) const PUK_NEEDED: Failure = Failure::Cms(316);
    pub(in super::super) const BAD_INDEX: Failure = Failure::Cms(321);
    pub(in super::super) const FULL: Failure = Failure::Cms(322);
    pub(in super::super) const NO_SERVICE: Failure = Failure::Cms(331);
}

/// The words of the numbers above, for `+CMEE=2`.
const WORDS: [(Failure, &str); 16] = [
    (cme::NOT_ALLOWED, "operation not allowed"),
    (cme::NO_CARD, "SIM not inserted"),
    (cme::PIN_NEEDED, "SIM PIN required"),
    (cme::PUK_NEEDED, "SIM PUK required"),
    (cme::WRONG_PIN, "incorrect password"),
    (cme::NO_SERVICE, "no network service"),
    (cme::BAD_PARAMETER, "Incorrect parameters"),
    (cms::NOT_ALLOWED, "operation not allowed"),
    (cms::BAD_PDU, "invalid PDU mode parameter"),
    (cms::BAD_TEXT, "invalid text mode parameter"),
    (cms::NO_CARD, "SIM not inserted"),
    (cms::PIN_NEEDED, "SIM PIN required"),
    (cms::PUK_NEEDED, "SIM PUK required"),
    (cms::BAD_INDEX, "invalid memory index"),
    (cms::FULL, "memory full"),
    (cms::NO_SERVICE, "no network service"),
];

/// How a command line ended (ITU-T V.250, table 1), in words and as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Ok,
    Connect,
    NoCarrier,
    Error,
}

impl Verdict {
    fn forms(self) -> (&'static str, &'static str) {
        match self {
            Verdict::Ok => ("OK", "0"),
            Verdict::Connect => ("CONNECT", "1"),
            Verdict::NoCarrier => ("NO CARRIER", "3"),
            Verdict::Error => ("ERROR", "4"),
        }
    }
}

/// Bytes of unsolicited lines that wait for a free line (assumption; well above what a connection
/// may push at a time).
const UNSOLICITED_MAX: usize = 32 * 1_024;

/// The modem's pen.
#[derive(Debug)]
pub(super) struct Console {
    /// `E`: whether what is typed comes back.
    pub(super) echo: bool,
    /// `V`: results in words.
    pub(super) verbose: bool,
    /// `Q`: no results at all.
    pub(super) quiet: bool,
    /// `+CMEE`: 0 plain errors, 1 numbers, 2 words.
    pub(super) errors: u32,
    out: Vec<u8>,
    unsolicited: Vec<u8>,
}

impl Default for Console {
    fn default() -> Console {
        let (out, unsolicited) = (Vec::new(), Vec::new());
        Console { echo: true, verbose: true, quiet: false, errors: 1, out, unsolicited }
    }
}

impl Console {
    /// Back to the settings at power-on; what was written stays written.
    pub(super) fn reset(&mut self) {
        let out = std::mem::take(&mut self.out);
        let unsolicited = std::mem::take(&mut self.unsolicited);
        *self = Console { out, unsolicited, ..Console::default() };
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// A line of information.
    pub(super) fn info(&mut self, text: impl AsRef<[u8]>) {
        if self.verbose {
            self.raw(b"\r\n");
        }
        self.raw(text.as_ref());
        self.raw(b"\r\n");
    }

    /// A final result.
    pub(super) fn verdict(&mut self, verdict: Verdict) {
        let (words, number) = verdict.forms();
        match (self.quiet, self.verbose) {
            (true, _) => {}
            (false, true) => self.raw(format!("\r\n{words}\r\n").as_bytes()),
            (false, false) => self.raw(format!("{number}\r").as_bytes()),
        }
    }

    /// A final result of a maker's own, which has no number, like `SEND OK`.
    pub(super) fn own_verdict(&mut self, words: &str) {
        if !self.quiet {
            self.raw(format!("\r\n{words}\r\n").as_bytes());
        }
    }

    pub(super) fn fail(&mut self, failure: Failure) {
        let (family, number) = match failure {
            Failure::Cme(number) if self.errors > 0 => ("CME", number),
            Failure::Cms(number) if self.errors > 0 => ("CMS", number),
            _ => return self.verdict(Verdict::Error),
        };
        let words = WORDS.iter().find(|(one, _)| *one == failure).map(|(_, words)| *words);
        match words.filter(|_| self.errors == 2) {
            Some(words) => self.own_verdict(&format!("+{family} ERROR: {words}")),
            None => self.own_verdict(&format!("+{family} ERROR: {number}")),
        }
    }

    /// A line that nobody asked for. It waits until `flush`; if too many do, it is lost.
    pub(super) fn urc(&mut self, text: impl AsRef<[u8]>) {
        if self.unsolicited.len() > UNSOLICITED_MAX {
            return;
        }
        self.unsolicited.extend_from_slice(b"\r\n");
        self.unsolicited.extend_from_slice(text.as_ref());
        self.unsolicited.extend_from_slice(b"\r\n");
    }

    /// Bytes of the lines that wait.
    pub(super) fn waiting(&self) -> usize {
        self.unsolicited.len()
    }

    /// Writes the lines that waited: the line is free.
    pub(super) fn flush(&mut self) {
        self.out.append(&mut self.unsolicited);
    }

    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(console: &mut Console) -> String {
        String::from_utf8(console.take()).unwrap()
    }

    #[test]
    fn results_come_in_words_numbers_or_not_at_all() {
        let mut console = Console::default();
        console.verdict(Verdict::Ok);
        assert_eq!(written(&mut console), "\r\nOK\r\n");
        console.verbose = false;
        console.info("+CSQ: 21,99");
        console.verdict(Verdict::NoCarrier);
        assert_eq!(written(&mut console), "+CSQ: 21,99\r\n3\r");
        console.quiet = true;
        console.verdict(Verdict::Error);
        console.fail(cme::NO_CARD);
        assert_eq!(written(&mut console), "");
    }

    #[test]
    fn errors_are_told_as_the_terminal_asked() {
        let mut console = Console { errors: 0, ..Console::default() };
        console.fail(cme::NO_CARD);
        assert_eq!(written(&mut console), "\r\nERROR\r\n");
        console.errors = 1;
        console.fail(cms::BAD_INDEX);
        assert_eq!(written(&mut console), "\r\n+CMS ERROR: 321\r\n");
        console.errors = 2;
        console.fail(cme::NO_CARD);
        console.fail(Failure::Plain);
        assert_eq!(written(&mut console), "\r\n+CME ERROR: SIM not inserted\r\n\r\nERROR\r\n");
    }
}

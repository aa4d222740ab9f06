//! The self-test: asks each part how it is, and says one line of each.
//!
//! It knows what a part answers on its wires, and nothing of why.

use contract::{Lapse, Purpose};

use super::{LAST_STAN, Terminal};

/// How long the host may take to answer the test's echo: 10 s (assumption).
const REACH: Lapse = Lapse::from_secs(10);

/// How long a line stands before the next (assumption: long enough to be read).
const LINE: Lapse = Lapse::from_ms(600);

impl Terminal {
    /// Tests everything, on the display; and on paper when the display does not answer.
    pub(super) async fn self_test(&mut self) {
        self.desk.draw(&["PLEASE WAIT 自检中"]);
        let network = self.reaches_host().await;
        let flash = self.journal.test().is_ok();
        let printer = self.desk.board.printer.as_ref().is_none_or(|it| it.status().is_ok());
        let probe = &self.desk.board.probe;
        let parts = [
            ("NETWORK", network),
            ("SCANNER", probe.scanner()),
            ("KEYPAD", probe.keypad()),
            ("PRINTER", printer),
            ("FLASH", flash),
            ("CLOCK", self.host.clock.is_right()),
            ("SETTINGS", self.config.mistake().is_none()),
            ("LIST", self.config.list_last.is_none()),
            ("FIRMWARE", !self.outdated && self.host.least_version.is_none()),
            ("SMS", !self.host.sms_off),
        ];
        let word = |well| if well { "OK" } else { "FAILED" };
        let mut lines: Vec<String> =
            parts.iter().map(|(part, well)| format!("CHECK {part} {}", word(*well))).collect();
        let mut display = true;
        for line in &lines {
            display &= self.desk.draw(&[line]);
            self.env.sleep(LINE).await;
        }
        if display {
            self.desk.draw(&["CHECK DISPLAY OK"]);
            self.env.sleep(LINE).await;
        } else {
            lines.push("CHECK DISPLAY FAILED".to_owned());
            // Without paper there is nobody left to tell.
            let _ = self.desk.print_lines(&lines);
        }
    }

    /// Whether the host answers. Its answer also says which services are off.
    async fn reaches_host(&mut self) -> bool {
        let Terminal { env, host, .. } = self;
        let echo = host.request(Purpose::Echo, LAST_STAN + 1);
        let answer = env.timeout(REACH, host.ask(env, echo)).await;
        host.done(env).await;
        answer.is_some_and(|answer| answer.is_ok())
    }
}

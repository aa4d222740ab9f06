//! Commands about the modem itself: how it answers, who it is, what time it has, power and speed.

use sim::calendar;

use super::data_mode::Online;
use super::reply::{Failure, Verdict, cme};
use super::syntax::{Call, Kind};
use super::{Command, Done, Maker, Mode, Modem, Needs, Outcome, command};

pub(super) const COMMANDS: &[Command] = &[
    command("E", None, Needs::Nothing, Modem::set_style),
    command("V", None, Needs::Nothing, Modem::set_style),
    command("Q", None, Needs::Nothing, Modem::set_style),
    command("Z", None, Needs::Nothing, Modem::defaults),
    command("&F", None, Needs::Nothing, Modem::defaults),
    command("I", None, Needs::Nothing, Modem::identity),
    command("D", None, Needs::Card, Modem::dial),
    command("O", None, Needs::Nothing, Modem::online_again),
    command("H", None, Needs::Nothing, Modem::nothing),
    command("X", None, Needs::Nothing, Modem::nothing),
    command("L", None, Needs::Nothing, Modem::nothing),
    command("M", None, Needs::Nothing, Modem::nothing),
    command("&C", None, Needs::Nothing, Modem::nothing),
    command("&D", None, Needs::Nothing, Modem::nothing),
    command("&K", None, Needs::Nothing, Modem::nothing),
    command("&W", None, Needs::Nothing, Modem::nothing),
    command("+CGMI", Some(""), Needs::Nothing, Modem::identity),
    command("+GMI", Some(""), Needs::Nothing, Modem::identity),
    command("+CGMM", Some(""), Needs::Nothing, Modem::identity),
    command("+GMM", Some(""), Needs::Nothing, Modem::identity),
    command("+CGMR", Some(""), Needs::Nothing, Modem::identity),
    command("+GMR", Some(""), Needs::Nothing, Modem::identity),
    command("+CGSN", Some(""), Needs::Nothing, Modem::identity),
    command("+GSN", Some(""), Needs::Nothing, Modem::identity),
    command("+CMEE", Some("(0-2)"), Needs::Nothing, Modem::cmee),
    command("+CCLK", Some(""), Needs::Nothing, Modem::cclk),
    command(
        "+IPR",
        Some("(),(9600,19200,38400,57600,115200,230400,460800,921600)"),
        Needs::Nothing,
        Modem::ipr,
    ),
    command("+QPOWD", Some("(0,1)"), Needs::Nothing, Modem::power_down),
    command("+CPOF", Some(""), Needs::Nothing, Modem::power_down),
    command("+CRESET", Some(""), Needs::Nothing, Modem::reset),
];

/// Maker, model and firmware of a module of this make.
fn names(maker: Maker) -> [&'static str; 3] {
    match maker {
        Maker::Quectel => ["Quectel", "EC200S", "EC200SCNAAR01A01M16"],
        Maker::Simcom => ["SIMCOM INCORPORATED", "SIMCOM_SIM7600CE", "SIM7600M22_V1.1"],
    }
}

/// Speeds that a line can have.
const SPEEDS: [u32; 8] = [9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600];

impl Modem {
    fn nothing(&mut self, _: &Call) -> Outcome {
        Ok(Done::Ok)
    }

    fn set_style(&mut self, call: &Call) -> Outcome {
        let on = call.args().number(0).filter(|n| *n <= 1).ok_or(Failure::Plain)? == 1;
        let console = &mut self.session.console;
        match call.name.as_str() {
            "E" => console.echo = on,
            "V" => console.verbose = on,
            _ => console.quiet = on,
        }
        Ok(Done::Ok)
    }

    fn defaults(&mut self, _: &Call) -> Outcome {
        self.session.console.reset();
        self.session.kept.clear();
        Ok(Done::Ok)
    }

    fn identity(&mut self, call: &Call) -> Outcome {
        let [maker, model, firmware] = names(self.profile.maker);
        match call.name.as_str() {
            "I" => {
                let all = format!("{maker}\r\n{model}\r\nRevision: {firmware}");
                self.info(all);
            }
            "+CGMI" | "+GMI" => self.info(maker),
            "+CGMM" | "+GMM" => self.info(model),
            "+CGMR" | "+GMR" => self.info(firmware),
            _ => self.info(self.profile.imei.clone()),
        }
        Ok(Done::Ok)
    }

    fn cmee(&mut self, call: &Call) -> Outcome {
        let console = &mut self.session.console;
        if let Kind::Set(args) = &call.kind {
            console.errors = args.number(0).filter(|n| *n <= 2).ok_or(Failure::Plain)?;
        } else {
            let errors = console.errors;
            self.info(format!("+CMEE: {errors}"));
        }
        Ok(Done::Ok)
    }

    /// The date as the network told it; setting it changes nothing.
    fn cclk(&mut self, call: &Call) -> Outcome {
        if call.kind == Kind::Read {
            self.info(format!("+CCLK: \"{}\"", self.stamp()));
        }
        Ok(Done::Ok)
    }

    /// `26/01/01,00:00:03+32`: China's time, in quarters of an hour east of Greenwich.
    pub(super) fn stamp(&self) -> String {
        let [year, month, day, hour, minute, second] = self.date();
        format!("{year:02}/{month:02}/{day:02},{hour:02}:{minute:02}:{second:02}+32")
    }

    /// Year of the century, month, day, hour, minute, second.
    pub(super) fn date(&self) -> [u8; 6] {
        let last = calendar::Date { month: 12, day: 31, hour: 23, minute: 59, second: 59 };
        let date = calendar::date(self.now).unwrap_or(last);
        [calendar::YEAR % 100, date.month, date.day, date.hour, date.minute, date.second]
            .map(|part| u8::try_from(part).unwrap_or_default())
    }

    /// The answer still comes at the old speed.
    fn ipr(&mut self, call: &Call) -> Outcome {
        if let Kind::Set(args) = &call.kind {
            let speed = args.number(0).filter(|speed| SPEEDS.contains(speed));
            self.session.next_baud = Some(speed.ok_or(cme::BAD_PARAMETER)?);
        } else {
            self.info(format!("+IPR: {}", self.baud));
        }
        Ok(Done::Ok)
    }

    fn power_down(&mut self, _: &Call) -> Outcome {
        self.session.console.verdict(Verdict::Ok);
        self.session.console.own_verdict("POWERED DOWN");
        self.leave_line(Modem::power_off)
    }

    fn reset(&mut self, _: &Call) -> Outcome {
        self.restart_when_told()
    }

    /// Answers and starts anew.
    pub(super) fn restart_when_told(&mut self) -> Outcome {
        self.session.console.verdict(Verdict::Ok);
        self.leave_line(Modem::restart)
    }

    /// Forgets all but what was already written.
    fn leave_line(&mut self, leave: fn(&mut Modem)) -> Outcome {
        let written = self.session.console.take();
        leave(self);
        self.session.console.raw(&written);
        Ok(Done::Said)
    }

    /// Only data calls; nobody can talk to a payment terminal.
    fn dial(&mut self, call: &Call) -> Outcome {
        let args = call.args();
        // Tone or pulse, once.
        let number =
            args.text(0).map(|number| number.trim_start_matches(['T', 't', 'P', 'p', ' ']));
        let is_data = number.is_some_and(|number| number.starts_with("*99"));
        if is_data && self.carries() {
            return Ok(Done::Mode(Mode::Online(Online::dialled(self.now))));
        }
        self.session.console.verdict(Verdict::NoCarrier);
        Ok(Done::Said)
    }

    fn online_again(&mut self, _: &Call) -> Outcome {
        match self.session.sockets.online() {
            Some(id) => Ok(Done::Mode(Mode::Online(Online::on(id, self.now)))),
            None => {
                self.session.console.verdict(Verdict::NoCarrier);
                Ok(Done::Said)
            }
        }
    }
}

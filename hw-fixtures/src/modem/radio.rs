//! The network as the terminal asks for it: signal, registration, operator (3GPP TS 27.007, 7
//! and 8).

use super::reply::cme;
use super::syntax::{Call, Kind};
use super::{Command, Done, Modem, Needs, Outcome, Power, Service, command};

pub(super) const COMMANDS: &[Command] = &[
    command("+CSQ", Some("(0-31,99),(0-7,99)"), Needs::Nothing, Modem::csq),
    command("+CREG", Some("(0-2)"), Needs::Nothing, Modem::creg),
    command("+CGREG", Some("(0-2)"), Needs::Nothing, Modem::creg),
    command("+CEREG", Some("(0-2)"), Needs::Nothing, Modem::creg),
    command("+COPS", None, Needs::Card, Modem::cops),
    command("+CFUN", Some("(0,1,4),(0,1)"), Needs::Nothing, Modem::cfun),
];

/// The three registrations: circuits, packets, LTE. On 4G they stand and fall together.
const REGISTRATIONS: [&str; 3] = ["+CREG", "+CGREG", "+CEREG"];

/// E-UTRAN (3GPP TS 27.007, `<AcT>`).
const LTE: u8 = 7;

/// What the terminal has set.
#[derive(Debug)]
pub(super) struct Settings {
    /// `<n>` of each registration command: 0 silent, 1 changes, 2 changes with the cell.
    reports: [u32; 3],
    /// What was told last; the modem begins without a network.
    told: Service,
    /// `+CFUN`.
    functions: u32,
    /// `+COPS`: how the operator is chosen, and in which form it is named.
    selection: u32,
    format: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        let told = Service::None;
        Settings { reports: [0; 3], told, functions: 1, selection: 0, format: 0 }
    }
}

impl Modem {
    /// What the network grants now.
    pub(super) fn registration(&self) -> Service {
        let settings = &self.session.radio;
        let tries = settings.functions == 1 && settings.selection != 2;
        match self.power {
            Power::On { .. } if !tries || self.card_ready().is_err() => Service::None,
            Power::On { registers: Some(_) } => Service::Searching,
            Power::On { registers: None } => self.service,
            _ => Service::None,
        }
    }

    /// Tells of a registration that came or went.
    pub(super) fn report_registration(&mut self) {
        let service = self.registration();
        if std::mem::replace(&mut self.session.radio.told, service) == service {
            return;
        }
        for (name, report) in REGISTRATIONS.into_iter().zip(self.session.radio.reports) {
            if report > 0 {
                self.urc(format!("{name}: {}", self.registration_words(report)));
            }
        }
    }

    /// `1`, or `1,"1A2B","01C3D4E5",7`.
    fn registration_words(&self, report: u32) -> String {
        let service = self.registration();
        let operator = &self.profile.operator;
        let mut words = service.stat().to_string();
        if report == 2 && service.is_registered() {
            words += &format!(",\"{}\",\"{}\",{LTE}", operator.area, operator.cell);
        }
        words
    }

    fn creg(&mut self, call: &Call) -> Outcome {
        let place = REGISTRATIONS.iter().position(|name| *name == call.name);
        let Some(report) = place.and_then(|at| self.session.radio.reports.get_mut(at)) else {
            return Err(cme::NOT_ALLOWED);
        };
        if let Kind::Set(args) = &call.kind {
            *report = args.number(0).filter(|n| *n <= 2).ok_or(cme::BAD_PARAMETER)?;
            return Ok(Done::Ok);
        }
        let report = *report;
        self.info(format!("{}: {report},{}", call.name, self.registration_words(report)));
        Ok(Done::Ok)
    }

    /// Steps of 2 dBm from -113; 99 for "not known" (3GPP TS 27.007, 8.5).
    fn csq(&mut self, _: &Call) -> Outcome {
        let silent = self.session.radio.functions != 1;
        let signal = self.signal.filter(|_| !silent);
        let step = signal.map_or(99, |dbm| (dbm.clamp(-113, -51) + 113) / 2);
        self.info(format!("+CSQ: {step},99"));
        Ok(Done::Ok)
    }

    fn cops(&mut self, call: &Call) -> Outcome {
        let operator = self.profile.operator.clone();
        match &call.kind {
            Kind::Set(args) => {
                let format = args.number_or(1, self.session.radio.format);
                let format = format.filter(|n| *n <= 2).ok_or(cme::BAD_PARAMETER)?;
                match args.number(0) {
                    Some(3) => {}
                    Some(1 | 4) if args.text(2) != Some(name_of(&operator, format)) => {
                        return Err(cme::NO_SERVICE);
                    }
                    Some(0 | 4) => self.select(0),
                    Some(selection @ (1 | 2)) => self.select(selection),
                    _ => return Err(cme::BAD_PARAMETER),
                }
                self.session.radio.format = format;
            }
            Kind::Test => {
                let super::Operator { name, short, plmn, .. } = operator;
                let one = format!("(2,\"{name}\",\"{short}\",\"{plmn}\",{LTE})");
                self.info(format!("+COPS: {one},,(0-4),(0-2)"));
            }
            Kind::Read | Kind::Run => {
                let Settings { selection, format, .. } = self.session.radio;
                let named = if self.registration().is_registered() {
                    let name = self.in_charset(name_of(&operator, format));
                    format!(",{format},\"{name}\",{LTE}")
                } else {
                    String::new()
                };
                self.info(format!("+COPS: {selection}{named}"));
            }
        }
        Ok(Done::Ok)
    }

    fn select(&mut self, selection: u32) {
        let before = std::mem::replace(&mut self.session.radio.selection, selection);
        match (before, selection) {
            (2, 0 | 1) => self.search(),
            (0 | 1, 2) => self.lose_pdp(),
            _ => {}
        }
    }

    fn cfun(&mut self, call: &Call) -> Outcome {
        let Kind::Set(args) = &call.kind else {
            self.info(format!("+CFUN: {}", self.session.radio.functions));
            return Ok(Done::Ok);
        };
        let wanted = args.number(0).filter(|n| [0, 1, 4].contains(n)).ok_or(cme::BAD_PARAMETER)?;
        if args.number(1) == Some(1) {
            return self.restart_when_told();
        }
        let before = std::mem::replace(&mut self.session.radio.functions, wanted);
        match (before, wanted) {
            (0 | 4, 1) => self.search(),
            (1, 0 | 4) => self.lose_pdp(),
            _ => {}
        }
        Ok(Done::Ok)
    }
}

fn name_of(operator: &super::Operator, format: u32) -> &str {
    match format {
        0 => &operator.name,
        1 => &operator.short,
        _ => &operator.plmn,
    }
}

//! Commands that only have an answer, or that only keep what they are told. Clients send them when
//! they start and look no further.

use super::reply::Failure;
use super::syntax::{Call, Kind};
use super::{Done, Modem, Outcome};

/// A command without consequences. An empty answer is a bare `OK`; `None` is an error.
struct Plain {
    name: &'static str,
    run: Option<&'static str>,
    /// The answer to `?`, until something else was set.
    read: Option<&'static str>,
    test: Option<&'static str>,
    /// Whether it can be set.
    set: bool,
}

/// Only answers.
const fn answer(name: &'static str, run: &'static str) -> Plain {
    Plain { name, run: Some(run), read: None, test: Some(""), set: false }
}

/// Keeps what it is told.
const fn kept(name: &'static str, read: &'static str, test: &'static str) -> Plain {
    Plain { name, run: Some(""), read: Some(read), test: Some(test), set: true }
}

/// Takes what it is told, and forgets it.
const fn taken(name: &'static str) -> Plain {
    Plain { name, run: Some(""), read: None, test: Some(""), set: true }
}

const PLAIN: [Plain; 41] = [
    answer("+GCAP", "+CGSM"),
    // Not on its battery, which is full (3GPP TS 27.007, 8.4).
    answer("+CBC", "1,100"),
    answer("+CPAS", "0"),
    taken("+CLCC"),
    answer("+CHUP", ""),
    kept("+CRC", "0", "(0,1)"),
    kept("+CR", "0", "(0,1)"),
    kept("+CLIP", "0,1", "(0,1)"),
    kept("+CLIR", "0,1", "(0-2)"),
    kept("+COLP", "0,1", "(0,1)"),
    kept("+CCWA", "0", "(0,1)"),
    kept("+CSSN", "0,0", "(0,1),(0,1)"),
    kept("+CUSD", "0", "(0-2)"),
    kept("+CTZU", "1", "(0,1)"),
    kept("+CTZR", "0", "(0-2)"),
    kept("+CGEREP", "0,0", "(0-2),(0,1)"),
    kept("+CMMS", "0", "(0-2)"),
    kept("+CSCB", "0,\"\",\"\"", "(0,1)"),
    kept("+CGSMS", "1", "(0-3)"),
    kept("+CSCLK", "0", "(0,1)"),
    kept("+IFC", "0,0", "(0-2),(0-2)"),
    kept("+ICF", "3,3", "(1-3),(0-3)"),
    kept("+FCLASS", "0", "(0)"),
    kept("+CMUT", "0", "(0,1)"),
    kept("+CLVL", "3", "(0-5)"),
    kept("+CPBS", "\"SM\",0,250", "(\"SM\",\"ME\")"),
    kept("+QSCLK", "0", "(0,1)"),
    kept("+QISDE", "0", "(0,1)"),
    kept("+CIPHEAD", "1", "(0,1)"),
    kept("+CIPSRIP", "1", "(0,1)"),
    kept("+CIPCCFG", "10,0,0,0,1,0,75000", "(0-10),(0-1000),(0),(0,1),(0,1),(0),(3000-120000)"),
    kept("+CIPTIMEOUT", "120000,120000,120000", ""),
    kept("+CTZDISP", "0", "(0,1)"),
    Plain { name: "+CPBR", run: None, read: None, test: Some("(1-250),40,14"), set: true },
    Plain { name: "+CLCK", run: None, read: None, test: Some("(\"SC\")"), set: false },
    taken("+QCFG"),
    taken("+QURCCFG"),
    taken("+QICFG"),
    taken("+CSAS"),
    taken("+CRES"),
    taken("+CGCLASS"),
];

/// Registers `S0` to `S10` with their values at power-on (ITU-T V.250, 6).
const REGISTERS: [&str; 11] = ["0", "0", "43", "13", "10", "8", "2", "60", "2", "6", "14"];

impl Modem {
    /// A command that no family knows.
    pub(super) fn plain(&mut self, call: &Call) -> Outcome {
        if call.name.starts_with('S') {
            return self.register(call);
        }
        let plain = PLAIN.iter().find(|plain| plain.name == call.name).ok_or(Failure::Plain)?;
        let answer = match &call.kind {
            Kind::Run => plain.run,
            Kind::Test => plain.test,
            Kind::Read => {
                let kept = self.session.kept.get(plain.name).cloned();
                let read = kept.or(plain.read.map(str::to_owned)).ok_or(Failure::Plain)?;
                self.info(format!("{}: {read}", plain.name));
                return Ok(Done::Ok);
            }
            Kind::Set(args) => {
                if plain.set && plain.read.is_some() {
                    self.session.kept.insert(plain.name.to_owned(), args.raw());
                }
                plain.set.then_some("")
            }
        };
        match answer.ok_or(Failure::Plain)? {
            "" => {}
            answer => self.info(format!("{}: {answer}", plain.name)),
        }
        Ok(Done::Ok)
    }

    fn register(&mut self, call: &Call) -> Outcome {
        let number = call.name.strip_prefix('S').and_then(|number| number.parse::<usize>().ok());
        let initial = number.and_then(|n| REGISTERS.get(n)).ok_or(Failure::Plain)?;
        if let Kind::Set(args) = &call.kind {
            let value = args.number(0).filter(|value| *value <= 255).ok_or(Failure::Plain)?;
            self.session.kept.insert(call.name.clone(), value.to_string());
        } else {
            let value = self.session.kept.get(&call.name).cloned();
            let value = value.unwrap_or_else(|| (*initial).to_owned());
            self.info(format!("{value:0>3}"));
        }
        Ok(Done::Ok)
    }
}

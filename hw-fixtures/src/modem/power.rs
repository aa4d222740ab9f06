//! Power: off, starting, on; and how soon the modem is registered after it.

use contract::Time;

use super::{Maker, Modem, Request, Session};

/// What the modem's power is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Power {
    Off,
    /// It hears nothing until then.
    Starting(Time),
    On {
        /// When the search for a network is over; `None` when it is, or does not go on.
        registers: Option<Time>,
    },
}

/// The first words of a module; the card's stands between the two.
fn greeting(maker: Maker) -> (&'static [&'static str], &'static [&'static str]) {
    match maker {
        Maker::Quectel => (&["RDY", "+CFUN: 1"], &["+QIND: SMS DONE", "+QIND: PB DONE"]),
        Maker::Simcom => (&["RDY"], &["SMS DONE", "PB DONE"]),
    }
}

impl Modem {
    /// Starts with nothing in its memory.
    pub(super) fn boot(&mut self) {
        self.session = Session::default();
        self.baud = self.profile.baud;
        self.power = Power::Starting(self.now + self.profile.boot);
        self.slot.lock(&self.profile.card);
    }

    /// Falls silent: nobody is told.
    pub(super) fn power_off(&mut self) {
        for conn in self.session.sockets.forget_all() {
            self.drop_requests_of(conn);
            self.requests.push(Request::Forget { conn });
        }
        self.session = Session::default();
        self.power = Power::Off;
    }

    /// As after a crash of its own.
    pub(super) fn restart(&mut self) {
        if self.power != Power::Off {
            self.power_off();
            self.boot();
        }
    }

    /// Looks for the network from now on.
    pub(super) fn search(&mut self) {
        if matches!(self.power, Power::On { .. }) {
            self.power = Power::On { registers: Some(self.now + self.profile.register) };
        }
    }

    pub(super) fn power_due(&self) -> Option<Time> {
        match self.power {
            Power::Off => None,
            Power::Starting(until) => Some(until),
            Power::On { registers } => registers,
        }
    }

    pub(super) fn pass_power(&mut self) {
        match self.power {
            Power::Starting(until) if until <= self.now => self.greet(),
            Power::On { registers: Some(at) } if at <= self.now => {
                self.power = Power::On { registers: None };
            }
            _ => {}
        }
    }

    fn greet(&mut self) {
        self.power = Power::On { registers: None };
        self.search();
        let (first, last) = greeting(self.profile.maker);
        first.iter().for_each(|line| self.urc(line));
        match self.card_state() {
            Ok(state) => self.urc(format!("+CPIN: {state}")),
            Err(_) => self.urc("+CPIN: NOT READY"),
        }
        if self.card_ready().is_ok() {
            last.iter().for_each(|line| self.urc(line));
        }
    }
}

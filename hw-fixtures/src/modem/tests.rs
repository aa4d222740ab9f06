//! Sessions with a modem, a family of commands each, and what no input may do.

mod any_input;
mod faults;
mod general;
mod sms;
mod sockets;

use contract::{Lapse, Time};

use super::{Change, Conn, Maker, Modem, NetEvent, Profile, Request};

/// A modem, and a clock that the test turns.
struct Desk {
    modem: Modem,
    now: Time,
}

impl Desk {
    /// Switched on a moment ago.
    fn cold(profile: Profile) -> Desk {
        Desk { modem: Modem::new(profile, Time(0)), now: Time(0) }
    }

    /// Registered, without echo, its first words read.
    fn of(profile: Profile) -> Desk {
        let mut desk = Desk::cold(profile);
        desk.pass(Lapse::from_secs(60));
        desk.at("ATE0");
        desk
    }

    fn new() -> Desk {
        Desk::of(Profile::default())
    }

    fn simcom() -> Desk {
        Desk::of(Profile { maker: Maker::Simcom, ..Profile::default() })
    }

    /// With an open data connection.
    fn attached() -> Desk {
        let mut desk = Desk::new();
        assert_eq!(desk.at("AT+QIACT=1"), "OK");
        desk
    }

    /// What it writes, a line each, without the empty ones.
    fn read(&mut self) -> String {
        let out = String::from_utf8_lossy(&self.modem.take_output()).into_owned();
        let lines: Vec<_> = out.split("\r\n").filter(|line| !line.is_empty()).collect();
        lines.join("|")
    }

    fn type_in(&mut self, bytes: impl AsRef<[u8]>) -> String {
        self.modem.receive(bytes.as_ref(), self.now);
        self.read()
    }

    /// Types a line.
    fn at(&mut self, line: &str) -> String {
        self.type_in(format!("{line}\r"))
    }

    fn pass(&mut self, span: Lapse) -> String {
        self.now += span;
        self.modem.tick(self.now);
        self.read()
    }

    fn change(&mut self, change: Change) -> String {
        self.modem.change(change, self.now);
        self.read()
    }

    fn network(&mut self, conn: Conn, event: NetEvent) -> String {
        self.modem.network(conn, event, self.now);
        self.read()
    }

    fn requests(&mut self) -> Vec<Request> {
        self.modem.take_requests()
    }

    /// The connection that it wants opened, and nothing else.
    fn opens(&mut self) -> Conn {
        match self.requests().as_slice() {
            [Request::Open { conn, .. }] => *conn,
            other => panic!("no opening: {other:?}"),
        }
    }
}

//! The connections of a module, whatever words its maker has for them.

use std::collections::BTreeMap;

use contract::{Lapse, Time};

use super::data_mode::Online;
use super::reply::{Failure, Verdict};
use super::{Conn, Done, Maker, Mode, Modem, NetEvent, NoConnection, Outcome, Request};

pub(super) mod quectel;
pub(super) mod simcom;

/// The most bytes that a command sends (Quectel and SIMCom TCP/IP notes: 1460 and 1500).
const SEND_MAX: usize = 1_460;

/// Bytes that a module takes before the other end has acknowledged any (assumption).
const UNSENT_MAX: usize = 10 * SEND_MAX;

/// Bytes that a module keeps until the terminal fetches them (assumption; Quectel's note: 10 kB).
const UNREAD_MAX: usize = 10_240;

/// How long a module tries to connect (Quectel EC2x&EG9x TCP/IP application note: 150 s).
const OPENING: Lapse = Lapse::from_secs(150);

/// The connections, by the terminal's own numbers.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    all: BTreeMap<u8, Socket>,
    /// `AT+QIGETERROR`.
    last_error: u16,
    /// `AT+CIPRXGET=1`: the terminal fetches what came.
    fetches: bool,
    /// `AT+CIPMODE=1`: the next connection is transparent.
    transparent: bool,
}

#[derive(Debug)]
struct Socket {
    conn: Conn,
    state: State,
    access: Access,
    host: String,
    port: u16,
    /// What came and was not fetched.
    unread: Vec<u8>,
    /// Whether the terminal was told of it.
    told: bool,
    /// Bytes that came so far.
    received: usize,
    sent: usize,
    acknowledged: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Under way, until then.
    Opening(Time),
    Open,
    /// Over; its number is taken until the terminal closes it.
    Closed,
}

/// How bytes come to the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// The terminal fetches them.
    Buffered,
    /// They come by themselves.
    Pushed,
    /// The line is the connection.
    Transparent,
}

impl Sockets {
    pub(super) fn due(&self) -> Option<Time> {
        let until = |socket: &Socket| match socket.state {
            State::Opening(until) => Some(until),
            _ => None,
        };
        self.all.values().filter_map(until).min()
    }

    /// The transparent one that is open.
    pub(super) fn online(&self) -> Option<u8> {
        let is_online =
            |socket: &Socket| socket.access == Access::Transparent && socket.state == State::Open;
        self.all.iter().find(|(_, socket)| is_online(socket)).map(|(id, _)| *id)
    }

    /// Ends all of them; which ones were alive.
    pub(super) fn break_all(&mut self) -> Vec<Conn> {
        let alive = self.all.values_mut().filter(|socket| socket.state != State::Closed);
        let end = |socket: &mut Socket| {
            socket.state = State::Closed;
            socket.conn
        };
        alive.map(end).collect()
    }

    /// Nothing is left of any.
    pub(super) fn forget_all(&mut self) -> Vec<Conn> {
        let alive = self.break_all();
        self.all.clear();
        alive
    }

    fn id_of(&self, conn: Conn) -> Option<u8> {
        let is_it = |socket: &Socket| socket.conn == conn && socket.state != State::Closed;
        self.all.iter().find(|(_, socket)| is_it(socket)).map(|(id, _)| *id)
    }
}

impl Modem {
    /// How many bytes it would take from this connection now.
    pub fn room(&self, conn: Conn) -> usize {
        let sockets = &self.session.sockets;
        let socket = sockets.id_of(conn).and_then(|id| sockets.all.get(&id));
        let Some(socket) = socket.filter(|_| self.carries()) else { return 0 };
        let taken = match socket.access {
            Access::Pushed => self.session.console.waiting(),
            Access::Buffered | Access::Transparent => socket.unread.len(),
        };
        UNREAD_MAX.saturating_sub(taken)
    }

    /// Begins a connection; the terminal's numbers and names were checked.
    fn open(&mut self, id: u8, host: &str, port: u16, access: Access) {
        self.opened = self.opened.wrapping_add(1);
        let conn = Conn(self.opened);
        let socket = Socket {
            conn,
            state: State::Opening(self.now + OPENING),
            access,
            host: host.to_owned(),
            port,
            unread: Vec::new(),
            told: false,
            received: 0,
            sent: 0,
            acknowledged: 0,
        };
        self.session.sockets.all.insert(id, socket);
        self.requests.push(Request::Open { conn, host: host.to_owned(), port });
    }

    /// Takes bytes for a connection, all or none.
    pub(super) fn send(&mut self, id: u8, bytes: &[u8]) -> bool {
        let Some(socket) = self.session.sockets.all.get_mut(&id) else { return false };
        let unsent = socket.sent.saturating_sub(socket.acknowledged);
        if socket.state != State::Open || unsent + bytes.len() > UNSENT_MAX {
            return false;
        }
        socket.sent += bytes.len();
        let to = socket.conn;
        match self.requests.last_mut() {
            _ if bytes.is_empty() => {}
            Some(Request::Send { conn, bytes: before }) if *conn == to => before.extend(bytes),
            _ => self.requests.push(Request::Send { conn: to, bytes: bytes.to_vec() }),
        }
        true
    }

    pub(super) fn finish_send(&mut self, id: u8, bytes: Vec<u8>) -> Outcome {
        let taken = self.send(id, &bytes);
        match self.profile.maker {
            Maker::Quectel => {
                self.session.console.own_verdict(if taken { "SEND OK" } else { "SEND FAIL" });
            }
            Maker::Simcom if taken => {
                self.session.console.verdict(Verdict::Ok);
                let length = bytes.len();
                self.urc(format!("+CIPSEND: {id},{length},{length}"));
            }
            Maker::Simcom => return Err(Failure::Plain),
        }
        Ok(Done::Said)
    }

    /// The terminal closes it, or gives up. Whether there was one.
    fn close(&mut self, id: u8) -> bool {
        let Some(socket) = self.session.sockets.all.remove(&id) else { return false };
        if socket.state != State::Closed {
            self.close_outside(socket.conn);
        }
        true
    }

    /// Takes back all that nobody has fetched yet.
    pub(super) fn drop_requests_of(&mut self, gone: Conn) {
        self.requests.retain(|request| match request {
            Request::Open { conn, .. } | Request::Send { conn, .. } | Request::Close { conn } => {
                *conn != gone
            }
            Request::Forget { .. } | Request::Sms(_) => true,
        });
    }

    /// Closes it for the outside. If the outside never heard of it, it never will; otherwise what
    /// was sent still goes out first.
    fn close_outside(&mut self, gone: Conn) {
        let opens =
            |request: &Request| matches!(request, Request::Open { conn, .. } if *conn == gone);
        if self.requests.iter().any(opens) {
            self.drop_requests_of(gone);
        } else {
            self.requests.push(Request::Close { conn: gone });
        }
    }

    /// Takes up to `most` bytes of what came.
    fn fetch(&mut self, id: u8, most: usize) -> Option<Vec<u8>> {
        let socket = self.session.sockets.all.get_mut(&id)?;
        let rest = socket.unread.split_off(socket.unread.len().min(most));
        let taken = std::mem::replace(&mut socket.unread, rest);
        socket.told &= !socket.unread.is_empty();
        Some(taken)
    }

    /// Gives up what took too long.
    pub(super) fn pass_sockets(&mut self) {
        let late = |socket: &Socket| match socket.state {
            State::Opening(until) => until <= self.now,
            _ => false,
        };
        let late = self.session.sockets.all.values().filter(|socket| late(socket));
        for conn in late.map(|socket| socket.conn).collect::<Vec<_>>() {
            self.close_outside(conn);
            self.socket_event(conn, NetEvent::Failed(NoConnection::TimedOut));
        }
    }

    pub(super) fn socket_event(&mut self, conn: Conn, event: NetEvent) {
        let Some(id) = self.session.sockets.id_of(conn) else { return };
        let Some(socket) = self.session.sockets.all.get_mut(&id) else { return };
        match event {
            NetEvent::Opened => {
                socket.state = State::Open;
                self.connected(id);
            }
            NetEvent::Failed(why) => {
                socket.state = State::Closed;
                self.not_connected(id, why);
            }
            NetEvent::Data(bytes) => {
                socket.received += bytes.len();
                self.data_came(id, bytes);
            }
            NetEvent::Sent(count) => {
                socket.acknowledged = socket.sent.min(socket.acknowledged + count);
            }
            NetEvent::Closed => {
                socket.state = State::Closed;
                self.closed(id);
            }
        }
    }

    fn connected(&mut self, id: u8) {
        if matches!(self.session.mode, Mode::Dialling(dialled) if dialled == id) {
            self.session.mode = Mode::Online(Online::on(id, self.now));
            return self.session.console.verdict(Verdict::Connect);
        }
        match self.profile.maker {
            Maker::Quectel => self.urc(format!("+QIOPEN: {id},0")),
            Maker::Simcom => self.urc(format!("+CIPOPEN: {id},0")),
        }
    }

    fn not_connected(&mut self, id: u8, why: NoConnection) {
        if matches!(self.session.mode, Mode::Dialling(dialled) if dialled == id) {
            self.close(id);
            return self.leave_data_mode(Verdict::Error);
        }
        match self.profile.maker {
            Maker::Quectel => self.urc(format!("+QIOPEN: {id},{}", quectel::error(why))),
            Maker::Simcom => {
                self.close(id);
                self.urc(format!("+CIPOPEN: {id},{}", simcom::error(why)));
            }
        }
    }

    fn is_online(&self, id: u8) -> bool {
        matches!(&self.session.mode, Mode::Online(online) if online.id() == Some(id))
    }

    fn data_came(&mut self, id: u8, bytes: Vec<u8>) {
        let online = self.is_online(id);
        let Some(socket) = self.session.sockets.all.get_mut(&id) else { return };
        match socket.access {
            Access::Transparent if online => return self.session.console.raw(&bytes),
            Access::Pushed => {}
            Access::Buffered | Access::Transparent => {
                socket.unread.extend(bytes);
                if socket.access == Access::Transparent || std::mem::replace(&mut socket.told, true)
                {
                    return;
                }
                return match self.profile.maker {
                    Maker::Quectel => self.urc(format!("+QIURC: \"recv\",{id}")),
                    Maker::Simcom => self.urc(format!("+CIPRXGET: 1,{id}")),
                };
            }
        }
        let head = match self.profile.maker {
            Maker::Quectel => format!("+QIURC: \"recv\",{id},{}\r\n", bytes.len()),
            Maker::Simcom => simcom::push_head(&socket.host, socket.port, bytes.len()),
        };
        self.urc([head.as_bytes(), &bytes].concat());
    }

    fn closed(&mut self, id: u8) {
        if self.is_online(id) {
            self.close(id);
            return self.leave_data_mode(Verdict::NoCarrier);
        }
        match self.profile.maker {
            Maker::Quectel => self.urc(format!("+QIURC: \"closed\",{id}")),
            // By the other end.
            Maker::Simcom => self.urc(format!("+IPCLOSE: {id},1")),
        }
    }

    /// Data mode begins, perhaps again: what came while the terminal was in command mode.
    pub(super) fn catch_up(&mut self) {
        let Mode::Online(online) = &self.session.mode else { return };
        let waited = online.id().and_then(|id| self.fetch(id, usize::MAX)).unwrap_or_default();
        self.session.console.raw(&waited);
    }

    pub(super) fn tell_of_lost_pdp(&mut self, contexts: &[u32]) {
        match self.profile.maker {
            Maker::Quectel => {
                for id in contexts {
                    self.urc(format!("+QIURC: \"pdpdeact\",{id}"));
                }
            }
            Maker::Simcom if !contexts.is_empty() => {
                self.urc("+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY");
            }
            Maker::Simcom => {}
        }
    }
}

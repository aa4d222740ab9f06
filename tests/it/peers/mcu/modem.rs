//! The least 4G module that the firmware can work with: AT commands of the Quectel family, one
//! connection, whose other end is the acquirer of these tests. Knows no bytes of a payment.

use std::io::{BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

use sim::iso8583::{Framer, plain87};

use super::host::{Host, Reply};

/// The module.
struct Modem {
    line: UnixStream,
    host: Arc<Mutex<Host>>,
    echo: bool,
    /// Has a data connection.
    active: bool,
    open: bool,
    /// From the terminal, cut into frames.
    framer: Framer,
    /// To the terminal, not fetched yet.
    waiting: Vec<u8>,
}

/// Answers commands on this line until it ends.
pub(super) fn serve(line: UnixStream, host: Arc<Mutex<Host>>) {
    let mut input = BufReader::new(line.try_clone().unwrap()).bytes().map_while(Result::ok);
    let mut modem = Modem::new(line, host);
    let mut command = Vec::new();
    while let Some(byte) = input.next() {
        if byte != b'\r' {
            command.push(byte);
            continue;
        }
        if !modem.host.lock().unwrap().obeys() {
            return;
        }
        let restarts = std::mem::take(&mut modem.host.lock().unwrap().restarts);
        if restarts {
            modem = Modem::new(modem.line, modem.host);
            modem.say("RDY");
        }
        let text = String::from_utf8(std::mem::take(&mut command)).unwrap();
        if modem.echo {
            modem.write(format!("{text}\r").as_bytes());
        }
        if let Some(count) = text.strip_prefix("AT+QISEND=0,").filter(|_| modem.open) {
            modem.write(b"\r\n> ");
            let data: Vec<u8> = input.by_ref().take(count.parse().unwrap()).collect();
            modem.send(&data);
        } else {
            modem.obey(&text);
        }
    }
}

impl Modem {
    /// Has just been switched on.
    fn new(line: UnixStream, host: Arc<Mutex<Host>>) -> Modem {
        let (framer, waiting) = (Framer::new(plain87()), Vec::new());
        Modem { line, host, echo: true, active: false, open: false, framer, waiting }
    }

    /// A terminal without power listens to nothing.
    fn write(&mut self, bytes: &[u8]) {
        let _ = self.line.write_all(bytes);
    }

    fn say(&mut self, text: &str) {
        self.write(format!("\r\n{text}\r\n").as_bytes());
    }

    fn obey(&mut self, command: &str) {
        match command {
            "AT" | "AT+CGDCONT=1,\"IP\",\"cmnet\"" => self.say("OK"),
            "AT+QIACT=1" if !self.active => {
                self.active = true;
                self.say("OK");
            }
            "ATE0" => {
                self.echo = false;
                self.say("OK");
            }
            "AT+CPIN?" => self.inform("+CPIN: READY"),
            "AT+CSQ" => self.inform("+CSQ: 21,99"),
            "AT+CEREG?" => self.inform("+CEREG: 0,1"),
            "AT+QIDEACT=1" | "AT+QICLOSE=0" => {
                self.active &= command == "AT+QICLOSE=0";
                self.open = false;
                self.waiting.clear();
                self.say("OK");
            }
            "AT+QIOPEN=1,0,\"TCP\",\"acquirer.test\",5000,0,0" if self.active && !self.open => {
                self.open = true;
                self.framer = Framer::new(plain87());
                self.say("OK");
                self.say("+QIOPEN: 0,0");
            }
            _ => match command.strip_prefix("AT+QIRD=0,") {
                Some(room) if self.open => self.fetch(room.parse().unwrap()),
                _ => self.say("ERROR"),
            },
        }
    }

    fn inform(&mut self, text: &str) {
        self.say(text);
        self.say("OK");
    }

    fn fetch(&mut self, room: usize) {
        let rest = self.waiting.split_off(room.min(self.waiting.len()));
        let bytes = std::mem::replace(&mut self.waiting, rest);
        let head = format!("\r\n+QIRD: {}\r\n", bytes.len());
        self.write(&[head.as_bytes(), &bytes, b"\r\n"].concat());
        self.say("OK");
    }

    fn send(&mut self, data: &[u8]) {
        self.say("SEND OK");
        self.framer.push(data);
        while let Some(frame) = self.framer.take().unwrap() {
            let reply = self.host.lock().unwrap().hear(&frame);
            match reply {
                Reply::Frame(answer) => {
                    self.waiting.extend(answer);
                    self.say("+QIURC: \"recv\",0");
                }
                Reply::HangUp => self.say("+QIURC: \"closed\",0"),
                Reply::Silence => {}
            }
        }
    }
}

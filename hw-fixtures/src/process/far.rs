//! The terminal's end of the control protocol.

use std::net::SocketAddr;
use std::os::fd::AsFd;

use contract::Lapse;
use sim::device::Order;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use crate::control::{
    BadLine, FromTerminal, Hello, Lines, Scrap, ToTerminal, VERSION, decode, encode,
};
use crate::io::{self, Duplex, Writer};
use crate::port::{Selector, Settings};

/// Orders that may wait for the firmware.
pub(super) const WAITING: usize = 256;

/// How long the rig may take to take a message: 5 s (assumption). Then the line is broken.
const WRITE: Lapse = Lapse::from_secs(5);

/// The pause before a port that is gone is tried again: 500 ms (assumption).
const AGAIN: Lapse = Lapse::from_ms(500);

/// Where the protocol is spoken.
pub enum Outlet {
    /// Standard input and output; their end is the process's.
    Stdio,
    /// A serial port; opened again when it comes back.
    Serial(Selector, Settings),
    /// A TCP address; one rig after another.
    Listen(SocketAddr),
}

/// What a rig's first hello says.
pub(super) struct Start {
    pub(super) now_ms: u64,
    pub(super) speed: u32,
    /// Closed when the line has ended for good.
    pub(super) ended: oneshot::Sender<()>,
}

type Started = oneshot::Sender<Result<Start, String>>;

/// The end of the line.
pub(super) struct Far {
    hello: Hello,
    to_hands: mpsc::Sender<Order>,
    said: mpsc::UnboundedReceiver<FromTerminal>,
    started: Option<Started>,
    /// Dropped when the line has ended for good.
    alive: Option<oneshot::Receiver<()>>,
    /// What the display shows.
    screen: Option<FromTerminal>,
}

impl Far {
    pub(super) fn new(
        hello: Hello,
        to_hands: mpsc::Sender<Order>,
        said: mpsc::UnboundedReceiver<FromTerminal>,
        started: Started,
    ) -> Far {
        Far { hello, to_hands, said, started: Some(started), alive: None, screen: None }
    }

    /// Speaks until the line has ended for good.
    pub(super) async fn run(mut self, outlet: Outlet) {
        if let Err(why) = self.serve(outlet).await
            && let Some(started) = self.started.take()
        {
            // The process ended already.
            let _ = started.send(Err(why));
        }
    }

    async fn serve(&mut self, outlet: Outlet) -> Result<(), String> {
        match outlet {
            Outlet::Stdio => {
                let duplex = stdio().map_err(|why| format!("{NO_PIPES} ({why})"))?;
                self.talk(duplex).await;
                Ok(())
            }
            Outlet::Serial(selector, settings) => {
                let mut duplex = io::serial(&selector, &settings)?;
                loop {
                    self.talk(duplex).await;
                    duplex = loop {
                        sleep(AGAIN.as_std()).await;
                        if let Ok(duplex) = io::serial(&selector, &settings) {
                            break duplex;
                        }
                    };
                }
            }
            Outlet::Listen(address) => {
                let busy = |why| format!("can't listen on {address}: {why}");
                let listener = TcpListener::bind(address).await.map_err(busy)?;
                loop {
                    let (tcp, _) = listener.accept().await.map_err(busy)?;
                    self.talk(io::socket(tcp)).await;
                }
            }
        }
    }

    /// One connection with a rig, until it ends.
    async fn talk(&mut self, duplex: Duplex) {
        let Duplex { reader, mut writer, tasks: _tasks } = duplex;
        let mut lines = Lines::new(reader);
        let mut greeted = false;
        loop {
            let answers = tokio::select! {
                biased;
                Some(message) = self.said.recv() => self.keep(message, greeted),
                scrap = lines.next() => match scrap {
                    Ok(Scrap::Line(line)) => self.hear(&line, &mut greeted),
                    Ok(Scrap::TooLong) => vec![error(&BadLine::Damaged)],
                    Ok(Scrap::End) | Err(_) => return,
                },
            };
            for answer in answers {
                if !write(&mut writer, &answer).await {
                    return;
                }
            }
        }
    }

    /// Remembers what the display shows; what is to be sent of it now.
    fn keep(&mut self, message: FromTerminal, greeted: bool) -> Vec<FromTerminal> {
        if matches!(message, FromTerminal::Screen { .. } | FromTerminal::Result { .. }) {
            self.screen = Some(message.clone());
        }
        if greeted { vec![message] } else { Vec::new() }
    }

    /// What to answer to a line.
    fn hear(&mut self, line: &[u8], greeted: &mut bool) -> Vec<FromTerminal> {
        let message = match decode(line) {
            Ok(message) => message,
            Err(bad) => return vec![error(&bad)],
        };
        let done = match message {
            ToTerminal::Hello { version, now_ms, speed } => {
                return self.greet((version, now_ms, speed), greeted);
            }
            ToTerminal::Ping { no } => return vec![FromTerminal::Pong { no }],
            // The rig's complaint is about what was said before; it knows best what to do.
            ToTerminal::Error { .. } => Ok(()),
            ToTerminal::Power { .. } => Err("this terminal can't switch its power".to_owned()),
            ToTerminal::Key { key } => self.press(key),
            ToTerminal::Amount { amount_fen } => {
                let mut keys = amount_fen.to_string().chars().map(String::from).collect::<Vec<_>>();
                keys.push("OK".to_owned());
                keys.into_iter().try_for_each(|key| self.press(key))
            }
            ToTerminal::Scan { text } => self.hand_on(Order::Scan(text)),
        };
        done.err().map(|why| FromTerminal::Error { why }).into_iter().collect()
    }

    fn greet(
        &mut self,
        (version, now_ms, speed): (u32, u64, u32),
        greeted: &mut bool,
    ) -> Vec<FromTerminal> {
        if version != VERSION {
            let why = format!("version {version} is not spoken here, only version {VERSION}");
            return vec![FromTerminal::Error { why }];
        }
        *greeted = true;
        if let Some(started) = self.started.take() {
            let (ended, alive) = oneshot::channel();
            self.alive = Some(alive);
            // The process ended already.
            let _ = started.send(Ok(Start { now_ms, speed, ended }));
        }
        let hello = FromTerminal::Hello(self.hello.clone());
        [Some(hello), self.screen.clone()].into_iter().flatten().collect()
    }

    fn press(&self, key: String) -> Result<(), String> {
        if self.hello.keys.contains(&key) {
            self.hand_on(Order::Key(key))
        } else {
            Err(format!("there is no key `{key}`"))
        }
    }

    fn hand_on(&self, order: Order) -> Result<(), String> {
        self.to_hands.try_send(order).map_err(|_| "too many orders at once".to_owned())
    }
}

const NO_PIPES: &str = "standard input and output are no pipes: let a rig start this, or use \
                        --listen or --serial";

fn stdio() -> std::io::Result<Duplex> {
    let from = std::io::stdin().as_fd().try_clone_to_owned()?;
    let to = std::io::stdout().as_fd().try_clone_to_owned()?;
    io::pipes(from, to)
}

fn error(bad: &BadLine) -> FromTerminal {
    FromTerminal::Error { why: bad.to_string() }
}

/// Whether it was taken.
async fn write(writer: &mut Writer, message: &FromTerminal) -> bool {
    let line = encode(message);
    let all = async {
        writer.write_all(line.as_bytes()).await?;
        writer.flush().await
    };
    matches!(timeout(WRITE.as_std(), all).await, Ok(Ok(())))
}

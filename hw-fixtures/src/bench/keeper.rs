//! The rig's end of the control protocol: keeps one terminal's line open, greets, hands orders on,
//! asks whether somebody is there. Runs on the I/O thread.

use std::pin::pin;
use std::time::Duration;

use contract::Lapse;
use sim::device::Order;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{Sender, UnboundedReceiver};
use tokio::time::{Interval, interval, sleep, timeout};

use super::spawned::Spawned;
use crate::control::{
    BadLine, FromTerminal, Hello, Lines, Scrap, ToTerminal, VERSION, decode, encode,
};
use crate::io::{self, Duplex, Piped, Reader, Reset, Writer};
use crate::port::{Selector, Settings};
use crate::wall::WallClock;

/// How often a terminal is asked whether it is there, and greeted until it answers: 2 s of real
/// time (assumption).
const ASK: Duration = Duration::from_secs(2);

/// So many questions without a word, and it is lost; so many greetings, and it does not answer:
/// 10 s.
const PATIENCE: u32 = 5;

/// How long a terminal may take to take a message: 2 s of real time (assumption).
const WRITE: Lapse = Lapse::from_secs(2);

/// The pause before a line that is gone is tried again: 250 ms (assumption).
const AGAIN: Duration = Duration::from_millis(250);

/// How a terminal is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Control {
    /// A command with its arguments.
    Child(Vec<String>),
    /// A serial port.
    Serial(Selector, Settings),
    /// Host and port.
    Tcp(String),
}

/// From the rig's thread.
#[derive(Debug)]
pub(super) enum Command {
    /// For the terminal.
    Order(Order),
    /// Its power comes or goes; what it says from then on belongs to this life.
    Power {
        /// On or off.
        on: bool,
        /// Counted from 1.
        life: u64,
    },
}

/// To the rig's thread.
pub(super) enum Event {
    /// It answered the first greeting.
    Hello(Hello),
    /// A message.
    Said(FromTerminal),
    /// It connected to the acquirer.
    Dialled {
        /// Its bytes.
        stream: Piped,
        /// Ends it with a reset.
        reset: Reset,
    },
    /// A message was damaged on its way.
    Damaged,
    /// The line is silent or gone.
    Lost,
    /// It is back.
    Back,
    /// The process ended by itself.
    Gone,
    /// Nothing can be done with it.
    Failed(String),
}

/// An event and the life of the terminal that it belongs to; `None` for any.
pub(super) struct Note {
    pub(super) life: Option<u64>,
    pub(super) event: Event,
}

/// Why a conversation ended.
enum End {
    /// The rig is gone.
    Over,
    /// The rig takes the power.
    Off,
    /// The line is closed, or takes nothing.
    Closed,
    /// Nobody ever answered.
    Silent,
}

/// What the rig does next with a line.
enum Next {
    Command(Option<Command>),
    Heard(std::io::Result<Scrap>),
    Tick,
}

/// Keeps the line of one terminal.
pub(super) struct Keeper {
    pub(super) control: Control,
    pub(super) clock: WallClock,
    pub(super) commands: UnboundedReceiver<Command>,
    pub(super) notes: Sender<Note>,
    /// What the terminal said in its first answer.
    pub(super) hello: Option<Hello>,
    pub(super) life: u64,
    /// The digits so far, for a terminal without digit keys.
    pub(super) keyed: String,
    /// The rig was told that nothing is heard of it.
    pub(super) lost: bool,
}

impl Keeper {
    /// Serves the terminal until the rig is gone.
    pub(super) async fn run(mut self) {
        while let Some(command) = self.commands.recv().await {
            let Command::Power { on: true, life } = command else { continue };
            self.life = life;
            let end = match self.control.clone() {
                Control::Child(command) => self.child(&command).await,
                Control::Serial(..) | Control::Tcp(_) => self.line().await,
            };
            if matches!(end, End::Over) {
                return;
            }
        }
    }

    async fn note(&self, event: Event) {
        // The rig is gone: the next command says so.
        let _ = self.notes.send(Note { life: Some(self.life), event }).await;
    }

    /// Nothing is heard of it.
    async fn lose(&mut self) {
        if !std::mem::replace(&mut self.lost, true) {
            self.note(Event::Lost).await;
        }
    }

    /// It is heard again.
    async fn find(&mut self) {
        if std::mem::replace(&mut self.lost, false) {
            self.note(Event::Back).await;
        }
    }

    async fn fail(&self, why: String) -> End {
        self.note(Event::Failed(why)).await;
        End::Silent
    }

    /// One life of a process.
    async fn child(&mut self, command: &[String]) -> End {
        let program = command.first().cloned().unwrap_or_default();
        let (_spawned, duplex) = match Spawned::start(command) {
            Ok(started) => started,
            Err(why) => return self.fail(format!("`{program}` can't be started: {why}")).await,
        };
        match self.converse(duplex).await {
            End::Closed if self.hello.is_none() => {
                self.fail(format!("`{program}` ended before it said hello")).await
            }
            End::Closed => {
                self.note(Event::Gone).await;
                End::Closed
            }
            End::Silent => {
                self.fail(format!("`{program}` does not answer the control protocol")).await
            }
            end => end,
        }
    }

    /// A line that outlives the terminal's power, with its losses.
    async fn line(&mut self) -> End {
        let mut tries = 0;
        loop {
            let why = match self.connect().await {
                Ok(duplex) => match self.converse(duplex).await {
                    End::Closed => "the line ended".to_owned(),
                    End::Silent => return self.fail("nobody answers hello".to_owned()).await,
                    end => return end,
                },
                Err(why) => why,
            };
            tries += 1;
            if self.hello.is_none() && AGAIN * tries > ASK * PATIENCE {
                return self.fail(why).await;
            }
            if self.hello.is_some() {
                self.lose().await;
            }
            let mut pause = pin!(sleep(AGAIN));
            loop {
                let command = tokio::select! {
                    biased;
                    command = self.commands.recv() => command,
                    () = &mut pause => break,
                };
                match command {
                    None => return End::Over,
                    Some(Command::Power { life, .. }) => self.life = life,
                    // Nobody is there to hear it.
                    Some(Command::Order(_)) => {}
                }
            }
        }
    }

    async fn connect(&self) -> Result<Duplex, String> {
        match &self.control {
            Control::Serial(selector, settings) => io::serial(selector, settings),
            Control::Tcp(address) => {
                let connecting = timeout(WRITE.as_std(), TcpStream::connect(address));
                let connected = connecting.await.map_err(|_| format!("{address}: no answer"))?;
                connected.map(io::socket).map_err(|why| format!("{address}: {why}"))
            }
            Control::Child(_) => Err("a process has no line of its own".to_owned()),
        }
    }

    /// Greets, and talks until something ends it.
    async fn converse(&mut self, duplex: Duplex) -> End {
        let Duplex { reader, writer, tasks: _tasks } = duplex;
        let (ticks, lines) = (interval(ASK), Lines::new(reader));
        let talk = Talk { lines, writer, ticks, greeted: false, silent: 0 };
        self.keyed.clear();
        talk.run(self).await
    }
}

/// One conversation over one open line.
struct Talk {
    lines: Lines<Reader>,
    writer: Writer,
    ticks: Interval,
    greeted: bool,
    /// Ticks since it last said something.
    silent: u32,
}

impl Talk {
    async fn run(mut self, keeper: &mut Keeper) -> End {
        loop {
            let next = tokio::select! {
                biased;
                command = keeper.commands.recv() => Next::Command(command),
                heard = self.lines.next() => Next::Heard(heard),
                _ = self.ticks.tick() => Next::Tick,
            };
            let end = match next {
                Next::Command(None) => Some(End::Over),
                Next::Command(Some(command)) => self.obey(command, keeper).await,
                Next::Heard(Ok(Scrap::Line(line))) => self.hear(&line, keeper).await,
                Next::Heard(Ok(Scrap::TooLong)) => self.damaged(keeper).await,
                Next::Heard(Ok(Scrap::End) | Err(_)) => Some(End::Closed),
                Next::Tick => self.tick(keeper).await,
            };
            if let Some(end) = end {
                return end;
            }
        }
    }

    async fn obey(&mut self, command: Command, keeper: &mut Keeper) -> Option<End> {
        match command {
            Command::Power { on: false, .. } if matches!(keeper.control, Control::Child(_)) => {
                Some(End::Off)
            }
            Command::Power { on, life } => {
                keeper.life = life;
                let switches = keeper.hello.as_ref().is_some_and(|hello| hello.power);
                if switches { self.tell(&ToTerminal::Power { on }).await } else { None }
            }
            // It starts up, and hears nothing yet.
            Command::Order(_) if !self.greeted => None,
            Command::Order(Order::Scan(text)) => self.tell(&ToTerminal::Scan { text }).await,
            Command::Order(Order::Key(key)) => {
                let message = keeper.key(key)?;
                self.tell(&message).await
            }
        }
    }

    async fn hear(&mut self, line: &[u8], keeper: &mut Keeper) -> Option<End> {
        let message = match decode(line) {
            Ok(message) => message,
            Err(BadLine::Damaged) => return self.damaged(keeper).await,
            Err(unknown) => {
                return self.tell(&ToTerminal::Error { why: unknown.to_string() }).await;
            }
        };
        self.silent = 0;
        match message {
            FromTerminal::Hello(hello) => return self.greeted(hello, keeper).await,
            FromTerminal::Error { why } => {
                keeper.note(Event::Failed(format!("it says: {why}"))).await;
            }
            _ if !self.greeted => {}
            FromTerminal::Pong { .. } => keeper.find().await,
            said => {
                keeper.find().await;
                keeper.note(Event::Said(said)).await;
            }
        }
        None
    }

    async fn greeted(&mut self, hello: Hello, keeper: &mut Keeper) -> Option<End> {
        if hello.version != VERSION {
            let version = hello.version;
            let why = format!("it speaks version {version} of the control protocol, not {VERSION}");
            return Some(keeper.fail(why).await);
        }
        self.greeted = true;
        keeper.find().await;
        if keeper.hello.is_none() {
            keeper.hello = Some(hello.clone());
            keeper.note(Event::Hello(hello)).await;
        }
        None
    }

    /// What it said is not known, so an observation is lost. Before it is greeted, it is noise.
    async fn damaged(&mut self, keeper: &Keeper) -> Option<End> {
        if !self.greeted {
            return None;
        }
        keeper.note(Event::Damaged).await;
        self.tell(&ToTerminal::Error { why: BadLine::Damaged.to_string() }).await
    }

    async fn tick(&mut self, keeper: &mut Keeper) -> Option<End> {
        if self.silent > PATIENCE {
            if keeper.hello.is_none() {
                return Some(End::Silent);
            }
            keeper.lose().await;
        }
        self.silent += 1;
        if self.greeted {
            return self.tell(&ToTerminal::Ping { no: self.silent }).await;
        }
        let (now_ms, speed) = (keeper.clock.now().as_ms(), keeper.clock.speed());
        self.tell(&ToTerminal::Hello { version: VERSION, now_ms, speed }).await
    }

    async fn tell(&mut self, message: &ToTerminal) -> Option<End> {
        let line = encode(message);
        let all = async {
            self.writer.write_all(line.as_bytes()).await?;
            self.writer.flush().await
        };
        let taken = matches!(timeout(WRITE.as_std(), all).await, Ok(Ok(())));
        (!taken).then_some(End::Closed)
    }
}

impl Keeper {
    /// How a key is told: as itself, or as a whole amount at its green key where there are no digit
    /// keys.
    fn key(&mut self, key: String) -> Option<ToTerminal> {
        let digits = self.hello.as_ref().is_none_or(Hello::has_digits);
        if digits {
            return Some(ToTerminal::Key { key });
        }
        if key.len() == 1 {
            self.keyed.push_str(&key);
            return None;
        }
        let keyed = std::mem::take(&mut self.keyed);
        match keyed.parse() {
            Ok(amount_fen) if key == "OK" => Some(ToTerminal::Amount { amount_fen }),
            _ => Some(ToTerminal::Key { key }),
        }
    }
}

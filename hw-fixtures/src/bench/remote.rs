//! A terminal on the bench as the rig's thread has it: orders go to whoever keeps its line, and
//! what comes from there is handed to the world.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::path::Path;
use std::task::{Context, Poll, ready};

use contract::event::Tap;
use contract::{RigRequest, TerminalId};
use sim::device::{Device, Dialled, Meaning, Offers, Order, Outcome, Said, Screen};
use sim::env::LocalFut;
use tokio::sync::mpsc::{self, Receiver, UnboundedSender, unbounded_channel};

use super::door::Door;
use super::file::{Setting, Terminal};
use super::keeper::{Command, Event, Keeper, Note};
use crate::control::{FromTerminal, Hello};
use crate::io::Io;
use crate::wall::WallClock;

/// Events that may wait for the rig; then nothing more is read from the terminal.
const WAITING: usize = 256;

/// One terminal.
pub(super) struct Remote {
    offers: Offers,
    commands: UnboundedSender<Command>,
    notes: RefCell<Receiver<Note>>,
    /// Said already, and not yet asked for.
    ready: RefCell<VecDeque<Said>>,
    on: Cell<bool>,
    life: Cell<u64>,
}

impl Remote {
    /// Opens its doors and begins to greet it.
    ///
    /// # Errors
    /// Why that can't be, for a person.
    pub(super) fn begin(
        id: TerminalId,
        terminal: &Terminal,
        (request, state): (&RigRequest, &Path),
        (io, clock): (&Io, WallClock),
    ) -> Result<Remote, String> {
        let (commands, inbox) = unbounded_channel();
        let (to, notes) = mpsc::channel(WAITING);
        let door = Door::open(terminal.acquirer())?;
        let setting = Setting::new(id, request, state, door.address()?);
        let to_door = to.clone();
        io.run(move || door.serve(to_door));
        let control = terminal.control(&setting)?;
        let keyed = String::new();
        io.run(move || {
            let (commands, notes, hello, life, lost) = (inbox, to, None, 0, false);
            Keeper { control, clock, commands, notes, hello, life, keyed, lost }.run()
        });
        let remote = Remote {
            offers: terminal.presumed(),
            commands,
            notes: RefCell::new(notes),
            ready: RefCell::default(),
            on: Cell::new(false),
            life: Cell::new(0),
        };
        remote.power(true);
        Ok(remote)
    }

    /// Waits until it has answered the greeting. Whoever keeps its line sees to it that this ends.
    ///
    /// # Errors
    /// Why it did not.
    pub(super) fn answered(mut self) -> Result<Remote, String> {
        loop {
            match self.notes.get_mut().blocking_recv().map(|note| note.event) {
                Some(Event::Hello(hello)) => {
                    adopt(&mut self.offers, hello);
                    return Ok(self);
                }
                Some(Event::Failed(why)) => return Err(why),
                // It may connect before it answers.
                Some(other) => {
                    let said = self.said(other);
                    self.ready.get_mut().extend(said);
                }
                None => return Err("its line ended".to_owned()),
            }
        }
    }

    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Said> {
        loop {
            if let Some(said) = self.ready.borrow_mut().pop_front() {
                return Poll::Ready(said);
            }
            let Some(note) = ready!(self.notes.borrow_mut().poll_recv(cx)) else {
                return Poll::Pending;
            };
            // What it said in an earlier life is over with its power.
            if note.life.is_none_or(|life| life == self.life.get()) {
                self.ready.borrow_mut().extend(self.said(note.event));
            }
        }
    }

    /// What an event means to the world.
    fn said(&self, event: Event) -> Vec<Said> {
        let taps = || {
            let all = [(Tap::Screen, true), (Tap::Receipt, self.offers.printer)];
            all.into_iter().filter(|(_, has)| *has).map(|(tap, _)| tap).collect::<Vec<_>>()
        };
        match event {
            Event::Hello(_) => Vec::new(),
            Event::Said(message) => said(message).into_iter().collect(),
            Event::Dialled { stream, reset } => {
                let reset = Box::new(move || {
                    // Gone already is as good.
                    let _ = reset.send(());
                });
                vec![Said::Dialled(Dialled { stream: Box::new(stream), reset })]
            }
            Event::Damaged => vec![Said::Lost(taps()), Said::Back(taps())],
            Event::Lost => vec![Said::Lost(taps())],
            Event::Back => vec![Said::Back(taps())],
            Event::Gone => vec![Said::Gone],
            Event::Failed(why) => vec![Said::Failed(why)],
        }
    }
}

fn said(message: FromTerminal) -> Option<Said> {
    Some(match message {
        FromTerminal::Screen { lines, phase } => {
            Said::Screen(Screen { lines, meaning: phase.map(Meaning::Phase) })
        }
        FromTerminal::Result { lines, status, order, amount_fen: amount, copy } => {
            let meaning = Some(Meaning::Result(Outcome { status, order, amount, copy }));
            Said::Screen(Screen { lines, meaning })
        }
        FromTerminal::Print { lines } => Said::Print(lines),
        FromTerminal::Sound { sound } => Said::Sound(sound),
        FromTerminal::Hello(_) | FromTerminal::Pong { .. } | FromTerminal::Error { .. } => {
            return None;
        }
    })
}

impl Device for Remote {
    fn offers(&self) -> &Offers {
        &self.offers
    }

    fn order(&self, order: Order) {
        // The I/O thread ends after the rig.
        let _ = self.commands.send(Command::Order(order));
    }

    fn next(&self) -> LocalFut<'_, Said> {
        Box::pin(poll_fn(|cx| self.poll_next(cx)))
    }

    fn power(&self, on: bool) {
        if self.on.replace(on) != on {
            self.life.set(self.life.get() + u64::from(on));
            let _ = self.commands.send(Command::Power { on, life: self.life.get() });
        }
    }
}

/// What a terminal really offers, once it has said so.
fn adopt(offers: &mut Offers, hello: Hello) {
    offers.power |= hello.power;
    offers.firmware = hello.firmware;
    offers.emulated = hello.emulated;
    offers.keys = hello.keys;
    offers.printer = hello.printer;
    offers.tid = hello.tid.or(offers.tid.take());
    offers.mid = hello.mid.or(offers.mid.take());
}

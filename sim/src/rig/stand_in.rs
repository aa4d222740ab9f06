//! What runs in the place of an outside terminal: hands keys and codes on to it, shows and prints
//! what it says, and joins its connections to its link.
//!
//! It is powered like the firmware whose place it has, so that a power cut ends it, too. It knows
//! no payment.

use std::cell::RefCell;
use std::rc::Rc;

use contract::{EventKind, Lapse, Source, TerminalId};

use crate::device::{self, Device, Meaning, Order, Outcome, Said, Screen};
use crate::env::Env;
use crate::peripheral::printer;
use crate::peripheral::reader::{self, Seen, Shown};
use crate::terminal::Board;

/// The pause between two things that a terminal says: as short as a clock has it.
const BREATH: Lapse = Lapse(1);

/// Why the rig can't go on, once it can't.
pub(super) type Mishap = Rc<RefCell<Option<String>>>;

/// Stands in for an outside terminal.
pub(super) struct StandIn {
    pub(super) id: TerminalId,
    pub(super) board: Board,
    pub(super) device: Rc<dyn Device>,
    pub(super) mishap: Mishap,
}

impl StandIn {
    /// From power-up until its power goes. Connections are made in `env`'s network.
    pub(super) async fn run(self: Rc<StandIn>, env: Env) {
        self.device.power(true);
        tokio::join!(self.keys(&env), self.codes(&env), self.listen(&env));
    }

    async fn keys(&self, env: &Env) {
        loop {
            let key = self.board.keypad.recv(env).await;
            self.device.order(Order::Key(key.word()));
        }
    }

    async fn codes(&self, env: &Env) {
        loop {
            let text = self.board.scanner.recv(env).await;
            self.device.order(Order::Scan(text));
        }
    }

    async fn listen(&self, env: &Env) {
        loop {
            // However fast it talks, time goes on in between.
            env.sleep(BREATH).await;
            match self.device.next().await {
                Said::Screen(screen) => self.show(env, &screen),
                Said::Print(lines) => self.print(&lines),
                Said::Sound(sound) => self.tell(env, EventKind::Sound(sound)),
                Said::Dialled(dialled) => {
                    let relay = device::relay(Rc::clone(&env.net), dialled);
                    env.spawn.spawn(Box::pin(relay));
                }
                Said::Lost(taps) => {
                    taps.into_iter().for_each(|tap| self.lost(env, EventKind::TapLost(tap)));
                }
                Said::Back(taps) => {
                    taps.into_iter().for_each(|tap| self.lost(env, EventKind::TapBack(tap)));
                }
                Said::Gone => self.board.display.darken(),
                Said::Failed(why) => {
                    let why = format!("{}: {why}", self.id);
                    self.mishap.borrow_mut().get_or_insert(why);
                }
            }
        }
    }

    fn show(&self, env: &Env, screen: &Screen) {
        let lines: Vec<&str> = screen.lines.iter().map(String::as_str).collect();
        let shown = match screen.meaning {
            None => reader::read_screen(&lines),
            Some(Meaning::Phase(phase)) => Shown::Phase(phase),
            Some(Meaning::Result(Outcome { status, order, amount, copy })) => {
                Shown::Report(Seen { status, order, amount, paid_at: None, copy })
            }
        };
        self.board.display.show(env.now(), shown, &lines);
    }

    fn print(&self, lines: &[String]) {
        let Some(printer) = &self.board.printer else { return };
        // Nobody can stop this printer from here.
        let _ = printer.print(|| printer::receipt(lines));
    }

    fn tell(&self, env: &Env, kind: EventKind) {
        env.tap.tell(Some(self.id), Source::Terminal, kind);
    }

    fn lost(&self, env: &Env, kind: EventKind) {
        env.tap.tell(Some(self.id), Source::Harness, kind);
    }
}

//! The built-in firmware as a terminal of its own: its wires, flash and network are somebody
//! else's, as a process has them. What it is told of the world is what comes over its wires.

use std::cell::Cell;
use std::rc::Rc;

use contract::{EventKind, RigRequest, Source, TerminalId};
use tokio::sync::mpsc::Receiver;

use super::{Order, Said, Says};
use crate::acquirer::{Vault, hosts};
use crate::engine::Boot;
use crate::env::{Disk, Env, Net, Tap};
use crate::faults::Faults;
use crate::iso8583;
use crate::peripheral::{Function, Key};
use crate::rig::{board, numbers_of};
use crate::terminal::{self, Board, Config, firmware, poll};
use crate::wire::codes;

/// What a technician sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outfit {
    /// Which terminal of the rig it is.
    pub terminal: TerminalId,
    /// Name of the built-in firmware.
    pub firmware: String,
    /// Name of the query preset.
    pub poll: String,
    /// Name of the wire profile.
    pub wire: String,
    /// The rig's seed, from which the keys of sealed messages come.
    pub seed: u64,
    /// Whether the connection stays open between payments.
    pub keep_connection: bool,
    /// How many hosts it knows: 1 or 2.
    pub hosts: u32,
}

impl Outfit {
    /// A terminal as a request wants it.
    pub(crate) fn of(terminal: TerminalId, request: &RigRequest) -> Outfit {
        let RigRequest { firmware, poll, wire, .. } = request;
        Outfit {
            terminal,
            firmware: firmware.clone(),
            poll: poll.clone(),
            wire: wire.clone(),
            seed: request.seed,
            keep_connection: request.keep_connection,
            hosts: request.hosts,
        }
    }
}

/// The words on its keys.
pub fn keys() -> Vec<String> {
    let digits = ('0'..='9').chain(['.']).map(Key::Char);
    let functions = Function::ALL.iter().map(|(function, _)| Key::Function(*function));
    digits.chain([Key::Ok, Key::Cancel, Key::List]).chain(functions).map(Key::word).collect()
}

/// Its wires.
pub struct Wires {
    /// What comes in.
    pub orders: Receiver<Order>,
    /// Takes what goes out: screens, receipts, sounds.
    pub says: Says,
}

/// The firmware as the program of a host on a paced engine, to be switched on once.
///
/// # Errors
/// What the outfit names that does not exist.
pub fn boot(
    outfit: &Outfit,
    wires: Wires,
    net: Rc<dyn Net>,
    disk: Rc<dyn Disk>,
) -> Result<Boot, String> {
    let config = config(outfit)?;
    let tap: Rc<dyn Tap> = Rc::new(Speaker(Rc::clone(&wires.says)));
    let board = board(config.id, &tap, &Faults::new(Rc::clone(&tap)), true, Some(&wires.says));
    let orders = Cell::new(Some(wires.orders));
    Ok(Rc::new(move |env: Env| {
        let (net, disk, tap) = (Rc::clone(&net), Rc::clone(&disk), Rc::clone(&tap));
        let env = Env { net, disk, tap, ..env };
        if let Some(orders) = orders.take() {
            env.spawn.spawn(Box::pin(hands(env.clone(), board.clone(), orders)));
        }
        Box::pin(terminal::run(env, board.clone(), config.clone()))
    }))
}

/// What is stored in such a terminal.
///
/// # Errors
/// What the outfit names that does not exist.
pub(crate) fn config(outfit: &Outfit) -> Result<Config, String> {
    let wire = iso8583::built_in(&outfit.wire)?;
    let (tid, mid) = numbers_of(outfit.terminal);
    Ok(Config {
        id: outfit.terminal,
        tid,
        mid,
        keep_connection: outfit.keep_connection,
        waits: poll::waits(&outfit.poll)?.into(),
        policy: firmware::find(&outfit.firmware)?.policy,
        wire,
        codes: codes::known,
        version: firmware::NEWEST,
        list_last: None,
        master: Vault::new(outfit.seed, wire).master(outfit.terminal),
        hosts: hosts(outfit.hosts),
    })
}

/// Puts what comes over the wires on keypad and scanner. What stands on no key is not pressed.
async fn hands(env: Env, board: Board, mut orders: Receiver<Order>) {
    while let Some(order) = orders.recv().await {
        match order {
            Order::Scan(text) => board.scanner.send(env.now(), text),
            Order::Key(word) => {
                if let Some(key) = Key::from_word(&word) {
                    board.keypad.send(env.now(), key);
                }
            }
        }
    }
}

/// Where the firmware's sounds go. Everything else that a tap is told goes nowhere.
struct Speaker(Says);

impl Tap for Speaker {
    fn on(&self) -> bool {
        true
    }

    fn tell(&self, _: Option<TerminalId>, _: Source, kind: EventKind) {
        if let EventKind::Sound(sound) = kind {
            (self.0)(Said::Sound(sound));
        }
    }
}

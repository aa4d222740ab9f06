//! A terminal's place on a rig: its board, link and taps, and what runs there: the built-in
//! firmware, or what stands in for a terminal outside of the simulation.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use contract::rig::TerminalInfo;
use contract::{Channel, RigRequest, TerminalId};

use super::gate::Gate;
use super::stand_in::{Mishap, StandIn};
use crate::acquirer::{Acquirer, Vault};
use crate::device::{Device, Says};
use crate::engine::Boot;
use crate::env::{self, Disk, Env, Net, Tap};
use crate::faults::Faults;
use crate::flashtap::TapDisk;
use crate::iso8583;
use crate::link::{AccessNetwork, Link};
use crate::merchant::Merchant;
use crate::people::{Claims, Till};
use crate::peripheral::Line;
use crate::peripheral::display::Display;
use crate::peripheral::flash::FlashChip;
use crate::peripheral::printer::Printer;
use crate::peripheral::probe::Probe;
use crate::peripheral::rtc::Rtc;
use crate::terminal::{self, Board, Config};
use crate::wiretap::{Genuine, Side, TapNet};

/// One terminal with what hangs on it.
pub(super) struct Place {
    pub(super) till: Rc<Till>,
    pub(super) link: Rc<Link>,
    pub(super) info: TerminalInfo,
    pub(super) inside: Inside,
    pub(super) powered: Cell<bool>,
    pub(super) running: Cell<bool>,
}

/// What a terminal is.
pub(super) enum Inside {
    /// The built-in firmware.
    Firmware {
        /// What is stored in it: settings and firmware image. Read at each start.
        config: Rc<RefCell<Config>>,
        /// The same as it was delivered.
        sound: Box<Config>,
        gate: Rc<Gate>,
        /// Its flash is to be found empty at the next start.
        erased: Rc<Cell<bool>>,
    },
    /// Something outside of the simulation.
    Device(Rc<dyn Device>),
}

impl Place {
    /// With power.
    pub(super) fn new(till: Rc<Till>, link: Rc<Link>, info: TerminalInfo, inside: Inside) -> Place {
        let (powered, running) = (Cell::new(true), Cell::new(true));
        Place { till, link, info, inside, powered, running }
    }
}

impl Inside {
    /// What is to be done when it starts or ends. A device gets its power when what stands in for
    /// it starts.
    pub(super) fn switch(&self, on: bool) {
        match self {
            Inside::Firmware { gate, .. } => gate.set(true),
            Inside::Device(device) if !on => device.power(false),
            Inside::Device(_) => {}
        }
    }
}

/// What all places of a rig stand on.
pub(super) struct Ground<'a> {
    pub(super) request: &'a RigRequest,
    pub(super) tap: Rc<dyn Tap>,
    pub(super) faults: Rc<Faults>,
    pub(super) vault: Rc<Vault>,
    pub(super) access: Rc<AccessNetwork>,
    pub(super) acquirer: Rc<Acquirer>,
}

/// A terminal's board, link and taps, for whatever runs in its place.
pub(super) struct Socket {
    board: Board,
    link: Rc<Link>,
    faults: Rc<Faults>,
    access: Rc<AccessNetwork>,
    genuine: Genuine,
    wire: &'static iso8583::Profile,
}

impl Ground<'_> {
    pub(super) fn tap(&self) -> Rc<dyn Tap> {
        Rc::clone(&self.tap)
    }

    /// What is stored in a terminal when it is delivered.
    pub(super) fn config(&self, info: &TerminalInfo, model: &Config) -> Config {
        let TerminalInfo { id, tid, mid } = info.clone();
        Config { id, tid, mid, master: self.vault.master(id), ..model.clone() }
    }

    pub(super) fn till(&self, id: TerminalId, merchant: &Rc<Merchant>) -> Rc<Till> {
        let printer = self.request.channels.contains(&Channel::Receipt);
        Rc::new(Till {
            id,
            board: board(id, &self.tap, &self.faults, printer, None),
            tap: self.tap(),
            faults: Rc::clone(&self.faults),
            wallet: Rc::clone(&self.acquirer.wallet),
            merchant: Rc::clone(merchant),
            acquirer: Rc::clone(&self.acquirer),
            visits: Line::default(),
            rng: RefCell::new(env::rng(self.request.seed, &format!("till {id}"))),
            last_code: Cell::new(None),
            claims: Claims::new(env::rng(self.request.seed, &format!("hotline {id}"))),
            habits: Cell::default(),
        })
    }

    pub(super) fn socket(&self, till: &Till, link: &Rc<Link>) -> Socket {
        Socket {
            board: till.board.clone(),
            link: Rc::clone(link),
            faults: Rc::clone(&self.faults),
            access: Rc::clone(&self.access),
            genuine: genuine(&self.vault),
            wire: self.acquirer.wire,
        }
    }
}

/// The parts of a terminal, with or without a printer. Whoever looks at them besides the rig's own
/// people hears it from `says`.
pub(crate) fn board(
    id: TerminalId,
    tap: &Rc<dyn Tap>,
    faults: &Rc<Faults>,
    printer: bool,
    says: Option<&Says>,
) -> Board {
    let parts = || (Rc::clone(tap), Rc::clone(faults), says.cloned());
    let (tap, faults, says) = parts();
    let printer = printer.then(|| {
        let (tap, faults, says) = parts();
        Printer::new(id, tap, faults, says)
    });
    Board {
        keypad: Line::default(),
        scanner: Line::default(),
        scanner_reads: Rc::default(),
        app: Line::default(),
        display: Display::new(id, tap, Rc::clone(&faults), says),
        printer,
        probe: Probe::new(id, Rc::clone(&faults)),
        rtc: Rtc::new(id, faults),
    }
}

/// What a tap knows of MACs.
pub(super) fn genuine(vault: &Rc<Vault>) -> Genuine {
    let vault = Rc::clone(vault);
    Rc::new(move |terminal, frame, message| vault.sealed(terminal, frame, message))
}

impl Socket {
    /// The terminal's network: over its link, tapped by the numbers that it believes to have.
    fn net(&self, env: &Env, (id, tid, mid): (TerminalId, &str, &str)) -> Rc<dyn Net> {
        let (tid, mid) = (tid.to_owned(), mid.to_owned());
        let net = self.access.terminal_net(Rc::clone(&self.link), Rc::clone(&env.net));
        let (side, genuine) = (Side::Terminal { id, tid, mid }, Rc::clone(&self.genuine));
        TapNet::wrap(net, side, self.wire, genuine, Rc::clone(&env.tap))
    }

    /// Its flash, tapped.
    fn disk(&self, env: &Env, id: TerminalId) -> Rc<dyn Disk> {
        let faults = Rc::clone(&self.faults);
        let disk = FlashChip::wrap(id, faults, Rc::clone(&env.disk));
        TapDisk::wrap(id, Rc::clone(&env.tap), disk)
    }
}

/// The built-in firmware, delivered with these settings.
pub(super) fn built_in(socket: Socket, sound: Config) -> (Inside, Boot) {
    let config = Rc::new(RefCell::new(sound.clone()));
    let (gate, erased) = (Gate::new(), Rc::new(Cell::new(false)));
    let (stored, held, erase) = (Rc::clone(&config), Rc::clone(&gate), Rc::clone(&erased));
    let boot: Boot = Rc::new(move |env: Env| {
        let config = stored.borrow().clone();
        let net = socket.net(&env, (config.id, &config.tid, &config.mid));
        let disk = socket.disk(&env, config.id);
        if erase.take() {
            // A flash that refuses that is found as it was.
            let _ = disk.replace(b"");
        }
        let env = Env { net, disk, ..env };
        Box::pin(held.hold(Box::pin(terminal::run(env, socket.board.clone(), config))))
    });
    (Inside::Firmware { config, sound: Box::new(sound), gate, erased }, boot)
}

/// A terminal outside of the simulation.
pub(super) fn outside(
    socket: Socket,
    info: TerminalInfo,
    device: &Rc<dyn Device>,
    mishap: &Mishap,
) -> (Inside, Boot) {
    let (id, board) = (info.id, socket.board.clone());
    let (inside, mishap) = (Inside::Device(Rc::clone(device)), Rc::clone(mishap));
    let stand_in = Rc::new(StandIn { id, board, device: Rc::clone(device), mishap });
    let boot: Boot = Rc::new(move |env: Env| {
        let net = socket.net(&env, (info.id, &info.tid, &info.mid));
        let env = Env { net, ..env };
        Box::pin(Rc::clone(&stand_in).run(env))
    });
    (inside, boot)
}

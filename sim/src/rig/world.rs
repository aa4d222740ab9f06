//! The world of a simulated rig: who there is, and who is wired to whom.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use contract::rig::{CallbackSchedule, TerminalInfo};
use contract::{Channel, RigFault, RigRequest, TerminalId};

use super::gate::Gate;
use crate::acquirer::{Acquirer, BACKUP, Batches, HOST, Magic, Vault};
use crate::engine::{Boot, Engine};
use crate::env::{self, Env, Tap};
use crate::faults::Faults;
use crate::flashtap::TapDisk;
use crate::iso8583;
use crate::link::{AccessNetwork, Link, Profile};
use crate::merchant::{Merchant, schedule};
use crate::people::{Claims, Till};
use crate::peripheral::Line;
use crate::peripheral::display::Display;
use crate::peripheral::flash::FlashChip;
use crate::peripheral::printer::Printer;
use crate::peripheral::probe::Probe;
use crate::peripheral::rtc::Rtc;
use crate::terminal::{self, Board, Config, firmware, poll};
use crate::wallet::Wallet;
use crate::wire::codes;
use crate::wiretap::{Genuine, Side, TapNet};

/// Field 42 of every terminal: one merchant (an invented number).
const MID: &str = "104110045110001";

/// One terminal with what hangs on it.
struct Place {
    till: Rc<Till>,
    link: Rc<Link>,
    /// What is stored in it: settings and firmware image. Read at each start.
    config: Rc<RefCell<Config>>,
    /// The same as it was delivered.
    sound: Config,
    gate: Rc<Gate>,
    /// Its flash is to be found empty at the next start.
    erased: Rc<Cell<bool>>,
    powered: Cell<bool>,
    running: Cell<bool>,
}

/// Everything on the rig that orders can reach.
pub(super) struct World {
    pub(super) faults: Rc<Faults>,
    pub(super) wallet: Rc<Wallet>,
    pub(super) merchant: Rc<Merchant>,
    pub(super) callbacks: CallbackSchedule,
    places: Vec<Place>,
}

type TerminalTable = Rc<BTreeMap<String, (TerminalId, String)>>;

impl World {
    /// Builds it and switches everything on.
    ///
    /// # Errors
    /// What the request names that does not exist.
    pub(super) fn build(
        engine: &mut dyn Engine,
        tap: Rc<dyn Tap>,
        request: &RigRequest,
    ) -> Result<World, String> {
        let profile = Profile::load(&request.link)?;
        let firmware = firmware::find(&request.firmware)?;
        let waits: Rc<[_]> = poll::waits(&request.poll)?.into();
        let wire = iso8583::built_in(&request.wire)?;
        let vault = Rc::new(Vault::new(request.seed, wire));
        let faults = Faults::new(Rc::clone(&tap));
        let callbacks = schedule::find(&request.callbacks)?;
        let channels = &request.channels;
        let parts = (Rc::clone(&tap), Rc::clone(&faults));
        let merchant = Merchant::new(parts, channels, callbacks.clone(), request.seed);
        let paid = Rc::clone(&merchant);
        let on_paid = move |order, terminal, amount, at| paid.paid(order, terminal, amount, at);
        let wallet = Wallet::new(Rc::clone(&tap), Box::new(on_paid));
        let terminals = table(request.terminals);
        let acquirer = Rc::new(Acquirer {
            tap: Rc::clone(&tap),
            wallet: Rc::clone(&wallet),
            faults: Rc::clone(&faults),
            terminals: Rc::clone(&terminals),
            vault: Rc::clone(&vault),
            batches: Batches::default(),
            magic: Magic::new(request.magic_amounts),
            wire,
        });
        let access = AccessNetwork::new();
        let clock = engine.clock();
        let hosts: &'static [&str] = if request.hosts > 1 { &[HOST, BACKUP] } else { &[HOST] };
        for host in hosts {
            engine.add_host(host, host_boot(host, &acquirer, &access, &terminals));
        }
        let mut places = Vec::new();
        for (tid, (id, mid)) in terminals.iter() {
            let link = Link::new(*id, &profile, request.seed, Rc::clone(&clock), Rc::clone(&tap));
            let board = board(*id, &tap, &faults, channels);
            if firmware.policy.waits_for_push() {
                merchant.install_app(*id, board.app.clone());
            }
            let config = Config {
                id: *id,
                tid: tid.clone(),
                mid: mid.clone(),
                keep_connection: request.keep_connection,
                waits: Rc::clone(&waits),
                policy: firmware.policy,
                wire,
                codes: codes::known,
                version: firmware::NEWEST,
                list_last: None,
                master: vault.master(*id),
                hosts,
            };
            let sound = config.clone();
            let config = Rc::new(RefCell::new(config));
            let (gate, erased) = (Gate::new(), Rc::new(Cell::new(false)));
            let parts = (board.clone(), Rc::clone(&link), Rc::clone(&faults), genuine(&vault));
            let boot = terminal_boot(&config, (&gate, &erased), &access, parts);
            engine.add_host(&id.to_string(), boot);
            let till = till(*id, board, request.seed, &acquirer, &merchant);
            let (powered, running) = (Cell::new(true), Cell::new(true));
            places.push(Place { till, link, config, sound, gate, erased, powered, running });
        }
        let tills = places.iter().map(|place| Rc::clone(&place.till)).collect();
        engine.add_host("world", people_boot(tills, &wallet, &merchant));
        Ok(World { faults, wallet, merchant, callbacks, places })
    }

    /// The till of a terminal.
    pub(super) fn till(&self, terminal: TerminalId) -> Result<&Till, RigFault> {
        self.place(terminal).map(|place| &*place.till).ok_or_else(|| {
            RigFault::CannotDo(format!("there is no terminal {terminal} on this rig"))
        })
    }

    /// The link of a terminal; the first one's for a terminal that does not exist.
    pub(super) fn link(&self, terminal: TerminalId) -> &Link {
        &self.place(terminal).unwrap_or(&self.places[0]).link
    }

    /// Gives or takes the power of a terminal's wires; `false` when it was so already.
    pub(super) fn set_power(&self, terminal: TerminalId, on: bool) -> bool {
        let Some(place) = self.place(terminal).filter(|place| place.powered.get() != on) else {
            return false;
        };
        place.powered.set(on);
        place.running.set(on);
        place.gate.set(true);
        place.link.set_power(on);
        place.till.board.set_power(on);
        true
    }

    /// Stops or starts the firmware of a terminal that has power; `false` when it was so already.
    pub(super) fn set_running(&self, terminal: TerminalId, on: bool) -> bool {
        let runs = |place: &&Place| place.powered.get() && place.running.get() != on;
        let Some(place) = self.place(terminal).filter(runs) else { return false };
        place.running.set(on);
        place.gate.set(true);
        if !on {
            // Its connections are gone with its memory; nobody tells the host.
            place.link.set_power(false);
            place.link.set_power(true);
        }
        place.till.board.set_listening(on);
        true
    }

    /// The processor stands still, or goes on where it was.
    pub(super) fn freeze(&self, terminal: TerminalId, frozen: bool) {
        if let Some(place) = self.place(terminal) {
            place.gate.set(!frozen);
        }
    }

    /// Changes what is stored in a terminal; it reads that at its next start.
    /// `change` gets it, and what was delivered.
    pub(super) fn store(&self, terminal: TerminalId, change: impl FnOnce(&mut Config, &Config)) {
        if let Some(place) = self.place(terminal) {
            change(&mut place.config.borrow_mut(), &place.sound);
        }
    }

    /// A terminal finds its flash empty at its next start.
    pub(super) fn erase(&self, terminal: TerminalId) {
        if let Some(place) = self.place(terminal) {
            place.erased.set(true);
        }
    }

    /// The terminals for the trace's header.
    pub(super) fn terminals(&self) -> Vec<TerminalInfo> {
        let info = |place: &Place| TerminalInfo {
            id: place.till.id,
            tid: place.sound.tid.clone(),
            mid: MID.to_owned(),
        };
        self.places.iter().map(info).collect()
    }

    fn place(&self, terminal: TerminalId) -> Option<&Place> {
        self.places.get(usize::try_from(terminal.0).ok()?.checked_sub(1)?)
    }
}

/// Field 41 counts from 10000001; sorted as the terminals are.
fn table(terminals: u32) -> TerminalTable {
    let row = |n: u32| ((10_000_000 + n).to_string(), (TerminalId(n), MID.to_owned()));
    Rc::new((1..=terminals).map(row).collect())
}

fn board(id: TerminalId, tap: &Rc<dyn Tap>, faults: &Rc<Faults>, channels: &[Channel]) -> Board {
    let printer = || Printer::new(id, Rc::clone(tap), Rc::clone(faults));
    Board {
        keypad: Line::default(),
        scanner: Line::default(),
        scanner_reads: Rc::default(),
        app: Line::default(),
        display: Display::new(id, Rc::clone(tap), Rc::clone(faults)),
        printer: channels.contains(&Channel::Receipt).then(printer),
        probe: Probe::new(id, Rc::clone(faults)),
        rtc: Rtc::new(id, Rc::clone(faults)),
    }
}

fn till(
    id: TerminalId,
    board: Board,
    seed: u64,
    acquirer: &Rc<Acquirer>,
    merchant: &Rc<Merchant>,
) -> Rc<Till> {
    Rc::new(Till {
        id,
        board,
        tap: Rc::clone(&acquirer.tap),
        faults: Rc::clone(&acquirer.faults),
        wallet: Rc::clone(&acquirer.wallet),
        merchant: Rc::clone(merchant),
        acquirer: Rc::clone(acquirer),
        visits: Line::default(),
        rng: RefCell::new(env::rng(seed, &format!("till {id}"))),
        last_code: Cell::new(None),
        claims: Claims::new(env::rng(seed, &format!("hotline {id}"))),
        habits: Cell::default(),
    })
}

/// What a tap knows of MACs.
fn genuine(vault: &Rc<Vault>) -> Genuine {
    let vault = Rc::clone(vault);
    Rc::new(move |terminal, frame, message| vault.sealed(terminal, frame, message))
}

fn host_boot(
    name: &'static str,
    acquirer: &Rc<Acquirer>,
    access: &Rc<AccessNetwork>,
    terminals: &TerminalTable,
) -> Boot {
    let (acquirer, access) = (Rc::clone(acquirer), Rc::clone(access));
    let terminals = Rc::clone(terminals);
    Rc::new(move |env: Env| {
        let acquirer = Rc::clone(&acquirer);
        let net = access.host_net(name, Rc::clone(&env.net), Rc::clone(&env.clock));
        let side = Side::Host { terminals: Rc::clone(&terminals) };
        let genuine = genuine(&acquirer.vault);
        let net = TapNet::wrap(net, side, acquirer.wire, genuine, Rc::clone(&env.tap));
        Box::pin(async move { acquirer.run(Env { net, ..env }).await })
    })
}

fn terminal_boot(
    stored: &Rc<RefCell<Config>>,
    (gate, erased): (&Rc<Gate>, &Rc<Cell<bool>>),
    access: &Rc<AccessNetwork>,
    (board, link, faults, genuine): (Board, Rc<Link>, Rc<Faults>, Genuine),
) -> Boot {
    let (stored, gate, access) = (Rc::clone(stored), Rc::clone(gate), Rc::clone(access));
    let erased = Rc::clone(erased);
    Rc::new(move |env: Env| {
        let config = stored.borrow().clone();
        let Config { id, ref tid, ref mid, wire, .. } = config;
        let net = access.terminal_net(Rc::clone(&link), Rc::clone(&env.net));
        let side = Side::Terminal { id, tid: tid.clone(), mid: mid.clone() };
        let net = TapNet::wrap(net, side, wire, Rc::clone(&genuine), Rc::clone(&env.tap));
        let disk = FlashChip::wrap(id, Rc::clone(&faults), Rc::clone(&env.disk));
        let disk = TapDisk::wrap(id, Rc::clone(&env.tap), disk);
        if erased.take() {
            // A flash that refuses that is found as it was.
            let _ = disk.replace(b"");
        }
        let firmware = terminal::run(Env { net, disk, ..env }, board.clone(), config);
        Box::pin(gate.hold(Box::pin(firmware)))
    })
}

/// Everybody who is no machine lives on one host that never loses its power.
fn people_boot(tills: Vec<Rc<Till>>, wallet: &Rc<Wallet>, merchant: &Rc<Merchant>) -> Boot {
    let (wallet, merchant) = (Rc::clone(wallet), Rc::clone(merchant));
    Rc::new(move |env: Env| {
        for till in &tills {
            env.spawn.spawn(Box::pin(Rc::clone(till).run(env.clone())));
        }
        env.spawn.spawn(Box::pin(Rc::clone(&wallet).run(env.clone())));
        Box::pin(Rc::clone(&merchant).run(env, Rc::clone(&wallet)))
    })
}

//! The world of a simulated rig: who there is, and who is wired to whom.

use std::collections::BTreeMap;
use std::rc::Rc;

use contract::rig::{CallbackSchedule, TerminalInfo};
use contract::{RigFault, RigRequest, TerminalId};

use super::place::{self, Ground, Inside, Place, genuine};
use super::stand_in::Mishap;
use crate::acquirer::{self, Acquirer, Batches, Magic, Vault};
use crate::device::{self, Device, Offers, Outfit};
use crate::engine::{Boot, Engine};
use crate::env::{Env, Tap};
use crate::faults::Faults;
use crate::iso8583;
use crate::link::{AccessNetwork, Backbone, Link, Profile};
use crate::merchant::{Merchant, schedule};
use crate::people::Till;
use crate::terminal::Config;
use crate::wallet::Wallet;
use crate::wiretap::{Side, TapNet};

/// Field 42 of every terminal: one merchant (an invented number).
const MID: &str = "104110045110001";

/// Everything on the rig that orders can reach.
pub(super) struct World {
    pub(super) faults: Rc<Faults>,
    pub(super) wallet: Rc<Wallet>,
    pub(super) merchant: Rc<Merchant>,
    pub(super) callbacks: CallbackSchedule,
    /// Why an outside terminal keeps the rig from going on.
    pub(super) mishap: Mishap,
    places: Vec<Place>,
}

type TerminalTable = Rc<BTreeMap<String, (TerminalId, String)>>;

impl World {
    /// Builds it and switches everything on. Terminals are these devices; where there are none,
    /// each is the built-in firmware.
    ///
    /// # Errors
    /// What the request names that does not exist.
    pub(super) fn build(
        engine: &mut dyn Engine,
        tap: Rc<dyn Tap>,
        request: &RigRequest,
        devices: &[Rc<dyn Device>],
    ) -> Result<World, String> {
        let profile = Profile::load(&request.link)?;
        let model = device::config(&Outfit::of(TerminalId(1), request))?;
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
        let terminals = table(request.terminals, devices)?;
        let acquirer = Rc::new(Acquirer {
            tap: Rc::clone(&tap),
            wallet: Rc::clone(&wallet),
            faults: Rc::clone(&faults),
            merchant: Rc::clone(&merchant),
            terminals: Rc::clone(&terminals),
            vault: Rc::clone(&vault),
            batches: Batches::default(),
            magic: Magic::new(request.magic_amounts),
            newest: model.version,
            wire,
        });
        let access = AccessNetwork::new();
        for &host in acquirer::hosts(request.hosts) {
            let backbone = match host {
                acquirer::HOST => None,
                other => Some(Rc::new(Backbone::new(request.seed, other)?)),
            };
            let site = (host, backbone);
            engine.add_host(host, host_boot(site, &acquirer, &access, &terminals));
        }
        let mishap = Mishap::default();
        let mut places = Vec::new();
        let mut rows: Vec<_> = terminals.iter().collect();
        rows.sort_by_key(|(_, (id, _))| *id);
        let ground = Ground { request, tap, faults: Rc::clone(&faults), vault, access, acquirer };
        for (index, (tid, (id, mid))) in rows.into_iter().enumerate() {
            let info = TerminalInfo { id: *id, tid: tid.clone(), mid: mid.clone() };
            let link = Link::new(*id, &profile, request.seed, engine.clock(), ground.tap());
            let till = ground.till(*id, &merchant);
            if model.policy.waits_for_push() {
                merchant.install_app(*id, till.board.app.clone());
            }
            let socket = ground.socket(&till, &link);
            let (inside, boot) = match devices.get(index) {
                Some(device) => place::outside(socket, info.clone(), device, &mishap),
                None => place::built_in(socket, ground.config(&info, &model)),
            };
            engine.add_host(&id.to_string(), boot);
            places.push(Place::new(till, link, info, inside));
        }
        let tills = places.iter().map(|place| Rc::clone(&place.till)).collect();
        engine.add_host("world", people_boot(tills, &wallet, &merchant));
        Ok(World { faults, wallet, merchant, callbacks, mishap, places })
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
        place.inside.switch(on);
        place.link.set_power(on);
        place.till.board.set_power(on);
        true
    }

    /// Stops or starts the firmware of a terminal that has power; `false` when it was so already.
    pub(super) fn set_running(&self, terminal: TerminalId, on: bool) -> bool {
        let runs = |place: &&Place| place.powered.get() && place.running.get() != on;
        let Some(place) = self.place(terminal).filter(runs) else { return false };
        place.running.set(on);
        place.inside.switch(on);
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
        if let Some(Inside::Firmware { gate, .. }) = self.inside(terminal) {
            gate.set(!frozen);
        }
    }

    /// Changes what is stored in a terminal; it reads that at its next start.
    /// `change` gets it, and what was delivered.
    pub(super) fn store(&self, terminal: TerminalId, change: impl FnOnce(&mut Config, &Config)) {
        if let Some(Inside::Firmware { config, sound, .. }) = self.inside(terminal) {
            change(&mut config.borrow_mut(), sound);
        }
    }

    /// A terminal finds its flash empty at its next start.
    pub(super) fn erase(&self, terminal: TerminalId) {
        if let Some(Inside::Firmware { erased, .. }) = self.inside(terminal) {
            erased.set(true);
        }
    }

    /// The terminals for the trace's header.
    pub(super) fn terminals(&self) -> Vec<TerminalInfo> {
        self.places.iter().map(|place| place.info.clone()).collect()
    }

    /// What an outside terminal offers; `None` for the built-in firmware.
    pub(super) fn offers(&self, terminal: TerminalId) -> Option<&Offers> {
        match self.inside(terminal)? {
            Inside::Device(device) => Some(device.offers()),
            Inside::Firmware { .. } => None,
        }
    }

    fn inside(&self, terminal: TerminalId) -> Option<&Inside> {
        self.place(terminal).map(|place| &place.inside)
    }

    fn place(&self, terminal: TerminalId) -> Option<&Place> {
        self.places.get(usize::try_from(terminal.0).ok()?.checked_sub(1)?)
    }
}

/// Fields 41 and 42 of a terminal, unless it has its own. Field 41 counts from 10000001.
pub(crate) fn numbers_of(terminal: TerminalId) -> (String, String) {
    (10_000_000_u32.saturating_add(terminal.0).to_string(), MID.to_owned())
}

/// The terminals by field 41.
///
/// # Errors
/// Two have the same.
fn table(terminals: u32, devices: &[Rc<dyn Device>]) -> Result<TerminalTable, String> {
    let mut table = BTreeMap::new();
    let mut devices = devices.iter();
    for id in (1..=terminals).map(TerminalId) {
        let (mut tid, mut mid) = numbers_of(id);
        if let Some(offers) = devices.next().map(|device| device.offers()) {
            tid = offers.tid.clone().unwrap_or(tid);
            mid = offers.mid.clone().unwrap_or(mid);
        }
        if let Some((other, _)) = table.insert(tid.clone(), (id, mid)) {
            return Err(format!("{other} and {id} have the same terminal number, {tid}"));
        }
    }
    Ok(Rc::new(table))
}

fn host_boot(
    (name, backbone): (&'static str, Option<Rc<Backbone>>),
    acquirer: &Rc<Acquirer>,
    access: &Rc<AccessNetwork>,
    terminals: &TerminalTable,
) -> Boot {
    let (acquirer, access) = (Rc::clone(acquirer), Rc::clone(access));
    let terminals = Rc::clone(terminals);
    Rc::new(move |env: Env| {
        let (acquirer, backbone) = (Rc::clone(&acquirer), backbone.clone());
        let net = access.host_net(name, Rc::clone(&env.net), Rc::clone(&env.clock));
        let side = Side::Host { terminals: Rc::clone(&terminals) };
        let genuine = genuine(&acquirer.vault);
        let net = TapNet::wrap(net, side, acquirer.wire, genuine, Rc::clone(&env.tap));
        Box::pin(async move { acquirer.run(Env { net, ..env }, backbone).await })
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

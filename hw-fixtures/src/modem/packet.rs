//! Data connections: contexts, their access point names, and how they come and go (3GPP TS 27.007,
//! 10).

use std::collections::BTreeMap;

use super::reply::{Failure, cme};
use super::syntax::{Call, Kind};
use super::{Command, Done, Mode, Modem, Needs, Outcome, Request, Verdict, command};

pub(super) const COMMANDS: &[Command] = &[
    command("+CGDCONT", Some("(1-16),\"IP\",,,(0),(0)"), Needs::Nothing, Modem::cgdcont),
    command("+CGACT", Some("(0,1)"), Needs::Card, Modem::cgact),
    command("+CGATT", Some("(0,1)"), Needs::Card, Modem::cgatt),
    command("+CGPADDR", Some("(1-16)"), Needs::Nothing, Modem::cgpaddr),
];

/// The context that modules define by themselves.
const FIRST: u32 = 1;
const LAST: u32 = 16;

#[derive(Debug, Default, Clone)]
struct Context {
    apn: String,
    active: bool,
}

/// The contexts that are defined.
#[derive(Debug)]
pub(super) struct Contexts {
    all: BTreeMap<u32, Context>,
    detached: bool,
}

impl Default for Contexts {
    fn default() -> Contexts {
        Contexts { all: BTreeMap::from([(FIRST, Context::default())]), detached: false }
    }
}

impl Contexts {
    pub(super) fn is_active(&self, id: u32) -> bool {
        self.all.get(&id).is_some_and(|context| context.active)
    }

    /// Those that are active.
    pub(super) fn active(&self) -> Vec<u32> {
        self.all.iter().filter(|(_, context)| context.active).map(|(id, _)| *id).collect()
    }

    /// Defines or names one.
    ///
    /// # Errors
    /// When there can't be one of this number.
    pub(super) fn define(&mut self, id: Option<u32>, apn: Option<&str>) -> Result<(), Failure> {
        let id = id.filter(|id| (FIRST..=LAST).contains(id)).ok_or(cme::BAD_PARAMETER)?;
        self.all.entry(id).or_default().apn = apn.unwrap_or_default().to_owned();
        Ok(())
    }
}

impl Modem {
    /// Asks the carrier for a connection.
    ///
    /// # Errors
    /// Without a network, without such a context, and when the carrier does not know its name.
    pub(super) fn activate(&mut self, id: u32) -> Result<(), Failure> {
        if !self.registration().is_registered() || self.session.packet.detached {
            return Err(cme::NO_SERVICE);
        }
        let context = self.session.packet.all.get_mut(&id).ok_or(cme::BAD_PARAMETER)?;
        let known = self.profile.apn.as_ref();
        if !context.apn.is_empty() && known.is_some_and(|known| *known != context.apn) {
            return Err(cme::NOT_ALLOWED);
        }
        context.active = true;
        Ok(())
    }

    /// The terminal gives a connection back; what runs over it ends.
    pub(super) fn deactivate(&mut self, id: u32) {
        let context = self.session.packet.all.get_mut(&id);
        if context.is_some_and(|context| std::mem::take(&mut context.active)) {
            self.break_sockets();
        }
    }

    /// The network takes the connections away.
    pub(super) fn lose_pdp(&mut self) {
        let active = self.session.packet.active();
        for id in &active {
            self.deactivate(*id);
        }
        self.tell_of_lost_pdp(&active);
        if matches!(self.session.mode, Mode::Online(_) | Mode::Dialling(_)) {
            self.leave_data_mode(Verdict::NoCarrier);
        }
    }

    /// Every connection breaks, and nobody at the other end is told.
    fn break_sockets(&mut self) {
        for conn in self.session.sockets.break_all() {
            self.drop_requests_of(conn);
            self.requests.push(Request::Forget { conn });
        }
    }

    fn cgdcont(&mut self, call: &Call) -> Outcome {
        if let Kind::Set(args) = &call.kind {
            self.session.packet.define(args.number(0), args.text(2))?;
            return Ok(Done::Ok);
        }
        for (id, Context { apn, .. }) in self.session.packet.all.clone() {
            self.info(format!("+CGDCONT: {id},\"IP\",\"{apn}\",\"\",0,0"));
        }
        Ok(Done::Ok)
    }

    fn cgact(&mut self, call: &Call) -> Outcome {
        let Kind::Set(args) = &call.kind else {
            for (id, Context { active, .. }) in self.session.packet.all.clone() {
                self.info(format!("+CGACT: {id},{}", u8::from(active)));
            }
            return Ok(Done::Ok);
        };
        let id = args.number_or(1, FIRST).ok_or(cme::BAD_PARAMETER)?;
        match args.number(0) {
            Some(1) => self.activate(id)?,
            Some(0) => self.deactivate(id),
            _ => return Err(cme::BAD_PARAMETER),
        }
        Ok(Done::Ok)
    }

    fn cgatt(&mut self, call: &Call) -> Outcome {
        let Kind::Set(args) = &call.kind else {
            let attached = self.registration().is_registered() && !self.session.packet.detached;
            self.info(format!("+CGATT: {}", u8::from(attached)));
            return Ok(Done::Ok);
        };
        match args.number(0) {
            Some(1) if self.registration().is_registered() => {
                self.session.packet.detached = false;
            }
            Some(1) => return Err(cme::NO_SERVICE),
            Some(0) => {
                self.session.packet.detached = true;
                self.lose_pdp();
            }
            _ => return Err(cme::BAD_PARAMETER),
        }
        Ok(Done::Ok)
    }

    fn cgpaddr(&mut self, call: &Call) -> Outcome {
        let wanted = call.args().number(0);
        let active = self.session.packet.active();
        for id in active.into_iter().filter(|id| wanted.is_none_or(|wanted| wanted == *id)) {
            self.info(format!("+CGPADDR: {id},\"{}\"", self.profile.address));
        }
        Ok(Done::Ok)
    }
}

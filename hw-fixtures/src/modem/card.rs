//! The SIM card: in or out, locked or open, and the numbers on it.

use super::reply::{Failure, cme};
use super::syntax::{Call, Kind};
use super::{Card, Command, Done, Maker, Modem, Needs, Outcome, command};

pub(super) const COMMANDS: &[Command] = &[
    command("+CPIN", Some(""), Needs::Nothing, Modem::cpin),
    command("+CIMI", Some(""), Needs::Card, Modem::cimi),
    command("+QCCID", Some(""), Needs::Card, Modem::iccid),
    command("+CICCID", Some(""), Needs::Card, Modem::iccid),
    command("+CCID", Some(""), Needs::Card, Modem::iccid),
    command("+ICCID", Some(""), Needs::Card, Modem::iccid),
    command("+CNUM", Some(""), Needs::Card, Modem::cnum),
];

/// Wrong tries before the card wants its PUK (3GPP TS 11.11).
const TRIES: u8 = 3;

/// The slot with the card in it, or without.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    is_in: bool,
    locked: bool,
    tries: u8,
}

impl Slot {
    pub(super) fn of(card: &Card) -> Slot {
        Slot { is_in: true, locked: card.pin.is_some(), tries: TRIES }
    }

    /// Without power the card forgets that it was opened, but not the wrong tries.
    pub(super) fn lock(&mut self, card: &Card) {
        self.locked = card.pin.is_some();
    }
}

impl Modem {
    /// `+CPIN`'s word for it.
    pub(super) fn card_state(&self) -> Result<&'static str, Failure> {
        match self.slot {
            Slot { is_in: false, .. } => Err(cme::NO_CARD),
            Slot { tries: 0, .. } => Ok("SIM PUK"),
            Slot { locked: true, .. } => Ok("SIM PIN"),
            _ => Ok("READY"),
        }
    }

    /// Whether the card can be used.
    pub(super) fn card_ready(&self) -> Result<(), Failure> {
        match self.card_state()? {
            "READY" => Ok(()),
            "SIM PIN" => Err(cme::PIN_NEEDED),
            _ => Err(cme::PUK_NEEDED),
        }
    }

    /// It is pushed in or pulled out.
    pub(super) fn move_card(&mut self, is_in: bool) {
        if self.slot.is_in == is_in {
            return;
        }
        self.slot.is_in = is_in;
        self.slot.lock(&self.profile.card);
        if !is_in {
            self.urc("+CPIN: NOT READY");
            return self.lose_pdp();
        }
        if let Ok(state) = self.card_state() {
            self.urc(format!("+CPIN: {state}"));
        }
        self.search();
    }

    fn cpin(&mut self, call: &Call) -> Outcome {
        let state = self.card_state()?;
        let Kind::Set(args) = &call.kind else {
            self.info(format!("+CPIN: {state}"));
            return Ok(Done::Ok);
        };
        if state != "SIM PIN" {
            return Err(cme::NOT_ALLOWED);
        }
        if args.text(0) != self.profile.card.pin.as_deref() {
            self.slot.tries = self.slot.tries.saturating_sub(1);
            return Err(cme::WRONG_PIN);
        }
        self.slot = Slot { is_in: true, locked: false, tries: TRIES };
        self.urc("+CPIN: READY");
        self.search();
        Ok(Done::Ok)
    }

    fn cimi(&mut self, _: &Call) -> Outcome {
        self.info(self.profile.card.imsi.clone());
        Ok(Done::Ok)
    }

    fn iccid(&mut self, call: &Call) -> Outcome {
        let name = match self.profile.maker {
            Maker::Quectel => call.name.as_str(),
            Maker::Simcom => "+ICCID",
        };
        self.info(format!("{name}: {}", self.profile.card.iccid));
        Ok(Done::Ok)
    }

    fn cnum(&mut self, _: &Call) -> Outcome {
        let number = &self.profile.card.number;
        let kind = if number.starts_with('+') { 145 } else { 129 };
        self.info(format!("+CNUM: ,\"{number}\",{kind}"));
        Ok(Done::Ok)
    }
}

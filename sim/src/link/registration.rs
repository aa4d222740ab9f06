//! Whether the modem is registered, and how long it takes to be so again.
//!
//! It knows which faults cost the registration and nothing of packets or connections. A link whose
//! modem never loses it pays one comparison a packet.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use contract::{Fault, FaultNo, Lapse, TerminalId, Time};
use rand::rngs::ChaCha8Rng;

use super::quantile::Table;
use crate::env;

/// From switching a module on until it registers (assumption: some 8 s for a Cat 1 module).
const BOOT: Lapse = Lapse::from_secs(8);

/// How a fault costs the registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// There is none while it lasts.
    Off,
    /// As `Off`, and the modem has to start up first.
    Dead,
    /// The modem goes to another network at once, and back when it ends.
    Moved,
}

/// Whether, and how, a fault costs the registration.
pub(super) const fn loss(fault: &Fault) -> Option<Loss> {
    match fault {
        Fault::ModemDead { .. } => Some(Loss::Dead),
        Fault::SimRemoved | Fault::ApnMisconfig => Some(Loss::Off),
        Fault::RatFallback { .. } => Some(Loss::Moved),
        _ => None,
    }
}

/// The registration of one modem.
#[derive(Debug)]
pub(super) struct Registration {
    takes_ms: Table,
    rng: RefCell<ChaCha8Rng>,
    losing: RefCell<BTreeMap<FaultNo, Loss>>,
    /// When it stands, and the fault that took it last.
    ready: Cell<Time>,
    taken_by: Cell<FaultNo>,
    losses: Cell<u32>,
}

impl Registration {
    /// A modem that is registered.
    pub(super) fn new(takes_ms: Table, seed: u64, terminal: TerminalId) -> Registration {
        let rng = env::rng(seed, &format!("link {terminal} attach"));
        Registration {
            takes_ms,
            rng: RefCell::new(rng),
            losing: RefCell::default(),
            ready: Cell::new(Time(0)),
            taken_by: Cell::new(FaultNo(0)),
            losses: Cell::new(0),
        }
    }

    /// A fault begins. `true`: the modem registers anew from now on.
    pub(super) fn impose(&self, no: FaultNo, fault: &Fault, now: Time) -> bool {
        let Some(loss) = loss(fault) else { return false };
        self.losing.borrow_mut().insert(no, loss);
        self.lose(no, now, Lapse::ZERO)
    }

    /// A fault ends. `true`: the modem registers anew from now on.
    pub(super) fn lift(&self, no: FaultNo, now: Time) -> bool {
        let Some(loss) = self.losing.borrow_mut().remove(&no) else { return false };
        self.lose(no, now, if loss == Loss::Dead { BOOT } else { Lapse::ZERO })
    }

    /// How this fault, which is in force, costs the registration.
    pub(super) fn losing(&self, no: FaultNo) -> Option<Loss> {
        self.losing.borrow().get(&no).copied()
    }

    fn lose(&self, no: FaultNo, now: Time, boot: Lapse) -> bool {
        self.losses.set(self.losses.get() + 1);
        self.taken_by.set(no);
        let attaches = self.losing.borrow().values().all(|loss| *loss == Loss::Moved);
        self.ready.set(match attaches {
            true => {
                let ms = self.takes_ms.draw(&mut self.rng.borrow_mut());
                now + boot + Lapse::from_ms(ms as u64)
            }
            false => Time(u64::MAX),
        });
        attaches
    }

    /// When it stands; never while a fault forbids it.
    pub(super) fn ready(&self) -> Time {
        self.ready.get()
    }

    /// The fault because of which there is none at this moment.
    pub(super) fn cause(&self, at: Time) -> Option<FaultNo> {
        (at < self.ready.get()).then(|| self.taken_by.get())
    }

    /// How often it was lost; a connection does not outlive it.
    pub(super) fn losses(&self) -> u32 {
        self.losses.get()
    }
}

#[cfg(test)]
mod tests {
    use contract::fault::ModemMode;

    use super::*;

    const FALLBACK: Fault = Fault::RatFallback { rate_kbps: 200, rtt: Lapse::from_ms(750) };

    fn registration() -> Registration {
        let takes_ms = Table::new(&[(0.0, 3_000.0), (1.0, 40_000.0)], 1.0, 1e6).unwrap();
        Registration::new(takes_ms, 1, TerminalId(1))
    }

    #[test]
    fn a_fault_that_lasts_takes_it_until_it_ends_and_the_modem_registered() {
        let own = registration();
        assert_eq!(own.cause(Time(0)), None);
        assert!(!own.impose(FaultNo(1), &Fault::SimRemoved, Time(0)));
        assert_eq!(own.cause(Time::from_ms(1_000_000_000)), Some(FaultNo(1)));
        assert!(own.lift(FaultNo(1), Time::from_ms(60_000)));
        let took = own.ready().since(Time::from_ms(60_000)).as_ms();
        assert!((3_000..=40_000).contains(&took), "{took} ms");
        assert_eq!(own.cause(own.ready()), None);
    }

    #[test]
    fn a_fallback_registers_at_once_and_again_when_it_ends() {
        let own = registration();
        assert!(own.impose(FaultNo(1), &FALLBACK, Time(0)));
        let there = own.ready();
        assert_eq!((own.cause(Time(0)), own.cause(there)), (Some(FaultNo(1)), None));
        assert!(own.lift(FaultNo(1), there));
        assert!(own.cause(there).is_some() && own.losses() == 2);
    }

    #[test]
    fn nothing_registers_while_another_fault_forbids_it() {
        let own = registration();
        let dead = Fault::ModemDead { mode: ModemMode::Off };
        assert!(!own.impose(FaultNo(1), &dead, Time(0)));
        assert!(!own.impose(FaultNo(2), &FALLBACK, Time(0)));
        assert!(!own.lift(FaultNo(2), Time(0)));
        assert!(own.lift(FaultNo(1), Time(0)), "and the module starts up first");
        assert!(own.ready() >= Time(0) + BOOT + Lapse::from_ms(3_000));
    }
}

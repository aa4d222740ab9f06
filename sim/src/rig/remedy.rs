//! What people do about faults: the remedies of the guidance as they act on a rig.

use contract::{Remedy, RigFault, TerminalId};

use super::SimRig;
use crate::peripheral::{Function, Key};
use crate::terminal::{firmware, poll};
use crate::wire::codes;

/// The query preset of a hardened terminal: the published one that asks longest before it gives an
/// order up.
const PATIENT: &str = "lakala";

impl SimRig {
    /// Carries a remedy out: first what it takes away, then what it does besides.
    ///
    /// # Errors
    /// `CannotDo` for a terminal that does not exist.
    pub(super) fn remedy(&mut self, terminal: TerminalId, remedy: Remedy) -> Result<(), RigFault> {
        let now = self.clock.now();
        self.world.till(terminal)?;
        for no in self.world.faults.cured_by(terminal, remedy) {
            self.end(no);
        }
        let till = self.world.till(terminal)?;
        match remedy {
            Remedy::Harden => {
                let waits = poll::waits(PATIENT).map_err(RigFault::Broken)?;
                self.world.store(terminal, |config, _| config.waits = waits.into());
                self.update(terminal);
            }
            Remedy::FirmwareUpdate => self.update(terminal),
            Remedy::VerifyProcedure => till.learn(|habits| habits.verifies = true),
            Remedy::EmergencyRunbook => till.learn(|habits| habits.runbook = true),
            Remedy::SelfTest => till.press(now, Key::Function(Function::Test)),
            Remedy::FeedbackTicket | Remedy::SupportSla | Remedy::HotlineQuery => till.claim(now),
            // The journal moves over to the new device; whatever was in memory does not.
            Remedy::ReplaceDevice => {
                self.cut(terminal);
                self.restore(terminal);
            }
            Remedy::TrainUser
            | Remedy::Wait
            | Remedy::LinkRestore
            | Remedy::SmsEnable
            | Remedy::MaintenanceEnd => {}
        }
        Ok(())
    }

    /// The terminal gets the newest good image and starts with it.
    fn update(&mut self, terminal: TerminalId) {
        let newest = firmware::FIRMWARES[0].policy;
        self.world.store(terminal, |config, _| {
            (config.policy, config.codes) = (newest, codes::known);
            config.version = firmware::NEWEST;
        });
        self.restart(terminal);
    }
}

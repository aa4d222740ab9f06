//! What people can do about a fault: the remedies of the guidance text as orders to a rig.
//!
//! `Remedy::id` names the entry in the catalogue. It says nothing of how a rig carries one out.

use serde::{Deserialize, Serialize};

use crate::Fault;

macro_rules! remedies {
    ($($name:ident, $id:literal, $kind:expr, $doc:literal;)*) => {
        /// A remedy of the guidance text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Remedy {
            $(#[doc = $doc] $name),*
        }

        impl Remedy {
            /// All of them, in the order of the guidance text.
            pub const ALL: &[Remedy] = &[$(Remedy::$name),*];

            /// Its entry in the catalogue.
            pub const fn id(self) -> &'static str {
                match self { $(Remedy::$name => $id),* }
            }

            /// Whether it takes faults away; the others find them, or live with them.
            const fn cures_any(self) -> bool {
                match self { $(Remedy::$name => $kind),* }
            }
        }
    };
}

const CURE: bool = true;
const HELP: bool = false;

remedies! {
    Harden, "heal-harden", CURE, "The terminal gets the hardened firmware.";
    FirmwareUpdate, "heal-firmware-update", CURE, "The terminal gets the newest firmware.";
    TrainUser, "heal-train-user", CURE, "The operator is trained.";
    VerifyProcedure, "heal-verify-procedure", HELP, "The operator checks each sale from now on.";
    SelfTest, "heal-self-test", HELP, "The operator has the terminal test itself.";
    EmergencyRunbook, "heal-emergency-runbook", CURE, "The operator keeps to the runbook.";
    FeedbackTicket, "heal-feedback-ticket", HELP, "The last customer's claim is traced.";
    SupportSla, "heal-support-sla", HELP, "The support is asked, and answers in time.";
    Wait, "heal-wait", HELP, "Nobody does anything.";
    LinkRestore, "heal-link-restore", CURE, "The carrier or the merchant restores the link.";
    HotlineQuery, "heal-hotline-query", HELP, "The merchant asks the hotline.";
    SmsEnable, "heal-sms-enable", CURE, "The SMS service is opened.";
    MaintenanceEnd, "heal-maintenance-end", CURE, "The institution ends its maintenance.";
    ReplaceDevice, "heal-replace-device", CURE, "The device is replaced; its journal moves over.";
}

impl Remedy {
    /// Whether it ends this fault: the catalogue names it there. Power comes back by itself only.
    pub fn cures(self, fault: &Fault) -> bool {
        let entry = fault.info();
        let named = entry.is_some_and(|entry| entry.remedies.contains(&self.id()));
        self.cures_any() && named && !matches!(fault, Fault::PowerCut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::REMEDIES;
    use crate::fault::{SmsMode, Way};

    #[test]
    fn they_are_those_of_the_catalogue() {
        let ids: Vec<_> = Remedy::ALL.iter().map(|remedy| remedy.id()).collect();
        assert_eq!(ids, REMEDIES.iter().map(|entry| entry.id).collect::<Vec<_>>());
        for remedy in Remedy::ALL {
            let word = serde_json::to_value(remedy).unwrap();
            assert_eq!(format!("heal-{}", word.as_str().unwrap()), remedy.id());
        }
    }

    #[test]
    fn a_remedy_ends_what_it_helps_against_and_nothing_else() {
        let outage = Fault::LinkOutage { way: Way::Both };
        assert!(Remedy::LinkRestore.cures(&outage));
        assert!(!Remedy::SmsEnable.cures(&outage));
        assert!(Remedy::SmsEnable.cures(&Fault::NotifySmsOff { mode: SmsMode::Disabled }));
        assert!(Remedy::TrainUser.cures(&Fault::OpNovice));
        assert!(!Remedy::SelfTest.cures(&Fault::DisplayStuck));
        assert!(!Remedy::FirmwareUpdate.cures(&Fault::PowerCut));
    }
}

//! The verbs of remedies: what people do about a fault, in the order of the guidance text.

use contract::Action;

use crate::scenario::words::{Lasting::Moment, Make, Verb};

macro_rules! heal {
    ($word:literal, $remedy:ident, $meaning:literal) => {
        Verb {
            key: "heal",
            word: Some($word),
            args: &[],
            lasting: Moment,
            meaning: $meaning,
            example: concat!("{ at = \"5m\", heal = \"", $word, "\" }"),
            make: Make::Order(|_, terminal, _| {
                let remedy = contract::Remedy::$remedy;
                Action::Remedy { terminal, remedy }
            }),
        }
    };
}

/// All remedies; the catalogue has the words of the guidance for each.
pub(super) const HEAL: &[Verb] = &[
    heal!(
        "harden",
        Harden,
        "The terminal gets the hardened firmware and restarts; what is open is kept."
    ),
    heal!(
        "firmware-update",
        FirmwareUpdate,
        "The terminal gets the newest firmware and restarts; what is open is kept."
    ),
    heal!(
        "train-user",
        TrainUser,
        "The operator is trained: his slips, his haste and his habits end."
    ),
    heal!(
        "verify-procedure",
        VerifyProcedure,
        "From now on the operator looks each sale up, in both lists."
    ),
    heal!("self-test", SelfTest, "The operator has the terminal test itself."),
    heal!(
        "emergency-runbook",
        EmergencyRunbook,
        "From now on an unknown result means: wait, look at the list, ask the hotline."
    ),
    heal!(
        "feedback-ticket",
        FeedbackTicket,
        "The last customer's claim is taken and traced to his payment."
    ),
    heal!("support-sla", SupportSla, "The support answers what became of the last payment."),
    heal!("wait", Wait, "Nobody does anything: the terminal finds out by itself."),
    heal!(
        "link-restore",
        LinkRestore,
        "Carrier or merchant restore the link: its faults here end."
    ),
    heal!("hotline-query", HotlineQuery, "The merchant asks the hotline about the last payment."),
    heal!("sms-enable", SmsEnable, "The SMS service is opened; what was missed is not sent later."),
    heal!("maintenance-end", MaintenanceEnd, "The institution ends its maintenance."),
    heal!(
        "replace-device",
        ReplaceDevice,
        "The device is replaced: its broken parts are gone, its journal moves over."
    ),
];

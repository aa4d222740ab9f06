//! Which orders a rig can't carry out at an outside terminal. Everything that acts on the world
//! around a terminal works at any; what acts inside of it needs a way in.

use contract::{Action, Fault, Remedy};

use super::Offers;

/// Why an order can't be carried out at a terminal that offers this; `None` when it can.
pub fn cannot(offers: &Offers, action: &Action) -> Option<String> {
    let lacks = |have: bool, what: &str| (!have).then(|| what.to_owned());
    match action {
        Action::Pay { .. } => ["OK", "CANCEL"].iter().find_map(|word| no_key(offers, word)),
        Action::Press { key, .. } => no_key(offers, key),
        Action::FaultOn { fault, .. } => match fault {
            Fault::PowerCut => lacks(offers.power, NO_POWER),
            Fault::FwCrash => lacks(offers.crash, "nothing here can end its firmware alone"),
            fault => inside(fault).map(str::to_owned),
        },
        Action::Remedy { remedy, .. } => match remedy {
            Remedy::Harden | Remedy::FirmwareUpdate => Some(NO_UPDATE.to_owned()),
            Remedy::ReplaceDevice => lacks(offers.power, NO_POWER),
            Remedy::SelfTest => no_key(offers, "TEST"),
            _ => None,
        },
        Action::BackendList { .. } | Action::Claim { .. } | Action::Heal => None,
    }
}

const NO_POWER: &str = "nothing here switches its power";
const NO_UPDATE: &str = "its firmware can't be replaced from here";

fn no_key(offers: &Offers, word: &str) -> Option<String> {
    let has = offers.keys.iter().any(|key| key == word);
    (!has).then(|| format!("it has no key `{word}` that can be pressed from here"))
}

/// Why a fault inside of a terminal can't be made from outside.
fn inside(fault: &Fault) -> Option<&'static str> {
    match fault {
        Fault::FwHang => Some("nothing here can make its processor stand still"),
        Fault::DisplayStuck => Some("nothing here can make its display fail"),
        Fault::PrintPaperOut => Some("nothing here can take its paper away"),
        Fault::PrinterStops { .. } => Some("nothing here can make its printer stop"),
        Fault::StoreTornWrite | Fault::FlashWriteFail | Fault::StoreFull | Fault::JournalLost => {
            Some("nothing here can make its flash fail")
        }
        Fault::ClockSkew { .. } => Some("nothing here can set its clock"),
        Fault::ConfigBad { .. } | Fault::TerminalListPartial { .. } => {
            Some("its stored settings can't be changed from here")
        }
        Fault::FwOutdated { .. } => Some(NO_UPDATE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use contract::{FaultNo, FaultSpan, TerminalId};

    use super::*;
    use crate::device::tests::offers;

    #[test]
    fn what_a_terminal_lacks_is_said_and_the_world_around_it_is_free() {
        let (terminal, span) = (TerminalId(1), FaultSpan::Next(1));
        let fault = |fault| Action::FaultOn { no: FaultNo(1), terminal, fault, span };
        let bare = Offers { power: false, keys: vec!["OK".into()], ..offers() };
        assert_eq!(cannot(&offers(), &fault(Fault::PowerCut)), None);
        assert_eq!(cannot(&bare, &fault(Fault::ResponseLost)), None);
        assert_eq!(cannot(&bare, &fault(Fault::PowerCut)).as_deref(), Some(NO_POWER));
        let key = cannot(&bare, &Action::Press { terminal, key: "SETTLE".into() }).unwrap();
        assert!(key.contains("`SETTLE`"), "{key}");
        assert!(cannot(&offers(), &fault(Fault::StoreFull)).is_some());
    }
}

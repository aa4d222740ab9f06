//! What terminal and host tell each other beside a payment (field 63): entries `NAME=VALUE` parted
//! by `;`. Acquirers differ (assumption). An entry that is not known is skipped.
//!
//! | entry | in a sign-in | in an answer |
//! |---|---|---|
//! | `VER` | the version of the terminal's image | the lowest that the host serves |
//! | `NEW` | `1`: the terminal knows of no payment, as a new device | |
//! | `UPD` | | the newest version, where the terminal's is older |
//! | `FROM`, `LAST` | | first order of the open batch and last order, for such a terminal |
//! | `STAN` | | the last STAN of the terminal that the host knows of, for such a terminal |
//! | `SMS` | | `0`: the merchant's SMS service is off |

use contract::OrderId;

/// The field.
pub(super) const FIELD: u8 = 63;

/// The entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Services {
    /// A version of the firmware's image.
    pub version: Option<u16>,
    /// The newest version of the image, which the terminal does not have.
    pub newest: Option<u16>,
    /// The terminal knows of no payment.
    pub blank: bool,
    /// The first order of the open batch that the host knows of.
    pub first: Option<OrderId>,
    /// The last order of the terminal that the host knows of.
    pub last: Option<OrderId>,
    /// The last STAN of the terminal that the host knows of.
    pub stan: Option<u32>,
    /// The merchant's SMS service is off.
    pub sms_off: bool,
}

/// Field 63; `None` when there is nothing to say. An order number that would end an entry is left
/// out.
pub(super) fn print(services: &Services) -> Option<String> {
    let Services { version, newest, blank, first, last, stan, sms_off } = services;
    let plain = |order: &&OrderId| !order.as_str().contains(';');
    let entries = [
        version.map(|version| format!("VER={version}")),
        newest.map(|newest| format!("UPD={newest}")),
        blank.then(|| "NEW=1".to_owned()),
        first.as_ref().filter(plain).map(|order| format!("FROM={order}")),
        last.as_ref().filter(plain).map(|order| format!("LAST={order}")),
        stan.map(|stan| format!("STAN={stan}")),
        sms_off.then(|| "SMS=0".to_owned()),
    ];
    let entries: Vec<String> = entries.into_iter().flatten().collect();
    (!entries.is_empty()).then(|| entries.join(";"))
}

/// What field 63 says; `None` when that is nothing.
pub(super) fn parse(text: &str) -> Option<Services> {
    let mut services = Services::default();
    for (name, value) in text.split(';').filter_map(|entry| entry.split_once('=')) {
        match (name, value) {
            ("VER", _) => services.version = value.parse().ok(),
            ("UPD", _) => services.newest = value.parse().ok(),
            ("NEW", "1") => services.blank = true,
            ("FROM", _) => services.first = OrderId::new(value),
            ("LAST", _) => services.last = OrderId::new(value),
            ("STAN", _) => services.stan = value.parse().ok(),
            ("SMS", "0") => services.sms_off = true,
            _ => {}
        }
    }
    (services != Services::default()).then_some(services)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_in_any_order_and_others_are_skipped() {
        let services = parse("SMS=0;01;X=1;VER=12;UPD=13;NEW=1;STAN=7;LAST=a;VER").unwrap();
        let (version, last, stan) = (Some(12), OrderId::new("a"), Some(7));
        let newest = Some(13);
        let told =
            Services { version, newest, blank: true, first: None, last, stan, sms_off: true };
        assert_eq!(services, told);
        assert_eq!(print(&services).unwrap(), "VER=12;UPD=13;NEW=1;LAST=a;STAN=7;SMS=0");
        assert_eq!([parse("01 "), parse("SMS=1"), parse("VER=x")], [None, None, None]);
        assert_eq!(print(&Services::default()), None);
    }
}

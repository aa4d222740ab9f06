//! What stands around a modem: its make and card, the network's state, and what passes between it
//! and the outside.

use contract::Lapse;

use super::sms::OutgoingSms;

/// Whose commands a module speaks beside the standard's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// `AT+QIOPEN` and its family (Quectel EC2x&EG9x TCP/IP application note).
    Quectel,
    /// `AT+CIPOPEN` and its family (SIMCom SIM7500/SIM7600 AT command manual, TCP/IP).
    Simcom,
}

/// A module as it stands on the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Whose it is.
    pub maker: Maker,
    /// 15 digits.
    pub imei: String,
    /// The speed of its serial line at power-on.
    pub baud: u32,
    /// From power to the first word.
    pub boot: Lapse,
    /// From the first word to being registered.
    pub register: Lapse,
    /// The network that it finds.
    pub operator: Operator,
    /// The card that belongs into its slot.
    pub card: Card,
    /// The only access point name that the carrier takes; `None` when it takes any.
    pub apn: Option<String>,
    /// The address that the carrier gives it.
    pub address: String,
    /// Messages that each of its memories holds.
    pub sms_capacity: u32,
}

/// A network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Long name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// Country and network, five or six digits.
    pub plmn: String,
    /// Location or tracking area, hexadecimal.
    pub area: String,
    /// Cell, hexadecimal.
    pub cell: String,
}

/// A SIM card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The number printed on it, 20 digits.
    pub iccid: String,
    /// The subscriber, 15 digits.
    pub imsi: String,
    /// Its telephone number.
    pub number: String,
    /// The message centre's number.
    pub centre: String,
    /// Asked for at power-on; `None` when it is not locked.
    pub pin: Option<String>,
}

impl Default for Profile {
    fn default() -> Profile {
        Profile {
            maker: Maker::Quectel,
            imei: "867698041234563".into(),
            baud: 115_200,
            // Quectel EC25 hardware design: the serial line answers 13 s after power-on at most,
            // newer modules after some 5 s.
            boot: Lapse::from_secs(5),
            // Assumption.
            register: Lapse::from_secs(3),
            operator: Operator {
                name: "CHINA MOBILE".into(),
                short: "CMCC".into(),
                plmn: "46000".into(),
                area: "1A2B".into(),
                cell: "01C3D4E5".into(),
            },
            card: Card {
                iccid: "89860012345678901234".into(),
                imsi: "460001234567890".into(),
                number: "+8613800138000".into(),
                centre: "+8613800100500".into(),
                pin: None,
            },
            apn: None,
            address: "10.64.64.2".into(),
            sms_capacity: 50,
        }
    }
}

/// What the network grants (3GPP TS 27.007, 7.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// There is none, and the modem does not look for one.
    None,
    /// Registered at home.
    Home,
    /// Out of service: the modem is looking.
    Searching,
    /// The network refuses it.
    Denied,
    /// Registered abroad.
    Roaming,
}

impl Service {
    /// The number in `+CREG`.
    pub(super) fn stat(self) -> u8 {
        match self {
            Service::None => 0,
            Service::Home => 1,
            Service::Searching => 2,
            Service::Denied => 3,
            Service::Roaming => 5,
        }
    }

    /// Whether calls, messages and data go through.
    pub fn is_registered(self) -> bool {
        matches!(self, Service::Home | Service::Roaming)
    }
}

/// Something that is done to a modem from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Received strength in dBm; `None` when there is nothing to measure.
    Signal(Option<i16>),
    /// What the network grants.
    Service(Service),
    /// The network takes the data connection away; it can be asked for again.
    PdpLost,
    /// The card is pushed in or pulled out.
    Card(bool),
    /// Whether data pass. Used up data are `false`: registered as ever, and nothing gets through.
    Data(bool),
    /// Deaf: each order ends in an error, after the longest time that it may take.
    Deaf(bool),
    /// Power on or off.
    Power(bool),
    /// It starts anew, as after a crash of its own.
    Restart,
    /// Somebody sends it a message. The network keeps it until it can be delivered.
    Sms {
        /// The sender's number, or letters.
        from: String,
        /// Any length; long ones come in parts.
        text: String,
    },
}

/// A connection. No other connection of the same modem has or had this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conn(pub u32);

/// What the modem wants of the outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Connect; answered by `Opened` or `Failed`.
    Open {
        /// From now on.
        conn: Conn,
        /// A name or an address.
        host: String,
        /// Its port.
        port: u16,
    },
    /// Send these bytes; answered by `Sent`, in parts if need be.
    Send {
        /// On this one.
        conn: Conn,
        /// At least one.
        bytes: Vec<u8>,
    },
    /// Close it; nothing more is heard of it.
    Close {
        /// This one.
        conn: Conn,
    },
    /// The modem vanished: the other end is told nothing, and nothing more is heard of it.
    Forget {
        /// This one.
        conn: Conn,
    },
    /// Deliver a message to a telephone.
    Sms(OutgoingSms),
}

/// What the network tells the modem of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetEvent {
    /// It is there.
    Opened,
    /// It will not be.
    Failed(NoConnection),
    /// Bytes came, never more than [`super::Modem::room`].
    Data(Vec<u8>),
    /// So many bytes have arrived at the other end, as far as is known.
    Sent(usize),
    /// The other end closed it, or it broke.
    Closed,
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoConnection {
    /// The name leads nowhere.
    NoName,
    /// The other end refused.
    Refused,
    /// Nobody answered.
    TimedOut,
}

//! Where a merchant sees a payment, and where a rig looks. Knows nothing of what is seen there.

use serde::{Deserialize, Serialize};

/// Where a merchant can see a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The terminal's display.
    Screen,
    /// The terminal's printer.
    Receipt,
    /// The loudspeaker at the till, fed by the acquirer.
    Soundbox,
    /// A text message to the merchant's phone.
    Sms,
    /// The list in the merchant's web backend.
    Backend,
    /// A notification of the merchant's app.
    Push,
    /// The merchant's own system, which books what the acquirer's callbacks tell it.
    Callback,
}

impl Channel {
    /// What a merchant has unless a scenario says otherwise.
    pub const USUAL: [Channel; 5] =
        [Channel::Screen, Channel::Receipt, Channel::Soundbox, Channel::Sms, Channel::Backend];

    /// All channels of this version, in the order of reports.
    pub const ALL: [Channel; 7] = [
        Channel::Screen,
        Channel::Receipt,
        Channel::Soundbox,
        Channel::Sms,
        Channel::Backend,
        Channel::Push,
        Channel::Callback,
    ];

    /// The word for it in scenarios and reports.
    pub const fn word(self) -> &'static str {
        match self {
            Channel::Screen => "screen",
            Channel::Receipt => "receipt",
            Channel::Soundbox => "soundbox",
            Channel::Sms => "sms",
            Channel::Backend => "backend",
            Channel::Push => "push",
            Channel::Callback => "callback",
        }
    }

    /// Whether S1 demands at most one original report here. SMS and push are delivered at least
    /// once; callbacks are, too, but what they are about is booked once.
    pub const fn exactly_once(self) -> bool {
        !matches!(self, Channel::Sms | Channel::Push)
    }

    /// Whether the terminal itself feeds this channel, so that it needs the terminal alive.
    pub const fn of_terminal(self) -> bool {
        matches!(self, Channel::Screen | Channel::Receipt)
    }
}

/// Where a tap sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tap {
    /// The terminal's end of the network.
    TerminalWire,
    /// The acquirer's end of the network.
    HostWire,
    /// The wallet's ledger.
    Ledger,
    /// The terminal's flash.
    Flash,
    /// The scanner's line.
    Scanner,
    /// The keypad's line.
    Keypad,
    /// The screen.
    Screen,
    /// The printer's line.
    Receipt,
    /// The soundbox.
    Soundbox,
    /// The SMS sink.
    Sms,
    /// The backend list.
    Backend,
    /// The phone with the merchant's app.
    Push,
    /// The merchant's server.
    Callback,
}

impl Tap {
    /// All taps of this version.
    pub const ALL: [Tap; 13] = [
        Tap::TerminalWire,
        Tap::HostWire,
        Tap::Ledger,
        Tap::Flash,
        Tap::Scanner,
        Tap::Keypad,
        Tap::Screen,
        Tap::Receipt,
        Tap::Soundbox,
        Tap::Sms,
        Tap::Backend,
        Tap::Push,
        Tap::Callback,
    ];

    /// The word for it in scenarios, traces and reports.
    pub const fn word(self) -> &'static str {
        match self {
            Tap::TerminalWire => "terminal-wire",
            Tap::HostWire => "host-wire",
            Tap::Ledger => "ledger",
            Tap::Flash => "flash",
            Tap::Scanner => "scanner",
            Tap::Keypad => "keypad",
            Tap::Screen => "screen",
            Tap::Receipt => "receipt",
            Tap::Soundbox => "soundbox",
            Tap::Sms => "sms",
            Tap::Backend => "backend",
            Tap::Push => "push",
            Tap::Callback => "callback",
        }
    }
}

impl From<Channel> for Tap {
    fn from(channel: Channel) -> Tap {
        match channel {
            Channel::Screen => Tap::Screen,
            Channel::Receipt => Tap::Receipt,
            Channel::Soundbox => Tap::Soundbox,
            Channel::Sms => Tap::Sms,
            Channel::Backend => Tap::Backend,
            Channel::Push => Tap::Push,
            Channel::Callback => Tap::Callback,
        }
    }
}

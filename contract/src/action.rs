//! What a rig can be ordered to do. A plan is a list of these, each with its moment.

use serde::{Deserialize, Serialize};

use crate::{Amount, Fault, FaultNo, FaultSpan, IntentId, Lapse, Remedy, TerminalId};

/// Whose app shows the payment code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WalletBrand {
    /// WeChat Pay: 18 digits, prefix 10 to 15.
    Wechat,
    /// Alipay: 16 to 24 digits, prefix 25 to 30.
    Alipay,
    /// UnionPay QuickPass app: 19 digits, prefix 62.
    Unionpay,
}

/// One customer who comes to the till.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Visit {
    /// The number of his wish to pay.
    pub intent: IntentId,
    /// The price.
    pub amount: Amount,
    /// Whose code he shows.
    pub wallet: WalletBrand,
    /// How long he takes to type his password; `None` when the wallet asks for none.
    pub password: Option<Lapse>,
    /// The wallet asks for his password, and he cancels after so long; `None` when he does not.
    #[serde(default)]
    pub cancels: Option<Lapse>,
    /// Whether his account can pay it.
    pub funds: bool,
}

/// An order to the rig. Every rig says beforehand which of them it can carry out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A customer comes to this terminal and pays; the operator serves one after another.
    Pay {
        /// Which terminal.
        terminal: TerminalId,
        /// Who.
        visit: Visit,
    },
    /// The operator presses a key: `OK`, `CANCEL`, `LIST`, or one of the function keys `SETTLE`,
    /// `VOID`, `REFUND`, `TEST` (self-test) and `REPRINT`.
    Press {
        /// Which terminal.
        terminal: TerminalId,
        /// Which key.
        key: String,
    },
    /// The merchant opens the payment list of the web backend.
    BackendList {
        /// Of which terminal.
        terminal: TerminalId,
    },
    /// The customer of the last payment at this terminal asks the hotline.
    Claim {
        /// Which terminal.
        terminal: TerminalId,
    },
    /// Somebody does what the guidance advises.
    Remedy {
        /// At which terminal.
        terminal: TerminalId,
        /// What.
        remedy: Remedy,
    },
    /// A fault comes into force. A global fault ignores the terminal.
    FaultOn {
        /// Its number, new.
        no: FaultNo,
        /// Where.
        terminal: TerminalId,
        /// What.
        fault: Fault,
        /// How long.
        span: FaultSpan,
    },
    /// Ends every fault, gives power back; nothing new comes after it.
    Heal,
}

impl Action {
    /// At which terminal it is carried out; `None` for all.
    pub const fn terminal(&self) -> Option<TerminalId> {
        match self {
            Action::Pay { terminal, .. }
            | Action::Press { terminal, .. }
            | Action::BackendList { terminal }
            | Action::Claim { terminal }
            | Action::Remedy { terminal, .. }
            | Action::FaultOn { terminal, .. } => Some(*terminal),
            Action::Heal => None,
        }
    }
}

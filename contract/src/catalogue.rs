//! The fault catalogue: causes in the terms of the merchants' guidance text, and their remedies.
//!
//! One table for `explain`, `faults`, the diagnosis and the checks of a scenario's `covers`.

use std::fmt;

use crate::{Channel, Invariant};

/// The name of a fault: `link-outage`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaultId(pub &'static str);

impl fmt::Display for FaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// A text in English and Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

/// Which part of the merchants' guidance a cause belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// 技术原因
    Technical,
    /// 操作原因
    Operation,
    /// 管理原因
    Management,
    /// 网络原因
    Network,
    /// 账户设置
    Account,
    /// 系统维护
    Maintenance,
    /// 扫描枪或POS机故障
    Device,
    /// 支付机构原因
    Institution,
}

impl Category {
    /// Its name in the guidance.
    pub const fn name(self) -> Text {
        match self {
            Category::Technical => text("technical", "技术原因"),
            Category::Operation => text("operation", "操作原因"),
            Category::Management => text("management", "管理原因"),
            Category::Network => text("network", "网络原因"),
            Category::Account => text("account settings", "账户设置"),
            Category::Maintenance => text("maintenance", "系统维护"),
            Category::Device => text("scanner or POS terminal", "扫描枪或POS机故障"),
            Category::Institution => text("payment institution", "支付机构原因"),
        }
    }
}

/// An entry of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct FaultInfo {
    /// Its name.
    pub id: FaultId,
    /// The words of the merchants' guidance text; `None` for a fault that it does not name.
    pub seed: Option<&'static str>,
    /// What it is, a few words.
    pub title: Text,
    /// The part of the guidance.
    pub category: Category,
    /// What happens, in two or three sentences.
    pub cause: Text,
    /// Parameters as a scenario gives them: name and meaning.
    pub params: &'static [(&'static str, &'static str)],
    /// What a good terminal does.
    pub good: Text,
    /// Names of the remedies that help.
    pub remedies: &'static [&'static str],
    /// The rules that a bad terminal breaks under it.
    pub breaks: &'static [Invariant],
    /// The reports that it can hold up.
    pub delays: Delays,
    /// How a trace tells that it met a payment.
    pub met: Met,
}

/// The reports that a fault can hold up: their bounds count from its end.
///
/// The terminal's own channels are held up by what parts it from the host, leaves it without a
/// usable answer, so that it has to ask again, or takes its power, firmware or settings; the other
/// channels are fed by the acquirer and need no terminal. The backend's list is the host's own;
/// soundbox and SMS hang on the notification service, which goes on: it tells of captures, and
/// does not ask the host again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delays {
    /// None. It touches a batch whose payments are reported already, or stops a sale before it is
    /// sent or the money is taken, hides a line of a list, or leaves the terminal asking. A channel
    /// that gets no notice is exempt elsewhere (L4), and a second notice delays none.
    Nothing,
    /// Those of the terminal.
    Terminal,
    /// Those of the terminal and the backend's list.
    TerminalAndBackend,
    /// Those on this channel.
    Only(Channel),
    /// Those on the channel that the step names.
    ItsChannel,
}

/// How a trace tells that a fault met a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// It touched a message of a payment that was not resolved yet.
    Exchange,
    /// It was in force while a payment was in flight.
    Flight,
    /// It touched something; being in force is not enough.
    Mark,
    /// It touched something, or was in force while a payment was in flight.
    Either,
}

/// A remedy of the guidance text.
#[derive(Debug, Clone, Copy)]
pub struct RemedyInfo {
    /// Its name: `heal-wait`.
    pub id: &'static str,
    /// The words of the guidance text.
    pub seed: &'static str,
    /// What to do.
    pub action: Text,
}

/// Short for a text in both languages; for the tables below.
const fn text(en: &'static str, zh: &'static str) -> Text {
    Text { en, zh }
}

mod faults;
mod remedies;

pub use faults::FAULTS;
pub use remedies::REMEDIES;

/// The entry of this name.
pub fn fault(id: &str) -> Option<&'static FaultInfo> {
    FAULTS.iter().find(|entry| entry.id.0 == id)
}

/// The remedy of this name, or of this number in the order of the guidance: `R5`.
pub fn remedy(id: &str) -> Option<&'static RemedyInfo> {
    let number = |(n, _): &(usize, &RemedyInfo)| format!("R{n}").eq_ignore_ascii_case(id);
    let numbered = (1..).zip(REMEDIES).find(number).map(|(_, entry)| entry);
    numbered.or_else(|| REMEDIES.iter().find(|entry| entry.id == id))
}

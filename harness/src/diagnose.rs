//! From a violation to its cause and remedy, in the terms of the fault catalogue.
//!
//! Made from the trace alone: which fault met the payment, what became of it step by step, and
//! what to do about it. Knows neither scenario nor rig, and decides no verdict.

use contract::catalogue::{self, FaultInfo, Text};
use contract::{EventKind, Invariant, Trace};

use crate::finding::{Finding, Rule, Violation};
use crate::message::Lang;

mod facts;
mod hint;
mod link;
mod mistake;
mod payment;
mod suspect;
mod words;

use facts::seen::Seen;
use mistake::Mistake;
use payment::Payment;
use suspect::{Setting, Suspect};

/// Why a rule was broken, and what to do. Made from the trace alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The fault that set it off; `None` when it happened without any.
    pub fault: Option<String>,
    /// The cause, one or two sentences, in English.
    pub cause_en: String,
    /// The same in Chinese, in the words of the merchants' guidance.
    pub cause_zh: String,
    /// What to do about it, in English.
    pub remedy_en: String,
    /// The same in Chinese.
    pub remedy_zh: String,
}

impl Diagnosis {
    /// Cause and remedy in one language.
    pub const fn told(&self, lang: Lang) -> (&String, &String) {
        match lang {
            Lang::En => (&self.cause_en, &self.remedy_en),
            Lang::Zh => (&self.cause_zh, &self.remedy_zh),
        }
    }
}

/// How many of a fault's remedies are worth printing; the catalogue names the best ones first.
const REMEDIES: usize = 2;

/// Explains one violation of a finding.
pub fn explain(trace: &Trace, finding: &Finding, violation: &Violation) -> Diagnosis {
    if let Rule::Covers(id) = &finding.rule {
        return uncovered(id, violation);
    }
    let payment = Payment::of(trace, &finding.rule, violation);
    let seen = payment.order.map(|order| Seen::of(trace, &payment, order));
    let mistake = seen.as_ref().and_then(|s| mistake::find(s, &finding.rule, violation));
    let setting = setting(trace, &payment, &finding.rule, mistake.as_ref());
    let facts = seen.map(|seen| facts::facts(trace, &seen, violation)).unwrap_or_default();
    let story = match facts.is_empty() {
        true => words::bare(&finding.rule, violation),
        false => words::story(&facts),
    };
    let (wrong_en, wrong_zh) = mistake.as_ref().map(mistake::sentence).unwrap_or_default();
    let party = party(trace, &finding.rule, violation);
    let there = words::setting(&setting, &finding.rule, party);
    let info = setting.cause().and_then(Suspect::info);
    let hint = mistake.as_ref().map_or_else(|| hint::of(&finding.rule), mistake::hint);
    let (remedy_en, remedy_zh) = remedy(info, hint, party);
    Diagnosis {
        fault: setting.cause().map(|s| s.fault.id().0.to_owned()),
        cause_en: format!("{}{wrong_en} {}", story.en, there.en),
        cause_zh: format!("{}{wrong_zh}{}", story.zh, there.zh),
        remedy_en,
        remedy_zh,
    }
}

/// Explains a violation of a demand of the scenario by the link profile, where that was in trouble
/// by itself. `None` where it was not. To be asked only where no rule about payments was broken:
/// a terminal that kept all of them is not to blame for a link on which nothing gets through.
pub fn by_the_link(trace: &Trace, finding: &Finding, violation: &Violation) -> Option<Diagnosis> {
    let trouble = link::trouble(trace, violation.terminal, violation.event)?;
    let what = words::bare(&finding.rule, violation);
    let why = words::link(&trace.header().rig.link, &trouble);
    Some(Diagnosis {
        fault: None,
        cause_en: format!("{} {}", what.en, why.en),
        cause_zh: format!("{}{}", what.zh, why.zh),
        remedy_en: "Scenario: play it on another link (`--link NAME`), or give it longer bounds \
                    (`within`, `until`). This says nothing against the terminal."
            .to_owned(),
        remedy_zh:
            "场景：换用其他链路（`--link 名称`），或放宽时限（`within`、`until`）。这不说明终端\
                    有缺陷。"
                .to_owned(),
    })
}

/// The fault that set it off. What the mistake was says more of it than which rule it broke.
fn setting(trace: &Trace, payment: &Payment, rule: &Rule, mistake: Option<&Mistake>) -> Setting {
    let find = |payment: &Payment, rule: Invariant| {
        let rule = Rule::Invariant(rule);
        match suspect::find(trace, payment, &rule) {
            Setting::Fault(suspect) if suspect.tempts(&rule) => Some(suspect),
            _ => None,
        }
    };
    let likely = match mistake {
        // The answer may have strayed long before this payment.
        Some(Mistake::OthersAnswer(_)) => {
            let past = Payment { from: 1, ..payment.clone() };
            find(&past, Invariant::S7).filter(|suspect| suspect.met.is_some())
        }
        Some(Mistake::NumberReused) => find(payment, Invariant::S11),
        Some(Mistake::Forgotten | Mistake::Unwritten | Mistake::ToldAsNew) => {
            find(payment, Invariant::L3)
        }
        _ => None,
    };
    likely.map_or_else(|| suspect::find(trace, payment, rule), Setting::Fault)
}

/// Whose duty it was that the violation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Party {
    /// The terminal's firmware.
    Firmware,
    /// The acquirer's notices, and what of the merchant's hangs on them.
    Service,
}

/// The merchant's other channels are fed by the acquirer; what goes wrong there says nothing about
/// the terminal. What is missing on all channels is the terminal's duty, whose screen it is.
fn party(trace: &Trace, rule: &Rule, violation: &Violation) -> Party {
    let said = || match &trace.event(violation.event)?.kind {
        EventKind::Report(report) => Some(report.channel),
        EventKind::List(list) => Some(list.channel),
        _ => None,
    };
    let channel = match rule {
        Rule::Invariant(Invariant::L5) => return Party::Service,
        Rule::Invariant(rule) if rule.is_liveness() => violation.channel,
        _ => said(),
    };
    match channel {
        Some(channel) if !channel.of_terminal() => Party::Service,
        _ => Party::Firmware,
    }
}

/// What the firmware or the service should do instead, then what the people around it can do.
fn remedy(info: Option<&FaultInfo>, hint: Text, party: Party) -> (String, String) {
    let ids = info.map_or(&["heal-firmware-update"][..], |info| info.remedies);
    let actions: Vec<Text> =
        ids.iter().filter_map(|id| catalogue::remedy(id)).map(|r| r.action).collect();
    let (who_en, who_zh) = match party {
        Party::Firmware => ("Firmware", "终端软件"),
        Party::Service => ("Service", "通知服务"),
    };
    let mut en = format!("{who_en}: {}", hint.en);
    let mut zh = format!("{who_zh}：{}", hint.zh);
    if let Some((first, rest)) = actions.split_first() {
        en += &format!(" On site: {}", first.en);
        zh += &format!("现场：{}", first.zh);
        for action in rest.iter().take(REMEDIES - 1) {
            en += &format!(" {}", action.en);
            zh += action.zh;
        }
    }
    (en, zh)
}

/// A fault that a scenario claims to cover and does not: a matter of the scenario.
fn uncovered(id: &str, violation: &Violation) -> Diagnosis {
    let hint = hint::of(&Rule::Covers(id.to_owned()));
    Diagnosis {
        fault: Some(id.to_owned()),
        cause_en: violation.what.clone(),
        cause_zh: format!("场景声明覆盖 {id}，但该故障生效时没有遇到任何在途付款。"),
        remedy_en: hint.en.to_owned(),
        remedy_zh: hint.zh.to_owned(),
    }
}

#[cfg(test)]
mod tests;

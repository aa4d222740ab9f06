//! The words for a payment's story, in English and in Chinese. Decides nothing.

use contract::event::{Channel, LedgerState, Status};

use super::Party;
use super::facts::{At, Fact};
use super::link::Trouble;
use super::suspect::{Setting, Suspect};
use crate::finding::{Rule, Violation};
use crate::message::sentence;

/// A text in both languages, made at run time.
pub(super) struct Said {
    /// English.
    pub(super) en: String,
    /// Chinese.
    pub(super) zh: String,
}

/// All steps as one sentence.
pub(super) fn story(facts: &[Fact]) -> Said {
    let en: Vec<String> = facts.iter().map(english).collect();
    let zh: Vec<String> = facts.iter().map(|f| chinese(f).trim_start().to_owned()).collect();
    Said { en: format!("{}.", capital(&en.join("; "))), zh: format!("{}。", zh.join("；")) }
}

/// For a violation that is about no single payment: what the oracle said of it.
pub(super) fn bare(rule: &Rule, violation: &Violation) -> Said {
    let name = match rule {
        Rule::Invariant(invariant) => format!("规则 {invariant}"),
        Rule::Expect(_) => "场景的预期".to_owned(),
        Rule::Covers(id) => format!("对 {id} 的覆盖声明"),
        Rule::Step(_) => "场景步骤必须执行的要求".to_owned(),
        Rule::Captures => "场景要求的成交笔数".to_owned(),
    };
    let stop = if violation.what.ends_with('.') { "" } else { "." };
    Said {
        en: format!("{}{stop}", capital(&violation.what)),
        zh: format!(
            "从事件 #{} 起不满足{name}：{}。",
            violation.event,
            sentence::chinese(&violation.what)
        ),
    }
}

/// Which fault was there, and whether it has to do with the breach.
pub(super) fn setting(setting: &Setting, rule: &Rule, party: Party) -> Said {
    let (whose_en, whose_zh) = match party {
        Party::Service => ("notification service", "通知服务"),
        Party::Firmware => ("firmware", "终端软件"),
    };
    match (setting, rule) {
        (Setting::Calm, Rule::Invariant(_)) => Said {
            en: format!("No fault was in force: a plain defect of the {whose_en}."),
            zh: format!("当时没有任何故障，属于{whose_zh}自身缺陷。"),
        },
        (Setting::Calm, _) => Said {
            en: "No fault was in force.".to_owned(),
            zh: "当时没有任何故障。".to_owned(),
        },
        (Setting::Beside(suspect), _) => {
            let there = presence(suspect);
            Said {
                en: format!(
                    "{} That does not explain this breach: it is a defect of the {whose_en} by \
                     itself.",
                    there.en
                ),
                zh: format!("{}但该故障不能解释此问题，属于{whose_zh}自身缺陷。", there.zh),
            }
        }
        (Setting::Fault(suspect), _) => presence(suspect),
    }
}

/// That a fault met the payment, or was in force meanwhile.
fn presence(suspect: &Suspect) -> Said {
    let id = suspect.fault.id();
    let title = suspect.info().map(|info| (info.title.en, info.seed.unwrap_or(info.title.zh)));
    let (en, zh) = title.unwrap_or((id.0, id.0));
    let (from, to) = (suspect.on, suspect.off);
    let to_en = to.map_or("the end".to_owned(), at);
    let to_zh = to.map_or("结束".to_owned(), at_zh);
    match suspect.met {
        Some(met) => Said {
            en: format!("It met the fault {id} ({en}) at {}.", at(met)),
            zh: format!("途中遇到故障“{zh}”（{id}），时间{}。", at_zh(met)),
        },
        None => Said {
            en: format!("The fault {id} ({en}) was in force from {} to {to_en}.", at(from)),
            zh: format!("故障“{zh}”（{id}）自{}持续到{to_zh}。", at_zh(from)),
        },
    }
}

/// That the link profile by itself is to blame, and how it shows.
pub(super) fn link(profile: &str, trouble: &Trouble) -> Said {
    let counts = [
        (
            trouble.connections,
            "connections failed or were reset",
            "connection failed or was reset",
            "次连接失败或被重置",
        ),
        (
            trouble.registrations,
            "times the modem registered anew",
            "time the modem registered anew",
            "次重新注册网络",
        ),
        (trouble.lost, "messages never arrived", "message never arrived", "条报文没有送达"),
    ];
    let there = || counts.iter().filter(|(n, ..)| *n > 0);
    let en: Vec<String> = there()
        .map(|(n, many, one, _)| format!("{n} {}", if *n == 1 { one } else { many }))
        .collect();
    let zh: Vec<String> = there().map(|(n, .., zh)| format!("{n} {zh}")).collect();
    let (first_en, first_zh) =
        trouble.first.map(|first| (at(first), at_zh(first))).unwrap_or_default();
    Said {
        en: format!(
            "The link profile {profile} itself kept it from happening, and no rule about payments \
             was broken: {}, first at {first_en}, with no fault in force that does so.",
            en.join(", ")
        ),
        zh: format!(
            "没有违反任何交易规则，是链路配置 {profile} 本身所致：{}，首次在{first_zh}，当时没有会造成\
             这种情况的故障。",
            zh.join("，")
        ),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

fn at(at: At) -> String {
    format!("{} (#{})", at.time, at.seq)
}

/// With the space that stands between Chinese and digits.
fn at_zh(at: At) -> String {
    format!(" {}（#{}）", at.time, at.seq)
}

fn english(fact: &Fact) -> String {
    match fact {
        Fact::Unsent => "no request for it left the terminal".into(),
        Fact::OtherAmount { meant, asked, at: t } => {
            format!("the price was {meant} and {asked} was asked for at {}", at(*t))
        }
        Fact::OtherCode { at: t } => {
            format!("the code sent at {} is none that the customer had shown", at(*t))
        }
        Fact::Sent(t) => format!("the sale was sent at {}", at(*t)),
        Fact::SentIntoTheVoid(t) => {
            format!("the sale was sent at {} and never reached the host", at(*t))
        }
        Fact::NoMoney(t) => format!("the sale reached the host at {} and no money moved", at(*t)),
        Fact::Ledger(state, t) => format!("{} at {}", ledger_en(*state), at(*t)),
        Fact::HostSilent => "the host sent no answer".into(),
        Fact::AnswerLost => "the host's answer never reached the terminal".into(),
        Fact::Answered { code, at: t } => {
            format!("the answer {code} reached the terminal at {}", at(*t))
        }
        Fact::AnswerAmount { stated } => format!("that answer stated {stated}"),
        Fact::NotJournalled => "the flash held no record of the order when its request left".into(),
        Fact::PowerCut(t) => format!("the terminal lost its power at {}", at(*t)),
        Fact::Said(channel, status, t) => said_en(*channel, *status, *t),
        Fact::SaidAmount { channel, stated } => format!("that {} stated {stated}", channel.word()),
        Fact::NothingShown => "the terminal showed no result".into(),
        Fact::QueryAnswered { code, at: t } => format!("a query was answered {code} at {}", at(*t)),
        Fact::QueriesUnanswered(1) => "its one query got no answer".into(),
        Fact::QueriesUnanswered(n) => format!("its {n} queries got no answer"),
        Fact::NeverQueried => "the terminal never queried it".into(),
        Fact::Reversal { answer: Some((code, told)), at: t } => format!(
            "the terminal asked to reverse it at {} and was answered {code} at {}",
            at(*t),
            at(*told)
        ),
        Fact::Reversal { answer: None, at: t } => {
            format!("the terminal asked to reverse it at {} and got no answer", at(*t))
        }
        Fact::BatchClosed { batch, at: t } => format!("batch {batch} was closed at {}", at(*t)),
        Fact::ChargedAgain { order, at: t } => {
            format!("the same customer was charged under order {order} at {}", at(*t))
        }
    }
}

fn chinese(fact: &Fact) -> String {
    match fact {
        Fact::Unsent => "终端没有发出交易请求".into(),
        Fact::OtherAmount { meant, asked, at: t } => {
            format!("应收 {meant} 元，终端在{}请求的却是 {asked} 元", at_zh(*t))
        }
        Fact::OtherCode { at: t } => format!("{}发出的付款码不是顾客出示过的码", at_zh(*t)),
        Fact::Sent(t) => format!("交易请求于{}发出", at_zh(*t)),
        Fact::SentIntoTheVoid(t) => format!("交易请求于{}发出，未到达收单主机", at_zh(*t)),
        Fact::NoMoney(t) => format!("请求于{}到达收单主机，没有扣款", at_zh(*t)),
        Fact::Ledger(state, t) => format!("{}{}", at_zh(*t), ledger_zh(*state)),
        Fact::HostSilent => "收单主机没有应答".into(),
        Fact::AnswerLost => "收单主机的应答没有到达终端".into(),
        Fact::Answered { code, at: t } => format!("应答（应答码 {code}）于{}到达终端", at_zh(*t)),
        Fact::AnswerAmount { stated } => format!("该应答的金额为 {stated} 元"),
        Fact::NotJournalled => "请求发出时闪存里还没有这笔订单的流水".into(),
        Fact::PowerCut(t) => format!("终端于{}断电", at_zh(*t)),
        Fact::Said(channel, status, t) => said_zh(*channel, *status, *t),
        Fact::SaidAmount { stated, .. } => format!("其中金额为 {stated} 元"),
        Fact::NothingShown => "终端始终没有显示结果".into(),
        Fact::QueryAnswered { code, at: t } => {
            format!("查询于{}得到应答（应答码 {code}）", at_zh(*t))
        }
        Fact::QueriesUnanswered(n) => format!("查询 {n} 次均无应答"),
        Fact::NeverQueried => "终端从未查询过这笔订单".into(),
        Fact::Reversal { answer: Some((code, told)), at: t } => {
            format!("{}请求冲正，{}得到应答（应答码 {code}）", at_zh(*t), at_zh(*told))
        }
        Fact::Reversal { answer: None, at: t } => format!("{}请求冲正，没有应答", at_zh(*t)),
        Fact::BatchClosed { batch, at: t } => format!("批次 {batch} 于{}结算", at_zh(*t)),
        Fact::ChargedAgain { order, at: t } => {
            format!("{}又以订单 {order} 向同一顾客收款", at_zh(*t))
        }
    }
}

const fn ledger_en(state: LedgerState) -> &'static str {
    match state {
        LedgerState::Pending => "the wallet began to wait for the customer's password",
        LedgerState::Captured => "the sale was captured",
        LedgerState::Rejected => "the wallet refused the sale",
        LedgerState::Closed => "the order ended unpaid",
        LedgerState::Reversed => "the money went back",
        LedgerState::Refunded => "the money was refunded",
    }
}

const fn ledger_zh(state: LedgerState) -> &'static str {
    match state {
        LedgerState::Pending => "起等待顾客输入密码",
        LedgerState::Captured => "已扣款",
        LedgerState::Rejected => "钱包拒绝付款",
        LedgerState::Closed => "订单关闭，未付款",
        LedgerState::Reversed => "款项已退回",
        LedgerState::Refunded => "已退款",
    }
}

fn said_en(channel: Channel, status: Status, t: At) -> String {
    let word = match status {
        Status::Approved => "approved",
        Status::Declined => "declined",
        Status::Reversed => "reversed",
        Status::Pending => "pending",
        Status::Unknown => "unknown",
    };
    let who = match channel {
        Channel::Screen => "the terminal showed",
        Channel::Receipt => "the receipt said",
        Channel::Soundbox => "the soundbox said",
        Channel::Sms => "the SMS said",
        Channel::Backend => "the backend list said",
        Channel::Push => "the push said",
        Channel::Callback => "the merchant's own system booked",
    };
    format!("{who} '{word}' at {}", at(t))
}

fn said_zh(channel: Channel, status: Status, t: At) -> String {
    let word = match status {
        Status::Approved => "收款成功",
        Status::Declined => "交易失败",
        Status::Reversed => "已冲正",
        Status::Pending => "处理中",
        Status::Unknown => "结果未知",
    };
    let who = match channel {
        Channel::Screen => "屏幕显示",
        Channel::Receipt => "小票打印",
        Channel::Soundbox => "云喇叭播报",
        Channel::Sms => "短信提示",
        Channel::Backend => "后台列表显示",
        Channel::Push => "App 推送提示",
        Channel::Callback => "商户系统入账",
    };
    format!("{}{who}“{word}”", at_zh(t))
}

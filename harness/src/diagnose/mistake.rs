//! What the terminal took for what it was not: the mistake behind a breach, where the trace shows
//! it. Reads the gathered facts of one order only; a sentence and a hint for each mistake.

use contract::catalogue::Text;
use contract::event::Channel;
use contract::response_code::{Class, class, undoes_order};
use contract::{FieldText, Invariant, OrderId, Purpose, Status};

use super::facts::seen::Seen;
use crate::finding::{Rule, Violation};

/// A mistake that the trace shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mistake {
    /// One order number stood for two sales.
    NumberReused,
    /// The answer to something else, of another order if of one, was taken for the one to this.
    OthersAnswer(Option<OrderId>),
    /// No answer was taken for a result.
    Silence(Status),
    /// "Not found" was taken for a no.
    NotFound,
    /// An answer that decides nothing was taken for a result.
    Undecided { code: FieldText, said: Status },
    /// The reversal was taken for done, and nobody had said so.
    Unacknowledged,
    /// The customer was charged again while the order was open.
    ChargedAgain,
    /// A result of before a power cut was told again as if it were new.
    ToldAsNew,
    /// The order was not on the flash when the power went.
    Unwritten,
    /// The order was forgotten over a power cut.
    Forgotten,
    /// The order was left without a result.
    GivenUp,
}

/// The mistake behind a breach of a rule about results.
pub(super) fn find(seen: &Seen, rule: &Rule, violation: &Violation) -> Option<Mistake> {
    use Invariant::{L1, L2, L4, L6, S1, S2, S4, S5, S6, S7, S11, S13, S14};
    let Rule::Invariant(rule) = rule else { return None };
    if seen.number_reused && matches!(rule, S4 | S6 | S11) {
        return Some(Mistake::NumberReused);
    }
    let again = || seen.repeats.contains(&violation.event);
    let cut = || seen.power_cut.is_some_and(|cut| cut.seq < violation.event);
    if matches!(rule, S1 | S14) && again() && cut() {
        return Some(Mistake::ToldAsNew);
    }
    if !matches!(rule, S2 | S5 | S7 | S13 | S14 | L1 | L2 | L4 | L6) {
        return None;
    }
    match seen.result_by(violation.event) {
        Some((said, at)) => hasty(seen, said, at).or_else(|| forgotten(seen, *rule)),
        None if seen.charged_again.is_some() => Some(Mistake::ChargedAgain),
        None => forgotten(seen, *rule)
            .or_else(|| matches!(rule, L1 | L2 | L4).then_some(Mistake::GivenUp)),
    }
}

/// A result that came before anything that could carry it.
fn hasty(seen: &Seen, said: Status, at: u64) -> Option<Mistake> {
    seen.sale.as_ref()?;
    let mut answers = seen.answers.iter().filter(|(_, _, told)| *told < at);
    if said == Status::Reversed {
        let done = |(purpose, code, _): &(Purpose, FieldText, u64)| {
            *purpose == Purpose::Reversal && undoes_order(code)
        };
        return (!answers.any(done)).then_some(Mistake::Unacknowledged);
    }
    let Some((purpose, code, _)) = answers.next_back() else {
        let stray = seen.strays.iter().rev().find(|(_, told)| *told < at);
        let stray = stray.map(|(order, _)| Mistake::OthersAnswer(*order));
        return stray.or(Some(Mistake::Silence(said)));
    };
    match class(code) {
        Class::Open if *purpose == Purpose::Query && code == "25" => Some(Mistake::NotFound),
        Class::Open => Some(Mistake::Undecided { code: *code, said }),
        Class::Approved | Class::Refused => None,
    }
}

/// The terminal lost its power, and never spoke of the order again.
fn forgotten(seen: &Seen, rule: Invariant) -> Option<Mistake> {
    let cut = seen.power_cut?.seq;
    let spoke = |(channel, _, at): &(Channel, Status, super::facts::At)| {
        channel.of_terminal() && at.seq > cut
    };
    if !rule.is_liveness() || seen.reports.iter().any(spoke) {
        return None;
    }
    Some(if seen.unwritten() { Mistake::Unwritten } else { Mistake::Forgotten })
}

/// The mistake in a sentence.
pub(super) fn sentence(mistake: &Mistake) -> (String, String) {
    let (en, zh) = match mistake {
        Mistake::NumberReused => (
            "The terminal gave one number to two sales".into(),
            "终端把同一编号用于两笔交易".into(),
        ),
        Mistake::OthersAnswer(Some(order)) => (
            format!("The terminal took the answer to order {order} for the one to this"),
            format!("终端把订单 {order} 的应答当成了本订单的应答"),
        ),
        Mistake::OthersAnswer(None) => (
            "The terminal took the answer to another message for the one to its sale".into(),
            "终端把其他报文的应答当成了这笔交易的应答".into(),
        ),
        Mistake::ToldAsNew => (
            "After the power cut the terminal told the result again as if it were new".into(),
            "断电恢复后终端把已报告过的结果当成新交易再次报告".into(),
        ),
        Mistake::Silence(said) => (
            format!("The terminal took silence for {}", meaning(*said).0),
            format!("终端把无应答当成了{}", meaning(*said).1),
        ),
        Mistake::NotFound => (
            "The terminal took \"not found\" for a no, while the request could still be on its way"
                .into(),
            "请求可能还在途中，终端却把“未找到”当成了失败".into(),
        ),
        Mistake::Undecided { code, said } => (
            format!(
                "The terminal took the answer {code}, which is not final, for {}",
                meaning(*said).0
            ),
            format!("应答码 {code} 不是最终结果，终端却当成了{}", meaning(*said).1),
        ),
        Mistake::Unacknowledged => (
            "The terminal took its reversal for done, and the host had not said so".into(),
            "主机没有确认冲正，终端却当成已冲正".into(),
        ),
        Mistake::ChargedAgain => (
            "The terminal left the order open and charged the customer again".into(),
            "终端丢下未决订单，又向同一顾客收款".into(),
        ),
        Mistake::Unwritten => (
            "The terminal had not written the order down when its power went".into(),
            "断电时终端还没有把这笔订单写入闪存".into(),
        ),
        Mistake::Forgotten => (
            "After the power cut the terminal never came back to the order".into(),
            "断电恢复后终端再没有处理这笔订单".into(),
        ),
        Mistake::GivenUp => (
            "The terminal gave the order up without a result".into(),
            "终端没有得到结果就放弃了这笔订单".into(),
        ),
    };
    (format!(" {en}."), format!("{zh}。"))
}

fn meaning(said: Status) -> (&'static str, &'static str) {
    match said {
        Status::Approved => ("a yes", "收款成功"),
        _ => ("a no", "交易失败"),
    }
}

/// What the firmware should do instead.
pub(super) fn hint(mistake: &Mistake) -> Text {
    let (en, zh) = match mistake {
        Mistake::NumberReused => (
            "take order numbers and STANs from a counter kept on the flash, and count on from it \
             after a restart.",
            "订单号和流水号取自闪存中持久化的计数器，重启后接着计数。",
        ),
        Mistake::OthersAnswer(_) => (
            "match each answer by type, STAN, terminal, merchant, order and amount, and drop what \
             matches no waiting request.",
            "按报文类型、流水号、终端号、商户号、订单号和金额匹配应答，匹配不上的丢弃。",
        ),
        Mistake::Silence(_) => (
            "silence decides nothing: show \"result unknown, do not charge again\", keep the \
             order, query it until the result is known, then show that.",
            "无应答不代表成功也不代表失败：显示“结果未知，请查询，勿重复收款”，保留订单并持续查询，\
             查到结果后再显示。",
        ),
        Mistake::NotFound => (
            "\"not found\" decides nothing while the request may be under way: ask again, and at \
             the end of the window reverse the order before it is called failed.",
            "请求可能仍在途中，“未找到”不是最终结果：继续查询，到时限先冲正，再提示失败。",
        ),
        Mistake::Undecided { .. } => (
            "only an approval or a refusal is final: on any other code keep the order and query \
             it, and reverse it if it is still unpaid at the end of the window.",
            "只有成功或明确拒绝才是最终结果：其他应答码保留订单并继续查询，到时限仍未付款则冲正。",
        ),
        Mistake::Unacknowledged => (
            "repeat the reversal until the host acknowledges it, across restarts, and say \
             \"reversed\" only then.",
            "重复发送冲正直到主机确认（重启后继续），确认后才显示“已冲正”。",
        ),
        Mistake::ChargedAgain => (
            "keep the order number while the outcome is open, query it, and refuse a new charge \
             for the same customer until it is resolved.",
            "结果未决时沿用原订单号查询，查清之前拒绝对同一顾客重新收款。",
        ),
        Mistake::ToldAsNew => (
            "mark whatever is shown or printed again after a restart as a copy, for it may have \
             been seen before.",
            "重启后再次显示或打印的结果可能已经给人看过，一律标注“重印”。",
        ),
        Mistake::Unwritten => (
            "write and sync a record of the order before the request is sent, and go by it after \
             a restart.",
            "发送请求之前先把订单写入闪存并落盘，重启后据此处理。",
        ),
        Mistake::Forgotten => (
            "read the journal at power-up, and show, query or print what was open before the idle \
             screen.",
            "上电后先读流水，显示、查询或补打未完成的订单，再进入待机界面。",
        ),
        Mistake::GivenUp => (
            "keep every open order on the flash and query it, or reverse it, until the host gives \
             a final state; do not give up after a number of tries.",
            "未决订单保存在闪存中，持续查询或冲正直到得到最终状态，不能试几次就放弃。",
        ),
    };
    Text { en, zh }
}

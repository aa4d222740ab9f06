//! The oracles' sentences in Chinese: what is wrong, what the ledger says, what was seen. A
//! sentence that is not listed stands in English; nothing is left out. Decides nothing.

/// English and Chinese, `{}` for what stands between. Longer ones before those that they contain.
const SENTENCES: &[(&str, &str)] = &[
    ("`{}` came {} of {} times", "`{}` 出现 {} 次，应出现 {} 次"),
    ("`{}` came more than {} times", "`{}` 出现超过 {} 次"),
    ("`{}` came, and never should", "不应出现的 `{}` 出现了"),
    ("`{}` came after {}, later than {}", "`{}` 在 {} 后才出现，超过时限 {}"),
    ("`{}` never came, and so nothing after it", "`{}` 没有出现，其后的预期也无从满足"),
    ("`{}` never came", "`{}` 没有出现"),
    ("no `{}` was in force while a payment was in flight", "有付款在途时 `{}` 从未生效"),
    ("{} payments were captured, fewer than {}", "成交 {} 笔，少于 {} 笔"),
    ("1 payment was captured, fewer than {}", "成交 1 笔，少于 {} 笔"),
    ("the batch holds an order that is not captured", "批次中有未扣款的订单"),
    ("the order was already in a batch", "该订单已计入其他批次"),
    ("the total of the batch is not that of the ledger", "批次合计与账务不一致"),
    ("the list's count and total are not those of what it shows", "列表的笔数、合计与所列内容不符"),
    (
        "the list names no filter and hides a payment that was reported before",
        "列表没有标明筛选条件，却隐藏了已报告过的付款",
    ),
    ("no health check names {}, which is switched off", "健康检查没有列出已关闭的渠道 {}"),
    ("no reaction to a key within {}", "按键后 {} 内没有反应"),
    ("the terminal sent more than {} messages within {}", "终端发出超过 {} 条报文，时间不到 {}"),
    (
        "the {} says paid, names no order, and fits no capture",
        "{} 提示收款成功，无订单号，也没有对应的扣款",
    ),
    ("the {} says paid and states no amount", "{} 提示收款成功，却没有金额"),
    ("the customer's claim was not answered within {}", "顾客的申诉在 {} 内没有得到答复"),
    (
        "the customer's claim was answered with something else than the ledger says",
        "对顾客申诉的答复与账务不符",
    ),
    ("a list says that it is paid, and the money was not taken", "列表显示已付款，实际没有扣款"),
    ("a list says that it is paid, long after it was undone", "付款早已撤销，列表仍显示已付款"),
    ("the next callback never came", "下一次回调没有发出"),
    (
        "the sale request left before the flash held its order number",
        "付款请求发出时，闪存中还没有该订单号",
    ),
    ("the {} says paid at {}, not {}", "{}写明的付款时间是 {}，应为 {}"),
    ("the {} says {} after it had said {}", "{}显示{}，而此前显示{}"),
    ("the message says currency {} instead of {}", "报文的币种是 {}，应为 {}"),
    ("the {} says {} instead of {}", "{}的金额是 {}，应为 {}"),
    ("not settled on the screen as the ledger says within {}", "{} 内屏幕没有按账务给出最终结果"),
    (
        "reported as paid again on the {}, not marked as a copy; first at {}",
        "{}再次提示收款成功，且未标明为副本；首次在 {}",
    ),
    ("reported as paid on the {}, and the money was not taken", "{}提示收款成功，实际没有扣款"),
    ("captured, and not reported as paid on {} within {}", "已扣款，{}却没有提示收款成功，时限 {}"),
    ("{} again after {}, sooner than {}", "{}，间隔 {}，短于规定的 {}"),
    (
        "the terminal says {} without an answer that belongs to a request of it",
        "终端显示{}，却没有收到对应其请求的应答",
    ),
    (
        "the terminal says {} on the strength of an answer that is not authentic",
        "终端根据未通过验证的应答显示{}",
    ),
    (
        "the terminal says approved, and the answer that it had refuses the order",
        "应答是拒绝，终端却显示收款成功",
    ),
    ("the screen said nothing of the sale within {}", "{} 内屏幕对该笔付款没有任何提示"),
    (
        "a new order of {} was sent while order {} was unresolved",
        "{} 的新订单已发出，而订单 {} 尚无结果",
    ),
    (
        "step {} was never carried out: its moment did not come",
        "第 {} 步没有执行：其等待的时刻没有出现",
    ),
    ("STAN {} of terminal {} was used for {} {}", "流水号 {}（终端 {}）已用于{} {}"),
    ("reported as paid after it was reversed", "撤销之后又提示收款成功"),
    (
        "reversed for the merchant, and the ledger holds the customer's money",
        "商户侧已撤销，账务仍扣着顾客的款",
    ),
    (
        "after power-up the terminal {} before it presented this order",
        "上电后终端{}，却还没有给出该订单的结果",
    ),
    (
        "the terminal says paid of a payment that was undone, and knew of it",
        "终端明知付款已撤销，仍显示已付款",
    ),
    ("{} paid twice: order {} had been captured before", "{} 付了两次：订单 {} 此前已扣款"),
    (
        "the sale request carries digits that no customer presented here",
        "付款请求中的付款码不是顾客在此出示过的",
    ),
    ("shown as paid after an answer over {}, not {}", "应答金额为 {}（应为 {}），仍显示已付款"),
    ("the order is captured and in no batch", "订单已扣款，却不在任何批次中"),
    ("the batch was closed while the order was unresolved", "订单尚无结果时批次已结算"),
    ("the slip's count and total are not those of the batch", "结算单的笔数、合计与批次不一致"),
    ("the order number was used for another sale before", "该订单号此前已用于另一笔付款"),
    ("the {} tells an old payment as if it were new", "{}把旧付款当作新付款提示"),
    ("the {} says copy, and there was nothing to copy", "{}标明是副本，却没有可重打的内容"),
    ("a call is missing in the callbacks", "回调缺少一次"),
    ("called back again after the last call", "最后一次回调之后又发出回调"),
    ("the callback did not come at its moment", "回调没有在规定的时刻发出"),
    // What the ledger says.
    ("captured {} at {}", "已扣款 {}，时间 {}"),
    ("pending {} at {}", "待确认 {}，时间 {}"),
    ("closed {} at {}", "已关闭 {}，时间 {}"),
    ("rejected {} at {}", "已拒绝 {}，时间 {}"),
    ("reversed {} at {}", "已撤销 {}，时间 {}"),
    ("refunded {} at {}", "已退款 {}，时间 {}"),
    ("the wallet knows nothing of it", "钱包没有这笔订单"),
    ("nothing that it can mean was captured here by then", "此前在此没有与之对应的扣款"),
    ("{} captured", "成交 {} 笔"),
    ("{} is switched off", "{}已关闭"),
    ("the ledger says {}, of {} payments", "账务为 {}，共 {} 笔"),
    ("the ledger says {}", "账务为 {}"),
    ("the slip says {}, of {} payments", "结算单为 {}，共 {} 笔"),
    ("the batch says {}", "批次为 {}"),
    ("{} lines, {} paid, {}", "{} 行，已付 {} 笔，合计 {}"),
    ("{} payments, {}", "{} 笔，合计 {}"),
    // What was seen.
    ("the hotline: not captured {}", "客服：未扣款 {}"),
    ("the hotline: captured {}", "客服：已扣款 {}"),
    ("{}: {} (copy) at {}", "{}：{}（副本），时间 {}"),
    ("{}: {} at {}", "{}：{}，时间 {}"),
    ("nothing", "无"),
];

/// What may stand between, where it is a word and no figure.
const WORDS: &[(&str, &str)] = &[
    ("screen", "屏幕"),
    ("receipt", "小票"),
    ("soundbox", "云喇叭"),
    ("sms", "短信"),
    ("backend", "商户后台"),
    ("push", "手机应用"),
    ("callback", "回调"),
    ("request", "请求"),
    ("ledger", "账务"),
    ("any channel", "任何渠道"),
    ("approved", "“收款成功”"),
    ("declined", "“交易失败”"),
    ("reversed", "“已撤销”"),
    ("pending", "“等待确认”"),
    ("unknown", "“结果未知”"),
    ("queried", "再次查询"),
    ("order", "订单"),
    ("another request of", "另一请求，订单"),
    ("is ready for a sale", "已可受理付款"),
];

/// Behind a sentence, where a rule was broken too often to list each breach.
const MORE: (&str, &str) =
    ("{} ({} more breaches of this rule are not listed)", "{}（该规则另有 {} 次违反未列出）");

/// An oracle's sentence in Chinese.
pub(crate) fn chinese(english: &str) -> String {
    let english = english.trim_end_matches('.');
    if let Some(gaps) = gaps(MORE.0, english) {
        return filled(MORE.1, &[&chinese(gaps[0]), gaps[1]]);
    }
    let found = SENTENCES.iter().find_map(|(en, zh)| {
        let words: Vec<&str> = gaps(en, english)?.into_iter().map(word).collect();
        Some(filled(zh, &words))
    });
    found.unwrap_or_else(|| english.to_owned())
}

/// A word of a sentence; figures and names stay as they are.
fn word(english: &str) -> &str {
    let plain = english.strip_prefix("the ").unwrap_or(english);
    WORDS.iter().find(|(en, _)| *en == plain).map_or(english, |(_, zh)| zh)
}

/// What stands in a text where its pattern has gaps.
fn gaps<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut gaps = Vec::new();
    for piece in pieces {
        let end = if piece.is_empty() { rest.len() } else { rest.find(piece)? };
        gaps.push(&rest[..end]);
        rest = &rest[end + piece.len()..];
    }
    rest.is_empty().then_some(gaps)
}

fn filled(pattern: &str, gaps: &[&str]) -> String {
    let mut out = pattern.to_owned();
    for gap in gaps {
        out = out.replacen("{}", gap, 1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_keeps_its_figures() {
        let said = chinese("`approved shown` came 0 of 1 times");
        assert_eq!(said, "`approved shown` 出现 0 次，应出现 1 次");
        assert_eq!(chinese("`captured` never came"), "`captured` 没有出现");
        assert_eq!(
            chinese("no health check names sms, which is switched off"),
            "健康检查没有列出已关闭的渠道 短信"
        );
        assert_eq!(chinese("screen: declined at 33.195s"), "屏幕：“交易失败”，时间 33.195s");
        let many =
            "the receipt says 1.00 instead of 2.00 (7 more breaches of this rule are not listed)";
        assert_eq!(chinese(many), "小票的金额是 1.00，应为 2.00（该规则另有 7 次违反未列出）");
        assert_eq!(chinese("something new: 7"), "something new: 7");
    }

    #[test]
    fn both_languages_have_the_same_gaps() {
        for (en, zh) in SENTENCES {
            assert_eq!(en.matches("{}").count(), zh.matches("{}").count(), "{en}");
        }
    }
}

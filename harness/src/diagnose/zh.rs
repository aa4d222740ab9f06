//! The oracles' sentences in Chinese, where a violation is about no single payment. A sentence
//! that is not listed stands in English; nothing is left out. Decides nothing.

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
];

/// What an oracle says is wrong, in Chinese.
pub(super) fn what(english: &str) -> String {
    let english = english.trim_end_matches('.');
    let mut known = SENTENCES.iter();
    known
        .find_map(|(en, zh)| Some(filled(zh, &gaps(en, english)?)))
        .unwrap_or_else(|| english.to_owned())
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
        let said = what("`approved shown` came 0 of 1 times");
        assert_eq!(said, "`approved shown` 出现 0 次，应出现 1 次");
        assert_eq!(what("`captured` never came"), "`captured` 没有出现");
        assert_eq!(
            what("no health check names sms, which is switched off"),
            "健康检查没有列出已关闭的渠道 sms"
        );
        assert_eq!(what("something new: 7"), "something new: 7");
    }

    #[test]
    fn both_languages_have_the_same_gaps() {
        for (en, zh) in SENTENCES {
            assert_eq!(en.matches("{}").count(), zh.matches("{}").count(), "{en}");
        }
    }
}

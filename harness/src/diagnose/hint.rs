//! What a firmware should do instead, a sentence for each rule. Knows no trace.

use contract::Invariant::{
    self, L1, L2, L3, L4, L5, L6, L7, L8, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13,
    S14,
};
use contract::catalogue::Text;

use crate::finding::Rule;

const fn text(en: &'static str, zh: &'static str) -> Text {
    Text { en, zh }
}

/// What to change so that the rule holds.
pub(super) fn of(rule: &Rule) -> Text {
    match rule {
        Rule::Invariant(invariant) => {
            let row = HINTS.iter().find(|(rule, _)| rule == invariant);
            row.map_or(text(invariant.statement(), invariant.name()), |(_, hint)| *hint)
        }
        Rule::Expect(_) => text(
            "if the scenario's expectation is right, make the terminal behave so; compare it with \
             the timeline first.",
            "先对照时间线确认场景的预期是否正确；预期正确则按预期修改终端行为。",
        ),
        Rule::Covers(_) => text(
            "Move the fault so that it meets a payment in flight, or take its id out of `covers`.",
            "调整故障的时机，让它遇到在途付款，或者把它从 `covers` 中去掉。",
        ),
        Rule::Step(_) => text(
            "make sure that what the step waits for happens, or take the step out.",
            "确认该步骤等待的时刻会发生，否则删除该步骤。",
        ),
        Rule::Captures => text(
            "carry out the sales that can be carried out; refusing every sale is safe and useless.",
            "能做的交易要做成；什么都拒绝虽然安全，但没有用处。",
        ),
    }
}

/// One row for each rule; a test keeps it complete.
const HINTS: &[(Invariant, Text)] = &[
    (
        S1,
        text(
            "remember which orders have been reported, and mark every further showing as a copy.",
            "记住哪些订单已经报告过，再次显示、打印或播报时标注“重印”或“重复”。",
        ),
    ),
    (
        S2,
        text(
            "show success only on a final, authentic result of this very order; pending, silence \
         and HTTP or code \"OK\" are not success.",
            "只有拿到本订单真实的最终成功结果才显示成功；处理中、无应答、“查询成功”都不等于收款成功。",
        ),
    ),
    (
        S3,
        text(
            "keep the order number while the outcome is open, query it, and refuse a new charge \
         for the same customer until it is resolved.",
            "结果未决时沿用原订单号查询，查清之前拒绝对同一顾客重新收款。",
        ),
    ),
    (
        S4,
        text(
            "carry the amount as whole fen everywhere, and compare the amount in each answer with \
         the one that was asked for.",
            "金额全程使用整数分，并核对每个应答的金额与请求一致。",
        ),
    ),
    (
        S5,
        text(
            "discard late approvals once a reversal is under way, and repeat the reversal until \
         the host acknowledges it.",
            "冲正发起后丢弃迟到的成功应答，并重复发送冲正直到主机确认。",
        ),
    ),
    (
        S6,
        text(
            "write and sync a record of the order before the request is sent; protect each record \
         with a checksum.",
            "发送请求之前先把订单写入闪存并落盘，每条记录带校验和。",
        ),
    ),
    (
        S7,
        text(
            "match each answer by type, STAN, terminal, merchant, order and amount, and drop what \
         matches no waiting request.",
            "按报文类型、流水号、终端号、商户号、订单号和金额匹配应答，匹配不上的丢弃。",
        ),
    ),
    (
        S8,
        text(
            "check the MAC or signature, merchant and freshness before any change of state.",
            "任何状态变更之前先校验 MAC 或签名、商户号和时效。",
        ),
    ),
    (
        S9,
        text(
            "do not close a batch over an open order, and count each captured order in one batch.",
            "有未决订单时不结算；每笔已扣款订单只计入一个批次。",
        ),
    ),
    (
        S10,
        text(
            "compute count and total over everything that the list says it shows, and name the \
         filter in force.",
            "笔数和合计按列表声明的范围计算，有筛选条件时明确标出。",
        ),
    ),
    (
        S11,
        text(
            "take order numbers and STANs from a counter kept on the flash, not from the clock.",
            "订单号和流水号取自闪存中持久化的计数器，不依赖时钟。",
        ),
    ),
    (
        S12,
        text(
            "check length and prefix, send only what two reads agree on, and otherwise ask for \
         another scan.",
            "校验位数和前缀，两次读码一致才发送，否则提示重新扫码。",
        ),
    ),
    (
        S13,
        text(
            "never let an older message override a final status, and show the time of payment.",
            "旧消息不得覆盖最终状态，报告中给出付款时间。",
        ),
    ),
    (
        S14,
        text(
            "print a receipt only for a captured order, and mark every repeat as a copy.",
            "只为已扣款的订单出票，重复打印一律标注“重印”。",
        ),
    ),
    (
        L1,
        text(
            "treat a time-out as unknown: keep the order and query it until the result is known, \
         then show it.",
            "超时按“结果未知”处理：保留订单并持续查询，查到结果后显示。",
        ),
    ),
    (
        L2,
        text(
            "keep every open order on the flash and query it, or reverse it, until the host gives \
         a final state; do not give up after a number of tries.",
            "未决订单保存在闪存中，持续查询或冲正直到得到最终状态，不能试几次就放弃。",
        ),
    ),
    (
        L3,
        text(
            "read the journal at power-up and resolve or present what is open before the idle \
         screen.",
            "上电后先读流水，处理或提示未决订单，再进入待机界面。",
        ),
    ),
    (
        L4,
        text(
            "report on each enabled channel, and name every disabled one in the health check.",
            "在每个已开通的渠道上报告；健康检查列出未开通的渠道。",
        ),
    ),
    (
        L5,
        text(
            "repeat callbacks by the schedule until they are acknowledged, then stop.",
            "按约定的时间表重发回调，收到确认后停止。",
        ),
    ),
    (
        L6,
        text(
            "stay responsive while waiting, and end an attended wait in a clear text: result \
         unknown, query, do not charge again.",
            "等待期间保持响应；到时限给出明确提示：“结果未知，请查询，勿重复收款”。",
        ),
    ),
    (
        L7,
        text(
            "keep a distance between queries, back off in an outage, and add randomness.",
            "查询之间保持间隔，断网时退避，并加随机抖动。",
        ),
    ),
    (
        L8,
        text(
            "let the hotline answer from the books, by order number.",
            "客服凭订单号按账务记录答复。",
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_hint() {
        let rules: Vec<_> = HINTS.iter().map(|(rule, _)| *rule).collect();
        assert_eq!(rules, Invariant::ALL);
    }
}

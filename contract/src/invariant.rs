//! The rules that every run is judged by. Safety holds at every moment; liveness after healing.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalogue::Text;

macro_rules! invariants {
    ($($id:ident, $name:literal, $name_zh:literal,
       $statement:literal, $statement_zh:literal;)*) => {
        /// A rule about payments; `S` for safety, `L` for liveness.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
                 Serialize, Deserialize)]
        pub enum Invariant {
            $(#[doc = $statement] $id),*
        }

        impl Invariant {
            /// All of them, in order.
            pub const ALL: &[Invariant] = &[$(Invariant::$id),*];

            /// `S1`.
            pub const fn id(self) -> &'static str {
                match self { $(Invariant::$id => stringify!($id)),* }
            }

            /// Its name in two or three words.
            pub const fn name(self) -> &'static str {
                match self { $(Invariant::$id => $name),* }
            }

            /// What it demands, one sentence.
            pub const fn statement(self) -> &'static str {
                match self { $(Invariant::$id => $statement),* }
            }

            /// Its name in both languages.
            pub const fn named(self) -> Text {
                match self { $(Invariant::$id => Text { en: $name, zh: $name_zh }),* }
            }

            /// What it demands, in both languages.
            pub const fn demand(self) -> Text {
                match self { $(Invariant::$id => Text { en: $statement, zh: $statement_zh }),* }
            }
        }
    };
}

invariants! {
    S1, "exactly-once report", "恰好一次报告",
        "A captured payment is reported as paid at most once on each exactly-once channel; \
         anything further is marked as a copy.",
        "已扣款的付款在每个“恰好一次”渠道上最多报告一次收款成功；再次报告须标明为副本。";
    S2, "no phantom success", "无虚假成功",
        "Nothing is reported as paid that the wallet has not captured by then, and no terminal \
         says paid of a payment that it knows to be undone.",
        "钱包尚未扣款的，任何渠道不得报告已付款；终端已知撤销的付款，不得再显示已付款。";
    S3, "single capture per intent", "一次意愿一次扣款",
        "One wish to pay takes the money once, and while an order of it is unresolved no new \
         debit is sent for it.",
        "顾客一次付款意愿只扣一次款；其订单尚无结果时，不得再发新的扣款请求。";
    S4, "amount fidelity", "金额一致",
        "The keyed amount, the request, the ledger and every report are the same amount in the \
         same currency.",
        "键入金额、请求、账务和每次报告的金额与币种都相同。";
    S5, "reversal consistency", "冲正一致",
        "Once a payment is shown or acknowledged as reversed it is never reported as paid, and \
         the ledger does not hold it as captured.",
        "付款一旦显示或确认为已撤销，就不得再报告为已付款，账务也不得仍为已扣款。";
    S6, "write-ahead", "先写后发",
        "No debit request leaves the terminal before its flash safely holds a record of that \
         order, and what a power cut leaves is an old or a new record, never a third.",
        "闪存中没有安全保存该订单的记录之前，扣款请求不得离开终端；断电后留下的只能是旧记录或新记录。";
    S7, "correlation", "应答对应",
        "An answer changes an order only when type, STAN, terminal, merchant, order and amount \
         match a request that is waiting for it, and no refusal makes it paid.",
        "只有类型、流水号、终端、商户、订单和金额都与等待中的请求相符的应答，才能改变订单；拒绝不得变成已付款。";
    S8, "authenticity", "来源真实",
        "State changes only by messages that come from the right host for the right merchant.",
        "只有来自正确主机、发给正确商户的报文才能改变状态。";
    S9, "batch integrity", "批次完整",
        "Each captured payment is in exactly one batch, totals equal the ledger, and no batch \
         closes over an unresolved order.",
        "每笔已扣款的付款恰在一个批次中，合计等于账务，有未决订单的批次不得结算。";
    S10, "complete view", "列表完整",
        "A list's count and total are those of what it says it shows; a filter that hides \
         payments is named.",
        "列表的笔数与合计就是其所示内容的；隐藏付款的筛选条件须标明。";
    S11, "identity", "编号唯一",
        "Order numbers, and terminal number with batch and STAN, are never used twice.",
        "订单号，以及终端号加批次加流水号，不得重复使用。";
    S12, "scan honesty", "扫码如实",
        "A debit request carries exactly the digits of a code that a customer presented; an \
         unreadable or ill-formed code leads to no request.",
        "扣款请求携带的正是顾客出示的付款码；读不出或格式不对的码不得产生请求。";
    S13, "monotone status", "状态不回退",
        "A final status is never followed by an earlier one, and reports carry the time of \
         payment.",
        "最终状态之后不得出现更早的状态；报告写明付款时间。";
    S14, "artefact honesty", "凭证如实",
        "No receipt says paid for an order that was not captured, a repeat is marked as a copy, \
         and a copy repeats something.",
        "未扣款的订单不得打印已付款小票；重打须标明为副本，副本须有原件。";
    L1, "eventual report", "终将报告",
        "A captured payment is reported as paid on a channel that the merchant sees, within the \
         bound after the trouble healed, and not retracted.",
        "故障恢复后，已扣款的付款在时限内于商户可见的渠道上报告为已付款，且不撤回。";
    L2, "eventual resolution", "终将了结",
        "Every order that left the terminal is shown as approved, declined or reversed, as the \
         ledger says, within the bound after the trouble healed.",
        "故障恢复后，每笔离开终端的订单在时限内按账务显示为成功、失败或已撤销。";
    L3, "recovery first", "恢复优先",
        "After power-up the terminal presents or resolves what was open before it takes a new \
         sale, or tells the operator.",
        "上电后，终端先给出或了结未决订单，再受理新的付款，否则须告知收银员。";
    L4, "every channel", "渠道齐全",
        "Each enabled channel reports within its bound after it healed, and the health check \
         names each disabled one.",
        "每个启用的渠道恢复后在其时限内报告；健康检查列出每个已关闭的渠道。";
    L5, "callback schedule", "回调计划",
        "While the merchant's server does not acknowledge, callbacks are tried at the moments of \
         the schedule, and stop when it does.",
        "商户服务器未确认期间，按计划的时刻重试回调；确认后停止。";
    L6, "responsiveness", "响应及时",
        "The terminal reacts to a key within the bound while it waits, and an attended wait ends \
         in a clear text within the window.",
        "等待期间终端在时限内响应按键；有人值守的等待在窗口内以明确的文字结束。";
    L7, "politeness", "礼貌重试",
        "Queries and reversals of one order keep their distance, and a healed outage does not set \
         off a storm.",
        "同一订单的查询与冲正保持间隔，故障恢复后不引发风暴。";
    L8, "dispute closure", "申诉办结",
        "A customer's claim with an order number is answered with what the ledger says, within \
         the bound.",
        "顾客凭订单号的申诉在时限内得到与账务一致的答复。";
}

impl Invariant {
    /// The rule of this id, any case.
    pub fn from_id(id: &str) -> Option<Invariant> {
        Invariant::ALL.iter().copied().find(|rule| rule.id().eq_ignore_ascii_case(id))
    }

    /// Liveness rules are judged only after the world was healed.
    pub fn is_liveness(self) -> bool {
        self.id().starts_with('L')
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

//! Faults in how the acquirer's host serves: what it answers to queries, reversals and settlements,
//! and what it does in bad hours. Knows the words about them, not how they are simulated.

use super::{FOR, NEXT};
use crate::Invariant::{L1, L2, L6, L7, S2, S3, S4, S5, S9, S10};
use crate::catalogue::{Category, Delays, FaultId, FaultInfo, Met, text};

pub(super) const CODE_UNMAPPED: FaultInfo = FaultInfo {
    id: FaultId("acq-code-unmapped"),
    seed: None,
    title: text("response code that nobody knows", "未知应答码"),
    category: Category::Institution,
    cause: text(
        "The host took the money and answers with a code that the terminal's table does not \
         list.",
        "主机已扣款，但返回了终端码表里没有的应答码。",
    ),
    params: &[("code", "the response code: \"ZX\""), FOR, NEXT],
    good: text(
        "Takes an unlisted code for an unknown outcome, neither for a yes nor for a no, and \
         asks.",
        "码表之外的应答码按结果未知处理，既不算成功也不算失败，发起查询。",
    ),
    remedies: &["heal-firmware-update", "heal-hotline-query"],
    breaks: &[S2, S3, L1, L2],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const PARTIAL_APPROVAL: FaultInfo = FaultInfo {
    id: FaultId("acq-partial-approval"),
    seed: None,
    title: text("approved for a part of the amount", "只批准了部分金额"),
    category: Category::Institution,
    cause: text(
        "The customer's account holds less than the price. The host takes that and answers \
         \"approved for a part\", with the amount taken.",
        "顾客账户余额不足，主机只扣了一部分，返回“部分金额批准”和实扣金额。",
    ),
    params: &[("share", "which part of the amount is taken: \"60%\""), FOR, NEXT],
    good: text(
        "Does not report it as the full amount: says that only a part was paid, and reverses.",
        "绝不按全额报成功：提示只付了一部分，并立即冲正。",
    ),
    remedies: &["heal-firmware-update", "heal-verify-procedure"],
    breaks: &[S4],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const QUERY_STALE: FaultInfo = FaultInfo {
    id: FaultId("acq-query-stale"),
    seed: None,
    title: text("queries are answered from an old copy", "查询结果滞后"),
    category: Category::Institution,
    cause: text(
        "Queries are answered by a copy of the books that lags behind: it says that the \
         customer has still to confirm, and the payment is long captured.",
        "查询走的是滞后的从库：明明已经扣款，却仍回答“等待顾客确认”。",
    ),
    params: &[FOR],
    good: text(
        "Goes on asking to the end of its window, and reverses before it gives the order up.",
        "在窗口期内继续查询，放弃之前先冲正。",
    ),
    remedies: &["heal-wait", "heal-hotline-query"],
    breaks: &[S5, L1, L2],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const QUERY_NOT_FOUND: FaultInfo = FaultInfo {
    id: FaultId("acq-query-not-found-transient"),
    seed: None,
    title: text("the order is not found for a while", "查询暂时查无此单"),
    category: Category::Institution,
    cause: text(
        "Queries do not find an order that the host has captured, because the part that answers \
         them learns of it late.",
        "主机已扣款，但查询系统尚未同步，暂时回答“查无此单”。",
    ),
    params: &[FOR],
    good: text(
        "Does not take the first \"not found\" for a no: the request or the books may be late.",
        "第一次“查无此单”不等于失败：请求或账务可能只是晚到，继续查询。",
    ),
    remedies: &["heal-wait", "heal-hotline-query"],
    breaks: &[S3, L1, L2],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const REVERSE_TOO_EARLY: FaultInfo = FaultInfo {
    id: FaultId("acq-reverse-too-early"),
    seed: None,
    title: text("early reversals are refused", "过早冲正被拒"),
    category: Category::Institution,
    cause: text(
        "The wallet takes no reversal within the first seconds after the sale, and the host \
         answers that the request is still in progress.",
        "交易后最初几秒内钱包不接受撤销，主机回答“处理中”。",
    ),
    params: &[("least", "the age that a sale must have: \"15s\""), FOR],
    good: text(
        "Waits before it reverses, and tries again until the reversal is acknowledged.",
        "等够时间再冲正；被拒后继续重试，直到确认。",
    ),
    remedies: &["heal-wait", "heal-firmware-update"],
    breaks: &[L2, S5],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const CANCEL_LOST: FaultInfo = FaultInfo {
    id: FaultId("acq-cancel-lost"),
    seed: None,
    title: text("the reversal's answer gets lost", "冲正应答丢失"),
    category: Category::Institution,
    cause: text(
        "The host reverses the payment, and its answer gets lost.",
        "主机已完成冲正，但应答丢失。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Repeats the reversal until it is acknowledged; the host counts it once.",
        "重复发送冲正直到收到确认；主机只记一次。",
    ),
    remedies: &["heal-wait", "heal-hotline-query"],
    breaks: &[L2, S5],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const BROWN_OUT: FaultInfo = FaultInfo {
    id: FaultId("acq-brown-out"),
    seed: None,
    title: text("brown-out of the host", "主机半瘫"),
    category: Category::Institution,
    cause: text(
        "The host is overloaded: every answer is slow, and a share of the requests is never \
         answered, whatever became of them.",
        "主机过载：每个应答都很慢，还有一部分请求根本没有应答，是否处理了不得而知。",
    ),
    params: &[
        ("delay", "added to each answer: \"8s\""),
        ("drops", "share without an answer: \"30%\""),
        FOR,
    ],
    good: text(
        "Treats silence as unknown, asks with growing pauses, and adds no load of its own.",
        "没有应答按未知处理，逐步拉长查询间隔，不给主机添乱。",
    ),
    remedies: &["heal-wait", "heal-harden"],
    breaks: &[L1, L2, L6, L7],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const SETTLE_LOST: FaultInfo = FaultInfo {
    id: FaultId("settle-response-lost"),
    seed: None,
    title: text("the settlement's answer gets lost", "结算应答丢失"),
    category: Category::Institution,
    cause: text(
        "The host closes the batch, and its answer gets lost. The terminal does not know \
         whether the batch is closed.",
        "主机已完成结算，但应答丢失，终端不知道批次是否已关闭。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Repeats the same settlement before anything else, and clears its journal once.",
        "先重复同一批次的结算再做其他事，流水只清一次。",
    ),
    remedies: &["heal-wait", "heal-hotline-query"],
    breaks: &[S9, S10],
    delays: Delays::Nothing,
    met: Met::Mark,
};

pub(super) const SETTLE_MISMATCH: FaultInfo = FaultInfo {
    id: FaultId("settle-mismatch"),
    seed: None,
    title: text("totals do not agree", "结算对账不平"),
    category: Category::Institution,
    cause: text(
        "The host has lost a payment of the batch from its own list, so that its totals are not \
         the terminal's.",
        "主机自己的批次明细少了一笔，双方总额对不上。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Uploads every payment of the batch and closes it with the totals of the upload.",
        "逐笔上送批次明细，再按上送结果结平。",
    ),
    remedies: &["heal-hotline-query", "heal-verify-procedure"],
    breaks: &[S9, S10],
    delays: Delays::Nothing,
    met: Met::Mark,
};

pub(super) const BACKUP: FaultInfo = FaultInfo {
    id: FaultId("net-backup-failover"),
    seed: None,
    title: text("the first host is gone, the second one answers", "主机故障切换到备机"),
    category: Category::Institution,
    cause: text(
        "The first host is gone for a while. A second one with the same ledger takes \
         connections.",
        "主用主机暂时不可用，共用同一账本的备用主机接受连接。",
    ),
    params: &[FOR],
    good: text(
        "Connects to the second host and asks there what it had asked the first one.",
        "连接备用主机，并在备机上查询未决订单。",
    ),
    remedies: &["heal-wait", "heal-harden"],
    breaks: &[L1, L2, S3],
    delays: Delays::Terminal,
    met: Met::Flight,
};

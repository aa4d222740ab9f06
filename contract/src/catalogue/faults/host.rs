//! Faults of the acquirer's host: errors, maintenance, upgrades. Knows the words about them, not
//! how they are simulated.

use super::{FOR, NEXT};
use crate::Invariant::{L1, L2, L6, L7, S1, S2, S3, S4, S7, S9};
use crate::catalogue::{Category, Delays, FaultId, FaultInfo, Met, text};

pub(super) const ERROR_BURST: FaultInfo = FaultInfo {
    id: FaultId("acq-error-burst"),
    seed: Some("支付系统故障"),
    title: text("system errors of the host", "支付系统故障"),
    category: Category::Maintenance,
    cause: text(
        "The host answers sales with a system error such as 96. Part of them is captured all \
         the same, so the code says nothing about the money.",
        "收单主机对交易返回系统异常（如 96）。其中一部分实际已经扣款，\
         所以这个应答码说明不了钱有没有动。",
    ),
    params: &[
        ("code", "response code (field 39), two characters: \"96\""),
        ("captured", "share that is captured all the same: \"50%\""),
        FOR,
        NEXT,
    ],
    good: text(
        "Treats a system error as an unknown outcome: it queries, and reverses if nothing final \
         comes within the window. It does not say that the payment failed.",
        "系统异常按“结果未知”处理：先查询，窗口期内拿不到最终结果再冲正，不直接提示交易失败。",
    ),
    remedies: &["heal-wait", "heal-hotline-query", "heal-support-sla", "heal-firmware-update"],
    breaks: &[L1, L2, S2, S3],
    delays: Delays::Terminal,
    met: Met::Exchange,
};

pub(super) const MAINTENANCE: FaultInfo = FaultInfo {
    id: FaultId("acq-maintenance"),
    seed: Some("支付系统维护"),
    title: text("host under maintenance", "支付系统维护"),
    category: Category::Maintenance,
    cause: text(
        "A maintenance window is open: the host refuses requests, forgets them, or carries them \
         out without an answer. A payment that began before the window may end inside it.",
        "支付系统处于维护窗口：拒绝请求、丢弃请求，或者照常处理却不应答。\
         窗口开始前发起的交易可能正好落在窗口里。",
    ),
    params: &[
        ("mode", "reject, drop or accept-no-reply"),
        ("drain", "whether queries, reversals and settlements are served all the same: true"),
        FOR,
    ],
    good: text(
        "Says so in plain words, takes no new sale while it lasts, and resolves what was open as \
         soon as it is over.",
        "明确提示“系统维护中”，期间不再受理新交易；维护结束后立即把未决订单查清。",
    ),
    remedies: &["heal-maintenance-end", "heal-wait", "heal-emergency-runbook"],
    breaks: &[L1, L2, S2, S3],
    delays: Delays::TerminalAndBackend,
    met: Met::Flight,
};

pub(super) const UPGRADE_CUTOVER: FaultInfo = FaultInfo {
    id: FaultId("acq-upgrade-cutover"),
    seed: Some("支付机构系统升级"),
    title: text("host upgrade and cut-over", "支付机构系统升级"),
    category: Category::Institution,
    cause: text(
        "The payment institution moves to a new system while payments are in flight. Keys, \
         formats or addresses change, and the old and the new system may disagree about an order.",
        "支付机构切换到新系统时仍有在途交易。密钥、报文格式或地址发生变化，\
         新旧系统对同一订单的状态可能不一致。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Signs in again when asked to, keeps its open orders across the change, and queries them \
         at the new system before it settles.",
        "按要求重新签到，未决订单跨升级保留，并在结算前向新系统查清。",
    ),
    remedies: &["heal-maintenance-end", "heal-firmware-update", "heal-hotline-query"],
    breaks: &[S1, S9, L2],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const CAPTURED_NOT_NOTIFIED: FaultInfo = FaultInfo {
    id: FaultId("acq-captured-not-notified"),
    seed: Some("支付机构技术故障"),
    title: text("captured, nobody told", "已扣款但机构未通知"),
    category: Category::Institution,
    cause: text(
        "The institution took the money and, through a fault of its own, tells nobody: no push, \
         no callback, no SMS. Only a question brings it to light.",
        "支付机构已经扣款，但由于自身故障没有发出任何通知：没有推送、没有回调、没有短信，\
         只有主动查询才能发现。",
    ),
    params: &[("channels", "some of soundbox, sms, backend, push, callback; all by default"), FOR],
    good: text(
        "Does not wait for a push: its own query loop finds the result and shows it.",
        "不依赖推送，靠终端自己的轮询查到结果并显示。",
    ),
    remedies: &["heal-hotline-query", "heal-wait", "heal-feedback-ticket"],
    breaks: &[L1, L2],
    delays: Delays::Terminal,
    met: Met::Either,
};

pub(super) const SLOW: FaultInfo = FaultInfo {
    id: FaultId("acq-slow"),
    seed: None,
    title: text("host answers slowly", "主机应答缓慢"),
    category: Category::Institution,
    cause: text(
        "Every answer takes much longer than usual, to queries as well. Terminals that give up \
         early leave captured orders behind.",
        "主机的每个应答（包括查询应答）都比平时慢得多。过早放弃的终端会留下已扣款的订单。",
    ),
    params: &[("delay", "added to each answer: \"20s\""), FOR],
    good: text(
        "Waits for its window, shows that it is still waiting, then says that the result is not \
         known and goes on querying at a decent pace.",
        "在窗口期内耐心等待并提示“处理中”，到点后提示结果未知，并以合理间隔继续查询。",
    ),
    remedies: &["heal-wait", "heal-harden", "heal-hotline-query"],
    breaks: &[L1, L2, L6, L7],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const RESTART: FaultInfo = FaultInfo {
    id: FaultId("acq-restart"),
    seed: None,
    title: text("host restarts", "主机重启"),
    category: Category::Institution,
    cause: text(
        "The host goes down and comes back. Connections break and answers in flight are gone, but \
         its books keep what was captured.",
        "主机宕机后重启。连接全部断开，在途应答丢失，但账务里已扣的款仍然在。",
    ),
    params: &[FOR],
    good: text(
        "Takes the broken connection for an unknown outcome, connects again with growing pauses, \
         and queries what it had sent.",
        "连接中断按“结果未知”处理，按退避间隔重连，然后查询已发出的订单。",
    ),
    remedies: &["heal-wait", "heal-maintenance-end", "heal-hotline-query"],
    breaks: &[L1, L2, S3, L7],
    delays: Delays::TerminalAndBackend,
    met: Met::Flight,
};

pub(super) const WRONG_AMOUNT_ECHO: FaultInfo = FaultInfo {
    id: FaultId("acq-wrong-amount-echo"),
    seed: None,
    title: text("answer states another amount", "应答金额与请求不一致"),
    category: Category::Institution,
    cause: text(
        "The answer carries an amount other than the one that was asked for. It belongs to another \
         payment, or somebody mixed up yuan and fen.",
        "应答中的金额与请求不一致：可能是别的交易的应答，也可能是元和分弄混了。",
    ),
    params: &[("amount", "the amount that the answer states: \"1250.00\""), FOR, NEXT],
    good: text(
        "Does not show it as paid: it raises an alarm, queries the order and goes by what the \
         host says of this very order.",
        "不显示收款成功，报警并查询该订单，以主机对这笔订单的答复为准。",
    ),
    remedies: &["heal-hotline-query", "heal-verify-procedure", "heal-feedback-ticket"],
    breaks: &[S4, S7],
    delays: Delays::Terminal,
    met: Met::Exchange,
};

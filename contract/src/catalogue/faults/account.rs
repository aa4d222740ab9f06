//! Faults of the merchant's other channels and account settings: SMS, soundbox, lists. Knows the
//! words about them, not how they are simulated.

use super::FOR;
use crate::Channel;
use crate::Invariant::{L1, L4, S1, S9, S10, S13};
use crate::catalogue::{Category, Delays, FaultId, FaultInfo, Met, text};

pub(super) const PARTIAL_LIST: FaultInfo = FaultInfo {
    id: FaultId("cfg-partial-list"),
    seed: Some("仅显示部分交易记录"),
    title: text("list shows a part only", "仅显示部分交易记录"),
    category: Category::Management,
    cause: text(
        "The list is filtered by kind, terminal, day or state, or shows its first page only. The \
         payment is there and not in sight.",
        "列表按类型、终端、日期或状态做了筛选，或者只显示第一页。记录其实存在，只是没显示出来。",
    ),
    params: &[
        ("filter", "in the backend: terminal, status, day, page, clerk, sticker or utc-day"),
        ("page", "in the backend: how many lines a page has: 10"),
        ("last", "on the terminal: how many payments its list shows: 2"),
        FOR,
    ],
    good: text(
        "Says that a filter is active, and states count and total of what it hides.",
        "明确提示“已筛选”，并给出被隐藏记录的笔数和金额。",
    ),
    remedies: &["heal-verify-procedure", "heal-train-user", "heal-self-test"],
    breaks: &[S9, S10],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const LIST_STALE: FaultInfo = FaultInfo {
    id: FaultId("cfg-list-stale"),
    seed: None,
    title: text("list is an old copy", "列表是旧缓存"),
    category: Category::Institution,
    cause: text(
        "The backend's list is a cached page, or a replica of the database that lags. What was \
         paid just now is not in it yet.",
        "后台列表取自缓存页面或延迟的只读副本，刚付的款还没有出现。",
    ),
    params: &[("behind", "how old the copy is: \"10m\""), FOR],
    good: text(
        "The list says of which moment it is; who looks again later finds the payment.",
        "列表写明数据截至时间；稍后刷新即可看到。",
    ),
    remedies: &["heal-wait", "heal-verify-procedure"],
    breaks: &[S10],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const SMS_OFF: FaultInfo = FaultInfo {
    id: FaultId("notify-sms-off"),
    seed: Some("短信提醒未开通、误关或受限"),
    title: text("no SMS notices", "短信提醒未开通或被关闭"),
    category: Category::Account,
    cause: text(
        "The SMS service was never opened, was switched off by mistake, or is blocked by quota. \
         The money is there, the message does not come.",
        "短信提醒没有开通、被误关，或因额度等原因受限。钱已到账，但收不到短信。",
    ),
    params: &[("mode", "unsubscribed, disabled, restricted, number-changed or filtered"), FOR],
    good: text(
        "Reports on the other channels as always, and its health check names SMS as off.",
        "其他渠道照常报告；健康检查里明确指出“短信提醒未生效”。",
    ),
    remedies: &["heal-sms-enable", "heal-self-test", "heal-verify-procedure"],
    breaks: &[L4],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const ACCOUNT_SETTING: FaultInfo = FaultInfo {
    id: FaultId("notify-account-setting"),
    seed: Some("账户设置"),
    title: text("account setting hides notices", "账户设置导致收不到通知"),
    category: Category::Account,
    cause: text(
        "Push is switched off, the clerk's role may not see takings, or the phone number is an \
         old one.",
        "推送被关闭、店员账号没有查看收款的权限，或者预留手机号已更换。",
    ),
    params: &[("mode", "permission-off, logged-out or no-role"), FOR],
    good: text(
        "Its health check names the setting, and no channel is the only one.",
        "健康检查指出具体设置项；任何一个渠道都不应是唯一渠道。",
    ),
    remedies: &["heal-self-test", "heal-verify-procedure"],
    breaks: &[L4],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const SOUNDBOX_OFFLINE: FaultInfo = FaultInfo {
    id: FaultId("notify-soundbox-offline"),
    seed: None,
    title: text("soundbox offline", "云喇叭离线"),
    category: Category::Device,
    cause: text(
        "The soundbox can't be reached. Messages wait for it and may be spoken long after, as if \
         they were new.",
        "云喇叭连不上网，消息在平台排队，上线后可能把很久以前的到账当成新的播报出来。",
    ),
    params: &[FOR],
    good: text(
        "Shows and prints as always. What comes after its time is spoken with the time of \
         payment, or not at all, and never twice.",
        "屏幕和小票照常；过期消息播报时带上付款时间或不再播报，且不重复播报。",
    ),
    remedies: &["heal-self-test", "heal-verify-procedure", "heal-wait"],
    breaks: &[L4, S13, S1],
    delays: Delays::Only(Channel::Soundbox),
    met: Met::Either,
};

pub(super) const DROPPED: FaultInfo = FaultInfo {
    id: FaultId("notify-dropped"),
    seed: None,
    title: text("notice never sent", "到账通知丢失"),
    category: Category::Institution,
    cause: text(
        "The acquirer does not send the notice on one channel. Delivery of notices is promised \
         by nobody.",
        "支付机构没有发出某个渠道的到账通知。通知本来就不保证一定送达。",
    ),
    params: &[("channel", "soundbox, sms, backend, push or callback"), FOR],
    good: text(
        "Does not depend on it: it has asked for the result itself, and other channels report.",
        "不依赖通知：终端自己查询结果，其他渠道照常报告。",
    ),
    remedies: &["heal-verify-procedure", "heal-hotline-query", "heal-feedback-ticket"],
    breaks: &[L1, L4],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const DUPLICATE: FaultInfo = FaultInfo {
    id: FaultId("notify-duplicate"),
    seed: None,
    title: text("notice sent twice", "到账通知重复"),
    category: Category::Institution,
    cause: text(
        "The acquirer sends a notice twice, since it retries what was not acknowledged. One \
         payment looks like two.",
        "支付机构没收到确认就会重发，同一笔到账通知发了两次，一笔看起来像两笔。",
    ),
    params: &[("channel", "soundbox, sms, backend, push or callback"), FOR],
    good: text(
        "Knows a notice by its order and number, and counts, speaks and lists the payment once.",
        "按订单号和通知号去重，只记一笔、播一次、列一条。",
    ),
    remedies: &["heal-firmware-update", "heal-verify-procedure"],
    breaks: &[S1],
    delays: Delays::Nothing,
    met: Met::Either,
};

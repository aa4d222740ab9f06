//! Faults of notices on their way to the merchant: late, out of order, unheard, not acknowledged.
//! Knows the words about them, not how they are simulated.

use super::FOR;
use crate::Channel;
use crate::Invariant::{L1, L4, L5, S1, S2, S4, S8, S13};
use crate::catalogue::{Category, Delays, FaultId, FaultInfo, Met, text};

/// A callback fault happens to single calls.
const NEXT: (&str, &str) = ("next", "how many calls it meets before it ends: 3");

pub(super) const DELAYED: FaultInfo = FaultInfo {
    id: FaultId("notify-delayed"),
    seed: None,
    title: text("notice delayed", "到账通知延迟"),
    category: Category::Institution,
    cause: text(
        "The notice comes minutes or hours after the payment. Who looks only at it believes that \
         nothing was paid, or that a customer paid just now.",
        "到账通知在付款后几分钟甚至几小时才到。只看通知的商家会以为没收到款，或者以为是刚付的。",
    ),
    params: &[
        ("channel", "soundbox, sms, backend, push or callback"),
        ("delay", "how much later: \"5m\"; at most until the fault ends"),
        FOR,
    ],
    good: text(
        "Shows its own result meanwhile; the late notice says when the payment was made.",
        "终端自己的结果照常显示；迟到的通知写明付款时间，而不是到达时间。",
    ),
    remedies: &["heal-wait", "heal-verify-procedure", "heal-hotline-query"],
    breaks: &[L1, L4, S13],
    delays: Delays::ItsChannel,
    met: Met::Either,
};

pub(super) const OUT_OF_ORDER: FaultInfo = FaultInfo {
    id: FaultId("notify-out-of-order"),
    seed: None,
    title: text("notices out of order", "到账通知乱序"),
    category: Category::Institution,
    cause: text(
        "A later payment's notice arrives before an earlier one's. The amount that is heard last \
         is not that of the customer who paid last.",
        "后一笔的通知先到，前一笔的后到。最后听到的金额并不是最后付款的那位顾客的。",
    ),
    params: &[("channel", "soundbox, sms, backend, push or callback"), FOR],
    good: text(
        "Each notice names its order and time of payment; an older one never overrides a newer.",
        "每条通知都带订单号和付款时间；旧通知不会覆盖新状态。",
    ),
    remedies: &["heal-verify-procedure", "heal-firmware-update"],
    breaks: &[S13, S2],
    delays: Delays::ItsChannel,
    met: Met::Either,
};

pub(super) const SOUNDBOX_MUTED: FaultInfo = FaultInfo {
    id: FaultId("notify-soundbox-muted"),
    seed: None,
    title: text("soundbox muted", "云喇叭静音"),
    category: Category::Device,
    cause: text(
        "Somebody turned the soundbox down to nothing. It is online and takes every message, and \
         nobody hears one.",
        "云喇叭被调成静音。设备在线，消息照收，但谁也听不到。",
    ),
    params: &[FOR],
    good: text(
        "Shows and prints as always; the backend's health check names the soundbox. What nobody \
         heard is not spoken later.",
        "屏幕和小票照常；后台健康检查指出云喇叭不响。没听到的播报事后不补播。",
    ),
    remedies: &["heal-self-test", "heal-verify-procedure"],
    breaks: &[L4],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const SOUNDBOX_CORPUS_MISSING: FaultInfo = FaultInfo {
    id: FaultId("notify-soundbox-corpus-missing"),
    seed: None,
    title: text("soundbox lacks the words", "云喇叭缺少语料"),
    category: Category::Device,
    cause: text(
        "The soundbox accepts the message and has no recording of the words: accepted is not \
         spoken.",
        "云喇叭收下了消息，但设备里没有对应的语料：平台显示“已下发”，实际没有播报。",
    ),
    params: &[FOR],
    good: text(
        "Shows and prints as always; the device reports the error and the backend's health check \
         names the soundbox.",
        "屏幕和小票照常；设备上报“语料不存在”，后台健康检查指出云喇叭异常。",
    ),
    remedies: &["heal-self-test", "heal-verify-procedure"],
    breaks: &[L4],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const SOUNDBOX_STALE_REPLAY: FaultInfo = FaultInfo {
    id: FaultId("notify-soundbox-stale-replay"),
    seed: None,
    title: text("soundbox repeats old news", "云喇叭重播旧消息"),
    category: Category::Device,
    cause: text(
        "The soundbox restarts, and the platform sends it the last retained message once more. \
         Spoken as new, it sounds like a customer who paid just now.",
        "云喇叭重启后，平台把保留的最后一条消息又发了一遍。如果当成新的播报，\
         听起来就像刚有人付了款。",
    ),
    params: &[("age", "how old the message is then: \"2h\""), FOR],
    good: text(
        "Compares the time of payment with the clock, and speaks the message as a repeat with \
         that time, or not at all.",
        "对照付款时间和当前时间，作为补播并报出付款时间，或者不再播报。",
    ),
    remedies: &["heal-self-test", "heal-verify-procedure"],
    breaks: &[S1, S13],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const WRONG_MERCHANT: FaultInfo = FaultInfo {
    id: FaultId("notify-wrong-merchant"),
    seed: None,
    title: text("soundbox bound to another shop", "云喇叭绑定了别的商户"),
    category: Category::Account,
    cause: text(
        "The soundbox is bound to another shop. This shop's payments are sent to a stranger's \
         till, and a stranger's to this one.",
        "云喇叭绑错了商户：本店的到账被发到别人店里，别人的到账发到本店。",
    ),
    params: &[FOR],
    good: text(
        "The soundbox knows its merchant and speaks nothing of another's; the backend's health \
         check names it.",
        "云喇叭核对商户号，不播别家的到账；后台健康检查指出绑定错误。",
    ),
    remedies: &["heal-self-test", "heal-verify-procedure"],
    breaks: &[S8, L4],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const CALLBACK_5XX: FaultInfo = FaultInfo {
    id: FaultId("notify-callback-5xx"),
    seed: None,
    title: text("callback answered with an error", "回调接口报错"),
    category: Category::Technical,
    cause: text(
        "The merchant's server breaks down over the callback and answers HTTP 5xx. The payment is \
         not booked.",
        "商户服务器处理回调时出错，返回 HTTP 5xx，这笔付款没有入账。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "The acquirer calls again by its schedule until the server acknowledges; meanwhile a query \
         tells the result.",
        "支付机构按约定的时间表重发，直到收到确认；期间可以主动查询。",
    ),
    remedies: &["heal-wait", "heal-hotline-query", "heal-firmware-update"],
    breaks: &[L5],
    delays: Delays::Only(Channel::Callback),
    met: Met::Either,
};

pub(super) const CALLBACK_TIMEOUT: FaultInfo = FaultInfo {
    id: FaultId("notify-callback-timeout"),
    seed: None,
    title: text("callback answered too late", "回调接口超时"),
    category: Category::Technical,
    cause: text(
        "The merchant's server books the payment and answers after the acquirer has hung up. The \
         acquirer calls again.",
        "商户服务器已经入账，但应答太慢，支付机构已断开并会再次回调。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "The merchant's server knows the notice by its order and books it once, however often it \
         is called.",
        "商户服务器按订单号去重，无论回调几次只入账一次。",
    ),
    remedies: &["heal-wait", "heal-firmware-update"],
    breaks: &[S1, L5],
    delays: Delays::Only(Channel::Callback),
    met: Met::Either,
};

pub(super) const CALLBACK_REDIRECT: FaultInfo = FaultInfo {
    id: FaultId("notify-callback-redirect"),
    seed: None,
    title: text("callback sent elsewhere", "回调被重定向"),
    category: Category::Technical,
    cause: text(
        "The merchant's server answers with a redirect, to a login page or another domain. Callers \
         do not follow, so nobody books the payment.",
        "商户服务器返回重定向（登录页或新域名）。支付机构不会跟随跳转，因此没有入账。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "A redirect is no acknowledgement: the acquirer calls again by its schedule.",
        "重定向不算确认，支付机构按时间表重发。",
    ),
    remedies: &["heal-self-test", "heal-hotline-query", "heal-firmware-update"],
    breaks: &[L5],
    delays: Delays::Only(Channel::Callback),
    met: Met::Either,
};

pub(super) const CALLBACK_BAD_ACK: FaultInfo = FaultInfo {
    id: FaultId("notify-callback-bad-ack"),
    seed: None,
    title: text("callback acknowledged in wrong words", "回调确认内容不对"),
    category: Category::Technical,
    cause: text(
        "The merchant's server books the payment and answers something else than the agreed word, \
         such as a page around it. The acquirer takes it for a failure and calls again.",
        "商户服务器已经入账，但确认内容不是约定的字样（例如外面包了网页），\
         支付机构视为失败并再次回调。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "The merchant's server books the payment once, however often it is called.",
        "商户服务器只入账一次，无论被回调几次。",
    ),
    remedies: &["heal-self-test", "heal-firmware-update"],
    breaks: &[S1, L5],
    delays: Delays::Only(Channel::Callback),
    met: Met::Either,
};

pub(super) const SUPPRESSED_AFTER_QUERY: FaultInfo = FaultInfo {
    id: FaultId("notify-suppressed-after-query"),
    seed: None,
    title: text("no callback after a query", "查询后不再回调"),
    category: Category::Institution,
    cause: text(
        "Some aggregators stop calling back once somebody's query has told that an order is paid. \
         A server that only listens never hears of it.",
        "部分聚合支付机构在订单被查询出成功结果后就不再回调。只等回调的商户系统永远收不到。",
    ),
    params: &[FOR],
    good: text(
        "The merchant's own system does not rely on callbacks alone; the backend's list has the \
         payment.",
        "商户系统不能只依赖回调，还要主动查询或对账；后台列表里有这笔付款。",
    ),
    remedies: &["heal-verify-procedure", "heal-hotline-query"],
    breaks: &[L4],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const STATIC_QR_UNBOUND: FaultInfo = FaultInfo {
    id: FaultId("notify-static-qr-unbound"),
    seed: None,
    title: text("sticker bound to nothing", "静态码未绑定终端"),
    category: Category::Account,
    cause: text(
        "The customer pays by the shop's sticker instead of showing his code. No terminal made an \
         order of it, and the sticker is bound to no terminal and no soundbox: the money is there \
         and nothing at the till says so.",
        "顾客没有出示付款码，而是扫了店里的静态码。终端没有这笔订单，静态码也没有绑定终端和云喇叭：\
         钱到了，柜台上却毫无动静。",
    ),
    params: &[FOR],
    good: text(
        "The terminal says nothing of a payment that is not its own. The backend's list and SMS \
         have it, and who looks there does not charge again.",
        "终端不会为别的订单报成功；后台列表和短信里有这笔收款，先查再收，不要重复收款。",
    ),
    remedies: &["heal-verify-procedure", "heal-hotline-query", "heal-train-user"],
    breaks: &[L1, L4],
    delays: Delays::Nothing,
    met: Met::Mark,
};

pub(super) const SOUNDBOX_MISPRONOUNCED: FaultInfo = FaultInfo {
    id: FaultId("notify-soundbox-mispronounced"),
    seed: None,
    title: text("soundbox speaks another amount", "云喇叭金额播错"),
    category: Category::Device,
    cause: text(
        "The soundbox puts the amount together from its recordings and leaves the decimal point \
         out: 10.5 is heard as 105. The money, the screen and the receipt are right.",
        "云喇叭拼接语料时丢了小数点：10.5 元播成 105 元。实际金额、屏幕和小票都没有错。",
    ),
    params: &[FOR],
    good: text(
        "Screen and receipt state the amount that was paid. The box tells the platform what it \
         played, and the backend's health check names it.",
        "屏幕和小票金额正确；云喇叭回报实际播放的内容，后台健康检查据此指出异常。",
    ),
    remedies: &["heal-self-test", "heal-verify-procedure"],
    breaks: &[S4, L4],
    delays: Delays::Nothing,
    met: Met::Mark,
};

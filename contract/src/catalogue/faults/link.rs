//! Faults between the terminal and the host: the radio link, the carrier's network, lost and late
//! messages. Knows the words about them, not how they are simulated.

use super::{FOR, NEXT};
use crate::Invariant::{L1, L2, L6, L7, S1, S2, S3, S5, S7, S11, S13};
use crate::catalogue::{Category, Delays, FaultId, FaultInfo, Met, text};

pub(super) const OUTAGE: FaultInfo = FaultInfo {
    id: FaultId("link-outage"),
    seed: Some("网络延迟或中断"),
    title: text("no network", "网络中断"),
    category: Category::Network,
    cause: text(
        "Nothing gets through to the acquirer or back. The money may have been taken before the \
         link broke, and the terminal can't know. TCP repeats what it still holds once the link \
         is back.",
        "终端与收单机构之间的数据完全不通。断网之前钱可能已经扣了，终端自己无法判断。\
         网络恢复后，TCP 会把尚未确认的数据重新发出。",
    ),
    params: &[("way", "up, down or both, seen from the terminal"), FOR],
    good: text(
        "Shows that the result is not known, keeps the order on its flash, and queries it with \
         the same order number as soon as the link is back. It takes no new charge meanwhile.",
        "提示“结果未知，请勿重复收款”，订单留在本机流水里；网络恢复后用原订单号查询，\
         得到最终结果再显示。在此之前不对同一笔付款重新收款。",
    ),
    remedies: &["heal-link-restore", "heal-wait", "heal-emergency-runbook", "heal-hotline-query"],
    breaks: &[L1, L2, S2, S3, L6],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const WEAK_SIGNAL: FaultInfo = FaultInfo {
    id: FaultId("link-weak-signal"),
    seed: Some("信号弱"),
    title: text("weak signal", "信号弱"),
    category: Category::Network,
    cause: text(
        "At the edge of the cell packets get lost and are repeated by the radio and by TCP. \
         Answers arrive seconds late, or after the terminal gave up.",
        "终端处在小区边缘，数据包丢失后靠无线侧和 TCP 重传补上。应答晚到几秒，\
         甚至在终端已经超时之后才到。",
    ),
    params: &[
        ("loss", "share of packets lost each way, on top of the profile's: \"15%\""),
        ("rtt", "added to the round trip: \"1200ms\""),
        FOR,
    ],
    good: text(
        "Shows the signal, waits with patient timers, and treats a time-out as unknown: it \
         queries, and never sends the same payment as a second order.",
        "显示信号强度，放宽等待时间；超时一律按“结果未知”处理并查询，\
         绝不把同一笔付款换成新订单再发一次。",
    ),
    remedies: &["heal-self-test", "heal-link-restore", "heal-harden", "heal-wait"],
    breaks: &[L1, L2, S3],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const CONGESTION: FaultInfo = FaultInfo {
    id: FaultId("link-congestion"),
    seed: Some("网络拥堵"),
    title: text("network congestion", "网络拥堵"),
    category: Category::Network,
    cause: text(
        "At peak time the cell is full: little rate is left for this terminal and its packets \
         wait in long queues. Nothing is lost, everything is late.",
        "高峰时段小区负荷已满，分给这台终端的带宽很小，数据包在队列里排队。\
         数据没有丢，只是都来得很晚。",
    ),
    params: &[
        ("rate", "what is left for this terminal: \"16kbps\""),
        ("queue", "longest added wait each way: \"8s\""),
        FOR,
    ],
    good: text(
        "Backs off with some randomness between tries, so that it does not add to the jam, and \
         reads slowness as unknown, not as failure.",
        "重试之间退避并加随机抖动，不给网络雪上加霜；慢就是“结果未知”，不是“交易失败”。",
    ),
    remedies: &["heal-wait", "heal-harden", "heal-link-restore"],
    breaks: &[L1, L2, S2, S3, L7],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const NAT_IDLE: FaultInfo = FaultInfo {
    id: FaultId("net-nat-idle-timeout"),
    seed: None,
    title: text("idle connection dropped by the carrier", "空闲连接被运营商断开"),
    category: Category::Network,
    cause: text(
        "The carrier's NAT forgets a connection that carried nothing for some minutes. The next \
         sale goes into a black hole, or is answered with a reset, although the terminal believes \
         that it is connected.",
        "连接空闲几分钟后，运营商的 NAT 表项被清除。终端以为仍然连着，\
         下一笔交易却石沉大海，或者收到 RST。",
    ),
    params: &[
        ("idle", "how long a connection may be idle: \"120s\""),
        ("mode", "silent (packets vanish) or reset"),
        FOR,
    ],
    good: text(
        "Connects anew and asks for the outcome of the order, or sends the very same order once \
         more. It never repeats the debit under a new number.",
        "重新建立连接，用原订单号查询，或以同一订单号重发一次；绝不换新流水号盲目重发扣款请求。",
    ),
    remedies: &["heal-harden", "heal-firmware-update"],
    breaks: &[S3, L2, S11],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const REQUEST_LOST: FaultInfo = FaultInfo {
    id: FaultId("net-request-lost"),
    seed: None,
    title: text("request lost before the host", "请求在到达主机前丢失"),
    category: Category::Network,
    cause: text(
        "The sale left the terminal and was swallowed on its way to the host's application. No \
         money moved, but to the terminal it looks exactly like a lost answer.",
        "交易请求已从终端发出，却没有到达收单主机的应用。钱没有动，\
         但在终端看来，和“应答丢失”一模一样。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Says that the result is not known and queries. Only when the order is still not found \
         after the longest time a request can be on its way, the payment may be tried again.",
        "提示结果未知并查询。查询“订单不存在”不等于失败：\
         要等过请求可能在途的最长时间仍查不到，才可以再次收款。",
    ),
    remedies: &["heal-emergency-runbook", "heal-hotline-query", "heal-harden"],
    breaks: &[S3, L2],
    delays: Delays::Terminal,
    met: Met::Exchange,
};

pub(super) const RESPONSE_LOST: FaultInfo = FaultInfo {
    id: FaultId("net-response-lost-after-capture"),
    seed: None,
    title: text("paid, but the answer got lost", "已扣款但应答丢失"),
    category: Category::Network,
    cause: text(
        "The host took the money and answered, but the answer never reached the terminal. This \
         is the plainest way to a payment that is credited and not shown.",
        "收单主机已经扣款并返回了应答，但应答没有到达终端。\
         这是“钱已到账、POS 机不显示”最典型的成因。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Takes silence for unknown, never for a no: it queries the same order until it has the \
         result, then shows it as paid.",
        "没有应答就是“未知”，不是“失败”：用原订单号持续查询直到拿到结果，再显示收款成功。",
    ),
    remedies: &["heal-harden", "heal-firmware-update", "heal-hotline-query", "heal-wait"],
    breaks: &[L1, L2, S2, S3],
    delays: Delays::Terminal,
    met: Met::Exchange,
};

pub(super) const RESPONSE_LATE: FaultInfo = FaultInfo {
    id: FaultId("net-response-late"),
    seed: None,
    title: text("answer after the time-out", "应答超时后才到"),
    category: Category::Network,
    cause: text(
        "The answer arrives after the terminal stopped waiting, perhaps while a query or a \
         reversal of the same order is on its way.",
        "应答到达时终端已经不再等待，此时同一订单的查询或冲正可能正在途中。",
    ),
    params: &[("delay", "how much later than usual: \"70s\""), FOR, NEXT],
    good: text(
        "Once a reversal is under way, a late approval is discarded. Otherwise it is merged with \
         the order that it belongs to: one result, shown once.",
        "冲正已发出的，迟到的“成功”应答一律丢弃；否则按订单归并，最终只显示一个结果。",
    ),
    remedies: &["heal-harden", "heal-firmware-update", "heal-wait"],
    breaks: &[S5, S13, S1, S7],
    delays: Delays::Terminal,
    met: Met::Exchange,
};

pub(super) const RESPONSE_DUPLICATE: FaultInfo = FaultInfo {
    id: FaultId("net-response-duplicate"),
    seed: None,
    title: text("answer comes twice", "应答重复到达"),
    category: Category::Network,
    cause: text(
        "The same answer arrives a second time, for instance because a gateway repeated it, \
         possibly while the next payment is already waiting for its own.",
        "网关重发等原因使同一应答到达两次，第二次到达时下一笔交易可能正在等待自己的应答。",
    ),
    params: &[("gap", "how long after the first one: \"3s\""), FOR, NEXT],
    good: text(
        "Matches answers by type, STAN, terminal, order and amount. A repeated one changes \
         nothing and prints nothing.",
        "按报文类型、流水号、终端号、订单号和金额匹配应答；重复应答不改变状态，也不再出票。",
    ),
    remedies: &["heal-firmware-update", "heal-harden"],
    breaks: &[S1, S7],
    delays: Delays::Nothing,
    met: Met::Exchange,
};

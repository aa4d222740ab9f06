//! Faults of registration, subscription and addresses: what stands between a working modem and a
//! working host. Knows the words about them, not how they are simulated.

use super::FOR;
use crate::Invariant::{L1, L2, L6, L7, S2, S3};
use crate::catalogue::{Category, Delays, FaultId, FaultInfo, Met, text};

pub(super) const ASYMMETRIC_LOSS: FaultInfo = FaultInfo {
    id: FaultId("link-asymmetric-loss"),
    seed: None,
    title: text("only the uplink works", "上行正常、下行不通"),
    category: Category::Network,
    cause: text(
        "What the terminal sends arrives, what the host answers does not: the money is taken, \
         and the terminal hears nothing of it.",
        "终端发出的数据能到主机，主机的应答却回不来：钱已经扣了，终端却一无所知。",
    ),
    params: &[("loss", "share of packets lost on the way to the terminal: \"100%\""), FOR],
    good: text(
        "Takes silence for unknown, and queries the same order until an answer gets through.",
        "没有应答按“结果未知”处理，用原订单号反复查询，直到收到应答。",
    ),
    remedies: &["heal-link-restore", "heal-wait", "heal-hotline-query"],
    breaks: &[L1, L2, S2, S3, L6],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const RAT_FALLBACK: FaultInfo = FaultInfo {
    id: FaultId("link-rat-fallback"),
    seed: None,
    title: text("from 4G down to 2G", "4G 回落到 2G"),
    category: Category::Network,
    cause: text(
        "The modem loses 4G and registers with 2G. That takes 3 to 40 s, its address is another, \
         connections of before are dead without a word, and everything is slower from then on. \
         The way back to 4G costs as much.",
        "模块失去 4G 后改驻 2G，重新附着要 3 至 40 秒，IP 地址改变，原有连接无声失效，\
         此后速度变慢；回到 4G 时同样要再附着一次。",
    ),
    params: &[
        ("rate", "what 2G carries: \"200kbps\""),
        ("rtt", "what 2G adds to the round trip: \"750ms\""),
        FOR,
    ],
    good: text(
        "Makes a new connection, and queries the order that was open on the old one.",
        "建立新连接，用原订单号查询旧连接上未决的订单。",
    ),
    remedies: &["heal-wait", "heal-link-restore", "heal-harden"],
    breaks: &[L1, L2, S2, S3],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const SIM_REMOVED: FaultInfo = FaultInfo {
    id: FaultId("link-sim-removed"),
    seed: None,
    title: text("SIM card out of its slot", "SIM 卡脱落或被取出"),
    category: Category::Network,
    cause: text(
        "The SIM card is out of its slot or has no contact. The modem is thrown off the network \
         at once and registers only when the card is back.",
        "SIM 卡被取出或接触不良，模块立即掉网；插回之后要重新附着才有网络。",
    ),
    params: &[FOR],
    good: text(
        "Says that there is no network, takes no sale that it can't send, and resolves what was \
         open once the card is back.",
        "提示“无网络”，发不出去的交易不受理；卡插回后查清未决订单。",
    ),
    remedies: &["heal-self-test", "heal-link-restore", "heal-hotline-query"],
    breaks: &[S2, L1, L2, L7],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const APN_MISCONFIG: FaultInfo = FaultInfo {
    id: FaultId("link-apn-misconfig"),
    seed: None,
    title: text("wrong APN", "APN 配置错误"),
    category: Category::Network,
    cause: text(
        "The access point name in the settings is not one of this SIM card. The network refuses \
         the data connection; the bars look fine and every connection fails at once.",
        "参数里的 APN 与 SIM 卡不符，网络拒绝建立数据连接：信号满格，但一连接就失败。",
    ),
    params: &[FOR],
    good: text(
        "Refuses or ends the sale with a clear text, tries again with growing distance, and \
         names the APN in its self-test.",
        "明确提示无法联网，重试逐步退避，自检指出 APN 有误。",
    ),
    remedies: &["heal-self-test", "heal-link-restore"],
    breaks: &[S2, L1, L2, L7],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const DATA_EXHAUSTED: FaultInfo = FaultInfo {
    id: FaultId("link-sim-data-exhausted"),
    seed: None,
    title: text("SIM out of data", "SIM 卡流量用尽"),
    category: Category::Network,
    cause: text(
        "The data of the SIM card are used up, or nobody paid for it. The modem is registered as \
         ever, and the carrier lets nothing pass.",
        "SIM 卡流量用尽或欠费停机。模块仍然在网，运营商却不再转发任何数据。",
    ),
    params: &[("mode", "silent (packets vanish) or reset (connections are refused)"), FOR],
    good: text(
        "Treats what was on its way as unknown, does not take the bars for a network, and \
         resolves the order once the card is topped up.",
        "在途交易按“结果未知”处理，不把信号满格当成网络正常；充值恢复后查清订单。",
    ),
    remedies: &["heal-link-restore", "heal-self-test", "heal-hotline-query"],
    breaks: &[S2, S3, L1, L2],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const HALF_OPEN: FaultInfo = FaultInfo {
    id: FaultId("net-half-open"),
    seed: None,
    title: text("half-open connection", "半开连接"),
    category: Category::Network,
    cause: text(
        "The other end of the connection is gone and nobody told the terminal: a gateway or host \
         was exchanged without a FIN or a reset. What is sent there vanishes.",
        "连接的另一端已经不在，却没有发 FIN 或 RST：前置机或网关被更换。\
         终端以为连接还在，发出的数据石沉大海。",
    ),
    params: &[FOR],
    good: text(
        "Gives the connection up when its answer is late, makes a new one, and queries the order \
         there.",
        "应答超时就放弃旧连接，新建连接后用原订单号查询。",
    ),
    remedies: &["heal-harden", "heal-firmware-update", "heal-hotline-query"],
    breaks: &[L1, L2, S2, S3],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const DNS_FAIL: FaultInfo = FaultInfo {
    id: FaultId("net-dns-fail"),
    seed: None,
    title: text("host name not resolved", "域名解析失败"),
    category: Category::Network,
    cause: text(
        "The name service does not answer, or says that there is no such host. No new connection \
         can be made; those that stand go on.",
        "DNS 没有应答，或者回答域名不存在。新连接建立不了，已有的连接不受影响。",
    ),
    params: &[("mode", "silent (no answer) or no-such-name"), FOR],
    good: text(
        "Tries a stored address or tries again later; an order that was sent stays unknown and \
         is queried.",
        "使用备用地址或稍后重试；已发出的订单保持“结果未知”并查询。",
    ),
    remedies: &["heal-wait", "heal-link-restore", "heal-harden"],
    breaks: &[S2, L1, L2, L7],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const DNS_STALE: FaultInfo = FaultInfo {
    id: FaultId("net-dns-stale"),
    seed: None,
    title: text("host name leads to a dead address", "域名解析到已停用的地址"),
    category: Category::Network,
    cause: text(
        "The host moved, and the name still leads to its old address. Nobody answers there, so \
         connecting takes as long as the terminal has patience and then fails.",
        "主机已迁移，域名却仍解析到旧地址。那里无人应答，终端一直等到连接超时。",
    ),
    params: &[FOR],
    good: text(
        "Gives up connecting after some seconds, asks for the name anew on the next try, and \
         keeps the order as unknown if it was sent.",
        "连接几秒不通就放弃，下次重新解析；已发出的订单保持“结果未知”。",
    ),
    remedies: &["heal-wait", "heal-harden", "heal-link-restore"],
    breaks: &[S2, L1, L2, L6],
    delays: Delays::Terminal,
    met: Met::Flight,
};

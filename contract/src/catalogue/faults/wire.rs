//! Faults of messages and their seals between terminal and host. Knows the words about them, not
//! how they are simulated.

use super::{FOR, NEXT};
use crate::Invariant::{L2, S2, S4, S5, S7, S8};
use crate::catalogue::{Category, Delays, FaultId, FaultInfo, Met, text};

pub(super) const MAC_BAD: FaultInfo = FaultInfo {
    id: FaultId("sec-response-mac-bad"),
    seed: None,
    title: text("answer with a wrong MAC", "应答MAC校验错"),
    category: Category::Institution,
    cause: text(
        "The MAC of an answer is wrong: the host sealed it with another key, or somebody changed \
         it on its way. What it says can't be trusted.",
        "应答报文的MAC不正确：主机用了别的密钥，或者报文在途中被改动过，其内容不可信。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Does not show it as paid: signs in again and reverses the payment with reason A0.",
        "不显示收款成功：重新签到，并以原因码 A0 冲正该交易。",
    ),
    remedies: &["heal-firmware-update", "heal-hotline-query", "heal-support-sla"],
    breaks: &[S5, S8],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const KEY_EXPIRED: FaultInfo = FaultInfo {
    id: FaultId("sec-key-expired"),
    seed: None,
    title: text("working keys have run out", "工作密钥失效"),
    category: Category::Institution,
    cause: text(
        "The keys of the last sign-in are not valid any more. The host answers A0 and moves no \
         money until the terminal signs in again.",
        "上次签到取得的工作密钥已失效。主机返回 A0，不扣款，直到终端重新签到。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Says that the payment failed, signs in again and takes the next one with a new STAN.",
        "提示该笔交易失败，重新签到，下一笔交易使用新的流水号。",
    ),
    remedies: &["heal-wait", "heal-support-sla"],
    breaks: &[L2],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const REORDERED: FaultInfo = FaultInfo {
    id: FaultId("net-response-reordered"),
    seed: None,
    title: text("an answer of another payment comes first", "应答错序"),
    category: Category::Network,
    cause: text(
        "The answer to another request comes before the right one on the same connection: \
         another STAN, or another terminal's. A terminal that looks at the STAN alone, or at \
         nothing, takes it for its own.",
        "同一连接上先到的是别的请求的应答：流水号不同，或者属于另一台终端。只看流水号甚至什么都不核对的终端会误认为是自己的应答。",
    ),
    params: &[
        ("which", "stan (another STAN) or terminal (another terminal, the same STAN)"),
        FOR,
        NEXT,
    ],
    good: text(
        "Matches terminal, merchant, STAN and order number, drops what belongs to another and \
         waits for its own.",
        "核对终端号、商户号、流水号和订单号，不是自己的应答一律丢弃，继续等待。",
    ),
    remedies: &["heal-firmware-update", "heal-hotline-query"],
    breaks: &[S2, S4, S7],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const FRAME_SPLIT: FaultInfo = FaultInfo {
    id: FaultId("net-frame-split"),
    seed: None,
    title: text("an answer comes in pieces", "应答分段到达"),
    category: Category::Network,
    cause: text(
        "The bytes of an answer arrive in two pieces with a pause between them. TCP promises \
         their order and nothing else.",
        "应答报文分两段到达，中间有停顿。TCP 只保证字节顺序，不保证一次收全。",
    ),
    params: &[("gap", "the pause between the pieces: \"500ms\""), FOR, NEXT],
    good: text(
        "Puts the pieces together by the length prefix.",
        "按长度前缀拼接完整报文后再处理。",
    ),
    remedies: &["heal-firmware-update"],
    breaks: &[S7, L2],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const FRAME_COALESCE: FaultInfo = FaultInfo {
    id: FaultId("net-frame-coalesce"),
    seed: None,
    title: text("two messages glued together", "应答粘包"),
    category: Category::Network,
    cause: text(
        "The answer comes in one piece with a message in front that belongs to another \
         exchange.",
        "应答与另一条报文粘在一起同时到达，自己的应答排在后面。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Cuts the bytes by their length prefixes, drops the first message and takes the second.",
        "按长度前缀拆包，丢弃前一条，取自己的应答。",
    ),
    remedies: &["heal-firmware-update"],
    breaks: &[S7, L2],
    delays: Delays::Terminal,
    met: Met::Mark,
};

pub(super) const FRAME_CORRUPT: FaultInfo = FaultInfo {
    id: FaultId("net-frame-corrupt"),
    seed: None,
    title: text("damaged answer", "应答报文损坏"),
    category: Category::Network,
    cause: text(
        "The bytes of an answer are damaged: its bitmap names fields that are not there.",
        "应答报文字节损坏：位图与实际字段对不上。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Drops what it can't read, takes the result for unknown and asks.",
        "读不懂的报文丢弃，结果按未知处理并查询。",
    ),
    remedies: &["heal-wait", "heal-hotline-query"],
    breaks: &[S2, S8, L2],
    delays: Delays::Terminal,
    met: Met::Mark,
};

//! Faults of the receipt printer: no paper, a jam, a hot head, an open cover. Knows the words about
//! them, not how they are simulated.

use super::FOR;
use crate::Channel;
use crate::Invariant::{L4, S1, S14};
use crate::catalogue::{Category, Delays, FaultId, FaultInfo, Met, text};

/// Where in the receipt the printer stops.
const LINE: (&str, &str) = ("line", "after how many lines of a receipt it stops: 6");

pub(super) const PAPER_OUT: FaultInfo = FaultInfo {
    id: FaultId("print-paper-out"),
    seed: None,
    title: text("printer without paper", "打印机缺纸"),
    category: Category::Device,
    cause: text(
        "The printer has no paper when the receipt is due. The payment stands, its receipt does \
         not come, and people conclude that it failed.",
        "出票时打印机缺纸。款已经收了，只是没有小票，店员往往误以为交易失败。",
    ),
    params: &[FOR],
    good: text(
        "Leaves approved as it is, says that the paper is out, and prints later, marked as a \
         copy if anything of the first one came out.",
        "交易结果不变，提示缺纸；换纸后补打，已经打出过的标注“重印”。",
    ),
    remedies: &["heal-self-test", "heal-verify-procedure"],
    breaks: &[S14, L4, S1],
    delays: Delays::Only(Channel::Receipt),
    met: Met::Either,
};

pub(super) const JAM: FaultInfo = FaultInfo {
    id: FaultId("print-jam"),
    seed: None,
    title: text("paper jam", "打印机卡纸"),
    category: Category::Device,
    cause: text(
        "The paper jams in the middle of the receipt. A torn-off piece says approved, the rest \
         is missing, and what is printed afterwards looks like a second payment.",
        "小票打到一半卡纸，撕下来的半张上已有“交易成功”；之后再打一张，看起来就像收了两笔。",
    ),
    params: &[LINE, FOR],
    good: text(
        "Leaves approved as it is, says that the printer stands, and prints the whole receipt \
         later, marked as a copy.",
        "交易结果不变，提示打印机故障；排除后补打整张小票，并标注“重印”。",
    ),
    remedies: &["heal-self-test", "heal-verify-procedure", "heal-replace-device"],
    breaks: &[S14, L4, S1],
    delays: Delays::Only(Channel::Receipt),
    met: Met::Either,
};

pub(super) const OVERHEAT: FaultInfo = FaultInfo {
    id: FaultId("print-overheat"),
    seed: None,
    title: text("print head too hot", "打印头过热"),
    category: Category::Device,
    cause: text(
        "After many receipts in a row the print head is too hot, and the printer takes nothing \
         until it has cooled down.",
        "连续打印后打印头过热，冷却之前打印机不再出票。",
    ),
    params: &[LINE, FOR],
    good: text(
        "Waits until the head has cooled down and prints then; the payment stands meanwhile.",
        "等打印头冷却后再打印，期间交易结果不变。",
    ),
    remedies: &["heal-wait", "heal-self-test", "heal-replace-device"],
    breaks: &[S14, L4, S1],
    delays: Delays::Only(Channel::Receipt),
    met: Met::Either,
};

pub(super) const COVER_OPEN: FaultInfo = FaultInfo {
    id: FaultId("print-cover-open"),
    seed: None,
    title: text("printer cover open", "打印机盖未关好"),
    category: Category::Device,
    cause: text(
        "Somebody changed the roll and did not close the cover, or opens it while a receipt comes \
         out.",
        "换完纸卷后机盖没有扣好，或者正在出票时有人打开了机盖。",
    ),
    params: &[LINE, FOR],
    good: text(
        "Says that the printer stands, and prints once the cover is closed, marked as a copy if \
         anything came out before.",
        "提示打印机异常，合盖后再打印；已经打出过一部分的标注“重印”。",
    ),
    remedies: &["heal-self-test", "heal-verify-procedure", "heal-train-user"],
    breaks: &[S14, L4, S1],
    delays: Delays::Only(Channel::Receipt),
    met: Met::Either,
};

//! Faults of codes and people: what is shown to the scanner, what is keyed, what is done when
//! nobody knows. Knows the words about them, not how they are simulated.

use super::{FOR, NEXT};
use crate::Invariant::{L1, L2, L3, L6, S2, S3, S4, S5, S7, S12};
use crate::catalogue::{Category, Delays, FaultId, FaultInfo, Met, text};

pub(super) const BAD_ANGLE: FaultInfo = FaultInfo {
    id: FaultId("qr-bad-angle"),
    seed: Some("扫描角度不当"),
    title: text("code held at an angle", "扫描角度不当"),
    category: Category::Operation,
    cause: text(
        "The phone is held slantwise before the scanner. The code is not read, or read late, and \
         both people wait for something that has not begun.",
        "手机斜对着扫描窗，二维码扫不出来或很久才扫出来，双方都在等一笔其实还没开始的交易。",
    ),
    params: &[("degrees", "0 to 80"), ("symbol", "qr or code128"), FOR, NEXT],
    good: text(
        "Asks for the code to be shown again, sends nothing, and never guesses digits.",
        "提示“请重新扫码”，不发出任何请求，更不猜测数字。",
    ),
    remedies: &["heal-train-user", "heal-replace-device"],
    breaks: &[S2, S12],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const DAMAGED: FaultInfo = FaultInfo {
    id: FaultId("qr-damaged"),
    seed: Some("二维码损坏"),
    title: text("damaged code", "二维码损坏"),
    category: Category::Operation,
    cause: text(
        "The code is blotted, blurred, faded or in glare. A decoder may fail, and some decoders \
         return wrong digits of the right length; payment codes have no check digit.",
        "二维码有污损、模糊、褪色或反光。解码可能失败，也可能得到位数正确但数字错误的结果，\
         而付款码没有校验位。",
    ),
    params: &[
        ("damage", "blot, blur, glare and more; `payrig qr damage --help` lists them"),
        ("severity", "1 to 7"),
        ("symbol", "qr or code128"),
        FOR,
        NEXT,
    ],
    good: text(
        "Checks length and prefix, sends only what two reads in a row agree on, and otherwise \
         asks for another scan.",
        "校验位数和前缀，连续两次读出一致才发送，否则提示重新扫码。",
    ),
    remedies: &["heal-train-user", "heal-replace-device", "heal-self-test"],
    breaks: &[S12, S3],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const CODE_EXPIRED: FaultInfo = FaultInfo {
    id: FaultId("qr-code-expired"),
    seed: None,
    title: text("expired payment code", "付款码已过期"),
    category: Category::Operation,
    cause: text(
        "The customer shows a code that has run out, for instance a screenshot. The host refuses \
         it; a payment code lives for about a minute and pays once.",
        "顾客出示的付款码已经失效，例如截图。付款码约一分钟刷新一次且只能用一次，主机会拒绝。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Says that the code has expired and asks for a fresh one, under a new order number.",
        "提示“付款码已过期”，请顾客刷新后重扫，并使用新的订单号。",
    ),
    remedies: &["heal-train-user"],
    breaks: &[S3, S12],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const CODE_REUSED: FaultInfo = FaultInfo {
    id: FaultId("qr-code-reused"),
    seed: None,
    title: text("payment code shown again", "付款码重复出示"),
    category: Category::Operation,
    cause: text(
        "The customer holds up a code that was charged before: a picture of it, or the page that \
         his friend paid with. A payment code pays once, and even a failed payment uses it up.",
        "顾客出示的是已经用过的付款码：截图，或者朋友刚付过款的页面。付款码只能用一次，支付失败也会作废。",
    ),
    params: &[FOR, NEXT],
    good: text(
        "Sends it under a new order number, says that it was refused, and does not mistake the \
         payment before for this one.",
        "用新的订单号发送，提示被拒绝，绝不把上一笔成功当成这一笔的结果。",
    ),
    remedies: &["heal-train-user", "heal-verify-procedure"],
    breaks: &[S2, S3, S7],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const AMOUNT_WRONG: FaultInfo = FaultInfo {
    id: FaultId("op-amount-wrong"),
    seed: Some("输错金额"),
    title: text("wrong amount keyed", "输错金额"),
    category: Category::Operation,
    cause: text(
        "The operator keys another amount than the price. The money moves as keyed, and the \
         merchant looks in vain for a payment of the price.",
        "收银员输入的金额和价格不一致。钱按输入的金额扣了，商家按应收金额去找，自然找不到。",
    ),
    params: &[("keyed", "what is keyed instead of the price: \"21.50\""), FOR, NEXT],
    good: text(
        "Shows the amount for confirmation before anything is sent, reports what was keyed \
         everywhere alike, and offers a void.",
        "发送前请收银员和顾客确认金额；各渠道显示的都是实际输入金额；提供撤销入口。",
    ),
    remedies: &["heal-verify-procedure", "heal-train-user", "heal-feedback-ticket"],
    breaks: &[S4],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const CURRENCY_UNIT: FaultInfo = FaultInfo {
    id: FaultId("op-currency-unit"),
    seed: Some("货币单位错误"),
    title: text("yuan and fen mixed up", "货币单位错误"),
    category: Category::Operation,
    cause: text(
        "Yuan are taken for fen or fen for yuan, by a person at the keypad or by an interface \
         between two systems. The amount is wrong by a factor of one hundred.",
        "元当成了分，或分当成了元：可能是按键时弄错，也可能是两个系统的接口口径不同，\
         金额相差一百倍。",
    ),
    params: &[("error", "times-hundred or over-hundred"), FOR, NEXT],
    good: text(
        "Counts in whole fen from key to host and back, and compares the amount in the answer \
         with the one it asked for.",
        "从键盘到主机全程用整数分，并核对应答里的金额与请求是否一致。",
    ),
    remedies: &["heal-verify-procedure", "heal-train-user", "heal-firmware-update"],
    breaks: &[S4],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const SKIP_VERIFY: FaultInfo = FaultInfo {
    id: FaultId("op-skip-verify"),
    seed: Some("未核对交易信息"),
    title: text("result not looked at", "未核对交易信息"),
    category: Category::Operation,
    cause: text(
        "The operator leaves the screen before the result is there and never looks again. The \
         payment was shown, or would have been, to nobody.",
        "结果还没出来收银员就离开了界面，之后也没有核对。结果即使显示过，也没有人看到。",
    ),
    params: &[FOR],
    good: text(
        "Keeps the result in its list, lets the soundbox speak, and marks results that nobody \
         has seen.",
        "结果保留在交易列表里，由云喇叭播报，并对“未查看的结果”做提醒。",
    ),
    remedies: &["heal-verify-procedure", "heal-train-user"],
    breaks: &[L1, L2],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const NOVICE: FaultInfo = FaultInfo {
    id: FaultId("op-novice"),
    seed: Some("员工操作不熟练"),
    title: text("operator does not know the terminal", "员工操作不熟练"),
    category: Category::Management,
    cause: text(
        "The operator presses twice, cancels early, or charges again. Each of these acts meets a \
         payment that is still on its way.",
        "收银员连按两次、过早取消或重新收款，而前一笔付款其实还在途中。",
    ),
    params: &[FOR],
    good: text(
        "Makes every key safe: a double press is one order, a cancel is a cancel at the host, and \
         no second charge starts over an open one.",
        "让每个按键都安全：连按只产生一个订单；取消要到主机撤销；上一笔未决时不开始新的收款。",
    ),
    remedies: &["heal-train-user", "heal-emergency-runbook"],
    breaks: &[S3, S5, L1, L3],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const PANIC_RETRY: FaultInfo = FaultInfo {
    id: FaultId("op-panic-retry"),
    seed: Some("应急处理能力不足"),
    title: text("charged again in haste", "应急处理能力不足"),
    category: Category::Management,
    cause: text(
        "No result shows within the operator's patience, so he asks the customer to pay again. \
         If the first order was captured, the customer pays twice.",
        "等了一会儿没有结果，收银员就让顾客再付一次。如果第一笔其实已经扣款，顾客就付了两次。",
    ),
    params: &[("patience", "how long he waits for a result: \"15s\""), FOR],
    good: text(
        "Refuses or warns while the order before is open, says in words that nobody must charge \
         again, and resolves that order first.",
        "上一笔未决时拒绝或强提示“请勿重复收款”，先把上一笔查清，再收下一笔。",
    ),
    remedies: &["heal-emergency-runbook", "heal-train-user", "heal-hotline-query"],
    breaks: &[S3, L6],
    delays: Delays::Nothing,
    met: Met::Either,
};

//! Faults that somebody makes on purpose: notices that are not the acquirer's. Knows the words
//! about them, not how they are simulated.

use super::FOR;
use crate::Invariant::{S1, S2, S8};
use crate::catalogue::{Category, Delays, FaultId, FaultInfo, Met, text};

pub(super) const FORGED_NOTIFY: FaultInfo = FaultInfo {
    id: FaultId("sec-forged-notify"),
    seed: None,
    title: text("forged callback", "伪造的到账回调"),
    category: Category::Technical,
    cause: text(
        "A stranger who knows the address of the merchant's server calls it in the acquirer's \
         name and says that an order is paid. The signature is not the acquirer's.",
        "有人知道商户回调地址，冒充支付机构发来“已支付”，但签名不对。",
    ),
    params: &[FOR],
    good: text(
        "The merchant's server checks the signature before anything else, books nothing and \
         acknowledges nothing.",
        "商户服务器先验签，验不过就不入账、不确认。",
    ),
    remedies: &["heal-firmware-update", "heal-verify-procedure"],
    breaks: &[S2, S8],
    delays: Delays::Nothing,
    met: Met::Mark,
};

pub(super) const REPLAYED_NOTIFY: FaultInfo = FaultInfo {
    id: FaultId("sec-replayed-notify"),
    seed: None,
    title: text("replayed callback", "重放的到账回调"),
    category: Category::Technical,
    cause: text(
        "A stranger recorded a genuine callback and sends it once more. The signature is right; \
         its time stamp is old, and the order is booked already.",
        "有人录下真实的回调再发一遍：签名正确，但时间戳已旧，订单也早已入账。",
    ),
    params: &[("age", "how old the call is then: \"10m\""), FOR],
    good: text(
        "The merchant's server refuses time stamps of more than five minutes and books an order \
         once, however often it is called.",
        "商户服务器拒绝超过五分钟的时间戳，并按订单号去重，只入账一次。",
    ),
    remedies: &["heal-firmware-update", "heal-verify-procedure"],
    breaks: &[S1, S8],
    delays: Delays::Nothing,
    met: Met::Mark,
};

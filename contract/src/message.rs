//! A message between terminal and acquirer as a tap decoded it, whatever the wire profile.
//!
//! The raw bytes stand beside it in the trace; this view is what the oracles read.

use serde::{Deserialize, Serialize};

use crate::{Amount, CodeText, FieldText, OrderId};

/// What a message is for. New ones come last: the place of each goes into the digest of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// 0200: take the money of a scanned code.
    Sale,
    /// 0200 inquiry: what became of an order?
    Query,
    /// 0400: undo an order, paid or not.
    Reversal,
    /// 0800: sign in, get date, time and batch.
    SignIn,
    /// 0820: are you there?
    Echo,
    /// 0200 void: take an approved payment of the open batch back.
    Void,
    /// 0220: give money of an earlier payment back.
    Refund,
    /// 0500: close the batch and compare totals.
    Settlement,
    /// 0320: tell the payments of a batch whose totals do not agree.
    BatchUpload,
}

/// A decoded request or answer. Fields that the message does not carry are `None`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// What it is for.
    pub purpose: Purpose,
    /// `true` for an answer of the host (0210, 0230, 0330, 0410, 0510, 0810, 0830).
    pub answer: bool,
    /// Field 11, the system trace audit number.
    pub stan: u32,
    /// Field 41, the terminal's number at the acquirer.
    pub tid: FieldText,
    /// Field 42, the merchant's number at the acquirer.
    pub mid: FieldText,
    /// The order number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order: Option<OrderId>,
    /// Field 4 in fen.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amount: Option<Amount>,
    /// Field 49, ISO 4217 numeric, `156` for yuan.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub currency: Option<u16>,
    /// The payment code of a sale.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<CodeText>,
    /// Field 39: response code of an answer, reason of a reversal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub response: Option<FieldText>,
    /// The batch number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub batch: Option<u32>,
}

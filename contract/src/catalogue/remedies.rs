//! The table of remedies: what the guidance text advises, as something that can be done and
//! checked. It says nothing of how a rig carries them out.

use super::{RemedyInfo, text};

/// All remedies of the guidance text, in its order.
pub const REMEDIES: &[RemedyInfo] = &[
    RemedyInfo {
        id: "heal-harden",
        seed: "提高抗干扰能力和稳定性",
        action: text(
            "Harden the terminal against bad links: journal before sending, query with growing \
             pauses, then play the same scenario again and compare.",
            "提高终端的抗干扰能力：先记流水再发送，查询加退避；然后用同一场景复测对比。",
        ),
    },
    RemedyInfo {
        id: "heal-firmware-update",
        seed: "优化软件、更新补丁",
        action: text(
            "Update the firmware. Orders that were open before the update must be kept and \
             resolved after it.",
            "更新终端软件或补丁；升级前的未决订单必须保留，升级后查清。",
        ),
    },
    RemedyInfo {
        id: "heal-train-user",
        seed: "加强用户培训",
        action: text(
            "Train people: how to hold the code, when to refresh it, to key the price in yuan, \
             to wait for the result.",
            "加强使用培训：如何出示和刷新付款码、按元输入金额、等待结果出来再操作。",
        ),
    },
    RemedyInfo {
        id: "heal-verify-procedure",
        seed: "规范商家操作，核对交易信息",
        action: text(
            "Make it a habit to check amount and result of each sale on screen, receipt or list \
             before the customer leaves.",
            "规范收银流程：顾客离店前，在屏幕、小票或交易列表上核对金额和结果。",
        ),
    },
    RemedyInfo {
        id: "heal-self-test",
        seed: "定期检查设备",
        action: text(
            "Check the terminal regularly: signal, scanner, printer, clock, flash, APN, and \
             whether each channel is switched on.",
            "定期自检：信号、扫描枪、打印机、时钟、闪存、APN，以及各通知渠道是否开通。",
        ),
    },
    RemedyInfo {
        id: "heal-emergency-runbook",
        seed: "加强员工应急处理培训",
        action: text(
            "Give the staff a runbook for an unknown result: wait, query the order, look at the \
             list, call the hotline, and never charge again before that.",
            "制定应急流程：结果未知时先等待、查询原订单、看交易列表、联系客服，\
             查清之前不得重复收款。",
        ),
    },
    RemedyInfo {
        id: "heal-feedback-ticket",
        seed: "建立客户反馈渠道",
        action: text(
            "Take the customer's claim with the order number of his wallet, and trace it to one \
             payment.",
            "登记顾客反馈，凭钱包里的订单号对应到唯一一笔付款并处理完毕。",
        ),
    },
    RemedyInfo {
        id: "heal-support-sla",
        seed: "及时响应",
        action: text(
            "Have the support answer within the promised time, with what the books say.",
            "客服在承诺时限内响应，并以账务记录为准答复。",
        ),
    },
    RemedyInfo {
        id: "heal-wait",
        seed: "耐心等待",
        action: text(
            "Wait: the terminal's own query or a late notice brings the result. Do not charge \
             again meanwhile.",
            "耐心等待，由终端自动查询或迟到的通知给出结果，期间不要重复收款。",
        ),
    },
    RemedyInfo {
        id: "heal-link-restore",
        seed: "检查网络、联系运营商",
        action: text(
            "Check signal, SIM card, APN and data allowance; move the terminal or call the \
             carrier.",
            "检查信号、SIM 卡、APN 和流量，必要时移动终端位置或联系运营商。",
        ),
    },
    RemedyInfo {
        id: "heal-hotline-query",
        seed: "联系客服查询到账情况",
        action: text(
            "Ask the acquirer's hotline for the order, by amount, time and terminal number or by \
             the wallet's order number.",
            "联系收单机构客服，凭金额、时间、终端号或钱包订单号查询是否到账。",
        ),
    },
    RemedyInfo {
        id: "heal-sms-enable",
        seed: "开通短信提醒",
        action: text(
            "Open the SMS service or switch it on again. Notices that were missed are not sent \
             later: look at the list for them.",
            "开通或重新打开短信提醒；之前漏掉的不会补发，请到交易列表核对。",
        ),
    },
    RemedyInfo {
        id: "heal-maintenance-end",
        seed: "关注公告，等待系统恢复",
        action: text(
            "Follow the institution's notice, wait for the end of its maintenance, then resolve \
             what is open.",
            "关注支付机构公告，等系统恢复后把未决订单查清。",
        ),
    },
    RemedyInfo {
        id: "heal-replace-device",
        seed: "维修或更换扫描枪、POS机",
        action: text(
            "Repair or replace the scanner or the terminal. Resolve the old device's open orders \
             before it is taken away.",
            "维修或更换扫描枪、POS 机；旧设备撤走之前，先把它的未决订单查清。",
        ),
    },
];

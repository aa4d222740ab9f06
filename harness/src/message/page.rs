//! What stands on a page of the HTML and the Markdown report.

use std::fmt::Display;

use contract::Channel;

use super::{Lang, Words, messages};
use crate::result::Outcome;

messages! {
    title(firmware, rig) = "payrig: {firmware} on {rig}", "payrig：{firmware}（{rig}）";
    cases(n) = "{n} cases", "{n} 个用例";
    passed() = "passed", "通过";
    failed() = "failed", "未通过";
    undecided() = "undecided", "无法判定";
    rig_fault() = "rig fault", "台架故障";
    skipped() = "skipped", "跳过";
    not_begun(n) = "interrupted before {n} more cases began", "已中断：还有 {n} 个用例未开始";
    took(cases, time) = "{cases}, {time}", "{cases}，用时 {time}";
    summary() = "Summary", "概要";
    payments() = "payments", "付款";
    captured() = "captured", "已扣款";
    late() = "captured, not shown at the bound", "掉单率";
    late_more(late, captured, bound) =
        "{late} of {captured} captured orders were told on no channel within {bound}",
        "{captured} 笔已扣款订单中有 {late} 笔在 {bound} 内没有任何渠道告知商户";
    each_bound() = "the scenario's bound", "场景规定的时限";
    one_sided() = "one-sided accounts", "单边账";
    customer_side() = "customer charged, merchant not told", "顾客已扣款，商户未获告知";
    merchant_side() = "merchant told paid, no money", "商户显示已收款，实际无扣款";
    charged_twice() = "customers charged twice", "重复扣款的顾客";
    time_to_report() = "From capture to the first report", "从扣款到首次告知";
    no_times() = "Nothing was reported.", "没有任何告知。";
    reports_in_bin(n, from, to) = "{n} reports, {from} to {to}", "{from} 至 {to}：{n} 次";
    reports_beyond(n, from) = "{n} reports, later than {from}", "晚于 {from}：{n} 次";
    unknown() = "shown as unknown", "结果未知";
    reversals() = "reversals", "冲正";
    of_them_undone(n) = "{n} of them undone", "其中 {n} 笔已撤销";
    no_reads() = "scans without a read", "扫码未读出";
    of_looks(n, looks) = "{n} of {looks} looks", "{looks} 次扫描中的 {n} 次";
    channels() = "Told on each channel", "各渠道告知情况";
    channel() = "channel", "渠道";
    told_of(told, owed) = "{told} of {owed}", "{owed} 笔中的 {told} 笔";
    settlement() = "settlement", "结算";
    balanced() = "batches that balance", "平账批次";
    said_booked(said, booked) =
        "terminals {said}, ledger {booked}", "终端 {said}，账务 {booked}";
    rules() = "Rules", "规则";
    rule() = "rule", "规则";
    held() = "held", "满足";
    broken() = "broken", "违反";
    not_exercised() = "not exercised", "未触发";
    not_observable() = "not observable", "不可观测";
    catalogue(met, all) =
        "Fault catalogue: {met} of {all} met a payment", "故障目录：{all} 项中 {met} 项影响过付款";
    scenarios() = "Scenarios", "场景";
    filter() = "Filter by text", "按文字筛选";
    all() = "all", "全部";
    shown_of(shown, all) = "{shown} of {all}", "{all} 中的 {shown}";
    more_rows(n) = "{n} more cases are left out here; the JSON report has them all.",
        "此处省略 {n} 个用例，JSON 报告中有全部用例。";
    seed(n) = "seed {n}", "种子 {n}";
    simulated(time) = "{time} simulated", "模拟时长 {time}";
    digest(d) = "digest {d}", "摘要 {d}";
    again() = "play it again", "重放命令";
    copy() = "copy", "复制";
    what() = "what", "问题";
    whose() = "whose", "对象";
    ledger() = "ledger", "账务";
    seen() = "seen", "所见";
    measured() = "measured", "实测";
    cause() = "cause", "原因";
    remedy() = "remedy", "处理";
    fault() = "fault", "故障";
    category() = "category", "类别";
    more_violations(n) = "broken {n} more times in this run", "本次运行中另有 {n} 次违反";
    steps() = "The scenario's steps", "场景步骤";
    timeline() = "Timeline", "时间线";
    zoom_in() = "zoom in", "放大";
    zoom_out() = "zoom out", "缩小";
    fit() = "fit", "适应宽度";
    point() = "Point at or tap anything to read it in full.", "指向或点按任一元素可查看全文。";
    terminal_of(id, n) = "{id} of {n} terminals", "{n} 台终端中的 {id}";
    left_out(shown, all) = "{shown} of {all} events", "{all} 个事件中的 {shown} 个";
    not_drawn() =
        "Not drawn here, to keep this file small; payrig show draws it in the terminal.",
        "为控制文件大小，此处未绘制；可用 payrig show 在终端中查看。";
    no_trace() = "Nothing was played.", "未运行。";
    customer() = "customer, operator", "顾客与收银员";
    terminal() = "terminal", "终端";
    link() = "4G link", "4G 链路";
    acquirer() = "acquirer", "收单机构";
    wallet() = "wallet", "钱包";
    screen() = "screen", "屏幕";
    receipt() = "receipt", "小票";
    soundbox() = "soundbox", "云喇叭";
    sms() = "SMS", "短信";
    backend() = "backend", "商户后台";
    push() = "app", "手机应用";
    callback() = "callback", "回调";
    lost() = "lost", "丢失";
    late_by(message, time) = "{message}, +{time}", "{message}，+{time}";
    breach(rule, event) = "{rule} broken, #{event}", "违反 {rule}，#{event}";
    event(n, time, text) = "#{n} at {time}: {text}", "#{n}，{time}：{text}";
    healed() = "healed: every fault ended", "恢复：所有故障已结束";
    end() = "end", "结束";
    as_above() = "as above", "同上";
    more() = "more", "另外";
    made_by(version) = "Written by payrig {version}. A report prints and decides nothing.",
        "由 payrig {version} 生成。报告只作呈现，不作判定。";
}

impl Words {
    /// How a case ended.
    pub fn outcome(self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Passed => self.passed(),
            Outcome::Failed => self.failed(),
            Outcome::Undecided => self.undecided(),
            Outcome::Faulted(_) => self.rig_fault(),
            Outcome::Skipped(_) => self.skipped(),
        }
    }

    /// A channel's name.
    pub fn channel_name(self, channel: Channel) -> String {
        match channel {
            Channel::Screen => self.screen(),
            Channel::Receipt => self.receipt(),
            Channel::Soundbox => self.soundbox(),
            Channel::Sms => self.sms(),
            Channel::Backend => self.backend(),
            Channel::Push => self.push(),
            Channel::Callback => self.callback(),
        }
    }
}

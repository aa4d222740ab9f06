//! What the console says of a run, and the timeline in a terminal.

use std::fmt::Display;

use super::{Lang, Words, messages};

messages! {
    fail_mark() = "FAIL", "未通过";
    fault_mark() = "RIG FAULT", "台架故障";
    doubt_mark() = "UNDECIDED", "无法判定";
    run_facts(seed, simulated, real, digest) =
        "seed {seed}  {simulated} simulated in {real}s  digest {digest}",
        "种子 {seed}  模拟 {simulated}，实际 {real}s  摘要 {digest}";
    no_verdict() = "no verdict: this says nothing about the terminal", "没有结论：这不说明终端有问题";
    again_label() = "again:", "重放：";
    tap_was_lost(tap) = ": the tap {tap} was lost", "：观测点 {tap} 中断";
    no_end() = "the run did not come to its end", "运行没有到达终点";
    also_broken() = "also broken", "另外违反";
    payment_named(p) = "payment {p}", "付款 {p}";
    at_terminal(t) = "at {t}", "终端 {t}";
    order_named(o) = "order {o}", "订单 {o}";
    see_above(breach, evidence) =
        "breach #{breach}, evidence {evidence}: see above", "违反于 #{breach}，证据 {evidence}：见上";
    shown_events(shown, all) =
        "{shown} of {all} events; `!` the breach, `>` evidence; all:",
        "{all} 个事件中的 {shown} 个；`!` 违反，`>` 证据；全部：";
    explained_by(fault, category) =
        "{fault} ({category}); more: payrig explain {fault}",
        "{fault}（{category}）；详见 payrig explain {fault}";
    cause_and_remedy() = "cause and remedy", "原因与处理";
    expected() = "expected", "预期";
    came_never() = "never came", "没有出现";
    claimed() = "claimed", "声明";
    demanded() = "demanded", "要求";
    this_fault(ago) = "this fault, {ago} before it broke", "该故障，违反之前 {ago}";
    last_order(ago) = "the last order, {ago} before it broke", "最后一步，违反之前 {ago}";
    lost_or_early() =
        "an observation was lost, or the run ended early", "观测中断，或运行提前结束";
    event_column() = "event", "事件";
    time_column() = "time", "时间";
    link_column() = "link", "链路";
    host_column() = "acquirer, wallet", "收单机构、钱包";
    merchant_column() = "merchant", "商户";
    more_such(n) =
        "({n} more such cases: below, and in the JUnit report)",
        "（另有 {n} 个这样的用例：见下，详见 JUnit 报告）";
    invariant_column() = "invariant, cases", "规则（用例数）";
    payments_line(payments, captured, reported, unknown, reversed) =
        "payments {payments}: captured {captured}, reported as paid {reported}, shown as unknown \
         {unknown}, reversed {reversed}",
        "付款 {payments} 笔：已扣款 {captured}，告知已付 {reported}，结果未知 {unknown}，冲正 {reversed}";
    report_times(p50, p95, p99) =
        "capture to first report: p50 {p50}, p95 {p95}, p99 {p99}",
        "从扣款到首次告知：p50 {p50}，p95 {p95}，p99 {p99}";
    skipped_for(n, why) = "skipped {n}: {why}", "跳过 {n}：{why}";
    without_verdict() = "without a verdict (rig fault)", "没有结论（台架故障）";
    one_case() = "1 case", "1 个用例";
    nothing_to_run() = "nothing to run", "没有可运行的";
    ended_early() = "; interrupted", "；已中断";
    ended_before(n) = "; interrupted, {n} more not begun", "；已中断，另有 {n} 个未开始";
    last_line(cases, firmware, rig, list) =
        "{cases} with {firmware} on {rig}: {list}", "{cases}，固件 {firmware}，台架 {rig}：{list}";
    observable(seen, all) = "{seen} of {all} rules observable", "{all} 条规则中可观测 {seen} 条";
    poorly_observable(cases, least, all) =
        "in {cases} not all rules observable, down to {least} of {all}",
        "{cases} 个用例不能观测全部规则，最少 {all} 条中的 {least} 条";
}

//! Rules, verdicts and what a scenario demands.

use std::fmt::Display;

use super::{Lang, Words, messages};

messages! {
    rule_named(id, name) = "{id} {name}", "{id} {name}";
    expectation(n) = "expectation {n}", "预期 {n}";
    coverage_of(fault) = "coverage of {fault}", "覆盖 {fault}";
    captures() = "captures", "成交笔数";
    step_rule(n) = "step {n}", "步骤 {n}";
    some_expectation() = "An expectation of the scenario holds.", "场景的一项预期成立。";
    fault_meets(fault) =
        "The fault `{fault}` meets a payment in flight.", "故障 `{fault}` 遇到在途付款。";
    one_captured() = "At least 1 payment is captured.", "至少成交 1 笔。";
    so_many_captured(n) = "At least {n} payments are captured.", "至少成交 {n} 笔。";
    enough_captured() = "Enough payments are captured.", "成交足够的笔数。";
    every_step() = "Every step of the scenario is carried out.", "场景的每一步都得到执行。";
    never() = "never", "不出现";
    at_least_once() = "at least once", "至少一次";
    at_least(n) = "at least {n} times", "至少 {n} 次";
    exactly_once() = "exactly once", "恰好一次";
    exactly(n) = "exactly {n} times", "恰好 {n} 次";
    at_most(n) = "at most {n} times", "至多 {n} 次";
    between(n, m) = "{n} to {m} times", "{n} 至 {m} 次";
    at_place(terminal) = " at {terminal}", "（{terminal}）";
    within(time) = ", within {time}", "，时限 {time}";
    after(word) = " after `{word}`", "，自 `{word}` 起";
    took_of(took, bound) = "took {took}, allowed {bound}", "用时 {took}，时限 {bound}";
    never_came(bound) = "never came, allowed within {bound}", "没有出现，时限 {bound}";
}

impl Words {
    /// What an oracle says is wrong, what the ledger says, or what was seen.
    pub fn told(self, english: &str) -> String {
        match self.0 {
            Lang::En => english.to_owned(),
            Lang::Zh => super::sentence::chinese(english),
        }
    }
}

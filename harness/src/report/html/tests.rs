//! What the page holds, and what it never does.

use contract::Trace;

use super::*;
use crate::report::tests::suite;

fn page(suite: &SuiteResult, lang: Lang) -> String {
    let mut to = Vec::new();
    write(suite, lang, &mut to).unwrap();
    String::from_utf8(to).unwrap()
}

#[test]
fn every_case_has_a_row_and_what_did_not_pass_comes_first() {
    let html = page(&suite(), Lang::En);
    let rows: Vec<&str> = html.matches("<details class=\"case ").collect();
    assert_eq!(rows.len(), 5);
    let place = |name: &str| html.find(&format!(">{name}</span>")).unwrap();
    assert!(place("link/drop") < place("smoke/pay"));
    for text in [
        "payrig run scenarios/link/drop.toml --seed 4711 --firmware forgetful",
        "The link went down after the capture",
        "L1 eventual report",
        "L1 expect-1 broken, #12",
        "needs power",
        "#12 at 31.740s: screen: unknown 12.50",
    ] {
        assert!(html.contains(text), "{text} is missing");
    }
}

#[test]
fn a_page_in_chinese_has_the_causes_in_chinese() {
    let html = page(&suite(), Lang::Zh);
    assert!(html.contains("<html lang=\"zh-CN\">"));
    assert!(html.contains("扣款后网络中断，终端没有再次查询。"));
    assert!(html.contains("未通过"));
    assert!(!html.contains("The link went down"));
}

#[test]
fn a_message_that_never_arrived_is_drawn_as_lost_and_lateness_is_told() {
    let html = page(&suite(), Lang::En);
    assert!(html.contains("sale 12.50, +660ms"), "the request took 660 ms");
    assert!(html.contains("sale answer 00 12.50, lost"), "the answer was lost");
    assert!(html.contains("class=\"band\""), "the outage is a band");
    assert!(html.contains("<text class=\"head\""));
}

#[test]
fn whatever_a_value_holds_it_stays_text() {
    let mut suite = suite();
    let evil = "</style></script><script>alert(1)</script>\"'&<img src=x onerror=y>";
    suite.setup.firmware = evil.into();
    let case = suite.cases.iter_mut().find(|case| case.trace.is_some()).unwrap();
    case.scenario = evil.into();
    case.title.en = evil.into();
    case.findings[1].violations[0].what = evil.into();
    case.explained[0].diagnosis.cause_en = evil.into();
    let old = case.trace.take().unwrap();
    let mut trace = Trace::new(old.header().clone());
    for event in old.events() {
        let contract::Event { at, terminal, source, kind, .. } = event.clone();
        trace.push(contract::News { at, terminal, source, kind });
    }
    let kind = contract::EventKind::Slip(evil.into());
    let at = trace.events().last().unwrap().at;
    trace.push(contract::News { at, terminal: None, source: contract::Source::Terminal, kind });
    case.trace = Some(trace);
    let html = page(&suite, Lang::En);
    assert!(!html.contains("<script>alert"));
    assert!(!html.contains("<img"));
    assert_eq!(html.matches("<script>").count(), 1, "our own script alone");
}

#[test]
fn the_page_loads_nothing() {
    let html = page(&suite(), Lang::En);
    for word in ["http://", "https://", " src=", "@import", "url(h", "<link"] {
        assert!(!html.contains(word), "the page holds `{word}`");
    }
}

#[test]
fn the_same_suite_gives_the_same_page() {
    assert_eq!(page(&suite(), Lang::En), page(&suite(), Lang::En));
}

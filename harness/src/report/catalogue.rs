//! Pages and tables of the fault catalogue.

use std::fmt::Write as _;

use anstyle::Style;
use contract::catalogue::{self, Category, FaultInfo, Text};
use unicode_width::UnicodeWidthStr;

use super::plain;

const STRONG: Style = Style::new().bold();

/// All about one fault, in English and Chinese, with colours. `scenarios` are the names of those
/// that play it.
pub fn page(fault: &FaultInfo, scenarios: &[&str]) -> String {
    let mut out = String::new();
    let Text { en, zh } = fault.title;
    let _ = writeln!(out, "{STRONG}{}{STRONG:#}  {en}  {zh}", fault.id);
    let _ = writeln!(out, "  {}", category(fault.category));
    if let Some(seed) = fault.seed {
        let _ = writeln!(out, "  in the merchants' guidance: {seed}");
    }
    section(&mut out, "What happens", &[fault.cause.en, fault.cause.zh]);
    section(&mut out, "What a good terminal does", &[fault.good.en, fault.good.zh]);
    remedies(&mut out, fault);
    let params: Vec<String> =
        fault.params.iter().map(|(name, meaning)| format!("{name:<12} {meaning}")).collect();
    section(&mut out, "Parameters in a scenario", &params);
    let breaks: Vec<String> = fault
        .breaks
        .iter()
        .map(|rule| format!("{:<3} {}: {}", rule.id(), rule.name(), rule.statement()))
        .collect();
    section(&mut out, "Rules that a bad terminal breaks under it", &breaks);
    match scenarios {
        [] => section(&mut out, "Scenarios", &["None in this suite."]),
        names => section(&mut out, "Scenarios", names),
    }
    out
}

fn remedies(out: &mut String, fault: &FaultInfo) {
    let mut lines = Vec::new();
    for id in fault.remedies {
        match catalogue::remedy(id) {
            Some(remedy) => {
                lines.push(format!("{id}  {}", remedy.seed));
                lines.push(format!("    {}", remedy.action.en));
                lines.push(format!("    {}", remedy.action.zh));
            }
            None => lines.push((*id).to_owned()),
        }
    }
    section(out, "Remedy", &lines);
}

fn section(out: &mut String, title: &str, lines: &[impl AsRef<str>]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{STRONG}{title}{STRONG:#}");
    for line in lines.iter().flat_map(|line| indented(line.as_ref())) {
        let _ = writeln!(out, "  {line}");
    }
}

/// A paragraph as lines of up to 92 columns, each indented as its first.
fn indented(text: &str) -> Vec<String> {
    let body = text.trim_start();
    let indent = " ".repeat(text.len() - body.len());
    wrapped(body, 92, 0).iter().map(|line| format!("{indent}{line}")).collect()
}

/// A text on lines of so many columns, those behind the first one indented by `hang`. None breaks
/// at a hyphen, since ids have some: while lines are made, hyphens are non-breaking ones.
pub fn wrapped(text: &str, columns: usize, hang: usize) -> Vec<String> {
    const NON_BREAKING: &str = "\u{2011}";
    let hang = " ".repeat(hang);
    let options = textwrap::Options::new(columns).subsequent_indent(&hang);
    let text = text.replace('-', NON_BREAKING);
    let lines = textwrap::wrap(&text, options);
    lines.iter().map(|line| line.replace(NON_BREAKING, "-")).collect()
}

/// So many columns has a page that `explain` prints.
const PAGE_COLUMNS: usize = 100;

/// A page with its prose broken at the edge. What is there to be copied stays on its line.
pub fn fitted(page: &str) -> String {
    let broken = |line: &str| {
        let copied = ["  example ", "  step "].iter().any(|start| line.starts_with(start));
        if copied || plain(line).width() <= PAGE_COLUMNS {
            return vec![line.to_owned()];
        }
        let body = line.trim_start();
        let indent = line.len() - body.len();
        // A label of up to eight letters has its text behind it.
        let label = line.get(2..10).is_some_and(|label| !label.trim_end().contains(' '));
        let hang = if label && line.get(10..11) == Some(" ") { 11 - indent } else { 0 };
        let lines = wrapped(body, PAGE_COLUMNS - indent, hang);
        lines.iter().map(|line| format!("{}{line}", " ".repeat(indent))).collect()
    };
    page.lines().flat_map(broken).map(|line| line + "\n").collect()
}

fn category(category: Category) -> String {
    let name = category.name();
    format!("{} {}", name.zh, name.en)
}

/// A table whose columns are as wide as their widest cell; `head` is its first row.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut line = String::new();
        for (cell, width) in cells.zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        line.trim_end().to_owned()
    };
    let mut out = format!("{STRONG}{}{STRONG:#}\n", line(&mut head.iter().copied()));
    for row in rows {
        let _ = writeln!(out, "{}", line(&mut row.iter().map(String::as_str)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_wide_characters() {
        let rows = [vec!["断网".to_owned(), "x".to_owned()], vec!["a".to_owned(), "y".to_owned()]];
        let text = plain(&table(&["id", "n"], &rows));
        assert_eq!(text, "id    n\n断网  x\na     y\n");
    }

    #[test]
    fn prose_is_broken_under_itself_and_examples_are_not() {
        let ids = "link-weak-signal, ".repeat(9);
        let example = format!("  example  {{ at = \"1s\", list = \"{ids}\" }}\n");
        let page = fitted(&format!("  {ids}\n  against  {ids}\n{example}"));
        let lines: Vec<&str> = page.lines().collect();
        assert!(lines[..4].iter().all(|line| line.width() <= 100), "{page}");
        assert!(
            lines[1].starts_with("  link-weak-signal, ") && lines[2].starts_with("  against  l")
        );
        assert!(lines[3].starts_with("           link-weak-signal, "), "{page}");
        assert!(page.ends_with(&example), "{page}");
    }

    #[test]
    fn a_page_says_what_happens_what_is_right_and_what_to_do() {
        let fault = FaultInfo {
            id: catalogue::FaultId("link-outage"),
            seed: Some("断网"),
            title: Text { en: "no network", zh: "网络中断" },
            category: Category::Network,
            cause: Text { en: "Nothing gets through.", zh: "数据无法到达。" },
            params: &[("for", "how long")],
            good: Text { en: "Waits and asks.", zh: "等待并查询。" },
            remedies: &["heal-unheard-of"],
            breaks: &[contract::Invariant::L1],
            delays: catalogue::Delays::Terminal,
            met: catalogue::Met::Flight,
        };
        insta::assert_snapshot!(plain(&page(&fault, &["link/drop"])));
        assert!(page(&fault, &[]).contains("None in this suite."));
    }
}

//! Formats the lists of a scenario file, and leaves everything else as it is.
//!
//! Comments stay where they are, on their own line before a table or behind it, and values stay as
//! they are written.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::parse::parse_alone;
use super::print::{aligned, expect_columns, step_columns};
use crate::diagnostic::Diagnostic;

/// The text with steps and expectations one on a line, aligned. Lists that are written as
/// `[[steps]]` stay as they are.
///
/// # Errors
/// The file's errors; nobody can format what can't be read.
pub fn format(path_label: &str, text: &str) -> Result<String, Vec<Diagnostic>> {
    let (scenario, errors) = parse_alone(path_label, text);
    let Some(scenario) = scenario else { return Err(errors) };
    let (table, _) = DeTable::parse_recoverable(text);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for key in ["steps", "expect"] {
        let Some(value) = table.get_ref().get(key) else { continue };
        let DeValue::Array(items) = value.get_ref() else { continue };
        let cells = items.iter().enumerate().map(|(index, item)| {
            let written = |key: &str| text.get(item.get_ref().get(key)?.span()).map(str::to_owned);
            match scenario.steps.get(index).filter(|_| key == "steps") {
                Some(step) => step_columns(step.verb, written),
                None => expect_columns(written),
            }
        });
        let rows = aligned(&cells.collect::<Vec<_>>());
        let spans: Vec<_> = items.iter().map(toml::Spanned::span).collect();
        if let Some(new) = relist(text, &value.span(), &spans, &rows) {
            edits.push((value.span(), new));
        }
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut out = text.to_owned();
    for (span, new) in edits {
        out.replace_range(span, &new);
    }
    Ok(out)
}

/// The list anew, or `None` when it is not written in brackets.
fn relist(
    text: &str,
    list: &Range<usize>,
    items: &[Range<usize>],
    rows: &[String],
) -> Option<String> {
    let whole = text.get(list.clone())?;
    if !whole.starts_with('[') || !whole.ends_with(']') || items.is_empty() {
        return None;
    }
    let mut out = String::from("[");
    let mut gap_start = list.start + 1;
    for (item, row) in items.iter().zip(rows) {
        let old = text.get(item.clone())?;
        if !old.starts_with('{') {
            return None;
        }
        gap(&mut out, text.get(gap_start..item.start)?);
        // A table over several lines may hold comments; it is left as it is then.
        let keep = old.contains('\n') && old.contains('#');
        out.push_str("\n  ");
        out.push_str(if keep { old } else { row });
        out.push(',');
        gap_start = item.end;
    }
    gap(&mut out, text.get(gap_start..list.end - 1)?);
    Some(out + "\n]")
}

/// What stands between two tables: the comment behind the first one, comments on their own lines,
/// and at most one empty line in a row. The comma is written with the table.
fn gap(out: &mut String, text: &str) {
    let mut lines = text.split('\n').map(|line| line.trim().trim_start_matches(',').trim());
    if let Some(behind) = lines.next().filter(|line| !line.is_empty()) {
        out.push(' ');
        out.push_str(behind);
    }
    let lines: Vec<_> = lines.collect();
    // The last piece is the indent of what follows.
    let between = lines.split_last().map_or(&lines[..], |(_, before)| before);
    let mut blank = false;
    for line in between {
        match line.is_empty() {
            true => blank = true,
            false => {
                out.push_str(if std::mem::take(&mut blank) { "\n\n  " } else { "\n  " });
                out.push_str(line);
            }
        }
    }
    if blank {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "title = \"t\" # kept\ntitle_zh = \"t\"\nstory = \"s\"\nstory_zh = \"s\"\n\
                        until    =   \"1m\"\n";

    fn formatted(lists: &str) -> String {
        let text = format!("{HEAD}{lists}");
        let once = format("x.toml", &text).unwrap();
        assert_eq!(format("x.toml", &once).unwrap(), once, "formatting twice changes nothing");
        once.strip_prefix(HEAD).unwrap().to_owned()
    }

    #[test]
    fn aligns_and_keeps_every_comment() {
        let lists = r##"
steps = [ # why
  # first
  {at="1s",pay = "1.00"} , # a "quoted, {comment}

  {   on = "captured", plus="50ms", link="outage", for = "30s"}
  # before the comma
  ,


  # last
  {at="90s", wallet = "alipay", pay = "2.50" }
]
tags = ["x"]
expect = [{ seen = "captured", times=1 }, { never = "declined shown" }] # behind
"##;
        let expected = r##"
steps = [ # why
  # first
  { at = "1s",                      pay = "1.00" }, # a "quoted, {comment}

  { on = "captured", plus = "50ms", link = "outage", for = "30s" },
  # before the comma

  # last
  { at = "90s",                     pay = "2.50",    wallet = "alipay" },
]
tags = ["x"]
expect = [
  { seen = "captured", times = 1 },
  { never = "declined shown" },
] # behind
"##;
        assert_eq!(formatted(lists), expected);
    }

    #[test]
    fn leaves_alone_what_has_no_brackets() {
        let blocks = "\n[[steps]]\nat = \"1s\"\npay = \"1.00\"\n";
        assert_eq!(formatted(blocks), blocks);
    }
}

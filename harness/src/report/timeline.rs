//! What happened, as a table: terminal, link, acquirer and wallet, merchant, side by side.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use contract::{Event, EventKind, Header, Source, Trace};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::wording::{self, Lane};
use super::{left, right};
use crate::finding::Violation;
use crate::message::Words;

/// A failure shows at most so many rows; `payrig show` has the rest.
pub const ROWS: usize = 20;

/// Widths of the columns terminal, link, host, in terminal cells. The merchant's takes the rest.
const WIDTHS: [usize; 3] = [28, 12, 28];

/// Longest text over all columns.
const WIDE: usize = 110;

/// Numbers of the events to show, in order: the evidence, and what tells most around it.
pub fn around(trace: &Trace, violation: &Violation) -> Vec<u64> {
    let evidence: BTreeSet<u64> =
        violation.evidence.iter().copied().chain([violation.event]).collect();
    let here = |event: &&Event| {
        let other = |wanted| event.terminal.is_some_and(|one| one != wanted);
        evidence.contains(&event.seq) || !violation.terminal.is_some_and(other)
    };
    let distance = |seq: u64| evidence.iter().map(|one| one.abs_diff(seq)).min().unwrap_or(0);
    let mut ranked: Vec<(u8, u64, u64)> = trace
        .events()
        .iter()
        .filter(here)
        .map(|event| match evidence.contains(&event.seq) {
            // The moment of the breach comes before all else, then the rest of the evidence.
            true => (0, u64::from(event.seq != violation.event), event.seq),
            false => (1 + wording::weight(&event.kind), distance(event.seq), event.seq),
        })
        .collect();
    nearest_first(&mut ranked);
    let mut chosen: Vec<u64> = ranked.into_iter().take(ROWS).map(|(.., seq)| seq).collect();
    chosen.sort_unstable();
    chosen
}

/// An event twice as far away must tell more to be shown: weight counts like distance in octaves.
fn nearest_first(ranked: &mut [(u8, u64, u64)]) {
    ranked.sort_by_key(|&(weight, distance, seq)| match weight {
        0 => (0, distance, seq),
        _ => (u64::from(weight) + u64::from(distance.max(1).ilog2()), distance, seq),
    });
}

/// Numbers of the most telling events of a whole run, in order.
pub fn highlights(trace: &Trace) -> Vec<u64> {
    let mut ranked: Vec<(u8, u64)> =
        trace.events().iter().map(|event| (wording::weight(&event.kind), event.seq)).collect();
    ranked.sort_unstable();
    let mut chosen: Vec<u64> = ranked.into_iter().take(ROWS).map(|(_, seq)| seq).collect();
    chosen.sort_unstable();
    chosen
}

/// The rows of these events, with a head line. `>` marks evidence, `!` the breach.
pub fn table(trace: &Trace, shown: &[u64], violation: Option<&Violation>, w: Words) -> String {
    let mut out = String::new();
    let [terminal, link, host] = WIDTHS;
    let head = [w.terminal(), w.link_column(), w.host_column()];
    out += &format!("   {} {}  ", right(&w.event_column(), 6), right(&w.time_column(), 11));
    for (title, width) in head.iter().zip([terminal, link, host]) {
        out += &left(title, width + 1);
    }
    let _ = writeln!(out, "{}", w.merchant_column());
    let many = trace.header().rig.terminals.len() > 1;
    for event in shown.iter().filter_map(|seq| trace.event(*seq)) {
        let _ = writeln!(out, "{}", row(event, trace.header(), violation, many, w).trim_end());
    }
    out
}

fn row(
    event: &Event,
    header: &Header,
    violation: Option<&Violation>,
    many: bool,
    w: Words,
) -> String {
    let mark = match violation {
        Some(violation) if violation.event == event.seq => '!',
        Some(violation) if violation.evidence.contains(&event.seq) => '>',
        _ => ' ',
    };
    let mut text = wording::event(&event.kind, header, w);
    if let Some(terminal) = event.terminal.filter(|_| many) {
        text = format!("{terminal} {text}");
    }
    let start = format!(" {mark} {:>6} {:>11}  ", format!("#{}", event.seq), event.at.to_string());
    let cells: [String; 4] = match wording::lane(&event.kind) {
        Lane::All => return format!("{start}── {}", cut(&text, WIDE)),
        Lane::Terminal => [text, String::new(), String::new(), String::new()],
        Lane::Link => [String::new(), text, String::new(), String::new()],
        Lane::Host => [String::new(), String::new(), text, String::new()],
        Lane::Merchant => [String::new(), String::new(), String::new(), text],
    };
    start + &columns(cells, event)
}

fn columns(mut cells: [String; 4], event: &Event) -> String {
    if let Some(arrow) = arrow(event) {
        cells[1] = arrow.to_owned();
    }
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(WIDTHS) {
        let cell = cut(cell, width);
        let pad = width.saturating_sub(cell.width()) + 1;
        line.push_str(&cell);
        line.extend(std::iter::repeat_n(' ', pad));
    }
    line + &cut(&cells[3], WIDTHS[2])
}

/// Which way a message goes, drawn in the link's column.
fn arrow(event: &Event) -> Option<&'static str> {
    let to_host = match (&event.kind, event.source) {
        (EventKind::Sent(_), Source::Terminal) | (EventKind::Received(_), Source::Acquirer) => true,
        (EventKind::Sent(_), Source::Acquirer) | (EventKind::Received(_), Source::Terminal) => {
            false
        }
        _ => return None,
    };
    Some(if to_host {
        "──────────▶"
    } else {
        "◀──────────"
    })
}

/// At most `width` terminal cells of a text, with `…` where something is missing. Characters
/// that would move the cursor are shown as `·`.
fn cut(text: &str, width: usize) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { '·' } else { c }).collect();
    if plain.width() <= width {
        return plain;
    }
    let mut out = String::new();
    let mut used = 1;
    for c in plain.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    out + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_cut_by_width_not_by_bytes() {
        assert_eq!(cut("支付成功 12.50", 8), "支付成…");
        assert_eq!(cut("支付成功", 8), "支付成功");
        assert_eq!(cut("a\u{1b}[31mb\n", 20), "a·[31mb·");
    }
}

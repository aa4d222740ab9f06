//! The head of the page: what the suite counted, and how each rule stood.

use std::collections::BTreeMap;

use contract::Lapse;
use contract::catalogue::Category;

use super::super::{summary, wording};
use crate::finding::Verdict;
use crate::message::Words;
use crate::result::{Metrics, SuiteResult};

/// The upper ends of the plot's bars, in milliseconds; a last bar takes what is later. Even steps
/// for a time that spans four decades, up to the bound of the screen.
const EDGES: [u64; 11] = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000];

/// The plot's height in pixels, and the width of a bar with its space.
const PLOT: usize = 110;
const BAR: usize = 42;

/// Everything above the list of cases.
pub(super) struct Overview {
    pub(super) title: String,
    pub(super) line: String,
    pub(super) not_begun: usize,
    /// Name, class, count, share in percent.
    pub(super) outcomes: Vec<Slice>,
    pub(super) tiles: Vec<Tile>,
    pub(super) plot: Option<Plot>,
    pub(super) channels: Vec<Bar>,
    pub(super) rules: Vec<RuleRow>,
    /// Whether any rule was broken.
    pub(super) broken: bool,
    pub(super) faults: Vec<FaultGroup>,
    /// How much of the catalogue was met.
    pub(super) covered: String,
}

/// The faults of one category of the guidance.
pub(super) struct FaultGroup {
    pub(super) name: &'static str,
    pub(super) faults: Vec<FaultCell>,
}

/// A fault and how many cases met it.
pub(super) struct FaultCell {
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) met: usize,
    pub(super) missed: usize,
}

/// Cases that ended alike.
pub(super) struct Slice {
    pub(super) name: String,
    pub(super) class: &'static str,
    pub(super) count: usize,
    pub(super) share: String,
}

/// A figure with its name and a word on it.
pub(super) struct Tile {
    pub(super) name: String,
    pub(super) figure: String,
    pub(super) more: String,
    pub(super) bad: bool,
}

/// A share, drawn as a bar.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) share: String,
    pub(super) text: String,
}

/// How long it took from capture to report.
pub(super) struct Plot {
    pub(super) width: usize,
    pub(super) bars: Vec<PlotBar>,
    pub(super) percentiles: Vec<(String, String)>,
}

/// A bar of the plot.
pub(super) struct PlotBar {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) h: usize,
    pub(super) label: String,
    pub(super) title: String,
    pub(super) count: usize,
}

/// How a rule stood over all cases.
pub(super) struct RuleRow {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) statement: &'static str,
    /// Class and count, in the order of `Verdict::ALL`.
    pub(super) counts: [(&'static str, usize); 5],
}

pub(super) fn of(suite: &SuiteResult, words: Words) -> Overview {
    let metrics = summary::metrics(suite);
    let cases = words.cases(suite.cases.len());
    let time = format!("{:.1}s", suite.real.as_secs_f64());
    let broken = summary::standings(suite).iter().any(|row| row.broken > 0);
    Overview {
        title: words.title(&suite.setup.firmware, &suite.setup.rig),
        line: words.took(cases, time),
        not_begun: suite.not_begun,
        outcomes: outcomes(suite, words),
        tiles: tiles(&metrics, words),
        plot: plot(&metrics, words),
        channels: channels(&metrics, words),
        rules: rules(suite, words),
        broken,
        faults: faults(suite, words),
        covered: covered(suite, words),
    }
}

fn outcomes(suite: &SuiteResult, words: Words) -> Vec<Slice> {
    let counts = summary::counts(suite);
    let all = [
        (words.failed(), "failed", counts.failed),
        (words.rig_fault(), "fault", counts.faulted),
        (words.undecided(), "undecided", counts.undecided),
        (words.passed(), "passed", counts.passed),
        (words.skipped(), "skipped", counts.skipped),
    ];
    let there = all.into_iter().filter(|(.., count)| *count > 0);
    let total = suite.cases.len();
    there
        .map(|(name, class, count)| Slice { name, class, count, share: percent(count, total) })
        .collect()
}

fn tiles(metrics: &Metrics, words: Words) -> Vec<Tile> {
    let tile = |name, figure: String, more, bad| Tile { name, figure, more, bad };
    let number = |n: u32| n.to_string();
    let (late, captured) = (metrics.late, metrics.captured);
    let one_sided = [
        format!("{}: {}", words.customer_side(), metrics.customer_side),
        format!("{}: {}", words.merchant_side(), metrics.merchant_side),
        format!("{}: {}", words.charged_twice(), metrics.charged_twice),
    ];
    let sides = metrics.customer_side + metrics.merchant_side;
    let settled = metrics.settlement;
    let balance = format!("{} / {}", settled.balanced, settled.batches);
    let [p50, p95, p99] = [50, 95, 99].map(|p| metrics.percentile(p).map(|time| time.to_string()));
    let time = |time: Option<String>| time.unwrap_or_else(|| "–".to_owned());
    vec![
        tile(
            words.late(),
            share(late, captured),
            words.late_more(late, captured, words.each_bound()),
            late > 0,
        ),
        tile(words.one_sided(), number(sides), one_sided.join("\n"), sides > 0),
        tile(
            words.time_to_report(),
            time(p50),
            format!("p95 {}, p99 {}", time(p95), time(p99)),
            false,
        ),
        tile(
            words.payments(),
            number(metrics.payments),
            format!("{}: {captured}", words.captured()),
            false,
        ),
        tile(words.unknown(), number(metrics.unknown_shown), String::new(), false),
        tile(
            words.reversals(),
            number(metrics.reversals),
            words.of_them_undone(metrics.reversed),
            false,
        ),
        tile(
            words.no_reads(),
            share(metrics.no_reads, metrics.looks),
            words.of_looks(metrics.no_reads, metrics.looks),
            false,
        ),
        tile(
            words.settlement(),
            balance,
            format!("{}\n{}", words.balanced(), words.said_booked(settled.said, settled.booked)),
            settled.balanced < settled.batches,
        ),
    ]
}

fn plot(metrics: &Metrics, words: Words) -> Option<Plot> {
    let percentiles = [50, 95, 99]
        .into_iter()
        .map(|p| Some((format!("p{p}"), metrics.percentile(p)?.to_string())))
        .collect::<Option<Vec<_>>>()?;
    let edges = EDGES.map(Lapse::from_ms);
    let counts = metrics.spread(&edges);
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let bars = counts.iter().enumerate().map(|(nth, count)| {
        let from = if nth == 0 { Lapse::ZERO } else { edges[nth - 1] };
        let to = edges.get(nth);
        let title = match to {
            Some(to) => words.reports_in_bin(count, from, to),
            None => words.reports_beyond(count, from),
        };
        let h = (count * PLOT).div_ceil(most);
        let label = to.map_or_else(|| format!(">{from}"), ToString::to_string);
        PlotBar { x: nth * BAR, y: PLOT - h + 16, h, label, title, count: *count }
    });
    Some(Plot { width: counts.len() * BAR, bars: bars.collect(), percentiles })
}

fn channels(metrics: &Metrics, words: Words) -> Vec<Bar> {
    let bar = |(channel, delivery): (&contract::Channel, &crate::result::Delivery)| Bar {
        name: words.channel_name(*channel),
        share: share(delivery.told, delivery.owed),
        text: words.told_of(delivery.told, delivery.owed),
    };
    metrics.channels.iter().map(bar).collect()
}

fn rules(suite: &SuiteResult, words: Words) -> Vec<RuleRow> {
    let row = |row: summary::Standing| {
        let counts = [row.held, row.broken, row.undecided, row.not_exercised, row.not_observable];
        let mut cells = [("", 0); 5];
        for ((cell, count), verdict) in cells.iter_mut().zip(counts).zip(Verdict::ALL) {
            *cell = (wording::verdict(verdict), count);
        }
        let rule = row.invariant;
        let (name, statement) = (words.0.of(rule.named()), words.0.of(rule.demand()));
        RuleRow { id: rule.id(), name, statement, counts: cells }
    };
    summary::standings(suite).into_iter().map(row).collect()
}

fn covered(suite: &SuiteResult, words: Words) -> String {
    let all = summary::coverage(suite);
    words.catalogue(all.iter().filter(|one| one.met > 0).count(), all.len())
}

/// The catalogue by category; nothing where no scenario claims a fault.
fn faults(suite: &SuiteResult, words: Words) -> Vec<FaultGroup> {
    let mut groups = BTreeMap::<_, Vec<FaultCell>>::new();
    let all = summary::coverage(suite);
    if all.iter().all(|one| one.met + one.missed == 0) {
        return Vec::new();
    }
    for summary::Coverage { fault, met, missed } in all {
        let seed = fault.seed.map(|seed| format!(" ({seed})")).unwrap_or_default();
        let title = format!("{}{seed}", words.0.of(fault.title));
        let cell = FaultCell { id: fault.id.0, title, met, missed };
        groups.entry(fault.category).or_default().push(cell);
    }
    let group = |(category, faults): (Category, _)| FaultGroup {
        name: words.0.of(category.name()),
        faults,
    };
    groups.into_iter().map(group).collect()
}

fn share(part: u32, whole: u32) -> String {
    let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    percent(size(part), size(whole))
}

/// With one digit behind the point; of nothing there is no share.
fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let tenths = (part * 1_000 + whole / 2) / whole;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

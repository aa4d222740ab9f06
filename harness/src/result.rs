//! Results: of one case (a scenario with a seed on a rig) and of a suite. Reports print these.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contract::trace::Title;
use contract::{Amount, Channel, Lapse, RigFault, Trace};

use crate::diagnose::Diagnosis;
use crate::finding::Finding;

/// How a case ended. Computed once, in `suite`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every rule held or did not apply.
    Passed,
    /// At least one rule was broken.
    Failed,
    /// Nothing broken, but an observation was lost or the run ended early.
    Undecided,
    /// The rig itself failed.
    Faulted(RigFault),
    /// Not played, and why.
    Skipped(String),
}

impl Outcome {
    /// One word for it: `passed`.
    pub const fn word(&self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::Undecided => "undecided",
            Outcome::Faulted(_) => "rig fault",
            Outcome::Skipped(_) => "skipped",
        }
    }

    /// Why, where the findings don't say it.
    pub fn reason(&self) -> Option<String> {
        match self {
            Outcome::Faulted(fault) => Some(fault.to_string()),
            Outcome::Skipped(why) => Some(why.clone()),
            _ => None,
        }
    }
}

/// A finding with its cause and remedy, one for each violation that is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Index into the case's findings.
    pub finding: usize,
    /// Index into that finding's violations.
    pub violation: usize,
    /// Why, and what to do.
    pub diagnosis: Diagnosis,
}

/// What was counted and measured in a case, or in all cases of a suite.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metrics {
    /// Customers who wanted to pay.
    pub payments: u32,
    /// Orders whose money was captured, undone later or not.
    pub captured: u32,
    /// Captured orders that the merchant was told of as paid, on any channel.
    pub reported: u32,
    /// Captured orders that no channel had told of as paid when the bound for the screen had passed
    /// since the capture, whatever stood in the way; without those undone by then.
    pub late: u32,
    /// Orders that are captured at the end, and the merchant's last word of them is not paid: the
    /// customer's side alone holds them.
    pub customer_side: u32,
    /// Orders of which the merchant's last word is paid, and that are neither captured nor refunded
    /// at the end: the merchant's side alone holds them.
    pub merchant_side: u32,
    /// Wishes to pay for which more than one order is captured at the end.
    pub charged_twice: u32,
    /// Orders that were shown with an unknown result at some time.
    pub unknown_shown: u32,
    /// Orders that the terminal tried to reverse.
    pub reversals: u32,
    /// Those of them that are undone at the end.
    pub reversed: u32,
    /// Looks of a scanner at a code.
    pub looks: u32,
    /// Those that gave nothing.
    pub no_reads: u32,
    /// What the merchant's channels told of orders that are captured at the end.
    pub channels: BTreeMap<Channel, Delivery>,
    /// Batches that a terminal closed.
    pub settlement: Settlement,
    /// From capture to the first report as paid, for each reported order; sorted.
    pub report_times: Vec<Lapse>,
}

/// Of the orders that are captured at the end, how many a channel told of as paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delivery {
    /// The orders.
    pub owed: u32,
    /// Those that it told of.
    pub told: u32,
}

/// Closed batches against the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settlement {
    /// How many were closed.
    pub batches: u32,
    /// Those whose total is what the ledger held for their orders at that moment.
    pub balanced: u32,
    /// What the terminals said they come to.
    pub said: Amount,
    /// What the ledger held.
    pub booked: Amount,
}

impl Metrics {
    /// Adds what another case counted.
    pub fn add(&mut self, other: &Metrics) {
        self.payments += other.payments;
        self.captured += other.captured;
        self.reported += other.reported;
        self.late += other.late;
        self.customer_side += other.customer_side;
        self.merchant_side += other.merchant_side;
        self.charged_twice += other.charged_twice;
        self.unknown_shown += other.unknown_shown;
        self.reversals += other.reversals;
        self.reversed += other.reversed;
        self.looks += other.looks;
        self.no_reads += other.no_reads;
        for (channel, theirs) in &other.channels {
            let ours = self.channels.entry(*channel).or_default();
            ours.owed += theirs.owed;
            ours.told += theirs.told;
        }
        self.settlement.add(&other.settlement);
        self.report_times.extend_from_slice(&other.report_times);
        self.report_times.sort_unstable();
    }

    /// The time within which this share of the reports came (nearest rank); `None` without any.
    pub fn percentile(&self, percent: usize) -> Option<Lapse> {
        let rank = (self.report_times.len() * percent).div_ceil(100);
        self.report_times.get(rank.saturating_sub(1)).copied()
    }

    /// How many of the reports came within each of these times and after the one before; the last
    /// number is that of the rest.
    pub fn spread(&self, edges: &[Lapse]) -> Vec<usize> {
        let below = |edge: &Lapse| self.report_times.partition_point(|time| time <= edge);
        let mut sums: Vec<usize> = edges.iter().map(below).collect();
        sums.push(self.report_times.len());
        let before = std::iter::once(0).chain(sums.iter().copied());
        sums.iter().zip(before).map(|(sum, before)| sum - before).collect()
    }
}

impl Settlement {
    /// Adds other batches.
    pub fn add(&mut self, other: &Settlement) {
        self.batches += other.batches;
        self.balanced += other.balanced;
        self.said.0 += other.said.0;
        self.booked.0 += other.booked.0;
    }
}

/// One scenario, played once with one seed.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    pub title: Title,
    /// Requirements that it is evidence for.
    pub clauses: Vec<String>,
    /// Path of its file as given on the command line, and the file's text, to point into it.
    pub source: Option<Arc<SourceText>>,
    /// The seed.
    pub seed: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// The verdict on each rule, sorted by rule.
    pub findings: Vec<Finding>,
    /// Causes of the violations.
    pub explained: Vec<Explained>,
    /// What happened; `None` when nothing was played, or the trace of a passed case was not kept.
    pub trace: Option<Trace>,
    /// The trace's digest; 0 when nothing was played.
    pub digest: u64,
    /// What was counted.
    pub metrics: Metrics,
    /// Rig time.
    pub simulated: Lapse,
    /// Wall time.
    pub real: Duration,
}

/// A scenario's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// Path as given.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What was asked for on the command line beside the scenarios and seeds: all that a repeat
/// command must say again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The rig's name.
    pub rig: String,
    /// The firmware's name.
    pub firmware: String,
    /// The link profile, where it replaces the scenarios' own.
    pub link: Option<String>,
    /// The wire profile, where it replaces the scenarios' own.
    pub wire: Option<String>,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup { rig: "event".into(), firmware: "reference".into(), link: None, wire: None }
    }
}

/// A whole suite, sorted by scenario, then seed, whatever order it was played in.
#[derive(Debug, Clone)]
pub struct SuiteResult {
    /// The cases that were played or skipped.
    pub cases: Vec<CaseResult>,
    /// How many more there were, whose turn had not come when it was interrupted.
    pub not_begun: usize,
    /// On what they were played.
    pub setup: Setup,
    /// Wall time.
    pub real: Duration,
    /// Whether ctrl-C ended it early.
    pub interrupted: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_rank() {
        let mut metrics = Metrics::default();
        assert_eq!(metrics.percentile(50), None);
        metrics.report_times = (1..=100).map(Lapse::from_secs).collect();
        assert_eq!(metrics.percentile(50), Some(Lapse::from_secs(50)));
        assert_eq!(metrics.percentile(99), Some(Lapse::from_secs(99)));
        assert_eq!(metrics.spread(&[10, 30].map(Lapse::from_secs)), [10, 20, 70]);
        metrics.report_times.truncate(1);
        assert_eq!(metrics.percentile(99), Some(Lapse::from_secs(1)));
    }
}

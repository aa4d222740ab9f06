//! Results: of one case (a scenario with a seed on a rig) and of a suite. Reports print these.

use std::time::Duration;

use contract::{Lapse, RigFault, Trace};

use crate::diagnose::Diagnosis;
use crate::finding::Finding;
use crate::plan::Plan;

/// How a case ended. Computed once, in `suite`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every rule held or did not apply.
    Passed,
    /// At least one rule was broken.
    Failed,
    /// Nothing broken, but an observation was lost.
    Undecided,
    /// The rig itself failed.
    Faulted(RigFault),
    /// Not played, and why.
    Skipped(String),
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

/// One scenario, played once with one seed.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// The scenario's name.
    pub scenario: String,
    /// Path of its file as given on the command line, and the file's text, to point into it.
    pub source: Option<SourceText>,
    /// The seed.
    pub seed: u64,
    /// What was played; `None` when skipped.
    pub plan: Option<Plan>,
    /// How it ended.
    pub outcome: Outcome,
    /// The verdict on each rule, sorted by rule.
    pub findings: Vec<Finding>,
    /// Causes of the violations.
    pub explained: Vec<Explained>,
    /// What happened; `None` when nothing was played.
    pub trace: Option<Trace>,
    /// The trace's digest; 0 when nothing was played.
    pub digest: u64,
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

/// A whole suite, sorted by scenario, then seed, whatever order it was played in.
#[derive(Debug, Clone)]
pub struct SuiteResult {
    /// The cases.
    pub cases: Vec<CaseResult>,
    /// The rig's name.
    pub rig: String,
    /// The firmware's name.
    pub firmware: String,
    /// Wall time.
    pub real: Duration,
    /// Whether ctrl-C ended it early.
    pub interrupted: bool,
}

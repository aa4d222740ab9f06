//! Shim for compiling; dropped when the scenario module arrives.

use std::ops::Range;
use std::path::PathBuf;

use contract::trace::Title;

use crate::diagnostic::Diagnostic;
use crate::plan::Plan;

/// Shim.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Shim.
    pub name: String,
    /// Shim.
    pub title: Title,
    /// Shim.
    pub tags: Vec<String>,
    /// Shim.
    pub covers: Vec<String>,
    /// Shim.
    pub skip: Option<String>,
    /// Shim.
    pub seeds: Range<u64>,
    /// Shim.
    pub plan: Plan,
}

/// Shim.
#[derive(Debug, Clone)]
pub struct ScenarioFile {
    /// Shim.
    pub path: String,
    /// Shim.
    pub text: String,
    /// Shim.
    pub scenario: Scenario,
}

/// Shim.
///
/// # Errors
/// Shim.
pub fn find(_paths: &[PathBuf]) -> Result<Vec<ScenarioFile>, Vec<Diagnostic>> {
    Ok(Vec::new())
}

/// Shim.
pub fn draw(scenario: &Scenario, seed: u64, firmware: &str) -> Plan {
    let mut plan = scenario.plan.clone();
    plan.request.seed = seed;
    plan.request.firmware = firmware.into();
    plan
}

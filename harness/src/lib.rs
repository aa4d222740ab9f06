//! Scenarios in, verdicts out: parses scenarios, draws plans, runs them on any rig, judges the
//! trace, and reports.
//!
//! This crate has `&mut dyn Rig` and knows neither `sim` nor `hw-fixtures`: Cargo itself keeps the
//! oracles from the simulator.

pub mod cli;
pub mod diagnose;
pub mod diagnostic;
pub mod exchange;
pub mod finding;
pub mod message;
pub mod oracle;
pub mod plan;
pub mod report;
pub mod result;
pub mod run;
pub mod scenario;
pub mod store;
pub mod suite;

//! Shim for compiling; dropped when the oracles arrive.

use contract::Trace;

use crate::finding::Finding;

/// Shim.
pub fn judge(_trace: &Trace) -> Vec<Finding> {
    Vec::new()
}

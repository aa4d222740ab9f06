//! The table of faults.

use super::FaultInfo;

/// All faults of the catalogue, causes of the guidance text first.
pub const FAULTS: &[FaultInfo] = &[];

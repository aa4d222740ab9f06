//! The table of remedies.

use super::RemedyInfo;

/// All remedies of the guidance text.
pub const REMEDIES: &[RemedyInfo] = &[];

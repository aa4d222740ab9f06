//! TCP over bearers that lose what they are told to.
use super::*;

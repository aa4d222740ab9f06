//! The command line.

pub mod author;

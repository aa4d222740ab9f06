//! The command line as scripts and people rely on it: exit codes, files, and what is said where.

mod doubtful;
mod exits;
mod hostile;
mod reports;
mod stored;
mod tools;
mod words;

/// A scenario that M-01 fails with any seed.
const ONE: &str = "scenarios/link/answer-lost-after-capture.toml";

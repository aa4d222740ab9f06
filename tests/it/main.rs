//! One integration-test crate.

mod author;

//! One integration-test crate.

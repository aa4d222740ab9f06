//! One integration-test crate.

mod peers;

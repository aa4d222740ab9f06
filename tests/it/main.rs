//! One integration-test crate: the binary as a user runs it, and the rules of the house.

mod author;
mod peers;
mod tidy;

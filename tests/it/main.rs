//! One integration-test crate: the binary as a user runs it, and the rules of the house.

mod author;
mod bench;
mod causes;
mod cli;
mod components;
mod determinism;
mod differential;
mod golden;
mod oracles;
mod peers;
mod play;
mod remedies;
mod sandbox;
mod selftest;
mod tcp_ref;
mod tidy;

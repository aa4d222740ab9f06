//! payrig.
fn main() {}

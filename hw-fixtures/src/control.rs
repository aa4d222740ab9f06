//! The control protocol: how a rig and a terminal's adapter talk over a serial line, a TCP
//! connection or a child's standard input and output. `docs/control-protocol.md` is its other half.
//!
//! Knows no terminal and no rig; both ends of the protocol use what stands here.

mod line;
mod message;

pub use line::{BadLine, LONGEST, Lines, Scrap, decode, encode};
pub use message::{FromTerminal, Hello, Phase, Status, ToTerminal, VERSION};

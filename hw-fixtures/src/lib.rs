//! A real terminal in the simulated world: the wires of a bench.
//!
//! Knows serial ports and the seam of `sim`; knows no scenario, no oracle and no report.

pub mod bench;
pub mod control;
pub mod io;
pub mod modem;
pub mod port;
pub mod printer;
pub mod process;
pub mod wall;

//! The serial port layer on pseudo terminals: no hardware, real drivers' behaviour.

mod bytes;
mod emulated;
mod line;
mod open;
mod reattach;

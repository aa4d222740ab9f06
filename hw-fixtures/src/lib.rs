//! A real terminal in the simulated world.

//! Payment codes: what they look like as text and as an image, how an image gets damaged, and what
//! a scanner's camera makes of it.
//!
//! Knows nothing of customers, terminals or time: whoever shows a code and whoever reads it call
//! in here. Everything is drawn from the random numbers that the caller hands in, and the maths
//! uses only operations whose result IEEE 754 fixes, so an image is the same on every machine.

mod camera;
pub mod damage;
pub mod file;
pub mod format;
pub mod image;
pub mod locate;
mod picture;
pub mod scan;
pub mod sheet;

pub use ::image::GrayImage;

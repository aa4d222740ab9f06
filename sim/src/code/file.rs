//! Pictures in files: read with bounded memory, whatever the file is, and written as PNG.
//!
//! Knows nothing of codes.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use image::{DynamicImage, GrayImage, ImageError, ImageFormat, ImageReader, Limits, Luma};

/// The largest file that is looked at.
const MAX_BYTES: u64 = 32 << 20;
/// The largest width and height in pixels: a phone's photo has up to about 9200.
const MAX_SIDE: u32 = 10_000;
/// The largest picture in memory: a photo of 50 million pixels in colour, and room to decode it.
const MAX_MEMORY: u64 = 256 << 20;

/// Why a picture could not be read or written.
#[derive(Debug)]
pub enum FileError {
    /// The file cannot be opened, read or written.
    Io(io::Error),
    /// Larger than is looked at.
    TooLarge,
    /// Not a picture in a format that is known here, or a broken one; the decoder's words.
    NotAPicture(String),
    /// The encoder failed; its words.
    Unwritable(String),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileError::Io(error) => write!(f, "{error}"),
            FileError::TooLarge => write!(
                f,
                "too large: at most {MAX_SIDE} pixels a side and {} MiB are read",
                MAX_BYTES >> 20
            ),
            FileError::NotAPicture(why) => write!(f, "not a readable PNG or JPEG picture ({why})"),
            FileError::Unwritable(why) => write!(f, "the picture cannot be written ({why})"),
        }
    }
}

impl std::error::Error for FileError {}

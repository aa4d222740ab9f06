//! Pictures in files: read with bounded memory, whatever the file is, and written as PNG.
//!
//! Knows nothing of codes.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::Path;

use image::{DynamicImage, GrayImage, ImageError, ImageFormat, ImageReader, Limits, Luma};

/// The largest file that is looked at.
const MAX_BYTES: u64 = 32 << 20;
/// The largest width and height in pixels: a phone's photo has up to about 9200.
const MAX_SIDE: u32 = 10_000;
/// The largest picture in memory: a photo of 40 megapixels in colour.
const MAX_MEMORY: u64 = 128 << 20;

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
                "too large: at most {MAX_SIDE} pixels a side, {} MiB as a file and {} MiB as \
                 pixels",
                MAX_BYTES >> 20,
                MAX_MEMORY >> 20
            ),
            FileError::NotAPicture(why) => write!(f, "not a readable PNG or JPEG picture ({why})"),
            FileError::Unwritable(why) => write!(f, "the picture cannot be written ({why})"),
        }
    }
}

impl std::error::Error for FileError {}

/// Reads a PNG or JPEG file as grey levels; what is transparent becomes white. Takes at most
/// some 500 MiB of memory, whatever the file claims to be, and works on pipes too.
///
/// # Errors
/// The file cannot be read, is too large, or is no such picture.
pub fn load(path: &Path) -> Result<GrayImage, FileError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(FileError::Io)?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(FileError::Io)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(FileError::TooLarge);
    }
    decode(&bytes)
}

fn decode(bytes: &[u8]) -> Result<GrayImage, FileError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(FileError::Io)?;
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| match error {
        ImageError::Limits(_) => FileError::TooLarge,
        other => FileError::NotAPicture(other.to_string()),
    })?;
    Ok(on_white(picture))
}

/// The picture in grey levels, laid on white paper.
fn on_white(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let picture = picture.into_luma_alpha8();
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [level, alpha] = picture.get_pixel(x, y).0.map(u16::from);
        Luma([((level * alpha + 255 * (255 - alpha)) / 255) as u8])
    })
}

/// Writes the picture as PNG, whatever the file's name.
///
/// # Errors
/// The file cannot be written.
pub fn save(image: &GrayImage, path: &Path) -> Result<(), FileError> {
    // In memory first: the library's own writer does not tell that a disk is full.
    let mut bytes = Cursor::new(Vec::new());
    let drawn = image.write_to(&mut bytes, ImageFormat::Png);
    drawn.map_err(|error| FileError::Unwritable(error.to_string()))?;
    fs::write(path, bytes.into_inner()).map_err(FileError::Io)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageBuffer, LumaA};

    fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_full_disk_is_told() {
        let full = save(&GrayImage::new(8, 8), Path::new("/dev/full"));
        assert!(matches!(full, Err(FileError::Io(_))), "{full:?}");
    }

    #[test]
    fn what_is_no_picture_is_said_to_be_none() {
        let whole = png(GrayImage::new(50, 50));
        for bytes in [&b""[..], b"hello", &[0; 4096], &whole[..whole.len() / 2], &whole[..20]] {
            assert!(matches!(decode(bytes), Err(FileError::NotAPicture(_))), "{}", bytes.len());
        }
        let missing = load(Path::new("/no/such/file.png"));
        assert!(matches!(missing, Err(FileError::Io(_))), "{missing:?}");
        assert!(load(Path::new("/")).is_err());
    }

    #[test]
    fn a_huge_picture_is_refused_before_it_takes_memory() {
        assert!(matches!(decode(&png(GrayImage::new(10_001, 1))), Err(FileError::TooLarge)));
        // A PNG header that claims 4 thousand million pixels.
        let mut bytes = png(GrayImage::new(1, 1));
        bytes[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        let checksum = crc32fast::hash(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert!(matches!(decode(&bytes), Err(FileError::TooLarge)));
    }

    #[test]
    fn transparent_is_white() {
        let picture = ImageBuffer::from_fn(2, 1, |x, _| LumaA([0u8, if x == 0 { 0 } else { 255 }]));
        assert_eq!(decode(&png(picture)).unwrap().into_raw(), [255, 0]);
    }
}

//! Frames in a stream of bytes: TCP keeps the order of bytes and nothing of the messages' limits,
//! so frames arrive cut in pieces or glued together. Reads the length prefix and nothing else.

use std::fmt;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::decode::length_of;
use super::profile::{Framing, Profile};

/// How much is asked of a stream at once, in bytes; a scan payment's messages are smaller.
const CHUNK: usize = 512;

/// Why a stream can't be cut into frames; where the next frame begins is not known any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameError {
    /// A length of zero.
    Empty,
    /// A length above what the profile believes.
    TooLong {
        /// What the prefix says, in bytes.
        says: usize,
        /// The profile's limit.
        max: usize,
    },
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FrameError::Empty => f.write_str("a frame of length 0"),
            FrameError::TooLong { says, max } => {
                write!(f, "a frame of length {says}, more than {max}")
            }
        }
    }
}

impl std::error::Error for FrameError {}

/// Collects bytes and gives whole frames, with their length prefix.
#[derive(Debug, Clone)]
pub struct Framer {
    framing: Framing,
    bytes: Vec<u8>,
}

impl Framer {
    /// At the start of a stream.
    pub fn new(profile: &Profile) -> Framer {
        Framer { framing: *profile.framing(), bytes: Vec::new() }
    }

    /// Takes the next bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole frame, or `None` when more bytes are needed.
    ///
    /// # Errors
    /// A length that is not believed. It stays so: the stream is of no use any more.
    pub fn take(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        let Some(prefix) = self.bytes.get(..self.framing.length_bytes) else { return Ok(None) };
        let (says, max) = (length_of(prefix, self.framing.length_order), self.framing.max);
        if says == 0 {
            return Err(FrameError::Empty);
        }
        if says > max {
            return Err(FrameError::TooLong { says, max });
        }
        let whole = self.framing.length_bytes + says;
        if self.bytes.len() < whole {
            return Ok(None);
        }
        let rest = self.bytes.split_off(whole);
        Ok(Some(std::mem::replace(&mut self.bytes, rest)))
    }

    /// The bytes that are not part of a frame yet.
    pub fn pending(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads the next frame; `None` when the stream ends between two frames. What was read beyond the
/// frame, or before the caller gave up waiting, stays in `framer`: dropping this future loses
/// nothing.
///
/// # Errors
/// What the stream says; `UnexpectedEof` when it ends inside of a frame; `InvalidData` with a
/// `FrameError` for a length that is not believed.
pub async fn read_frame<S>(stream: &mut S, framer: &mut Framer) -> io::Result<Option<Vec<u8>>>
where
    S: AsyncRead + Unpin + ?Sized,
{
    loop {
        let whole = framer.take().map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
        if whole.is_some() {
            return Ok(whole);
        }
        framer.bytes.reserve(CHUNK);
        if stream.read_buf(&mut framer.bytes).await? == 0 {
            let between = framer.bytes.is_empty();
            return if between { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
    }
}

/// Writes a frame as `encode` made it, and sees it on its way.
///
/// # Errors
/// What the stream says.
pub async fn write_frame<S>(stream: &mut S, frame: &[u8]) -> io::Result<()>
where
    S: AsyncWrite + Unpin + ?Sized,
{
    stream.write_all(frame).await?;
    stream.flush().await
}

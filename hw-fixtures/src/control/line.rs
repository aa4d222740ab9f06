//! Messages as lines: JSON whose last field is a checksum, and the cutting of a stream into such
//! lines. Knows no message.

use std::fmt;
use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// The longest line in bytes, with its end: 64 KiB (assumption: a list of a batch fits many times).
pub const LONGEST: usize = 64 * 1024;

/// What stands before and behind the checksum's eight digits.
const BEFORE: &str = ",\"crc\":\"";
const BEHIND: &str = "\"}";

/// Why a line is no message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadLine {
    /// It was damaged on its way: no checksum, or a wrong one.
    Damaged,
    /// It arrived whole and says nothing that is known here; why.
    Unknown(String),
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadLine::Damaged => f.write_str("the checksum is missing or wrong"),
            BadLine::Unknown(why) => write!(f, "not understood: {why}"),
        }
    }
}

/// A message, which is a JSON object with at least one field, as a line with its end. Its last
/// field is the CRC-32 (ISO-HDLC, as in zip) of all bytes before the comma in front of that field,
/// in eight lower-case hexadecimal digits.
pub fn encode(message: &impl Serialize) -> String {
    let text = serde_json::to_string(message).unwrap_or_default();
    let body = text.strip_suffix('}').unwrap_or(&text);
    let crc = crc32fast::hash(body.as_bytes());
    format!("{body}{BEFORE}{crc:08x}{BEHIND}\n")
}

/// The message in a line, which may have its end or not.
///
/// # Errors
/// What is wrong with it.
pub fn decode<T: DeserializeOwned>(line: &[u8]) -> Result<T, BadLine> {
    let text = std::str::from_utf8(line).map_err(|_| BadLine::Damaged)?.trim_end();
    let body = text.strip_suffix(BEHIND).and_then(|text| {
        let (body, digits) = text.split_at_checked(text.len().checked_sub(8)?)?;
        let crc = format!("{:08x}", crc32fast::hash(body.strip_suffix(BEFORE)?.as_bytes()));
        (crc == digits).then_some(())
    });
    body.ok_or(BadLine::Damaged)?;
    serde_json::from_str(text).map_err(|why| BadLine::Unknown(why.to_string()))
}

/// What a stream holds next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scrap {
    /// A line without its end.
    Line(Vec<u8>),
    /// A line that is too long; what was more than a line of it is thrown away.
    TooLong,
    /// The end of the stream.
    End,
}

/// Cuts a stream into lines.
pub struct Lines<R> {
    from: BufReader<R>,
    line: Vec<u8>,
    too_long: bool,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines of this stream.
    pub fn new(from: R) -> Lines<R> {
        Lines { from: BufReader::new(from), line: Vec::new(), too_long: false }
    }

    /// The next one; empty ones are passed over. Cancel-safe.
    ///
    /// # Errors
    /// The stream's.
    pub async fn next(&mut self) -> io::Result<Scrap> {
        loop {
            let bytes = self.from.fill_buf().await?;
            if bytes.is_empty() {
                return Ok(Scrap::End);
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            self.too_long |= self.line.len() + part.len() >= LONGEST;
            if !self.too_long {
                self.line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.from.consume(used);
            if end.is_some() {
                let line = std::mem::take(&mut self.line);
                if std::mem::take(&mut self.too_long) {
                    return Ok(Scrap::TooLong);
                }
                if !line.trim_ascii().is_empty() {
                    return Ok(Scrap::Line(line));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;

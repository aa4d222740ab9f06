//! Traces read back, one after another, so that a file of any length needs the memory of one.
//!
//! Knows the lines of the format; what they mean is for others.

use std::fmt;
use std::io::{BufRead, Read};
use std::str::Utf8Error;

use serde::Deserialize;

use super::{FORMAT, Header, Trace};
use crate::{Event, Time};

/// The longest line that is read, in bytes: far above any event (assumption), and little enough to
/// hold in memory.
pub const LINE_MAX: u64 = 16 * 1024 * 1024;

/// The traces of a file, in order. After an error there is nothing more.
pub struct Reader<R> {
    from: R,
    /// The line that was read last, counted from 1.
    line: usize,
    /// The header that ended the trace before it.
    header: Option<Header>,
    torn: Option<BadTrace>,
    ended: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads from here.
    pub fn new(from: R) -> Reader<R> {
        Reader { from, line: 0, header: None, torn: None, ended: false }
    }

    /// The last line, when whoever wrote it was stopped in the middle of it. The trace ends before
    /// it. Known once all traces have been read.
    pub fn torn(&self) -> Option<&BadTrace> {
        self.torn.as_ref()
    }

    /// The next trace; `None` at the end.
    fn trace(&mut self) -> Result<Option<Trace>, BadTrace> {
        let mut trace = self.header.take().map(Trace::new);
        while let Some(line) = self.next_line()? {
            match (entry(&line, trace.as_ref()), &mut trace) {
                (Ok(Entry::Blank), _) => {}
                (Ok(Entry::Header(header)), None) => trace = Some(Trace::new(*header)),
                (Ok(Entry::Header(header)), Some(_)) => {
                    self.header = Some(*header);
                    return Ok(trace);
                }
                (Ok(Entry::Event(event)), Some(trace)) => trace.events.push(*event),
                (Ok(Entry::Event(_)), None) => return Err(self.fail(NO_HEADER)),
                (Err(bad), _) if bad.cut && !line.ends_with(b"\n") => {
                    self.torn = Some(self.fail(bad.why));
                }
                (Err(bad), _) => return Err(self.fail(bad.why)),
            }
        }
        Ok(trace)
    }

    /// The next line with its line break; the last one may have none.
    fn next_line(&mut self) -> Result<Option<Vec<u8>>, BadTrace> {
        let mut line = Vec::new();
        self.line += 1;
        let read = self.from.by_ref().take(LINE_MAX).read_until(b'\n', &mut line);
        let read = read.map_err(|why| self.fail(why.to_string()))?;
        if read as u64 == LINE_MAX && !line.ends_with(b"\n") {
            let most = LINE_MAX / (1024 * 1024);
            return Err(self.fail(format!("it is longer than {most} MiB, and no line of a trace")));
        }
        Ok((read > 0).then_some(line))
    }

    fn fail(&self, why: impl Into<String>) -> BadTrace {
        BadTrace { line: self.line, why: why.into() }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Trace, BadTrace>;

    fn next(&mut self) -> Option<Result<Trace, BadTrace>> {
        if self.ended {
            return None;
        }
        let next = self.trace().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

const NO_HEADER: &str = "a trace begins with its header line";

/// What a line says.
enum Entry {
    Blank,
    Header(Box<Header>),
    Event(Box<Event>),
}

/// Why a line says nothing.
struct BadLine {
    why: String,
    /// It may be the beginning of a good one.
    cut: bool,
}

impl From<String> for BadLine {
    fn from(why: String) -> BadLine {
        BadLine { why, cut: false }
    }
}

/// serde_json counts lines, too, and would call each the first.
impl From<serde_json::Error> for BadLine {
    fn from(error: serde_json::Error) -> BadLine {
        let text = error.to_string();
        let what = text.split(" at line ").next().unwrap_or_default();
        let why = format!("{what}, at column {}", error.column());
        BadLine { why, cut: error.is_eof() }
    }
}

impl From<Utf8Error> for BadLine {
    fn from(error: Utf8Error) -> BadLine {
        let cut = error.error_len().is_none();
        BadLine { why: "it is not UTF-8 text".to_owned(), cut }
    }
}

/// Reads a line that stands behind so much of a trace.
fn entry(line: &[u8], trace: Option<&Trace>) -> Result<Entry, BadLine> {
    let line = std::str::from_utf8(line)?.trim_end();
    if line.is_empty() {
        return Ok(Entry::Blank);
    }
    if line.starts_with("{\"payrig_trace\"") {
        return read_header(line).map(|header| Entry::Header(Box::new(header)));
    }
    let parsed = serde_json::from_str(line);
    // Whoever gives a file of another kind is told so, whatever stands in it.
    let event: Event = match trace {
        None if parsed.as_ref().is_err_and(|why| !why.is_eof()) => {
            return Err(NO_HEADER.to_owned().into());
        }
        _ => parsed?,
    };
    let expected = trace.map_or(event.seq, |trace| trace.events.len() as u64 + 1);
    if event.seq != expected {
        return Err(format!("event {} stands where {expected} belongs", event.seq).into());
    }
    let before = trace.and_then(|trace| trace.events.last()).map_or(Time(0), |last| last.at);
    if event.at < before {
        let Event { seq, at, .. } = event;
        let why =
            format!("time runs backwards: event {seq} is at {at}, the one before at {before}");
        return Err(why.into());
    }
    Ok(Entry::Event(Box::new(event)))
}

fn read_header(line: &str) -> Result<Header, BadLine> {
    #[derive(Deserialize)]
    struct Version {
        payrig_trace: u32,
    }
    let version: Version = serde_json::from_str(line)?;
    match version.payrig_trace {
        FORMAT => Ok(serde_json::from_str(line)?),
        other => Err(format!(
            "trace format {other} is not known here; this payrig reads format {FORMAT}"
        )
        .into()),
    }
}

/// Why a stored trace can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTrace {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for BadTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for BadTrace {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bounds, EventKind, News, RigInfo, Source};

    fn trace(seed: u64) -> Trace {
        let rig = RigInfo {
            rig: "event".into(),
            firmware: "reference".into(),
            emulated: true,
            tick_us: 1_000,
            link: "lab".into(),
            poll: "wechat-v2".into(),
            callbacks: Default::default(),
            wire: "plain87".into(),
            terminals: Vec::new(),
            taps: Vec::new(),
            channels: Vec::new(),
        };
        let mut trace = Trace::new(Header {
            payrig_trace: FORMAT,
            scenario: "a".into(),
            title: Default::default(),
            seed,
            rig,
            steps: Vec::new(),
            bounds: Bounds::default(),
            expect: Vec::new(),
            covers: Vec::new(),
            captures: 0,
        });
        for kind in [EventKind::Step(0), EventKind::Healed, EventKind::End] {
            trace.push(News { at: Time(seed), terminal: None, source: Source::Harness, kind });
        }
        trace
    }

    fn two() -> Vec<u8> {
        let mut bytes = Vec::new();
        trace(1).write(&mut bytes).unwrap();
        trace(2).write(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn traces_are_read_back_one_by_one() {
        let bytes = two();
        let mut reader = Reader::new(bytes.as_slice());
        assert_eq!(reader.next(), Some(Ok(trace(1))));
        assert_eq!(reader.next(), Some(Ok(trace(2))));
        assert_eq!((reader.next(), reader.torn()), (None, None));
    }

    #[test]
    fn a_file_that_was_cut_anywhere_ends_there() {
        let bytes = two();
        for cut in 0..bytes.len() {
            let mut reader = Reader::new(&bytes[..cut]);
            let read: Result<Vec<Trace>, _> = reader.by_ref().collect();
            let read = read.unwrap_or_else(|why| panic!("{cut}: {why}"));
            let whole = bytes[..cut].iter().filter(|byte| **byte == b'\n').count();
            let events: usize = read.iter().map(|trace| trace.events().len() + 1).sum();
            // A line that lacks nothing but its line break is whole, too.
            assert!(events == whole || events == whole + 1, "{cut}");
            assert_eq!(
                reader.torn().is_some(),
                events == whole && !bytes[..cut].ends_with(b"\n") && cut > 0
            );
        }
    }

    #[test]
    fn what_is_no_beginning_of_a_line_is_refused_at_the_end_too() {
        let version = br#"{"payrig_trace":2}"#.as_slice();
        for (bad, says) in [
            (b"garbage".as_slice(), "a trace begins with its header line"),
            (b"\x89PNG", "it is not UTF-8 text"),
            (version, "trace format 2 is not known here; this payrig reads format 1"),
        ] {
            let why = Reader::new(bad).next().unwrap().unwrap_err().why;
            assert_eq!(why, says);
        }
        let bytes = [two().as_slice(), b"garbage"].concat();
        let read: Vec<_> = Reader::new(bytes.as_slice()).collect();
        assert_eq!(read.len(), 2);
        assert_eq!(read[1].as_ref().unwrap_err().line, 9);
    }

    #[test]
    fn time_that_runs_backwards_is_refused_with_its_line() {
        let mut late = trace(7);
        let kind = EventKind::End;
        late.push(News { at: Time(5), terminal: None, source: Source::Harness, kind });
        let mut bytes = Vec::new();
        late.write(&mut bytes).unwrap();
        let bad = Reader::new(bytes.as_slice()).next().unwrap().unwrap_err();
        assert_eq!(bad.line, 5);
        assert!(bad.why.starts_with("time runs backwards: event 4 is at"), "{bad}");
    }

    #[test]
    fn a_line_without_end_is_refused_in_little_memory() {
        let endless = std::io::BufReader::new(std::io::repeat(b'x'));
        let bad = Reader::new(endless).next().unwrap().unwrap_err();
        assert_eq!(bad.to_string(), "line 1: it is longer than 16 MiB, and no line of a trace");
    }
}

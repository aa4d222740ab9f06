//! Traces read back, one after another, so that a file of any length needs the memory of one.
//!
//! Knows the lines of the format; what they mean is for others.

use std::collections::BTreeSet;
use std::io::{BufRead, Read};
use std::str::Utf8Error;
use std::{fmt, mem};

use serde::Deserialize;

use super::seal::Seal;
use super::{FORMAT, Header, Trace};
use crate::{Event, TerminalId, Time};

/// The longest line that is read, in bytes: far above any event (assumption), and little enough to
/// hold in memory.
pub const LINE_MAX: u64 = 16 * 1024 * 1024;

/// The traces of a file, in order. After an error there is nothing more.
pub struct Reader<R> {
    from: R,
    /// The line that was read last, counted from 1.
    line: usize,
    /// The header that ended the trace before it, which has no last line.
    header: Option<Header>,
    doubts: Vec<BadTrace>,
    ended: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads from here.
    pub fn new(from: R) -> Reader<R> {
        Reader { from, line: 0, header: None, doubts: Vec::new(), ended: false }
    }

    /// What is doubtful about the traces that were read since the last time somebody asked: one
    /// was cut off, or is not what was written. None of that keeps it from being read.
    pub fn doubts(&mut self) -> Vec<BadTrace> {
        mem::take(&mut self.doubts)
    }

    /// The next trace; `None` at the end.
    fn trace(&mut self) -> Result<Option<Trace>, BadTrace> {
        let mut building = self.header.take().map(Building::new);
        let mut torn = false;
        while let Some(line) = self.next_line()? {
            match (entry(&line, building.as_ref()), &mut building) {
                (Ok(Entry::Blank), _) => {}
                (Ok(Entry::Header(header)), None) => building = Some(Building::new(*header)),
                (Ok(Entry::Header(header)), Some(_)) => {
                    self.header = Some(*header);
                    break;
                }
                (Ok(Entry::Event(event)), Some(building)) => building.trace.events.push(*event),
                (Ok(Entry::Seal(seal)), Some(Building { trace, .. })) => {
                    let differs = seal.differs(trace).map(|how| format!("{CHANGED}: {how}"));
                    self.doubts.extend(differs.map(|why| self.fail(why)));
                    return Ok(building.map(|building| building.trace));
                }
                (Ok(Entry::Event(_) | Entry::Seal(_)), None) => return Err(self.fail(NO_HEADER)),
                (Err(bad), _) if bad.cut && !line.ends_with(b"\n") => {
                    torn = true;
                    self.doubts.push(self.fail(format!("{}: {TORN}", bad.why)));
                }
                (Err(bad), _) => return Err(self.fail(bad.why)),
            }
        }
        if building.is_some() && !torn {
            self.doubts.push(BadTrace { line: self.line - 1, why: CUT.to_owned() });
        }
        Ok(building.map(|building| building.trace))
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
const TORN: &str = "it was cut off here, and the last trace ends before it";
const CUT: &str = "the trace was cut off behind this line: its last one is missing";
const CHANGED: &str = "this trace is not the one that was written";

/// A trace of which not all is read yet.
struct Building {
    trace: Trace,
    /// Those of the header, to look up quickly.
    terminals: BTreeSet<TerminalId>,
}

impl Building {
    fn new(header: Header) -> Building {
        let terminals = header.rig.terminals.iter().map(|terminal| terminal.id).collect();
        Building { trace: Trace::new(header), terminals }
    }

    /// Why this event can't come next; nothing if it can.
    fn refuses(&self, event: &Event) -> Option<String> {
        let Event { seq, at, terminal, .. } = event;
        let expected = self.trace.events.len() as u64 + 1;
        if *seq != expected {
            return Some(format!("event {seq} stands where {expected} belongs"));
        }
        let before = self.trace.events.last().map_or(Time(0), |last| last.at);
        if *at < before {
            return Some(format!(
                "time runs backwards: event {seq} is at {at}, the one before at {before}"
            ));
        }
        let stranger = terminal.filter(|terminal| !self.terminals.contains(terminal))?;
        Some(format!("event {seq} is at {stranger}, which is no terminal of the trace's header"))
    }
}

/// What a line says.
enum Entry {
    Blank,
    Header(Box<Header>),
    Event(Box<Event>),
    Seal(Seal),
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
fn entry(line: &[u8], building: Option<&Building>) -> Result<Entry, BadLine> {
    let line = std::str::from_utf8(line)?.trim_end();
    if line.is_empty() {
        return Ok(Entry::Blank);
    }
    if line.starts_with("{\"payrig_trace\"") {
        return read_header(line).map(|header| Entry::Header(Box::new(header)));
    }
    if line.starts_with(Seal::BEGIN) {
        return Ok(Entry::Seal(serde_json::from_str(line)?));
    }
    let parsed = serde_json::from_str(line);
    // Whoever gives a file of another kind is told so, whatever stands in it.
    let event: Event = match building {
        None if parsed.as_ref().is_err_and(|why| !why.is_eof()) => {
            return Err(NO_HEADER.to_owned().into());
        }
        _ => parsed?,
    };
    match building.and_then(|building| building.refuses(&event)) {
        Some(why) => Err(why.into()),
        None => Ok(Entry::Event(Box::new(event))),
    }
}

fn read_header(line: &str) -> Result<Header, BadLine> {
    #[derive(Deserialize)]
    struct Version {
        payrig_trace: u32,
    }
    let version: Version = serde_json::from_str(line)?;
    match version.payrig_trace {
        FORMAT => sound(serde_json::from_str(line)?),
        other => Err(format!(
            "trace format {other} is not known here; this payrig reads format {FORMAT}"
        )
        .into()),
    }
}

/// A header that expects something of its own terminals only: nothing ever happens at another.
fn sound(header: Header) -> Result<Header, BadLine> {
    let known = |id| header.rig.terminals.iter().any(|terminal| terminal.id == id);
    let stranger = header.expect.iter().filter_map(|line| line.terminal).find(|id| !known(*id));
    match stranger {
        Some(id) => Err(format!("it expects something of {id}, which is not on the rig").into()),
        None => Ok(header),
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
    use crate::rig::TerminalInfo;
    use crate::{EventKind, Expect, News, Source, Trigger};

    fn trace(seed: u64) -> Trace {
        let mut trace = Trace::new(Header { seed, ..Header::blank() });
        for kind in [EventKind::Step(0), EventKind::Healed, EventKind::End] {
            trace.push(News { at: Time(seed), terminal: None, source: Source::Harness, kind });
        }
        trace
    }

    fn bytes(trace: &Trace) -> Vec<u8> {
        let mut bytes = Vec::new();
        trace.write(&mut bytes).unwrap();
        bytes
    }

    /// What is doubtful about the traces of a file that can be read.
    fn doubts(bytes: &[u8]) -> Vec<String> {
        let mut reader = Reader::new(bytes);
        reader.by_ref().for_each(|trace| drop(trace.unwrap()));
        reader.doubts().iter().map(BadTrace::to_string).collect()
    }

    fn two() -> Vec<u8> {
        [bytes(&trace(1)), bytes(&trace(2))].concat()
    }

    #[test]
    fn traces_are_read_back_one_by_one() {
        let bytes = two();
        let mut reader = Reader::new(bytes.as_slice());
        assert_eq!(reader.next(), Some(Ok(trace(1))));
        assert_eq!(reader.next(), Some(Ok(trace(2))));
        assert_eq!((reader.next(), reader.doubts()), (None, Vec::new()));
    }

    #[test]
    fn a_file_that_was_cut_anywhere_ends_there_and_that_is_told() {
        let bytes = two();
        let half = bytes.len() / 2;
        for cut in 1..bytes.len() {
            let mut reader = Reader::new(&bytes[..cut]);
            let read: Result<Vec<Trace>, _> = reader.by_ref().collect();
            let read = read.unwrap_or_else(|why| panic!("{cut}: {why}"));
            // Of the two, each is there as soon as its header is, and whole with its last line.
            let header = bytes.iter().position(|byte| *byte == b'\n').unwrap();
            let begun = usize::from(cut >= header) + usize::from(cut >= half + header);
            assert_eq!(read.len(), begun, "{cut}");
            // A line that lacks nothing but its line break is whole, too.
            let whole = [half - 1, half, bytes.len() - 1].contains(&cut);
            assert_eq!(reader.doubts().len(), usize::from(!whole), "{cut}");
        }
    }

    #[test]
    fn a_trace_that_lost_lines_or_was_changed_is_told_apart() {
        let whole = String::from_utf8(bytes(&trace(7))).unwrap();
        let lines: Vec<&str> = whole.lines().collect();
        let file =
            |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        assert_eq!(doubts(whole.as_bytes()), [""; 0]);
        let cut = "the trace was cut off behind this line: its last one is missing";
        for kept in 1..lines.len() {
            assert_eq!(doubts(file(&lines[..kept]).as_bytes()), [format!("line {kept}: {cut}")]);
        }
        let more = file(&[&lines[..2], &lines].concat());
        assert_eq!(doubts(more.as_bytes()), [format!("line 2: {cut}")]);
        let fewer = file(&[&lines[..3], &lines[4..]].concat());
        let says = "line 4: this trace is not the one that was written: \
                    3 events were written, and 2 are there";
        assert_eq!(doubts(fewer.as_bytes()), [says]);
        for (old, new) in [("healed", "end"), ("\"seed\":7", "\"seed\":8")] {
            let changed = doubts(whole.replace(old, new).as_bytes());
            assert!(changed.len() == 1 && changed[0].contains(": its digest was "), "{changed:?}");
        }
    }

    #[test]
    fn what_is_at_no_terminal_of_the_header_is_refused() {
        let mut header = Header::blank();
        let info = |n| TerminalInfo { id: TerminalId(n), tid: String::new(), mid: String::new() };
        header.rig.terminals = vec![info(9), info(2)];
        let mut trace = Trace::new(header.clone());
        for n in [2, 9, 1] {
            let (terminal, kind) = (Some(TerminalId(n)), EventKind::NoRead);
            trace.push(News { at: Time(0), terminal, source: Source::Terminal, kind });
        }
        let bad = Reader::new(bytes(&trace).as_slice()).next().unwrap().unwrap_err();
        let says = "line 4: event 3 is at t1, which is no terminal of the trace's header";
        assert_eq!(bad.to_string(), says);
        let (seen, within, after) = (Trigger::from_word("captured").unwrap(), None, None);
        let terminal = Some(TerminalId(1));
        let line = Expect { line: 1, seen, terminal, at_least: 0, at_most: Some(0), within, after };
        header.expect.push(line);
        let bad = Reader::new(bytes(&Trace::new(header)).as_slice()).next().unwrap().unwrap_err();
        assert_eq!(bad.to_string(), "line 1: it expects something of t1, which is not on the rig");
    }

    #[test]
    fn what_is_no_beginning_of_a_line_is_refused_at_the_end_too() {
        let version = br#"{"payrig_trace":3}"#.as_slice();
        for (bad, says) in [
            (b"garbage".as_slice(), "a trace begins with its header line"),
            (b"\x89PNG", "it is not UTF-8 text"),
            (version, "trace format 3 is not known here; this payrig reads format 2"),
        ] {
            let why = Reader::new(bad).next().unwrap().unwrap_err().why;
            assert_eq!(why, says);
        }
        let bytes = [two().as_slice(), b"garbage"].concat();
        let read: Vec<_> = Reader::new(bytes.as_slice()).collect();
        assert_eq!(read.len(), 3);
        assert_eq!(read[2].as_ref().unwrap_err().line, 11);
    }

    #[test]
    fn time_that_runs_backwards_is_refused_with_its_line() {
        let mut late = trace(7);
        let kind = EventKind::End;
        late.push(News { at: Time(5), terminal: None, source: Source::Harness, kind });
        let bad = Reader::new(bytes(&late).as_slice()).next().unwrap().unwrap_err();
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

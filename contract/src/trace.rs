//! The trace: what happened, append-only, in order. An oracle sees nothing else.
//!
//! On disk: JSON Lines, the header first, then one event a line, then a line that says how many
//! events there are and what their digest is. No line has a key that is not known here: who adds
//! or changes one gives the format a new number.

use std::hash::{Hash, Hasher};
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::rig::CallbackSchedule;
use crate::{Bounds, Event, Expect, News, RigInfo};
use seal::Seal;

mod read;
mod seal;

pub use read::{BadTrace, LINE_MAX, Reader};

/// Version of the trace format; a reader refuses another.
pub const FORMAT: u32 = 2;

/// A step of the scenario as its file has it, so that a finding can point at it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepText {
    /// Line in the file, counted from 1.
    pub line: u32,
    /// The line's text, without the indent.
    pub text: String,
}

/// A title in two languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// What must be known to judge a trace; no wall time, path or build profile.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The format's version.
    pub payrig_trace: u32,
    /// The scenario's name: its path below the suite, without `.toml`.
    pub scenario: String,
    /// Its title.
    pub title: Title,
    /// The seed.
    pub seed: u64,
    /// The rig.
    pub rig: RigInfo,
    /// The scenario's steps.
    pub steps: Vec<StepText>,
    /// The bounds in force.
    pub bounds: Bounds,
    /// What the scenario expects.
    pub expect: Vec<Expect>,
    /// The fault ids that it claims to cover.
    pub covers: Vec<String>,
    /// At least so many payments must be captured and not undone.
    pub captures: u32,
}

impl Header {
    /// The header of a run without a terminal, a tap, a channel, a step or a demand: for tests,
    /// which change in it what they are about.
    pub fn blank() -> Header {
        let none = || "none".to_owned();
        let rig = RigInfo {
            rig: none(),
            firmware: none(),
            emulated: true,
            tick_us: 1_000,
            link: none(),
            poll: none(),
            callbacks: CallbackSchedule::default(),
            wire: "plain87".into(),
            terminals: Vec::new(),
            taps: Vec::new(),
            channels: Vec::new(),
        };
        Header {
            payrig_trace: FORMAT,
            scenario: "blank".into(),
            title: Title::default(),
            seed: 1,
            rig,
            steps: Vec::new(),
            bounds: Bounds::default(),
            expect: Vec::new(),
            covers: Vec::new(),
            captures: 0,
        }
    }
}

/// A run, recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    header: Header,
    events: Vec<Event>,
}

impl Trace {
    /// An empty trace.
    pub fn new(header: Header) -> Trace {
        Trace { header, events: Vec::new() }
    }

    /// Appends; this is the only place where `seq` is given.
    pub fn push(&mut self, news: News) -> &Event {
        let News { at, terminal, source, kind } = news;
        let seq = self.events.len() as u64 + 1;
        self.events.push(Event { seq, at, terminal, source, kind });
        &self.events[self.events.len() - 1]
    }

    /// What must be known to judge it.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What happened, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The event with this number.
    pub fn event(&self, seq: u64) -> Option<&Event> {
        self.events.get(usize::try_from(seq.checked_sub(1)?).ok()?)
    }

    /// A number that changes with any event or header field; equal for equal runs everywhere.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest::default();
        self.header.hash(&mut digest);
        self.events.hash(&mut digest);
        digest.finish()
    }

    /// The digest of the events alone, ordered by time, terminal, source and content, so that
    /// engines that order one millisecond differently can be compared.
    pub fn canonical_digest(&self) -> u64 {
        let line = |e: &Event| {
            let mut digest = Digest::default();
            e.kind.hash(&mut digest);
            (e.at, e.terminal, e.source, digest.finish())
        };
        let mut lines: Vec<_> = self.events.iter().map(line).collect();
        lines.sort_unstable();
        let mut digest = Digest::default();
        lines.hash(&mut digest);
        digest.finish()
    }

    /// Writes header, events and the line that ends them, a line each.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, mut to: impl Write) -> io::Result<()> {
        let mut line = |value: serde_json::Result<String>| -> io::Result<()> {
            writeln!(to, "{}", value.map_err(io::Error::other)?)
        };
        line(serde_json::to_string(&self.header))?;
        for event in &self.events {
            line(serde_json::to_string(event))?;
        }
        line(serde_json::to_string(&Seal::of(self)))?;
        to.flush()
    }
}

/// A 64-bit hash with a fixed definition: each value is folded in little-endian order, by
/// multiplication with the 64-bit golden ratio and a rotation. For comparing runs, not for safety.
struct Digest(u64);

impl Default for Digest {
    fn default() -> Digest {
        Digest(0x9e37_79b9_7f4a_7c15)
    }
}

impl Digest {
    fn fold(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
}

impl Hasher for Digest {
    fn finish(&self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        mixed ^ (mixed >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.fold(u64::from_le_bytes(*word));
        }
        let mut last = [0u8; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.fold(u64::from_le_bytes(last) ^ ((bytes.len() as u64) << 56));
    }

    fn write_u8(&mut self, n: u8) {
        self.fold(n.into());
    }

    fn write_u16(&mut self, n: u16) {
        self.fold(n.into());
    }

    fn write_u32(&mut self, n: u32) {
        self.fold(n.into());
    }

    fn write_u64(&mut self, n: u64) {
        self.fold(n);
    }

    fn write_usize(&mut self, n: usize) {
        self.fold(n as u64);
    }

    fn write_isize(&mut self, n: isize) {
        self.fold(n as u64);
    }
}

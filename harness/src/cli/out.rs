//! Standard output for results, standard error for everything else.
//!
//! A reader who has gone away wants no more, and that is no error. A disk that is full is one: the
//! result is lost, and the exit code says so where nothing else would.

use std::io::{self, ErrorKind, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

/// A result could not be written.
static LOST: AtomicBool = AtomicBool::new(false);

/// Writes a result to standard output.
pub fn say(text: &str) {
    let mut out = anstream::stdout();
    note(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

/// Takes down what became of a result that was written to standard output.
pub fn note(written: io::Result<()>) {
    if let Err(why) = written
        && why.kind() != ErrorKind::BrokenPipe
        && !LOST.swap(true, Ordering::Relaxed)
    {
        warn(&format!("error: standard output can't be written: {why}"));
    }
}

/// Whether a result could not be written.
pub(super) fn lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Writes a line to standard error. When that is closed, nobody is left to be told.
pub fn warn(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

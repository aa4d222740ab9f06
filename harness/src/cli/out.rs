//! Standard output for results, standard error for everything else.
//!
//! A reader who has gone away wants no more, and that is no error. A disk that is full is one: the
//! result is lost, and who wrote it says what follows from that.

use std::io::{self, ErrorKind, Write as _};
#[cfg(unix)]
use std::sync::Arc;
use std::sync::OnceLock;

#[cfg(unix)]
use signal_hook::consts::SIGXFSZ;

/// Why a result could not be written, when one could not.
static LOST: OnceLock<String> = OnceLock::new();

/// Writes a result to standard output.
pub fn say(text: &str) {
    let mut out = anstream::stdout();
    note(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

/// Takes down what became of a result that was written to standard output.
pub fn note(written: io::Result<()>) {
    if let Err(why) = written
        && why.kind() != ErrorKind::BrokenPipe
    {
        LOST.get_or_init(|| why.to_string());
    }
}

/// Why a result could not be written, when one could not.
pub(super) fn lost() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}

/// Has a file that reaches the size limit of its process (`ulimit -f`) fail to be written, as on a
/// full disk. Without this the system ends the process with `SIGXFSZ`, and its findings are lost.
pub(super) fn outlive_size_limit() {
    #[cfg(unix)]
    if let Err(why) = signal_hook::flag::register(SIGXFSZ, Arc::default()) {
        warn(&format!("warning: a file-size limit would end this: {why}"));
    }
}

/// Writes a line to standard error. When that is closed, nobody is left to be told.
pub fn warn(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

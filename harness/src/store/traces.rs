//! Traces from a file or from standard input, each when it is asked for, with the file's name in
//! every complaint.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use contract::Trace;
use contract::trace::Reader;

/// What stands for standard input where a file is wanted.
const STDIN: &str = "-";

/// The traces of a file, in order.
pub struct Traces {
    name: String,
    reader: Reader<Box<dyn BufRead>>,
}

impl Traces {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// Why it can't be opened, with its name.
    pub fn open(path: &Path) -> Result<Traces, String> {
        let (name, from): (String, Box<dyn BufRead>) = if path == Path::new(STDIN) {
            ("standard input".into(), Box::new(BufReader::new(io::stdin())))
        } else {
            let name = path.display().to_string();
            if path.is_dir() {
                return Err(format!("{name}: it is a directory, and traces are in a file"));
            }
            let file = File::open(path).map_err(|why| format!("{name}: {why}"))?;
            (name, Box::new(BufReader::new(file)))
        };
        Ok(Traces { name, reader: Reader::new(from) })
    }

    /// Warnings about the traces that were read since the last time somebody asked: one was cut
    /// off, or is not what was written.
    pub fn doubts(&mut self) -> Vec<String> {
        self.reader.doubts().iter().map(|doubt| format!("{}: {doubt}", self.name)).collect()
    }
}

impl Iterator for Traces {
    type Item = Result<Trace, String>;

    fn next(&mut self) -> Option<Result<Trace, String>> {
        let next = self.reader.next()?;
        Some(next.map_err(|why| format!("{}: {why}", self.name)))
    }
}

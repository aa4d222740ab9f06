//! The commands that need more than the harness. Each is a file here with a function `command`
//! (name, arguments, help) and a function `run`, and one line in this list.

use harness::cli::Extra;

mod link;
mod qr;
mod terminal;

/// All of them, in the order of `--help`.
pub(crate) fn extras() -> Vec<Extra> {
    vec![
        Extra { command: link::command(), run: link::run },
        Extra { command: qr::command(), run: qr::run },
        Extra { command: terminal::command(), run: terminal::run },
    ]
}

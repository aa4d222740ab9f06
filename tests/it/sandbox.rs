//! The binary as a user runs it: in a folder of its own, with a plain environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::play::root;

/// A folder to run payrig in; it goes away with its content.
pub(crate) struct Sandbox(TempDir);

impl Sandbox {
    /// An empty folder.
    pub(crate) fn new() -> Sandbox {
        Sandbox(tempfile::tempdir().unwrap())
    }

    /// A folder with the suite in it, under its usual name. For reading: it is the real one.
    pub(crate) fn with_suite() -> Sandbox {
        let sandbox = Sandbox::new();
        std::os::unix::fs::symlink(root().join("scenarios"), sandbox.path("scenarios")).unwrap();
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// payrig with these words, parted by blanks, as its arguments.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_payrig"));
        command.current_dir(self.0.path()).args(words.split_whitespace());
        // What whoever runs the tests has set is none of payrig's business here.
        let own = |name: &str| {
            let starts = ["PAYRIG_", "GITHUB_", "LC_", "LANG"];
            starts.iter().any(|start| name.starts_with(start))
        };
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        for name in names.filter(|name| own(name)) {
            command.env_remove(name);
        }
        command.env("NO_COLOR", "1");
        command
    }

    /// Runs payrig to its end.
    pub(crate) fn run(&self, words: &str) -> Done {
        Done::of(self.command(words).output().unwrap())
    }
}

/// What a finished process left.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    pub(crate) fn of(output: Output) -> Done {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        // A process that a signal ended has no code.
        let code = output.status.code().unwrap_or(-1);
        Done { code, out: text(output.stdout), err: text(output.stderr) }
    }

    /// Checks the exit code, and that nothing in payrig panicked.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Done {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    /// Checks that standard output holds each of these texts.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Done {
        assert_holds(&self.out, texts);
        self
    }

    /// Checks that standard error holds each of these texts.
    #[track_caller]
    pub(crate) fn warns(self, texts: &[&str]) -> Done {
        assert_holds(&self.err, texts);
        self
    }
}

#[track_caller]
fn assert_holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

/// Whether two files hold the same bytes.
pub(crate) fn same_bytes(a: &Path, b: &Path) -> bool {
    std::fs::read(a).unwrap() == std::fs::read(b).unwrap()
}

//! One run at a time has a device. The lock is the system's, not the file's: it ends with the
//! process that holds it, however that ends, and a file that is left says nothing.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

/// Where programs keep the locks of devices (Filesystem Hierarchy Standard 3.0, 5.9).
const FOLDER: &str = "/run/lock";

/// A device that is ours. Given back when dropped.
#[derive(Debug)]
pub struct Lock {
    held: Option<Flock<File>>,
}

/// Why a device can't be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockError {
    /// Somebody else has it.
    Held {
        /// As it was asked for.
        device: PathBuf,
        /// In the holder's words, with its process number; empty when it has not said.
        by: String,
    },
    /// The lock file can't be made.
    Failed {
        /// Its path.
        file: PathBuf,
        /// The system's words.
        why: String,
    },
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LockError::Held { device, by } => {
                let device = device.display();
                let by = if by.is_empty() { "another run" } else { by };
                write!(f, "{device} is in use by {by}; wait until it has ended, or end it")
            }
            LockError::Failed { file, why } => {
                let file = file.display();
                write!(f, "the lock {file} can't be made: {why}; may this user write there?")
            }
        }
    }
}

impl std::error::Error for LockError {}

impl Lock {
    /// Takes a device for `holder`, a few words such as `payrig run bench.toml`, which others see
    /// who want it too. A link and the device that it leads to are the same.
    ///
    /// # Errors
    /// When it is held, by whom; when there can be no lock file.
    pub fn take(device: &Path, holder: &str) -> Result<Lock, LockError> {
        let common = Path::new(FOLDER);
        let folder = if common.is_dir() { common.to_owned() } else { std::env::temp_dir() };
        Lock::take_in(&folder, device, holder)
    }

    /// Takes a device, with its lock file in this folder.
    ///
    /// # Errors
    /// As [`Lock::take`].
    pub fn take_in(folder: &Path, device: &Path, holder: &str) -> Result<Lock, LockError> {
        let path = folder.join(file_name(device));
        let failed =
            |e: &dyn fmt::Display| LockError::Failed { file: path.clone(), why: e.to_string() };
        let mut open = fs::OpenOptions::new();
        let open = open.read(true).write(true).create(true).truncate(false);
        let file = open.open(&path).map_err(|e| failed(&e))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(mut held) => {
                sign(&mut held, holder).map_err(|e| failed(&e))?;
                Ok(Lock { held: Some(held) })
            }
            Err((mut file, Errno::EWOULDBLOCK)) => {
                let mut by = String::new();
                // Whoever holds it may be writing its name just now.
                let _ = file.read_to_string(&mut by);
                Err(LockError::Held { device: device.to_owned(), by: by.trim().to_owned() })
            }
            Err((_, e)) => Err(failed(&e)),
        }
    }

    /// Gives the device back; again does nothing. The file stays: removing it would take away a
    /// lock that somebody else is just taking.
    pub fn release(&mut self) {
        if let Some(held) = self.held.take() {
            // The name is no more than a courtesy.
            let _ = held.set_len(0);
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.release();
    }
}

fn sign(file: &mut File, holder: &str) -> io::Result<()> {
    file.set_len(0)?;
    writeln!(file, "{holder} (process {})", std::process::id())
}

/// `payrig-dev-ttyUSB0.lock`, of the device and not of the link that leads there.
fn file_name(device: &Path) -> String {
    let device = device.canonicalize().unwrap_or_else(|_| device.to_owned());
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let name: String = device.to_string_lossy().chars().map(plain).collect();
    format!("payrig-{}.lock", name.trim_start_matches('-'))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_device_has_one_holder_by_whatever_name() {
        let folder = tempfile::tempdir().unwrap();
        let (device, link) = (folder.path().join("tty0"), folder.path().join("scanner"));
        fs::write(&device, "").unwrap();
        symlink(&device, &link).unwrap();
        let take = |device: &Path| Lock::take_in(folder.path(), device, "payrig run one.toml");
        let mut first = take(&device).unwrap();
        let error = take(&link).unwrap_err().to_string();
        assert!(error.contains("in use by payrig run one.toml (process "), "{error}");
        assert!(error.starts_with(link.to_str().unwrap()), "{error}");
        take(&folder.path().join("tty1")).unwrap();
        first.release();
        let second = take(&link).unwrap();
        // Not the second one's.
        first.release();
        assert!(take(&device).is_err());
        drop(second);
        take(&device).unwrap();
    }

    #[test]
    fn a_crashed_holder_holds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let device = folder.path().join("tty0");
        let file = folder.path().join(file_name(&device));
        // Another process takes the lock, says so, and is killed.
        let mut holder = Command::new("flock");
        holder.arg("--no-fork").arg(&file).args(["sh", "-c", "echo held; exec cat"]);
        let mut holder = holder.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = [0; 4];
        holder.stdout.as_mut().unwrap().read_exact(&mut said).unwrap();
        let take = || Lock::take_in(folder.path(), &device, "payrig");
        assert!(matches!(take(), Err(LockError::Held { .. })));
        holder.kill().unwrap();
        holder.wait().unwrap();
        take().unwrap();
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = Lock::take_in(Path::new("/nowhere"), Path::new("/dev/ttyUSB0"), "payrig");
        let error = error.unwrap_err().to_string();
        assert!(
            error.starts_with("the lock /nowhere/payrig-dev-ttyUSB0.lock can't be made"),
            "{error}"
        );
    }
}

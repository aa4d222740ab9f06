//! A terminal that is a child process: started with a command, ended like a device that loses its
//! power.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::io::{Duplex, pipes};

/// A running child. Dropped, it and whatever it started are killed (SIGKILL), so that nothing of it
/// is left however the rig ends.
pub(super) struct Spawned(Child);

impl Spawned {
    /// Starts a command: a program and its arguments. What it says on standard error goes where
    /// the rig's goes.
    ///
    /// # Errors
    /// Why it can't be started.
    pub(super) fn start(command: &[String]) -> io::Result<(Spawned, Duplex)> {
        let nothing = || io::Error::new(io::ErrorKind::InvalidInput, "the command is empty");
        let (program, args) = command.split_first().ok_or_else(nothing)?;
        // In a group of its own: ctrl-C is for the rig, which then ends it.
        let mut child = Command::new(program)
            .args(args)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (from, to) = (child.stdout.take(), child.stdin.take());
        let spawned = Spawned(child);
        let (from, to) = from.zip(to).ok_or_else(|| io::Error::other("it has no pipes"))?;
        let duplex = pipes(OwnedFd::from(from), OwnedFd::from(to))?;
        Ok((spawned, duplex))
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        // Killed and gone already is as good.
        let _ = i32::try_from(self.0.id()).map(|id| killpg(Pid::from_raw(id), Signal::SIGKILL));
        let _ = self.0.kill();
        // After SIGKILL it ends at once; waiting keeps two of it from sharing a flash.
        let _ = self.0.wait();
    }
}

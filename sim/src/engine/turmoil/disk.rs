//! A host's flash on turmoil's own file system, where a write is lost until its file is synced
//! and a file is lost until its directory is.

use std::io::{self, Write};

use ::turmoil::fs::FsHandle;
use ::turmoil::fs::shim::std::fs::{File, OpenOptions, read, rename, sync_dir};

use crate::engine::disk::survivors;
use crate::env::Disk;

const ROOT: &str = "/";
const FLASH: &str = "/flash";
const NEW: &str = "/flash.new";

/// Works inside and outside of the host's tasks: the handle names the host's file system. (The
/// handle brings a random generator of its own, but only error and corruption rates would draw
/// from it, and they are zero.)
pub(super) struct SimDisk(FsHandle);

impl SimDisk {
    /// The flash of the host whose task is running.
    pub(super) fn of_current_host() -> SimDisk {
        SimDisk(FsHandle::current())
    }

    /// Loses what is not synced, but for the torn share. `cut` cuts the host's power. Returns how
    /// many bytes were lost.
    ///
    /// turmoil can tear writes by itself, but only at every crash or at none, and at random. So
    /// the crash loses all of them, and then the share that shall survive is put back.
    pub(super) fn cut_power(&self, torn: Option<u32>, cut: impl FnOnce()) -> io::Result<u64> {
        let written = self.load()?;
        cut();
        let safe = self.load()?.len();
        let kept = survivors(written.len() - safe, torn);
        if kept > 0 {
            self.append(&written[safe..safe + kept])?;
            self.sync()?;
        }
        Ok((written.len() - safe - kept) as u64)
    }
}

impl Disk for SimDisk {
    fn load(&self) -> io::Result<Vec<u8>> {
        let _here = self.0.enter();
        match read(FLASH) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            result => result,
        }
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let _here = self.0.enter();
        OpenOptions::new().append(true).create(true).open(FLASH)?.write_all(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        let _here = self.0.enter();
        match OpenOptions::new().append(true).open(FLASH) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            file => file?.sync_all()?,
        }
        sync_dir(ROOT)
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        // turmoil keeps unsynced writes by path: left alone, they would end up in the new file.
        self.sync()?;
        let _here = self.0.enter();
        let mut file = File::create(NEW)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        rename(NEW, FLASH)?;
        sync_dir(ROOT)
    }
}

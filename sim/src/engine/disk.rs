//! Flash in memory, and what a power cut leaves of it. Knows no engine.

use std::cell::{Cell, RefCell};
use std::io;

use crate::env::Disk;

/// In steps of so many bytes the memory of a file grows.
const PAGE: usize = 512;

/// A file in memory that remembers how much of it is safe.
#[derive(Default)]
pub(super) struct MemDisk {
    bytes: RefCell<Vec<u8>>,
    synced: Cell<usize>,
}

impl MemDisk {
    /// Loses what is not synced, but for the torn share. Returns how many bytes were lost.
    pub(super) fn cut_power(&self, torn: Option<u32>) -> u64 {
        let mut bytes = self.bytes.borrow_mut();
        let (written, synced) = (bytes.len(), self.synced.get());
        bytes.truncate(synced + survivors(written - synced, torn));
        self.synced.set(bytes.len());
        (written - bytes.len()) as u64
    }
}

/// How many of `unsynced` bytes survive a power cut: the share `torn`, in parts per million,
/// rounded down. They are a prefix, because flash is written in order.
pub(super) fn survivors(unsynced: usize, torn: Option<u32>) -> usize {
    let share = u128::from(torn.unwrap_or(0).min(1_000_000));
    usize::try_from(unsynced as u128 * share / 1_000_000).unwrap_or(unsynced)
}

impl Disk for MemDisk {
    fn load(&self) -> io::Result<Vec<u8>> {
        Ok(self.bytes.borrow().clone())
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let mut content = self.bytes.borrow_mut();
        // Not doubled, because a fleet has many of them.
        if content.capacity() - content.len() < bytes.len() {
            content.reserve_exact(bytes.len().max(PAGE));
        }
        content.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.synced.set(self.bytes.borrow().len());
        Ok(())
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        *self.bytes.borrow_mut() = bytes.to_vec();
        self.sync()
    }
}

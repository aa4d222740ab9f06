//! Flash in memory, and what a power cut leaves of it. Knows no engine.

use std::cell::{Cell, RefCell};
use std::io;

use crate::env::Disk;

/// The memory of a file comes in pieces of so many bytes. Pieces of one size leave no gaps in the
/// memory of a fleet, as one that grows and moves does.
const PAGE: usize = 512;

/// A file in memory that remembers how much of it is safe.
#[derive(Default)]
pub(super) struct MemDisk {
    file: RefCell<File>,
    synced: Cell<usize>,
}

/// Bytes in order.
#[derive(Default)]
struct File {
    /// All but the last are full.
    #[expect(clippy::vec_box, reason = "a page that stays where it is leaves no gap behind")]
    pages: Vec<Box<[u8; PAGE]>>,
    length: usize,
}

impl File {
    fn append(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (page, start) = (self.length / PAGE, self.length % PAGE);
            if page == self.pages.len() {
                self.pages.push(Box::new([0; PAGE]));
            }
            let (piece, rest) = bytes.split_at(bytes.len().min(PAGE - start));
            self.pages[page][start..start + piece.len()].copy_from_slice(piece);
            self.length += piece.len();
            bytes = rest;
        }
    }

    fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
        self.pages.truncate(self.length.div_ceil(PAGE));
    }

    fn content(&self) -> Vec<u8> {
        let mut content = Vec::with_capacity(self.pages.len() * PAGE);
        self.pages.iter().for_each(|page| content.extend_from_slice(page.as_slice()));
        content.truncate(self.length);
        content
    }
}

impl MemDisk {
    /// Loses what is not synced, but for the torn share. Returns how many bytes were lost.
    pub(super) fn cut_power(&self, torn: Option<u32>) -> u64 {
        let mut file = self.file.borrow_mut();
        let (written, synced) = (file.length, self.synced.get());
        file.truncate(synced + survivors(written - synced, torn));
        self.synced.set(file.length);
        (written - file.length) as u64
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
        Ok(self.file.borrow().content())
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.file.borrow_mut().append(bytes);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.synced.set(self.file.borrow().length);
        Ok(())
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::default();
        file.append(bytes);
        *self.file.borrow_mut() = file;
        self.sync()
    }
}

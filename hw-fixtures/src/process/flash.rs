//! A terminal's flash as a file: what is synced outlives a kill and a power cut.

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sim::env::Disk;

/// An append-only file.
pub struct FileDisk {
    path: PathBuf,
    file: RefCell<File>,
}

impl FileDisk {
    /// Opens it; it is empty when there was none.
    ///
    /// # Errors
    /// The file system's.
    pub fn open(path: &Path) -> io::Result<FileDisk> {
        Ok(FileDisk { path: path.to_owned(), file: RefCell::new(append_to(path)?) })
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

impl Disk for FileDisk {
    fn load(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(&self.path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.file.borrow_mut().write_all(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.borrow().sync_data()
    }

    /// A new file takes the old one's place in one step.
    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let fresh = self.path.with_extension("new");
        let mut file = File::create(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)?;
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        *self.file.borrow_mut() = append_to(&self.path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_there_again_and_a_replacement_is_appended_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t1.flash");
        let disk = FileDisk::open(&path).unwrap();
        assert_eq!(disk.load().unwrap(), b"");
        disk.append(b"one").unwrap();
        disk.append(b" two").unwrap();
        disk.sync().unwrap();
        assert_eq!(FileDisk::open(&path).unwrap().load().unwrap(), b"one two");
        disk.replace(b"three").unwrap();
        disk.append(b" four").unwrap();
        assert_eq!(disk.load().unwrap(), b"three four");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

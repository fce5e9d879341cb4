//! The head file: number and hash of the last commit, twice by turns, so that one is whole when the other was being written
//! as the power went. It is written after each commit and not synced: it may stand behind the database, never before it.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use fluxion_store::journal::LogError;
use xxhash_rust::xxh3::xxh3_64;

/// The name of the file.
pub(crate) const NAME: &str = "head";

/// "FLXHEAD", and the format.
const MAGIC: [u8; 8] = *b"FLXHEAD\x01";

/// Magic, number, hash, and a hash of those.
const SLOT: usize = 8 + 8 + 16 + 8;

/// The file is this long.
const LENGTH: usize = 2 * SLOT;

/// What the file says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// The number of the last commit.
    pub(crate) commit: u64,
    /// Its hash.
    pub(crate) hash: u128,
}

impl Head {
    fn slot(self) -> [u8; SLOT] {
        let mut slot = [0; SLOT];
        slot[..8].copy_from_slice(&MAGIC);
        slot[8..16].copy_from_slice(&self.commit.to_le_bytes());
        slot[16..32].copy_from_slice(&self.hash.to_le_bytes());
        let check = xxh3_64(&slot[..32]).to_le_bytes();
        slot[32..].copy_from_slice(&check);
        slot
    }

    fn of(slot: &[u8]) -> Option<Self> {
        let commit = u64::from_le_bytes(*slot.get(8..)?.first_chunk()?);
        let hash = u128::from_le_bytes(*slot.get(16..)?.first_chunk()?);
        let head = Self { commit, hash };
        (head.slot() == slot).then_some(head)
    }
}

/// The open file.
#[derive(Debug)]
pub(crate) struct HeadFile {
    file: File,
    path: PathBuf,
    slot: u64,
}

impl HeadFile {
    /// The file of a directory with what it says; nothing if there is none, or it is empty.
    pub(crate) fn open(directory: &Path) -> Result<(Self, Option<Head>), LogError> {
        let path = directory.join(NAME);
        let failed = |error: io::Error| fault(&path, &error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        let mut bytes = vec![0; length.min(LENGTH as u64 + 1) as usize];
        file.read_exact_at(&mut bytes, 0).map_err(failed)?;
        let head = if bytes.is_empty() { None } else { Some(latest(&path, &bytes)?) };
        Ok((Self { file, path, slot: 0 }, head))
    }

    /// Notes a commit.
    pub(crate) fn write(&mut self, head: Head) -> Result<(), LogError> {
        self.slot ^= 1;
        let written = self.file.write_all_at(&head.slot(), self.slot * SLOT as u64);
        written.map_err(|error| fault(&self.path, &error))
    }

    /// Notes the same in both places: when a directory is opened.
    pub(crate) fn begin(&mut self, head: Head) -> Result<(), LogError> {
        self.write(head)?;
        self.write(head)
    }

    /// Makes the file anew, whatever it said before.
    pub(crate) fn renew(directory: &Path, head: Head) -> Result<(), LogError> {
        let path = directory.join(NAME);
        let failed = |error: io::Error| fault(&path, &error);
        let file = File::create(&path).map_err(failed)?;
        let mut renewed = Self { file, path: path.clone(), slot: 0 };
        renewed.begin(head)?;
        renewed.sync()
    }

    /// Waits until it is on the disk.
    pub(crate) fn sync(&self) -> Result<(), LogError> {
        self.file.sync_all().map_err(|error| fault(&self.path, &error))
    }
}

/// What the file of a directory says; nothing if there is none, or it is empty. Changes nothing.
pub(crate) fn read(directory: &Path) -> Result<Option<Head>, LogError> {
    let path = directory.join(NAME);
    match std::fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fault(&path, &error)),
        Ok(bytes) if bytes.is_empty() => Ok(None),
        Ok(bytes) => latest(&path, &bytes).map(Some),
    }
}

/// What the slot says that was written last.
fn latest(path: &Path, bytes: &[u8]) -> Result<Head, LogError> {
    let whole = if bytes.len() == LENGTH { bytes } else { &[] };
    let heads = whole.chunks(SLOT).filter_map(Head::of);
    heads.max_by_key(|head| head.commit).ok_or_else(|| LogError::Altered {
        path: path.to_owned(),
        what: "neither of its two halves is what was written".to_owned(),
    })
}

/// What the system says of a file.
pub(crate) fn fault(path: &Path, error: &io::Error) -> LogError {
    let (path, reason) = (path.to_owned(), error.to_string());
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            LogError::ReadOnly { path, reason }
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => LogError::Full(path),
        _ => LogError::Failed { path, reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_whole_or_nothing() {
        let head = Head { commit: 7, hash: 1 << 100 };
        let slot = head.slot();
        assert_eq!(Head::of(&slot), Some(head));
        for at in 0..SLOT {
            let mut other = slot;
            other[at] ^= 1;
            assert_eq!(Head::of(&other), None, "byte {at}");
        }
    }
}

//! A copy of all that there is, as of one moment; and a database that takes no more room than it needs.

use std::path::Path;

use fluxion_store::journal::LogError;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::faults::fault;
use crate::head::{self, HeadFile};
use crate::log::{SqliteLog, Statement};
use crate::open::DATABASE;

/// So many pages are copied at once: 4 MiB.
const PAGES: i32 = 1024;

/// How far a copy is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Pages that were copied.
    pub done: u64,
    /// Of so many.
    pub of: u64,
}

impl SqliteLog {
    /// Copies all that was appended into a directory, which must be there and be empty. The copy is a journal as this one, and
    /// on the disk when this returns. O(size of the database).
    ///
    /// # Errors
    /// [`LogError`], of the directory that it is about. A failure does not poison the log.
    pub fn copy_to(&self, directory: &Path, told: &mut dyn FnMut(Copied)) -> Result<(), LogError> {
        self.check_poison()?;
        let path = directory.join(DATABASE);
        let failed = |error: rusqlite::Error| fault(&path, &error);
        let mut target = Connection::open(&path).map_err(failed)?;
        copy(&self.connection, &mut target, told).map_err(failed)?;
        // the mode came with the copy: the file stands alone without a write-ahead log
        target.close().map_err(|(_, error)| failed(error))?;
        HeadFile::renew(directory, self.catalog.head())?;
        for place in [&*path, directory] {
            let synced = std::fs::File::open(place).and_then(|file| file.sync_all());
            synced.map_err(|error| head::fault(place, &error))?;
        }
        Ok(())
    }

    /// Gives back to the system what the database does not need any more. O(size of the database), and room for as much again.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn vacuum(&mut self) -> Result<(), LogError> {
        self.check_poison()?;
        let done = self.connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
        let done = done.map_err(|error| fault(&self.path, &error));
        self.poisoned(done)
    }
}

fn copy(
    source: &Connection,
    target: &mut Connection,
    told: &mut dyn FnMut(Copied),
) -> Statement<()> {
    let backup = Backup::new(source, target)?;
    while backup.step(PAGES)? != StepResult::Done {
        let progress = backup.progress();
        let (of, left) = (progress.pagecount, progress.remaining);
        told(Copied { done: (of - left).max(0) as u64, of: of.max(0) as u64 });
    }
    Ok(())
}

//! Throwing away what is damaged, as it was decided before.

use std::path::Path;

use fluxion_store::journal::{ChainHash, GraphEntry, LogError, Remedy};
use rusqlite::{Transaction, params};

use crate::commits::Catalog;
use crate::head::HeadFile;
use crate::log::{SqliteLog, Statement, hash, update};
use crate::open::{Inspected, LostTail, Opened, SqliteOptions};

impl SqliteLog {
    /// Opens a directory whose end is lost or whose head file is damaged, and takes what is there for all that there was.
    /// Nothing is to be done for any other.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn accept_end(directory: &Path) -> Result<Opened, LogError> {
        let Inspected { log, refusal } = Self::inspect(directory)?;
        if matches!(refusal, Some(LogError::Altered { .. })) {
            HeadFile::renew(directory, log.catalog.head())?;
        }
        drop(log);
        let options = SqliteOptions { lost_tail: LostTail::Accept, ..SqliteOptions::default() };
        Self::open_existing(directory, &options)
    }

    /// Throws away what these remedies say, at once.
    ///
    /// # Errors
    /// [`LogError`]: nothing was thrown away.
    pub fn mend(&mut self, remedies: &[Remedy]) -> Result<(), LogError> {
        self.transact(|transaction, catalog| {
            remedies.iter().try_for_each(|remedy| throw_away(transaction, catalog, remedy))
        })
    }
}

fn throw_away(
    transaction: &Transaction<'_>,
    catalog: &mut Catalog,
    remedy: &Remedy,
) -> Statement<()> {
    let graph = remedy.graph.0 as i64;
    let Some(entry) = catalog.entry(remedy.graph).cloned() else { return Ok(()) };
    if remedy.is_all() {
        for table in [
            "frame WHERE graph",
            "snapshot WHERE graph",
            "snapshot_part WHERE graph",
            "graph WHERE id",
        ] {
            transaction.execute(&format!("DELETE FROM {table} = ?1"), params![graph])?;
        }
        catalog.graphs.remove(&remedy.graph);
        catalog.snapshots.retain(|&(id, _), _| id != remedy.graph);
        return Ok(());
    }
    if remedy.last != entry.last {
        end_with(transaction, catalog, entry, remedy)?;
    }
    let frames = "DELETE FROM frame WHERE graph = ?1 AND (last_seq <= ?2 OR last_seq > ?3)";
    transaction.execute(frames, params![graph, remedy.after.0 as i64, remedy.last.0 as i64])?;
    for &sequence in &remedy.snapshots {
        for table in ["snapshot", "snapshot_part"] {
            let delete = format!("DELETE FROM {table} WHERE graph = ?1 AND seq = ?2");
            transaction.execute(&delete, params![graph, sequence.0 as i64])?;
        }
        catalog.snapshots.remove(&(remedy.graph, sequence));
    }
    Ok(())
}

/// The graph ends with an earlier frame.
fn end_with(
    transaction: &Transaction<'_>,
    catalog: &mut Catalog,
    entry: GraphEntry,
    remedy: &Remedy,
) -> Statement<()> {
    let select = "SELECT hash FROM frame WHERE graph = ?1 AND last_seq = ?2";
    let key = params![remedy.graph.0 as i64, remedy.last.0 as i64];
    let last = transaction.query_row(select, key, |row| hash(row, 0))?;
    let entry = GraphEntry { last: remedy.last, hash: ChainHash(last), ..entry };
    update(transaction, &entry)?;
    catalog.enter(entry);
    Ok(())
}

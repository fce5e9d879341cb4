//! Throwing away what is damaged, as it was decided before.

use std::path::Path;

use fluxion_store::journal::{ChainHash, Cut, GraphEntry, LogError};
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

    /// Throws away what these cuts say, at once.
    ///
    /// # Errors
    /// [`LogError`]: nothing was thrown away.
    pub fn cut(&mut self, cuts: &[Cut]) -> Result<(), LogError> {
        self.transact(|transaction, catalog| {
            cuts.iter().try_for_each(|cut| throw_away(transaction, catalog, cut))
        })
    }
}

fn throw_away(transaction: &Transaction<'_>, catalog: &mut Catalog, cut: &Cut) -> Statement<()> {
    let graph = cut.graph.0 as i64;
    let Some(entry) = catalog.entry(cut.graph).cloned() else { return Ok(()) };
    if cut.is_all() {
        for table in [
            "frame WHERE graph",
            "snapshot WHERE graph",
            "snapshot_part WHERE graph",
            "graph WHERE id",
        ] {
            transaction.execute(&format!("DELETE FROM {table} = ?1"), params![graph])?;
        }
        catalog.graphs.remove(&cut.graph);
        catalog.snapshots.retain(|&(id, _), _| id != cut.graph);
        return Ok(());
    }
    if cut.last != entry.last {
        end_with(transaction, catalog, entry, cut)?;
    }
    let frames = "DELETE FROM frame WHERE graph = ?1 AND (last_seq <= ?2 OR last_seq > ?3)";
    transaction.execute(frames, params![graph, cut.after.0 as i64, cut.last.0 as i64])?;
    for &sequence in &cut.snapshots {
        for table in ["snapshot", "snapshot_part"] {
            let delete = format!("DELETE FROM {table} WHERE graph = ?1 AND seq = ?2");
            transaction.execute(&delete, params![graph, sequence.0 as i64])?;
        }
        catalog.snapshots.remove(&(cut.graph, sequence));
    }
    Ok(())
}

/// The graph ends with an earlier frame.
fn end_with(
    transaction: &Transaction<'_>,
    catalog: &mut Catalog,
    entry: GraphEntry,
    cut: &Cut,
) -> Statement<()> {
    let select = "SELECT hash FROM frame WHERE graph = ?1 AND last_seq = ?2";
    let key = params![cut.graph.0 as i64, cut.last.0 as i64];
    let last = transaction.query_row(select, key, |row| hash(row, 0))?;
    let entry = GraphEntry { last: cut.last, hash: ChainHash(last), ..entry };
    update(transaction, &entry)?;
    catalog.enter(entry);
    Ok(())
}

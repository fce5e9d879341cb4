//! Throwing away what is old and not needed, a bounded number of rows at once.

use fluxion_store::journal::{GraphEntry, GraphId, Life, LogError, Pruned, Sequence, Time};
use rusqlite::{OptionalExtension as _, Transaction, params};

use crate::commits::Catalog;
use crate::log::{SqliteLog, Statement, number};

impl SqliteLog {
    pub(crate) fn prune_rows(&mut self, before: Time, most: u32) -> Result<Pruned, LogError> {
        self.transact(|transaction, catalog| {
            let entries: Vec<GraphEntry> =
                catalog.graphs.values().map(|(entry, _)| entry.clone()).collect();
            let mut pruned = Pruned::default();
            for entry in entries {
                match entry.life {
                    Life::Served => {
                        prune_served(transaction, catalog, &entry, before, most, &mut pruned)?
                    }
                    Life::Dropped => {
                        prune_dropped(transaction, catalog, &entry, before, most, &mut pruned)?
                    }
                }
            }
            Ok(pruned)
        })
    }
}

/// Frames up to the older of the two newest snapshots, and what is older than that snapshot.
fn prune_served(
    transaction: &Transaction<'_>,
    catalog: &mut Catalog,
    entry: &GraphEntry,
    before: Time,
    most: u32,
    pruned: &mut Pruned,
) -> Statement<()> {
    let kept: Vec<Sequence> =
        catalog.snapshots_of(entry.id).take(2).map(|head| head.sequence).collect();
    let [newest, oldest] = kept[..] else { return Ok(()) };
    let up_to = Sequence(oldest.0.min(entry.last.0.saturating_sub(1)));
    pruned.frames += delete_frames(transaction, entry.id, up_to, before, most)?;
    let graph = entry.id.0 as i64;
    let old = "DELETE FROM snapshot WHERE graph = ?1 AND seq < ?2";
    let heads = transaction.prepare_cached(old)?.execute(params![graph, oldest.0 as i64])?;
    catalog.snapshots.retain(|&(id, sequence), _| id != entry.id || sequence >= oldest);
    pruned.snapshots += heads as u64;
    // also those of snapshots that were never finished
    let parts = "DELETE FROM snapshot_part WHERE rowid IN (SELECT rowid FROM snapshot_part
        WHERE graph = ?1 AND seq < ?2 AND seq <> ?3 LIMIT ?4)";
    let kept = params![graph, newest.0 as i64, oldest.0 as i64, most];
    let parts = transaction.prepare_cached(parts)?.execute(kept)?;
    pruned.snapshots += u64::from(parts > 0 && heads == 0);
    Ok(())
}

/// All that there is of a graph whose last frame is old.
fn prune_dropped(
    transaction: &Transaction<'_>,
    catalog: &mut Catalog,
    entry: &GraphEntry,
    before: Time,
    most: u32,
    pruned: &mut Pruned,
) -> Statement<()> {
    let graph = entry.id.0 as i64;
    let last = "SELECT time FROM frame WHERE graph = ?1 AND last_seq = ?2";
    let mut last = transaction.prepare_cached(last)?;
    let key = params![graph, entry.last.0 as i64];
    let time = last.query_row(key, |row| number(row, 0)).optional()?;
    if time.is_some_and(|time| time >= before.0) {
        return Ok(());
    }
    let up_to = Sequence(entry.last.0.saturating_sub(1));
    let frames = delete_frames(transaction, entry.id, up_to, before, most)?;
    let parts = "DELETE FROM snapshot_part WHERE rowid IN (SELECT rowid FROM snapshot_part
        WHERE graph = ?1 LIMIT ?2)";
    let parts = transaction.prepare_cached(parts)?.execute(params![graph, most])?;
    pruned.frames += frames;
    if frames > 0 || parts > 0 {
        pruned.snapshots += u64::from(parts > 0);
        return Ok(());
    }
    for table in ["frame WHERE graph", "snapshot WHERE graph", "graph WHERE id"] {
        transaction.execute(&format!("DELETE FROM {table} = ?1"), params![graph])?;
    }
    catalog.graphs.remove(&entry.id);
    catalog.snapshots.retain(|&(id, _), _| id != entry.id);
    pruned.graphs += 1;
    Ok(())
}

/// Deletes the first frames of a graph as long as they are old: times ascend with them, about.
fn delete_frames(
    transaction: &Transaction<'_>,
    graph: GraphId,
    up_to: Sequence,
    before: Time,
    most: u32,
) -> Statement<u64> {
    let select = "SELECT last_seq, time FROM frame WHERE graph = ?1 AND last_seq <= ?2
        ORDER BY last_seq LIMIT ?3";
    let mut statement = transaction.prepare_cached(select)?;
    let mut rows = statement.query(params![graph.0 as i64, up_to.0 as i64, most])?;
    let mut last = None;
    while let Some(row) = rows.next()?
        && number(row, 1)? < before.0
    {
        last = Some(number(row, 0)?);
    }
    let Some(last) = last else { return Ok(0) };
    let delete = "DELETE FROM frame WHERE graph = ?1 AND last_seq <= ?2";
    let mut statement = transaction.prepare_cached(delete)?;
    Ok(statement.execute(params![graph.0 as i64, last as i64])? as u64)
}

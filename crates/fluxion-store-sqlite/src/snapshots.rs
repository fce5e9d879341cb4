//! Writing snapshots: parts first, each in a transaction of its own, then the row that makes them one.

use fluxion_store::journal::{LogError, SnapshotHead};
use rusqlite::params;

use crate::log::{SqliteLog, blob};

impl SqliteLog {
    pub(crate) fn write_part(
        &mut self,
        head: &SnapshotHead,
        part: u32,
        bytes: &[u8],
    ) -> Result<(), LogError> {
        self.transact(|transaction, _| {
            let insert = "INSERT OR REPLACE INTO snapshot_part VALUES (?1, ?2, ?3, ?4)";
            let mut statement = transaction.prepare_cached(insert)?;
            let (graph, sequence) = (head.graph.0 as i64, head.sequence.0 as i64);
            statement.execute(params![graph, sequence, part, bytes])?;
            Ok(())
        })
    }

    pub(crate) fn write_head(&mut self, head: &SnapshotHead) -> Result<(), LogError> {
        self.transact(|transaction, catalog| {
            let (graph, sequence) = (head.graph.0 as i64, head.sequence.0 as i64);
            // of another attempt, which had more
            let rest = "DELETE FROM snapshot_part WHERE graph = ?1 AND seq = ?2 AND part >= ?3";
            transaction.prepare_cached(rest)?.execute(params![graph, sequence, head.parts])?;
            let insert = "INSERT OR REPLACE INTO snapshot VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            transaction.prepare_cached(insert)?.execute(params![
                graph,
                sequence,
                head.revision.0 as i64,
                head.time.0 as i64,
                head.parts,
                blob(head.hash),
                head.fingerprint as i64,
                head.fingerprints,
            ])?;
            catalog.enter_snapshot(head.clone());
            Ok(())
        })
    }
}

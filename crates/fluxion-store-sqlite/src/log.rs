//! The log itself: one transaction for each group commit. Whatever fails poisons it.

use std::fs::File;
use std::io::ErrorKind;
use std::path::PathBuf;

use fluxion_store::journal::{
    ChainHash, Frame, GraphEntry, GraphId, GroupCommit, Life, Log, LogError, Pruned, Sequence,
    SnapshotHead, Time,
};
use fluxion_store::{Incarnation, Revision};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use crate::commits::Catalog;
use crate::faults::fault;
use crate::head::{self, HeadFile};

/// A log in a directory, which no other server has at the same time. Made by [`SqliteLog::open`].
#[derive(Debug)]
pub struct SqliteLog {
    pub(crate) connection: Connection,
    /// The database.
    pub(crate) path: PathBuf,
    /// None if nothing may be written.
    pub(crate) head: Option<HeadFile>,
    pub(crate) catalog: Catalog,
    /// What failed, if anything did.
    pub(crate) poison: Option<String>,
}

/// What a statement of a transaction fails with.
pub(crate) type Statement<T> = rusqlite::Result<T>;

impl SqliteLog {
    /// Nothing is done any more once something has failed.
    pub(crate) fn check_poison(&self) -> Result<(), LogError> {
        match &self.poison {
            None => Ok(()),
            Some(reason) => Err(LogError::Poisoned(reason.clone())),
        }
    }

    /// Notes that something failed, for ever.
    pub(crate) fn poisoned<T>(&mut self, result: Result<T, LogError>) -> Result<T, LogError> {
        if let Err(error) = &result {
            self.poison = Some(error.to_string());
        }
        result
    }

    /// One transaction, and the head after it.
    pub(crate) fn transact<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>, &mut Catalog) -> Statement<T>,
    ) -> Result<T, LogError> {
        self.check_poison()?;
        let done = self.transact_or_fail(change);
        self.poisoned(done)
    }

    fn transact_or_fail<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>, &mut Catalog) -> Statement<T>,
    ) -> Result<T, LogError> {
        let Self { connection, path, catalog, head, .. } = self;
        let told = |error: rusqlite::Error| fault(path, &error);
        let Some(head) = head else {
            let reason = "it was opened to be looked at".to_owned();
            return Err(LogError::ReadOnly { path: path.clone(), reason });
        };
        let behavior = TransactionBehavior::Immediate;
        let transaction = Transaction::new_unchecked(connection, behavior).map_err(told)?;
        let answer = change(&transaction, catalog).map_err(told)?;
        catalog.commit += 1;
        let last = catalog.head();
        note(&transaction, catalog, last.hash).map_err(told)?;
        transaction.commit().map_err(told)?;
        head.write(last)?;
        Ok(answer)
    }

    fn read<T>(&mut self, read: impl FnOnce(&Connection) -> Statement<T>) -> Result<T, LogError> {
        self.check_poison()?;
        read(&self.connection).map_err(|error| fault(&self.path, &error))
    }

    /// Whether all frames continue what there is.
    fn check_places(&self, commit: &GroupCommit) -> Result<(), LogError> {
        for frame in &commit.frames {
            let is_new = commit.created.iter().any(|(id, _)| *id == frame.graph);
            let known = self.catalog.entry(frame.graph);
            let (last, hash) = match known {
                Some(entry) if !is_new && entry.life == Life::Served => (entry.last, entry.hash),
                None if is_new => (Sequence(0), ChainHash(0)),
                _ => (Sequence(u64::MAX), ChainHash(0)),
            };
            let follows = frame.first.0 == last.0.wrapping_add(1) && frame.last >= frame.first;
            if !follows || frame.previous != hash {
                let (graph, found) = (frame.graph, frame.first);
                return Err(LogError::Misplaced { graph, expected: last, found });
            }
        }
        Ok(())
    }
}

/// The row that says what the last commit was.
fn note(transaction: &Transaction<'_>, catalog: &Catalog, hash: u128) -> Statement<()> {
    let update = "UPDATE last_commit SET number = ?1, next_graph = ?2, hash = ?3";
    let mut statement = transaction.prepare_cached(update)?;
    let (number, next) = (catalog.commit as i64, catalog.next_graph as i64);
    statement.execute(params![number, next, blob(hash)])?;
    Ok(())
}

/// A hash as it is stored.
pub(crate) fn blob(hash: u128) -> [u8; 16] {
    hash.to_le_bytes()
}

/// A hash from its column; one of another length is none that was written.
pub(crate) fn hash(row: &Row<'_>, column: usize) -> Statement<u128> {
    Ok(u128::from_le_bytes(row.get::<_, [u8; 16]>(column)?))
}

/// A number from its column.
pub(crate) fn number(row: &Row<'_>, column: usize) -> Statement<u64> {
    Ok(row.get::<_, i64>(column)? as u64)
}

pub(crate) fn create(transaction: &Transaction<'_>, entry: &GraphEntry) -> Statement<()> {
    let insert = "INSERT INTO graph VALUES (?1, ?2, ?3, 0, 0, zeroblob(16))";
    let mut statement = transaction.prepare_cached(insert)?;
    statement.execute(params![entry.id.0 as i64, entry.name, entry.incarnation.0 as i64])?;
    Ok(())
}

pub(crate) fn update(transaction: &Transaction<'_>, entry: &GraphEntry) -> Statement<()> {
    let update = "UPDATE graph SET dropped = ?2, last_seq = ?3, hash = ?4 WHERE id = ?1";
    let mut statement = transaction.prepare_cached(update)?;
    let (id, last) = (entry.id.0 as i64, entry.last.0 as i64);
    statement.execute(params![id, entry.life == Life::Dropped, last, blob(entry.hash.0)])?;
    Ok(())
}

pub(crate) fn insert(transaction: &Transaction<'_>, frame: &Frame) -> Statement<()> {
    let insert = "INSERT INTO frame VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    transaction.prepare_cached(insert)?.execute(params![
        frame.graph.0 as i64,
        frame.first.0 as i64,
        frame.last.0 as i64,
        frame.epoch as i64,
        frame.time.0 as i64,
        frame.revision.0 as i64,
        blob(frame.previous.0),
        blob(frame.hash.0),
        &*frame.body,
    ])?;
    Ok(())
}

fn frame(row: &Row<'_>, incarnation: Incarnation) -> Statement<Frame> {
    Ok(Frame {
        graph: GraphId(number(row, 0)?),
        incarnation,
        first: Sequence(number(row, 1)?),
        last: Sequence(number(row, 2)?),
        epoch: number(row, 3)?,
        time: Time(number(row, 4)?),
        revision: Revision(number(row, 5)?),
        previous: ChainHash(hash(row, 6)?),
        hash: ChainHash(hash(row, 7)?),
        body: row.get::<_, Vec<u8>>(8)?.into(),
    })
}

impl Log for SqliteLog {
    fn place(&self) -> PathBuf {
        self.path.clone()
    }

    fn graphs(&mut self) -> Result<Vec<GraphEntry>, LogError> {
        self.check_poison()?;
        Ok(self.catalog.graphs.values().map(|(entry, _)| entry.clone()).collect())
    }

    fn next_graph(&mut self) -> GraphId {
        let next = GraphId(self.catalog.next_graph);
        self.catalog.next_graph += 1;
        next
    }

    fn append(&mut self, commit: &GroupCommit) -> Result<(), LogError> {
        self.check_poison()?;
        self.check_places(commit)?;
        self.transact(|transaction, catalog| {
            for (id, name) in &commit.created {
                let first = commit.frames.iter().find(|frame| frame.graph == *id);
                let entry = GraphEntry {
                    id: *id,
                    name: name.clone(),
                    incarnation: first.map_or(Incarnation(0), |frame| frame.incarnation),
                    life: Life::Served,
                    last: Sequence(0),
                    hash: ChainHash(0),
                };
                create(transaction, &entry)?;
                catalog.enter(entry);
            }
            for frame in &commit.frames {
                insert(transaction, frame)?;
                let Some(entry) = catalog.entry(frame.graph) else { continue };
                let is_last = commit.dropped.contains(&frame.graph);
                let life = if is_last { Life::Dropped } else { Life::Served };
                let (last, hash) = (frame.last, frame.hash);
                let entry = GraphEntry { life, last, hash, ..entry.clone() };
                update(transaction, &entry)?;
                catalog.enter(entry);
            }
            Ok(())
        })
    }

    fn sync(&mut self) -> Result<(), LogError> {
        self.check_poison()?;
        let mut path = self.path.clone().into_os_string();
        path.push("-wal");
        let path = PathBuf::from(path);
        // the lock is on the database: other descriptors of this file may come and go
        let synced = match File::open(&path).and_then(|file| file.sync_data()) {
            // nothing was written since it was opened
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            synced => synced.map_err(|error| head::fault(&path, &error)),
        };
        self.poisoned(synced)
    }

    fn read_frames(
        &mut self,
        graph: GraphId,
        after: Sequence,
        most_bytes: usize,
    ) -> Result<Vec<Frame>, LogError> {
        let entry = self.catalog.entry(graph);
        let incarnation = entry.map_or(Incarnation(0), |entry| entry.incarnation);
        self.read(|connection| {
            let select = "SELECT * FROM frame WHERE graph = ?1 AND last_seq > ?2 ORDER BY last_seq";
            let mut statement = connection.prepare_cached(select)?;
            let mut rows = statement.query(params![graph.0 as i64, after.0 as i64])?;
            let (mut bytes, mut frames) = (0, Vec::new());
            while bytes < most_bytes
                && let Some(row) = rows.next()?
            {
                let frame = frame(row, incarnation)?;
                bytes += frame.body.len().max(1);
                frames.push(frame);
            }
            Ok(frames)
        })
    }

    fn snapshots(&mut self, graph: GraphId) -> Result<Vec<SnapshotHead>, LogError> {
        self.check_poison()?;
        Ok(self.catalog.snapshots_of(graph).cloned().collect())
    }

    fn write_snapshot_part(
        &mut self,
        head: &SnapshotHead,
        part: u32,
        bytes: &[u8],
    ) -> Result<(), LogError> {
        self.write_part(head, part, bytes)
    }

    fn finish_snapshot(&mut self, head: &SnapshotHead) -> Result<(), LogError> {
        let (graph, found) = (head.graph, head.sequence);
        let expected = self.catalog.entry(graph).map_or(Sequence(0), |entry| entry.last);
        if found > expected {
            return Err(LogError::Misplaced { graph, expected, found });
        }
        self.write_head(head)
    }

    fn read_snapshot(&mut self, head: &SnapshotHead) -> Result<Vec<u8>, LogError> {
        let (graph, sequence) = (head.graph.0 as i64, head.sequence.0 as i64);
        self.read(|connection| {
            let select =
                "SELECT bytes FROM snapshot_part WHERE graph = ?1 AND seq = ?2 ORDER BY part";
            let mut statement = connection.prepare_cached(select)?;
            let mut rows = statement.query(params![graph, sequence])?;
            let mut bytes = Vec::new();
            while let Some(row) = rows.next()? {
                bytes.extend(row.get_ref(0)?.as_blob()?);
            }
            Ok(bytes)
        })
    }

    fn read_snapshot_part(&mut self, head: &SnapshotHead, part: u32) -> Result<Vec<u8>, LogError> {
        let (graph, sequence) = (head.graph.0 as i64, head.sequence.0 as i64);
        self.read(|connection| {
            let select =
                "SELECT bytes FROM snapshot_part WHERE graph = ?1 AND seq = ?2 AND part = ?3";
            let mut statement = connection.prepare_cached(select)?;
            let bytes = statement.query_row(params![graph, sequence, part], |row| row.get(0));
            Ok(bytes.optional()?.unwrap_or_default())
        })
    }

    fn prune(&mut self, before: Time, most: u32) -> Result<Pruned, LogError> {
        self.prune_rows(before, most)
    }
}

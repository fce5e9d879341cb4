//! What a server sends of its journal, written into a directory: every piece is compared with its hash, and all of them with the
//! manifest.

use std::path::Path;

use fluxion_client::v1::{
    Backup, BackupFrame, BackupGraph, BackupManifest, BackupSnapshot, BackupStep, Piece,
};
use fluxion_store::journal::{
    ChainHash, Frame, GraphEntry, GraphId, Life, Log as _, Sequence, SnapshotHead, Time,
    content_hash,
};
use fluxion_store::{Incarnation, Revision};
use fluxion_store_sqlite::{Durability, SqliteLog, SqliteOptions};

use crate::journal::faults::refused;
use crate::journal::progress::ProgressLine;
use crate::output::Failure;

/// What is being written.
pub(super) struct Receiver<'a> {
    directory: &'a Path,
    log: SqliteLog,
    /// Those of the pieces that came.
    hashes: Vec<u8>,
    /// The graph to which pieces belong.
    graph: Option<GraphEntry>,
    /// The snapshot whose parts come next, and how many came.
    snapshot: Option<(SnapshotHead, u32)>,
}

impl<'a> Receiver<'a> {
    /// Into a directory that is empty. What is written is on the disk when somebody has synced it.
    pub(super) fn new(directory: &'a Path) -> Result<Self, Failure> {
        let options = SqliteOptions { durability: Durability::None, ..SqliteOptions::default() };
        let opened = SqliteLog::open(directory, &options);
        let log = opened.map_err(|error| refused(&error, directory))?.log;
        Ok(Self { directory, log, hashes: Vec::new(), graph: None, snapshot: None })
    }

    /// Writes all that comes; an error if that is not all that there is.
    pub(super) async fn receive(mut self, backup: &mut Backup) -> Result<(), Failure> {
        let mut line = ProgressLine::new();
        loop {
            match backup.next().await.map_err(|error| unfinished(&error))? {
                Some(BackupStep::Piece { bytes, hash }) => self.enter(&bytes, &hash)?,
                Some(BackupStep::Manifest(manifest)) => return self.finish(&manifest),
                None => return Err(unfinished(&"its manifest is missing")),
            }
            if let Some(graph) = &self.graph {
                line.say(&format!("receiving graph {}", graph.name));
            }
        }
    }

    fn enter(&mut self, bytes: &[u8], hash: &[u8]) -> Result<(), Failure> {
        if content_hash(bytes).to_le_bytes() != hash {
            return Err(altered("a piece has another hash"));
        }
        self.hashes.extend(hash);
        let piece = Piece::decode(bytes).map_err(|error| altered(&error.to_string()))?;
        match piece {
            Piece::Graph(graph) => self.begin(graph),
            Piece::Frames(frames) => self.add(frames),
            Piece::Snapshot(head) => self.begin_snapshot(&head),
            Piece::Part(bytes) => self.add_part(&bytes),
            Piece::Other => Err(altered("the server is of a newer version")),
        }
    }

    fn begin(&mut self, graph: BackupGraph) -> Result<(), Failure> {
        let entry = GraphEntry {
            id: GraphId(graph.id),
            name: graph.name,
            incarnation: Incarnation(graph.incarnation),
            life: if graph.dropped { Life::Dropped } else { Life::Served },
            last: Sequence(graph.last_record),
            hash: ChainHash(number(&graph.hash)?),
        };
        self.log.import_graph(&entry).map_err(|error| refused(&error, self.directory))?;
        self.graph = Some(entry);
        Ok(())
    }

    fn add(&mut self, frames: Vec<BackupFrame>) -> Result<(), Failure> {
        let entry = self.graph.as_ref().ok_or_else(|| altered("frames of no graph"))?;
        let frames: Result<Vec<Frame>, Failure> =
            frames.into_iter().map(|told| frame(entry, told)).collect();
        self.log.import_frames(&frames?).map_err(|error| refused(&error, self.directory))
    }

    fn begin_snapshot(&mut self, told: &BackupSnapshot) -> Result<(), Failure> {
        let entry = self.graph.as_ref().ok_or_else(|| altered("a snapshot of no graph"))?;
        let head = SnapshotHead {
            graph: entry.id,
            sequence: Sequence(told.record),
            revision: Revision(told.revision),
            time: Time(told.time),
            parts: told.parts,
            hash: number(&told.hash)?,
            fingerprint: told.fingerprint,
            fingerprints: told.fingerprints,
        };
        self.snapshot = Some((head, 0));
        Ok(())
    }

    fn add_part(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let wrong = |error| refused(&error, self.directory);
        let Some((head, part)) = &mut self.snapshot else {
            return Err(altered("a part of no snapshot"));
        };
        self.log.write_snapshot_part(head, *part, bytes).map_err(wrong)?;
        *part += 1;
        if *part == head.parts {
            self.log.finish_snapshot(head).map_err(wrong)?;
            self.snapshot = None;
        }
        Ok(())
    }

    fn finish(self, manifest: &BackupManifest) -> Result<(), Failure> {
        let pieces = (self.hashes.len() / size_of::<u128>()) as u64;
        let hash = content_hash(&self.hashes).to_le_bytes();
        if manifest.pieces != pieces || manifest.hash != hash || self.snapshot.is_some() {
            return Err(altered("its pieces are not those of the manifest"));
        }
        Ok(())
    }
}

fn frame(entry: &GraphEntry, told: BackupFrame) -> Result<Frame, Failure> {
    Ok(Frame {
        graph: entry.id,
        incarnation: entry.incarnation,
        first: Sequence(told.first_record),
        last: Sequence(told.last_record),
        epoch: told.epoch,
        time: Time(told.time),
        revision: Revision(told.revision),
        previous: ChainHash(number(&told.previous_hash)?),
        hash: ChainHash(number(&told.hash)?),
        body: told.body.into(),
    })
}

/// A hash as it is sent.
fn number(bytes: &[u8]) -> Result<u128, Failure> {
    let bytes = bytes.try_into().map_err(|_| altered("a hash of another length"))?;
    Ok(u128::from_le_bytes(bytes))
}

fn altered(what: &str) -> Failure {
    Failure::new(format!("the backup was altered on its way: {what}"))
}

/// The backup ends before its end.
fn unfinished(why: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("the backup is not whole: {why}"))
}

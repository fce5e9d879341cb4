//! Where frames and snapshots are kept: what a storage engine must do. Knows neither records nor stores.

use std::path::PathBuf;

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::journal::answers::Refusals;
use crate::journal::frame::{ChainEnd, ChainHash, Frame, GraphId, Sequence};
use crate::journal::record::Time;
use crate::revision::{Incarnation, Revision};
use crate::store::Store;

/// Snapshots are written in parts of this many bytes, so that none holds up a commit for long.
pub const PART_BYTES: usize = 256 << 10;

/// How [`Store::fingerprint`] counts. It is raised whenever equal stores get another fingerprint than before: what an
/// earlier version has noted is then not compared. Held by a test of a committed file.
pub const FINGERPRINTS: u32 = 1;

/// A graph as a log lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphEntry {
    /// Its number.
    pub id: GraphId,
    /// Its name. Of the graphs with one name at most one is not dropped.
    pub name: String,
    /// Which load of it.
    pub incarnation: Incarnation,
    /// Whether it is served.
    pub life: Life,
    /// Its last record.
    pub last: Sequence,
    /// The hash of its last frame.
    pub hash: ChainHash,
}

/// Whether a graph is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It is.
    Served,
    /// It was dropped; what is kept of it is history.
    Dropped,
}

impl GraphEntry {
    /// Where its frames end.
    pub fn end(&self) -> ChainEnd {
        let Self { id, incarnation, last, hash, .. } = *self;
        ChainEnd { graph: id, incarnation, sequence: last, hash }
    }

    /// A hash of all that it says.
    pub fn check(&self) -> u128 {
        let mut hasher = Xxh3::new();
        let is_served = u64::from(self.life == Life::Served);
        for number in [self.id.0, self.incarnation.0, is_served, self.last.0] {
            hasher.update(&number.to_le_bytes());
        }
        hasher.update(&self.hash.0.to_le_bytes());
        hasher.update(self.name.as_bytes());
        hasher.digest128()
    }
}

/// What is written at once: all of it, or nothing.
#[derive(Clone, Debug, Default)]
pub struct GroupCommit {
    /// Graphs whose first frame is among `frames`, with their names.
    pub created: Vec<(GraphId, String)>,
    /// One frame for each graph that has something to say.
    pub frames: Vec<Frame>,
    /// Graphs whose last frame is among `frames`.
    pub dropped: Vec<GraphId>,
}

/// A snapshot as a log lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotHead {
    /// Which graph.
    pub graph: GraphId,
    /// The last record that it knows of.
    pub sequence: Sequence,
    /// The revision of the graph then.
    pub revision: Revision,
    /// When it was taken.
    pub time: Time,
    /// How many parts it has.
    pub parts: u32,
    /// The hash of its bytes.
    pub hash: u128,
    /// The fingerprint of the store.
    pub fingerprint: u64,
    /// How that was counted ([`FINGERPRINTS`]).
    pub fingerprints: u32,
}

impl SnapshotHead {
    /// A hash of all that it says.
    pub fn check(&self) -> u128 {
        let mut hasher = Xxh3::new();
        let numbers = [self.graph.0, self.sequence.0, self.revision.0, self.time.0];
        let counts = [self.fingerprint, self.parts.into(), self.fingerprints.into()];
        for number in numbers.into_iter().chain(counts) {
            hasher.update(&number.to_le_bytes());
        }
        hasher.update(&self.hash.to_le_bytes());
        hasher.digest128()
    }
}

/// The hash of some bytes, as snapshots and backups have it: XXH3 of 128 bits. O(bytes).
pub fn content_hash(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// A snapshot that is to be written.
#[derive(Clone, Debug)]
pub struct EncodedSnapshot {
    /// What is written last, and makes it one.
    pub head: SnapshotHead,
    /// What is written before, in parts.
    pub bytes: Vec<u8>,
}

impl EncodedSnapshot {
    /// A snapshot of a clone of a store, which was taken when `sequence` was its last record. O(graph + what the jobs hold):
    /// for a thread that nobody waits for.
    pub fn of(
        store: &Store,
        graph: GraphId,
        sequence: Sequence,
        time: Time,
        refusals: &dyn Refusals,
    ) -> Self {
        let bytes = store.snapshot(refusals);
        let head = SnapshotHead {
            graph,
            sequence,
            revision: store.revision(),
            time,
            parts: bytes.len().div_ceil(PART_BYTES) as u32,
            hash: content_hash(&bytes),
            fingerprint: store.fingerprint(),
            fingerprints: FINGERPRINTS,
        };
        Self { head, bytes }
    }

    /// Its parts, with their numbers.
    pub fn parts(&self) -> impl Iterator<Item = (u32, &[u8])> + '_ {
        (0..).zip(self.bytes.chunks(PART_BYTES))
    }
}

/// How much was thrown away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Frames.
    pub frames: u64,
    /// Snapshots, with their parts.
    pub snapshots: u64,
    /// Graphs that were dropped long ago.
    pub graphs: u64,
}

impl Pruned {
    /// Whether there was nothing to be thrown away.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// Where frames and snapshots are kept. One thread has it. Whatever fails poisons it, so that nothing is ever tried again: after
/// a failed write or sync nobody knows whether it is on the disk, but it is there as a whole or not at all.
pub trait Log: Send {
    /// Where that is, for people: a file or a database.
    fn place(&self) -> PathBuf;

    /// The graphs, as they were when the last commit was done; ascending.
    ///
    /// # Errors
    /// [`LogError`].
    fn graphs(&mut self) -> Result<Vec<GraphEntry>, LogError>;

    /// A number that no graph ever had, nor will have but the one that is created with it.
    fn next_graph(&mut self) -> GraphId;

    /// Writes frames of several graphs at once, at most one of each: all or nothing. When it returns, they are as durable as the log was told to
    /// make them.
    ///
    /// # Errors
    /// [`LogError`]; [`LogError::Misplaced`] if a frame does not continue what there is.
    fn append(&mut self, commit: &GroupCommit) -> Result<(), LogError>;

    /// What was appended before is durable when it returns, however little the log was told to care.
    ///
    /// # Errors
    /// [`LogError`].
    fn sync(&mut self) -> Result<(), LogError>;

    /// The frames of a graph that have records after `after`, in order, until they have `most_bytes` or more; empty when
    /// there are no more.
    ///
    /// # Errors
    /// [`LogError`].
    fn read_frames(
        &mut self,
        graph: GraphId,
        after: Sequence,
        most_bytes: usize,
    ) -> Result<Vec<Frame>, LogError>;

    /// The snapshots of a graph that are whole, newest first.
    ///
    /// # Errors
    /// [`LogError`].
    fn snapshots(&mut self, graph: GraphId) -> Result<Vec<SnapshotHead>, LogError>;

    /// Writes a part of a snapshot, in a transaction of its own. A part that was there before is replaced.
    ///
    /// # Errors
    /// [`LogError`].
    fn write_snapshot_part(
        &mut self,
        head: &SnapshotHead,
        part: u32,
        bytes: &[u8],
    ) -> Result<(), LogError>;

    /// All parts are written: from now on it is a snapshot. Its last record must have been appended.
    ///
    /// # Errors
    /// [`LogError`].
    fn finish_snapshot(&mut self, head: &SnapshotHead) -> Result<(), LogError>;

    /// The bytes of a snapshot. Whether they are what was written is for the caller to see.
    ///
    /// # Errors
    /// [`LogError`].
    fn read_snapshot(&mut self, head: &SnapshotHead) -> Result<Vec<u8>, LogError>;

    /// One part of a snapshot, likewise; empty if there is none of this number.
    ///
    /// # Errors
    /// [`LogError`].
    fn read_snapshot_part(&mut self, head: &SnapshotHead, part: u32) -> Result<Vec<u8>, LogError> {
        let bytes = self.read_snapshot(head)?;
        Ok(bytes.chunks(PART_BYTES).nth(part as usize).map(<[u8]>::to_vec).unwrap_or_default())
    }

    /// Throws away, at most about `most` rows at once, what is older than `before` and not needed: frames up to the older of the
    /// two newest snapshots, snapshots and parts beyond those two, and graphs that were dropped. To be called until it
    /// throws away nothing.
    ///
    /// # Errors
    /// [`LogError`].
    fn prune(&mut self, before: Time, most: u32) -> Result<Pruned, LogError>;
}

/// Why a log did nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// Another server has it.
    #[error("{}: another server uses it", .0.display())]
    InUse(PathBuf),
    /// It cannot be written.
    #[error("{}: it cannot be written: {reason}", path.display())]
    ReadOnly {
        /// Which file or directory.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// It is something else.
    #[error("{}: no journal of Fluxion: {found}", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// What it is.
        found: String,
    },
    /// A newer version wrote it.
    #[error("{}: format {found}, and this version knows {known}", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The latest one that is known.
        known: i64,
    },
    /// There is no room.
    #[error("{}: there is no room left", .0.display())]
    Full(PathBuf),
    /// Reading, writing or syncing failed.
    #[error("{}: {reason}", path.display())]
    Failed {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Something failed before; nothing is tried again.
    #[error("something failed before: {0}")]
    Poisoned(String),
    /// It ends before what was written last.
    #[error("{}: its end is lost: commit {expected} was written, and it ends with {found}", path.display())]
    LostTail {
        /// Which file.
        path: PathBuf,
        /// The last commit that was written.
        expected: u64,
        /// The last one that is there.
        found: u64,
    },
    /// It is not what was written.
    #[error("{}: altered: {what}", path.display())]
    Altered {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        what: String,
    },
    /// A frame or a snapshot does not continue what there is: a defect of who writes.
    #[error("record {found} of graph {} does not continue what there is, which ends with {expected}", graph.0)]
    Misplaced {
        /// Which graph.
        graph: GraphId,
        /// The last record that there is.
        expected: Sequence,
        /// What was to be written.
        found: Sequence,
    },
}

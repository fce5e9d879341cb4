//! From what a log keeps to a store: the newest snapshot, then what came after it. Nothing is skipped: what does not fit is
//! refused.

use std::path::PathBuf;

use xxhash_rust::xxh3::xxh3_128;

use crate::journal::error::DecodeError;
use crate::journal::frame::{ChainEnd, ChainHash, Frame, FrameError, Sequence};
use crate::journal::log::{FINGERPRINTS, GraphEntry, Life, Log, LogError, SnapshotHead};
use crate::journal::record::{Event, Record, Time};
use crate::revision::{CommitError, Revision};
use crate::store::Store;

/// So many bytes of frames are read at once.
const BATCH: usize = 1 << 20;

/// A graph that was recovered.
#[derive(Debug)]
pub struct Recovered {
    /// The graph with its jobs, as after the last record.
    pub store: Store,
    /// Where its frames end.
    pub end: ChainEnd,
    /// When the last record was made, as far as any was read.
    pub time: Time,
    /// The snapshot that it began with.
    pub snapshot: Option<SnapshotHead>,
    /// How many records came after it.
    pub records: u64,
}

/// How far a recovery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Records that were done again.
    pub done: u64,
    /// Of so many.
    pub of: u64,
}

/// Why a graph was not recovered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "{}: graph {graph}, after record {sequence}, revision {revision}: {fault}", file.display()
)]
pub struct RecoveryError {
    /// Where the log is kept.
    pub file: PathBuf,
    /// The name of the graph.
    pub graph: String,
    /// The last record that fits; 0 if not even what it begins with does.
    pub sequence: Sequence,
    /// The last revision that was reached.
    pub revision: Revision,
    /// What does not fit.
    pub fault: Box<RecoveryFault>,
}

/// What does not fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryFault {
    /// It could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A frame is not what was written.
    #[error("the frame is damaged: {0}")]
    Frame(#[from] FrameError),
    /// The bytes of the snapshot are not what was written.
    #[error("the snapshot is damaged: its hash is another")]
    SnapshotHash,
    /// The snapshot cannot be read.
    #[error("the snapshot cannot be read: {0}")]
    Snapshot(DecodeError),
    /// The snapshot is of another store than it says.
    #[error("the snapshot has the fingerprint {found:016x}, expected {expected:016x}")]
    Fingerprint {
        /// What was noted with it.
        expected: u64,
        /// That of the store.
        found: u64,
    },
    /// A record does not follow the one before it.
    #[error("the record does not apply: {0}")]
    Commit(#[from] CommitError),
    /// There is neither a snapshot nor the record by which the graph was created; or that record comes again, or names
    /// another graph; or something follows the end of the graph.
    #[error("the records do not belong together: {0}")]
    Order(&'static str),
    /// Records are missing at the end.
    #[error("the records end with {found}, expected {expected}")]
    End {
        /// The last one that was written.
        expected: Sequence,
        /// The last one that is there.
        found: Sequence,
    },
}

/// The store of a graph: the newest snapshot, and what came after it. `told` hears of each batch of records.
/// O(graph + what the jobs hold + records).
///
/// # Errors
/// [`RecoveryError`].
pub fn recover(
    log: &mut dyn Log,
    graph: &GraphEntry,
    told: &mut dyn FnMut(Progress),
) -> Result<Recovered, RecoveryError> {
    let file = log.place();
    let told_wrong = |error: LogError| refusal(file, graph, error.into());
    let snapshots = log.snapshots(graph.id).map_err(told_wrong)?;
    recover_from(log, graph, snapshots.into_iter().next(), told)
}

/// As [`recover`], from a snapshot of choice, or from the very beginning.
///
/// # Errors
/// [`RecoveryError`].
pub fn recover_from(
    log: &mut dyn Log,
    graph: &GraphEntry,
    snapshot: Option<SnapshotHead>,
    told: &mut dyn FnMut(Progress),
) -> Result<Recovered, RecoveryError> {
    let file = log.place();
    let store = match &snapshot {
        Some(head) => {
            let store = restored(log, head);
            Some(store.map_err(|fault| refusal(file.clone(), graph, fault))?)
        }
        None => None,
    };
    let begin = snapshot.as_ref().map_or(Sequence(0), |head| head.sequence);
    let time = snapshot.as_ref().map_or(Time(0), |head| head.time);
    let hash = (begin == Sequence(0)).then_some(ChainHash(0));
    let mut replay = Replay { graph, store, at: begin, hash, time, is_over: false };
    let result = replay.run(log, told).and_then(|()| replay.finish());
    let (sequence, revision) = (replay.at, replay.revision());
    let store = result.map_err(|fault| RecoveryError {
        file,
        graph: graph.name.clone(),
        sequence,
        revision,
        fault: Box::new(fault),
    })?;
    let records = graph.last.0 - begin.0;
    Ok(Recovered { store, end: graph.end(), time: replay.time, snapshot, records })
}

fn refusal(file: PathBuf, graph: &GraphEntry, fault: RecoveryFault) -> RecoveryError {
    let (sequence, revision) = (Sequence(0), Revision(0));
    let fault = Box::new(fault);
    RecoveryError { file, graph: graph.name.clone(), sequence, revision, fault }
}

fn restored(log: &mut dyn Log, head: &SnapshotHead) -> Result<Store, RecoveryFault> {
    let bytes = log.read_snapshot(head)?;
    if xxh3_128(&bytes) != head.hash {
        return Err(RecoveryFault::SnapshotHash);
    }
    let store = Store::restore(&bytes).map_err(RecoveryFault::Snapshot)?;
    if head.fingerprints == FINGERPRINTS {
        let (expected, found) = (head.fingerprint, store.fingerprint());
        if expected != found {
            return Err(RecoveryFault::Fingerprint { expected, found });
        }
    }
    if store.revision() != head.revision {
        return Err(RecoveryFault::Order("the snapshot has another revision"));
    }
    Ok(store)
}

/// A store on its way through the records.
struct Replay<'a> {
    graph: &'a GraphEntry,
    store: Option<Store>,
    at: Sequence,
    /// That of the frame before; none if that is not known.
    hash: Option<ChainHash>,
    time: Time,
    /// The graph was dropped.
    is_over: bool,
}

impl Replay<'_> {
    fn revision(&self) -> Revision {
        self.store.as_ref().map_or(Revision(0), Store::revision)
    }

    fn run(
        &mut self,
        log: &mut dyn Log,
        told: &mut dyn FnMut(Progress),
    ) -> Result<(), RecoveryFault> {
        let begin = self.at.0;
        loop {
            let frames = log.read_frames(self.graph.id, self.at, BATCH)?;
            if frames.is_empty() {
                return Ok(());
            }
            for frame in &frames {
                self.enter(frame)?;
            }
            let of = self.graph.last.0.saturating_sub(begin);
            told(Progress { done: self.at.0 - begin, of });
        }
    }

    fn enter(&mut self, frame: &Frame) -> Result<(), RecoveryFault> {
        let expected = Sequence(self.at.0 + 1);
        // a snapshot may be of a moment within a frame
        let may_overlap = self.hash.is_none();
        let follows = frame.first == expected
            || may_overlap && frame.first < expected && frame.last >= expected;
        if !follows {
            let found = frame.first;
            return Err(FrameError::Place { expected, found }.into());
        }
        if self.hash.is_some_and(|hash| hash != frame.previous) {
            return Err(FrameError::Previous.into());
        }
        if frame.graph != self.graph.id || frame.incarnation != self.graph.incarnation {
            return Err(RecoveryFault::Order("a frame of another graph"));
        }
        for (sequence, record) in frame.records()? {
            if sequence >= expected {
                self.obey(record)?;
                self.at = sequence;
            }
        }
        self.hash = Some(frame.hash);
        Ok(())
    }

    fn obey(&mut self, record: Record) -> Result<(), RecoveryFault> {
        self.time = self.time.max(record.time);
        if self.is_over {
            return Err(RecoveryFault::Order("a record after the end of the graph"));
        }
        match (record.event, &mut self.store) {
            (Event::Created { name, store }, none @ None) if name == self.graph.name => {
                *none = Some(*store);
                Ok(())
            }
            (Event::Created { .. }, _) => Err(RecoveryFault::Order("another graph is created")),
            (Event::Dropped { .. }, Some(_)) => {
                self.is_over = true;
                Ok(())
            }
            (Event::Committed(settled), Some(store)) => Ok(store.replay(&settled)?),
            (_, None) => Err(RecoveryFault::Order("the graph was never created")),
        }
    }

    fn finish(&mut self) -> Result<Store, RecoveryFault> {
        let (expected, found) = (self.graph.last, self.at);
        if expected != found || self.hash.is_some_and(|hash| hash != self.graph.hash) {
            return Err(RecoveryFault::End { expected, found });
        }
        if self.is_over != (self.graph.life == Life::Dropped) {
            return Err(RecoveryFault::Order("whether the graph was dropped"));
        }
        let store = self.store.take();
        store.ok_or(RecoveryFault::Order("the graph was never created"))
    }
}

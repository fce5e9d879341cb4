//! Everything that is kept of a graph, proved: each frame and each snapshot is what was written, and all ways lead to the
//! same store.

use fluxion_engine::Inconsistency;

use crate::journal::frame::{ChainHash, Frame, FrameError, Sequence};
use crate::journal::log::{GraphEntry, Life, Log, LogError, SnapshotHead};
use crate::journal::record::Time;
use crate::journal::recovery::{Progress, Recovered, RecoveryError, recover_from};
use crate::revision::Revision;
use crate::store::Store;

/// So many bytes of frames are read at once.
const BATCH: usize = 1 << 20;

/// What was found when all that is kept of a graph was looked at.
#[derive(Debug)]
pub struct Examination {
    /// Which graph.
    pub graph: GraphEntry,
    /// Its frames.
    pub chain: Chain,
    /// A store from each snapshot, newest first, and from the beginning if that is kept. Nothing of a graph that was dropped.
    pub ways: Vec<Way>,
    /// The graph as after the last record, if any way leads there.
    pub store: Option<Store>,
    /// What is wrong.
    pub flaws: Vec<Flaw>,
}

/// The frames of a graph that are kept.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// The last record of each frame, ascending.
    pub ends: Vec<Sequence>,
    /// The first record that is kept; 0 if none is.
    pub first: Sequence,
    /// How many records there are.
    pub records: u64,
    /// When the last one was made, as far as frames say.
    pub time: Time,
    /// What they take, in bytes.
    pub bytes: u64,
    /// The last record of each frame that is not what was written.
    pub damaged: Vec<Sequence>,
    /// The first record of each frame that does not follow the one before it.
    pub breaks: Vec<Sequence>,
}

/// An attempt to get to the last record.
#[derive(Clone, Debug)]
pub struct Way {
    /// The snapshot that it begins with; none for the beginning.
    pub snapshot: Option<SnapshotHead>,
    /// The last record that it reaches; 0 if it cannot even begin.
    pub reached: Sequence,
}

/// Something that is wrong with what is kept of a graph.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// A frame is not what was written, or not where it was.
    #[error("the frame of {}, revision {revision}: {fault}", spanned(*first, *last))]
    Frame {
        /// Its first record.
        first: Sequence,
        /// Its last record.
        last: Sequence,
        /// The revision after it.
        revision: Revision,
        /// What is wrong with it.
        fault: FrameError,
    },
    /// The frames end elsewhere than the last commit did.
    #[error("the frames end with record {found}, expected {expected}")]
    Ends {
        /// The last record that was written.
        expected: Sequence,
        /// The last record that there is.
        found: Sequence,
    },
    /// The last record cannot be reached from a snapshot or from the beginning.
    #[error("from {}: {error}", began(*from))]
    Way {
        /// The last record of the snapshot; 0 for the beginning.
        from: Sequence,
        /// Why not.
        error: RecoveryError,
    },
    /// Two ways lead to stores that differ.
    #[error("from {}: the store has the fingerprint {found:016x}, expected {expected:016x}", began(*from))]
    Differs {
        /// The last record of the snapshot; 0 for the beginning.
        from: Sequence,
        /// What the newest way comes to.
        expected: u64,
        /// What this one comes to.
        found: u64,
    },
    /// Records of the store do not agree: something is allocated twice, or counted wrongly.
    #[error("the store does not agree with itself: {0}")]
    Store(Inconsistency),
}

fn spanned(first: Sequence, last: Sequence) -> String {
    if first == last { format!("record {first}") } else { format!("records {first} to {last}") }
}

fn began(from: Sequence) -> String {
    if from == Sequence(0) {
        "the beginning".to_owned()
    } else {
        format!("the snapshot at record {from}")
    }
}

/// Looks at all that is kept of a graph. `told` hears of each batch of records: of all frames, then of one way after the other.
/// O(ways × (graph + what the jobs hold + records)).
///
/// # Errors
/// [`LogError`] if it cannot be read.
pub fn examine(
    log: &mut dyn Log,
    graph: &GraphEntry,
    told: &mut dyn FnMut(Progress),
) -> Result<Examination, LogError> {
    let mut flaws = Vec::new();
    let chain = walk(log, graph, &mut flaws, told)?;
    let mut examination =
        Examination { graph: graph.clone(), chain, ways: Vec::new(), store: None, flaws };
    // what is kept of a graph that was dropped is thrown away bit by bit
    if graph.life == Life::Served {
        let mut begins: Vec<_> = log.snapshots(graph.id)?.into_iter().map(Some).collect();
        if begins.is_empty() || examination.chain.first == Sequence(1) {
            begins.push(None);
        }
        for snapshot in begins {
            let recovered = recover_from(log, graph, snapshot.clone(), told);
            examination.enter(snapshot, recovered);
        }
    }
    Ok(examination)
}

impl Examination {
    /// Counts everything in the store anew: that nothing is allocated twice, and that all figures are right. It costs many times
    /// what the examination did. O(graph × depth + bookings × log bookings).
    pub fn prove_store(&mut self) {
        let checked = self.store.as_ref().map(|store| store.context().check());
        self.flaws.extend(checked.and_then(Result::err).map(Flaw::Store));
    }

    fn enter(
        &mut self,
        snapshot: Option<SnapshotHead>,
        recovered: Result<Recovered, RecoveryError>,
    ) {
        let from = snapshot.as_ref().map_or(Sequence(0), |head| head.sequence);
        let reached = match recovered {
            Err(error) => {
                let reached = error.sequence;
                self.flaws.push(Flaw::Way { from, error });
                reached
            }
            Ok(Recovered { store, .. }) => {
                self.compare(from, store);
                self.graph.last
            }
        };
        self.ways.push(Way { snapshot, reached });
    }

    fn compare(&mut self, from: Sequence, store: Store) {
        let Some(newest) = &self.store else {
            self.store = Some(store);
            return;
        };
        let (expected, found) = (newest.fingerprint(), store.fingerprint());
        if expected != found {
            self.flaws.push(Flaw::Differs { from, expected, found });
        }
    }
}

/// Follows the frames of a graph. O(what they say).
fn walk(
    log: &mut dyn Log,
    graph: &GraphEntry,
    flaws: &mut Vec<Flaw>,
    told: &mut dyn FnMut(Progress),
) -> Result<Chain, LogError> {
    let mut chain = Chain::default();
    let mut before: Option<(Sequence, ChainHash)> = None;
    loop {
        let at = chain.ends.last().copied().unwrap_or_default();
        let frames = log.read_frames(graph.id, at, BATCH)?;
        if frames.is_empty() {
            break;
        }
        for frame in &frames {
            chain.enter(frame, before, flaws);
            before = Some((frame.last, frame.hash));
        }
        let of = graph.last.0.saturating_sub(chain.first.0).saturating_add(1);
        told(Progress { done: chain.records, of });
    }
    let (expected, found) = (graph.last, before.map_or(Sequence(0), |(last, _)| last));
    let is_other = |(last, hash)| last != graph.last || hash != graph.hash;
    if before.is_some_and(is_other) {
        flaws.push(Flaw::Ends { expected, found });
    }
    Ok(chain)
}

impl Chain {
    fn enter(
        &mut self,
        frame: &Frame,
        before: Option<(Sequence, ChainHash)>,
        flaws: &mut Vec<Flaw>,
    ) {
        let Frame { first, last, revision, .. } = *frame;
        if self.ends.is_empty() {
            self.first = first;
        }
        self.ends.push(last);
        self.time = self.time.max(frame.time);
        self.bytes += frame.body.len() as u64;
        let records = last.0.saturating_sub(first.0).saturating_add(1);
        self.records = self.records.saturating_add(records);
        let mut flaw = |fault| flaws.push(Flaw::Frame { first, last, revision, fault });
        if let Some(fault) = misplaced(frame, before) {
            self.breaks.push(first);
            flaw(fault);
        }
        if let Err(fault) = frame.records() {
            self.damaged.push(last);
            flaw(fault);
        }
    }
}

/// Why a frame does not follow the one before it, if it does not.
fn misplaced(frame: &Frame, before: Option<(Sequence, ChainHash)>) -> Option<FrameError> {
    let (last, hash) = match before {
        Some(before) => before,
        // what came before it was thrown away
        None if frame.first > Sequence(1) => return None,
        None => (Sequence(0), ChainHash(0)),
    };
    let (expected, found) = (Sequence(last.0.saturating_add(1)), frame.first);
    if found != expected {
        return Some(FrameError::Place { expected, found });
    }
    (frame.previous != hash).then_some(FrameError::Previous)
}

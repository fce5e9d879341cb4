//! Frames: what one group commit writes of one graph. Each names the hash of the one before it, so that one that is missing,
//! doubled or altered is found.

use bytes::{Buf as _, Bytes};
use xxhash_rust::xxh3::Xxh3;

use crate::journal::answers::Refusals;
use crate::journal::error::DecodeError;
use crate::journal::record::{Event, Record, Time};
use crate::journal::varint::{pack, unpack};
use crate::revision::{Incarnation, Revision};

/// The format of frames.
const FORMAT: u8 = 1;

/// What stands behind the format: the records as they are, or packed.
const PLAIN: u8 = 0;
const PACKED: u8 = 1;

/// A load of a graph, as a log numbers them. A number is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GraphId(pub u64);

/// The number of a record of a graph; the first one has 1. (Revisions are not enough: some records make none.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(pub u64);

impl std::fmt::Display for Sequence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A hash of everything up to some place; 0 before the first frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ChainHash(pub u128);

/// Where the frames of a graph end: what the next one continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainEnd {
    /// Which graph.
    pub graph: GraphId,
    /// Which load of it.
    pub incarnation: Incarnation,
    /// The last record.
    pub sequence: Sequence,
    /// The hash of the last frame.
    pub hash: ChainHash,
}

impl ChainEnd {
    /// Before the first frame of a graph.
    pub fn start(graph: GraphId, incarnation: Incarnation) -> Self {
        Self { graph, incarnation, sequence: Sequence(0), hash: ChainHash(0) }
    }
}

/// A frame that is being filled.
#[derive(Clone, Debug, Default)]
pub struct OpenFrame {
    records: u64,
    time: Time,
    revision: u64,
    body: Vec<u8>,
}

impl OpenFrame {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record. O(what it says).
    pub fn push(&mut self, record: &Record, refusals: &dyn Refusals) {
        record.encode(refusals, &mut self.body);
        self.records += 1;
        self.time = self.time.max(record.time);
        match &record.event {
            Event::Created { store, .. } => self.revision = store.revision().0,
            Event::Committed(settled) => self.revision = settled.commit().revision.0,
            Event::Dropped { .. } => {}
        }
    }

    /// How many records are in it.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// How many bytes they take, before they are packed.
    pub fn bytes(&self) -> usize {
        self.body.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// The frame, packed, as the one after a place, which moves behind it. `epoch` is who writes, where several may want to.
    pub fn seal(self, at: &mut ChainEnd, epoch: u64) -> Frame {
        let (form, bytes) = match pack(&self.body) {
            Some(packed) => (PACKED, packed),
            None => (PLAIN, self.body),
        };
        let mut body = Vec::with_capacity(bytes.len() + 2);
        body.extend([FORMAT, form]);
        body.extend(bytes);
        let mut frame = Frame {
            graph: at.graph,
            incarnation: at.incarnation,
            first: Sequence(at.sequence.0 + 1),
            last: Sequence(at.sequence.0 + self.records),
            epoch,
            time: self.time,
            revision: Revision(self.revision),
            previous: at.hash,
            hash: ChainHash(0),
            body: body.into(),
        };
        frame.hash = frame.expected_hash();
        (at.sequence, at.hash) = (frame.last, frame.hash);
        frame
    }
}

/// What one group commit writes of one graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Which graph.
    pub graph: GraphId,
    /// Which load of it.
    pub incarnation: Incarnation,
    /// The number of the first record.
    pub first: Sequence,
    /// That of the last one.
    pub last: Sequence,
    /// Who wrote it, where several may want to.
    pub epoch: u64,
    /// The latest time of a record.
    pub time: Time,
    /// The revision after the last record; 0 if it only says that the graph was dropped.
    pub revision: Revision,
    /// The hash of the frame before it.
    pub previous: ChainHash,
    /// The hash of this frame: of all above, and of the body.
    pub hash: ChainHash,
    /// The records.
    pub body: Bytes,
}

/// Why a frame is not what it must be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// It does not say what it said when it was written.
    #[error("it was altered: its hash is another")]
    Hash,
    /// It does not follow the frame before it.
    #[error("it begins with record {found}, expected {expected}")]
    Place {
        /// The record that would follow.
        expected: Sequence,
        /// The one with which it begins.
        found: Sequence,
    },
    /// It follows another frame than the one before it.
    #[error("it does not follow the frame before it")]
    Previous,
    /// A record cannot be read.
    #[error("record {sequence}: {error}")]
    Record {
        /// Which.
        sequence: Sequence,
        /// Why.
        error: DecodeError,
    },
    /// It has other records than it says.
    #[error("it has {found} records, expected {expected}")]
    Count {
        /// How many it says.
        expected: u64,
        /// How many there are.
        found: u64,
    },
}

impl Frame {
    fn expected_hash(&self) -> ChainHash {
        let mut hasher = Xxh3::new();
        for number in [
            self.graph.0,
            self.incarnation.0,
            self.first.0,
            self.last.0,
            self.epoch,
            self.time.0,
            self.revision.0,
        ] {
            hasher.update(&number.to_le_bytes());
        }
        hasher.update(&self.previous.0.to_le_bytes());
        hasher.update(&self.body);
        ChainHash(hasher.digest128())
    }

    /// Whether it is what was written.
    ///
    /// # Errors
    /// [`FrameError::Hash`].
    pub fn check(&self) -> Result<(), FrameError> {
        if self.hash == self.expected_hash() { Ok(()) } else { Err(FrameError::Hash) }
    }

    /// The records, with their numbers.
    ///
    /// # Errors
    /// [`FrameError`] if it is not what was written, or a newer version wrote it.
    pub fn records(&self) -> Result<Vec<(Sequence, Record)>, FrameError> {
        self.check()?;
        let told = |sequence, error| FrameError::Record { sequence, error };
        let mut body = self.unpacked().map_err(|error| told(self.first, error))?;
        let expected = self.last.0.saturating_sub(self.first.0).saturating_add(1);
        let mut records = Vec::new();
        while body.has_remaining() {
            let sequence = Sequence(self.first.0.saturating_add(records.len() as u64));
            let record = Record::decode(&mut body, self.incarnation);
            records.push((sequence, record.map_err(|error| told(sequence, error))?));
        }
        let found = records.len() as u64;
        if found == expected { Ok(records) } else { Err(FrameError::Count { expected, found }) }
    }

    fn unpacked(&self) -> Result<Bytes, DecodeError> {
        let [format, form, rest @ ..] = &*self.body else {
            return Err(DecodeError::Malformed("a frame that ends too early"));
        };
        if *format != FORMAT {
            let (found, known) = (u32::from(*format), u32::from(FORMAT));
            return Err(DecodeError::Newer { found, known });
        }
        match *form {
            PLAIN => Ok(self.body.slice(2..)),
            PACKED => Ok(unpack(rest)?.into()),
            _ => Err(DecodeError::Malformed("a frame in no form that there is")),
        }
    }
}

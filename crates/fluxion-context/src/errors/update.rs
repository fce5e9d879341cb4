//! Why a resource set was not booked.

use fluxion_budget::Exhausted;
use fluxion_engine::{JobId, UpdateRefusal};
use fluxion_formats::read::jgf::{JgfError, JgfErrorKind};
use fluxion_formats::read::rv1::Rv1Error;
use fluxion_formats::write::WriteError;

use crate::options::UpdateFormat;
use crate::update_time::UpdateTime;

/// An update that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpdateError {
    /// A live job has the number (EEXIST).
    #[error("existing jobid {0}")]
    LiveJob(JobId),
    /// The start is negative, or the duration 0 (EINVAL).
    #[error("invalid time ({}, {})", .0.start, .0.duration)]
    Time(UpdateTime),
    /// The text is no JGF, or does not fit the graph.
    #[error(transparent)]
    Jgf(#[from] JgfError),
    /// The text is no R object, or does not fit the graph.
    #[error(transparent)]
    Rv1(#[from] Rv1Error),
    /// What the text describes cannot be booked.
    #[error(transparent)]
    NotBooked(#[from] NotBooked),
    /// What was booked cannot be printed in the match format, and so is not booked (EINVAL).
    #[error(transparent)]
    Writer(#[from] WriteError),
}

/// A resource set that was read and cannot be booked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NotBooked {
    /// What the engine says.
    pub reason: UpdateRefusal,
    /// What the text was read as.
    pub format: UpdateFormat,
    /// The vertex that is meant, if it is one.
    pub vertex: Option<RefusedVertex>,
}

/// A vertex that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedVertex {
    /// Its name.
    pub name: String,
    /// Its unique id.
    pub uniq_id: i64,
    /// Where it stands.
    pub level: Level,
}

/// Where a vertex stands in the dominant subsystem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Directly below the root, as the nodes of an R object.
    BelowRoot,
    /// Elsewhere.
    Other,
}

/// What sort of failure an update was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateErrorKind {
    /// A live job has the number (EEXIST).
    LiveJob,
    /// The time is not valid (EINVAL).
    Time,
    /// Something is taken in that time (EBUSY).
    Busy,
    /// The graph has not what the text names, or has it otherwise (EINVAL).
    Absent,
    /// The text is not valid (EINVAL).
    Invalid,
    /// The caller has left, or its time is over.
    Stopped,
    /// There is no memory for the answer.
    Exhausted(Exhausted),
    /// What was booked cannot be told in so many bytes.
    TooLarge(usize),
}

impl UpdateError {
    /// What sort of failure it is.
    pub fn kind(&self) -> UpdateErrorKind {
        match self {
            Self::LiveJob(_) => UpdateErrorKind::LiveJob,
            Self::Time(_) => UpdateErrorKind::Time,
            Self::Jgf(error) => match error.kind() {
                JgfErrorKind::NoSuchVertex { .. }
                | JgfErrorKind::PathsDisagree { .. }
                | JgfErrorKind::Inconsistent { .. }
                | JgfErrorKind::NoSuchEdge { .. } => UpdateErrorKind::Absent,
                _ => UpdateErrorKind::Invalid,
            },
            Self::Rv1(Rv1Error::NoSuchNode { .. } | Rv1Error::NoSuchChild { .. }) => {
                UpdateErrorKind::Absent
            }
            Self::NotBooked(NotBooked { reason: UpdateRefusal::Taken(_), .. }) => {
                UpdateErrorKind::Busy
            }
            Self::Writer(WriteError::Stopped(_)) => UpdateErrorKind::Stopped,
            Self::Writer(WriteError::Exhausted(refusal)) => UpdateErrorKind::Exhausted(*refusal),
            Self::Writer(WriteError::TooLarge { most }) => UpdateErrorKind::TooLarge(*most),
            Self::Rv1(_) | Self::NotBooked(_) | Self::Writer(_) => UpdateErrorKind::Invalid,
        }
    }
}

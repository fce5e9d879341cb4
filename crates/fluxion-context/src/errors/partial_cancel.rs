//! Why nothing was given back.

use fluxion_engine::JobId;
use fluxion_formats::read::jgf::JgfError;
use fluxion_formats::read::rv1::Rv1Error;

/// A partial cancel that did not succeed; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartialCancelFailure {
    /// No live job has the number.
    #[error("nonexistent job {0}")]
    NoSuchJob(JobId),
    /// The text is no JGF, or does not fit the graph.
    #[error(transparent)]
    Jgf(#[from] JgfError),
    /// The text is no R object.
    #[error(transparent)]
    Rv1(#[from] Rv1Error),
    /// The text names no rank.
    #[error("no rank is named")]
    NoRanks,
    /// No vertex has this rank.
    #[error("there is no rank {0}")]
    UnknownRank(u32),
    /// The job holds nothing on this rank.
    #[error("the job holds nothing on rank {0}")]
    NothingOnRank(u32),
    /// The job does not hold the vertex of this name for itself.
    #[error("the job does not hold {0} for itself")]
    NotHeld(String),
}

//! What can go wrong, per operation: which part of what was asked for is to blame, the error of the reader, the
//! engine or the writer as it is, and where. `Display` is a sentence for people. How scripts know these errors is no
//! matter of this crate.

mod load;
mod matching;
mod partial_cancel;
mod update;

use std::sync::Arc;

use fluxion_budget::Stopped;
use fluxion_engine::{GRAPH_END, InvalidCriteria, JobId};
use fluxion_formats::write::WriteError;

pub use load::{LoadError, OptionName};
pub use matching::{MatchError, MatchErrorKind, MatchFault};
pub use partial_cancel::PartialCancelFailure;
pub use update::{Level, NotBooked, RefusedVertex, UpdateError, UpdateErrorKind};

/// A cancel that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CancelError {
    /// The job was never placed, or was cancelled before.
    #[error("nonexistent job {0}")]
    NoSuchJob(JobId),
}

/// An explanation that could not be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// The request is not valid, as a match would say, or nobody waits any more.
    #[error(transparent)]
    Request(#[from] MatchError),
    /// The job was never placed, or was cancelled.
    #[error("nonexistent job {0}")]
    NoSuchJob(JobId),
    /// The vertex that is asked about is not there.
    #[error(transparent)]
    Vertex(#[from] StatusError),
}

/// A job does not end at another time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RetimeError {
    /// The job was never placed, or holds nothing any more.
    #[error("nonexistent job {0}")]
    NoSuchJob(JobId),
    /// It would end before it starts, or after the graph.
    #[error("expected an end after the start, {start}, and not after {GRAPH_END}")]
    Window {
        /// When it starts, in seconds.
        start: i64,
    },
    /// It would meet another job.
    #[error("job {by} has {path} in that time")]
    Taken {
        /// What both need, or what lies above that.
        path: String,
        /// The other job.
        by: JobId,
    },
    /// It would go on into a window.
    #[error("{path} is kept for the window {window} in that time")]
    Barred {
        /// What the window keeps, or what lies above that.
        path: String,
        /// The name of the window.
        window: Arc<str>,
    },
}

/// A find that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// The expression is not valid.
    #[error(transparent)]
    Criteria(#[from] InvalidCriteria),
    /// The expression has more terms than may be tried on so large a graph.
    #[error("the expression has {terms} terms: expected at most {most} on a graph of this size")]
    TooManyTerms {
        /// How many it has.
        terms: usize,
        /// How many it may have.
        most: usize,
    },
    /// The result cannot be printed in the match format.
    #[error(transparent)]
    Writer(#[from] WriteError),
    /// The caller has left, or its time is over.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// A status was not set; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// No vertex has the path.
    #[error("no such path: {0}")]
    Path(String),
    /// The text is no set of ranks.
    #[error("invalid ranks `{0}`: expected a set such as 0-3,7 or the word all")]
    Ranks(String),
    /// No vertex with a path has the rank.
    #[error("no such rank: {0}")]
    Rank(u32),
    /// The paths take more than so many bytes.
    #[error("the paths take more than {most} bytes")]
    TooLarge {
        /// Bytes that they may take.
        most: usize,
    },
}

//! What can go wrong, per operation. `Display` is for people; the fields that hold the texts of the reference
//! command line are named where they stand.

use fluxion_engine::JobId;

use crate::update::UpdateTime;

/// A place in a text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// A context could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct LoadError {
    /// What `resource-query` prints after `: Runtime error: `, newlines included.
    pub what: String,
    /// What is wrong, and what was expected.
    pub detail: String,
    /// Where in the graph text, if the fault has a place.
    pub position: Option<Position>,
}

impl LoadError {
    pub(crate) fn setup(what: &str, detail: impl ToString) -> Self {
        Self { what: format!("{what}\n"), detail: detail.to_string(), position: None }
    }
}

/// Why a match did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MatchErrorKind {
    /// Nothing fits now (EBUSY). No message unless the search left diagnostics.
    Busy,
    /// It can never run (ENODEV).
    Unsatisfiable,
    /// The jobspec is not valid (EINVAL).
    Jobspec,
    /// The request is not valid, say its duration (EINVAL).
    Invalid,
    /// A limit of the search was exceeded (EOVERFLOW).
    Overflow,
    /// The result cannot be printed in the match format; nothing was booked.
    Writer,
}

impl MatchErrorKind {
    /// What can always be said.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Busy => "no matching resources found",
            Self::Unsatisfiable => "the request can never be satisfied",
            Self::Jobspec => "the jobspec is not valid",
            Self::Invalid => "the request is not valid",
            Self::Overflow => "a limit of the search was exceeded",
            Self::Writer => "the result cannot be printed",
        }
    }
}

/// A match that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", if detail.is_empty() { kind.as_str() } else { detail })]
pub struct MatchError {
    /// What went wrong.
    pub kind: MatchErrorKind,
    /// The number that the job would have had (printed as `JOBID=`).
    pub job: JobId,
    /// What `resource-query` prints after `match_allocate: ERROR: `; empty if it prints nothing.
    pub message: String,
    /// What is wrong, and what was expected; empty if the kind says all.
    pub detail: String,
    /// Where in the jobspec, if the fault has a place.
    pub position: Option<Position>,
}

/// A cancel that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CancelError {
    /// The job was never placed, or was cancelled before.
    #[error("nonexistent job {0}")]
    NoSuchJob(JobId),
}

/// A find that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// The expression is not valid.
    #[error("invalid criteria: {0}.")]
    Criteria(String),
    /// The expression has more terms than may be tried on so large a graph.
    #[error("the expression has {terms} terms: expected at most {most} on a graph of this size")]
    TooManyTerms {
        /// How many it has.
        terms: usize,
        /// How many it may have.
        most: usize,
    },
    /// The result cannot be printed in the match format.
    #[error("find writer emit: {0}")]
    Writer(String),
}

/// Why a resource set was not booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpdateErrorKind {
    /// Something is taken in that time (EBUSY).
    Busy,
    /// The graph has not what the text names, or has it otherwise (EINVAL).
    Absent,
    /// The text or the time is not valid (EINVAL).
    Invalid,
}

/// An update that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// A live job has the number (EEXIST).
    #[error("existing jobid {0}")]
    LiveJob(JobId),
    /// The start is negative, or the duration 0 (EINVAL).
    #[error("invalid time ({}, {})", .0.start, .0.duration)]
    Time(UpdateTime),
    /// The text cannot be read, or what it describes cannot be booked.
    #[error("{detail}")]
    Refused {
        /// What went wrong.
        kind: UpdateErrorKind,
        /// The reader's text in the reference, newlines included; often empty.
        message: String,
        /// What is wrong, and what was expected.
        detail: String,
    },
}

impl UpdateError {
    pub(crate) fn invalid(message: String, detail: String) -> Self {
        Self::Refused { kind: UpdateErrorKind::Invalid, message, detail }
    }
}

/// A partial cancel that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PartialCancelFailure {
    /// No live job has the number.
    #[error("nonexistent job {0}")]
    NoSuchJob(JobId),
    /// The text cannot be read, or names what the job does not hold.
    #[error("{detail}")]
    Refused {
        /// The text of the reference, newline included.
        message: String,
        /// What is wrong.
        detail: String,
        /// Whose fault it is.
        fault: ReleaseFault,
    },
}

/// What stands in the way of a partial cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseFault {
    /// The text, which cannot be read.
    Text,
    /// The job, which does not hold what the text names.
    NotHeld,
}

impl PartialCancelFailure {
    pub(crate) const UNREADABLE: &str = "remove: partial_cancel returned error.\n";

    pub(crate) fn unreadable(detail: String) -> Self {
        Self::Refused { message: Self::UNREADABLE.to_owned(), detail, fault: ReleaseFault::Text }
    }
}

/// A status was not set; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
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
}

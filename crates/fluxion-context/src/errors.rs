//! What can go wrong, per operation. `Display` is for people; the fields that hold the texts of the reference
//! command line are named where they stand.

use fluxion_engine::JobId;

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

/// A match that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct MatchError {
    /// What went wrong.
    pub kind: MatchErrorKind,
    /// The number that the job would have had (printed as `JOBID=`).
    pub job: JobId,
    /// What `resource-query` prints after `match_allocate: ERROR: `; empty if it prints nothing.
    pub message: String,
    /// What is wrong, and what was expected.
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
    /// The result cannot be printed in the match format.
    #[error("find writer emit: {0}")]
    Writer(String),
}

//! What can go wrong, by what a caller would do about it.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// A call of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// Load a graph.
    Init,
    /// Match a jobspec.
    Match,
    /// Cancel a job.
    Cancel,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Init => "Init",
            Self::Match => "Match",
            Self::Cancel => "Cancel",
        })
    }
}

/// A failed call, as gRPC tells it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call}: {message} ({code:?})")]
pub struct Failure {
    /// The call that failed.
    pub call: Call,
    /// The gRPC status code.
    pub code: Code,
    /// What the service says is wrong, and where.
    pub message: String,
}

/// Why there is no connection, or why a call failed. More variants may come.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The target names no service.
    #[error("`{target}` is no target: expected `name:port`, say `localhost:4242`")]
    InvalidTarget {
        /// What was given.
        target: String,
    },
    /// Nobody answers at the target.
    #[error("cannot connect to {target}: {reason}")]
    NotConnected {
        /// Where a service was expected.
        target: String,
        /// What the last attempt met with.
        reason: String,
    },
    /// The certificates or the token cannot be used.
    #[error("the credentials cannot be used: {reason}")]
    Credentials {
        /// Why not.
        reason: String,
    },
    /// The token would be sent to another machine without TLS, and is not.
    #[error(
        "the token is not sent to {target} in clear text, where others could read it on its way: use https://, or allow it"
    )]
    ClearTextToken {
        /// Where it would have gone.
        target: String,
    },
    /// The graph, the policy, the jobspec or the operation is wrong (`INVALID_ARGUMENT`).
    #[error(transparent)]
    InvalidArgument(Failure),
    /// No graph was loaded, or it lacks what the match format prints (`FAILED_PRECONDITION`).
    #[error(transparent)]
    NotReady(Failure),
    /// Nothing fits now; it may when a job is cancelled, or what is down comes back (`RESOURCE_EXHAUSTED`).
    #[error(transparent)]
    NotPossibleNow(Failure),
    /// The jobspec can never run on this graph (`OUT_OF_RANGE`).
    #[error(transparent)]
    NeverPossible(Failure),
    /// A message is too large, or the search too long (`RESOURCE_EXHAUSTED`).
    #[error(transparent)]
    LimitExceeded(Failure),
    /// There is no such job, or it was cancelled before (`NOT_FOUND`).
    #[error(transparent)]
    UnknownJob(Failure),
    /// The service cannot be reached, or is going away (`UNAVAILABLE`).
    #[error(transparent)]
    Unavailable(Failure),
    /// No answer came within the limit of [`Options`](crate::Options) (`DEADLINE_EXCEEDED`). A graph may have been
    /// loaded all the same; a booking is undone.
    #[error(transparent)]
    TimedOut(Failure),
    /// Any other status.
    #[error(transparent)]
    Other(Failure),
}

/// How the message begins if it is the resources that lack, and the reason that says so.
const NOT_POSSIBLE: &str = "Allocation was not possible";
const NOTHING_FITS: &str = "NOTHING_FITS";

/// Whether nothing is free now; published services give no reason, but a text.
fn is_for_now(status: &Status) -> bool {
    match status.get_details_error_info() {
        Some(info) => info.reason == NOTHING_FITS,
        None => status.message().starts_with(NOT_POSSIBLE),
    }
}

impl Error {
    /// The failed call with its gRPC code and message; none if no connection came about.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::InvalidTarget { .. }
            | Self::NotConnected { .. }
            | Self::Credentials { .. }
            | Self::ClearTextToken { .. } => None,
            Self::InvalidArgument(failure)
            | Self::NotReady(failure)
            | Self::NotPossibleNow(failure)
            | Self::NeverPossible(failure)
            | Self::LimitExceeded(failure)
            | Self::UnknownJob(failure)
            | Self::Unavailable(failure)
            | Self::TimedOut(failure)
            | Self::Other(failure) => Some(failure),
        }
    }

    pub(crate) fn of(call: Call, status: &Status) -> Self {
        let code = status.code();
        let failure = Failure { call, code, message: message(status) };
        match code {
            Code::InvalidArgument => Self::InvalidArgument(failure),
            Code::FailedPrecondition => Self::NotReady(failure),
            Code::OutOfRange => Self::NeverPossible(failure),
            Code::ResourceExhausted if is_for_now(status) => Self::NotPossibleNow(failure),
            Code::ResourceExhausted => Self::LimitExceeded(failure),
            Code::NotFound => Self::UnknownJob(failure),
            Code::Unavailable => Self::Unavailable(failure),
            Code::DeadlineExceeded => Self::TimedOut(failure),
            _ => Self::Other(failure),
        }
    }

    pub(crate) fn timed_out(call: Call, limit: Duration) -> Self {
        let message = format!("no answer within {limit:?}");
        Self::TimedOut(Failure { call, code: Code::DeadlineExceeded, message })
    }
}

/// What the transport reports says little without its cause.
fn message(status: &Status) -> String {
    status.source().map_or_else(|| status.message().to_owned(), root_cause)
}

/// The innermost cause, which says what happened.
pub(crate) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

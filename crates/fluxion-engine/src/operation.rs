//! The vocabulary of requests: operations, job ids, job states.

use std::fmt;
use std::str::FromStr;

/// What a match is asked to do (`docs/semantics/matching.md`, Operations).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchOperation {
    /// Book now, or fail.
    Allocate,
    /// Book now; on failure tell whether it could ever run.
    AllocateWithSatisfiability,
    /// Book now, or at the earliest later moment.
    AllocateOrElseReserve,
    /// Tell whether it could run on the machine, idle and up.
    Satisfiability,
    /// As `Allocate`, but book nothing.
    WithoutAllocating,
    /// As `AllocateOrElseReserve`, but book nothing.
    WithoutAllocatingFuture,
}

impl MatchOperation {
    /// All operations, in the order of their numbers in the C API.
    pub const ALL: [Self; 6] = [
        Self::Allocate,
        Self::AllocateWithSatisfiability,
        Self::AllocateOrElseReserve,
        Self::Satisfiability,
        Self::WithoutAllocating,
        Self::WithoutAllocatingFuture,
    ];

    /// The word that names the operation everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allocate => "allocate",
            Self::AllocateWithSatisfiability => "allocate_with_satisfiability",
            Self::AllocateOrElseReserve => "allocate_orelse_reserve",
            Self::Satisfiability => "satisfiability",
            Self::WithoutAllocating => "without_allocating",
            Self::WithoutAllocatingFuture => "without_allocating_future",
        }
    }

    /// Whether a success is recorded as a job.
    pub const fn books(self) -> bool {
        matches!(
            self,
            Self::Allocate | Self::AllocateWithSatisfiability | Self::AllocateOrElseReserve
        )
    }
}

impl fmt::Display for MatchOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no match operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown match operation `{0}`: expected one of allocate, allocate_with_satisfiability, allocate_orelse_reserve, satisfiability, without_allocating, without_allocating_future"
)]
pub struct UnknownOperation(pub String);

impl FromStr for MatchOperation {
    type Err = UnknownOperation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|op| op.as_str() == text);
        found.ok_or_else(|| UnknownOperation(text.to_owned()))
    }
}

/// The number of a job, unique among the live jobs of one context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What became of a job (`docs/semantics/state.md`, Jobs).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Holds its resources from time 0.
    Allocated,
    /// Will hold its resources from a later time.
    Reserved,
    /// Gave its resources back; stays in the table.
    Canceled,
    /// Its time was over, and it gave its resources back; stays in the table.
    Ended,
}

impl JobState {
    /// The word that clients see.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allocated => "ALLOCATED",
            Self::Reserved => "RESERVED",
            Self::Canceled => "CANCELED",
            Self::Ended => "ENDED",
        }
    }

    /// Whether a job in this state holds resources, now or later.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Allocated | Self::Reserved)
    }
}

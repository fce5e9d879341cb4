//! Why a request is not placed: plain data.

use std::sync::Arc;

use crate::notes::Notes;

/// When the graph ends, in seconds: 100 years of 365 days (`docs/semantics/time.md`, The end of the graph).
pub const GRAPH_END: i64 = 3_153_600_000;

/// Why a request was not placed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing fits at the times that were tried (EBUSY). Holds what the search had to say.
    #[error("no matching resources found")]
    Busy(Notes),
    /// It could not run even if everything were idle and up (ENODEV).
    #[error("the request can never be satisfied")]
    Unsatisfiable(Notes),
    /// As [`Refusal::Unsatisfiable`], where the reference says busy (`docs/semantics/matching.md`, Node pre-check): more
    /// nodes than there are, or a slot that nothing connects.
    #[error("the request can never be satisfied")]
    BusyForEver(Notes),
    /// As [`Refusal::Busy`], where the reference says that it can never be satisfied: fewer nodes are up than it needs.
    #[error("no matching resources found")]
    BusyToday(Notes),
    /// The duration is negative, not a number, or longer than the graph lives (EINVAL).
    #[error("invalid duration {0}: expected seconds between 0 and {GRAPH_END}")]
    Duration(String),
    /// There is no window of a name that the request brings.
    #[error("there is no window {0}")]
    NoSuchWindow(Arc<str>),
    /// A window that the request names is for maintenance, and lets nobody in.
    #[error("the window {0} is a maintenance, which lets no job in")]
    Maintenance(Arc<str>),
    /// The request lists no resource (EINVAL).
    #[error("the request lists no resources")]
    NoResources,
    /// The job would start outside of the graph's life (EINVAL).
    #[error("the start time {0} lies outside of the life of the graph, 0 to {GRAPH_END}")]
    Time(i64),
    /// The alternatives of `xor_slot` multiply beyond all bounds (EOVERFLOW).
    #[error("too many alternatives: at most 1000 combinations of xor_slot are tried")]
    TooManyVariants,
    /// The constraint has more terms than can be tried on each of the nodes.
    #[error(
        "the constraint has {terms} terms, at most {most} can be tried on each node of this graph"
    )]
    TooManyTerms {
        /// Those of the constraint, each list counted as one more.
        terms: usize,
        /// How many there may be.
        most: usize,
    },
    /// The search would look at more than it may.
    #[error(
        "the search was ended after it had looked at {most} vertices and slots, which is the most"
    )]
    TooManyVisits {
        /// How many times it may look at a vertex, and at what it could choose.
        most: u64,
    },
    /// The caller has left, or its time is over.
    #[error("the call was stopped before it was done")]
    Stopped,
}

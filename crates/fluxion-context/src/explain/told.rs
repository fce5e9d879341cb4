//! What is told of a request or a job: what the engine found, with the names of types and vertices.

use std::sync::Arc;

use fluxion_engine::{
    BlockingWindow, Cause, JobId, Necessity, Preemption, Proof, Reason, Verdict, VertexUse,
};

/// Why a request does not start now, and when it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedWhy {
    /// What a match would come to that may reserve.
    pub verdict: Verdict,
    /// What keeps the request from starting now; nothing if nothing does, or if it could not be found out.
    pub cause: Option<Cause>,
    /// How that is known.
    pub proof: Option<Proof>,
    /// The vertices of each type that is asked for, as the jobspec lists them.
    pub levels: Vec<ExplainedLevel>,
    /// The jobs that hold now what the request would get later, the last to end first.
    pub blockers: Vec<ExplainedBlocker>,
    /// The windows that keep from it now what it would get later, or anything if they are the cause.
    pub windows: Vec<BlockingWindow>,
    /// Changes with which it fits now. Each was tried.
    pub hints: Vec<ExplainedHint>,
    /// What is to be said of the vertex that was asked about.
    pub why_not: Option<ExplainedVertex>,
    /// Which jobs would have to go, if that was asked for.
    pub preemption: Option<Preemption>,
    /// All of it for people, in a few words.
    pub sentence: String,
    /// Whether everything was done; if not, the budget was spent before.
    pub is_complete: bool,
    /// How many times vertices were looked at.
    pub visits: u64,
}

/// What there is of the type of one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedLevel {
    /// Which element, as `resources[0].with[1]`.
    pub element: String,
    /// Its type.
    pub ty: String,
    /// How many vertices the request needs at least.
    pub needed: u64,
    /// Whether every way to read the request needs them.
    pub necessity: Necessity,
    /// How many there are.
    pub total: u64,
    /// Why they could not serve, or that they could; the counts come to the total.
    pub buckets: Vec<ExplainedBucket>,
}

/// The vertices of a level with one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedBucket {
    /// The reason.
    pub reason: Reason,
    /// How many there are.
    pub count: u64,
    /// The paths of some of them.
    pub examples: Vec<String>,
    /// When the first of those that are held or reserved is free for long enough, in seconds, as far as is booked.
    pub free_from: Option<i64>,
    /// What those lack that are too small or short.
    pub shortages: Vec<ExplainedShortage>,
}

/// A type of which too little is below some vertices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedShortage {
    /// The type.
    pub ty: String,
    /// Units that are needed below each.
    pub needed: u64,
    /// The most that any of them has: in all if they are too small, free if they are short.
    pub most_free: u64,
    /// How many vertices lack it.
    pub vertices: u64,
}

/// A job in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExplainedBlocker {
    /// Its number.
    pub job: JobId,
    /// When it starts, in seconds.
    pub start: i64,
    /// When it ends, as booked.
    pub end: i64,
    /// How many of the vertices it has that the request would get.
    pub vertices: u64,
    /// Whether no other job in the way ends later.
    pub is_last: bool,
}

/// A change with which the request fits now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExplainedHint {
    /// A duration of so many seconds.
    DurationAtMost(i64),
    /// So many of an element.
    CountAtMost {
        /// Which, as `resources[0].with[1]`.
        element: String,
        /// Its type.
        ty: String,
        /// How many.
        count: u32,
    },
    /// Leaving this out of the constraint (RFC 31, JSON), or all of it.
    WithoutConstraint(String),
    /// The vertex at this path up.
    BringUp(String),
    /// The window of this name ended.
    WithoutWindow(Arc<str>),
}

/// Why one vertex is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedVertex {
    /// Its path.
    pub path: String,
    /// The level that it stands at, by number; nothing if no element asks for its type.
    pub level: Option<usize>,
    /// Why it could not serve, or that it could.
    pub reason: Option<Reason>,
    /// When it is free for long enough, if it is held or reserved, as far as is booked.
    pub free_from: Option<i64>,
    /// Whether the match would use it, or what it would get later.
    pub usage: VertexUse,
}

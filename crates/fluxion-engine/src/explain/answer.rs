//! What an explanation says, as plain data: sentences are made of it elsewhere.

use std::sync::Arc;

use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Constraint;

use crate::notes::Notes;
use crate::operation::JobId;

/// The most examples that a bucket may name.
pub const MOST_EXAMPLES: usize = 16;

/// The most jobs that are named as being in the way.
pub const MOST_BLOCKERS: usize = 16;

/// Why a request does not start now, and when it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What a match would come to.
    pub verdict: Verdict,
    /// What keeps the request from starting now; nothing if nothing does, or if it could not be found out.
    pub cause: Option<Cause>,
    /// How the cause is known; [`Proof::Budget`] where it is not.
    pub proof: Option<Proof>,
    /// The vertices of each type that is asked for, as the request lists them.
    pub levels: Vec<FunnelLevel>,
    /// The jobs that hold now what the request would get later, the last to end first.
    pub blockers: Vec<BlockingJob>,
    /// The windows that keep from it now what it would get later; if it gets nothing, and windows are the cause, all that keep
    /// something from it. By name.
    pub windows: Vec<BlockingWindow>,
    /// Changes of the request, or of the machine, with which it fits now. Each was tried.
    pub hints: Vec<Hint>,
    /// What is to be said of the vertex that was asked about.
    pub why_not: Option<WhyNot>,
    /// Which jobs would have to go, if that was asked for.
    pub preemption: Option<Preemption>,
    /// Contradictions in the request that the search came across.
    pub notes: Notes,
    /// Whether everything that was asked for was done; if not, the budget was spent before.
    pub is_complete: bool,
    /// How many visits were made.
    pub visits: u64,
}

/// What a match that may also reserve would come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It starts now.
    FitsNow,
    /// It starts at this time, in seconds, as far as is booked.
    FitsLater(i64),
    /// An idle machine could hold it, but no time is known at which it starts.
    NotForeseen,
    /// Not even an idle machine could hold it.
    Never,
    /// The budget was spent before anything was known.
    Unknown,
}

/// What keeps a request from starting now: the first of these that does, each taken together with those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The graph has no place of this shape.
    Shape,
    /// What the constraint leaves has none.
    Constraint,
    /// What is up has none.
    Down,
    /// Windows leave none, whatever is free.
    Window,
    /// Allocations leave too little.
    Busy,
    /// Reservations that begin before it would end leave too little.
    Reserved,
    /// Enough is free of everything, but not together.
    Fragmented,
    /// A rule of matching beside these, such as the check of how many nodes are up.
    Limit,
}

/// How a cause is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// By counting: too few vertices of a type could serve.
    Counts,
    /// By search: with what comes before the cause the matcher finds a place, with the cause it does not.
    Search,
    /// It is not: the budget was spent before.
    Budget,
}

/// Where an element stands in the jobspec: the place in `resources`, then the places in each `with`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ElementPath(pub Vec<usize>);

/// What there is of the type of one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunnelLevel {
    /// Which element.
    pub element: ElementPath,
    /// Its type; nothing if the graph does not know it.
    pub ty: Option<TypeId>,
    /// How many vertices the request needs at least, all that is above the element regarded.
    pub needed: u64,
    /// Whether every way to read the request needs them; alternatives of a list of several slots do not.
    pub necessity: Necessity,
    /// How many vertices of the type there are in the dominant subsystem.
    pub total: u64,
    /// Why they could not serve, or that they could. Each vertex is counted once; empty buckets are left out.
    pub buckets: Vec<Bucket>,
}

/// Whether a request can do without an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Necessity {
    /// It cannot.
    Needed,
    /// It stands in a list of several slots, of which not all have to be served.
    Alternative,
}

/// Why a vertex could not serve now: the first that applies, what is above the vertex regarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It has not enough below it, whatever is up or free.
    TooSmall,
    /// The constraint does not let the job use it.
    Constraint,
    /// It is down.
    Down,
    /// It is kept for a window before the job would end, or, where the job would have it alone, something below it is.
    Window,
    /// An allocation has it.
    Held,
    /// It is reserved for a time before the job would end.
    Reserved,
    /// Too little is free below it.
    Short,
    /// It could serve.
    Fits,
}

impl Reason {
    /// All of them, in their order.
    pub const ALL: [Self; 8] = [
        Self::TooSmall,
        Self::Constraint,
        Self::Down,
        Self::Window,
        Self::Held,
        Self::Reserved,
        Self::Short,
        Self::Fits,
    ];
}

/// The vertices of a level with one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The reason.
    pub reason: Reason,
    /// How many there are.
    pub count: u64,
    /// Some of them, depth first.
    pub examples: Vec<VertexId>,
    /// When the first of those that are held or reserved is free for long enough, in seconds, as far as is booked.
    pub free_from: Option<i64>,
    /// What those lack that are too small or short.
    pub shortages: Vec<Shortage>,
}

/// A type of which too little is below some vertices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The type.
    pub ty: TypeId,
    /// Units that are needed below each.
    pub needed: u64,
    /// The most that any of them has: in all if they are too small, free if they are short.
    pub most_free: u64,
    /// How many vertices lack it.
    pub vertices: u64,
}

/// A job in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockingJob {
    /// Its number.
    pub job: JobId,
    /// When it starts, in seconds.
    pub start: i64,
    /// When it ends, as booked.
    pub end: i64,
    /// How many of the vertices it has that the request would get.
    pub vertices: u64,
    /// Whether no other job of all that are in the way ends later.
    pub is_last: bool,
}

/// A window in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockingWindow {
    /// Its name.
    pub name: Arc<str>,
    /// When the first occurrence starts that is in the way, in seconds.
    pub start: i64,
    /// When it ends; of a window that floats, the end of the graph.
    pub end: i64,
    /// How many of the vertices it keeps that the request would get; how many in all, if it gets nothing.
    pub vertices: u64,
}

/// A change with which the request fits now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A duration of so many seconds; no longer one that was tried does.
    DurationAtMost(i64),
    /// So many of an element; no larger count that was tried does.
    CountAtMost {
        /// Which element.
        element: ElementPath,
        /// How many.
        count: u32,
    },
    /// Leaving this out of the constraint, or all of it.
    WithoutConstraint(Constraint),
    /// This vertex up.
    BringUp(VertexId),
    /// The window of this name ended.
    WithoutWindow(Arc<str>),
}

/// Why one vertex is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhyNot {
    /// The vertex.
    pub vertex: VertexId,
    /// The level that it stands at, by number; nothing if no element asks for its type.
    pub level: Option<usize>,
    /// Why it could not serve, or that it could.
    pub reason: Option<Reason>,
    /// When it is free for long enough, if it is held or reserved, as far as is booked.
    pub free_from: Option<i64>,
    /// Whether the match would use it, or what it would get later.
    pub usage: VertexUse,
}

/// Jobs that would have to go so that a request fits now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preemption {
    /// What is known of them.
    pub outcome: PreemptionOutcome,
    /// The jobs, the cheapest first; of those that cost the same the one that holds less, then the newer one.
    pub jobs: Vec<JobToGo>,
    /// What they cost together.
    pub total_cost: u64,
}

/// What is known of the jobs that would have to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreemptionOutcome {
    /// Without them the request fits now, and it does not without all of them but any one.
    Needed,
    /// Without them the request fits now; whether one of them could stay is not known, as the budget was spent before.
    Enough,
    /// The request does not fit now even without all jobs that may go.
    InVain,
    /// Nothing: the budget was spent before, or not even an idle machine could hold the request.
    Unknown,
}

/// A job that would have to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobToGo {
    /// Its number.
    pub job: JobId,
    /// What that costs.
    pub cost: u64,
}

impl Preemption {
    pub(super) fn of(outcome: PreemptionOutcome, jobs: Vec<JobToGo>) -> Self {
        let total_cost = jobs.iter().fold(0, |sum: u64, gone| sum.saturating_add(gone.cost));
        Self { outcome, jobs, total_cost }
    }
}

/// Whether a decision uses a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VertexUse {
    /// It does.
    Used,
    /// It does not, or there is none.
    Unused,
}

impl Explanation {
    pub(super) fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            cause: None,
            proof: None,
            levels: Vec::new(),
            blockers: Vec::new(),
            windows: Vec::new(),
            hints: Vec::new(),
            why_not: None,
            preemption: None,
            notes: Notes::default(),
            is_complete: true,
            visits: 0,
        }
    }
}

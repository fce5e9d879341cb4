//! What happens to a graph in service, as plain data: everything that [`Engine::apply`](crate::Engine::apply) can do,
//! with nothing left to search or to read. It can be recorded, sent, and applied to an equal graph elsewhere.

use std::sync::Arc;

use fluxion_graph::{Addition, EdgeId, Status, VertexId};

use crate::calendar::window::Window;
use crate::decision::Grant;
use crate::operation::JobId;
use crate::record::JobRecord;

/// One change of a graph with its jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What moved before it without a change of its own.
    pub carried: Carried,
    /// What is done; nothing where only what is carried is to be recorded.
    pub action: Option<Action>,
}

/// What moves without a change of its own and travels with the next one: that nothing was found is not worth a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// The number that the next job gets, if a match that failed has spent some.
    pub next: Option<JobId>,
    /// Edges that were weighed by matches which book nothing.
    pub weights: Vec<EdgeWeight>,
}

impl Carried {
    /// Whether nothing moved.
    pub fn is_empty(&self) -> bool {
        self.next.is_none() && self.weights.is_empty()
    }
}

/// An edge with its new weight: the order in which policies that stop early look at children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeWeight {
    /// The edge.
    pub edge: EdgeId,
    /// Units below that were free at the last match.
    pub weight: u64,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A job is put into the table and holds what its record says. The next job gets the first free number after it.
    Book {
        /// Its number, which no live job has.
        job: JobId,
        /// What it holds, and when.
        record: JobRecord,
        /// Which edges are weighed then.
        weighing: Weighing,
    },
    /// A job gives back all that it holds and stays in the table as cancelled.
    Cancel {
        /// A live job.
        job: JobId,
    },
    /// A reservation whose time has come becomes an allocation.
    Begin {
        /// A live job that is reserved.
        job: JobId,
    },
    /// A job whose time is over gives back all that it holds and stays in the table as ended.
    End {
        /// A live job.
        job: JobId,
    },
    /// A job holds what it holds until another time.
    Retime {
        /// A live job.
        job: JobId,
        /// When it ends, in seconds; after its start.
        end: i64,
    },
    /// A job keeps a part of what it holds; none cancels it.
    Keep {
        /// A live job.
        job: JobId,
        /// What it keeps, children first.
        grants: Arc<[Grant]>,
    },
    /// Vertices are marked up or down.
    Mark {
        /// Which.
        vertices: Vec<VertexId>,
        /// Up or down.
        status: Status,
    },
    /// Vertices get a property, in place of an earlier value.
    SetProperty {
        /// Which.
        vertices: Vec<VertexId>,
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
    /// A window is set, in place of one of the same name.
    SetWindow {
        /// The window.
        window: Arc<Window>,
        /// Live jobs that end at another time because of it, and when, in seconds.
        truncated: Vec<(JobId, i64)>,
        /// Live jobs that are cancelled because of it.
        cancelled: Vec<JobId>,
    },
    /// There is no such window any more.
    DropWindow {
        /// The name of one.
        name: Arc<str>,
    },
    /// The graph gains vertices and edges.
    Grow(Arc<Addition>),
    /// The graph loses vertices, and jobs what they held there.
    Shrink(Arc<[VertexId]>),
}

/// Which edges are weighed after a job was booked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Weighing {
    /// None: the policy does not stop early.
    #[default]
    None,
    /// Those that a match chose get what is free below them at a time.
    Match {
        /// When, in seconds.
        now: i64,
        /// Edges that lead to inner vertices; none on a tree, where they follow from what the job holds.
        edges: Vec<EdgeId>,
    },
    /// Those that an update names get no weight where a job has a span in the filter of the vertex.
    Update {
        /// Edges that lead to inner vertices.
        edges: Vec<EdgeId>,
    },
    /// These: what [`Engine::apply_weighed`](crate::Engine::apply_weighed) told when the change was first applied. A record
    /// holds them, so that doing it again does not depend on how edges are weighed.
    Given(Vec<EdgeWeight>),
}

//! The engine: a graph with its jobs. Deciding and booking are two steps, so that a decision can be printed,
//! or refused by its reader, before anything changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use fluxion_graph::{Graph, GraphError, Status, SubsystemId, TimeWindow, Tree, VertexId};
use fluxion_jobspec::Jobspec;

use crate::choice::decision::{Decision, Grant};
use crate::index::shelf::Shelves;
use crate::index::weights::Weights;
use crate::matching::{Matcher, Refusal};
use crate::operation::{JobId, JobState, MatchOperation};
use crate::policy::{Policy, Preference};
use crate::request::Traverser;
use crate::request::acceptance::Acceptances;
use crate::search::{Scratch, Visits};
use crate::site::Site;
use crate::site::layout::Layout;
use crate::site::prune::PruneFilters;
use crate::state::claims::Hold;
use crate::state::{Booking, State};

/// The deepest graph that is accepted, in levels.
pub const MOST_LEVELS: usize = 500;

/// How an engine chooses (chapter 04).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineOptions {
    /// Subsystems by name, the dominant one first. All must have a root.
    pub subsystems: Vec<String>,
    /// Which candidates are preferred.
    pub policy: Policy,
    /// How requests are laid over the graph.
    pub traverser: Traverser,
    /// Which aggregates are kept.
    pub filters: PruneFilters,
}

/// Why an engine could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// A subsystem is not in the graph, or has no root.
    #[error("the graph has no root for the subsystem `{0}`")]
    NoRoot(String),
    /// The graph is deeper than any machine.
    #[error("the graph is deeper than {MOST_LEVELS} levels at {0}")]
    TooDeep(String),
    /// A table of the graph is full.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

/// What the job table says about a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRecord {
    /// Its state.
    pub state: JobState,
    /// From when to when.
    pub window: TimeWindow,
    /// What it holds, children first; empty once it is cancelled.
    pub(crate) grants: Arc<[Grant]>,
    /// How the graph lists it, whatever its state says.
    pub(crate) hold: Hold,
}

impl JobRecord {
    /// What the job holds and passes through, children first.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    pub(crate) fn booking(&self, job: JobId) -> Booking {
        let TimeWindow { start, end } = self.window;
        Booking { job, start, end, hold: self.hold }
    }
}

/// No live job has this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nonexistent job {0}")]
pub struct NoSuchJob(pub JobId);

/// Vertices looked at and released by a cancel (chapter 06, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released {
    /// Looked at.
    pub preorder: u64,
    /// Released.
    pub postorder: u64,
}

/// A graph with its jobs.
///
/// A clone is independent in every respect. It shares graph, layout, timelines and job records with the
/// original until one of them changes a part; copied are some 30 bytes per vertex and a pointer per job: 6 ms for
/// 1.1 million vertices and 60,000 jobs.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) site: Site,
    pub(crate) state: State,
    pub(crate) shelves: Shelves,
    pub(crate) weights: Weights,
    pub(crate) policy: Policy,
    pub(crate) traverser: Traverser,
    pub(crate) filters: PruneFilters,
    pub(crate) jobs: BTreeMap<JobId, JobRecord>,
    pub(crate) acceptances: Acceptances,
    pub(crate) scratch: Scratch,
}

impl Engine {
    /// Takes a loaded graph into service.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(graph: Graph, options: &EngineOptions) -> Result<Self, SetupError> {
        let subsystem = dominant(&graph, &options.subsystems)?;
        let site = Site::of(graph, subsystem, options.policy, &options.filters)?;
        let weights = Weights::under(options.policy, &site.layout);
        let mut shelves = Shelves::new(&site);
        let state = State::new(&site, &mut shelves, |vertex| site.graph.vertex(vertex).status);
        Ok(Self {
            site,
            state,
            shelves,
            weights,
            policy: options.policy,
            traverser: options.traverser,
            filters: options.filters.clone(),
            jobs: BTreeMap::new(),
            acceptances: Acceptances::default(),
            scratch: Scratch::default(),
        })
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.site.graph
    }

    /// The dominant subsystem.
    pub fn tree(&self) -> &Tree {
        &self.site.tree
    }

    /// Decides a request at time `now`; books nothing. A successful satisfiability test decides nothing.
    /// Under policies that stop early, [`Engine::note_match`] must follow a success.
    ///
    /// # Errors
    /// [`Refusal`]; nothing has changed.
    pub fn decide(
        &mut self,
        operation: MatchOperation,
        jobspec: &Jobspec,
        now: i64,
    ) -> Result<Option<Decision>, Refusal> {
        let mut matcher = Matcher {
            site: &self.site,
            state: &self.state,
            shelves: &mut self.shelves,
            weights: &self.weights,
            policy: self.policy,
            traverser: self.traverser,
            acceptances: &mut self.acceptances,
            scratch: &mut self.scratch,
            jobs: &self.jobs,
            now,
        };
        matcher.decide(operation, jobspec)
    }

    /// How much the last decision, or refusal, looked at.
    pub fn visits(&self) -> Visits {
        self.scratch.visits
    }

    /// Records a decision under a job number, which no live job may have.
    pub fn book(&mut self, job: JobId, decision: &Decision, now: i64) {
        let TimeWindow { start, end } = decision.window;
        let (hold, state) = if start == now {
            (Hold::Allocation, JobState::Allocated)
        } else {
            (Hold::Reservation, JobState::Reserved)
        };
        let grants = decision.grants().collect();
        let window = TimeWindow { start, end };
        self.record(job, JobRecord { state, window, grants, hold });
    }

    /// Books what a record says and puts it into the table.
    pub(crate) fn record(&mut self, job: JobId, record: JobRecord) {
        let booking = record.booking(job);
        self.state.book(&self.site, &mut self.shelves, &record.grants, booking);
        self.jobs.insert(job, record);
    }

    /// Takes a record out of the table and releases what it holds.
    pub(crate) fn unrecord(&mut self, job: JobId) -> Option<JobRecord> {
        let record = self.jobs.remove(&job)?;
        let booking = record.booking(job);
        self.state.release(&self.site, &mut self.shelves, &record.grants, booking);
        Some(record)
    }

    /// Lets a match, booked or not, change the order in which policies that stop early look at children.
    pub fn note_match(&mut self, decision: &Decision, now: i64) {
        if !self.policy.stops_early() {
            return;
        }
        let Self { site, state, weights, .. } = self;
        let mut weigh = |parent: VertexId, child: VertexId| {
            if let Some(weight) = state.weight(site, child, now) {
                weights.set(&site.graph, &site.layout, parent, child, weight);
            }
        };
        let is_inner = |&vertex: &VertexId| site.layout.inner.contains(vertex);
        if site.tree.is_tree() {
            let picked = decision.selection.vertices.iter().map(|picked| picked.vertex);
            for vertex in picked.filter(is_inner) {
                site.tree.parent(vertex).into_iter().for_each(|parent| weigh(parent, vertex));
            }
            return;
        }
        for picked in decision.edges() {
            let edge = site.graph.edges()[picked.edge.index()];
            if is_inner(&edge.target) {
                weigh(edge.source, edge.target);
            }
        }
    }

    /// Releases all that a job holds. O(what it holds).
    ///
    /// # Errors
    /// [`NoSuchJob`] if it was never booked, or was cancelled before.
    pub fn cancel(&mut self, job: JobId) -> Result<Released, NoSuchJob> {
        let record = self.jobs.get_mut(&job).filter(|r| r.state != JobState::Canceled);
        let record = record.ok_or(NoSuchJob(job))?;
        let booking = record.booking(job);
        record.state = JobState::Canceled;
        let grants = std::mem::take(&mut record.grants);
        self.state.release(&self.site, &mut self.shelves, &grants, booking);
        let children = |g: &Grant| self.site.layout.children(g.vertex).len() as u64;
        let preorder = 1 + grants.iter().map(children).sum::<u64>();
        Ok(Released { preorder, postorder: grants.len() as u64 })
    }

    /// Takes a cancelled job out of the table; nothing happens to others. O(log jobs).
    pub fn forget(&mut self, job: JobId) {
        if !self.is_live(job) {
            self.jobs.remove(&job);
        }
    }

    /// The job table: every job that was ever booked and not forgotten, ascending.
    pub fn jobs(&self) -> &BTreeMap<JobId, JobRecord> {
        &self.jobs
    }

    /// Whether a job holds resources.
    pub fn is_live(&self, job: JobId) -> bool {
        self.jobs.get(&job).is_some_and(|r| r.state != JobState::Canceled)
    }

    /// Marks a vertex up or down. O(subtree).
    pub fn set_status(&mut self, vertex: VertexId, status: Status) {
        self.state.set_status(&self.site, &mut self.shelves, vertex, status);
    }

    /// The vertex's own status, whatever is above it.
    pub fn status(&self, vertex: VertexId) -> Status {
        self.state.status(vertex)
    }

    /// Sets a property of a vertex.
    pub fn set_property(&mut self, vertex: VertexId, key: &str, value: &str) {
        Arc::make_mut(&mut self.site.graph).set_property(vertex, key, value);
        self.acceptances.forget();
        if key == "perf_class" && self.policy.preference() == Preference::Variation {
            self.relayout();
        }
    }

    /// A fork that chooses by another policy. O(graph). Decisions of the fork can be booked here as long as
    /// neither has changed. Weights of edges start anew (chapter 04, section 8.2).
    #[must_use]
    pub fn under(&self, policy: Policy) -> Self {
        let mut fork = self.clone();
        fork.policy = policy;
        fork.relayout();
        fork.weights = Weights::under(policy, &fork.site.layout);
        fork
    }

    /// Makes scores and all that is ordered by them anew. O(graph).
    fn relayout(&mut self) {
        let Site { graph, tree, .. } = &self.site;
        self.acceptances.forget();
        self.site.layout = Arc::new(Layout::of(graph, tree, self.policy));
        self.shelves = Shelves::new(&self.site);
        for &vertex in self.site.tree.order() {
            self.state.note_idle(&self.site, &mut self.shelves, vertex);
        }
    }
}

fn dominant(graph: &Graph, subsystems: &[String]) -> Result<SubsystemId, SetupError> {
    let mut found = None;
    for name in subsystems {
        let id = graph.subsystem_id(name).filter(|&id| graph.root(id).is_some());
        let id = id.ok_or_else(|| SetupError::NoRoot(name.clone()))?;
        found.get_or_insert(id);
    }
    found.ok_or_else(|| SetupError::NoRoot(String::new()))
}

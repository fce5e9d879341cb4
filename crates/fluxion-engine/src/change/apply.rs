//! The one door: what a [`Change`] says is done here and nowhere else. It is checked first, so that a change that does
//! not belong to this state changes nothing.

use std::sync::Arc;

use fluxion_graph::{Addition, EdgeId, Graph, GraphError, Status, VertexId};
use rustc_hash::FxHashSet;

use crate::change::action::{Action, Carried, Change, EdgeWeight, Weighing};
use crate::change::prepared::Prepared;
use crate::change::remaining::remaining;
use crate::decision::Grant;
use crate::engine::Engine;
use crate::operation::{JobId, JobState};
use crate::policy::Preference;
use crate::record::JobRecord;
use crate::site::{SetupError, Site};

/// Why a change does not belong to a state: it was decided on another one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Inapplicable {
    /// There is no such vertex.
    #[error("there is no vertex {}", .0.0)]
    NoSuchVertex(VertexId),
    /// There is no such edge.
    #[error("there is no edge {}", .0.0)]
    NoSuchEdge(EdgeId),
    /// A job is to be booked under the number of a live one.
    #[error("job {0} is live")]
    LiveJob(JobId),
    /// No live job has the number.
    #[error("nonexistent job {0}")]
    NoSuchJob(JobId),
    /// The time of a booking is empty.
    #[error("job {0} has no time")]
    Window(JobId),
    /// The graph cannot gain what it is to gain.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The changed graph cannot be served.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

impl Engine {
    /// Does what a change says. Nothing else changes an engine, and a change that was decided on an equal state leaves an
    /// equal state. O(what it names), and O(graph + what the jobs hold) where the graph itself changes.
    ///
    /// # Errors
    /// [`Inapplicable`]; nothing has changed.
    pub fn apply(&mut self, change: &Change) -> Result<(), Inapplicable> {
        self.check_edges(&change.carried)?;
        let prepared = self.prepared.take();
        match &change.action {
            None => self.carry(&change.carried),
            Some(action) => {
                let site = self.site_after(action, prepared)?;
                self.check_action(action)?;
                self.carry(&change.carried);
                self.act(action, site);
            }
        }
        self.carried.clear();
        Ok(())
    }

    fn act(&mut self, action: &Action, site: Option<Site>) {
        match action {
            Action::Book { job, record, weighing } => self.enter_job(*job, record, weighing),
            Action::Cancel { job } => self.cancel(*job),
            Action::Keep { job, grants } => self.keep(*job, grants),
            Action::Mark { vertices, status } => self.mark(vertices, *status),
            Action::SetProperty { vertices, key, value } => self.set_property(vertices, key, value),
            Action::Grow(_) => site.into_iter().for_each(|site| self.move_to(site)),
            Action::Shrink(vertices) => site.into_iter().for_each(|site| self.lose(vertices, site)),
        }
    }

    // --- what must hold ---

    fn check_edges(&self, carried: &Carried) -> Result<(), Inapplicable> {
        let edges = carried.weights.iter().map(|weight| weight.edge);
        self.know_edges(edges)
    }

    fn know_edges(&self, mut edges: impl Iterator<Item = EdgeId>) -> Result<(), Inapplicable> {
        let count = self.site.graph.edges().len();
        let unknown = edges.find(|edge| edge.index() >= count);
        unknown.map_or(Ok(()), |edge| Err(Inapplicable::NoSuchEdge(edge)))
    }

    fn know_vertices(
        &self,
        mut vertices: impl Iterator<Item = VertexId>,
    ) -> Result<(), Inapplicable> {
        let count = self.site.graph.vertices().len();
        let unknown = vertices.find(|vertex| vertex.index() >= count);
        unknown.map_or(Ok(()), |vertex| Err(Inapplicable::NoSuchVertex(vertex)))
    }

    fn check_action(&self, action: &Action) -> Result<(), Inapplicable> {
        match action {
            Action::Book { job, record, weighing } => {
                if self.is_live(*job) {
                    return Err(Inapplicable::LiveJob(*job));
                }
                if record.window.start < 0 || record.window.start >= record.window.end {
                    return Err(Inapplicable::Window(*job));
                }
                self.know_edges(weighing.edges().iter().copied())?;
                self.know_vertices(record.grants.iter().map(|grant| grant.vertex))
            }
            Action::Cancel { job } if !self.is_live(*job) => Err(Inapplicable::NoSuchJob(*job)),
            Action::Keep { job, .. } if !self.is_live(*job) => Err(Inapplicable::NoSuchJob(*job)),
            Action::Cancel { .. } => Ok(()),
            Action::Keep { grants, .. } => self.know_vertices(grants.iter().map(|g| g.vertex)),
            Action::Mark { vertices, .. } | Action::SetProperty { vertices, .. } => {
                self.know_vertices(vertices.iter().copied())
            }
            Action::Grow(_) => Ok(()),
            Action::Shrink(vertices) => self.know_vertices(vertices.iter().copied()),
        }
    }

    // --- what moves without a change ---

    fn carry(&mut self, carried: &Carried) {
        for &EdgeWeight { edge, weight } in &carried.weights {
            self.set_weight(edge, weight);
        }
        if let Some(next) = carried.next {
            self.numbers.next = next;
        }
    }

    // --- jobs ---

    fn enter_job(&mut self, job: JobId, record: &JobRecord, weighing: &Weighing) {
        self.record(job, record.clone());
        self.numbers.live += 1;
        self.numbers.next = self.number_after(job);
        self.weigh(weighing);
    }

    fn weigh(&mut self, weighing: &Weighing) {
        for &edge in weighing.edges() {
            let target = self.site.graph.edges()[edge.index()].target;
            let weight = match weighing {
                Weighing::Match { now, .. } => self.state.weight(&self.site, target, *now),
                _ => self.state.has_filter_span(&self.site, target).then_some(0),
            };
            weight.into_iter().for_each(|weight| self.set_weight(edge, weight));
        }
    }

    fn cancel(&mut self, job: JobId) {
        self.release(job);
        self.note_cancelled(job);
    }

    /// A live job keeps only these grants.
    fn keep(&mut self, job: JobId, grants: &Arc<[Grant]>) {
        if grants.is_empty() {
            return self.cancel(job);
        }
        if let Some(mut record) = self.unrecord(job) {
            record.grants = Arc::clone(grants);
            self.record(job, record);
        }
    }

    fn note_cancelled(&mut self, job: JobId) {
        if let Some(oldest) = self.numbers.cancel(job)
            && !self.is_live(oldest)
        {
            self.jobs.remove(&oldest);
        }
    }

    // --- vertices ---

    fn mark(&mut self, vertices: &[VertexId], status: Status) {
        for &vertex in vertices {
            self.state.set_status(&self.site, vertex, status, &mut self.indices);
        }
    }

    fn set_property(&mut self, vertices: &[VertexId], key: &str, value: &str) {
        let graph = Arc::make_mut(&mut self.site.graph);
        for &vertex in vertices {
            graph.set_property(vertex, key, value);
        }
        self.constraint_masks.forget();
        if key == "perf_class" && self.policy.preference() == Preference::Variation {
            self.relayout();
        }
    }

    // --- the graph ---

    /// The site that an action leads to, if it changes the graph.
    fn site_after(
        &self,
        action: &Action,
        prepared: Option<Prepared>,
    ) -> Result<Option<Site>, Inapplicable> {
        if let Some(site) = prepared.and_then(|prepared| prepared.for_action(action)) {
            return Ok(Some(site));
        }
        let graph = match action {
            Action::Grow(addition) => self.grown(addition)?,
            Action::Shrink(vertices) => self.without(vertices),
            _ => return Ok(None),
        };
        Ok(Some(self.site_for(graph)?))
    }

    fn grown(&self, addition: &Addition) -> Result<Graph, GraphError> {
        let mut graph = Graph::clone(&self.site.graph);
        graph.add(addition)?;
        Ok(graph)
    }

    /// The graph without some vertices.
    pub(crate) fn without(&self, vertices: &[VertexId]) -> Graph {
        let known = self.site.graph.vertices().len();
        let gone = vertices.iter().copied().filter(|vertex| vertex.index() < known).collect();
        let mut graph = Graph::clone(&self.site.graph);
        graph.remove_vertices(&gone);
        graph
    }

    /// Jobs lose what they held of some vertices; those that then hold nothing are cancelled.
    fn lose(&mut self, vertices: &[VertexId], site: Site) {
        let gone: FxHashSet<VertexId> = vertices.iter().copied().collect();
        let mut cancelled = Vec::new();
        for (&job, record) in &mut self.jobs {
            if !record.grants.iter().any(|grant| gone.contains(&grant.vertex)) {
                continue;
            }
            record.grants = remaining(&record.grants, &gone).into();
            if record.grants.is_empty() {
                record.state = JobState::Canceled;
                cancelled.push(job);
            }
        }
        self.move_to(site);
        cancelled.into_iter().for_each(|job| self.note_cancelled(job));
    }
}

impl Weighing {
    fn edges(&self) -> &[EdgeId] {
        match self {
            Self::None => &[],
            Self::Match { edges, .. } | Self::Update { edges } => edges,
        }
    }
}

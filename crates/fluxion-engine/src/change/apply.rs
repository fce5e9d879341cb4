//! The one door: what a [`Change`] says is done here and nowhere else. It is checked first, so that a change that does
//! not belong to this state changes nothing.

use std::sync::Arc;

use fluxion_graph::{Addition, EdgeId, Graph, GraphError, Renumbering, Status, VertexId};
use rustc_hash::FxHashSet;

use crate::change::action::{Action, Carried, Change, EdgeWeight, Weighing};
use crate::change::remaining::remaining;
use crate::decision::Grant;
use crate::engine::Engine;
use crate::operation::{JobId, JobState};
use crate::policy::{Policy, Preference};
use crate::record::JobRecord;
use crate::site::directory::Directory;
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

/// Where the edges go that are weighed, if somebody wants to know.
type Noted<'a> = Option<&'a mut Vec<EdgeWeight>>;

impl Engine {
    /// Does what a change says. Nothing else changes an engine, and a change that was decided on an equal state leaves an
    /// equal state. O(what it names), and O(graph + what the jobs hold) where the graph itself changes.
    ///
    /// # Errors
    /// [`Inapplicable`]; nothing has changed.
    pub fn apply(&mut self, change: &Change) -> Result<(), Inapplicable> {
        self.apply_noting(change, None)
    }

    /// As [`Engine::apply`]; tells which edges a booking has weighed, and how: what [`Weighing::Given`] takes.
    ///
    /// # Errors
    /// [`Inapplicable`]; nothing has changed.
    pub fn apply_weighed(&mut self, change: &Change) -> Result<Vec<EdgeWeight>, Inapplicable> {
        let mut weighed = Vec::new();
        self.apply_noting(change, Some(&mut weighed))?;
        Ok(weighed)
    }

    fn apply_noting(&mut self, change: &Change, noted: Noted<'_>) -> Result<(), Inapplicable> {
        self.check_edges(&change.carried)?;
        match &change.action {
            None => self.carry(&change.carried),
            Some(action @ Action::Grow(addition)) => {
                let site = self.grown_site(action, addition)?;
                self.carry(&change.carried);
                self.grow_to(site, addition);
            }
            Some(action @ Action::Shrink(vertices)) => {
                let site = self.shrunk_site(action, vertices)?;
                self.carry(&change.carried);
                self.lose(vertices, site);
            }
            Some(action) => {
                self.check_action(action)?;
                self.carry(&change.carried);
                self.act(action, noted);
            }
        }
        self.prepared = None;
        self.carried.clear();
        self.views.age();
        Ok(())
    }

    fn act(&mut self, action: &Action, noted: Noted<'_>) {
        match action {
            Action::Book { job, record, weighing } => self.enter_job(*job, record, weighing, noted),
            Action::Cancel { job } => self.cancel(*job),
            Action::Keep { job, grants } => self.keep(*job, grants),
            Action::Mark { vertices, status } => self.mark(vertices, *status),
            Action::SetProperty { vertices, key, value } => self.set_property(vertices, key, value),
            Action::Grow(_) | Action::Shrink(_) => {}
        }
    }

    // --- what must hold ---

    fn check_edges(&self, carried: &Carried) -> Result<(), Inapplicable> {
        self.check_weights(&carried.weights)
    }

    fn check_weights(&self, weights: &[EdgeWeight]) -> Result<(), Inapplicable> {
        weights.iter().try_for_each(|weight| self.know_edges(&[weight.edge]))
    }

    fn know_edges(&self, edges: &[EdgeId]) -> Result<(), Inapplicable> {
        let count = self.site.graph.edges().len();
        let unknown = edges.iter().find(|edge| edge.index() >= count);
        unknown.map_or(Ok(()), |&edge| Err(Inapplicable::NoSuchEdge(edge)))
    }

    fn know_vertices(&self, vertices: impl Iterator<Item = VertexId>) -> Result<(), Inapplicable> {
        let count = self.site.graph.vertices().len();
        match vertices.max() {
            Some(last) if last.index() >= count => Err(Inapplicable::NoSuchVertex(last)),
            _ => Ok(()),
        }
    }

    fn check_action(&self, action: &Action) -> Result<(), Inapplicable> {
        match action {
            Action::Book { job, record, weighing } => {
                if *job != self.next_job() && self.is_live(*job) {
                    return Err(Inapplicable::LiveJob(*job));
                }
                if record.window.start < 0 || record.window.start >= record.window.end {
                    return Err(Inapplicable::Window(*job));
                }
                self.know_edges(weighing.edges())?;
                self.check_weights(weighing.weights())?;
                self.know_vertices(record.grants.iter().map(|grant| grant.vertex))
            }
            Action::Cancel { job } if !self.is_live(*job) => Err(Inapplicable::NoSuchJob(*job)),
            Action::Keep { job, .. } if !self.is_live(*job) => Err(Inapplicable::NoSuchJob(*job)),
            Action::Cancel { .. } => Ok(()),
            Action::Keep { grants, .. } => self.know_vertices(grants.iter().map(|g| g.vertex)),
            Action::Mark { vertices, .. } | Action::SetProperty { vertices, .. } => {
                self.know_vertices(vertices.iter().copied())
            }
            Action::Grow(_) | Action::Shrink(_) => Ok(()),
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

    fn enter_job(
        &mut self,
        job: JobId,
        record: &JobRecord,
        weighing: &Weighing,
        mut noted: Noted<'_>,
    ) {
        self.record(job, record.clone());
        self.numbers.live += 1;
        self.numbers.next = self.number_after(job);
        match weighing {
            Weighing::None => {}
            Weighing::Match { now, .. } if self.site.tree.is_tree() => {
                self.weigh_path(&record.grants, *now, noted);
            }
            Weighing::Match { now, edges } => {
                edges.iter().for_each(|&edge| self.weigh(edge, *now, &mut noted));
            }
            Weighing::Update { edges } => {
                edges.iter().for_each(|&edge| self.block(edge, &mut noted));
            }
            Weighing::Given(weights) => {
                weights.iter().for_each(|&given| self.give_weight(given, &mut noted));
            }
        }
    }

    /// Weighs the edges of a tree that lead to the inner vertices of a job.
    fn weigh_path(&mut self, grants: &[Grant], now: i64, mut noted: Noted<'_>) {
        let Self { site, state, weights, .. } = self;
        for grant in grants.iter().filter(|grant| site.layout.inner.contains(grant.vertex)) {
            if let Some(parent) = site.tree.parent(grant.vertex)
                && let Some(weight) = state.weight(site, grant.vertex, now)
            {
                weights.set(&site.graph, &site.layout, parent, grant.vertex, weight);
                if let Some(noted) = &mut noted
                    && let Some(edge) = site.tree.edge_to(grant.vertex)
                {
                    noted.push(EdgeWeight { edge, weight });
                }
            }
        }
    }

    fn weigh(&mut self, edge: EdgeId, now: i64, noted: &mut Noted<'_>) {
        let target = self.site.graph.edges()[edge.index()].target;
        if let Some(weight) = self.state.weight(&self.site, target, now) {
            self.give_weight(EdgeWeight { edge, weight }, noted);
        }
    }

    /// An edge that an update names gets no weight where a job has a span in the filter of the vertex.
    fn block(&mut self, edge: EdgeId, noted: &mut Noted<'_>) {
        let target = self.site.graph.edges()[edge.index()].target;
        if self.state.has_filter_span(&self.site, target) {
            self.give_weight(EdgeWeight { edge, weight: 0 }, noted);
        }
    }

    fn give_weight(&mut self, given: EdgeWeight, noted: &mut Noted<'_>) {
        self.set_weight(given.edge, given.weight);
        if let Some(noted) = noted {
            noted.push(given);
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
            let observer = &mut self.views.beside(&mut self.indices);
            self.state.set_status(&self.site, vertex, status, observer);
        }
    }

    fn set_property(&mut self, vertices: &[VertexId], key: &str, value: &str) {
        self.views.let_go_of_graph();
        let graph = Arc::make_mut(&mut self.site.graph);
        for &vertex in vertices {
            graph.set_property(vertex, key, value);
        }
        if graph.give_back_texts() {
            self.site.directory = Directory::default();
        } else if let Some(key) = graph.symbol(key) {
            self.site.directory.add_holders(&self.site.tree, key, vertices);
        }
        self.views.take_graph(&self.site);
        self.constraint_masks.forget();
        let is_scored =
            |policy: Policy| key == "perf_class" && policy.preference() == Preference::Variation;
        self.views.keep(|policy| !is_scored(policy));
        self.place_tables.forget_policies(is_scored);
        self.recent_requests.forget();
        if is_scored(self.policy) {
            self.relayout();
        }
    }

    // --- the graph ---

    fn prepared_site(&mut self, action: &Action) -> Option<Site> {
        self.prepared.take()?.for_action(action)
    }

    fn grown_site(&mut self, action: &Action, addition: &Addition) -> Result<Site, Inapplicable> {
        if let Some(site) = self.prepared_site(action) {
            return Ok(site);
        }
        let mut graph = Graph::clone(&self.site.graph);
        graph.add(addition)?;
        Ok(self.site_for(graph)?)
    }

    fn shrunk_site(&mut self, action: &Action, gone: &[VertexId]) -> Result<Site, Inapplicable> {
        if let Some(site) = self.prepared_site(action) {
            return Ok(site);
        }
        self.know_vertices(gone.iter().copied())?;
        Ok(self.site_for(self.without(gone))?)
    }

    /// The graph without some of its vertices.
    pub(crate) fn without(&self, vertices: &[VertexId]) -> Graph {
        let mut graph = Graph::clone(&self.site.graph);
        graph.remove_vertices(&vertices.iter().copied().collect());
        graph
    }

    /// Jobs lose what they held of some vertices; those that then hold nothing are cancelled.
    fn lose(&mut self, vertices: &[VertexId], site: Site) {
        let gone: FxHashSet<VertexId> = vertices.iter().copied().collect();
        let numbers = Renumbering::without(vertices.iter().copied());
        let mut cancelled = Vec::new();
        let concerned =
            |record: &JobRecord| record.grants.iter().any(|grant| numbers.concerns(grant.vertex));
        let concerned: Vec<JobId> =
            self.jobs.iter().filter(|(_, record)| concerned(record)).map(|(&job, _)| job).collect();
        for job in concerned {
            let Some(record) = self.jobs.get_mut(&job) else { continue };
            let loses = record.grants.iter().any(|grant| gone.contains(&grant.vertex));
            let kept =
                if loses { remaining(&record.grants, &gone) } else { record.grants.to_vec() };
            record.grants = renumbered(&kept, &numbers);
            if record.grants.is_empty() {
                record.state = JobState::Canceled;
                cancelled.push(job);
            }
        }
        self.move_to(site, &numbers);
        cancelled.into_iter().for_each(|job| self.note_cancelled(job));
    }
}

fn renumbered(grants: &[Grant], numbers: &Renumbering) -> Arc<[Grant]> {
    let moved = |&grant: &Grant| Some(Grant { vertex: numbers.of(grant.vertex)?, ..grant });
    grants.iter().filter_map(moved).collect()
}

impl Weighing {
    fn edges(&self) -> &[EdgeId] {
        match self {
            Self::None | Self::Given(_) => &[],
            Self::Match { edges, .. } | Self::Update { edges } => edges,
        }
    }

    fn weights(&self) -> &[EdgeWeight] {
        match self {
            Self::Given(weights) => weights,
            _ => &[],
        }
    }
}

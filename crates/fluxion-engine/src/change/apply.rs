//! The one door: what a [`Change`] says is done here and nowhere else. It is checked first, so that a change that does
//! not belong to this state changes nothing.

use std::sync::Arc;

use fluxion_graph::{EdgeId, GraphError, Status, VertexId};

use crate::calendar::window::Window;
use crate::change::action::{Action, Carried, Change, EdgeWeight, Weighing};
use crate::decision::Grant;
use crate::engine::Engine;
use crate::operation::{JobId, JobState};
use crate::policy::{Policy, Preference};
use crate::record::JobRecord;
use crate::site::SetupError;
use crate::site::directory::Directory;

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
    /// The job does not wait for its time.
    #[error("job {0} is not reserved")]
    NoReservation(JobId),
    /// The time of a booking is empty.
    #[error("job {0} has no time")]
    Window(JobId),
    /// There is no such window.
    #[error("there is no window {0}")]
    NoSuchWindow(Arc<str>),
    /// The times of a window are empty or out of order, or its roots are.
    #[error("the window {0} is out of order")]
    WindowOrder(Arc<str>),
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
    /// equal state. O(what it names), where a plain tree grows or shrinks also a pass over tables of four bytes a vertex, and
    /// O(graph + what the jobs hold) where another graph does.
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
                self.grow(&change.carried, action, addition)?
            }
            Some(action @ Action::Shrink(gone)) => self.shrink(&change.carried, action, gone)?,
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
            Action::Cancel { job } => self.conclude(*job, JobState::Canceled),
            Action::Begin { job } => self.amend(*job, JobRecord::begin),
            Action::End { job } => self.conclude(*job, JobState::Ended),
            Action::Retime { job, end } => self.amend(*job, |record| record.window.end = *end),
            Action::Keep { job, grants } => self.keep(*job, grants),
            Action::Mark { vertices, status } => self.mark(vertices, *status),
            Action::SetProperty { vertices, key, value } => self.set_property(vertices, key, value),
            Action::SetWindow { window, truncated, cancelled } => {
                self.set_window(window, truncated, cancelled);
            }
            Action::DropWindow { name } => self.drop_window(name),
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
        let unknown = edges.iter().find(|&&edge| !self.site.graph.has_edge(edge));
        unknown.map_or(Ok(()), |&edge| Err(Inapplicable::NoSuchEdge(edge)))
    }

    pub(super) fn know_vertices(
        &self,
        mut vertices: impl Iterator<Item = VertexId>,
    ) -> Result<(), Inapplicable> {
        let unknown = vertices.find(|&vertex| !self.site.graph.has(vertex));
        unknown.map_or(Ok(()), |vertex| Err(Inapplicable::NoSuchVertex(vertex)))
    }

    fn know_job(&self, job: JobId) -> Result<&JobRecord, Inapplicable> {
        self.live_job(job).ok_or(Inapplicable::NoSuchJob(job))
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
            Action::Cancel { job } | Action::End { job } => self.know_job(*job).map(|_| ()),
            Action::Keep { job, grants } => {
                self.know_job(*job)?;
                self.know_vertices(grants.iter().map(|g| g.vertex))
            }
            Action::Begin { job } => match self.know_job(*job)?.state {
                JobState::Reserved => Ok(()),
                _ => Err(Inapplicable::NoReservation(*job)),
            },
            Action::Retime { job, end } => self.check_end(*job, *end),
            Action::Mark { vertices, .. } | Action::SetProperty { vertices, .. } => {
                self.know_vertices(vertices.iter().copied())
            }
            Action::SetWindow { window, truncated, cancelled } => {
                cancelled.iter().try_for_each(|&job| self.know_job(job).map(|_| ()))?;
                truncated.iter().try_for_each(|&(job, end)| self.check_end(job, end))?;
                self.check_window(window)
            }
            Action::DropWindow { name } => match self.calendar.get(name) {
                Some(_) => Ok(()),
                None => Err(Inapplicable::NoSuchWindow(Arc::clone(name))),
            },
            Action::Grow(_) | Action::Shrink(_) => Ok(()),
        }
    }

    fn check_end(&self, job: JobId, end: i64) -> Result<(), Inapplicable> {
        let starts_before = self.know_job(job)?.window.start < end;
        if starts_before { Ok(()) } else { Err(Inapplicable::Window(job)) }
    }

    fn check_window(&self, window: &Window) -> Result<(), Inapplicable> {
        self.know_vertices(window.roots.iter().copied())?;
        match window.is_in_order() {
            true => Ok(()),
            false => Err(Inapplicable::WindowOrder(Arc::clone(&window.name))),
        }
    }

    // --- what moves without a change ---

    pub(super) fn carry(&mut self, carried: &Carried) {
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

    /// A live job gives back all that it holds.
    pub(super) fn conclude(&mut self, job: JobId, state: JobState) {
        self.release(job, state);
        self.note_cancelled(job);
    }

    /// A live job keeps only these grants.
    fn keep(&mut self, job: JobId, grants: &Arc<[Grant]>) {
        if grants.is_empty() {
            return self.conclude(job, JobState::Canceled);
        }
        self.amend(job, |record| record.grants = Arc::clone(grants));
    }

    /// The record of a live job changes, and with it what is booked.
    fn amend(&mut self, job: JobId, change: impl FnOnce(&mut JobRecord)) {
        if let Some(mut record) = self.unrecord(job) {
            change(&mut record);
            self.record(job, record);
        }
    }

    pub(super) fn note_cancelled(&mut self, job: JobId) {
        if let Some(oldest) = self.numbers.cancel(job)
            && !self.is_live(oldest)
        {
            self.jobs.remove(&oldest);
        }
    }

    // --- windows ---

    fn set_window(
        &mut self,
        window: &Arc<Window>,
        truncated: &[(JobId, i64)],
        cancelled: &[JobId],
    ) {
        for &(job, end) in truncated {
            self.amend(job, |record| record.window.end = end);
        }
        cancelled.iter().for_each(|&job| self.conclude(job, JobState::Canceled));
        self.calendar.set(Arc::clone(window));
        self.barred_sets.forget();
    }

    fn drop_window(&mut self, name: &str) {
        self.calendar.drop(name);
        self.barred_sets.forget();
    }

    // --- vertices ---

    /// Sets the status of some vertices.
    pub(crate) fn mark(&mut self, vertices: &[VertexId], status: Status) {
        for &vertex in vertices {
            let observer = &mut self.views.beside(&mut self.indices);
            self.state.set_status(&self.site, vertex, status, observer);
        }
    }

    fn set_property(&mut self, vertices: &[VertexId], key: &str, value: &str) {
        let views = self.views.suspend();
        let graph = Arc::make_mut(&mut self.site.graph);
        for &vertex in vertices {
            graph.set_property(vertex, key, value);
        }
        if graph.give_back_texts() {
            self.site.directory = Directory::default();
        } else if let Some(key) = graph.symbol(key) {
            self.site.directory.add_holders(&self.site.tree, key, vertices);
        }
        self.views.resume(views, &self.site);
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

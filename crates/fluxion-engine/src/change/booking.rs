//! From what was decided to the change that records it: bookings, cancellations, marks, properties. Nothing here changes
//! more than what is carried to the next change.

use fluxion_graph::{EdgeId, Status, TimeWindow, VertexId};

use crate::change::action::{Action, Carried, Change, Weighing};
use crate::decision::{Decision, Grant};
use crate::engine::{Engine, NoSuchJob, Released};
use crate::operation::{JobId, JobState};
use crate::record::{Hold, JobRecord};

impl Engine {
    /// The change that books a decision under the next number.
    pub fn decide_booking(&self, decision: &Decision, now: i64) -> Change {
        let TimeWindow { start, end } = decision.window;
        let (hold, state) = if start == now {
            (Hold::Allocation, JobState::Allocated)
        } else {
            (Hold::Reservation, JobState::Reserved)
        };
        let window = TimeWindow { start, end };
        let record = JobRecord { state, window, grants: decision.grants().collect(), hold };
        let weighing = if self.policy.stops_early() {
            let is_tree = self.site.tree.is_tree();
            let edges = if is_tree { Vec::new() } else { self.inner_edges(decision) };
            Weighing::Match { now, edges }
        } else {
            Weighing::None
        };
        self.change(Action::Book { job: self.next_job(), record, weighing })
    }

    /// The change that gives back all that a job holds. O(what it holds).
    ///
    /// # Errors
    /// [`NoSuchJob`] if it was never booked, or was cancelled before.
    pub fn decide_cancel(&self, job: JobId) -> Result<(Change, Released), NoSuchJob> {
        let record = self.live_job(job).ok_or(NoSuchJob(job))?;
        let children = |grant: &Grant| self.site.layout.children(grant.vertex).len() as u64;
        let preorder = 1 + record.grants.iter().map(children).sum::<u64>();
        let released = Released { preorder, postorder: record.grants.len() as u64 };
        Ok((self.change(Action::Cancel { job }), released))
    }

    /// The change that marks vertices up or down.
    pub fn decide_mark(&self, vertices: Vec<VertexId>, status: Status) -> Change {
        self.change(Action::Mark { vertices, status })
    }

    /// The change that sets a property of vertices.
    pub fn decide_property(&self, vertices: Vec<VertexId>, key: &str, value: &str) -> Change {
        self.change(Action::SetProperty { vertices, key: key.to_owned(), value: value.to_owned() })
    }

    /// An action, with what is carried until now.
    pub(crate) fn change(&self, action: Action) -> Change {
        Change { carried: self.carried(), action: Some(action) }
    }

    // --- what is carried ---

    /// What moved since the last change, and travels with the next one.
    pub fn carried(&self) -> Carried {
        self.carried.told()
    }

    /// Spends the next number on a match that failed.
    pub fn spend_number(&mut self) {
        self.pass_number(self.next_job());
    }

    /// The next job gets the first free number after `job`.
    pub fn pass_number(&mut self, job: JobId) {
        self.numbers.next = self.number_after(job);
        self.carried.next = Some(self.numbers.next);
    }

    /// The first number after `job` that no live job has.
    pub(crate) fn number_after(&self, job: JobId) -> JobId {
        let mut next = JobId(job.0.wrapping_add(1));
        while self.is_live(next) {
            next = JobId(next.0.wrapping_add(1));
        }
        next
    }

    /// Lets a match that books nothing change the order in which policies that stop early look at children.
    pub fn note_match(&mut self, decision: &Decision, now: i64) {
        if !self.policy.stops_early() {
            return;
        }
        for edge in self.inner_edges(decision) {
            let target = self.site.graph.edges()[edge.index()].target;
            if let Some(weight) = self.state.weight(&self.site, target, now) {
                self.set_weight(edge, weight);
                self.carried.weights.insert(edge, weight);
            }
        }
    }

    pub(crate) fn set_weight(&mut self, edge: EdgeId, weight: u64) {
        let Self { site, weights, .. } = self;
        let ends = site.graph.edges()[edge.index()];
        weights.set(&site.graph, &site.layout, ends.source, ends.target, weight);
    }

    /// The edges of a decision that lead to inner vertices.
    fn inner_edges(&self, decision: &Decision) -> Vec<EdgeId> {
        let site = &self.site;
        let is_inner = |vertex: VertexId| site.layout.inner.contains(vertex);
        if site.tree.is_tree() {
            let picked = decision.selection.vertices.iter().map(|picked| picked.vertex);
            return picked.filter(|&v| is_inner(v)).filter_map(|v| site.tree.edge_to(v)).collect();
        }
        let edges = decision.edges().iter().map(|picked| picked.edge);
        edges.filter(|edge| is_inner(site.graph.edges()[edge.index()].target)).collect()
    }
}

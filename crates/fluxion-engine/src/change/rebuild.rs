//! Taking a changed graph into service where it cannot be done in place: what follows from the graph alone is made anew.
//! The live jobs are booked again where vertices have other numbers, O(graph + what the jobs hold); not where some were
//! added, O(graph).

use std::sync::Arc;

use fluxion_graph::{Addition, Graph, Renumbering, Status, VertexId};
use rustc_hash::FxHashSet;

use crate::change::action::Action;
use crate::change::apply::Inapplicable;
use crate::change::prepared::Made;
use crate::change::remaining::remaining;
use crate::decision::Grant;
use crate::engine::Engine;
use crate::footprint::Holdings;
use crate::index::Indices;
use crate::operation::{JobId, JobState};
use crate::record::JobRecord;
use crate::site::{SetupError, Site};
use crate::state::State;
use crate::views::Views;

impl Engine {
    /// What would serve a changed graph, without jobs.
    pub(crate) fn site_for(&self, graph: Graph) -> Result<Site, SetupError> {
        Site::of(graph, self.site.tree.subsystem(), self.policy, &self.filters)
    }

    /// What serves the graph once it has grown.
    pub(super) fn grown_site(
        &mut self,
        made: Option<Made>,
        addition: &Addition,
    ) -> Result<Site, Inapplicable> {
        if let Some(Made::Site(site, _)) = made {
            return Ok(*site);
        }
        let mut graph = Graph::clone(&self.site.graph);
        graph.add(addition)?;
        Ok(self.site_for(graph)?)
    }

    /// What serves the graph once it has lost vertices, and the numbers of those that stay.
    pub(super) fn shrunk_site(
        &mut self,
        action: &Action,
        gone: &[VertexId],
    ) -> Result<(Site, Renumbering), Inapplicable> {
        if let Some(Made::Site(site, numbers)) = self.prepared_for(action) {
            return Ok((*site, numbers));
        }
        self.know_vertices(gone.iter().copied())?;
        Ok(self.site_without(gone)?)
    }

    /// What was made when this very action was decided.
    pub(super) fn prepared_for(&mut self, action: &Action) -> Option<Made> {
        self.prepared.take()?.for_action(action)
    }

    /// What would serve the graph without some of its vertices and without holes, and the numbers of those that stay.
    pub(super) fn site_without(
        &self,
        gone: &[VertexId],
    ) -> Result<(Site, Renumbering), SetupError> {
        let mut graph = Graph::clone(&self.site.graph);
        graph.remove_vertices(gone);
        let numbers = graph.close_holes();
        Ok((self.site_for(graph)?, numbers))
    }

    /// Jobs lose what they held of some vertices; those that then hold nothing are cancelled.
    pub(super) fn lose(&mut self, vertices: &[VertexId], site: Site, numbers: &Renumbering) {
        let gone: FxHashSet<VertexId> = vertices.iter().copied().collect();
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
            record.grants = renumbered(&kept, numbers);
            if record.grants.is_empty() {
                record.state = JobState::Canceled;
                cancelled.push(job);
            }
        }
        self.calendar.renumber(|v| numbers.of(v).filter(|_| !gone.contains(&v)));
        self.move_to(site, numbers);
        cancelled.into_iter().for_each(|job| self.note_cancelled(job));
    }

    /// Serves another site from now on, with the jobs of the table, which have the new numbers of the vertices already.
    fn move_to(&mut self, site: Site, numbers: &Renumbering) {
        let mut indices = Indices::new(&site);
        let known: Vec<VertexId> = numbers.staying(self.site.graph.vertices().len()).collect();
        let status = |vertex: VertexId| match known.get(vertex.index()) {
            Some(&old) => self.status(old),
            None => site.graph.vertex(vertex).status,
        };
        let down = site.graph.vertex_ids().filter(|&vertex| status(vertex) == Status::Down);
        let mut state = State::new(&site, down, &mut indices);
        state.overrun = self.state.overrun;
        self.holdings = Holdings::default();
        for (&job, record) in &self.jobs {
            if record.is_live() {
                self.holdings.add(&record.grants);
                state.book(&site, &record.grants, record.booking(job), &mut indices);
            }
        }
        self.state = state;
        self.serve(site, indices, numbers);
    }

    /// Serves a site that has grown. Jobs are booked again only if what was there has another form now.
    pub(super) fn grow_to(&mut self, site: Site, addition: &Addition) {
        if !self.state.grow(&self.site, &site, addition) {
            return self.move_to(site, &Renumbering::default());
        }
        let mut indices = Indices::of(&site, &self.state);
        self.state.mark_new(&site, addition, &mut indices);
        self.serve(site, indices, &Renumbering::default());
    }

    fn serve(&mut self, site: Site, indices: Indices, numbers: &Renumbering) {
        if self.policy.stops_early() {
            self.weights = self.weights.carried_to(&site.layout, numbers);
        }
        self.views = Views::default();
        (self.site, self.indices) = (site, indices);
        self.forget_what_followed();
    }
}

fn renumbered(grants: &[Grant], numbers: &Renumbering) -> Arc<[Grant]> {
    let moved = |&grant: &Grant| Some(Grant { vertex: numbers.of(grant.vertex)?, ..grant });
    grants.iter().filter_map(moved).collect()
}

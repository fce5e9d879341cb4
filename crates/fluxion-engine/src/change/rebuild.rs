//! Taking a graph into service, first or changed. What follows from the graph alone is made anew, and the live
//! jobs are booked on it again: O(graph + what the jobs hold).

use fluxion_graph::{Graph, VertexId};

use crate::engine::Engine;
use crate::footprint::Holdings;
use crate::index::Indices;
use crate::reserve::EarliestStart;
use crate::search::scratch::Scratch;
use crate::site::{SetupError, Site};
use crate::state::State;

impl Engine {
    /// What would serve a changed graph, without jobs.
    pub(crate) fn site_for(&self, graph: Graph) -> Result<Site, SetupError> {
        Site::of(graph, self.site.tree.subsystem(), self.policy, &self.filters)
    }

    /// Serves another site from now on, with the jobs of the table.
    pub(crate) fn move_to(&mut self, site: Site) {
        let mut indices = Indices::new(&site);
        let known = self.site.graph.vertices().len();
        let status = |vertex: VertexId| {
            let is_new = vertex.index() >= known;
            if is_new { site.graph.vertex(vertex).status } else { self.status(vertex) }
        };
        let mut state = State::new(&site, status, &mut indices);
        self.holdings = Holdings::default();
        for (&job, record) in &self.jobs {
            if record.is_live() {
                self.holdings.add(&record.grants);
                state.book(&site, &record.grants, record.booking(job), &mut indices);
            }
        }
        if self.policy.stops_early() {
            self.weights = self.weights.carried_to(&site.layout);
        }
        self.constraint_masks.forget();
        self.earliest_start = EarliestStart::default();
        self.scratch = Scratch::default();
        (self.site, self.state, self.indices) = (site, state, indices);
    }
}

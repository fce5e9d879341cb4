//! Taking a graph into service, first or changed. What follows from the graph alone is made anew, and the live
//! jobs are booked on it again: O(graph + what the jobs hold).

use fluxion_graph::{Graph, Renumbering, VertexId};

use crate::engine::Engine;
use crate::footprint::Holdings;
use crate::index::Indices;
use crate::reserve::EarliestStart;
use crate::search::scratch::Scratch;
use crate::site::{SetupError, Site};
use crate::state::State;
use crate::views::Views;

impl Engine {
    /// What would serve a changed graph, without jobs.
    pub(crate) fn site_for(&self, graph: Graph) -> Result<Site, SetupError> {
        Site::of(graph, self.site.tree.subsystem(), self.policy, &self.filters)
    }

    /// Serves another site from now on, with the jobs of the table, which have the new numbers of the vertices already.
    pub(crate) fn move_to(&mut self, site: Site, numbers: &Renumbering) {
        let mut indices = Indices::new(&site);
        let known: Vec<VertexId> = numbers.staying(self.site.graph.vertices().len()).collect();
        let status = |vertex: VertexId| match known.get(vertex.index()) {
            Some(&old) => self.status(old),
            None => site.graph.vertex(vertex).status,
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
            self.weights = self.weights.carried_to(&site.layout, numbers);
        }
        self.constraint_masks.forget();
        self.earliest_start = EarliestStart::default();
        self.views = Views::default();
        self.scratch = Scratch::default();
        (self.site, self.state, self.indices) = (site, state, indices);
    }
}

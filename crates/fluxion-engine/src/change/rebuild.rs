//! Taking a changed graph into service. What follows from the graph alone is made anew. The live jobs are booked again
//! where vertices have other numbers, O(graph + what the jobs hold); not where some were added, O(graph).

use fluxion_graph::{Addition, Graph, Renumbering, Status, VertexId};

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
        let down = site.graph.vertex_ids().filter(|&vertex| status(vertex) == Status::Down);
        let mut state = State::new(&site, down, &mut indices);
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
    pub(crate) fn grow_to(&mut self, site: Site, addition: &Addition) {
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
        self.constraint_masks.forget();
        self.place_tables.forget();
        self.recent_requests.forget();
        self.earliest_start = EarliestStart::default();
        self.views = Views::default();
        self.scratch = Scratch::default();
        (self.site, self.indices) = (site, indices);
    }
}

//! Taking a graph into service, first or changed. What follows from the graph alone is made anew, and the live
//! jobs are booked on it again: O(graph + what the jobs hold).

use fluxion_graph::{Graph, SubsystemId, Tree};

use crate::classes::Classes;
use crate::engine::{Engine, MOST_LEVELS, SetupError};
use crate::layout::Layout;
use crate::operation::JobState;
use crate::policy::Policy;
use crate::prune::{FilterLayout, PruneFilters};
use crate::search::Scratch;
use crate::shelf::Shelves;
use crate::state::{Site, State};

impl Site {
    /// All that can be known about a graph before any job.
    pub(crate) fn of(
        mut graph: Graph,
        subsystem: SubsystemId,
        policy: Policy,
        filters: &PruneFilters,
    ) -> Result<Self, SetupError> {
        let tree = Tree::of(&graph, subsystem)
            .ok_or_else(|| SetupError::NoRoot(graph.subsystem_name(subsystem).to_owned()))?;
        refuse_depth(&graph, &tree)?;
        let filters = FilterLayout::resolve(filters, &mut graph, &tree)?;
        let layout = Layout::of(&graph, &tree, policy);
        let classes = Classes::of(&graph, &tree);
        Ok(Self { graph, tree, layout, filters, classes })
    }
}

impl Engine {
    /// What would serve a changed graph, without jobs.
    pub(crate) fn site_for(&self, graph: Graph) -> Result<Site, SetupError> {
        Site::of(graph, self.site.tree.subsystem(), self.policy, &self.filters)
    }

    /// Serves another site from now on, with the jobs of the table.
    pub(crate) fn move_to(&mut self, site: Site) {
        let mut shelves = Shelves::new(&site);
        let mut state = State::new(&site, &mut shelves);
        for (&job, record) in &self.jobs {
            if record.state != JobState::Canceled {
                state.book(&site, &mut shelves, &record.grants, record.booking(job));
            }
        }
        if self.policy.stops_early() {
            self.weights = self.weights.carried_to(&site.layout);
        }
        self.acceptances.forget();
        self.scratch = Scratch::default();
        (self.site, self.state, self.shelves) = (site, state, shelves);
    }
}

fn refuse_depth(graph: &Graph, tree: &Tree) -> Result<(), SetupError> {
    let mut open: Vec<u32> = Vec::new();
    for (position, &vertex) in tree.order().iter().enumerate() {
        while open.last().is_some_and(|&end| end <= position as u32) {
            open.pop();
        }
        if open.len() >= MOST_LEVELS {
            return Err(SetupError::TooDeep(graph.text(graph.vertex(vertex).name).to_owned()));
        }
        open.push(tree.end(position as u32));
    }
    Ok(())
}

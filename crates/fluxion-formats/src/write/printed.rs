//! What a writer is given: a selection, and what else may be printed of it.

use fluxion_budget::Budget;
use fluxion_graph::{AggregateFigures, Graph, Selection, TimeWindow, Tree, VertexId};

use super::error::WriteError;

/// The label that the current jobspec puts on a vertex.
pub type Labels<'a> = &'a dyn Fn(VertexId) -> Option<&'a str>;

/// The figures of a vertex's aggregate filter; none if it has no filter.
pub type Aggregates<'a> = &'a dyn Fn(VertexId) -> Option<Vec<AggregateFigures>>;

/// Everything that a writer may print.
#[derive(Clone, Copy)]
pub struct Printed<'a> {
    /// The graph that all ids belong to.
    pub graph: &'a Graph,
    /// The dominant subsystem of the graph.
    pub tree: &'a Tree,
    /// What is printed, in emission order.
    pub selection: &'a Selection,
    /// When the selection holds; both ends 0 for a find.
    pub window: TimeWindow,
    /// The queue that the jobspec names.
    pub queue: Option<&'a str>,
    /// Labels of the current jobspec, if it has any.
    pub labels: Option<Labels<'a>>,
    /// Filter figures, if a find asks for them.
    pub aggregates: Option<Aggregates<'a>>,
    /// How long it may take, and how much text it may become.
    pub budget: &'a Budget,
}

impl Printed<'_> {
    /// Whether a text may grow on.
    pub(super) fn check(&self, out: &str) -> Result<(), WriteError> {
        self.budget.check()?;
        let most = self.budget.largest_text();
        if out.len() > most {
            return Err(WriteError::TooLarge { most });
        }
        Ok(self.budget.take_text(out.len())?)
    }
}

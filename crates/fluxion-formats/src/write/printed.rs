//! What a writer is given: a selection, and what else may be printed of it.

use fluxion_graph::{AggregateFigures, Graph, Selection, TimeWindow, Tree, VertexId};

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
}

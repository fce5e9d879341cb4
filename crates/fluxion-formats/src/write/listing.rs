//! What the files of a whole graph share: the numbers of the vertices, which are in the order of loading.

use fluxion_graph::{Edge, EdgeId, Graph, Renumbering, Status, VertexId};

/// The vertices and edges of a graph with the numbers that they have in a file.
pub(super) struct Listing<'a> {
    pub(super) graph: &'a Graph,
    pub(super) status: &'a dyn Fn(VertexId) -> Status,
    numbers: Renumbering,
}

impl<'a> Listing<'a> {
    pub(super) fn new(graph: &'a Graph, status: &'a dyn Fn(VertexId) -> Status) -> Self {
        Self { graph, status, numbers: graph.numbers_without_holes() }
    }

    /// The vertices by number.
    pub(super) fn vertices(&self) -> impl Iterator<Item = (usize, VertexId)> + use<'a> {
        self.graph.vertex_ids().enumerate()
    }

    /// The edges by number, with the numbers of source and target.
    pub(super) fn edges(&self) -> impl Iterator<Item = (EdgeId, &'a Edge, [usize; 2])> + '_ {
        let number = |vertex| self.numbers.of(vertex).map_or(0, VertexId::index);
        let ends = move |edge: &Edge| [number(edge.source), number(edge.target)];
        self.graph.numbered_edges().map(move |(id, edge)| (id, edge, ends(edge)))
    }
}

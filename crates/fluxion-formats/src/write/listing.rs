//! What the files of a whole graph share: the numbers of the vertices, which are in the order of loading without
//! those that were removed.

use fluxion_graph::{Edge, EdgeId, Graph, Status, VertexId};

/// The vertices and edges of a graph with the numbers that they have in a file.
pub(super) struct Listing<'a> {
    pub(super) graph: &'a Graph,
    pub(super) status: &'a dyn Fn(VertexId) -> Status,
    vertices: Vec<VertexId>,
}

impl<'a> Listing<'a> {
    pub(super) fn of(graph: &'a Graph, status: &'a dyn Fn(VertexId) -> Status) -> Self {
        Self { graph, status, vertices: graph.vertex_ids().collect() }
    }

    /// The vertices by number.
    pub(super) fn vertices(&self) -> impl Iterator<Item = (usize, VertexId)> + '_ {
        self.vertices.iter().copied().enumerate()
    }

    /// The edges by number, with the numbers of source and target.
    pub(super) fn edges(&self) -> impl Iterator<Item = (EdgeId, &Edge, [usize; 2])> + '_ {
        let numbered = self.graph.edges().iter().zip(0..).map(|(edge, n)| (EdgeId(n), edge));
        numbered.filter_map(|(id, edge)| {
            Some((id, edge, [self.number(edge.source)?, self.number(edge.target)?]))
        })
    }

    fn number(&self, vertex: VertexId) -> Option<usize> {
        self.vertices.binary_search(&vertex).ok()
    }
}

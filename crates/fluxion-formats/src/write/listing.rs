//! What the files of a whole graph share: the numbers of the vertices, which are in the order of loading.

use fluxion_graph::{Edge, EdgeId, Graph, Status, VertexId};

/// The vertices and edges of a graph with the numbers that they have in a file.
pub(super) struct Listing<'a> {
    pub(super) graph: &'a Graph,
    pub(super) status: &'a dyn Fn(VertexId) -> Status,
}

impl<'a> Listing<'a> {
    /// The vertices by number.
    pub(super) fn vertices(&self) -> impl Iterator<Item = (usize, VertexId)> + use<'a> {
        self.graph.vertex_ids().map(|vertex| (vertex.index(), vertex))
    }

    /// The edges by number, with the numbers of source and target.
    pub(super) fn edges(&self) -> impl Iterator<Item = (EdgeId, &'a Edge, [usize; 2])> + use<'a> {
        let numbered = self.graph.edges().iter().zip(0..);
        numbered.map(|(edge, n)| (EdgeId(n), edge, [edge.source.index(), edge.target.index()]))
    }
}

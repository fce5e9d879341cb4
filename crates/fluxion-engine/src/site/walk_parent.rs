//! The parent of a vertex, in trees and in graphs in which vertices have several parents.

use fluxion_graph::{Graph, Tree, VertexId};

/// The parent under which the depth-first walk reaches a vertex.
#[inline]
pub(crate) fn walk_parent(graph: &Graph, tree: &Tree, vertex: VertexId) -> Option<VertexId> {
    if tree.is_tree() {
        return tree.parent(vertex);
    }
    tree.edge_to(vertex).map(|edge| graph.edges()[edge.index()].source)
}

//! Edges that lead upward, which a tree leaves out.

use crate::graph::{Edge, Graph};

/// Whether an edge leads to a proper ancestor, by path, of its source (`docs/semantics/graph.md`, Upward
/// edges).
pub fn is_upward(graph: &Graph, edge: &Edge) -> bool {
    let source = graph.path(edge.source, edge.subsystem);
    let target = graph.path(edge.target, edge.subsystem);
    matches!((source, target), (Some(source), Some(target)) if graph.paths().is_above(target, source))
}

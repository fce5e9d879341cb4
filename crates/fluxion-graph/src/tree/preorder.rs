//! The tree of a graph whose text lists vertices and edges in the order of the walk, as most do.

use super::{NONE, Tree};
use crate::graph::{Edge, Graph};
use crate::ids::{CONTAINMENT, SubsystemId, VertexId};

impl Tree {
    /// The tree of a graph whose vertices and edges are numbered as the walk reaches them.
    pub(super) fn in_preorder(
        graph: &Graph,
        subsystem: SubsystemId,
        root: VertexId,
    ) -> Option<Self> {
        let (vertices, edges) = (graph.vertices().len(), graph.edges());
        if subsystem != CONTAINMENT || root != VertexId(0) || edges.len() + 1 != vertices {
            return None;
        }
        let mut tree = Self::empty(graph, subsystem, root);
        tree.order.extend((0..vertices as u32).map(VertexId));
        tree.end.extend(1..=vertices as u32);
        tree.parent.push(NONE);
        let mut open = vec![root.0];
        for (position, edge) in (1u32..).zip(edges) {
            let source = edge.source.0;
            if edge.target.0 != position
                || edge.subsystem != subsystem
                || !is_to_child_path(graph, edge)
            {
                return None;
            }
            if source + 1 == position && source != 0 {
                open.push(source);
                tree.levels = tree.levels.max(open.len() + 1);
            }
            while *open.last()? != source {
                tree.end[open.pop()? as usize] = position;
            }
            tree.parent.push(source);
        }
        for position in open {
            tree.end[position as usize] = vertices as u32;
        }
        tree.levels = tree.levels.max(1 + usize::from(vertices > 1));
        Some(tree)
    }
}

/// Whether an edge leads to the path right below that of its source.
fn is_to_child_path(graph: &Graph, edge: &Edge) -> bool {
    let path = |vertex: VertexId| graph.vertices()[vertex.index()].path;
    let (Some(source), Some(target)) = (path(edge.source), path(edge.target)) else { return false };
    graph.paths().parent(target) == Some(source)
}

//! All that is below the root as a resource set, in emission order.

use fluxion_graph::{Graph, PickedEdge, PickedVertex, Selection, Tree, VertexId};

/// Every vertex of the tree with all its units, children first.
pub(super) fn everything(graph: &Graph, tree: &Tree) -> Selection {
    let mut selection = Selection::default();
    let mut open: Vec<(VertexId, u32)> = Vec::new();
    for (position, &vertex) in (0..).zip(tree.order()) {
        open.push((vertex, tree.end(position)));
        while let Some(&(done, end)) = open.last() {
            if end > position + 1 {
                break;
            }
            let depth = u32::try_from(open.len()).unwrap_or(u32::MAX);
            open.pop();
            let below_exclusive = !open.is_empty();
            let amount = graph.vertex(done).size;
            let picked =
                PickedVertex { vertex: done, amount, depth, exclusive: true, below_exclusive };
            selection.vertices.push(picked);
            let edge = tree.edge_to(done).filter(|_| below_exclusive);
            selection.edges.extend(edge.map(|edge| PickedEdge { edge, below_exclusive: true }));
        }
    }
    selection
}

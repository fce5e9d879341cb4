//! What a graph may have and hardly ever means.

use std::collections::BTreeSet;

use fluxion_formats::read::jgf::JgfWarning;
use fluxion_graph::{CONTAINMENT, Graph, Tree, VertexId};

/// Something that a valid graph is unlikely to mean. `first` is the path or the name of the first of so many vertices.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Oddity {
    /// What the reader says.
    #[error(transparent)]
    Read(JgfWarning),
    /// Nodes that R cannot list.
    #[error("nodes without a rank, which no R can list: {count}; the first is {first}")]
    NoRank {
        /// How many.
        count: usize,
        /// The first.
        first: String,
    },
    /// Nodes that share a rank.
    #[error("nodes that share their rank with another one: {count}; the first is {first}")]
    SharedRank {
        /// How many.
        count: usize,
        /// The first.
        first: String,
    },
    /// Vertices that no match and no find can meet.
    #[error(
        "vertices that no edges lead to from the root, and that are never found: {count}; the first is {first}"
    )]
    Unreachable {
        /// How many.
        count: usize,
        /// The first.
        first: String,
    },
    /// Vertices of no units, which no match can use.
    #[error("vertices of 0 units: {count}; the first is {first}")]
    NoUnits {
        /// How many.
        count: usize,
        /// The first.
        first: String,
    },
}

/// What is odd about a graph. O(vertices · log vertices).
pub(super) fn oddities(graph: &Graph) -> Vec<Oddity> {
    let nodes: Vec<VertexId> = of(graph, |v| graph.type_name(graph.vertex(v).ty) == "node");
    let (ranked, unranked): (Vec<VertexId>, Vec<VertexId>) =
        nodes.into_iter().partition(|&node| graph.vertex(node).rank >= 0);
    let mut by_rank = ranked;
    by_rank.sort_by_key(|&node| graph.vertex(node).rank);
    let rank = |node: VertexId| graph.vertex(node).rank;
    let pairs = by_rank.windows(2).filter(|pair| rank(pair[0]) == rank(pair[1]));
    let shared: Vec<VertexId> = pairs.map(|pair| pair[1]).collect();
    let unreachable = unreachable(graph);
    let empty = of(graph, |vertex| graph.vertex(vertex).size == 0);
    let told = [
        told(graph, &unranked, |count, first| Oddity::NoRank { count, first }),
        told(graph, &shared, |count, first| Oddity::SharedRank { count, first }),
        told(graph, &unreachable, |count, first| Oddity::Unreachable { count, first }),
        told(graph, &empty, |count, first| Oddity::NoUnits { count, first }),
    ];
    told.into_iter().flatten().collect()
}

/// Vertices outside of the containment tree that are not even the root or the end of an edge of another subsystem.
fn unreachable(graph: &Graph) -> Vec<VertexId> {
    let Some(tree) = Tree::of(graph, CONTAINMENT) else { return Vec::new() };
    let mut met: BTreeSet<VertexId> = graph.roots().collect();
    let others = graph.numbered_edges().filter(|(_, edge)| edge.subsystem != CONTAINMENT);
    met.extend(others.map(|(_, edge)| edge.target));
    of(graph, |vertex| tree.position(vertex).is_none() && !met.contains(&vertex))
}

fn of(graph: &Graph, is_meant: impl Fn(VertexId) -> bool) -> Vec<VertexId> {
    graph.vertex_ids().filter(|&vertex| is_meant(vertex)).collect()
}

fn told(
    graph: &Graph,
    vertices: &[VertexId],
    oddity: fn(usize, String) -> Oddity,
) -> Option<Oddity> {
    let first = graph.vertex(*vertices.first()?);
    let name = || graph.text(first.name).to_owned();
    Some(oddity(vertices.len(), first.path.map_or_else(name, |path| graph.path_text(path))))
}

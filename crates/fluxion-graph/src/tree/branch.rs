//! Branches that are put on a tree, as runs in the order of the walk. Only for plain trees ([`Tree::is_plain`]).

use rustc_hash::FxHashMap;

use super::{Tree, is_upward};
use crate::graph::Graph;
use crate::ids::{EdgeId, VertexId};

/// A new subtree, its vertices in the order of the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The vertex of the tree below which it is put, behind its other children.
    pub parent: VertexId,
    /// Its vertices with the edges to them, depth first.
    pub order: Vec<(VertexId, EdgeId)>,
    /// For each of them, how many vertices its subtree has.
    sizes: Vec<u32>,
    /// How many levels it has.
    levels: usize,
}

impl Branch {
    /// What a graph has gained beyond a tree, from two numbers on, as branches of it; none if the tree would not be plain
    /// with them. O(what was gained).
    pub fn since(
        graph: &Graph,
        tree: &Tree,
        vertices: VertexId,
        edges: EdgeId,
    ) -> Option<Vec<Self>> {
        let new = graph.vertices().len() - vertices.index();
        let numbers = edges.index()..graph.edges().len();
        if numbers.len() != new || !tree.is_plain_without(graph, new) {
            return None;
        }
        let mut children: FxHashMap<VertexId, Vec<EdgeId>> = FxHashMap::default();
        let mut tops = Vec::new();
        let mut has_parent = vec![false; new];
        for number in numbers {
            let (id, edge) = (EdgeId(number as u32), graph.edges()[number]);
            let at = edge.target.index().checked_sub(vertices.index())?;
            let is_second = std::mem::replace(&mut has_parent[at], true);
            if is_second || edge.subsystem != tree.subsystem() || is_upward(graph, &edge) {
                return None;
            }
            match edge.source < vertices {
                true => tops.push((edge.source, id)),
                false => children.entry(edge.source).or_default().push(id),
            }
        }
        let branches = tops.into_iter().map(|(parent, edge)| {
            tree.position(parent)?;
            Some(Self::of(graph, &children, parent, edge))
        });
        let branches = branches.collect::<Option<Vec<Self>>>()?;
        // what is not reached from the tree hangs in a ring
        let reached: usize = branches.iter().map(|branch| branch.order.len()).sum();
        (reached == new).then_some(branches)
    }

    fn of(
        graph: &Graph,
        children: &FxHashMap<VertexId, Vec<EdgeId>>,
        parent: VertexId,
        edge: EdgeId,
    ) -> Self {
        let mut branch = Self { parent, order: Vec::new(), sizes: Vec::new(), levels: 0 };
        // a positive number closes the subtree that began there
        let mut open = vec![(edge, None)];
        let mut depth = 0;
        while let Some((edge, started)) = open.pop() {
            if let Some(start) = started {
                let start: usize = start;
                branch.sizes[start] = (branch.order.len() - start) as u32;
                depth -= 1;
                continue;
            }
            let vertex = graph.edges()[edge.index()].target;
            open.push((edge, Some(branch.order.len())));
            depth += 1;
            branch.levels = branch.levels.max(depth);
            branch.order.push((vertex, edge));
            branch.sizes.push(0);
            let below = children.get(&vertex).into_iter().flatten().rev();
            open.extend(below.map(|&child| (child, None)));
        }
        branch
    }

    /// How many vertices it has.
    pub(super) fn len(&self) -> u32 {
        self.order.len() as u32
    }

    /// How many levels it has.
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// Its vertices that have nothing below them.
    pub fn leaves(&self) -> impl Iterator<Item = VertexId> + '_ {
        let sized = self.order.iter().zip(&self.sizes);
        sized.filter(|&(_, &size)| size == 1).map(|(&(vertex, _), _)| vertex)
    }

    /// For each vertex, the end of its subtree, counted from the start of the branch.
    pub(super) fn ends(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.sizes).map(|(at, size)| at + size)
    }
}

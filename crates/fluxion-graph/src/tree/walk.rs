//! Makes the tree of a subsystem: in one go where that can be done, else by a walk, which takes any numbering, shared
//! vertices and edges upward.

use super::{NONE, Numbering, Tree, is_upward};
use crate::graph::{Edge, Graph};
use crate::ids::{EdgeId, SubsystemId, VertexId};

impl Tree {
    /// The tree of a subsystem, or nothing if it has no root.
    pub fn of(graph: &Graph, subsystem: SubsystemId) -> Option<Self> {
        let root = graph.root(subsystem)?;
        let quick = Self::in_preorder(graph, subsystem, root);
        Some(quick.unwrap_or_else(|| Self::by_walk(graph, subsystem, root)))
    }

    fn by_walk(graph: &Graph, subsystem: SubsystemId, root: VertexId) -> Self {
        let adjacency = Adjacency::of(graph, subsystem);
        let mut tree = Self::empty(graph, subsystem, root);
        let mut walk = Walk {
            tree: &mut tree,
            position: vec![NONE; graph.vertices().len()],
            edge_in: Vec::with_capacity(graph.vertices().len()),
        };
        walk.run(graph, &adjacency);
        walk.find_first_parents(graph);
        let Walk { position, edge_in, .. } = walk;
        tree.numbering = Numbering::Table { position, edge_in };
        tree
    }
}

/// A tree in the making: any numbering, shared vertices, edges upward.
struct Walk<'a> {
    tree: &'a mut Tree,
    position: Vec<u32>,
    edge_in: Vec<u32>,
}

impl Walk<'_> {
    fn run(&mut self, graph: &Graph, adjacency: &Adjacency) {
        let root = self.tree.root;
        let mut open = vec![(self.enter(root, NONE, NONE), adjacency.out(root))];
        while let Some((position, edges)) = open.last_mut() {
            let Some(at) = edges.next() else {
                let position = *position;
                self.leave(position, adjacency);
                open.pop();
                continue;
            };
            let id = adjacency.edges[at];
            let edge = &graph.edges()[id.index()];
            if is_upward(graph, edge) {
                continue;
            }
            if self.position[edge.target.index()] == NONE {
                let child = self.enter(edge.target, id.0, edge.source.0);
                open.push((child, adjacency.out(edge.target)));
                self.tree.levels = self.tree.levels.max(open.len());
            } else {
                self.tree.extra.push(id);
            }
        }
        self.tree.childless.sort_unstable();
        self.tree.extra.sort_unstable_by_key(|e| (graph.edges()[e.index()].source, *e));
    }

    fn enter(&mut self, vertex: VertexId, edge: u32, parent: u32) -> u32 {
        let position = self.tree.order.len() as u32;
        self.position[vertex.index()] = position;
        self.edge_in.push(edge);
        self.tree.order.push(vertex);
        self.tree.end.push(position + 1);
        self.tree.parent.push(parent);
        position
    }

    fn leave(&mut self, position: u32, adjacency: &Adjacency) {
        let end = self.tree.order.len() as u32;
        self.tree.end[position as usize] = end;
        let vertex = self.tree.order[position as usize];
        if end == position + 1 && !adjacency.out(vertex).is_empty() {
            self.tree.childless.push(position);
        }
    }

    /// Upward paths follow the in-edge that was loaded first (`docs/semantics/matching.md`, Leaves with
    /// several parents).
    fn find_first_parents(&mut self, graph: &Graph) {
        let mut latest_first = self.tree.extra.clone();
        latest_first.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        for id in latest_first {
            let edge = &graph.edges()[id.index()];
            let at = self.position[edge.target.index()] as usize;
            if id.0 < self.edge_in[at] && edge.target != self.tree.root {
                self.tree.parent[at] = edge.source.0;
            }
        }
    }
}

/// The out-edges of each vertex in one subsystem, in edge order.
struct Adjacency {
    start: Vec<u32>,
    edges: Vec<EdgeId>,
}

impl Adjacency {
    fn of(graph: &Graph, subsystem: SubsystemId) -> Self {
        let mut start = vec![0u32; graph.vertices().len() + 2];
        let here = |(_, edge): &(EdgeId, &Edge)| edge.subsystem == subsystem;
        for (_, edge) in graph.numbered_edges().filter(here) {
            start[edge.source.index() + 2] += 1;
        }
        for at in 2..start.len() {
            start[at] += start[at - 1];
        }
        let mut edges = vec![EdgeId(0); *start.last().unwrap_or(&0) as usize];
        for (number, edge) in graph.numbered_edges().filter(here) {
            let slot = &mut start[edge.source.index() + 1];
            edges[*slot as usize] = number;
            *slot += 1;
        }
        Self { start, edges }
    }

    fn out(&self, vertex: VertexId) -> std::ops::Range<usize> {
        self.start[vertex.index()] as usize..self.start[vertex.index() + 1] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CONTAINMENT;
    use crate::vertex::VertexSpec;
    use proptest::prelude::*;

    fn graph(paths: &[&str], edges: &[(u32, u32)]) -> Graph {
        let mut graph = Graph::new();
        for (n, path) in paths.iter().enumerate() {
            let vertex = graph.add_vertex(&VertexSpec::new("x", n as i64, n as i64)).unwrap();
            graph.set_path(vertex, CONTAINMENT, path);
        }
        graph.set_root(CONTAINMENT, VertexId(0)).unwrap();
        for &(source, target) in edges {
            graph.add_edge(VertexId(source), VertexId(target), CONTAINMENT).unwrap();
        }
        graph
    }

    fn ids(of: impl IntoIterator<Item = VertexId>) -> Vec<u32> {
        of.into_iter().map(|v| v.0).collect()
    }

    #[test]
    fn subtrees_are_contiguous_and_upward_edges_are_left_out() {
        let graph = graph(
            &["/c", "/c/a", "/c/b", "/c/a/x", "/c/b/y", "/c/lost"],
            &[(0, 2), (2, 4), (0, 1), (1, 3), (3, 1), (1, 0)],
        );
        let tree = Tree::of(&graph, CONTAINMENT).unwrap();
        assert_eq!(ids(tree.order().iter().copied()), [0, 2, 4, 1, 3]);
        assert_eq!(ids(tree.children(VertexId(0))), [2, 1]);
        assert_eq!(ids(tree.subtree(VertexId(1)).iter().copied()), [1, 3]);
        assert_eq!(tree.position(VertexId(5)), None);
        assert!(tree.is_inner(VertexId(3)), "an upward edge still makes it no leaf");
        assert!(tree.is_tree());
    }

    #[test]
    fn a_shared_leaf_belongs_to_the_first_parent_of_the_walk() {
        let graph = graph(&["/c", "/c/a", "/c/b", "/c/s"], &[(0, 1), (0, 2), (2, 3), (1, 3)]);
        let tree = Tree::of(&graph, CONTAINMENT).unwrap();
        assert!(!tree.is_tree());
        assert_eq!(ids(tree.children(VertexId(1))), [3]);
        assert_eq!(tree.child_edges(&graph, VertexId(2)), [EdgeId(2)]);
        assert_eq!(tree.parent(VertexId(3)), Some(VertexId(2)), "edge 2 was loaded first");
    }

    #[test]
    fn of_three_parents_the_one_whose_edge_was_loaded_first_counts() {
        let graph = graph(
            &["/c", "/c/a", "/c/b", "/c/d", "/c/s"],
            &[(2, 4), (3, 4), (0, 1), (0, 2), (0, 3), (1, 4)],
        );
        let tree = Tree::of(&graph, CONTAINMENT).unwrap();
        assert_eq!(tree.parent(VertexId(4)), Some(VertexId(2)));
        assert_eq!(ids(tree.children(VertexId(1))), [4]);
        assert_eq!(tree.check(&graph), Ok(()));
    }

    proptest! {
        #[test]
        fn the_quick_numbering_is_that_of_the_walk(above in prop::collection::vec(0usize..6, 0..40)) {
            let (mut paths, mut edges, mut open) = (vec!["/c".to_owned()], Vec::new(), vec![0]);
            for (number, up) in (1u32..).zip(above) {
                open.truncate((open.len() - up.min(open.len() - 1)).max(1));
                let parent = open[open.len() - 1];
                paths.push(format!("{}/{number}", paths[parent as usize]));
                edges.push((parent, number));
                open.push(number);
            }
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let graph = graph(&paths, &edges);
            let quick = Tree::of(&graph, CONTAINMENT).unwrap();
            prop_assert!(quick.is_in_preorder());
            let walked = Tree::by_walk(&graph, CONTAINMENT, VertexId(0));
            prop_assert_eq!(quick.order(), walked.order());
            prop_assert_eq!(quick.levels(), walked.levels());
            for vertex in graph.vertex_ids() {
                let of = |t: &Tree| (t.position(vertex), t.edge_to(vertex), t.parent(vertex), t.is_inner(vertex), t.subtree(vertex).len());
                prop_assert_eq!(of(&quick), of(&walked));
            }
            prop_assert_eq!(quick.check(&graph), Ok(()));
        }
    }
}

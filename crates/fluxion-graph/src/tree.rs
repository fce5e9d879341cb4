//! One subsystem as a tree: vertices numbered depth first, so that a subtree is a contiguous range.
//!
//! Children are in the order of their edges. Edges that lead upward (their target's path is a proper ancestor
//! of their source's, chapter 01, section 3.5) are left out. A vertex that several parents share belongs to
//! the parent that a depth-first walk reaches first; the other edges to it are kept aside ([`Tree::is_tree`]).

use crate::graph::{Edge, Graph};
use crate::ids::{CONTAINMENT, EdgeId, SubsystemId, VertexId};

const NONE: u32 = u32::MAX;

/// A subsystem of a graph, from its root. Built in O(vertices + edges).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    subsystem: SubsystemId,
    root: VertexId,
    numbering: Numbering,
    /// Vertex by position.
    order: Vec<VertexId>,
    /// First position after the subtree, by position.
    end: Vec<u32>,
    /// The source of the first edge that was loaded, by position.
    parent: Vec<u32>,
    /// Positions of vertices that have out-edges in the subsystem, but no child of their own in the walk; ascending.
    childless: Vec<u32>,
    /// Edges to vertices that were reached before, by source, in edge order.
    extra: Vec<EdgeId>,
    levels: usize,
}

/// How vertices and edges are numbered.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Numbering {
    /// As the walk reaches them: the vertex at position n is n, the edge to it n − 1. So most texts are written.
    Preorder,
    /// In any order.
    Table {
        /// Position in the depth-first numbering by vertex; `NONE` if not reachable.
        position: Vec<u32>,
        /// The edge that leads to the vertex in the walk, by position.
        edge_in: Vec<u32>,
    },
}

struct Adjacency {
    start: Vec<u32>,
    edges: Vec<EdgeId>,
}

impl Adjacency {
    fn of(graph: &Graph, subsystem: SubsystemId) -> Self {
        let mut start = vec![0u32; graph.vertices().len() + 2];
        let here = |e: &&Edge| e.subsystem == subsystem;
        for edge in graph.edges().iter().filter(here) {
            start[edge.source.index() + 2] += 1;
        }
        for at in 2..start.len() {
            start[at] += start[at - 1];
        }
        let mut edges = vec![EdgeId(0); *start.last().unwrap_or(&0) as usize];
        for (number, edge) in graph.edges().iter().enumerate() {
            if edge.subsystem == subsystem {
                let slot = &mut start[edge.source.index() + 1];
                edges[*slot as usize] = EdgeId(number as u32);
                *slot += 1;
            }
        }
        Self { start, edges }
    }

    fn out(&self, vertex: VertexId) -> std::ops::Range<usize> {
        self.start[vertex.index()] as usize..self.start[vertex.index() + 1] as usize
    }
}

/// Whether an edge leads to a proper ancestor, by path, of its source (chapter 01, section 3.5).
pub fn is_upward(graph: &Graph, edge: &Edge) -> bool {
    let source = graph.path(edge.source, edge.subsystem);
    let target = graph.path(edge.target, edge.subsystem);
    matches!((source, target), (Some(source), Some(target)) if graph.paths().is_above(target, source))
}

/// Whether an edge leads to the path right below that of its source.
fn is_to_child_path(graph: &Graph, edge: &Edge) -> bool {
    let path = |vertex: VertexId| graph.vertices()[vertex.index()].path;
    let (Some(source), Some(target)) = (path(edge.source), path(edge.target)) else { return false };
    graph.paths().parent(target) == Some(source)
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

    /// Upward paths follow the in-edge that was loaded first (chapter 04, section 5.5).
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

    fn empty(graph: &Graph, subsystem: SubsystemId, root: VertexId) -> Self {
        let vertices = graph.vertices().len();
        Self {
            subsystem,
            root,
            numbering: Numbering::Preorder,
            order: Vec::with_capacity(vertices),
            end: Vec::with_capacity(vertices),
            parent: Vec::with_capacity(vertices),
            childless: Vec::new(),
            extra: Vec::new(),
            levels: 1,
        }
    }

    /// The tree of a graph whose vertices and edges are numbered as the walk reaches them.
    fn in_preorder(graph: &Graph, subsystem: SubsystemId, root: VertexId) -> Option<Self> {
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

    /// The subsystem.
    pub fn subsystem(&self) -> SubsystemId {
        self.subsystem
    }

    /// The root.
    #[inline]
    pub fn root(&self) -> VertexId {
        self.root
    }

    /// How many vertices are reachable from the root.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// How many levels there are, the root's included.
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// Whether the vertices are numbered in the order of the walk: a subtree is a range of vertex ids.
    #[inline]
    pub fn is_in_preorder(&self) -> bool {
        matches!(self.numbering, Numbering::Preorder)
    }

    /// The number of vertices of the graph, reachable or not, when the tree was made.
    pub(crate) fn known_vertices(&self) -> usize {
        match &self.numbering {
            Numbering::Preorder => self.order.len(),
            Numbering::Table { position, .. } => position.len(),
        }
    }

    /// Whether nothing is reachable; never, as the root is.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Whether no vertex has two parents.
    #[inline]
    pub fn is_tree(&self) -> bool {
        self.extra.is_empty()
    }

    /// The vertices, depth first.
    #[inline]
    pub fn order(&self) -> &[VertexId] {
        &self.order
    }

    /// The depth-first number of a vertex, if it is reachable.
    #[inline]
    pub fn position(&self, vertex: VertexId) -> Option<u32> {
        match &self.numbering {
            Numbering::Preorder => (vertex.index() < self.order.len()).then_some(vertex.0),
            Numbering::Table { position, .. } => {
                position.get(vertex.index()).copied().filter(|&p| p != NONE)
            }
        }
    }

    /// The vertex at a position.
    #[inline]
    pub fn at(&self, position: u32) -> VertexId {
        self.order[position as usize]
    }

    /// The first position after the subtree that starts at `position`.
    #[inline]
    pub fn end(&self, position: u32) -> u32 {
        self.end[position as usize]
    }

    /// The subtree of a reachable vertex, itself first, depth first.
    #[inline]
    pub fn subtree(&self, vertex: VertexId) -> &[VertexId] {
        match self.position(vertex) {
            Some(p) => &self.order[p as usize..self.end(p) as usize],
            None => &[],
        }
    }

    /// The parent of a reachable vertex; none for the root.
    #[inline]
    pub fn parent(&self, vertex: VertexId) -> Option<VertexId> {
        self.parent_at(self.position(vertex)?)
    }

    /// The parent of the vertex at a position; none for the root.
    #[inline]
    pub fn parent_at(&self, position: u32) -> Option<VertexId> {
        let parent = self.parent[position as usize];
        (parent != NONE).then_some(VertexId(parent))
    }

    /// Whether the vertex at a position has no child of its own in the walk.
    #[inline]
    pub fn is_childless_at(&self, position: u32) -> bool {
        self.end(position) == position + 1
    }

    /// The vertices that have an out-edge in the subsystem, upward ones included, depth first.
    pub fn inner_vertices(&self) -> impl Iterator<Item = VertexId> + '_ {
        let mut childless = self.childless.iter().peekable();
        let is_inner = move |&(position, _): &(u32, &VertexId)| {
            !self.is_childless_at(position) || childless.next_if(|&&p| p == position).is_some()
        };
        (0u32..).zip(&self.order).filter(is_inner).map(|(_, &vertex)| vertex)
    }

    /// The proper ancestors of a vertex, nearest first.
    pub fn ancestors(&self, vertex: VertexId) -> impl Iterator<Item = VertexId> + '_ {
        std::iter::successors(self.parent(vertex), |&v| self.parent(v))
    }

    /// The edge by which the depth-first walk reaches a vertex; none for the root.
    #[inline]
    pub fn edge_to(&self, vertex: VertexId) -> Option<EdgeId> {
        let position = self.position(vertex)?;
        match &self.numbering {
            Numbering::Preorder => position.checked_sub(1).map(EdgeId),
            Numbering::Table { edge_in, .. } => {
                let edge = edge_in[position as usize];
                (edge != NONE).then_some(EdgeId(edge))
            }
        }
    }

    /// Whether the vertex has an out-edge in the subsystem, upward ones included.
    #[inline]
    pub fn is_inner(&self, vertex: VertexId) -> bool {
        let Some(position) = self.position(vertex) else { return false };
        !self.is_childless_at(position) || self.childless.binary_search(&position).is_ok()
    }

    /// The children that belong to a vertex in the walk, in edge order.
    #[inline]
    pub fn children(&self, vertex: VertexId) -> Children<'_> {
        match self.position(vertex) {
            Some(p) => Children { tree: self, next: p + 1, end: self.end(p) },
            None => Children { tree: self, next: 0, end: 0 },
        }
    }

    /// All edges to children in edge order, shared children included.
    pub fn child_edges(&self, graph: &Graph, vertex: VertexId) -> Vec<EdgeId> {
        let own = self.children(vertex).filter_map(|c| self.edge_to(c));
        let source = |e: &EdgeId| graph.edges()[e.index()].source;
        let from = self.extra.partition_point(|e| source(e) < vertex);
        let shared = self.extra[from..].iter().copied().take_while(|e| source(e) == vertex);
        let mut edges: Vec<EdgeId> = own.chain(shared).collect();
        edges.sort_unstable();
        edges
    }
}

/// Iterator over the children of a vertex, see [`Tree::children`].
#[derive(Clone, Debug)]
pub struct Children<'a> {
    tree: &'a Tree,
    next: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = VertexId;

    #[inline]
    fn next(&mut self) -> Option<VertexId> {
        if self.next >= self.end {
            return None;
        }
        let vertex = self.tree.order[self.next as usize];
        self.next = self.tree.end[self.next as usize];
        Some(vertex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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

//! One subsystem as a tree: vertices numbered depth first, so that a subtree is a contiguous range.
//!
//! Children are in the order of their edges. Edges that lead upward (their target's path is a proper ancestor
//! of their source's, `docs/semantics/graph.md`, Upward edges) are left out. A vertex that several parents
//! share belongs to the parent that a depth-first walk reaches first; the other edges to it are kept aside
//! ([`Tree::is_tree`]).
//!
//! | file | idea |
//! |---|---|
//! | `upward` | which edges are left out |
//! | `preorder` | made in one go, where the text lists vertices and edges as the walk reaches them |
//! | `walk` | made by a walk, where not in one go |
//! | `branch`, `splice` | subtrees that come and go |

mod branch;
mod preorder;
mod splice;
mod upward;
mod walk;

use crate::graph::Graph;
use crate::ids::{EdgeId, SubsystemId, VertexId};

pub use branch::Branch;
pub use upward::is_upward;

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

impl Tree {
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

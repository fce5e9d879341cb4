//! The emission order (`docs/semantics/matching.md`, Exclusive types and Emission order): from chosen edges
//! to a selection, with exclusive types and all that lies below them. Knows neither matching nor documents.

use fluxion_graph::{EdgeId, PickedEdge, PickedVertex, Selection, TypeId, VertexId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::site::Site;

/// How a vertex was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) amount: u32,
    pub(crate) exclusive: bool,
}

/// A vertex of the walk.
#[derive(Clone, Copy)]
struct Step {
    vertex: VertexId,
    chosen: Chosen,
    depth: u32,
    below_exclusive: bool,
    /// Inside a vertex of an exclusive type.
    shadow: bool,
}

/// Chosen edges, to be walked from the root.
pub(crate) struct Emission<'a> {
    site: &'a Site,
    exclusive_types: &'a [TypeId],
    /// The chosen edges by source.
    children: FxHashMap<VertexId, Vec<(EdgeId, VertexId, Chosen)>>,
    /// The index of a chosen edge among those of its source.
    index: FxHashMap<EdgeId, usize>,
    pub(crate) root: Chosen,
    /// Vertices emitted or looked at, where several paths may lead to one.
    seen: FxHashSet<VertexId>,
    out: Selection,
}

impl<'a> Emission<'a> {
    /// Only the root is chosen.
    pub(crate) fn new(site: &'a Site, exclusive_types: &'a [TypeId], root: Chosen) -> Self {
        Self {
            site,
            exclusive_types,
            children: FxHashMap::default(),
            index: FxHashMap::default(),
            root,
            seen: FxHashSet::default(),
            out: Selection::default(),
        }
    }

    /// Walks what was chosen; the selection is empty if nothing in it is exclusive.
    pub(crate) fn run(mut self) -> Selection {
        for children in self.children.values_mut() {
            children.sort_unstable_by_key(|&(edge, _, _)| edge);
        }
        self.emit(Step {
            vertex: self.site.tree.root(),
            chosen: self.root,
            depth: 1,
            below_exclusive: false,
            shadow: false,
        });
        self.out
    }

    /// Chooses a child, if there is an edge to it.
    pub(crate) fn select(&mut self, parent: VertexId, child: VertexId, chosen: Chosen) {
        if let Some(edge) = self.edge(parent, child) {
            self.select_edge(edge, chosen);
        }
    }

    /// Chooses an edge of the tree.
    pub(crate) fn select_edge(&mut self, edge: EdgeId, chosen: Chosen) {
        let ends = self.site.graph.edges()[edge.index()];
        let children = self.children.entry(ends.source).or_default();
        let index = *self.index.entry(edge).or_insert(children.len());
        match children.get_mut(index) {
            Some((_, _, old)) => {
                old.exclusive |= chosen.exclusive;
                old.amount = chosen.amount;
            }
            None => children.push((edge, ends.target, chosen)),
        }
    }

    /// Whether a vertex is inside of one of an exclusive type, or is one.
    pub(crate) fn is_taken_whole(&self, vertex: VertexId) -> bool {
        let Site { tree, graph, .. } = self.site;
        let is_exclusive = |v: VertexId| self.exclusive_types.contains(&graph.vertex(v).ty);
        is_exclusive(vertex) || tree.ancestors(vertex).any(is_exclusive)
    }

    fn edge(&self, parent: VertexId, child: VertexId) -> Option<EdgeId> {
        let Site { tree, graph, .. } = self.site;
        if tree.is_tree() {
            return tree.edge_to(child);
        }
        let target = |e: &EdgeId| graph.edges()[e.index()].target;
        tree.child_edges(graph, parent).into_iter().find(|e| target(e) == child)
    }

    /// Chooses the path from the root to a vertex, shared.
    pub(crate) fn connect(&mut self, lowest: VertexId) {
        let tree = &self.site.tree;
        let mut child = lowest;
        while let Some(parent) = tree.parent(child) {
            if self.edge(parent, child).is_some_and(|edge| self.index.contains_key(&edge)) {
                return;
            }
            let amount = self.site.graph.vertex(child).size;
            self.select(parent, child, Chosen { amount, exclusive: false });
            child = parent;
        }
    }

    /// Emits a subtree, children first; whether anything in it is exclusive.
    fn emit(&mut self, mut step: Step) -> bool {
        let pool = self.site.graph.vertex(step.vertex);
        step.shadow |= self.exclusive_types.contains(&pool.ty);
        if step.shadow {
            step.chosen = Chosen { amount: pool.size, exclusive: true };
        }
        if !self.site.tree.is_tree() {
            self.seen.insert(step.vertex);
        } else if step.shadow {
            self.emit_whole(step.vertex, step.depth, step.below_exclusive);
            return true;
        }
        let mut counts = step.chosen.exclusive;
        for (edge, child, chosen) in self.below(&step) {
            if self.seen.contains(&child) {
                continue;
            }
            let emitted = self.emit(Step {
                vertex: child,
                chosen,
                depth: step.depth + 1,
                below_exclusive: step.chosen.exclusive,
                shadow: step.shadow,
            });
            if emitted {
                counts = true;
                let below_exclusive = step.chosen.exclusive;
                self.out.edges.push(PickedEdge { edge, below_exclusive });
            }
        }
        if counts {
            self.out.vertices.push(PickedVertex {
                vertex: step.vertex,
                amount: step.chosen.amount,
                depth: step.depth,
                exclusive: step.chosen.exclusive,
                below_exclusive: step.below_exclusive,
            });
        }
        counts
    }

    /// Emits all of a subtree that nothing shares: what lies inside a vertex of an exclusive type.
    fn emit_whole(&mut self, vertex: VertexId, depth: u32, below_exclusive: bool) {
        let Site { tree, layout, .. } = self.site;
        for child in tree.children(vertex) {
            if layout.inner.contains(child) {
                self.emit_whole(child, depth + 1, true);
            } else {
                self.push_whole(child, depth + 1, true);
            }
            if let Some(edge) = tree.edge_to(child) {
                self.out.edges.push(PickedEdge { edge, below_exclusive: true });
            }
        }
        self.push_whole(vertex, depth, below_exclusive);
    }

    fn push_whole(&mut self, vertex: VertexId, depth: u32, below_exclusive: bool) {
        let amount = self.site.graph.vertex(vertex).size;
        let exclusive = true;
        self.out.vertices.push(PickedVertex { vertex, amount, depth, exclusive, below_exclusive });
    }

    fn below(&mut self, step: &Step) -> Vec<(EdgeId, VertexId, Chosen)> {
        if !step.shadow {
            return self.children.remove(&step.vertex).unwrap_or_default();
        }
        let Site { tree, graph, .. } = self.site;
        let whole = |edge: EdgeId| {
            let child = graph.edges()[edge.index()].target;
            (edge, child, Chosen { amount: graph.vertex(child).size, exclusive: true })
        };
        tree.child_edges(graph, step.vertex).into_iter().map(whole).collect()
    }
}

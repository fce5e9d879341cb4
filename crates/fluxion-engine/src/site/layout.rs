//! What can be known about a graph before any request: scores, the order of children, dense numbers for inner
//! vertices, totals per subtree.
//!
//! Every vertex but the root has an *ordinal*: siblings follow one another, by type, and within a type in the order
//! in which the policy prefers them. So the children of a vertex are a range, and a set of vertices is a bitmap
//! that is read in the order of the policy.
//!
//! Rebuilt when the graph changes; knows nothing of bookings.

use std::ops::Range;

use fluxion_graph::{Graph, Tree, TypeId, VertexId};

use super::counted_types::{Census, CountedTypes, census};
use super::inner::InnerNumbers;
use super::scores::{Scores, plain_score};
use super::walk_parent::walk_parent;
use crate::policy::Policy;

pub(super) const NONE: u32 = u32::MAX;

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) counted: CountedTypes,
    /// Units of each counted type strictly below each inner vertex, row by row.
    pub(crate) totals: Vec<u64>,
    pub(crate) inner: InnerNumbers,
    pub(super) scores: Scores,
    /// The vertex of each ordinal.
    pub(crate) by_ordinal: Vec<VertexId>,
    /// The first ordinal of the children of each inner vertex, and the end of the last.
    pub(crate) first_ordinal: Vec<u32>,
    /// The ordinal of each vertex, `NONE` for the root and what is not reached.
    pub(crate) ordinal_of: Vec<u32>,
    /// What there is of each type.
    pub(super) census: Vec<Census>,
}

impl Layout {
    pub(crate) fn of(graph: &Graph, tree: &Tree, policy: Policy) -> Self {
        let inner = InnerNumbers::of(graph.vertices().len(), tree.inner_vertices());
        let census = census(graph, tree);
        let mut layout = Self {
            totals: Vec::new(),
            counted: CountedTypes::of(&census),
            scores: Scores::of(graph, tree, policy, &inner),
            by_ordinal: Vec::with_capacity(tree.len()),
            first_ordinal: Vec::with_capacity(inner.len() + 1),
            ordinal_of: vec![NONE; graph.vertices().len()],
            census,
            inner,
        };
        layout.order_children(graph, tree, policy);
        layout.count(graph, tree);
        layout
    }

    fn count(&mut self, graph: &Graph, tree: &Tree) {
        let width = self.counted.width();
        self.totals = vec![0; self.inner.len() * width];
        for (row, starts) in self.first_ordinal.windows(2).enumerate() {
            let row = &mut self.totals[row * width..(row + 1) * width];
            for &child in &self.by_ordinal[starts[0] as usize..starts[1] as usize] {
                let pool = graph.vertex(child);
                if let Some(column) = self.counted.column(pool.ty) {
                    row[column] += u64::from(pool.size);
                }
            }
        }
        // children come after their parents in the walk
        let inner: Vec<VertexId> = tree.inner_vertices().collect();
        for &vertex in inner.iter().rev() {
            let above = walk_parent(graph, tree, vertex).and_then(|parent| self.inner(parent));
            let (Some(above), Some(own)) = (above, self.inner(vertex)) else { continue };
            for column in 0..width {
                self.totals[above * width + column] += self.totals[own * width + column];
            }
        }
    }

    /// The dense number of a vertex that has children or out-edges.
    #[inline]
    pub(crate) fn inner(&self, vertex: VertexId) -> Option<usize> {
        self.inner.get(vertex)
    }

    /// How many inner vertices there are.
    pub(crate) fn inner_count(&self) -> usize {
        self.inner.len()
    }

    /// The score of a vertex (`docs/semantics/policies.md`, Scores).
    #[inline]
    pub(crate) fn score(&self, graph: &Graph, tree: &Tree, vertex: VertexId) -> i64 {
        match &self.scores {
            Scores::Ids => plain_score(graph, vertex),
            Scores::PerformanceClasses(of) => of[vertex.index()],
            Scores::BelowNodes(added) => {
                let parent = walk_parent(graph, tree, vertex);
                let above = parent.and_then(|parent| self.inner(parent)).map_or(0, |n| added[n]);
                plain_score(graph, vertex).saturating_add(above)
            }
        }
    }

    /// The score of a vertex that was reached from `parent`, which may not be the parent of the walk.
    pub(crate) fn score_below(
        &self,
        graph: &Graph,
        tree: &Tree,
        vertex: VertexId,
        parent: VertexId,
    ) -> i64 {
        let Scores::BelowNodes(added) = &self.scores else {
            return self.score(graph, tree, vertex);
        };
        let above = self.inner(parent).map_or(0, |n| added[n]);
        plain_score(graph, vertex).saturating_add(above)
    }

    /// Whether all vertices of a type have the same size.
    pub(crate) fn is_uniform(&self, ty: TypeId) -> bool {
        let (least, greatest) = self.sizes(ty);
        least >= greatest
    }

    /// Whether all vertices of each type have the same size.
    pub(crate) fn all_uniform(&self) -> bool {
        self.census.iter().all(|of_type| of_type.least >= of_type.greatest)
    }

    /// Whether the vertices of two stretches of numbers have the same scores.
    pub(crate) fn have_same_scores(
        &self,
        graph: &Graph,
        tree: &Tree,
        a: &Range<usize>,
        b: &Range<usize>,
    ) -> bool {
        let score = |at: usize| self.score(graph, tree, VertexId(at as u32));
        a.clone().map(score).eq(b.clone().map(score))
    }

    /// Whether some vertex has no units, and so is never admissible.
    pub(crate) fn has_empty_pools(&self) -> bool {
        self.census.iter().any(|of_type| of_type.least == 0)
    }

    /// What there is of each type.
    pub(crate) fn census(&self) -> &[Census] {
        &self.census
    }

    /// The least and the greatest size of the vertices of a type; upside down if there is none.
    pub(crate) fn sizes(&self, ty: TypeId) -> (u32, u32) {
        self.census
            .get(ty.index())
            .map_or((u32::MAX, 0), |of_type| (of_type.least, of_type.greatest))
    }

    /// The ordinals of the children of a vertex.
    #[inline]
    pub(crate) fn children(&self, vertex: VertexId) -> Range<usize> {
        match self.inner(vertex) {
            Some(n) => self.first_ordinal[n] as usize..self.first_ordinal[n + 1] as usize,
            None => 0..0,
        }
    }

    /// The part of [`Layout::children`] that has a type.
    pub(crate) fn children_of_type(
        &self,
        graph: &Graph,
        vertex: VertexId,
        ty: TypeId,
    ) -> Range<usize> {
        let all = self.children(vertex);
        let of_type = of_type(graph, &self.by_ordinal[all.clone()], ty);
        all.start + of_type.start..all.start + of_type.end
    }

    /// [`Layout::children_of_type`], quick if `alike`, as counted from the first child, holds here as it did for
    /// the vertex before; it is left as it holds here.
    pub(crate) fn children_of_type_like(
        &self,
        graph: &Graph,
        vertex: VertexId,
        ty: TypeId,
        alike: &mut Range<usize>,
    ) -> Range<usize> {
        let all = self.children(vertex);
        let children = &self.by_ordinal[all.clone()];
        let is_of_type = |at: usize| children.get(at).is_some_and(|&v| graph.vertex(v).ty == ty);
        let starts = |at: usize| is_of_type(at) && !at.checked_sub(1).is_some_and(is_of_type);
        let ends = |end: usize| !is_of_type(end) && end.checked_sub(1).is_some_and(is_of_type);
        if !starts(alike.start) || !ends(alike.end) {
            *alike = of_type(graph, children, ty);
        }
        all.start + alike.start..all.start + alike.end
    }

    /// The vertex of an ordinal.
    #[inline]
    pub(crate) fn vertex_at(&self, ordinal: usize) -> VertexId {
        self.by_ordinal[ordinal]
    }

    /// The ordinal of a vertex; none for the root.
    #[inline]
    pub(crate) fn ordinal(&self, vertex: VertexId) -> Option<usize> {
        let ordinal = self.ordinal_of[vertex.index()];
        (ordinal != NONE).then_some(ordinal as usize)
    }

    /// How many ordinals there are.
    pub(crate) fn ordinal_count(&self) -> usize {
        self.by_ordinal.len()
    }

    /// What a layout takes with the indices of it, in bytes, about. O(1).
    pub(crate) fn footprint(&self) -> u64 {
        let scores = if matches!(self.scores, Scores::PerformanceClasses(_)) { 8 } else { 0 };
        let vertices = self.ordinal_of.len() * (9 + scores);
        (vertices + self.totals.len() * 8 + self.inner.len() * 24) as u64
    }

    /// Units of a type strictly below a vertex, counted under the parent that the walk reaches first.
    pub(crate) fn total(&self, graph: &Graph, tree: &Tree, vertex: VertexId, ty: TypeId) -> u64 {
        self.counted_total(vertex, ty).unwrap_or_else(|| {
            let below = tree.subtree(vertex).iter().skip(1).map(|&v| graph.vertex(v));
            below.filter(|v| v.ty == ty).map(|v| u64::from(v.size)).sum()
        })
    }

    /// [`Layout::total`] if it is known without a walk.
    #[inline]
    pub(crate) fn counted_total(&self, vertex: VertexId, ty: TypeId) -> Option<u64> {
        let (row, column) = (self.inner(vertex)?, self.counted.column(ty)?);
        Some(self.totals[row * self.counted.width() + column])
    }
}

/// The part of the children of a vertex, in their order, that has a type.
fn of_type(graph: &Graph, children: &[VertexId], ty: TypeId) -> Range<usize> {
    let type_at = |v: &VertexId| graph.vertex(*v).ty;
    // most vertices have children of one type alone, or of few
    let is_first = children.first().is_some_and(|v| type_at(v) == ty);
    let from = if is_first { 0 } else { children.partition_point(|v| type_at(v) < ty) };
    from..from + children[from..].partition_point(|v| type_at(v) == ty)
}

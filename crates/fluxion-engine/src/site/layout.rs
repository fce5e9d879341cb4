//! What can be known about a graph before any request: scores, the order of children, dense numbers for inner vertices,
//! totals per subtree.
//!
//! All vertices but the root have an *ordinal*: the children of a vertex follow one another, by type, and within a type
//! in the order in which the policy prefers them. So a set of children is a range, and a set of vertices a bitmap that is read in
//! the policy's order.
//!
//! Rebuilt when the graph changes; knows nothing of bookings.

use std::cmp::Reverse;
use std::ops::Range;

use fluxion_graph::{Graph, Tree, TypeId, VertexId};

use crate::policy::{Policy, Preference};
use crate::site::inner::InnerNumbers;

/// The number of types that are counted per subtree; the most frequent ones of the graph.
pub(crate) const COUNTED_TYPES: usize = 16;
const NONE: u32 = u32::MAX;

/// Units per inner vertex and counted type: a dense table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CountedTypes {
    pub(crate) types: Vec<TypeId>,
    column: Vec<u8>,
    /// How many types the tree has.
    present: usize,
}

impl CountedTypes {
    fn of(census: &[Census]) -> Self {
        let frequency: Vec<usize> = census.iter().map(|of_type| of_type.vertices).collect();
        let mut types: Vec<TypeId> = (0..frequency.len() as u16).map(TypeId).collect();
        types.retain(|ty| frequency[ty.index()] > 0);
        types.sort_by_key(|ty| (Reverse(frequency[ty.index()]), *ty));
        let present = types.len();
        types.truncate(COUNTED_TYPES);
        types.sort_unstable();
        let mut column = vec![u8::MAX; frequency.len()];
        for (at, ty) in types.iter().enumerate() {
            column[ty.index()] = at as u8;
        }
        Self { types, column, present }
    }

    /// The column of a type, if it is counted.
    #[inline]
    pub(crate) fn column(&self, ty: TypeId) -> Option<usize> {
        self.column.get(ty.index()).filter(|&&c| c != u8::MAX).map(|&c| usize::from(c))
    }

    /// Whether all types of the tree are counted.
    pub(crate) fn is_complete(&self) -> bool {
        self.types.len() == self.present
    }

    /// The number of counted types.
    #[inline]
    pub(crate) fn width(&self) -> usize {
        self.types.len()
    }
}

/// What there is of a type.
#[derive(Clone, Copy)]
struct Census {
    vertices: usize,
    least: u32,
    greatest: u32,
}

fn census(graph: &Graph, tree: &Tree) -> Vec<Census> {
    let none = Census { vertices: 0, least: u32::MAX, greatest: 0 };
    let mut census = vec![none; graph.type_count()];
    for &vertex in tree.order() {
        let pool = graph.vertex(vertex);
        let of_type = &mut census[pool.ty.index()];
        of_type.vertices += 1;
        of_type.least = of_type.least.min(pool.size);
        of_type.greatest = of_type.greatest.max(pool.size);
    }
    census
}

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
    /// The least and the greatest size of the vertices of each type.
    pub(crate) sizes: Vec<(u32, u32)>,
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
            sizes: census.iter().map(|of_type| (of_type.least, of_type.greatest)).collect(),
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

    /// The score of a vertex (chapter 04, section 7.2).
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
        self.sizes.iter().all(|(least, greatest)| least >= greatest)
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
        self.sizes.iter().any(|&(least, _)| least == 0)
    }

    /// The least and the greatest size of the vertices of a type; upside down if there is none.
    pub(crate) fn sizes(&self, ty: TypeId) -> (u32, u32) {
        self.sizes.get(ty.index()).copied().unwrap_or((u32::MAX, 0))
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

/// The parent under which the depth-first walk reaches a vertex.
#[inline]
pub(crate) fn walk_parent(graph: &Graph, tree: &Tree, vertex: VertexId) -> Option<VertexId> {
    if tree.is_tree() {
        return tree.parent(vertex);
    }
    tree.edge_to(vertex).map(|edge| graph.edges()[edge.index()].source)
}

/// The part of the children of a vertex, in their order, that has a type.
fn of_type(graph: &Graph, children: &[VertexId], ty: TypeId) -> Range<usize> {
    let type_at = |v: &VertexId| graph.vertex(*v).ty;
    // most vertices have children of one type alone, or of few
    let is_first = children.first().is_some_and(|v| type_at(v) == ty);
    let from = if is_first { 0 } else { children.partition_point(|v| type_at(v) < ty) };
    from..from + children[from..].partition_point(|v| type_at(v) == ty)
}

/// What the id alone says (chapter 04, section 7.2).
#[inline]
pub(super) fn plain_score(graph: &Graph, vertex: VertexId) -> i64 {
    graph.vertex(vertex).id.saturating_add(2)
}

/// Where the scores come from.
#[derive(Clone, Debug)]
pub(super) enum Scores {
    /// From the ids alone.
    Ids,
    /// From the performance classes: by vertex.
    PerformanceClasses(Vec<i64>),
    /// From the ids and the nodes above: by inner vertex, what is added to the scores of its children.
    BelowNodes(Vec<i64>),
}

impl Scores {
    fn of(graph: &Graph, tree: &Tree, policy: Policy, inner: &InnerNumbers) -> Self {
        if policy.preference() == Preference::Variation {
            return Self::PerformanceClasses(class_scores(graph, tree));
        }
        if !policy.is_node_centric() {
            return Self::Ids;
        }
        let node = graph.type_id("node");
        let mut added = vec![0i64; inner.len()];
        // parents come first in the walk
        for vertex in tree.inner_vertices() {
            let parent = walk_parent(graph, tree, vertex).and_then(|parent| inner.get(parent));
            let above = parent.map_or(0, |n| added[n]);
            let pool = graph.vertex(vertex);
            let is_node = Some(pool.ty) == node;
            let own = if is_node { node_term(pool.id, pool.uniq_id) } else { 0 };
            if let Some(number) = inner.get(vertex) {
                added[number] = above.saturating_add(own);
            }
        }
        Self::BelowNodes(added)
    }
}

fn class_scores(graph: &Graph, tree: &Tree) -> Vec<i64> {
    let class = graph.symbol("perf_class");
    let mut scores = vec![0i64; graph.vertices().len()];
    for &vertex in tree.order() {
        let own = class.map(|key| performance_class(graph.property(vertex, key)));
        scores[vertex.index()] = 1 + own.unwrap_or(WORST_CLASS);
    }
    scores
}

fn node_term(id: i64, uniq_id: i64) -> i64 {
    let tie = (uniq_id % 10_000 - 1).abs();
    id.saturating_add(2).saturating_mul(10_000).saturating_add(tie)
}

const WORST_CLASS: i64 = 9999;

/// A property `perf_class` as a number: a decimal prefix in 0..=9999, the worst class otherwise.
fn performance_class(value: Option<&str>) -> i64 {
    let Some(text) = value.map(str::trim_start) else { return WORST_CLASS };
    let digits = text.strip_prefix('+').unwrap_or(text);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok().filter(|&n| n <= WORST_CLASS).unwrap_or(WORST_CLASS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn performance_classes_of_the_specification() {
        let check = |text: &str, class: i64| assert_eq!(performance_class(Some(text)), class);
        check("2x", 2);
        check(" 7", 7);
        check("", 9999);
        check("x", 9999);
        check("-1", 9999);
        check("10000", 9999);
        check("99999999999999999999", 9999);
        assert_eq!(performance_class(None), 9999);
    }

    /// Chapter 04, example 1.
    #[test]
    fn node_terms_of_the_specification() {
        assert_eq!(node_term(0, 2), 20_001);
        assert_eq!(node_term(0, 9), 20_008);
        assert_eq!(node_term(1, 5), 30_004);
        assert_eq!(node_term(1, 12), 30_011);
    }
}

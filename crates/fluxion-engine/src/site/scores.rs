//! The score of each vertex, known before any search (`docs/semantics/policies.md`, Scores).

use std::ops::Range;

use fluxion_graph::{Graph, Tree, VertexId};

use super::inner::InnerNumbers;
use super::stretches::close;
use super::walk_parent::walk_parent;
use crate::policy::{Policy, Preference};

/// What the id alone says (`docs/semantics/policies.md`, Scores).
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
    pub(super) fn of(graph: &Graph, tree: &Tree, policy: Policy, inner: &InnerNumbers) -> Self {
        if policy.preference() == Preference::Variation {
            return Self::PerformanceClasses(class_scores(graph, tree));
        }
        if !policy.is_node_centric() {
            return Self::Ids;
        }
        let mut added = vec![0i64; inner.len()];
        add_nodes(&mut added, graph, tree, inner, tree.inner_vertices());
        Self::BelowNodes(added)
    }

    /// Some vertices are gone; `rows` are the numbers of inner ones among them.
    pub(super) fn take_out(&mut self, gone: &[VertexId], rows: &[Range<usize>]) {
        match self {
            Self::Ids => {}
            Self::PerformanceClasses(of) => gone.iter().for_each(|v| of[v.index()] = 0),
            Self::BelowNodes(added) => close(added, rows),
        }
    }

    /// There are new vertices, depth first, whose numbers among the inner ones come last.
    pub(super) fn take_in(
        &mut self,
        graph: &Graph,
        tree: &Tree,
        inner: &InnerNumbers,
        new: &[VertexId],
    ) {
        match self {
            Self::Ids => {}
            Self::PerformanceClasses(of) => {
                of.resize(graph.vertices().len(), 0);
                add_class_scores(of, graph, new);
            }
            Self::BelowNodes(added) => {
                added.resize(inner.len(), 0);
                let new = new.iter().copied().filter(|&vertex| inner.contains(vertex));
                add_nodes(added, graph, tree, inner, new);
            }
        }
    }
}

/// What inner vertices, parents first, add to the scores of their children.
fn add_nodes(
    added: &mut [i64],
    graph: &Graph,
    tree: &Tree,
    inner: &InnerNumbers,
    vertices: impl Iterator<Item = VertexId>,
) {
    let node = graph.type_id("node");
    for vertex in vertices {
        let parent = walk_parent(graph, tree, vertex).and_then(|parent| inner.get(parent));
        let above = parent.map_or(0, |n| added[n]);
        let pool = graph.vertex(vertex);
        let is_node = Some(pool.ty) == node;
        let own = if is_node { node_term(pool.id, pool.uniq_id) } else { 0 };
        if let Some(number) = inner.get(vertex) {
            added[number] = above.saturating_add(own);
        }
    }
}

fn class_scores(graph: &Graph, tree: &Tree) -> Vec<i64> {
    let mut scores = vec![0i64; graph.vertices().len()];
    add_class_scores(&mut scores, graph, tree.order());
    scores
}

fn add_class_scores(scores: &mut [i64], graph: &Graph, vertices: &[VertexId]) {
    let class = graph.symbol("perf_class");
    for &vertex in vertices {
        let own = class.map(|key| performance_class(graph.property(vertex, key)));
        scores[vertex.index()] = 1 + own.unwrap_or(WORST_CLASS);
    }
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
    fn performance_classes_of_the_rules() {
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

    /// `docs/semantics/policies.md`, Scores.
    #[test]
    fn node_terms_of_the_rules() {
        assert_eq!(node_term(0, 2), 20_001);
        assert_eq!(node_term(0, 9), 20_008);
        assert_eq!(node_term(1, 5), 30_004);
        assert_eq!(node_term(1, 12), 30_011);
    }
}

//! Orders the children of each vertex: by type, and within a type as the policy prefers them. Knows nothing of
//! bookings.

use std::cmp::Reverse;

use fluxion_graph::{Graph, Tree, VertexId};

use super::layout::Layout;
use super::scores::{Scores, plain_score};
use crate::policy::Policy;

impl Layout {
    /// Enters the children of all inner vertices.
    pub(super) fn order_children(&mut self, graph: &Graph, tree: &Tree, policy: Policy) {
        for vertex in self.inner.iter() {
            let start = self.by_ordinal.len();
            self.first_ordinal.push(start as u32);
            self.by_ordinal.extend(tree.children(vertex));
            order(&self.scores, graph, policy, &mut self.by_ordinal[start..]);
            for (at, vertex) in (start as u32..).zip(&self.by_ordinal[start..]) {
                self.ordinal_of[vertex.index()] = at;
            }
        }
        self.first_ordinal.push(self.by_ordinal.len() as u32);
    }
}

/// Sorts siblings, which are in the order of the walk: by type, and within a type as a policy prefers them.
pub(super) fn order(scores: &Scores, graph: &Graph, policy: Policy, siblings: &mut [VertexId]) {
    let ty = |v: &VertexId| graph.vertex(*v).ty;
    if !siblings.is_sorted_by_key(ty) {
        siblings.sort_by_key(ty);
    }
    for alike in siblings.chunk_by_mut(|a, b| ty(a) == ty(b)) {
        match scores {
            _ if policy.stops_early() => descending(alike, |v| graph.vertex(v).uniq_id),
            Scores::PerformanceClasses(of) => ascending(alike, |v| of[v.index()]),
            // siblings have the same nodes above
            _ if policy.prefers_high() => descending(alike, |v| plain_score(graph, v)),
            _ => ascending(alike, |v| plain_score(graph, v)),
        }
    }
}

/// Sorts vertices by a key; quick if they are in order.
fn ascending(vertices: &mut [VertexId], key: impl Fn(VertexId) -> i64) {
    if !vertices.is_sorted_by_key(|&v| key(v)) {
        vertices.sort_by_key(|&v| key(v));
    }
}

/// Sorts vertices by a key, the greatest first; quick if they are in order, or in the opposite one.
fn descending(vertices: &mut [VertexId], key: impl Fn(VertexId) -> i64) {
    if vertices.is_sorted_by(|&a, &b| key(a) < key(b)) {
        vertices.reverse();
    } else {
        vertices.sort_by_key(|&v| Reverse(key(v)));
    }
}

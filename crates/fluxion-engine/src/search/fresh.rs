//! The children of a vertex that no match has given a weight yet, in the order in which policies that stop
//! early visit them (`docs/semantics/policies.md`, Order of children), without those that a constraint
//! refuses or that could not serve.

use std::ops::Range;

use fluxion_graph::{TypeId, VertexId};

use crate::bitmap::Bitmap;
use crate::index::weights::Weights;
use crate::site::Site;

/// Children whose edge still has its first weight, highest `uniq_id` first over all types.
pub(super) struct FreshChildren<'a> {
    site: &'a Site,
    groups: Vec<FreshOfType<'a>>,
}

/// The fresh children of one type.
pub(super) struct FreshOfType<'a> {
    weights: &'a Weights,
    /// The next ordinal, and the end of the type's ordinals.
    next: usize,
    end: usize,
    /// The ordinals of the type that are worth a visit; none if all are.
    worthwhile: Option<&'a Bitmap>,
}

impl<'a> FreshChildren<'a> {
    pub(super) fn new(
        site: &'a Site,
        weights: &'a Weights,
        worthwhile: impl Fn(TypeId) -> Option<&'a Bitmap>,
        vertex: VertexId,
    ) -> Self {
        let all = site.layout.children(vertex);
        let mut groups = Vec::new();
        let mut from = all.start;
        while from < all.end {
            let ty = site.graph.vertex(site.layout.vertex_at(from)).ty;
            let range = site.layout.children_of_type(&site.graph, vertex, ty);
            from = range.end;
            let group = FreshOfType::new(weights, worthwhile(ty), range);
            if group.next < group.end {
                groups.push(group);
            }
        }
        Self { site, groups }
    }
}

impl<'a> FreshOfType<'a> {
    /// The children at some ordinals, which are of one type.
    pub(super) fn new(
        weights: &'a Weights,
        worthwhile: Option<&'a Bitmap>,
        ordinals: Range<usize>,
    ) -> Self {
        let mut group = Self { weights, next: ordinals.start, end: ordinals.end, worthwhile };
        group.go_to(ordinals.start);
        group
    }

    /// Goes to the next ordinal at or after one.
    fn go_to(&mut self, from: usize) {
        let fresh = &self.weights.fresh;
        let next = match self.worthwhile {
            Some(worthwhile) => fresh.next_common(worthwhile, from),
            None => fresh.next(from),
        };
        self.next = next.unwrap_or(self.end).min(self.end);
    }
}

impl Iterator for FreshOfType<'_> {
    /// An ordinal.
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let ordinal = self.next;
        if ordinal >= self.end {
            return None;
        }
        self.go_to(ordinal + 1);
        Some(ordinal)
    }
}

impl Iterator for FreshChildren<'_> {
    type Item = VertexId;

    fn next(&mut self) -> Option<VertexId> {
        let uniq_id =
            |ordinal: usize| self.site.graph.vertex(self.site.layout.vertex_at(ordinal)).uniq_id;
        let best = (0..self.groups.len()).max_by_key(|&g| uniq_id(self.groups[g].next))?;
        let group = &mut self.groups[best];
        let ordinal = group.next()?;
        if group.next >= group.end {
            self.groups.swap_remove(best);
        }
        Some(self.site.layout.vertex_at(ordinal))
    }
}

//! The children of a vertex that no match has given a weight yet, in the order in which policies that stop
//! early visit them (`docs/semantics/policies.md`, Order of children), without those that cannot serve.

use std::ops::Range;

use fluxion_graph::{TypeId, VertexId};

use super::Search;
use super::candidates::Must;
use crate::site::Site;

/// Children whose edge still has its first weight, highest `uniq_id` first over all types.
pub(super) struct FreshChildren<'m> {
    parent: VertexId,
    must: &'m Must,
    groups: Vec<FreshOfType>,
}

/// The fresh children of one type: the next ordinal, and where the ordinals of the type end.
struct FreshOfType {
    ty: TypeId,
    ordinals: Range<usize>,
}

impl<'m> FreshChildren<'m> {
    /// All children of a vertex.
    pub(super) fn of(search: &Search<'_>, parent: VertexId, must: &'m Must) -> Self {
        let Site { graph, layout, .. } = search.site;
        let all = layout.children(parent);
        let mut fresh = Self { parent, must, groups: Vec::new() };
        let mut from = all.start;
        while from < all.end {
            let ty = graph.vertex(layout.vertex_at(from)).ty;
            let ordinals = layout.children_of_type(graph, parent, ty);
            from = ordinals.end;
            fresh.add(search, ty, ordinals);
        }
        fresh
    }

    /// Children of one type.
    pub(super) fn of_type(
        search: &Search<'_>,
        parent: VertexId,
        ty: TypeId,
        ordinals: Range<usize>,
        must: &'m Must,
    ) -> Self {
        let mut fresh = Self { parent, must, groups: Vec::new() };
        fresh.add(search, ty, ordinals);
        fresh
    }

    fn add(&mut self, search: &Search<'_>, ty: TypeId, ordinals: Range<usize>) {
        let end = ordinals.end;
        if let Some(next) = search.next_fresh(ordinals, ty, self.must) {
            self.groups.push(FreshOfType { ty, ordinals: next..end });
        }
    }

    /// The next child that may be as it must.
    pub(super) fn next(&mut self, search: &mut Search<'_>) -> Option<VertexId> {
        loop {
            let child = self.pop(search)?;
            if self.must.free.is_empty() || search.meets(child, self.must) {
                return Some(child);
            }
            let below = search.site.graph.vertex(child).uniq_id.checked_sub(1)?;
            if !search.scratch.meter.visit() {
                return None;
            }
            let bound = search.next_by_id(self.parent, below, self.must)?;
            self.skip_to(search, bound);
        }
    }

    fn pop(&mut self, search: &Search<'_>) -> Option<VertexId> {
        let Site { graph, layout, .. } = search.site;
        let head = |group: &FreshOfType| layout.vertex_at(group.ordinals.start);
        let best = match self.groups.len() {
            1 => 0,
            groups => (0..groups).max_by_key(|&g| graph.vertex(head(&self.groups[g])).uniq_id)?,
        };
        let group = &mut self.groups[best];
        let child = head(group);
        group.ordinals.start += 1;
        match search.next_fresh(group.ordinals.clone(), group.ty, self.must) {
            Some(next) => group.ordinals.start = next,
            None => drop(self.groups.swap_remove(best)),
        }
        Some(child)
    }

    /// Passes over all children whose `uniq_id` is higher.
    fn skip_to(&mut self, search: &Search<'_>, highest: i64) {
        let (parent, must) = (self.parent, self.must);
        self.groups.retain_mut(|FreshOfType { ty, ordinals }| {
            let from = search.ordinals_from(parent, *ty, highest).start;
            let next = search.next_fresh(from.max(ordinals.start)..ordinals.end, *ty, must);
            ordinals.start = next.unwrap_or(ordinals.end);
            next.is_some()
        });
    }
}

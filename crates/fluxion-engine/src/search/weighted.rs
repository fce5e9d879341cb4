//! The children of a vertex that have a weight, in the order in which policies that stop early visit them
//! (`docs/semantics/policies.md`, Order of children), without those that cannot serve now. Children of one
//! weight come in the order of their ordinals, so that those that may serve are found without looking at the
//! rest; and where few may serve, these are looked for first, and their weights then.

use std::cmp::Reverse;

use fluxion_graph::VertexId;

use super::Search;
use super::candidates::Must;
use crate::index::weights::WeightedChild;

/// After so many children in vain it is tried whether few may serve; after twice as many again, and so on. In builds with
/// assertions at once, as small machines would never come so far.
const FIRST_TRIAL: usize = if cfg!(debug_assertions) { 1 } else { 16 };

impl Search<'_> {
    /// Looks at children with a weight, one after the other, until one is enough. O(log children) for each that may
    /// serve, and for each weight, or each that may serve, in between, whatever is less.
    pub(super) fn any_weighted(
        &mut self,
        vertex: VertexId,
        must: &Must,
        mut is_enough: impl FnMut(&mut Self, VertexId) -> bool,
    ) {
        let weights = self.weights;
        let mut rest = weights.ordered(vertex, |_| false);
        let mut in_vain = 0usize;
        while let Some((&(parent, key), ())) = rest.next()
            && parent == vertex
        {
            if self.meets(key.2, must) {
                if is_enough(self, key.2) || self.is_stopped() {
                    return;
                }
                continue;
            }
            in_vain += 1;
            if in_vain >= FIRST_TRIAL
                && in_vain.is_power_of_two()
                && let Some(few) = self.few_after(vertex, key, must, in_vain)
            {
                few.into_iter().any(|(.., child)| is_enough(self, child) || self.is_stopped());
                return;
            }
            if !self.scratch.meter.visit() {
                return;
            }
            let next = self.after(vertex, key, must);
            rest = weights.ordered(vertex, |child| *child < next);
        }
    }

    /// Where the next child that may serve stands after one that may not, or a bound before it.
    fn after(&mut self, vertex: VertexId, key: WeightedChild, must: &Must) -> WeightedChild {
        let (weight, Reverse(uniq_id), VertexId(child)) = key;
        match self.next_by_id(vertex, uniq_id, must) {
            None => (weight, Reverse(i64::MIN), VertexId(u32::MAX)),
            Some(next) if next < uniq_id => (weight, Reverse(next), VertexId(0)),
            Some(_) => (weight, Reverse(uniq_id), VertexId(child + 1)),
        }
    }

    /// All children with a weight that may serve, after one, in their order; none if more than so many may.
    fn few_after(
        &mut self,
        vertex: VertexId,
        after: WeightedChild,
        must: &Must,
        most: usize,
    ) -> Option<Vec<WeightedChild>> {
        let children = self.few_children(vertex, must, most)?;
        let weighted = |child| {
            let weight = self.weights.weight.get(&(vertex, child))?;
            let key = (Reverse(*weight), Reverse(self.site.graph.vertex(child).uniq_id), child);
            (key > after).then_some(key)
        };
        let mut few: Vec<WeightedChild> = children.into_iter().filter_map(weighted).collect();
        few.sort_unstable();
        Some(few)
    }

    /// The children that may serve, if they are not more than so many.
    fn few_children(
        &mut self,
        vertex: VertexId,
        must: &Must,
        most: usize,
    ) -> Option<Vec<VertexId>> {
        let site = self.site;
        let class = site.classes.get(site.classes.class_of(vertex)?);
        let mut few = Vec::new();
        if must.free.is_empty() {
            for &ty in &class.child_types {
                let mut rest = site.layout.children_of_type(&site.graph, vertex, ty);
                while let Some(next) = self.next(rest.clone(), ty, must) {
                    rest.start = next + 1;
                    few.push(site.layout.vertex_at(next));
                    if few.len() > most {
                        return None;
                    }
                }
            }
            return Some(few);
        }
        let mut looked_at = 0;
        for &below in &class.below {
            let index = self.class_index(below);
            let mut from = 0;
            while let Some((at, member)) = self.next_member(index, from, &must.free) {
                from = at + 1;
                looked_at += 1;
                if site.tree.parent(member) == Some(vertex) {
                    few.push(member);
                }
                if looked_at > most {
                    return None;
                }
            }
        }
        Some(few)
    }
}

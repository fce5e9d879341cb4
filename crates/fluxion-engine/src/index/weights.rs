//! The order in which policies that stop early visit the children of a vertex (`docs/semantics/policies.md`,
//! Order of children).
//!
//! Children that no match has touched come first, highest `uniq_id` first; the others follow by the weight that the
//! last match gave them. Nothing but a match refreshes weights: that is deliberate.

use std::cmp::{Ordering, Reverse};
use std::ops::Range;

use fluxion_graph::{Graph, Renumbering, VertexId};

use crate::bitmap::Bitmap;
use crate::blocks::{BlockEntries, BlockMap};
use crate::policy::Policy;
use crate::site::layout::Layout;

/// A child by weight and `uniq_id`, the highest first.
pub(crate) type WeightedChild = (Reverse<u64>, Reverse<i64>, VertexId);

/// The weights of the edges to children.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights {
    /// Ordinals of children to which all edges still have their first weight, the highest.
    pub(crate) fresh: Bitmap,
    /// By parent and child.
    pub(crate) weight: BlockMap<(VertexId, VertexId), u64>,
    /// Children with a weight, below each parent.
    pub(crate) ordered: BlockMap<(VertexId, WeightedChild), ()>,
}

impl Weights {
    pub(crate) fn new(layout: &Layout) -> Self {
        Self { fresh: Bitmap::full(layout.ordinal_count()), ..Self::default() }
    }

    /// First weights where the policy asks for them.
    pub(crate) fn under(policy: Policy, layout: &Layout) -> Self {
        if policy.stops_early() { Self::new(layout) } else { Self::default() }
    }

    /// The same weights on a changed graph: new edges have their first weight, those of vertices that are gone
    /// have none.
    pub(crate) fn carried_to(&self, layout: &Layout, numbers: &Renumbering) -> Self {
        let mut carried = Self::new(layout);
        let now = |parent: VertexId, child: VertexId| {
            let (parent, child) = (numbers.of(parent)?, numbers.of(child)?);
            Some((parent, child, layout.ordinal(child)?))
        };
        for (&(parent, child), &weight) in &self.weight {
            if let Some((parent, child, ordinal)) = now(parent, child) {
                carried.fresh.remove(ordinal);
                carried.weight.insert((parent, child), weight);
            }
        }
        for (&(parent, (weight, uniq_id, child)), ()) in &self.ordered {
            if let Some((parent, child, _)) = now(parent, child) {
                carried.ordered.insert((parent, (weight, uniq_id, child)), ());
            }
        }
        carried
    }

    /// Vertices with their parents are gone; the ordinals of the others are in these stretches.
    pub(crate) fn give_up(
        &mut self,
        graph: &Graph,
        gone: impl Iterator<Item = (VertexId, VertexId)>,
        stretches: &[(Range<usize>, usize)],
        ordinals: usize,
    ) {
        self.fresh = self.fresh.rearranged(ordinals, stretches);
        if self.weight.is_empty() {
            return;
        }
        for (parent, child) in gone {
            if let Some(weight) = self.weight.remove(&(parent, child)) {
                let uniq_id = Reverse(graph.vertex(child).uniq_id);
                self.ordered.remove(&(parent, (Reverse(weight), uniq_id, child)));
            }
        }
    }

    /// There are new vertices, all of first weight; the ordinals of the others are in these stretches.
    pub(crate) fn take_in(&mut self, stretches: &[(Range<usize>, usize)], ordinals: usize) {
        self.fresh = self.fresh.rearranged(ordinals, stretches);
        let ends = stretches.iter().map(|(from, to)| to + from.len());
        let starts = stretches.iter().skip(1).map(|&(_, to)| to).chain([ordinals]);
        ends.zip(starts).for_each(|(start, end)| self.fresh.insert_range(start..end));
    }

    /// Gives the edge from `parent` to `child` a weight.
    pub(crate) fn set(
        &mut self,
        graph: &Graph,
        layout: &Layout,
        parent: VertexId,
        child: VertexId,
        weight: u64,
    ) {
        let Some(ordinal) = layout.ordinal(child) else { return };
        let uniq_id = Reverse(graph.vertex(child).uniq_id);
        if let Some(old) = self.weight.insert((parent, child), weight) {
            if old == weight {
                return;
            }
            self.ordered.remove(&(parent, (Reverse(old), uniq_id, child)));
        }
        self.ordered.insert((parent, (Reverse(weight), uniq_id, child)), ());
        self.fresh.remove(ordinal);
    }

    /// The children of a vertex that have a weight, from the first on that does not come before something.
    pub(crate) fn ordered(
        &self,
        parent: VertexId,
        is_before: impl Fn(&WeightedChild) -> bool,
    ) -> BlockEntries<'_, (VertexId, WeightedChild), ()> {
        self.ordered.from(|(above, child)| match above.cmp(&parent) {
            Ordering::Equal => is_before(child),
            order => order == Ordering::Less,
        })
    }

    /// The weight of the edge from a parent to a child, the highest if it was never set.
    pub(crate) fn of(&self, parent: VertexId, child: VertexId) -> u64 {
        self.weight.get(&(parent, child)).copied().unwrap_or(u64::MAX)
    }
}

//! The children of a vertex that have a weight, in the order in which policies that stop early visit them
//! (`docs/semantics/policies.md`, Order of children), without those that cannot serve now. Children of one
//! weight come in the order of their ordinals, so that those that are free are found without looking at the
//! rest.

use std::cmp::Reverse;
use std::ops::Range;

use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Exclusivity;

use super::access::Access;
use super::{Figures, Search};
use crate::index::weights::WeightedChild;
use crate::request::List;
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::site::demand::Needs;

/// What a child must have to be of use, as far as is known.
pub(super) enum Must {
    /// Nothing is known.
    Be,
    /// It stands where constraint and time allow it, if they say so for its type.
    BeWorthwhile,
    /// It is to be held alone.
    BeIdle,
    /// Units of counted types must be free below.
    HaveFree(Needs),
}

impl Search<'_> {
    /// What children of a vertex must have, be they named by a list or not.
    pub(super) fn must_for_list(&self, vertex: VertexId, list: &List, inherited: Access) -> Must {
        if list.len() != 1 || self.is_flexible() {
            return self.must_be_worthwhile();
        }
        let classes = &self.site.classes;
        let wanted = &self.request.elements[list.start];
        let named = classes.class_of(vertex).is_some_and(|class| {
            let below = classes.get(class).below.iter();
            !wanted.is_slot
                && below.into_iter().all(|&class| Some(classes.get(class).ty) == wanted.ty)
        });
        self.must(list.start, named.then_some(inherited))
    }

    /// What a vertex must have that an element names.
    pub(super) fn must_for(&self, element: usize, inherited: Access) -> Must {
        self.must(element, Some(inherited))
    }

    /// What a vertex must have that an element names, below one that is had in some way; or that it may name.
    pub(super) fn must(&self, element: usize, inherited: Option<Access>) -> Must {
        if inherited.is_some_and(|inherited| self.must_be_idle(element, inherited)) {
            return Must::BeIdle;
        }
        let needs = self.needs(element);
        // the search complains of what is shared below what is held alone
        let shared = self.request.elements[element].exclusivity == Exclusivity::Shared;
        let complains = inherited == Some(Access::Exclusive) && shared;
        if needs.is_empty() || complains || self.pass.figures == Figures::Ignore {
            return self.must_be_worthwhile();
        }
        Must::HaveFree(needs)
    }

    fn must_be_worthwhile(&self) -> Must {
        let known = self.node_mask.is_some() || self.constraint.is_some();
        if known { Must::BeWorthwhile } else { Must::Be }
    }

    /// Looks at children with a weight, one after the other, until one is enough. O(log children) for each that may
    /// serve and each weight, and a look at each block of full ones in between.
    pub(super) fn any_weighted(
        &mut self,
        vertex: VertexId,
        must: &Must,
        mut is_enough: impl FnMut(&mut Self, VertexId) -> bool,
    ) {
        let weights = self.weights;
        let mut rest = weights.ordered(vertex, |_| false);
        while let Some((&(parent, key), ())) = rest.next()
            && parent == vertex
        {
            if !self.may_serve(key.2, must) {
                let next = self.after(vertex, key, must);
                rest = weights.ordered(vertex, |child| *child < next);
            } else if is_enough(self, key.2) || self.is_stopped() {
                return;
            }
        }
    }

    /// Where the next child that may serve stands after one that may not, or a bound before it.
    fn after(&mut self, vertex: VertexId, key: WeightedChild, must: &Must) -> WeightedChild {
        let (weight, Reverse(uniq_id), VertexId(child)) = key;
        match self.next_serving(vertex, uniq_id, must) {
            None => (weight, Reverse(i64::MIN), VertexId(u32::MAX)),
            Some(next) if next < uniq_id => (weight, Reverse(next), VertexId(0)),
            Some(_) => (weight, Reverse(uniq_id), VertexId(child + 1)),
        }
    }

    fn may_serve(&self, child: VertexId, must: &Must) -> bool {
        match must {
            Must::Be => true,
            Must::BeWorthwhile => {
                let worthwhile = self.worthwhile(self.site.graph.vertex(child).ty);
                let ordinal = self.site.layout.ordinal(child);
                worthwhile.zip(ordinal).is_none_or(|(ordinals, ordinal)| ordinals.contains(ordinal))
            }
            Must::BeIdle => {
                let ordinal = self.site.layout.ordinal(child);
                ordinal.is_some_and(|ordinal| self.indices.idle.idle.contains(ordinal))
            }
            Must::HaveFree(needs) => needs
                .iter()
                .all(|&(column, units)| self.state.free_in(self.site, child, column) >= units),
        }
    }

    /// The highest `uniq_id`, no higher than a given one, at which a child of a vertex may serve.
    fn next_serving(&mut self, vertex: VertexId, highest: i64, must: &Must) -> Option<i64> {
        let site = self.site;
        let class = site.classes.get(site.classes.class_of(vertex)?);
        let types = class.child_types.iter();
        match must {
            Must::Be => Some(highest),
            Must::BeWorthwhile => {
                types.filter_map(|&ty| self.next_worthwhile_child(vertex, ty, highest)).max()
            }
            Must::BeIdle => types.filter_map(|&ty| self.next_idle_child(vertex, ty, highest)).max(),
            Must::HaveFree(needs) => {
                let below = class.below.iter();
                below.filter_map(|&class| self.next_free_member(class, highest, needs)).max()
            }
        }
    }

    /// The ordinals of the children of a type whose `uniq_id` is no higher than a given one.
    fn ordinals_from(&self, vertex: VertexId, ty: TypeId, highest: i64) -> Range<usize> {
        let Site { graph, layout, .. } = self.site;
        let ordinals = layout.children_of_type(graph, vertex, ty);
        let above = |&v: &VertexId| graph.vertex(v).uniq_id > highest;
        let passed = layout.by_ordinal[ordinals.clone()].partition_point(above);
        ordinals.start + passed..ordinals.end
    }

    fn next_worthwhile_child(&self, vertex: VertexId, ty: TypeId, highest: i64) -> Option<i64> {
        let ordinals = self.ordinals_from(vertex, ty, highest);
        let next = match self.worthwhile(ty) {
            Some(worthwhile) => worthwhile.next(ordinals.start)?,
            None => ordinals.start,
        };
        ordinals.contains(&next).then(|| self.uniq_id_at(next))
    }

    fn next_idle_child(&self, vertex: VertexId, ty: TypeId, highest: i64) -> Option<i64> {
        let ordinals = self.ordinals_from(vertex, ty, highest);
        let next = self.indices.idle.next_idle(ordinals.start, ordinals.end)?;
        Some(self.uniq_id_at(next))
    }

    /// The next member of a class, below whatever parent, with enough units free.
    fn next_free_member(&mut self, class: ClassId, highest: i64, needs: &Needs) -> Option<i64> {
        let (site, state) = (self.site, self.state);
        self.indices.build_class(site, self.policy, class);
        let index = self.indices.class(class)?;
        let first = index.keys.partition_point(|&key| key < highest.saturating_neg());
        let free = |v, column| state.free_in(site, v, column);
        let found = index.next_with_free(first, needs, free)?;
        Some(site.graph.vertex(index.member(found)).uniq_id)
    }

    fn uniq_id_at(&self, ordinal: usize) -> i64 {
        self.site.graph.vertex(self.site.layout.vertex_at(ordinal)).uniq_id
    }
}

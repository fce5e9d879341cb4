//! The next candidate: what may serve, as far as it can be told without a visit, in the order of the ordinals or of an
//! index. Every source of candidates asks here, so that a constraint, the time, and what is idle or free are regarded
//! together wherever candidates come from.

use std::iter::successors;
use std::ops::Range;

use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Exclusivity;

use super::access::Access;
use super::scope::Scope;
use super::{Figures, Search};
use crate::index::class_index::IndexRef;
use crate::index::idle::ChildGroup;
use crate::request::List;
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::site::demand::Needs;

/// What a candidate must have to be of use; beside it stands where constraint and time allow it, if they say so for its
/// type.
#[derive(Clone, Debug)]
pub(super) struct Must {
    /// [`Access::Exclusive`] where it is to be held alone, and what is idle is known.
    pub(super) access: Access,
    /// Units of counted types that must be free below.
    pub(super) free: Needs,
}

impl Must {
    /// No more than to be there.
    pub(super) const ANYTHING: Self = Self { access: Access::Shared, free: Needs::new() };

    /// To be held alone.
    pub(super) const IDLE: Self = Self { access: Access::Exclusive, free: Needs::new() };
}

impl<'a> Search<'a> {
    /// What children of a vertex must have, be they named by a list or not.
    pub(super) fn must_for_list(&self, vertex: VertexId, list: &List, inherited: Access) -> Must {
        if list.len() != 1 || self.is_flexible() {
            return Must::ANYTHING;
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

    /// What a vertex must have that an element names, below one that is had in some way; or that it may name.
    pub(super) fn must(&self, element: usize, inherited: Option<Access>) -> Must {
        if inherited.is_some_and(|inherited| self.must_be_idle(element, inherited)) {
            return Must::IDLE;
        }
        // the search complains of what is shared below what is held alone
        let shared = self.request.elements[element].exclusivity == Exclusivity::Shared;
        let complains = inherited == Some(Access::Exclusive) && shared;
        if complains || self.pass.figures == Figures::Ignore {
            return Must::ANYTHING;
        }
        Must { access: Access::Shared, free: self.needs(element) }
    }

    /// Whether a vertex has what it must.
    pub(super) fn meets(&self, vertex: VertexId, must: &Must) -> bool {
        let is_idle = |ordinal: usize| self.indices.idle.idle.contains(ordinal);
        let ordinal = self.site.layout.ordinal(vertex);
        let worthwhile = self.worthwhile(self.site.graph.vertex(vertex).ty);
        let state = self.state;
        worthwhile.zip(ordinal).is_none_or(|(ordinals, ordinal)| ordinals.contains(ordinal))
            && (!must.access.is_exclusive() || ordinal.is_some_and(is_idle))
            && must.free.iter().all(|&(column, n)| state.free_in(self.site, vertex, column) >= n)
    }

    /// The next of some ordinals, all of one type, whose vertex may be as it must; what is free below is not looked at.
    #[inline]
    pub(super) fn next(&self, ordinals: Range<usize>, ty: TypeId, must: &Must) -> Option<usize> {
        let from = ordinals.start;
        let idle = &self.indices.idle.idle;
        let next = match (self.worthwhile(ty), must.access) {
            (None, Access::Shared) => Some(from),
            (None, Access::Exclusive) => idle.next(from),
            (Some(worthwhile), Access::Shared) => worthwhile.next(from),
            (Some(worthwhile), Access::Exclusive) => idle.next_common(worthwhile, from),
        };
        next.filter(|ordinal| ordinals.contains(ordinal))
    }

    /// As [`Search::next`], of children whose edges still have their first weight.
    #[inline]
    pub(super) fn next_fresh(
        &self,
        ordinals: Range<usize>,
        ty: TypeId,
        must: &Must,
    ) -> Option<usize> {
        let fresh = &self.weights.fresh;
        let idle = must.access.is_exclusive().then_some(&self.indices.idle.idle);
        let next = match (self.worthwhile(ty), idle) {
            (None, None) => fresh.next(ordinals.start),
            (Some(mask), None) | (None, Some(mask)) => fresh.next_common(mask, ordinals.start),
            (Some(a), Some(b)) => fresh.next_in_all([a, b], ordinals.start),
        };
        next.filter(|ordinal| ordinals.contains(ordinal))
    }

    /// The highest `uniq_id`, no higher than a given one, at which a child of a vertex may be as it must; or a bound of it.
    /// For policies that stop early.
    pub(super) fn next_by_id(
        &mut self,
        vertex: VertexId,
        highest: i64,
        must: &Must,
    ) -> Option<i64> {
        let site = self.site;
        let class = site.classes.get(site.classes.class_of(vertex)?);
        if must.free.is_empty() {
            let next = |&ty: &TypeId| {
                let ordinals = self.ordinals_from(vertex, ty, highest);
                Some(self.uniq_id_at(self.next(ordinals, ty, must)?))
            };
            return class.child_types.iter().filter_map(next).max();
        }
        let below = class.below.iter();
        below.filter_map(|&class| self.next_member_by_id(class, highest, &must.free)).max()
    }

    /// The ordinals of the children of a type whose `uniq_id` is no higher than a given one.
    pub(super) fn ordinals_from(&self, vertex: VertexId, ty: TypeId, highest: i64) -> Range<usize> {
        let Site { graph, layout, .. } = self.site;
        let ordinals = layout.children_of_type(graph, vertex, ty);
        let above = |&v: &VertexId| graph.vertex(v).uniq_id > highest;
        let passed = layout.by_ordinal[ordinals.clone()].partition_point(above);
        ordinals.start + passed..ordinals.end
    }

    fn uniq_id_at(&self, ordinal: usize) -> i64 {
        self.site.graph.vertex(self.site.layout.vertex_at(ordinal)).uniq_id
    }

    /// The next member of a class, below whatever parent, with enough units free.
    fn next_member_by_id(&mut self, class: ClassId, highest: i64, free: &Needs) -> Option<i64> {
        let index = self.class_index(class);
        let known = self.indices.get(index)?;
        let first = known.keys.partition_point(|&key| key < highest.saturating_neg());
        let (_, member) = self.next_member(index, first, free)?;
        Some(self.site.graph.vertex(member).uniq_id)
    }

    /// The first member of an index at or after a place that has units free, with its place.
    pub(super) fn next_member(
        &mut self,
        index: IndexRef,
        from: usize,
        free: &Needs,
    ) -> Option<(usize, VertexId)> {
        let (site, state) = (self.site, self.state);
        let index = self.indices.get_mut(index)?;
        let at = index.next_with_free(from, free, |v, column| state.free_in(site, v, column))?;
        Some((at, index.member(at)))
    }

    /// The index of those members of a class that the constraint, if it is about them, lets the job use.
    pub(super) fn class_index(&mut self, class: ClassId) -> IndexRef {
        let (site, policy) = (self.site, self.policy);
        match self.scope_of(class) {
            None => self.indices.build_class(site, policy, class),
            Some(scope) => {
                let of_constraint = self.indices.masked.select(scope.serial());
                of_constraint.build_class(site, policy, class, || scope.members(site, class))
            }
        }
    }

    /// What the constraint lets the job use, if it is about the members of a class or what is above them.
    pub(super) fn scope_of(&self, class: ClassId) -> Option<Scope<'a>> {
        let scope = Scope(self.constraint?);
        let classes = &self.site.classes;
        let mut path = successors(Some(class), |&class| classes.get(class).parent);
        path.any(|class| scope.tests(classes.get(class).ty)).then_some(scope)
    }

    /// What the constraint lets the job use, if it is about the children of a group or what is above them.
    pub(super) fn scope_of_group(&self, (class, ty): ChildGroup) -> Option<Scope<'a>> {
        self.constraint.map(Scope).filter(|scope| scope.tests(ty)).or_else(|| self.scope_of(class))
    }

    /// Whether a vertex could serve as far as constraint and time are known.
    pub(super) fn is_worthwhile(&self, vertex: VertexId) -> bool {
        self.meets(vertex, &Must::ANYTHING)
    }
}

//! The children of a vertex that have a weight, in the order in which policies that stop early visit them
//! (chapter 04, section 8.2), without those that cannot serve now: children of one weight come in the order of their
//! places, so that what is free is found without looking at what is not.

use std::cmp::Reverse;
use std::ops::Bound::{Excluded, Included, Unbounded};

use fluxion_graph::VertexId;
use fluxion_jobspec::Exclusivity;

use super::{Figures, Search};
use crate::index::shelf::Needs;
use crate::index::weights::Key;
use crate::request::List;

/// What a child must have to be of use, as far as is known.
pub(super) enum Must {
    /// Nothing is known.
    Be,
    /// It is to be held alone.
    BeIdle,
    /// Units of counted types must be free below.
    HaveRoom(Needs),
}

impl Search<'_> {
    /// What children of a vertex must have, be they named by a list or not.
    pub(super) fn must_for_list(&self, vertex: VertexId, list: &List, inherited: bool) -> Must {
        if list.len() != 1 || self.is_flexible() {
            return Must::Be;
        }
        let classes = &self.site.classes;
        let wanted = &self.request.elements[list.start];
        let named = classes.class_of(vertex).is_some_and(|class| {
            let below = classes.get(class).below.iter();
            !wanted.is_slot
                && below.into_iter().all(|&class| Some(classes.get(class).ty) == wanted.ty)
        });
        self.must(list.start, named && inherited, named)
    }

    /// What a vertex must have that an element names.
    pub(super) fn must_for(&self, element: usize, inherited: bool) -> Must {
        self.must(element, inherited, true)
    }

    fn must(&self, element: usize, inherited: bool, named: bool) -> Must {
        if named && self.must_be_idle(element, inherited) {
            return Must::BeIdle;
        }
        let needs = self.needs(element);
        // the search complains of what is shared below what is held alone
        let shared = self.request.elements[element].exclusivity == Exclusivity::Shared;
        let complains = inherited && shared;
        if needs.is_empty() || complains || self.pass.figures == Figures::Ignore {
            return Must::Be;
        }
        Must::HaveRoom(needs)
    }

    /// Looks at children with a weight, one after the other, until one is enough.
    pub(super) fn any_weighted(
        &mut self,
        vertex: VertexId,
        must: &Must,
        mut is_enough: impl FnMut(&mut Self, VertexId) -> bool,
    ) {
        if let Must::Be = must {
            let weights = self.weights;
            weights.weighted(vertex).any(|child| is_enough(self, child));
            return;
        }
        let mut last = None;
        while let Some(key) = self.next_weighted(vertex, last, must)
            && !is_enough(self, key.2)
        {
            last = Some(key);
        }
    }

    /// The next child that may serve. O(log children), and a look at each block of full ones in between.
    fn next_weighted(&mut self, vertex: VertexId, after: Option<Key>, must: &Must) -> Option<Key> {
        let weights = self.weights;
        let ordered = weights.ordered.get(&vertex)?;
        let mut from = after.map_or(Unbounded, Excluded);
        loop {
            let key = *ordered.range((from, Unbounded)).next()?;
            let (weight, Reverse(uniq_id), child) = key;
            if self.may_serve(child, must) {
                return Some(key);
            }
            from = match (must, self.next_serving(vertex, uniq_id, must)) {
                (Must::Be, _) => Excluded(key),
                (_, None) => Excluded((weight, Reverse(i64::MIN), VertexId(u32::MAX))),
                (_, Some(next)) if next < uniq_id => Included((weight, Reverse(next), VertexId(0))),
                _ => Excluded(key),
            };
        }
    }

    fn may_serve(&self, child: VertexId, must: &Must) -> bool {
        match must {
            Must::Be => true,
            Must::BeIdle => {
                let place = self.site.layout.place(child);
                place.is_some_and(|place| self.shelves.fronts.idle.contains(place))
            }
            Must::HaveRoom(needs) => needs
                .iter()
                .all(|&(column, units)| self.state.free_in(self.site, child, column) >= units),
        }
    }

    /// The highest `uniq_id`, no higher than a given one, at which a child of a vertex may serve.
    fn next_serving(&mut self, vertex: VertexId, highest: i64, must: &Must) -> Option<i64> {
        let site = self.site;
        let class = site.classes.get(site.classes.class_of(vertex)?);
        let uniq_id = |vertex: VertexId| site.graph.vertex(vertex).uniq_id;
        match must {
            Must::Be => Some(highest),
            Must::BeIdle => {
                let next = |&ty| {
                    let places = site.layout.children_of_type(&site.graph, vertex, ty);
                    let above = |&v: &VertexId| uniq_id(v) > highest;
                    let first = site.layout.ranked[places.clone()].partition_point(above);
                    let idle = self.shelves.fronts.next_idle(places.start + first, places.end)?;
                    Some(uniq_id(site.layout.ranked(idle)))
                };
                class.child_types.iter().filter_map(next).max()
            }
            Must::HaveRoom(needs) => {
                let state = self.state;
                let mut next = |&class| {
                    self.shelves.open(site, self.policy, class);
                    let shelf = self.shelves.get(class)?;
                    let first = shelf.keys.partition_point(|&key| key < highest.saturating_neg());
                    let free = |v, column| state.free_in(site, v, column);
                    let found = shelf.next_with_room(first, needs, free)?;
                    Some(uniq_id(shelf.member(found)))
                };
                class.below.iter().filter_map(&mut next).max()
            }
        }
    }
}

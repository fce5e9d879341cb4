//! Candidates below a vertex that an element matches, or that anchors a slot: its children, type by type.

use std::cmp::Reverse;
use std::ops::Range;

use fluxion_graph::{TypeId, VertexId};

use super::access::Access;
use super::candidates::Must;
use super::fresh::FreshChildren;
use super::scratch::{Bags, Candidate};
use super::walk::Seek;
use super::{CandidateOrder, Search};
use crate::notes::Note;
use crate::policy::Preference;
use crate::request::List;
use crate::site::Site;

impl Search<'_> {
    /// The vertex as a candidate for an element, with what is chosen below it.
    pub(super) fn matched(
        &mut self,
        vertex: VertexId,
        element: usize,
        inherited: Access,
        parent: Option<VertexId>,
    ) -> Option<u32> {
        if self.was_seen(vertex) || !self.is_admissible(vertex, element, inherited) {
            return None;
        }
        let request = self.request;
        let wanted = &request.elements[element];
        let access = inherited.below(wanted.exclusivity);
        let checkpoint = self.checkpoint();
        let picks = if wanted.with.is_empty() {
            self.see(vertex);
            (0, 0)
        } else {
            if !self.can_hold(vertex, &wanted.demand)
                || !self.literal_filter_holds(vertex, &wanted.literal_demand)
            {
                return None;
            }
            let below = self.choose_below(vertex, &wanted.with, access);
            if below.is_none() {
                self.roll_back(checkpoint);
            }
            below?
        };
        let pool = self.site.graph.vertex(vertex);
        Some(self.push(Candidate {
            vertex,
            parent,
            units: u64::from(pool.size),
            score: self.score_of(vertex, parent),
            exclusive: access.is_exclusive(),
            is_slot: false,
            picks,
        }))
    }

    fn score_of(&self, vertex: VertexId, parent: Option<VertexId>) -> i64 {
        let Site { graph, tree, layout, .. } = self.site;
        match parent {
            Some(parent) if !tree.is_tree() => layout.score_below(graph, tree, vertex, parent),
            _ => self.site.score(vertex),
        }
    }

    /// Chooses for every element of a list among what lies below a matched vertex.
    fn choose_below(
        &mut self,
        vertex: VertexId,
        list: &List,
        access: Access,
    ) -> Option<(u32, u32)> {
        let mut bags = self.take_bags(list.len());
        let gathered = self.gather_list(vertex, list, access, &mut bags);
        let picks = gathered.then(|| self.choose_all(list, &mut bags)).flatten();
        self.give_back(bags);
        picks
    }

    /// Gathers for a list below a matched vertex; false if nothing can be chosen.
    fn gather_list(
        &mut self,
        vertex: VertexId,
        list: &List,
        access: Access,
        bags: &mut Bags,
    ) -> bool {
        let slot = self.request.slot_of(list);
        if self.is_flexible() && slot.is_some() {
            if !self.anchors_any(vertex, list) {
                return false;
            }
            self.see(vertex);
            self.form_alternatives(vertex, list, &mut bags[0]);
            self.share_slot_bag(list, bags);
            return true;
        }
        self.see(vertex);
        if let Some(slot) = slot.filter(|&slot| self.request.elements[slot].places.is_some()) {
            let at = self.bag_of(list, slot);
            self.form_below(vertex, list, &mut bags[at]);
            return true;
        }
        match slot {
            Some(slot) if self.anchors(vertex, slot) => {
                if !self.can_hold(vertex, &self.request.elements[slot].demand) {
                    return false;
                }
                let at = self.bag_of(list, slot);
                self.form(vertex, slot, &mut bags[at]);
            }
            Some(_) => self.walk(vertex, list, Seek::Here, access, bags),
            None if !self.site.tree.is_tree() => {
                self.walk(vertex, list, Seek::Here, access, bags);
            }
            None => {
                return self.gather_each(vertex, list, access, 1, CandidateOrder::Matched, bags);
            }
        }
        true
    }

    /// [`Search::gather`] for each element of a list; false, and no further, if there is nothing for one. Trees only.
    pub(super) fn gather_each(
        &mut self,
        vertex: VertexId,
        list: &List,
        access: Access,
        shares: u64,
        order: CandidateOrder,
        bags: &mut Bags,
    ) -> bool {
        list.clone().zip(bags.iter_mut()).all(|(element, bag)| {
            self.gather(vertex, element, access, shares, order, bag);
            !bag.is_empty()
        })
    }

    /// All slots of a list share one bag: that of the first slot.
    pub(super) fn bag_of(&self, list: &List, element: usize) -> usize {
        let elements = &self.request.elements;
        let same = |other: usize| {
            elements[other].is_slot == elements[element].is_slot
                && elements[other].ty == elements[element].ty
        };
        list.clone().find(|&other| same(other)).unwrap_or(element) - list.start
    }

    fn share_slot_bag(&mut self, list: &List, bags: &mut Bags) {
        if let Some(first) = list.clone().find(|&n| self.request.elements[n].is_slot)
            && first != list.start
        {
            bags.swap(0, first - list.start);
        }
    }

    /// Picks for each element of a list; of elements that share a bag the last decides.
    fn choose_all(&mut self, list: &List, bags: &mut Bags) -> Option<(u32, u32)> {
        let request = self.request;
        for element in list.clone() {
            let at = self.bag_of(list, element);
            let units = self.units(&bags[at]);
            if request.elements[element].count.take(units) == 0 {
                return None;
            }
        }
        let start = self.scratch.picks.len() as u32;
        for element in list.clone() {
            let at = self.bag_of(list, element);
            let is_last = list.clone().skip(element + 1 - list.start);
            if is_last.into_iter().any(|later| self.bag_of(list, later) == at) {
                continue;
            }
            let mut bag = std::mem::take(&mut bags[at]);
            self.sort(&mut bag, CandidateOrder::Matched);
            let units = request.elements[element].count.take(self.units(&bag));
            self.choose(&bag, units);
            bags[at] = bag;
        }
        Some((start, self.scratch.picks.len() as u32))
    }

    /// Sorts candidates that lie in gather order (`docs/semantics/policies.md`, Sort orders).
    pub(super) fn sort(&self, bag: &mut [u32], order: CandidateOrder) {
        let descending = match self.policy.preference() {
            Preference::Variation => order == CandidateOrder::SlotMember,
            _ => self.policy.prefers_high(),
        };
        let in_order = |pair: &[u32]| {
            let (a, b) = (self.score(pair[0]), self.score(pair[1]));
            if descending { a >= b } else { a <= b }
        };
        if bag.windows(2).all(in_order) {
            return;
        }
        if descending {
            bag.sort_by_key(|&c| Reverse(self.score(c)));
        } else {
            bag.sort_by_key(|&c| self.score(c));
        }
    }

    /// Candidates for one element among the children of a vertex, sorted; stops after `shares` complete
    /// shares of the element's largest count, beyond which nothing would be chosen. Trees only.
    pub(super) fn gather(
        &mut self,
        vertex: VertexId,
        element: usize,
        inherited: Access,
        shares: u64,
        order: CandidateOrder,
        bag: &mut Vec<u32>,
    ) {
        let wanted = &self.request.elements[element];
        let Some(ty) = wanted.ty.filter(|_| !wanted.conflicts) else {
            return self.note_siblings(element);
        };
        let range = self.site.layout.children_of_type(&self.site.graph, vertex, ty);
        let mut quota = Quota { need: wanted.most, sum: 0, shares };
        if self.policy.stops_early() {
            self.gather_by_priority(vertex, element, inherited, range, &mut quota, bag);
        } else {
            self.gather_in_order(vertex, element, inherited, range, &mut quota, bag);
        }
        self.sort(bag, order);
    }

    /// [`Search::gather`] for elements of several types at once, where vertices have several parents: who comes
    /// first takes a shared child.
    pub(super) fn gather_shared(
        &mut self,
        vertex: VertexId,
        members: &[(TypeId, usize)],
        shares: u64,
        bags: &mut Bags,
    ) {
        let quota = |&(_, element): &(TypeId, usize)| {
            (Quota { need: self.request.elements[element].most, sum: 0, shares }, false)
        };
        let mut quotas: Vec<(Quota, bool)> = members.iter().map(quota).collect();
        let stops_early = self.policy.stops_early();
        for child in self.shared_children(vertex) {
            let ty = self.site.graph.vertex(child).ty;
            let Some(at) = members.iter().position(|&(t, _)| t == ty) else { continue };
            let (quota, met) = &mut quotas[at];
            let skipped = (stops_early && *met) || self.request.elements[members[at].1].conflicts;
            if !skipped
                && self.try_child(vertex, child, members[at].1, Access::Exclusive, &mut bags[at])
            {
                *met |= quota.met_by(self, &bags[at]);
            }
            if stops_early && quotas.iter().all(|&(_, met)| met) {
                break;
            }
        }
        bags.iter_mut().for_each(|bag| self.sort(bag, CandidateOrder::SlotMember));
    }

    fn gather_by_priority(
        &mut self,
        vertex: VertexId,
        element: usize,
        inherited: Access,
        range: Range<usize>,
        quota: &mut Quota,
        bag: &mut Vec<u32>,
    ) {
        let site = self.site;
        let Some(ty) = self.request.elements[element].ty else { return };
        let must = self.must(element, Some(inherited));
        let mut fresh = FreshChildren::of_type(self, vertex, ty, range.clone(), &must);
        while let Some(child) = fresh.next(self) {
            if self.try_child(vertex, child, element, inherited, bag) && quota.met_by(self, bag) {
                return;
            }
        }
        let inside = |c: VertexId| site.layout.ordinal(c).is_some_and(|at| range.contains(&at));
        self.any_weighted(vertex, &must, |search, child| {
            inside(child)
                && search.try_child(vertex, child, element, inherited, bag)
                && quota.met_by(search, bag)
        });
    }

    fn gather_in_order(
        &mut self,
        vertex: VertexId,
        element: usize,
        inherited: Access,
        range: Range<usize>,
        quota: &mut Quota,
        bag: &mut Vec<u32>,
    ) {
        let Some(ty) = self.request.elements[element].ty else { return };
        let idle = self.must_be_idle(element, inherited);
        let must = if idle { Must::IDLE } else { Must::ANYTHING };
        let mut rest = range;
        while let Some(ordinal) = self.next(rest.clone(), ty, &must) {
            rest.start = ordinal + 1;
            let child = self.site.layout.vertex_at(ordinal);
            if self.try_child(vertex, child, element, inherited, bag) && quota.met_by(self, bag) {
                return;
            }
        }
    }

    fn try_child(
        &mut self,
        vertex: VertexId,
        child: VertexId,
        element: usize,
        inherited: Access,
        bag: &mut Vec<u32>,
    ) -> bool {
        let candidate = self.matched(child, element, inherited, Some(vertex));
        bag.extend(candidate);
        candidate.is_some()
    }

    /// The reference says so for every vertex concerned; once is enough.
    pub(super) fn note_siblings(&mut self, element: usize) {
        let wanted = &self.request.elements[element];
        if let Some(ty) = wanted.ty.filter(|_| wanted.conflicts) {
            let ty = self.site.graph.type_name(ty);
            self.scratch.notes.push_once(Note::SameType { ty });
        }
    }
}

/// How much is left to gather: shares of `need` units each, counted as `docs/semantics/policies.md`, Early
/// stop does.
struct Quota {
    need: u64,
    sum: u64,
    shares: u64,
}

impl Quota {
    /// Counts the candidate that was added last.
    fn met_by(&mut self, search: &Search<'_>, bag: &[u32]) -> bool {
        let last = bag.last().map_or(0, |&c| search.scratch.candidates[c as usize].units);
        self.sum += last;
        if self.sum >= self.need {
            self.sum = 0;
            self.shares = self.shares.saturating_sub(1);
        }
        self.shares == 0 || self.need == 0
    }
}

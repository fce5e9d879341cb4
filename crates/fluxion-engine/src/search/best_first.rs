//! A shortcut for the top of a request: candidates are looked at best first, in the order of the policy, until the
//! request is full, instead of gathering all of them and sorting.
//!
//! It chooses what [`walk`](super::walk) and the final choice would have chosen; a property test compares the two.
//! Where the shortcut does not apply, it decides nothing.

use std::collections::BinaryHeap;

use fluxion_graph::VertexId;

use super::Search;
use super::access::Access;
use super::region::Region;
use super::scratch::{Bags, Candidate, Choice};
use crate::index::class_index::MemberDepth;
use crate::policy::Preference;
use crate::request::List;
use crate::site::classes::ClassId;

impl Search<'_> {
    /// Decides at the top if a shortcut applies; the outer `None` says that none does.
    pub(super) fn select_best_first(&mut self) -> Option<Option<Choice>> {
        let request = self.request;
        let applies = self.site.tree.is_tree()
            && !self.policy.stops_early()
            && !self.is_flexible()
            && !request.filters_show;
        if !applies {
            return None;
        }
        let list = request.top.clone();
        if self.policy.preference() == Preference::Locality && !self.slots_come_in_order(&list) {
            return self.select_by_runs();
        }
        let mut bags = self.take_bags(list.len());
        let choice = self.fill(&list, &mut bags).then(|| self.choose_top(&mut bags));
        self.give_back(bags);
        choice
    }

    /// Fills the bags of a list with all that could be chosen; false if no shortcut applies.
    fn fill(&mut self, list: &List, bags: &mut Bags) -> bool {
        let elements = &self.request.elements;
        if !list.clone().any(|n| elements[n].is_slot) {
            for (at, element) in list.clone().enumerate() {
                if elements[element].conflicts {
                    self.note_siblings(element);
                    return true;
                }
                self.fill_matched(list, element, &mut bags[at]);
                if bags[at].is_empty() {
                    return true;
                }
            }
            return true;
        }
        let [slot] = list.clone().collect::<Vec<_>>()[..] else {
            list.clone().for_each(|element| self.note_siblings(element));
            return true;
        };
        let members = elements[slot].with.clone();
        match members.len() {
            0 => true,
            1 if elements[members.start].count.max == 1 => {
                self.fill_single(list, slot, &mut bags[0]);
                true
            }
            _ => {
                let classes = self.visible(list, |_| true);
                self.fill_slots(&classes, slot, None, &mut bags[0]);
                true
            }
        }
    }

    /// Classes of vertices that a predicate picks, no deeper than the first on each path that any element of
    /// the list relates to.
    pub(super) fn visible(&self, list: &List, pick: impl Fn(ClassId) -> bool) -> Vec<ClassId> {
        let (site, request) = (self.site, self.request);
        let named = |class: ClassId| {
            let ty = Some(site.classes.get(class).ty);
            list.clone().any(|n| match request.elements[n].is_slot {
                true => request.can_anchor(&site.classes, class, n),
                false => request.elements[n].ty == ty,
            })
        };
        let mut found = Vec::new();
        let mut open: Vec<ClassId> = site.classes.class_of(site.tree.root()).into_iter().collect();
        while let Some(class) = open.pop() {
            if !named(class) {
                open.extend(&site.classes.get(class).below);
            } else if pick(class) {
                found.push(class);
            }
        }
        found
    }

    fn fill_matched(&mut self, list: &List, element: usize, bag: &mut Vec<u32>) {
        let site = self.site;
        let ty = self.request.elements[element].ty;
        let classes = self.visible(list, |class| Some(site.classes.get(class).ty) == ty);
        let root = site.tree.root();
        if ty == Some(site.graph.vertex(root).ty) {
            // the list names the root, so that nothing else is visible
            bag.extend(self.matched(root, element, Access::Shared, None));
            return;
        }
        let wanted = &self.request.elements[element];
        let access = Access::of(wanted.exclusivity);
        let mut stream = self.stream_of_vertices(&classes, element, access);
        let mut units = 0;
        while units < wanted.most
            && let Some(vertex) = self.next_open(&mut stream)
        {
            if let Some(candidate) =
                self.matched(vertex, element, Access::Shared, site.tree.parent(vertex))
            {
                units += self.scratch.candidates[candidate as usize].units;
                bag.push(candidate);
            }
        }
    }

    /// Slots of one member each: the members in order of preference.
    fn fill_single(&mut self, list: &List, slot: usize, bag: &mut Vec<u32>) {
        let site = self.site;
        let member = self.request.elements[slot].with.start;
        let Some(ty) = self.request.elements[member].ty else { return };
        let anchors = self.visible(list, |_| true);
        let mut stream = self.stream_of_members(&anchors, ty);
        let most = self.request.elements[slot].most;
        while (bag.len() as u64) < most
            && let Some(vertex) = self.next_open(&mut stream)
        {
            let anchor = site.tree.parent(vertex);
            let Some(candidate) = self.matched(vertex, member, Access::Exclusive, anchor) else {
                continue;
            };
            let wrapped = self.wrap_in_slot(candidate, anchor.unwrap_or(vertex));
            bag.push(wrapped);
        }
    }

    /// A slot of one member.
    fn wrap_in_slot(&mut self, member: u32, anchor: VertexId) -> u32 {
        let start = self.scratch.picks.len() as u32;
        self.scratch.picks.push(member);
        self.push(Candidate {
            vertex: anchor,
            parent: None,
            units: 1,
            score: self.score(member).saturating_add(1),
            exclusive: true,
            is_slot: true,
            picks: (start, start + 1),
        })
    }

    /// Slots of several members: anchors, or the places of a region, in the order of the best score that a slot of
    /// theirs could have.
    pub(super) fn fill_slots(
        &mut self,
        classes: &[ClassId],
        slot: usize,
        region: Option<&Region>,
        bag: &mut Vec<u32>,
    ) {
        let depth = if region.is_some() { MemberDepth::Any } else { MemberDepth::Direct };
        let mut anchors = self.anchors_for(classes, slot, depth);
        let most = self.request.elements[slot].most;
        // key, rank of the anchor, order of forming; the worst on top
        let mut best: BinaryHeap<(i64, u32, usize, u32)> = BinaryHeap::new();
        let mut formed = Vec::new();
        while let Some((bound, rank, anchor)) = self.next_anchor(&mut anchors) {
            if self.is_stopped() {
                break;
            }
            if best.len() as u64 >= most
                && best.peek().is_some_and(|&(worst, at, _, _)| (bound, rank) > (worst, at))
            {
                break;
            }
            if region.is_some_and(|region| !region.places.is_place(anchor))
                || !self.is_in_node_mask(anchor)
                || !self.can_hold(anchor, &self.request.elements[slot].demand)
                || !self.is_path_open(anchor)
                || !self.is_open(anchor)
            {
                continue;
            }
            formed.clear();
            match region {
                Some(region) => self.form_at_place(anchor, region, &mut formed),
                None => self.form(anchor, slot, &mut formed),
            }
            for (n, &candidate) in formed.iter().enumerate() {
                best.push((self.policy.key(self.score(candidate)), rank, n, candidate));
                if best.len() as u64 > most {
                    best.pop();
                }
            }
        }
        let mut best = best.into_vec();
        best.sort_unstable_by_key(|&(_, rank, n, _)| (rank, n));
        bag.extend(best.iter().map(|&(_, _, _, candidate)| candidate));
    }
}

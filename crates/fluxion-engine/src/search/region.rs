//! Slots under the rule `deep` (`docs/semantics/slots.md`): a region begins at the root or at a matched vertex, and its
//! slots stand at the places below. What the published rule would find just so is not looked for here.

use std::sync::Arc;

use fluxion_graph::VertexId;

use super::access::Access;
use super::candidates::Must;
use super::fresh::FreshChildren;
use super::scratch::{Bags, Choice};
use super::{CandidateOrder, Search};
use crate::notes::Note;
use crate::policy::Preference;
use crate::request::List;
use crate::request::slot_places::SlotPlaces;

/// Where the slots of a region stand, and what they are.
pub(super) struct Region {
    /// The list that opens it.
    list: List,
    slot: usize,
    members: List,
    pub(super) places: Arc<SlotPlaces>,
}

/// Whose slots are formed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Formed {
    /// Those of a vertex and of all places below it.
    All,
    /// Those of a vertex alone.
    Own,
}

/// Whether members that a vertex hands up serve a place above.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leftover {
    Serves,
    IsLost,
}

/// When a vertex of a region has enough (`docs/semantics/slots.md`, Early stop).
struct Enough {
    /// Slots still to be handed up.
    slots: u64,
    /// Per member: what is gathered of the share in the making, and how many shares are missing.
    members: Vec<(u64, u64)>,
}

impl<'a> Search<'a> {
    /// The region of the top list, if the published rule would not find its slots.
    pub(super) fn top_region(&self) -> Option<Region> {
        let list = &self.request.top;
        let region = self.region_of(list).filter(|_| list.len() == 1)?;
        let root = self.site.tree.root();
        (!self.site.tree.is_tree() || !region.places.are_as_published(root)).then_some(region)
    }

    fn region_of(&self, list: &List) -> Option<Region> {
        let slot = self.request.slot_of(list)?;
        let wanted = &self.request.elements[slot];
        let places = Arc::clone(wanted.places.as_ref()?);
        Some(Region { list: list.clone(), slot, members: wanted.with.clone(), places })
    }

    /// The best slots of the top list, or all.
    pub(super) fn select_in_region(&mut self, region: &Region) -> Option<Choice> {
        let best_first = self.site.tree.is_tree()
            && !self.policy.stops_early()
            && !self.request.filters_show
            && self.policy.preference() != Preference::Locality;
        let mut bags = self.take_bags(1);
        let root = self.site.tree.root();
        if best_first {
            let classes = &region.places.classes;
            self.fill_slots(classes, region.slot, Some(region), &mut bags[0]);
        } else if self.is_open(root) {
            self.see(root);
            self.form_region(root, region, &mut bags[0]);
        }
        let choice = self.choose_top(&mut bags);
        self.give_back(bags);
        choice
    }

    /// The slots of the region that a list opens at a matched vertex.
    pub(super) fn form_below(&mut self, top: VertexId, list: &List, slots: &mut Vec<u32>) {
        let Some(slot) = self.request.slot_of(list) else { return };
        let wanted = &self.request.elements[slot];
        let Some(places) = &wanted.places else { return };
        if places.is_near(top) && !places.is_above_places(top) && self.site.tree.is_tree() {
            if self.can_hold(top, &wanted.demand) {
                self.form(top, slot, slots);
            }
        } else if (places.is_place(top) || places.is_above_places(top))
            && let Some(region) = self.region_of(list)
        {
            self.form_region(top, &region, slots);
        }
    }

    /// The slots of a region, those of lower places first.
    fn form_region(&mut self, top: VertexId, region: &Region, slots: &mut Vec<u32>) {
        self.fill_region(top, region, Formed::All, Leftover::IsLost, slots, &mut Vec::new());
    }

    /// The slots of one place.
    pub(super) fn form_at_place(&mut self, place: VertexId, region: &Region, slots: &mut Vec<u32>) {
        self.fill_region(place, region, Formed::Own, Leftover::IsLost, slots, &mut Vec::new());
    }

    fn fill_region(
        &mut self,
        vertex: VertexId,
        region: &Region,
        formed: Formed,
        leftover: Leftover,
        slots: &mut Vec<u32>,
        above: &mut Bags,
    ) {
        if !region.places.is_place(vertex) {
            return self.gather_region(vertex, region, formed, leftover, slots, above);
        }
        if self.site.tree.is_tree()
            && region.places.is_near(vertex)
            && (formed == Formed::Own || !region.places.is_above_places(vertex))
        {
            return self.form(vertex, region.slot, slots);
        }
        let mut bags = self.take_bags(region.members.len());
        self.gather_region(vertex, region, formed, Leftover::Serves, slots, &mut bags);
        bags.iter_mut().for_each(|bag| self.sort(bag, CandidateOrder::SlotMember));
        self.form_of(vertex, region.slot, &bags, slots);
        self.give_back(bags);
    }

    /// Looks at the children of a vertex of a region: members go into `bags` if they serve a place.
    fn gather_region(
        &mut self,
        vertex: VertexId,
        region: &Region,
        formed: Formed,
        leftover: Leftover,
        slots: &mut Vec<u32>,
        bags: &mut Bags,
    ) {
        let mut enough = Enough::new(self, region);
        let stops_early = self.policy.stops_early();
        let near = region.places.is_near(vertex);
        self.any_child(vertex, region, leftover, |search, child| {
            let member = search.member_of(child, region);
            if stops_early && near && member.is_some_and(|at| enough.has_all_of(at)) {
                return false;
            }
            let before = (slots.len(), bags.iter().map(Vec::len).collect::<Vec<_>>());
            let looked = match member {
                Some(at) if leftover == Leftover::Serves => {
                    let found = search.matched(
                        child,
                        region.members.start + at,
                        Access::Exclusive,
                        Some(vertex),
                    );
                    bags[at].extend(found);
                    found.is_some()
                }
                Some(_) => false,
                None => search.pass_through(child, region, formed, leftover, slots, bags),
            };
            looked
                && stops_early
                && enough.note(search, region, near, (slots.len() - before.0) as u64, |at| {
                    bags.get(at).map_or(&[], |bag| &bag[before.1[at]..])
                })
        });
    }

    fn member_of(&self, vertex: VertexId, region: &Region) -> Option<usize> {
        let ty = Some(self.site.graph.vertex(vertex).ty);
        self.request.elements[region.members.clone()].iter().position(|m| m.ty == ty)
    }

    /// Looks below a vertex that is on the way to members; false if there is nothing, or if it is not usable.
    fn pass_through(
        &mut self,
        vertex: VertexId,
        region: &Region,
        formed: Formed,
        leftover: Leftover,
        slots: &mut Vec<u32>,
        bags: &mut Bags,
    ) -> bool {
        let places = &region.places;
        let serves = leftover == Leftover::Serves && places.hands_up(vertex);
        let stands = places.is_place(vertex) || places.is_above_places(vertex);
        if !serves && (!stands || formed == Formed::Own) {
            return false;
        }
        if self.was_seen(vertex) || self.conflicts(vertex, region) || !self.is_open(vertex) {
            return false;
        }
        let demand = &self.request.elements[region.slot].demand;
        if !serves && !self.can_hold(vertex, demand) {
            return false;
        }
        self.see(vertex);
        let leftover = if serves { Leftover::Serves } else { Leftover::IsLost };
        self.fill_region(vertex, region, formed, leftover, slots, bags);
        true
    }

    /// Whether an element beside the slot has the type of a vertex.
    fn conflicts(&mut self, vertex: VertexId, region: &Region) -> bool {
        let ty = self.site.graph.vertex(vertex).ty;
        let named = self.request.elements[region.list.clone()].iter().any(|e| e.ty == Some(ty));
        if named {
            let ty = self.site.graph.type_name(ty);
            self.scratch.notes.push_once(Note::SameType { ty });
        }
        named
    }

    /// Looks at the children of a vertex in gather order until one is enough.
    fn any_child(
        &mut self,
        vertex: VertexId,
        region: &Region,
        leftover: Leftover,
        mut look: impl FnMut(&mut Self, VertexId) -> bool,
    ) {
        let site = self.site;
        if !site.tree.is_tree() {
            self.shared_children(vertex).into_iter().any(|child| look(self, child));
        } else if !self.policy.stops_early() {
            let _ = site.tree.children(vertex).any(|child| look(self, child));
        } else {
            let must = match leftover {
                Leftover::IsLost => self.must(region.slot, None),
                Leftover::Serves => Must::ANYTHING,
            };
            let mut fresh = FreshChildren::of(self, vertex, &must);
            while let Some(child) = fresh.next(self) {
                if look(self, child) {
                    return;
                }
            }
            self.any_weighted(vertex, &must, look);
        }
    }
}

impl Enough {
    fn new(search: &Search<'_>, region: &Region) -> Self {
        let most = search.request.elements[region.slot].most;
        Self { slots: most, members: vec![(0, most); region.members.len()] }
    }

    fn has_all_of(&self, member: usize) -> bool {
        self.members[member].1 == 0
    }

    /// Counts what a child added; whether the vertex has enough.
    fn note<'b>(
        &mut self,
        search: &Search<'_>,
        region: &Region,
        near: bool,
        slots: u64,
        added: impl Fn(usize) -> &'b [u32],
    ) -> bool {
        self.slots = self.slots.saturating_sub(slots);
        if self.slots == 0 {
            return true;
        }
        for (at, (sum, shares)) in self.members.iter_mut().enumerate() {
            let need = search.request.elements[region.members.start + at].most;
            *sum += search.units(added(at));
            if *sum >= need {
                *sum = 0;
                *shares = shares.saturating_sub(1);
            }
            if need == 0 {
                *shares = 0;
            }
        }
        near && self.members.iter().all(|&(_, shares)| shares == 0)
    }
}

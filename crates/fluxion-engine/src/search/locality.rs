//! A short cut for policy `locality`, whose order hangs on all candidates at once: candidates of the topmost
//! run of consecutive scores come first, in the order in which they are gathered (chapter 04, section 7.4).
//!
//! A place is an anchor, a vertex that the request matches, or the parent of leaves that it matches. What
//! places offer is kept in a table per shape of request; only what is chosen is formed anew.

use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Exclusivity;
use rustc_hash::FxHashMap;

use super::scratch::Choice;
use super::{Figures, Search};
use crate::index::score_table::{Offer, Shape, ShapeElement, Table};
use crate::request::RequestElement;
use crate::site::Site;
use crate::site::classes::ClassId;

/// What candidates of a place are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Slots that are anchored at the place.
    Anchor,
    /// The place itself.
    Itself,
    /// Children without children of their own.
    Leaves,
}

impl Search<'_> {
    /// Decides at the top if the short cut applies; the outer `None` says that it does not.
    pub(super) fn select_by_runs(&mut self) -> Option<Option<Choice>> {
        let applies = self.pass.figures == Figures::Apply
            && !self.state.overruns(self.pass.start)
            && !self.state.has_later();
        let [wanted] = &self.request.elements[self.request.top.clone()] else { return None };
        let plain = |e: &RequestElement| e.exclusivity != Exclusivity::Shared && !e.conflicts;
        let slot_of_nothing = wanted.is_slot && wanted.with.is_empty();
        if !applies || slot_of_nothing || !self.request.elements.iter().all(plain) {
            return None;
        }
        let shape = self.shape_of_request();
        let role = self.role_of_places()?;
        let mut table = match self.shelves.offers.take(&shape) {
            Some(table) => table,
            None => Table::new(self.site, &self.places(role)?),
        };
        self.refresh(&mut table, role);
        let choice = self.choose_by_runs(&mut table, role);
        self.shelves.offers.put(shape, table);
        Some(choice)
    }

    fn shape_of_request(&self) -> Shape {
        let element = |e: &RequestElement| ShapeElement {
            ty: e.ty,
            is_slot: e.is_slot,
            count: e.count,
            exclusivity: e.exclusivity,
            with: e.with.clone(),
        };
        Shape {
            elements: self.request.elements.iter().map(element).collect(),
            constraint: self.acceptance.as_ref().map(|a| a.serial()),
        }
    }

    fn role_of_places(&self) -> Option<Role> {
        let wanted = &self.request.elements[self.request.top.start];
        if wanted.is_slot {
            return Some(Role::Anchor);
        }
        let classes = self.visible(&self.request.top, |_| true);
        let leaves = |&class: &ClassId| self.site.classes.get(class).child_types.is_empty();
        let count = classes.iter().filter(|class| leaves(class)).count();
        match count {
            0 => Some(Role::Itself),
            _ if count == classes.len() => Some(Role::Leaves),
            _ => None,
        }
    }

    /// The places, depth first; none if one lies below another, or is the root itself.
    fn places(&self, role: Role) -> Option<Vec<VertexId>> {
        let site = self.site;
        let mut classes = self.visible(&self.request.top, |_| true);
        if role == Role::Leaves {
            classes = classes.iter().map(|&c| site.classes.get(c).parent).collect::<Option<_>>()?;
            classes.sort_unstable();
            classes.dedup();
        }
        let parent = |&class: &ClassId| site.classes.get(class).parent;
        let nested = |&class: &ClassId| {
            std::iter::successors(parent(&class), parent).any(|above| classes.contains(&above))
        };
        let is_root = |class: &ClassId| role == Role::Itself && parent(class).is_none();
        if classes.iter().any(|class| nested(class) || is_root(class)) {
            return None;
        }
        let members = classes.iter().flat_map(|&class| site.classes.members(&site.tree, class));
        let mut places: Vec<VertexId> = members.collect();
        places.sort_unstable_by_key(|&place| site.tree.position(place));
        Some(places)
    }

    fn refresh(&mut self, table: &mut Table, role: Role) {
        let changed = table.take_changed();
        if table.is_empty() {
            let offers = changed.into_iter().map(|at| self.offer_at(table, at, role)).collect();
            return table.fill(offers);
        }
        for at in changed {
            let offer = self.offer_at(table, at, role);
            table.replace(at, offer);
        }
    }

    /// What a place offers now.
    fn offer_at(&mut self, table: &mut Table, at: usize, role: Role) -> Offer {
        let place = table.place(self.site, at);
        let kind = self.kind_if_untouched(place);
        // what is untouched is up and free, and so is its path
        let no_tests = self.acceptance.is_none() && !self.site.layout.has_empty_pools();
        let is_open = kind.is_some() && no_tests;
        if !is_open && (!self.is_path_open(place) || !self.is_open(place)) {
            return Offer::default();
        }
        if let Some(kind) = kind
            && let Some(known) = table.untouched.get(&kind)
        {
            return match role {
                Role::Itself if !known.is_empty() => self.offer_itself(place),
                _ => Offer::clone(known),
            };
        }
        let mark = self.mark();
        let mut found = Vec::new();
        self.gather_place(place, role, &mut found);
        let offered = |&candidate: &u32| {
            let candidate = &self.scratch.candidates[candidate as usize];
            (candidate.score, candidate.units)
        };
        let offer: Offer = found.iter().map(offered).collect();
        self.truncate(mark);
        if let Some(kind) = kind {
            table.untouched.insert(kind, Offer::clone(&offer));
        }
        offer
    }

    fn offer_itself(&self, place: VertexId) -> Offer {
        let units = u64::from(self.site.graph.vertex(place).size);
        Offer::from([(self.site.score(place), units)])
    }

    /// The kind of a place that offers what all of the kind offer while nobody uses them.
    fn kind_if_untouched(&mut self, place: VertexId) -> Option<u32> {
        let Site { layout, .. } = self.site;
        let below = |ty: TypeId| layout.counted_total(place, ty).is_some_and(|units| units > 0);
        let tested_below = self.acceptance.as_ref().is_some_and(|a| a.tested().any(below));
        let shared = layout.counted.is_complete() && !tested_below;
        if !shared || !self.state.is_untouched(self.site, place) {
            return None;
        }
        self.shelves.offers.kind(self.site, place)
    }

    /// The candidates of a place, in the order in which they are gathered.
    fn gather_place(&mut self, place: VertexId, role: Role, found: &mut Vec<u32>) {
        let site = self.site;
        let element = self.request.top.start;
        match role {
            Role::Anchor => {
                if self.can_hold(place, &self.request.elements[element].demand) {
                    self.form(place, element, found);
                }
            }
            Role::Itself => {
                found.extend(self.matched(place, element, false, site.tree.parent(place)))
            }
            Role::Leaves => {
                let ty = self.request.elements[element].ty;
                for child in site.tree.children(place) {
                    if Some(site.graph.vertex(child).ty) == ty {
                        found.extend(self.matched(child, element, false, Some(place)));
                    }
                }
            }
        }
    }

    /// Run after run, and in each place after place, until the request is full.
    fn choose_by_runs(&mut self, table: &mut Table, role: Role) -> Option<Choice> {
        let wanted = &self.request.elements[self.request.top.start];
        let (most, count) = (wanted.most, wanted.count);
        let mut formed: FxHashMap<usize, Vec<u32>> = FxHashMap::default();
        let mut bag = Vec::new();
        let mut units = 0;
        let mut top = i64::MAX;
        while units < most
            && let Some((low, high)) = table.run_below(top)
        {
            let mut from = 0;
            while units < most
                && let Some(at) = table.next_place(from, low)
            {
                let candidates = formed.entry(at).or_insert_with(|| {
                    let mut found = Vec::new();
                    self.gather_place(table.place(self.site, at), role, &mut found);
                    found
                });
                for &candidate in candidates.iter() {
                    if (low..=high).contains(&self.score(candidate)) {
                        units += self.scratch.candidates[candidate as usize].units;
                        bag.push(candidate);
                    }
                }
                table.use_up(at, low);
                from = at + 1;
            }
            top = low;
        }
        formed.into_keys().for_each(|at| table.restore(at));
        let chosen = count.take(units);
        let start = self.scratch.picks.len();
        self.choose(&bag, chosen);
        let picks = self.scratch.picks.drain(start..).collect();
        (chosen > 0).then_some(Choice { picks, root_amount: 1 })
    }
}

//! Short cuts for the top of a request: candidates are looked at in the order in which the policy prefers
//! them, best first, until the request is full, instead of gathering all and sorting.
//!
//! What is chosen is what [`walk`](super::walk) and the final choice would have chosen; a property test holds
//! the two against each other. Where a short cut does not apply, nothing is decided here.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fluxion_graph::VertexId;
use fluxion_jobspec::Exclusivity;

use super::{Bags, Candidate, Choice, Figures, Search};
use crate::classes::ClassId;
use crate::policy::Preference;
use crate::request::List;
use crate::shelf::{key, Needs};

/// What makes a member of a shelf worth a closer look.
enum Sieve {
    /// All are.
    None,
    /// Those that may be held alone.
    Idle,
    /// Those with enough free units below.
    Room(Needs),
}

/// Members of several shelves, best first.
struct Stream {
    sieve: Sieve,
    /// Key of the policy, position, class, place on the shelf.
    heads: BinaryHeap<Reverse<(i64, u32, ClassId, usize)>>,
}

impl Search<'_> {
    /// Decides at the top if a short cut applies; the outer `None` says that none does.
    pub(super) fn select_in_lanes(&mut self) -> Option<Option<Choice>> {
        let request = self.request;
        let applies = self.site.tree.is_tree()
            && !self.policy.stops_early()
            && !self.is_flexible()
            && !request.filters_show
            && self.policy.preference() != Preference::Locality;
        if !applies {
            return None;
        }
        let list = request.top.clone();
        let mut bags = self.take_bags(list.len());
        let choice = self.fill(&list, &mut bags).then(|| self.choose_top(&mut bags));
        self.give_back(bags);
        choice
    }

    /// Fills the bags of a list with all that could be chosen; false if no short cut applies.
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
            _ => self.fill_slots(list, slot, &mut bags[0]),
        }
    }

    /// Classes of vertices that a predicate picks, no deeper than the first on each path that any element of
    /// the list relates to.
    fn visible(&self, list: &List, pick: impl Fn(ClassId) -> bool) -> Vec<ClassId> {
        let (site, elements) = (self.site, &self.request.elements);
        let named = |class: ClassId| {
            let ty = Some(site.classes.get(class).ty);
            let anchors = |slot: usize| {
                let members = &elements[elements[slot].with.clone()];
                members.iter().all(|m| m.ty.is_some_and(|ty| site.classes.has_child_type(class, ty)))
            };
            list.clone().any(|n| if elements[n].is_slot { anchors(n) } else { elements[n].ty == ty })
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
        let wanted = &self.request.elements[element];
        let exclusive = wanted.exclusivity == Exclusivity::Exclusive;
        let mut stream = self.stream(&classes, element, exclusive);
        let mut units = 0;
        while units < wanted.most
            && let Some(vertex) = self.next_open(&mut stream)
        {
            if let Some(candidate) = self.matched(vertex, element, false, site.tree.parent(vertex)) {
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
        let below = anchors.iter().flat_map(|&class| &site.classes.get(class).below);
        let classes: Vec<ClassId> =
            below.copied().filter(|&class| site.classes.get(class).ty == ty).collect();
        let mut stream = self.stream(&classes, member, true);
        let most = self.request.elements[slot].most;
        while (bag.len() as u64) < most
            && let Some(vertex) = self.next_open(&mut stream)
        {
            let anchor = site.tree.parent(vertex);
            let Some(candidate) = self.matched(vertex, member, true, anchor) else { continue };
            let start = self.scratch.picks.len() as u32;
            self.scratch.picks.push(candidate);
            let wrapped = Candidate {
                vertex: anchor.unwrap_or(vertex),
                parent: None,
                units: 1,
                score: self.score(candidate).saturating_add(1),
                exclusive: true,
                is_slot: true,
                picks: (start, start + 1),
            };
            let wrapped = self.push(wrapped);
            bag.push(wrapped);
        }
    }

    /// Slots of several members: anchors in the order of the best score that a slot of theirs could have.
    fn fill_slots(&mut self, list: &List, slot: usize, bag: &mut Vec<u32>) -> bool {
        let site = self.site;
        let classes = self.visible(list, |_| true);
        let mut anchors: Vec<(i64, u32)> = Vec::new();
        for class in classes {
            let bounds = self.bounds_of(class, slot);
            anchors.extend(bounds);
        }
        anchors.sort_unstable();
        let most = self.request.elements[slot].most;
        // key, position of the anchor, order of forming
        let mut best: Vec<(i64, u32, usize, u32)> = Vec::new();
        let mut formed = Vec::new();
        for (bound, position) in anchors {
            if best.len() as u64 >= most
                && best.last().is_some_and(|&(worst, at, _, _)| (bound, position) > (worst, at))
            {
                break;
            }
            let anchor = site.tree.at(position);
            if !self.can_hold(anchor, &self.request.elements[slot].demand)
                || !self.is_path_open(anchor)
                || !self.is_open(anchor)
            {
                continue;
            }
            formed.clear();
            self.form(anchor, slot, &mut formed);
            let policy = self.policy;
            best.extend(formed.iter().enumerate().map(|(n, &candidate)| {
                (key(policy, self.score(candidate)), position, n, candidate)
            }));
            best.sort_unstable();
            best.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        }
        best.sort_unstable_by_key(|&(_, position, n, _)| (position, n));
        bag.extend(best.iter().map(|&(_, _, _, candidate)| candidate));
        true
    }

    /// Anchors of a class, each with the best key that a slot could have there.
    fn bounds_of(&mut self, class: ClassId, slot: usize) -> Vec<(i64, u32)> {
        let site = self.site;
        let members: Vec<_> = self.request.elements[slot].with.clone().collect();
        let bound = |anchor: VertexId| {
            let mut score = 1i64;
            for &member in &members {
                let wanted = &self.request.elements[member];
                let Some(ty) = wanted.ty else { continue };
                let range = site.layout.children_of_type(&site.graph, anchor, ty);
                let vertices = self.vertices_for(wanted, ty);
                let scores = range.take(vertices).map(|place| {
                    site.layout.score(site.layout.ranked(place))
                });
                score = scores.fold(score, i64::saturating_add);
            }
            (key(self.policy, score), site.tree.position(anchor).unwrap_or(u32::MAX))
        };
        site.classes.members(&site.tree, class).into_iter().map(bound).collect()
    }

    /// How many vertices of a type a member takes: at least where low scores are best, at most where high.
    fn vertices_for(
        &self,
        wanted: &crate::request::RequestElement,
        ty: fluxion_graph::TypeId,
    ) -> usize {
        let sizes = self.site.layout.sizes(ty);
        let high = self.policy.preference() == Preference::High;
        let vertices = if high {
            wanted.most.div_ceil(u64::from(sizes.0.max(1)))
        } else {
            u64::from(wanted.count.min).div_ceil(u64::from(sizes.1.max(1)))
        };
        usize::try_from(vertices).unwrap_or(usize::MAX)
    }

    /// Members of classes for an element, best first.
    fn stream(&mut self, classes: &[ClassId], element: usize, exclusive: bool) -> Stream {
        let sieve = self.sieve(element, exclusive);
        let mut stream = Stream { sieve, heads: BinaryHeap::new() };
        for &class in classes {
            self.shelves.open(self.site, self.state, self.policy, class);
            self.advance(&mut stream, class, 0);
        }
        stream
    }

    fn sieve(&self, element: usize, exclusive: bool) -> Sieve {
        if self.pass.figures == Figures::Ignore {
            return Sieve::None;
        }
        if exclusive {
            // a job whose time is over blocks what it holds, but not what is above (chapter 04, section 4)
            return if self.state.overruns(self.pass.start) { Sieve::None } else { Sieve::Idle };
        }
        let counted = &self.site.layout.counted;
        let demand = self.request.elements[element].demand.iter();
        let needs: Needs =
            demand.filter_map(|(ty, units)| Some((counted.column(ty)?, units))).collect();
        if needs.is_empty() { Sieve::None } else { Sieve::Room(needs) }
    }

    /// Puts the next member of a shelf, at or after a place, into the stream.
    fn advance(&mut self, stream: &mut Stream, class: ClassId, from: usize) {
        let (site, state, policy) = (self.site, self.state, self.policy);
        let Some(shelf) = self.shelves.get(class) else { return };
        let found = match &stream.sieve {
            Sieve::None => shelf.next(from),
            Sieve::Idle => shelf.next_idle(from),
            Sieve::Room(needs) => {
                shelf.next_with_room(from, needs, |v, column| state.free_in(site, v, column))
            }
        };
        if let Some(at) = found {
            let vertex = shelf.member(at);
            let key = key(policy, site.layout.score(vertex));
            let position = site.tree.position(vertex).unwrap_or(u32::MAX);
            stream.heads.push(Reverse((key, position, class, at)));
        }
    }

    /// The next member whose ancestors are all open.
    fn next_open(&mut self, stream: &mut Stream) -> Option<VertexId> {
        while let Some(Reverse((_, position, class, at))) = stream.heads.pop() {
            self.advance(stream, class, at + 1);
            let vertex = self.site.tree.at(position);
            if self.is_path_open(vertex) {
                return Some(vertex);
            }
        }
        None
    }

    fn is_path_open(&mut self, vertex: VertexId) -> bool {
        let site = self.site;
        site.tree.ancestors(vertex).all(|above| self.is_open(above))
    }
}

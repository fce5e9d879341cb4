//! Forming slots at an anchor (`docs/semantics/matching.md`, Forming slots and The flexible traverser).

use fluxion_graph::{TypeId, VertexId};

use super::access::Access;
use super::mix::{Alternative, Mix};
use super::scratch::Candidate;
use super::{CandidateOrder, Figures, Search};
use crate::policy::Preference;
use crate::request::{List, RequestElement};
use crate::site::Site;

impl Search<'_> {
    /// The slots of one element at an anchor, in the order in which they are formed.
    pub(super) fn form(&mut self, anchor: VertexId, slot: usize, slots: &mut Vec<u32>) {
        let request = self.request;
        let wanted = &request.elements[slot];
        let members = wanted.with.clone();
        if members.is_empty() {
            return;
        }
        let limit = self.slots_to_form(slot);
        let gathered = match self.policy.preference() {
            _ if self.policy.stops_early() => wanted.most.max(1),
            // its members are not taken in the order in which they are gathered
            Preference::Variation => limit,
            _ => limit.min(self.most_slots_at(anchor, &members)),
        };
        let mut bags = self.take_bags(members.len());
        self.gather_members(anchor, &members, gathered, &mut bags);
        self.form_of(anchor, slot, &bags, slots);
        self.give_back(bags);
    }

    /// How many slots with some members there can be at an anchor, by what is free below it, or there at all; at least 1.
    fn most_slots_at(&self, anchor: VertexId, members: &List) -> u64 {
        let Site { layout, .. } = self.site;
        let slots = |member: &RequestElement| {
            let ty = member.ty?;
            let units = match self.pass.figures {
                Figures::Apply => self.state.free_below(self.site, anchor, ty),
                Figures::Ignore => layout.counted_total(anchor, ty),
            };
            Some(units? / u64::from(member.count.min.max(1)))
        };
        let members = &self.request.elements[members.clone()];
        members.iter().filter_map(slots).min().unwrap_or(u64::MAX).max(1)
    }

    /// The slots that sorted members come to.
    pub(super) fn form_of(
        &mut self,
        anchor: VertexId,
        slot: usize,
        bags: &[Vec<u32>],
        slots: &mut Vec<u32>,
    ) {
        let wanted = &self.request.elements[slot];
        let taken = |(member, bag): (&RequestElement, &Vec<u32>)| {
            Some(member.count.take(self.units(bag))).filter(|&k| k > 0)
        };
        let members = self.request.elements[wanted.with.clone()].iter();
        let shares: Option<Vec<u64>> = members.zip(bags).map(taken).collect();
        let Some(shares) = shares else { return };
        let most = if self.is_flexible() { wanted.most } else { self.slots_to_form(slot) };
        let mut next = vec![0; shares.len()];
        let mut formed = 0;
        while formed < most && self.form_one(anchor, bags, &shares, &mut next, slots) {
            formed += 1;
        }
    }

    /// How many slots at one anchor can matter: no more than the request takes, where they come best first.
    fn slots_to_form(&self, slot: usize) -> u64 {
        let best_first = match self.policy.preference() {
            Preference::High | Preference::Low => true,
            Preference::Locality => {
                let top = &self.request.top;
                !top.contains(&slot) || self.slots_come_in_order(top)
            }
            Preference::Variation => false,
        };
        let alone = !self.request.filters_show;
        if best_first && alone && self.has_even_members(slot) {
            self.request.elements[slot].most.max(1)
        } else {
            u64::MAX
        }
    }

    /// Whether all vertices that may be a member of a slot are of one size, so that no slot takes fewer than
    /// those before it.
    fn has_even_members(&self, slot: usize) -> bool {
        let members = &self.request.elements[self.request.elements[slot].with.clone()];
        members.iter().all(|m| m.ty.is_none_or(|ty| self.site.layout.is_uniform(ty)))
    }

    /// Whether all slots of a list are formed at the root, the best first: then runs of their scores
    /// (`docs/semantics/policies.md`, Locality) come in the same order.
    pub(super) fn slots_come_in_order(&self, list: &List) -> bool {
        let one = list.len() == 1 && self.request.elements[list.start].is_slot;
        let root = self.site.tree.root();
        one && self.anchors(root, list.start)
            && self.top_region().is_none()
            && self.has_even_members(list.start)
    }

    /// One more slot from the front of what is left; false if some list cannot complete its share.
    fn form_one(
        &mut self,
        anchor: VertexId,
        bags: &[Vec<u32>],
        shares: &[u64],
        next: &mut [usize],
        slots: &mut Vec<u32>,
    ) -> bool {
        let start = self.scratch.picks.len();
        let mut score = 1i64;
        for ((bag, &share), next) in bags.iter().zip(shares).zip(next) {
            let mut units = 0;
            while units < share {
                let Some(&member) = bag.get(*next) else {
                    self.scratch.picks.truncate(start);
                    return false;
                };
                self.scratch.picks.push(member);
                let member = &self.scratch.candidates[member as usize];
                units += member.units;
                score = score.saturating_add(member.score);
                *next += 1;
            }
        }
        let slot = self.push_slot(anchor, start, score);
        slots.push(slot);
        true
    }

    fn push_slot(&mut self, anchor: VertexId, start: usize, score: i64) -> u32 {
        let picks = (start as u32, self.scratch.picks.len() as u32);
        self.push(Candidate {
            vertex: anchor,
            parent: None,
            units: 1,
            score,
            exclusive: true,
            is_slot: true,
            picks,
        })
    }

    /// The slots of a list under the flexible traverser: of one element, or a mix of alternatives.
    pub(super) fn form_alternatives(
        &mut self,
        anchor: VertexId,
        list: &List,
        slots: &mut Vec<u32>,
    ) {
        let elements = &self.request.elements;
        let alternatives: Vec<usize> = list.clone().filter(|&n| elements[n].is_slot).collect();
        match alternatives[..] {
            // beside another element a slot is never complete (`docs/semantics/matching.md`, The flexible
            // traverser)
            _ if alternatives.len() < list.len() => {}
            [only] => self.form(anchor, only, slots),
            _ => self.form_mix(anchor, &alternatives, slots),
        }
    }

    fn form_mix(&mut self, anchor: VertexId, elements: &[usize], slots: &mut Vec<u32>) {
        let members = self.union_of_members(elements);
        let mut bags = self.take_bags(members.len());
        let last = elements.last().map_or(1, |&slot| self.request.elements[slot].most.max(1));
        let shares = if self.policy.stops_early() { last } else { u64::MAX };
        if self.site.tree.is_tree() {
            for (bag, &(_, element)) in bags.iter_mut().zip(&members) {
                self.gather(
                    anchor,
                    element,
                    Access::Exclusive,
                    shares,
                    CandidateOrder::SlotMember,
                    bag,
                );
            }
        } else {
            self.gather_shared(anchor, &members, shares, &mut bags);
        }
        let mix = Mix {
            alternatives: elements.iter().map(|&n| self.alternative(n, &members)).collect(),
            available: bags.iter().map(|bag| self.units(bag)).collect(),
            // a slot takes whole vertices
            most: bags.iter().map(Vec::len).sum(),
        };
        let sequence = self.scratch.mixes.sequence(&mix);
        let demands: Vec<Option<Vec<u64>>> =
            (0..elements.len()).map(|n| mix.demand(n, &mix.available)).collect();
        let mut next = vec![0; members.len()];
        for alternative in sequence {
            let Some(shares) = &demands[alternative] else { break };
            if !self.form_one(anchor, &bags, shares, &mut next, slots) {
                break;
            }
        }
        self.give_back(bags);
    }

    /// What a slot takes, by the indices of its types among `members`.
    fn alternative(&self, slot: usize, members: &[(TypeId, usize)]) -> Alternative {
        let elements = &self.request.elements;
        let with = &elements[elements[slot].with.clone()];
        let member = |element: &RequestElement| {
            let at = members.iter().position(|&(ty, _)| Some(ty) == element.ty)?;
            (!element.conflicts).then_some((at, element.count))
        };
        if with.is_empty() { None } else { with.iter().map(member).collect() }
    }

    /// For each member type of any slot the element with the largest least count; the first wins ties.
    fn union_of_members(&self, slots: &[usize]) -> Vec<(TypeId, usize)> {
        let elements = &self.request.elements;
        let mut union: Vec<(TypeId, usize)> = Vec::new();
        for member in slots.iter().flat_map(|&slot| elements[slot].with.clone()) {
            let Some(ty) = elements[member].ty else { continue };
            match union.iter_mut().find(|(t, _)| *t == ty) {
                None => union.push((ty, member)),
                Some((_, kept)) if elements[member].count.min > elements[*kept].count.min => {
                    *kept = member;
                }
                Some(_) => {}
            }
        }
        union
    }
}

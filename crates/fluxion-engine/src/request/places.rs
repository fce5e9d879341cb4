//! Finds where slots stand by the rule `deep` (`docs/semantics/slots.md`): for each kind of subtree, whether a slot of some
//! shape stands there on the idle machine, and what it hands up if none does. Knows neither statuses nor bookings nor
//! constraints.

use std::cmp::Reverse;
use std::sync::Arc;

use fluxion_budget::Budget;
use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Count;

use super::place_tables::{PlaceTables, ShapeElement};
use super::slot_places::{Mark, SlotPlaces};
use super::{List, Request, RequestElement};
use crate::policy::{Policy, Preference};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::site::kinds::{Kind, KindId, Kinds, Likeness};

impl Request {
    /// Finds the places of all slots; the innermost first. O(kinds) per element that is not known.
    ///
    /// # Errors
    /// [`Refusal::Stopped`].
    pub(crate) fn find_places(
        &mut self,
        site: &Site,
        policy: Policy,
        tables: &mut PlaceTables,
        budget: &Budget,
    ) -> Result<(), Refusal> {
        if !self.elements.iter().any(|element| element.is_slot) {
            return Ok(());
        }
        let exact = self.top.clone().any(|n| self.counts_uneven_slots(site, n, false));
        let likeness = if exact { Likeness::Each } else { Likeness::Alike };
        // children come after their parents
        for slot in
            (0..self.elements.len()).rev().filter(|&n| self.elements[n].is_slot).collect::<Vec<_>>()
        {
            let shape = (self.shape(slot), exact.then_some(policy));
            let places = match tables.known(&shape) {
                Some(places) => places,
                None => {
                    budget.check().map_err(|_| Refusal::Stopped)?;
                    let kinds = tables.kinds(site, likeness);
                    let builder =
                        Builder { request: self, site, policy, budget, kinds: &kinds, likeness };
                    let places = Arc::new(builder.places(slot)?);
                    tables.remember(shape, &places);
                    places
                }
            };
            self.elements[slot].places = Some(places);
        }
        Ok(())
    }

    fn shape(&self, slot: usize) -> Vec<ShapeElement> {
        let mut shape = Vec::new();
        self.add_shape(slot, None, &mut shape);
        shape
    }

    fn add_shape(&self, element: usize, count: Option<Count>, shape: &mut Vec<ShapeElement>) {
        let RequestElement { ty, is_slot, ref with, .. } = self.elements[element];
        shape.push(ShapeElement { ty, is_slot, count, children: with.len() });
        for below in with.clone() {
            self.add_shape(below, Some(self.elements[below].count), shape);
        }
    }

    /// Whether some slot inside another has members of different sizes: how many such slots stand somewhere depends on
    /// the order in which they are formed.
    fn counts_uneven_slots(&self, site: &Site, element: usize, inside: bool) -> bool {
        let RequestElement { is_slot, ref with, .. } = self.elements[element];
        let uneven = |n: usize| self.elements[n].ty.is_some_and(|ty| !site.layout.is_uniform(ty));
        (is_slot && inside && with.clone().any(uneven))
            || with.clone().any(|n| self.counts_uneven_slots(site, n, inside || is_slot))
    }
}

/// The members of one type at a vertex, that no smaller subtree uses.
#[derive(Clone, Debug, Default)]
struct AtHand {
    units: u64,
    vertices: u64,
    /// Which they are, where that matters.
    each: Vec<VertexId>,
    /// Whether some is no child of the vertex.
    is_far: bool,
}

/// Makes the places of a slot.
struct Builder<'a> {
    request: &'a Request,
    site: &'a Site,
    policy: Policy,
    budget: &'a Budget,
    kinds: &'a Arc<Kinds>,
    likeness: Likeness,
}

impl Builder<'_> {
    fn places(&self, slot: usize) -> Result<SlotPlaces, Refusal> {
        let members = self.request.elements[slot].with.clone();
        let len = self.kinds.len();
        let mut places = SlotPlaces {
            kinds: Arc::clone(self.kinds),
            marks: vec![Mark::default(); len],
            slots: vec![0; len],
            classes: Vec::new(),
        };
        let serving: Vec<Vec<bool>> =
            members.clone().map(|m| self.serving(m)).collect::<Result<_, _>>()?;
        let grows = members.clone().all(|m| self.grows(m));
        let mut table =
            Table { builder: self, slot, members, serving, grows, left: vec![Vec::new(); len] };
        for (at, kind) in self.kinds.iter().enumerate() {
            table.enter(&mut places, at, kind);
        }
        let is_place = |&(_, mark): &(&Kind, &Mark)| mark.has(Mark::PLACE);
        places.classes = self
            .kinds
            .iter()
            .zip(&places.marks)
            .filter(is_place)
            .map(|(kind, _)| kind.class)
            .collect();
        places.classes.sort_unstable();
        places.classes.dedup();
        Ok(places)
    }

    /// Whether a vertex of each kind could be taken for an element on the idle machine.
    fn serving(&self, element: usize) -> Result<Vec<bool>, Refusal> {
        self.budget.check().map_err(|_| Refusal::Stopped)?;
        let wanted = &self.request.elements[element];
        let list = wanted.with.clone();
        let slots = list.clone().filter(|&n| self.request.elements[n].is_slot).count();
        if slots > 0 {
            let whole = slots == list.len();
            let places =
                self.request.slot_of(&list).and_then(|n| self.request.elements[n].places.as_ref());
            let fits = |at: usize| {
                let formed = places.and_then(|places| places.slots.get(at)).copied().unwrap_or(0);
                whole && list.clone().all(|n| self.request.elements[n].count.take(formed) > 0)
            };
            return Ok(self
                .kinds
                .iter()
                .enumerate()
                .map(|(at, kind)| self.is_of(kind, wanted) && fits(at))
                .collect());
        }
        let below: Vec<Vec<bool>> =
            list.clone().map(|n| self.serving(n)).collect::<Result<_, _>>()?;
        let plain = !list.clone().any(|n| self.request.elements[n].conflicts);
        let fits = |kind: &Kind| {
            list.clone().zip(&below).all(|(n, serving)| {
                let units = kind
                    .below
                    .iter()
                    .filter(|(k, _)| serving[k.index()])
                    .map(|&(k, count)| self.units(k, count));
                self.request.elements[n].count.take(units.sum()) > 0
            })
        };
        Ok(self.kinds.iter().map(|kind| self.is_of(kind, wanted) && plain && fits(kind)).collect())
    }

    /// Whether what serves an element always does so too when more is free: not so where the number of slots inside
    /// depends on how much each of them takes.
    fn grows(&self, element: usize) -> bool {
        let RequestElement { is_slot, ref with, .. } = self.request.elements[element];
        let fixed = |n: usize| {
            let member = &self.request.elements[n];
            member.count.min == member.count.max
                && member.ty.is_some_and(|ty| self.site.layout.is_uniform(ty))
        };
        (!is_slot || with.clone().all(fixed)) && with.clone().all(|n| self.grows(n))
    }

    fn is_of(&self, kind: &Kind, wanted: &RequestElement) -> bool {
        Some(self.ty(kind)) == wanted.ty && kind.size > 0
    }

    fn ty(&self, kind: &Kind) -> TypeId {
        self.site.classes.get(kind.class).ty
    }

    fn units(&self, kind: KindId, count: u64) -> u64 {
        self.kinds.get(kind).size.saturating_mul(count)
    }
}

/// The places of a slot in the making, kind by kind.
struct Table<'a> {
    builder: &'a Builder<'a>,
    slot: usize,
    members: List,
    serving: Vec<Vec<bool>>,
    /// See [`Builder::grows`].
    grows: bool,
    /// What each kind hands up, by member.
    left: Vec<Vec<AtHand>>,
}

impl Table<'_> {
    fn enter(&mut self, places: &mut SlotPlaces, at: usize, kind: &Kind) {
        let hand = self.at_hand(places, kind);
        let anchors =
            self.builder.request.can_anchor(&self.builder.site.classes, kind.class, self.slot);
        let is_place = self.is_enough(&hand);
        let mut mark = self.below(places, kind, anchors);
        mark.set(Mark::PLACE, |_| is_place);
        mark.set(Mark::FAR, |_| is_place && hand.iter().any(|h| h.is_far));
        mark.set(Mark::ANCHORS, |_| anchors);
        mark.set(Mark::UNLIKE_PUBLISHED, |m| {
            let hides = m.has(Mark::ABOVE_PLACES) || (!is_place && !self.grows);
            m.has(Mark::FAR) || (anchors && hides)
        });
        if is_place {
            let formed = self.formed(&hand);
            places.slots[at] = places.slots[at].saturating_add(formed);
        } else if self.is_open(kind) && hand.iter().any(|h| h.vertices > 0) {
            mark.set(Mark::HANDS_UP, |_| true);
            self.left[at] = hand;
        }
        let below = kind.below.iter().filter(|&&(k, _)| self.member_of(k).is_none());
        let inside = below.map(|&(k, count)| places.slots[k.index()].saturating_mul(count));
        places.slots[at] = inside.fold(places.slots[at], u64::saturating_add);
        places.marks[at] = mark;
    }

    /// Whether what is left of a subtree may serve a place above it.
    fn is_open(&self, kind: &Kind) -> bool {
        Some(self.builder.ty(kind)) != self.builder.site.graph.type_id("node")
    }

    /// Which member the vertices of a kind could be.
    fn member_of(&self, kind: KindId) -> Option<usize> {
        let ty = Some(self.builder.ty(self.builder.kinds.get(kind)));
        self.builder.request.elements[self.members.clone()].iter().position(|m| m.ty == ty)
    }

    fn at_hand(&self, places: &SlotPlaces, kind: &Kind) -> Vec<AtHand> {
        let mut hand = vec![AtHand::default(); self.members.len()];
        for &(below, count) in &kind.below {
            match self.member_of(below) {
                Some(at) if self.serving[at][below.index()] => {
                    hand[at].units =
                        hand[at].units.saturating_add(self.builder.units(below, count));
                    hand[at].vertices += count;
                    if self.builder.likeness == Likeness::Each {
                        hand[at].each.push(self.builder.kinds.get(below).example);
                    }
                }
                None if places.marks[below.index()].has(Mark::HANDS_UP) => {
                    hand.iter_mut()
                        .zip(&self.left[below.index()])
                        .for_each(|(hand, left)| hand.add(left, count));
                }
                _ => {}
            }
        }
        hand
    }

    /// Whether what is at hand is enough for one slot.
    fn is_enough(&self, hand: &[AtHand]) -> bool {
        let members = &self.builder.request.elements[self.members.clone()];
        let fits = |(member, hand): (&RequestElement, &AtHand)| {
            !member.is_slot && !member.conflicts && member.count.take(hand.units) > 0
        };
        !members.is_empty() && members.iter().zip(hand).all(fits)
    }

    /// What follows for a vertex from what lies below it.
    fn below(&self, places: &SlotPlaces, kind: &Kind, anchors: bool) -> Mark {
        let mut mark = Mark::default();
        for &(below, _) in &kind.below {
            let inside = places.marks[below.index()];
            mark.set(Mark::ANCHORS, |_| inside.has(Mark::ANCHORS));
            if self.member_of(below).is_some() {
                // the published rule looks inside what could be a member, if that is all there is
                mark.set(Mark::UNLIKE_PUBLISHED, |_| !anchors && inside.has(Mark::ANCHORS));
                continue;
            }
            mark.set(Mark::ABOVE_PLACES, |_| {
                inside.has(Mark::PLACE) || inside.has(Mark::ABOVE_PLACES)
            });
            mark.set(Mark::UNLIKE_PUBLISHED, |_| inside.has(Mark::UNLIKE_PUBLISHED));
        }
        mark
    }

    /// How many slots what is at hand comes to (`docs/semantics/matching.md`, Forming slots).
    fn formed(&self, hand: &[AtHand]) -> u64 {
        let members = &self.builder.request.elements[self.members.clone()];
        let formed = members.iter().zip(hand).map(|(member, hand)| {
            let share = member.count.take(hand.units);
            match self.builder.likeness {
                Likeness::Each => self.shares_of(&hand.each, share),
                Likeness::Alike => {
                    let size = (hand.units / hand.vertices.max(1)).max(1);
                    hand.vertices / share.div_ceil(size).max(1)
                }
            }
        });
        formed.min().unwrap_or(0)
    }

    /// How many shares vertices come to that are taken as slot members are.
    fn shares_of(&self, vertices: &[VertexId], share: u64) -> u64 {
        let Builder { site, policy, .. } = self.builder;
        let mut sorted = vertices.to_vec();
        let variation = policy.preference() == Preference::Variation;
        if variation || policy.prefers_high() {
            sorted.sort_by_key(|&v| Reverse(site.score(v)));
        } else {
            sorted.sort_by_key(|&v| site.score(v));
        }
        let (mut shares, mut units) = (0, 0);
        for vertex in sorted {
            units += u64::from(site.graph.vertex(vertex).size);
            if units >= share {
                (shares, units) = (shares + 1, 0);
            }
        }
        shares
    }
}

impl AtHand {
    /// Adds what so many vertices below hand up.
    fn add(&mut self, left: &Self, count: u64) {
        self.units = self.units.saturating_add(left.units.saturating_mul(count));
        self.vertices = self.vertices.saturating_add(left.vertices.saturating_mul(count));
        self.each.extend_from_slice(&left.each);
        self.is_far |= left.vertices > 0;
    }
}

//! A jobspec made ready for one graph: types resolved, elements in one array, demands computed.
//!
//! The rules for reading a request are here (which of several slots counts, which lists conflict); where it fits is
//! up to the search.

pub(crate) mod constraint_mask;
pub(crate) mod narrowed;
pub(crate) mod node_need;
mod orders;
pub(crate) mod place_tables;
mod places;
mod possible;
pub(crate) mod prepared;
pub(crate) mod recent;
mod resolved_constraint;
pub(crate) mod slot_places;
pub(crate) mod slot_rule;
mod testable;
pub(crate) mod traverser;
mod variants;

use std::ops::Range;
use std::sync::Arc;

use fluxion_graph::{Graph, TypeId};
use fluxion_jobspec::{Count, Element, Exclusivity};

use crate::request::slot_places::SlotPlaces;
use crate::request::traverser::Traverser;
use crate::site::classes::{ClassId, Classes};
use crate::site::demand::Demand;

/// A list of sibling elements: a range of [`Request::elements`].
pub(crate) type List = Range<usize>;

/// One requested resource.
#[derive(Clone, Debug)]
pub(crate) struct RequestElement {
    /// The type, if a vertex could have it.
    pub(crate) ty: Option<TypeId>,
    pub(crate) is_slot: bool,
    pub(crate) count: Count,
    /// How many vertices it takes at least.
    pub(crate) vertices: u32,
    /// The largest count that could ever be taken.
    pub(crate) most: u64,
    pub(crate) exclusivity: Exclusivity,
    pub(crate) label: String,
    pub(crate) with: List,
    /// What `with` needs at least, reading several slots as the traverser does.
    pub(crate) demand: Demand,
    /// What `with` needs as the filters of the reference count it: all slots summed.
    pub(crate) literal_demand: Demand,
    /// Another element of the list asks for the same type, or a slot stands beside it: no vertex of this type
    /// is ever collected (`docs/semantics/matching.md`, Laying a request over the tree).
    pub(crate) conflicts: bool,
    /// Where a slot stands, if that is by the rule `deep`.
    pub(crate) places: Option<Arc<SlotPlaces>>,
}

/// A request in the order that the search reads it; each list is contiguous.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) elements: Vec<RequestElement>,
    pub(crate) top: List,
    pub(crate) demand: Demand,
    pub(crate) literal_demand: Demand,
    /// Types that are exclusive because an element says so.
    pub(crate) exclusive_types: Vec<TypeId>,
    /// Whether the filters' reading of the demand may ask for more than the search does: some list has
    /// several slots (`docs/semantics/matching.md`, Where slots are anchored), or there are pools of several
    /// units with children.
    pub(crate) filters_show: bool,
    pub(crate) traverser: Traverser,
}

impl Request {
    /// Resolves the elements of a jobspec, types that the graph does not know included.
    /// `largest` is the size of the largest vertex of a type.
    pub(crate) fn new(
        resources: &[Element],
        graph: &Graph,
        largest: &impl Fn(TypeId) -> u32,
        traverser: Traverser,
    ) -> Self {
        let mut request = Self { traverser, ..Self::default() };
        request.top = request.push_list(resources, graph, largest);
        let top = request.top.clone();
        request.demand = request.sum(top.clone(), |e| (e.vertices, &e.demand));
        request.literal_demand = request.literal_sum(top);
        request
    }

    fn push_list(
        &mut self,
        elements: &[Element],
        graph: &Graph,
        largest: &impl Fn(TypeId) -> u32,
    ) -> List {
        let start = self.elements.len();
        for element in elements {
            self.push(element, elements, graph, largest);
        }
        let list = start..self.elements.len();
        let slots = list.clone().filter(|&n| self.elements[n].is_slot).count();
        self.filters_show |= slots > 1;
        for (n, element) in list.clone().zip(elements) {
            let with = self.push_list(&element.with, graph, largest);
            self.filters_show |= !with.is_empty() && self.elements[n].vertices < element.count.min;
            self.elements[n].with = with.clone();
            self.elements[n].demand = self.sum(with.clone(), |e| (e.vertices, &e.demand));
            self.elements[n].literal_demand = self.literal_sum(with);
        }
        list
    }

    fn push(
        &mut self,
        element: &Element,
        siblings: &[Element],
        graph: &Graph,
        largest: &impl Fn(TypeId) -> u32,
    ) {
        let traverser = self.traverser;
        // before expansion an alternative counts like a slot
        let is_alternative = traverser == Traverser::Flexible && element.ty == "xor_slot";
        let is_slot = element.ty == "slot" || is_alternative;
        let same = siblings.iter().filter(|s| s.ty == element.ty).count();
        let beside_slot = siblings.iter().any(|s| s.ty == "slot");
        let ty = if is_slot { None } else { graph.type_id(&element.ty) };
        if element.exclusivity == Exclusivity::Exclusive {
            let new = ty.filter(|ty| !self.exclusive_types.contains(ty));
            self.exclusive_types.extend(new);
        }
        self.elements.push(RequestElement {
            ty,
            is_slot,
            count: element.count,
            vertices: element.count.min.div_ceil(ty.map_or(1, |ty| largest(ty).max(1))),
            most: element.count.effective_max(),
            exclusivity: element.exclusivity,
            label: element.label.clone().unwrap_or_default(),
            with: 0..0,
            demand: Demand::default(),
            literal_demand: Demand::default(),
            conflicts: !is_slot && (same > 1 || beside_slot),
            places: None,
        });
    }

    /// The demand of a list: of several slots only what any reading needs. `below` says what is needed below an
    /// element, and how many times.
    fn sum(&self, list: List, below: impl Fn(&RequestElement) -> (u32, &Demand)) -> Demand {
        let mut demand = Demand::default();
        let elements = &self.elements[list];
        for element in elements.iter().filter(|e| !e.is_slot) {
            if let Some(ty) = element.ty {
                demand.add(ty, u64::from(element.count.min));
            }
            let (times, needed) = below(element);
            demand.add_times(needed, times);
        }
        let scaled = |slot: &RequestElement| {
            let mut demand = Demand::default();
            demand.add_times(below(slot).1, slot.count.min);
            demand
        };
        let mut slots = elements.iter().filter(|e| e.is_slot);
        let least = match self.traverser {
            Traverser::Simple => slots.next_back().map(scaled).unwrap_or_default(),
            Traverser::Flexible => Demand::least(slots.map(scaled)),
        };
        demand.add_times(&least, 1);
        demand
    }

    fn literal_sum(&self, list: List) -> Demand {
        if self.traverser == Traverser::Flexible {
            return self.sum(list, |e| (e.count.min, &e.literal_demand));
        }
        let mut demand = Demand::default();
        for element in &self.elements[list] {
            if let Some(ty) = element.ty {
                demand.add(ty, u64::from(element.count.min));
            }
            demand.add_times(&element.literal_demand, element.count.min);
        }
        demand
    }

    /// The slot that applies where a list is looked at: with several, the last one counts.
    pub(crate) fn slot_of(&self, list: &List) -> Option<usize> {
        list.clone().rev().find(|&n| self.elements[n].is_slot)
    }

    /// Whether a slot may be anchored at the vertices of a class: they have a direct child of each member type, over
    /// edges of any subsystem.
    pub(crate) fn can_anchor(&self, classes: &Classes, class: ClassId, slot: usize) -> bool {
        let members = &self.elements[self.elements[slot].with.clone()];
        members.iter().all(|m| m.ty.is_some_and(|ty| classes.has_child_type(class, ty)))
    }

    /// Whether anything in the request would be held exclusively.
    pub(crate) fn asks_exclusively(&self) -> bool {
        self.elements.iter().any(|e| e.is_slot || e.exclusivity == Exclusivity::Exclusive)
    }
}

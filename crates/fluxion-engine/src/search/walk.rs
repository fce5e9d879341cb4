//! Looks for a list level by level: through vertices that the request does not name, or one level below a
//! matched vertex where a slot may be anchored (`docs/semantics/matching.md`, Laying a request over the tree
//! and Candidates and choice).

use fluxion_graph::{EdgeId, TypeId, VertexId};

use super::access::Access;
use super::fresh::FreshChildren;
use super::scratch::Bags;
use super::{CandidateOrder, Search};
use crate::notes::Note;
use crate::request::List;

/// How far below a vertex a list is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seek {
    /// Among the children alone.
    Here,
    /// At any depth, through vertices that the list does not name.
    Deeper,
}

/// How a vertex relates to a list.
enum Relation {
    Missed,
    Anchor,
    Match(usize),
    Transparent,
}

/// When a policy that stops early has enough (`docs/semantics/policies.md`, Early stop).
struct Progress {
    types: Vec<(Option<TypeId>, u64, u64, bool)>,
    /// How many candidates of each bag were counted.
    counted: Vec<usize>,
}

impl<'a> Search<'a> {
    /// Whether a vertex has a direct child of each member type of a slot, in any subsystem.
    pub(super) fn anchors(&self, vertex: VertexId, slot: usize) -> bool {
        let classes = &self.site.classes;
        let class = classes.class_of(vertex);
        class.is_some_and(|class| self.request.can_anchor(classes, class, slot))
    }

    pub(super) fn anchors_any(&self, vertex: VertexId, list: &List) -> bool {
        let slot = |&n: &usize| self.request.elements[n].is_slot;
        list.clone().filter(slot).any(|slot| self.anchors(vertex, slot))
    }

    fn relation(&mut self, vertex: VertexId, list: &List, seek: Seek) -> Relation {
        let ty = Some(self.site.graph.vertex(vertex).ty);
        let elements = &self.request.elements;
        let mut matching = list.clone().filter(|&n| !elements[n].is_slot && elements[n].ty == ty);
        let element = matching.next();
        let slots = list.clone().filter(|&n| elements[n].is_slot).count();
        let slots = if self.is_flexible() { slots.min(1) } else { slots };
        if usize::from(element.is_some()) + matching.count() + slots >= 2 {
            self.note_conflict_of_types(vertex);
            return Relation::Missed;
        }
        let anchored = slots > 0 && self.anchors_any(vertex, list);
        match element {
            _ if anchored => Relation::Anchor,
            Some(element) => Relation::Match(element),
            None if seek == Seek::Deeper => Relation::Transparent,
            None => Relation::Missed,
        }
    }

    fn note_conflict_of_types(&mut self, vertex: VertexId) {
        let ty = self.site.graph.type_name(self.site.graph.vertex(vertex).ty);
        self.scratch.notes.push_once(Note::SameType { ty });
    }

    /// Looks at one vertex; false if it was missed or is not usable.
    pub(super) fn visit(
        &mut self,
        vertex: VertexId,
        parent: Option<VertexId>,
        list: &List,
        seek: Seek,
        inherited: Access,
        bags: &mut Bags,
    ) -> bool {
        if self.was_seen(vertex) || !self.is_open(vertex) {
            return false;
        }
        match self.relation(vertex, list, seek) {
            Relation::Missed => false,
            Relation::Match(element) => match self.matched(vertex, element, inherited, parent) {
                Some(candidate) => {
                    let at = self.bag_of(list, element);
                    bags[at].push(candidate);
                    true
                }
                None => false,
            },
            Relation::Anchor => self.visit_anchor(vertex, list, bags),
            Relation::Transparent => {
                if !self.may_contain(vertex, list) {
                    return false;
                }
                self.see(vertex);
                self.walk(vertex, list, Seek::Deeper, inherited, bags);
                true
            }
        }
    }

    fn visit_anchor(&mut self, vertex: VertexId, list: &List, bags: &mut Bags) -> bool {
        let Some(slot) = self.request.slot_of(list) else { return false };
        if !self.filters_of_slots_hold(vertex, list) {
            return false;
        }
        let alternatives = self.is_flexible();
        if !alternatives && !self.can_hold(vertex, &self.request.elements[slot].demand) {
            return false;
        }
        self.see(vertex);
        let at = self.bag_of(list, slot);
        let mut bag = std::mem::take(&mut bags[at]);
        if alternatives {
            self.form_alternatives(vertex, list, &mut bag);
        } else {
            self.form(vertex, slot, &mut bag);
        }
        bags[at] = bag;
        true
    }

    /// Whether a subtree can hold at least one unit for some element of the list: a necessary condition.
    fn may_contain(&self, vertex: VertexId, list: &List) -> bool {
        if !self.filters_of_slots_hold(vertex, list) {
            return false;
        }
        if !self.site.tree.is_tree() {
            return true;
        }
        let holds = |n: usize| {
            let element = &self.request.elements[n];
            if !element.is_slot || !self.is_flexible() {
                return self.can_hold(vertex, &element.demand);
            }
            true
        };
        list.clone().any(holds)
    }

    /// Whether the filter of a vertex provides one slot of a list; of alternatives, any.
    fn filters_of_slots_hold(&self, vertex: VertexId, list: &List) -> bool {
        let elements = &self.request.elements;
        let holds = |slot: usize| self.literal_filter_holds(vertex, &elements[slot].literal_demand);
        let mut slots = list.clone().filter(|&n| elements[n].is_slot);
        match self.request.slot_of(list) {
            None => true,
            Some(_) if self.is_flexible() => slots.any(holds),
            // by the rule `deep` filters do not show
            Some(last) => elements[last].places.is_some() || holds(last),
        }
    }

    /// Looks at the children of a vertex for a list.
    pub(super) fn walk(
        &mut self,
        vertex: VertexId,
        list: &List,
        seek: Seek,
        inherited: Access,
        bags: &mut Bags,
    ) {
        if self.policy.stops_early() {
            return self.walk_by_priority(vertex, list, seek, inherited, bags);
        }
        let site = self.site;
        if site.tree.is_tree() {
            for child in site.tree.children(vertex) {
                self.visit(child, Some(vertex), list, seek, inherited, bags);
            }
        } else {
            for child in self.shared_children(vertex) {
                self.visit(child, Some(vertex), list, seek, inherited, bags);
            }
        }
    }

    fn walk_by_priority(
        &mut self,
        vertex: VertexId,
        list: &List,
        seek: Seek,
        inherited: Access,
        bags: &mut Bags,
    ) {
        let mut progress = Progress::new(self, list, 1, bags);
        // whether all is satisfied
        let mut look = |search: &mut Self, child: VertexId| {
            !progress.is_satisfied(search.site.graph.vertex(child).ty)
                && search.visit(child, Some(vertex), list, seek, inherited, bags)
                && progress.note(search, list, bags)
        };
        if !self.site.tree.is_tree() {
            self.shared_priority(vertex).into_iter().any(|child| look(self, child));
            return;
        }
        let must = self.must_for_list(vertex, list, inherited);
        let mut fresh = FreshChildren::of(self, vertex, &must);
        while let Some(child) = fresh.next(self) {
            if look(self, child) {
                return;
            }
        }
        self.any_weighted(vertex, &must, look);
    }

    /// The children of a vertex, shared ones included, in gather order.
    pub(super) fn shared_children(&self, vertex: VertexId) -> Vec<VertexId> {
        if self.policy.stops_early() {
            return self.shared_priority(vertex);
        }
        let graph = &self.site.graph;
        let edges = self.site.tree.child_edges(graph, vertex);
        edges.into_iter().map(|edge| graph.edges()[edge.index()].target).collect()
    }

    fn shared_priority(&self, vertex: VertexId) -> Vec<VertexId> {
        let graph = &self.site.graph;
        let edges = self.site.tree.child_edges(graph, vertex);
        let target = |edge: EdgeId| graph.edges()[edge.index()].target;
        let mut children: Vec<VertexId> = edges.into_iter().map(target).collect();
        let key = |v: &VertexId| (self.weights.of(vertex, *v), graph.vertex(*v).uniq_id);
        children.sort_by_key(|v| std::cmp::Reverse(key(v)));
        children
    }

    /// Candidates for the members of a slot below its anchor.
    pub(super) fn gather_members(
        &mut self,
        anchor: VertexId,
        list: &List,
        shares: u64,
        bags: &mut Bags,
    ) {
        let order = CandidateOrder::SlotMember;
        if self.site.tree.is_tree() {
            self.gather_each(anchor, list, Access::Exclusive, shares, order, bags);
            return;
        }
        if self.policy.stops_early() {
            self.gather_shared_by_priority(anchor, list, shares, bags);
        } else {
            self.walk(anchor, list, Seek::Here, Access::Exclusive, bags);
        }
        bags.iter_mut().for_each(|bag| self.sort(bag, order));
    }

    fn gather_shared_by_priority(
        &mut self,
        anchor: VertexId,
        list: &List,
        shares: u64,
        bags: &mut Bags,
    ) {
        let mut progress = Progress::new(self, list, shares, bags);
        for child in self.shared_priority(anchor) {
            if !progress.is_satisfied(self.site.graph.vertex(child).ty)
                && self.visit(child, Some(anchor), list, Seek::Here, Access::Exclusive, bags)
                && progress.note(self, list, bags)
            {
                return;
            }
        }
    }
}

impl Progress {
    fn new(search: &Search<'_>, list: &List, shares: u64, bags: &Bags) -> Self {
        let elements = &search.request.elements[list.clone()];
        let types = elements.iter().map(|e| (e.ty, 0, shares, false)).collect();
        Self { types, counted: bags.iter().map(Vec::len).collect() }
    }

    fn is_satisfied(&self, ty: TypeId) -> bool {
        self.types.iter().any(|&(t, _, _, satisfied)| satisfied && t == Some(ty))
    }

    /// Counts what a child added; whether everything is satisfied.
    fn note(&mut self, search: &Search<'_>, list: &List, bags: &Bags) -> bool {
        for (at, element) in list.clone().enumerate() {
            let bag = search.bag_of(list, element);
            let added = search.units(&bags[bag][self.counted[bag]..]);
            // siblings of one type share an account, and the last one says how much fills it
            let last = list.clone().rfind(|&n| search.bag_of(list, n) == bag).unwrap_or(element);
            let need = search.request.elements[last].most;
            let (_, sum, shares, satisfied) = &mut self.types[at];
            *sum += added;
            if *sum >= need {
                *sum = 0;
                *shares = shares.saturating_sub(1);
            }
            *satisfied |= *shares == 0 || need == 0;
        }
        self.counted.clear();
        self.counted.extend(bags.iter().map(Vec::len));
        self.types.iter().all(|&(_, _, _, satisfied)| satisfied)
    }
}

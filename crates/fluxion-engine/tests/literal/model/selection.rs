//! One pass over the graph: how the request is laid over it, which vertices are admissible, what is chosen
//! (`docs/semantics/matching.md`).

use std::collections::{BTreeMap, BTreeSet};

use fluxion_jobspec::{Constraint, Element, Exclusivity};

use super::bookings::Window;
use super::counts::{demand, effective_maximum, take};
use super::policy::Place;
use super::windows::Kept;
use super::{Model, Rules, constraints, slots};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// At the request's now: allocations that overrun their time count.
    Now,
    Later,
    Satisfiability,
}

/// Something that can be chosen: a vertex or a slot.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) units: u64,
    pub(crate) score: i64,
    pub(crate) exclusive: bool,
    /// The vertex; none for a slot.
    pub(crate) vertex: Option<usize>,
    /// The parent of the vertex, or the vertex that anchors the slot.
    pub(crate) parent: Option<usize>,
    /// What is chosen below the vertex, or the members of the slot.
    pub(crate) chosen: Vec<Candidate>,
}

pub(crate) type Bag = BTreeMap<String, Vec<Candidate>>;

/// What is chosen at the top, and the amount of the root.
pub(crate) struct Selected {
    pub(crate) top: Vec<Candidate>,
    pub(crate) root_amount: u64,
}

/// A vertex that was evaluated successfully.
pub(super) struct Evaluated {
    pub(super) itself: Candidate,
    /// What it hands up.
    bag: Bag,
}

/// How the children of a vertex are looked at.
pub(super) struct Look<'a> {
    pub(super) list: Vec<&'a Element>,
    pub(super) seeking: bool,
    pub(super) exclusively: bool,
    /// How many shares make a type satisfied (`docs/semantics/policies.md`, Early stop).
    pub(super) shares: u64,
}

/// What a vertex is for a list (`docs/semantics/matching.md`, Laying a request over the tree).
struct Role<'a> {
    matched: Option<&'a Element>,
    /// The slots that it anchors: one under `simple`, all alternatives under `flexible`.
    anchored: Option<Vec<&'a Element>>,
    /// The list whose slots stand below it, by the rule `deep`.
    region: Option<Vec<&'a Element>>,
}

pub(crate) struct Pass<'a> {
    pub(crate) model: &'a Model,
    pub(crate) constraint: Option<&'a Constraint>,
    pub(crate) kind: Kind,
    pub(crate) window: Window,
    pub(crate) evaluated: BTreeSet<usize>,
    /// What windows keep from the request.
    pub(super) kept: &'a Kept,
    pub(crate) exclusive_types: BTreeSet<String>,
}

pub(crate) fn units(list: &[Candidate]) -> u64 {
    list.iter().map(|c| c.units).sum()
}

/// The shortest prefix with at least `wanted` units.
fn choose(list: &[Candidate], wanted: u64) -> Vec<Candidate> {
    let enough = (0..=list.len()).find(|&n| units(&list[..n]) >= wanted);
    list[..enough.unwrap_or(list.len())].to_vec()
}

impl<'a> Pass<'a> {
    pub(crate) fn select(&mut self, resources: &'a [Element]) -> Option<Selected> {
        let root = self.model.world.root;
        let everything: Vec<&Element> = resources.iter().collect();
        let look = Look { list: everything, seeking: true, exclusively: false, shares: 1 };
        let Evaluated { itself, mut bag } = self.look_at(root, &look, &[])?;
        bag.entry(self.model.world.vertices[root].ty.clone()).or_default().push(itself);
        self.choose_at_top(resources, &bag)
    }

    fn choose_at_top(&self, resources: &[Element], bag: &Bag) -> Option<Selected> {
        let root_type = &self.model.world.vertices[self.model.world.root].ty;
        let mut chosen: BTreeMap<&str, Vec<Candidate>> = BTreeMap::new();
        let mut scores = Vec::new();
        let mut root_amount = 1;
        for element in resources {
            let mut list = bag.get(&element.ty).cloned().unwrap_or_default();
            let taken = take(element.count, units(&list));
            if taken == 0 {
                return None;
            }
            scores.extend(list.iter().map(|c| c.score));
            self.model.policy.sort_at_top(&mut list, &scores);
            chosen.insert(&element.ty, choose(&list, taken));
            if element.ty == *root_type {
                root_amount = taken;
            }
        }
        Some(Selected { top: chosen.into_values().flatten().collect(), root_amount })
    }

    /// Looks at a vertex reached through `above`, root first; nothing if it contributes nothing.
    pub(super) fn look_at(
        &mut self,
        vertex: usize,
        look: &Look<'a>,
        above: &[usize],
    ) -> Option<Evaluated> {
        if self.evaluated.contains(&vertex) {
            return None;
        }
        let role = self.role(vertex, look)?;
        let inherited = look.exclusively;
        if !self.is_admissible(vertex, role.matched, inherited)
            || self.is_pruned(vertex, &role, look)
        {
            return None;
        }
        self.evaluated.insert(vertex);
        let asked = role.matched.is_some_and(|e| e.exclusivity == Exclusivity::Exclusive);
        let exclusive = inherited || asked;
        let below = self.below(&role, look, exclusive);
        let mut bag = match role.region {
            Some(list) => self.region(vertex, &list, above),
            None => self.gather(vertex, &below, above),
        };
        if let Some(alternatives) = &role.anchored {
            let slots = slots::form(self.model, &bag, alternatives, vertex);
            bag = BTreeMap::from([("slot".to_owned(), slots)]);
        }
        let chosen = match role.matched {
            Some(element) => self.count(element, &bag)?,
            None => Vec::new(),
        };
        if role.matched.is_some_and(|e| !e.with.is_empty()) {
            bag.clear();
        }
        let itself = Candidate {
            units: self.units(vertex),
            score: self.model.policy.score(&self.model.world, vertex, above),
            exclusive,
            vertex: Some(vertex),
            parent: above.last().copied(),
            chosen,
        };
        Some(Evaluated { itself, bag })
    }

    /// How the children of an evaluated vertex are looked at.
    fn below(&self, role: &Role<'a>, look: &Look<'a>, exclusive: bool) -> Look<'a> {
        if let Some(alternatives) = &role.anchored {
            let shares = alternatives.last().map_or(1, |s| effective_maximum(s.count));
            let list = slots::members(alternatives);
            return Look { list, seeking: false, exclusively: true, shares };
        }
        match role.matched {
            Some(e) => Look {
                list: e.with.iter().collect(),
                seeking: false,
                exclusively: exclusive,
                shares: 1,
            },
            None => {
                Look { list: look.list.clone(), seeking: true, exclusively: exclusive, shares: 1 }
            }
        }
    }

    /// What a vertex is for a list; nothing if it is missed.
    fn role(&self, vertex: usize, look: &Look<'a>) -> Option<Role<'a>> {
        match self.model.rules {
            Rules::Simple => self.simple_role(vertex, look),
            Rules::Flexible => self.flexible_role(vertex, look),
            Rules::Deep => self.deep_role(vertex, look),
        }
    }

    fn simple_role(&self, vertex: usize, look: &Look<'a>) -> Option<Role<'a>> {
        let ty = &self.model.world.vertices[vertex].ty;
        let hits = look.list.iter().filter(|e| e.ty == *ty || e.ty == "slot").count();
        if hits > 1 {
            return None;
        }
        let matched = look.list.iter().copied().find(|e| e.ty == *ty);
        let of_list = look.list.iter().copied().find(|e| e.ty == "slot");
        let of_match = matched.and_then(|e| e.with.iter().rfind(|f| f.ty == "slot"));
        let anchored = of_list.or(of_match).filter(|slot| self.anchors(vertex, slot));
        if matched.is_none() && anchored.is_none() && !look.seeking {
            return None;
        }
        Some(Role { matched, anchored: anchored.map(|slot| vec![slot]), region: None })
    }

    /// `docs/semantics/slots.md`: a region begins at the root, or at a match.
    fn deep_role(&self, vertex: usize, look: &Look<'a>) -> Option<Role<'a>> {
        let ty = &self.model.world.vertices[vertex].ty;
        let hits = look.list.iter().filter(|e| e.ty == *ty || e.ty == "slot").count();
        if hits > 1 {
            return None;
        }
        let matched = look.list.iter().copied().find(|e| e.ty == *ty);
        let has_slot = |list: &[&Element]| list.iter().any(|e| e.ty == "slot");
        let below: Vec<&Element> = matched.map_or_else(Vec::new, |e| e.with.iter().collect());
        let region = [look.list.clone(), below].into_iter().find(|list| has_slot(list));
        if matched.is_none() && region.is_none() && !look.seeking {
            return None;
        }
        Some(Role { matched, anchored: None, region })
    }

    /// `docs/semantics/matching.md`, The flexible traverser.
    fn flexible_role(&self, vertex: usize, look: &Look<'a>) -> Option<Role<'a>> {
        let ty = &self.model.world.vertices[vertex].ty;
        let has_slot = look.list.iter().any(|e| e.ty == "slot");
        let hits = look.list.iter().filter(|e| e.ty == *ty).count() + usize::from(has_slot);
        if hits > 1 {
            return None;
        }
        let matched = look.list.iter().copied().find(|e| e.ty == *ty);
        let slots_of = |list: Vec<&'a Element>| -> Vec<&'a Element> {
            list.into_iter().filter(|e| e.ty == "slot").collect()
        };
        let of_match = matched.map_or_else(Vec::new, |e| slots_of(e.with.iter().collect()));
        let alternatives = if has_slot { slots_of(look.list.clone()) } else { of_match };
        if alternatives.is_empty() {
            return (matched.is_some() || look.seeking).then_some(Role {
                matched,
                anchored: None,
                region: None,
            });
        }
        if alternatives.iter().any(|slot| self.anchors(vertex, slot)) {
            return Some(Role { matched, anchored: Some(alternatives), region: None });
        }
        (has_slot && look.seeking).then_some(Role { matched, anchored: None, region: None })
    }

    /// Whether a vertex has a child of every type that a slot has.
    fn anchors(&self, vertex: usize, slot: &Element) -> bool {
        let children = &self.model.world.vertices[vertex].children;
        let has = |ty: &str| children.iter().any(|&(_, c)| self.model.world.vertices[c].ty == ty);
        slot.with.iter().all(|f| has(&f.ty))
    }

    fn units(&self, vertex: usize) -> u64 {
        self.model.bookings.units(&self.model.world, vertex, self.window)
    }

    /// `docs/semantics/matching.md`, Usable vertices.
    pub(super) fn is_admissible(
        &self,
        vertex: usize,
        matched: Option<&Element>,
        inherited: bool,
    ) -> bool {
        let v = &self.model.world.vertices[vertex];
        if !v.up && self.kind != Kind::Satisfiability {
            return false;
        }
        if !constraints::accepts(self.constraint, v) || self.units(vertex) == 0 {
            return false;
        }
        let bookings = &self.model.bookings;
        let overrun = |end: i64| end <= self.window.start;
        if self.kind == Kind::Now && bookings.allocation_ends(vertex).any(overrun) {
            return false;
        }
        let whole = self.exclusive_types.contains(&v.ty);
        if self.kept.barred.contains(&vertex) || (whole && self.kept.shared.contains(&vertex)) {
            return false;
        }
        let Some(element) = matched else { return true };
        if inherited && element.exclusivity == Exclusivity::Shared {
            return false;
        }
        if !inherited && element.exclusivity != Exclusivity::Exclusive {
            return true;
        }
        let allocated = self.kind == Kind::Now && bookings.lists_allocation(vertex);
        !self.kept.shared.contains(&vertex)
            && !bookings.is_touched(vertex, self.window)
            && !allocated
    }

    /// `docs/semantics/graph.md`, Pruning filters; where a list has alternatives, one that can be met is
    /// enough.
    fn is_pruned(&self, vertex: usize, role: &Role<'a>, look: &Look<'a>) -> bool {
        let tracked = self.model.filters.tracked();
        let provides = |list: &Vec<Element>| {
            let demand = demand(list, &tracked, self.model.rules);
            self.model.provides(vertex, &demand, self.window)
        };
        let mut slots = look.list.iter().filter(|e| e.ty == "slot").peekable();
        let lacks_slots = self.model.rules != Rules::Deep
            && slots.peek().is_some()
            && !slots.any(|slot| provides(&slot.with));
        lacks_slots || role.matched.is_some_and(|e| !provides(&e.with))
    }

    /// The candidates below a vertex (`docs/semantics/matching.md`, Candidates and choice;
    /// `docs/semantics/policies.md`, Early stop).
    fn gather(&mut self, vertex: usize, look: &Look<'a>, above: &[usize]) -> Bag {
        let path: Vec<usize> = above.iter().copied().chain([vertex]).collect();
        let mut bag = Bag::new();
        let mut quota = Quota::new(look);
        for child in self.model.children_in_gather_order(vertex) {
            let ty = self.model.world.vertices[child].ty.clone();
            if self.model.policy.stops_early && quota.is_satisfied(&ty) {
                continue;
            }
            let Some(Evaluated { itself, bag: mut news }) = self.look_at(child, look, &path) else {
                continue;
            };
            news.entry(ty).or_default().push(itself);
            quota.add(&news);
            for (ty, list) in news {
                bag.entry(ty).or_default().extend(list);
            }
            if self.model.policy.stops_early && quota.is_complete() {
                break;
            }
        }
        bag
    }

    /// `docs/semantics/matching.md`, Candidates and choice: what is chosen below a matched vertex; nothing if
    /// it is rejected.
    fn count(&self, element: &Element, bag: &Bag) -> Option<Vec<Candidate>> {
        let mut chosen: BTreeMap<&str, Vec<Candidate>> = BTreeMap::new();
        for wanted in &element.with {
            let mut list = bag.get(&wanted.ty).cloned().unwrap_or_default();
            let taken = take(wanted.count, units(&list));
            if taken == 0 {
                return None;
            }
            self.model.policy.sort(&mut list, Place::Matched);
            chosen.insert(&wanted.ty, choose(&list, taken));
        }
        Some(chosen.into_values().flatten().collect())
    }
}

/// How much was gathered at a vertex, for policies that stop early (`docs/semantics/policies.md`, Early
/// stop).
struct Quota {
    wanted: BTreeMap<String, u64>,
    gathered: BTreeMap<String, u64>,
    complete: BTreeMap<String, u64>,
    satisfied: BTreeSet<String>,
    shares: u64,
}

impl Quota {
    fn new(look: &Look<'_>) -> Self {
        let wanted = look.list.iter().map(|f| (f.ty.clone(), effective_maximum(f.count)));
        Self {
            wanted: wanted.collect(),
            gathered: BTreeMap::new(),
            complete: BTreeMap::new(),
            satisfied: BTreeSet::new(),
            shares: look.shares,
        }
    }

    fn add(&mut self, news: &Bag) {
        for (ty, &wanted) in &self.wanted {
            let gathered = self.gathered.entry(ty.clone()).or_default();
            let complete = self.complete.entry(ty.clone()).or_default();
            *gathered += news.get(ty).map_or(0, |list| units(list));
            if *gathered >= wanted {
                *gathered = 0;
                *complete += 1;
            }
            if *complete >= self.shares || wanted == 0 {
                self.satisfied.insert(ty.clone());
            }
        }
    }

    fn is_satisfied(&self, ty: &str) -> bool {
        self.satisfied.contains(ty)
    }

    fn is_complete(&self) -> bool {
        self.wanted.keys().all(|ty| self.satisfied.contains(ty))
    }
}

//! Where slots stand under the rule `deep` (`docs/semantics/slots.md`), word for word and without any memory.

use std::collections::BTreeMap;

use fluxion_jobspec::Element;

use super::counts::{effective_maximum, take};
use super::selection::{Bag, Candidate, Evaluated, Look, Pass, units};
use super::{Model, slots};

/// What there is in a subtree of the idle machine.
struct Idle {
    /// How many slots stand there.
    slots: u64,
    /// Whether slots stand at the vertex itself.
    is_place: bool,
    /// Members that no smaller subtree uses, with how far below they are.
    rest: Vec<(usize, u32)>,
}

impl Idle {
    fn is_near(&self) -> bool {
        self.is_place && self.rest.iter().all(|&(_, depth)| depth == 1)
    }
}

impl Model {
    /// Whether some places of a slot have all members directly below, and others have not.
    pub(crate) fn has_mixed_places(&self, slot: &Element) -> bool {
        let idle = |v: usize| self.idle(v, slot);
        let places: Vec<Idle> =
            self.world.depth_first().into_iter().map(idle).filter(|idle| idle.is_place).collect();
        places.iter().any(Idle::is_near) && !places.iter().all(Idle::is_near)
    }

    fn idle_children(&self, vertex: usize) -> Vec<usize> {
        let children = self.world.vertices[vertex].children.iter();
        children.map(|&(_, child)| child).filter(|&c| self.world.vertices[c].size > 0).collect()
    }

    /// Whether a vertex of the idle machine could be taken for an element.
    fn serves(&self, vertex: usize, element: &Element) -> bool {
        let v = &self.world.vertices[vertex];
        if v.ty != element.ty || v.size == 0 {
            return false;
        }
        let slots = element.with.iter().filter(|e| e.ty == "slot").count();
        if let Some(last) = element.with.iter().rfind(|e| e.ty == "slot") {
            let stand = self.idle(vertex, last).slots;
            return slots == element.with.len()
                && element.with.iter().all(|slot| take(slot.count, stand) > 0);
        }
        let enough = |wanted: &Element| {
            let children = self.idle_children(vertex).into_iter();
            let serving = children.filter(|&c| self.serves(c, wanted));
            take(wanted.count, serving.map(|c| self.world.vertices[c].size).sum()) > 0
        };
        !has_type_twice(&element.with) && element.with.iter().all(enough)
    }

    fn idle(&self, vertex: usize, slot: &Element) -> Idle {
        let mut idle = Idle { slots: 0, is_place: false, rest: Vec::new() };
        for child in self.idle_children(vertex) {
            let ty = &self.world.vertices[child].ty;
            if let Some(member) = slot.with.iter().find(|m| m.ty == *ty) {
                if self.serves(child, member) {
                    idle.rest.push((child, 1));
                }
                continue;
            }
            let inside = self.idle(child, slot);
            idle.slots += inside.slots;
            if !inside.is_place && ty != "node" {
                idle.rest.extend(inside.rest.iter().map(|&(v, depth)| (v, depth + 1)));
            }
        }
        let of_type = |ty: &str| {
            let rest = idle.rest.iter().map(|&(v, _)| &self.world.vertices[v]);
            rest.filter(|v| v.ty == ty).map(|v| v.size).sum()
        };
        idle.is_place = !slot.with.is_empty()
            && !has_type_twice(&slot.with)
            && slot.with.iter().all(|m| m.ty != "slot" && take(m.count, of_type(&m.ty)) > 0);
        if idle.is_place {
            idle.slots += self.formed(vertex, slot, &idle.rest);
        }
        idle
    }

    /// How many slots some vertices of the idle machine come to.
    fn formed(&self, place: usize, slot: &Element, rest: &[(usize, u32)]) -> u64 {
        let mut bag = Bag::new();
        for &(vertex, _) in rest {
            let v = &self.world.vertices[vertex];
            let candidate = Candidate {
                units: v.size,
                score: self.policy.score(&self.world, vertex, &self.world.ancestors(vertex)),
                exclusive: true,
                vertex: Some(vertex),
                parent: None,
                chosen: Vec::new(),
            };
            bag.entry(v.ty.clone()).or_default().push(candidate);
        }
        slots::form(self, &bag, &[slot], place).len() as u64
    }
}

fn has_type_twice(list: &[Element]) -> bool {
    list.iter().any(|e| list.iter().filter(|other| other.ty == e.ty).count() > 1)
}

/// What a vertex of a region has when its children were looked at.
struct Found {
    slots: Vec<Candidate>,
    /// What it hands up.
    rest: Bag,
}

/// A region: the slot, and the list that opened it.
#[derive(Clone, Copy)]
struct Region<'a, 'b> {
    slot: &'a Element,
    list: &'b [&'a Element],
}

impl<'a> Pass<'a> {
    /// The bag of a vertex at which a region begins.
    pub(super) fn region(&mut self, top: usize, list: &[&'a Element], above: &[usize]) -> Bag {
        let Some(slot) = list.iter().copied().rfind(|e| e.ty == "slot") else { return Bag::new() };
        let found = self.look_below(top, Region { slot, list }, above, false);
        BTreeMap::from([("slot".to_owned(), found.slots)])
    }

    fn look_below(
        &mut self,
        vertex: usize,
        region: Region<'a, '_>,
        above: &[usize],
        serves: bool,
    ) -> Found {
        let Region { slot, list } = region;
        let idle = self.model.idle(vertex, slot);
        let path: Vec<usize> = above.iter().copied().chain([vertex]).collect();
        let mut found = Found { slots: Vec::new(), rest: Bag::new() };
        let mut quota = Enough::new(slot);
        for child in self.model.children_in_gather_order(vertex) {
            let ty = &self.model.world.vertices[child].ty;
            let stops = self.model.policy.stops_early;
            let member = slot.with.iter().any(|m| m.ty == *ty);
            if stops && idle.is_near() && quota.satisfied.contains(ty) {
                continue;
            }
            let mut new = Found { slots: Vec::new(), rest: Bag::new() };
            if member {
                if !idle.is_place && !serves {
                    continue;
                }
                let members = slot.with.iter().collect();
                let look = Look { list: members, seeking: false, exclusively: true, shares: 1 };
                let Some(Evaluated { itself, .. }) = self.look_at(child, &look, &path) else {
                    continue;
                };
                new.rest.insert(ty.clone(), vec![itself]);
            } else {
                let inside = self.model.idle(child, slot);
                let serves = (idle.is_place || serves) && ty != "node" && !inside.is_place;
                let nothing = inside.slots == 0 && (inside.rest.is_empty() || !serves);
                if nothing
                    || self.evaluated.contains(&child)
                    || list.iter().any(|e| e.ty == *ty)
                    || !self.is_admissible(child, None, false)
                {
                    continue;
                }
                self.evaluated.insert(child);
                new = self.look_below(child, region, &path, serves);
            }
            let enough = stops && quota.add(&new, idle.is_near());
            found.slots.extend(new.slots);
            for (ty, list) in new.rest {
                found.rest.entry(ty).or_default().extend(list);
            }
            if enough {
                break;
            }
        }
        if idle.is_place {
            found.slots.extend(slots::form(self.model, &found.rest, &[slot], vertex));
            found.rest.clear();
        }
        found
    }
}

/// What policies that stop early count at a vertex of a region.
struct Enough<'a> {
    slot: &'a Element,
    slots: u64,
    gathered: BTreeMap<&'a str, (u64, u64)>,
    satisfied: Vec<String>,
}

impl<'a> Enough<'a> {
    fn new(slot: &'a Element) -> Self {
        let gathered = slot.with.iter().map(|m| (&*m.ty, (0, 0))).collect();
        Self { slot, slots: 0, gathered, satisfied: Vec::new() }
    }

    /// Counts what a child added; whether that is all.
    fn add(&mut self, new: &Found, near: bool) -> bool {
        let most = effective_maximum(self.slot.count);
        self.slots += new.slots.len() as u64;
        if self.slots >= most {
            return true;
        }
        for member in &self.slot.with {
            let wanted = effective_maximum(member.count);
            let Some((gathered, shares)) = self.gathered.get_mut(&*member.ty) else { continue };
            *gathered += new.rest.get(&member.ty).map_or(0, |list| units(list));
            if *gathered >= wanted {
                (*gathered, *shares) = (0, *shares + 1);
            }
            if *shares >= most || wanted == 0 {
                self.satisfied.push(member.ty.clone());
            }
        }
        near && self.gathered.keys().all(|ty| self.satisfied.iter().any(|s| s == ty))
    }
}

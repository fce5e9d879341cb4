//! From a selection to what is emitted and booked (`docs/semantics/matching.md`, Building the selection;
//! `docs/semantics/state.md`, What a booking records; `docs/semantics/matching.md`, Emission order).

use std::collections::{BTreeMap, BTreeSet};

use super::Rules;
use super::selection::{Candidate, Selected};
use super::world::World;

/// A vertex as it is emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmittedVertex {
    pub(crate) vertex: usize,
    pub(crate) amount: u64,
    pub(crate) depth: u32,
    pub(crate) exclusive: bool,
    pub(crate) below_exclusive: bool,
    /// Exclusive units below, by tracked type (`docs/semantics/state.md`, Amounts in filters).
    pub(crate) below: BTreeMap<String, u64>,
}

/// An edge as it is emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmittedEdge {
    pub(crate) edge: usize,
    pub(crate) target: usize,
    pub(crate) below_exclusive: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Emission {
    pub(crate) vertices: Vec<EmittedVertex>,
    pub(crate) edges: Vec<EmittedEdge>,
}

/// Amount and exclusivity of a chosen vertex.
type Chosen = (u64, bool);

pub(crate) struct Walk<'a> {
    world: &'a World,
    exclusive_types: &'a BTreeSet<String>,
    tracked: &'a BTreeSet<String>,
    /// By parent and child.
    chosen: BTreeMap<(usize, usize), Chosen>,
    root: Chosen,
    visited: BTreeSet<usize>,
    out: Emission,
}

impl<'a> Walk<'a> {
    pub(crate) fn emit(
        world: &'a World,
        selected: &Selected,
        exclusive_types: &'a BTreeSet<String>,
        tracked: &'a BTreeSet<String>,
        rules: Rules,
    ) -> Emission {
        let mut walk = Self {
            world,
            exclusive_types,
            tracked,
            chosen: BTreeMap::new(),
            root: (selected.root_amount, false),
            visited: BTreeSet::new(),
            out: Emission::default(),
        };
        for candidate in &selected.top {
            walk.choose(candidate);
        }
        for candidate in &selected.top {
            walk.connect(candidate);
            if rules == Rules::Deep {
                walk.connect_members(candidate);
            }
        }
        if rules != Rules::Deep && selected.top.iter().any(|candidate| walk.is_dead(candidate)) {
            return Emission::default();
        }
        walk.step(
            world.root,
            walk.root,
            Around { depth: 1, shadow: false, below_exclusive: false },
        );
        walk.out
    }

    fn choose(&mut self, candidate: &Candidate) {
        match (candidate.vertex, candidate.parent) {
            (None, _) => {}
            (Some(_), None) => self.root.1 = candidate.exclusive,
            (Some(vertex), Some(parent)) => {
                let chosen = (candidate.units, candidate.exclusive);
                self.chosen.insert((parent, vertex), chosen);
            }
        }
        for below in &candidate.chosen {
            self.choose(below);
        }
    }

    /// `docs/semantics/matching.md`, Building the selection: the proper ancestors of what was chosen at the
    /// top.
    fn connect(&mut self, candidate: &Candidate) {
        let Some(parent) = candidate.parent else { return };
        let mut child = parent;
        for above in self.world.ancestors(parent) {
            let path = (self.world.vertices[child].size, false);
            self.chosen.entry((above, child)).or_insert(path);
            child = above;
        }
    }

    /// Whether a slot is anchored at a child of what was matched above it, and does not come along by type.
    fn is_dead(&self, candidate: &Candidate) -> bool {
        let is_whole = |v: usize| self.exclusive_types.contains(&self.world.vertices[v].ty);
        let lost = |vertex: usize, slot: &Candidate| {
            slot.vertex.is_none()
                && slot.parent != Some(vertex)
                && !is_whole(vertex)
                && !self.world.ancestors(vertex).into_iter().any(is_whole)
        };
        candidate.chosen.iter().any(|below| {
            candidate.vertex.is_some_and(|vertex| lost(vertex, below)) || self.is_dead(below)
        })
    }

    /// `docs/semantics/slots.md`: the vertices between the top of a region and the members of its slots.
    fn connect_members(&mut self, candidate: &Candidate) {
        for below in &candidate.chosen {
            if candidate.vertex.is_none() {
                self.connect(below);
            }
            self.connect_members(below);
        }
    }

    /// Emits a vertex after what is below it; whether anything there is exclusive, and how many units of the
    /// tracked types.
    fn step(
        &mut self,
        vertex: usize,
        chosen: Chosen,
        around: Around,
    ) -> Option<(bool, BTreeMap<String, u64>)> {
        self.visited.insert(vertex);
        let v = &self.world.vertices[vertex];
        let shadow = around.shadow || self.exclusive_types.contains(&v.ty);
        let (amount, exclusive) = if shadow { (v.size, true) } else { chosen };
        let mut counts = exclusive;
        let mut below = BTreeMap::new();
        for &(edge, child) in &v.children {
            let whole = shadow.then_some((self.world.vertices[child].size, true));
            let Some(chosen) = whole.or_else(|| self.chosen.get(&(vertex, child)).copied()) else {
                continue;
            };
            if self.visited.contains(&child) {
                continue;
            }
            let inside = Around { depth: around.depth + 1, shadow, below_exclusive: exclusive };
            let Some((is_exclusive, under)) = self.step(child, chosen, inside) else { continue };
            counts = true;
            self.out.edges.push(EmittedEdge { edge, target: child, below_exclusive: exclusive });
            self.add(&mut below, child, is_exclusive, under);
        }
        let depth = around.depth;
        let below_exclusive = around.below_exclusive;
        let emitted = EmittedVertex {
            vertex,
            amount,
            depth,
            exclusive,
            below_exclusive,
            below: below.clone(),
        };
        counts.then(|| {
            self.out.vertices.push(emitted);
            (exclusive, below)
        })
    }

    /// Adds a child and what is under it to the sums of its parent.
    fn add(
        &self,
        sums: &mut BTreeMap<String, u64>,
        child: usize,
        is_exclusive: bool,
        under: BTreeMap<String, u64>,
    ) {
        let c = &self.world.vertices[child];
        if self.tracked.contains(&c.ty) {
            *sums.entry(c.ty.clone()).or_default() += if is_exclusive { c.size } else { 0 };
        }
        for (ty, units) in under {
            *sums.entry(ty).or_default() += units;
        }
    }
}

#[derive(Clone, Copy)]
struct Around {
    depth: u32,
    shadow: bool,
    below_exclusive: bool,
}

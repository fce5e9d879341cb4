//! Aggregate filters: what is tracked where, in which order, and how many units there are
//! (`docs/semantics/graph.md`, Pruning filters).

use std::collections::{BTreeMap, BTreeSet};

use super::world::World;

/// The type names that every engine knows first, in order (`docs/semantics/policies.md`, Order of children).
const BUILT_IN: [&str; 10] =
    ["cluster", "core", "socket", "gpu", "node", "rack", "slot", "xor_slot", "ssd", "storage_node"];

#[derive(Clone, Debug)]
pub(crate) struct Filters {
    everywhere: BTreeSet<String>,
    at_type: BTreeMap<String, BTreeSet<String>>,
    /// All type names, in the order that filters follow.
    names: Vec<String>,
    /// The units of each type strictly below each vertex, a shared leaf counted once.
    totals: Vec<BTreeMap<String, u64>>,
}

impl Filters {
    pub(crate) fn new(specification: &str, world: &World) -> Self {
        let mut filters = Self {
            everywhere: BTreeSet::new(),
            at_type: BTreeMap::new(),
            names: BUILT_IN.map(str::to_owned).to_vec(),
            totals: vec![BTreeMap::new(); world.vertices.len()],
        };
        for vertex in &world.vertices {
            filters.learn(&vertex.ty);
        }
        let mut named = BTreeSet::new();
        for pair in specification.split(',') {
            let (above, below) = pair.split_once(':').unwrap();
            filters.learn(below);
            named.insert(below.to_owned());
            if above == "ALL" {
                filters.everywhere.insert(below.to_owned());
            } else {
                filters.at_type.entry(above.to_owned()).or_default().insert(below.to_owned());
            }
        }
        let reachable = world.depth_first();
        for &leaf in reachable.iter().filter(|&&v| world.is_leaf(v)) {
            let ty = &world.vertices[leaf].ty;
            if !named.contains(ty) {
                filters.at_type.entry("cluster".to_owned()).or_default().insert(ty.clone());
            }
        }
        filters.count(world, world.root, &mut BTreeSet::new());
        filters
    }

    fn learn(&mut self, name: &str) {
        if !self.names.iter().any(|n| n == name) {
            self.names.push(name.to_owned());
        }
    }

    fn count(&mut self, world: &World, vertex: usize, counted: &mut BTreeSet<usize>) {
        for &(_, child) in &world.vertices[vertex].children {
            if !counted.insert(child) {
                continue;
            }
            self.count(world, child, counted);
            let mut below = self.totals[child].clone();
            *below.entry(world.vertices[child].ty.clone()).or_default() +=
                world.vertices[child].size;
            for (ty, units) in below {
                *self.totals[vertex].entry(ty).or_default() += units;
            }
        }
    }

    /// The types that the filter of a vertex tracks, in filter order; none if it has no filter.
    pub(crate) fn of(&self, world: &World, vertex: usize) -> Vec<String> {
        if world.is_leaf(vertex) {
            return Vec::new();
        }
        let own = &world.vertices[vertex].ty;
        let specific = self.at_type.get(own).cloned().unwrap_or_default();
        let by_number = |types: &mut dyn Iterator<Item = &String>| {
            let mut types: Vec<String> = types.cloned().collect();
            types.sort_by_key(|ty| self.names.iter().position(|n| n == ty));
            types
        };
        let specific = by_number(&mut specific.iter().filter(|ty| !self.everywhere.contains(*ty)));
        let general = by_number(&mut self.everywhere.iter().filter(|ty| *ty != own));
        [specific, general].concat()
    }

    /// All types that some filter tracks.
    pub(crate) fn tracked(&self) -> BTreeSet<String> {
        self.everywhere.iter().chain(self.at_type.values().flatten()).cloned().collect()
    }

    /// The units of a type below a vertex.
    pub(crate) fn total(&self, vertex: usize, ty: &str) -> u64 {
        self.totals[vertex].get(ty).copied().unwrap_or(0)
    }
}

//! The vertices that have each property, whatever its value.

use fluxion_graph::{Graph, Symbol, Tree, VertexId};
use rustc_hash::FxHashMap;

/// See the module documentation. All lists are depth first, without what is not reached.
#[derive(Clone, Debug, Default)]
pub(crate) struct PropertyHolders {
    by_key: FxHashMap<Symbol, Vec<VertexId>>,
    /// How many there are in all lists.
    count: usize,
}

impl PropertyHolders {
    /// O(properties of all vertices).
    pub(crate) fn of(graph: &Graph, tree: &Tree) -> Self {
        let mut holders = Self::default();
        for (vertex, key) in graph.property_keys() {
            if tree.position(vertex).is_some() {
                holders.by_key.entry(key).or_default().push(vertex);
                holders.count += 1;
            }
        }
        for vertices in holders.by_key.values_mut() {
            vertices.sort_unstable_by_key(|&vertex| tree.position(vertex));
        }
        holders
    }

    /// The vertices have a property now.
    pub(super) fn add(&mut self, tree: &Tree, key: Symbol, vertices: &[VertexId]) {
        let known = self.by_key.entry(key).or_default();
        self.count -= known.len();
        known.extend(vertices);
        known.retain(|&vertex| tree.position(vertex).is_some());
        known.sort_by_key(|&vertex| tree.position(vertex));
        known.dedup();
        self.count += known.len();
        if known.is_empty() {
            self.by_key.remove(&key);
        }
    }

    /// Some of those that have a property are gone.
    pub(super) fn forget_those_gone(&mut self, tree: &Tree, key: Symbol) {
        self.add(tree, key, &[]);
    }

    /// The vertices that have a property.
    pub(crate) fn holding(&self, key: Symbol) -> &[VertexId] {
        self.by_key.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Each property with the vertices that have it.
    pub(crate) fn lists(&self) -> impl Iterator<Item = (Symbol, &[VertexId])> {
        self.by_key.iter().map(|(&key, vertices)| (key, vertices.as_slice()))
    }

    /// About how many bytes they take.
    pub(super) fn footprint(&self) -> u64 {
        (64 * self.by_key.len() + 8 * self.count) as u64
    }
}

//! A number for all that a graph says, for comparing states. Names, not their numbers, go into it; what was
//! interned but is used nowhere does not.

use std::hash::{Hash, Hasher};

use crate::graph::Graph;
use crate::ids::{EdgeId, PathId, Symbol};

impl Graph {
    /// Feeds vertices, edges, paths, properties, roots and the order of types to a hasher. Removed vertices
    /// count as places in the numbering only. O(graph + length of its texts).
    pub fn hash_content(&self, hasher: &mut impl Hasher) {
        self.vertices().len().hash(hasher);
        for vertex in self.vertex_ids() {
            let pool = self.vertex(vertex);
            (vertex, pool.id, pool.uniq_id, pool.rank, pool.size).hash(hasher);
            pool.ty.hash(hasher);
            (self.text(pool.name), self.basename(pool), self.unit(pool)).hash(hasher);
            self.paths_of(vertex).for_each(|(s, path)| (s, self.path_text(path)).hash(hasher));
            self.properties(vertex).for_each(|property| property.hash(hasher));
        }
        for (number, edge) in (0..).zip(self.edges()) {
            (edge.source, edge.target, edge.subsystem).hash(hasher);
            self.relation(EdgeId(number)).hash(hasher);
        }
        for path in (0..self.paths().len() as u32).map(PathId::from_index) {
            let there = self.vertices_at_id(path);
            if !there.is_empty() {
                (self.path_text(path), there).hash(hasher);
            }
        }
        let text = |&symbol: &Symbol| self.text(symbol);
        self.types.iter().map(text).for_each(|name| name.hash(hasher));
        self.subsystems.iter().map(text).for_each(|name| name.hash(hasher));
        self.roots.hash(hasher);
    }
}

//! A number for all that a graph says, for comparing states. Names, not their numbers, go into it; what was
//! interned but is used nowhere does not.

use std::hash::{Hash, Hasher};

use crate::graph::{Graph, NOWHERE};
use crate::ids::{PathId, Symbol, VertexId};

impl Graph {
    /// Feeds vertices, edges, paths, properties, roots and the order of types to a hasher. O(graph + length of its
    /// texts).
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
        self.edges().len().hash(hasher);
        for (number, edge) in self.numbered_edges() {
            (number, edge.source, edge.target, edge.subsystem).hash(hasher);
            self.relation(number).hash(hasher);
        }
        // the numbers of paths tell what there was before
        let listed = self.first_at.iter().enumerate().filter(|&(_, &first)| first != NOWHERE);
        let listed = listed.map(|(path, _)| PathId::from_index(path as u32));
        let mut listed: Vec<(&[VertexId], String)> =
            listed.map(|path| (self.vertices_at_id(path), self.path_text(path))).collect();
        listed.sort_unstable();
        listed.hash(hasher);
        let text = |&symbol: &Symbol| self.text(symbol);
        self.types.iter().map(text).for_each(|name| name.hash(hasher));
        self.subsystems.iter().map(text).for_each(|name| name.hash(hasher));
        self.roots.hash(hasher);
    }
}

//! What a graph takes.

use crate::graph::Graph;
use crate::payments::{EDGE, ENTRY, INNER, NAME, VALUE, VERTEX};

impl Graph {
    /// What the graph takes once it is served, in bytes, about; `inner` of its vertices have something below them. O(1).
    pub fn footprint(&self, inner: usize) -> u64 {
        let [vertices, edges, names, text] =
            [self.vertices.len(), self.edges.len(), self.names.len(), self.names.text_bytes()]
                .map(|count| count as u64);
        let entries = self.properties.len() + self.relations.len() + self.other_paths.len();
        vertices * VERTEX
            + inner as u64 * INNER
            + edges.saturating_sub(vertices) * EDGE
            + names * NAME
            + text
            + text / 2
            + entries as u64 * ENTRY
            + self.payments.values * VALUE
    }
}

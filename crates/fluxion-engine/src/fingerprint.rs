//! A number for everything that can influence what an engine answers or lists, to compare states. Indices, figures
//! and remembered answers follow from that and do not go into it.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::engine::Engine;
use crate::record::Hold;

impl Engine {
    /// A number that is the same for equal states, and other for others as far as 64 bits can tell: the graph
    /// with statuses and properties, how it is served, the weights that matches have given to edges, the windows, and the
    /// job table, but for the next number: a call that fails may spend that. It may change from version to version. O(graph + what the jobs hold).
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.site.graph.hash_content(&mut hasher);
        for vertex in self.site.graph.vertex_ids() {
            self.status(vertex).as_str().hash(&mut hasher);
        }
        self.site.tree.subsystem().hash(&mut hasher);
        format!("{:?} {:?} {:?}", self.policy, self.traverser, self.filters).hash(&mut hasher);
        if self.policy.stops_early() {
            for (_, edge) in self.site.graph.numbered_edges() {
                self.weights.of(edge.source, edge.target).hash(&mut hasher);
            }
        }
        for (job, record) in &self.jobs {
            (job, record.state.as_str()).hash(&mut hasher);
            (record.window.start, record.window.end, record.hold == Hold::Allocation)
                .hash(&mut hasher);
            for grant in record.grants.iter() {
                (grant.vertex, grant.depth, grant.exclusive, grant.unlisted).hash(&mut hasher);
            }
        }
        for window in self.windows() {
            format!("{window:?}").hash(&mut hasher);
        }
        self.numbers.cancelled.hash(&mut hasher);
        hasher.finish()
    }
}

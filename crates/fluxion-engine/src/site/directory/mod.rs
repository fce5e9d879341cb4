//! Which vertices there are by what they are called: nodes by name and rank, all vertices by name, by property. Where
//! constraints and finds look first; whoever asks still tests what is named here.
//!
//! Each part is made when it is first asked for, and shared with all forks from then on. Knows the graph alone,
//! nothing of bookings or statuses.

mod nodes;
mod property_holders;
mod vertex_names;

use std::sync::{Arc, OnceLock};

use fluxion_graph::{Symbol, Tree, VertexId};

pub(crate) use nodes::{TestedNodes, tested_types};
pub(crate) use property_holders::PropertyHolders;
pub(crate) use vertex_names::VertexNames;

/// A part that is made when it is first asked for.
type Part<T> = Arc<OnceLock<T>>;

/// See the module documentation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directory {
    pub(crate) nodes: Part<TestedNodes>,
    pub(crate) names: Part<VertexNames>,
    pub(crate) holders: Part<PropertyHolders>,
}

impl Directory {
    /// The vertices have a property now.
    pub(crate) fn add_holders(&mut self, tree: &Tree, key: Symbol, vertices: &[VertexId]) {
        if self.holders.get().is_none() {
            return;
        }
        if let Some(holders) = Arc::make_mut(&mut self.holders).get_mut() {
            holders.add(tree, key, vertices);
        }
    }

    /// What the parts that were made take, in bytes, about. O(1).
    pub(crate) fn footprint(&self) -> u64 {
        let nodes = self.nodes.get().map_or(0, TestedNodes::footprint);
        let names = self.names.get().map_or(0, VertexNames::footprint);
        nodes + names + self.holders.get().map_or(0, PropertyHolders::footprint)
    }
}

//! Which vertices there are by what they are called: nodes by name and rank, all vertices by name, by property. Where
//! constraints and finds look first; whoever asks still tests what is named here.
//!
//! Each part is made when it is first asked for, and shared with all forks from then on. Knows the graph alone,
//! nothing of bookings or statuses.

mod nodes;
mod property_holders;
mod vertex_names;

use std::sync::{Arc, OnceLock};

use fluxion_graph::{Graph, Symbol, Tree, VertexId};

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

/// A part that was made, to be changed.
fn part_mut<T: Clone>(part: &mut Part<T>) -> Option<&mut T> {
    part.get()?;
    Arc::make_mut(part).get_mut()
}

impl Directory {
    /// The vertices have a property now.
    pub(crate) fn add_holders(&mut self, tree: &Tree, key: Symbol, vertices: &[VertexId]) {
        if let Some(holders) = part_mut(&mut self.holders) {
            holders.add(tree, key, vertices);
        }
    }

    /// Vertices are gone from the tree; some of them had properties. The names of all others stand for the same vertices.
    /// O(nodes + vertices with these properties).
    pub(crate) fn give_up(&mut self, tree: &Tree, keys: &[(Symbol, Vec<VertexId>)]) {
        if let Some(nodes) = part_mut(&mut self.nodes) {
            nodes.retain(|vertex| tree.position(vertex).is_some());
        }
        if let Some(holders) = part_mut(&mut self.holders) {
            keys.iter().for_each(|(key, _)| holders.forget_those_gone(tree, *key));
        }
    }

    /// There are new vertices in the tree, some of them with properties. O(nodes + vertices with these properties).
    pub(crate) fn take_in(
        &mut self,
        graph: &Graph,
        tree: &Tree,
        new: &[VertexId],
        keys: &[(Symbol, Vec<VertexId>)],
    ) {
        if let Some(nodes) = part_mut(&mut self.nodes) {
            nodes.add(graph, tree, new);
        }
        if let Some(names) = part_mut(&mut self.names) {
            names.add(graph, new);
        }
        keys.iter().for_each(|(key, vertices)| self.add_holders(tree, *key, vertices));
    }

    /// What the parts that were made take, in bytes, about. O(1).
    pub(crate) fn footprint(&self) -> u64 {
        let nodes = self.nodes.get().map_or(0, TestedNodes::footprint);
        let names = self.names.get().map_or(0, VertexNames::footprint);
        nodes + names + self.holders.get().map_or(0, PropertyHolders::footprint)
    }
}

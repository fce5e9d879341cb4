//! Alike vertices in the order in which a policy prefers them.

use fluxion_graph::VertexId;

use crate::state::Site;

/// The shelves of a graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelves {}

impl Shelves {
    pub(crate) fn note(&mut self, _site: &Site, _vertex: VertexId, _idle: bool) {}
}

//! What a match decided, as plain data: it can be printed, recorded, and replayed without matching again.

use fluxion_graph::{PickedEdge, PickedVertex, Selection, TimeWindow, VertexId};

/// One vertex that a job holds or passes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Which vertex.
    pub vertex: VertexId,
    /// Depth below the root, which has 1.
    pub depth: u16,
    /// Held alone, or only passed through.
    pub exclusive: bool,
    /// Held because of what is above it, without being named: no list of allocations shows it.
    pub unlisted: bool,
}

impl From<&PickedVertex> for Grant {
    fn from(picked: &PickedVertex) -> Self {
        Self {
            vertex: picked.vertex,
            // no graph is deeper than 500 levels
            depth: u16::try_from(picked.depth).unwrap_or(u16::MAX),
            exclusive: picked.exclusive,
            unlisted: false,
        }
    }
}

/// Which resources, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Vertices and edges in the order in which they are printed.
    pub selection: Selection,
    /// From when to when.
    pub window: TimeWindow,
}

impl Decision {
    /// The vertices as they are recorded, children first.
    pub fn grants(&self) -> impl Iterator<Item = Grant> + '_ {
        self.selection.vertices.iter().map(Grant::from)
    }

    /// The edges, each after the subtree that it leads to.
    pub fn edges(&self) -> &[PickedEdge] {
        &self.selection.edges
    }
}

//! A resource set that a document names, as plain data: to be booked again as it stands, or given up
//! (`docs/semantics/state.md`, Update and Partial cancel).

use crate::ids::{EdgeId, VertexId};

/// What a named vertex is to the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Held alone.
    Held,
    /// Printed as if held alone, but only passed through.
    Shown,
    /// Passed through.
    Passed,
}

/// One vertex of a named set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedVertex {
    /// Which vertex.
    pub vertex: VertexId,
    /// What it is to the set.
    pub role: Role,
}

/// Vertices and edges of a loaded graph, in the order of the document; a vertex may occur more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedSet {
    /// The vertices.
    pub vertices: Vec<NamedVertex>,
    /// The edges.
    pub edges: Vec<EdgeId>,
    /// Vertices that the document says were given back since, whether it names them or not.
    pub given_back: Vec<VertexId>,
}

//! A resource set as plain data: what a match, an update or a find chose, in the order in which it is printed
//! (`docs/semantics/matching.md`, Emission order). It can be logged, replayed and written in any format.

use crate::ids::{EdgeId, TypeId, VertexId};

/// The half-open time for which a selection holds, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeWindow {
    /// First second.
    pub start: i64,
    /// First second after the end.
    pub end: i64,
}

/// One vertex of a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PickedVertex {
    /// Which vertex.
    pub vertex: VertexId,
    /// The amount that is printed, in units.
    pub amount: u32,
    /// Depth below the root, which has 1.
    pub depth: u32,
    /// Held by this job alone (printed `x`), or only passed through (`s`).
    pub exclusive: bool,
    /// Whether the parent in the walk is exclusive; the shorthand writers leave such vertices out.
    pub below_exclusive: bool,
}

/// One edge of a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PickedEdge {
    /// The edge of the graph, for its subsystem and relation.
    pub edge: EdgeId,
    /// Whether the source is exclusive; the shorthand writers leave such edges out.
    pub below_exclusive: bool,
}

/// A resource set: vertices children first, each edge right after the subtree it leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Post-order; the root is last.
    pub vertices: Vec<PickedVertex>,
    /// In the order in which their targets were finished.
    pub edges: Vec<PickedEdge>,
}

/// Figures of a vertex's aggregate filter, for `find agfilter=true`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AggregateFigures {
    /// The tracked type.
    pub ty: TypeId,
    /// Units in use.
    pub used: i64,
    /// Units in all, below the vertex.
    pub total: i64,
}

//! The resource graph.
//!
//! One vertex is one *pool*: `size` indistinguishable units of one type. Edges belong to exactly one
//! subsystem; each subsystem has at most one root. This crate owns what a graph *is* and how it is
//! addressed (by id, by path). It must not know how text becomes a graph (`fluxion-formats`), what is
//! booked on it (`fluxion-engine`) or what time it is.
//!
//! Everything is addressed by dense 32-bit ids and names are interned, so that a vertex which nobody uses
//! costs tens of bytes (`docs/semantics/graph.md`, Vertices).
//!
//! ```
//! use fluxion_graph::{Graph, VertexSpec, CONTAINMENT};
//! let mut graph = Graph::new();
//! let root = graph.add_vertex(&VertexSpec::new("cluster", 0, 0)).unwrap();
//! graph.set_path(root, CONTAINMENT, "/cluster0");
//! graph.set_root(CONTAINMENT, root).unwrap();
//! let node = graph.add_vertex(&VertexSpec::new("node", 3, 1)).unwrap();
//! graph.set_path(node, CONTAINMENT, "/cluster0/node3");
//! graph.add_edge(root, node, CONTAINMENT).unwrap();
//! assert_eq!(graph.vertices_at("/cluster0/node3"), &[node]);
//! ```

mod addition;
mod building;
mod check;
mod fingerprint;
mod footprint;
mod graph;
mod holes;
mod ids;
mod inconsistency;
mod interner;
mod leftovers;
mod lengths;
mod named;
mod parts;
mod paths;
mod payments;
mod removal;
mod renumbering;
mod rollback;
mod selection;
mod taken_back;
mod tree;
mod vertex;

pub use addition::{AddedEdge, AddedPath, AddedVertex, Addition};
pub use graph::{Edge, Graph, GraphError};
pub use ids::{CONTAINMENT, EdgeId, PathId, StemId, SubsystemId, Symbol, TypeId, VertexId};
pub use inconsistency::Inconsistency;
pub use interner::Interner;
pub use lengths::{
    LONGEST_NAME, LONGEST_PATH, LONGEST_VALUE, check_name, check_path, check_property,
};
pub use named::{NamedSet, NamedVertex, Role};
pub use parts::{GraphParts, InvalidParts};
pub use paths::{PathPart, PathTable};
pub use renumbering::Renumbering;
pub use rollback::Watermark;
pub use selection::{AggregateFigures, PickedEdge, PickedVertex, Selection, TimeWindow};
pub use taken_back::TakenBack;
pub use tree::{Branch, Tree, is_upward};
pub use vertex::{Status, Vertex, VertexSpec};

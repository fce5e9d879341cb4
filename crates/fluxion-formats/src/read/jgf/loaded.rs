//! What reading a document comes to.

use fluxion_graph::Graph;

use super::warning::JgfWarning;

/// A loaded graph.
#[derive(Clone, Debug)]
pub struct LoadedGraph {
    /// The graph.
    pub graph: Graph,
    /// What is odd about the document.
    pub warning: Option<JgfWarning>,
}

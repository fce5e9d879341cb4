//! A whole graph as a file for other tools (`docs/semantics/formats.md`, Graph files), streamed.

use std::fmt;

use fluxion_graph::{Graph, Status, VertexId};

use super::listing::Listing;
use super::{dot, graphml, jgf_graph};

/// What a graph file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GraphFormat {
    /// The language of Graphviz: names of vertices, subsystems of edges.
    Dot,
    /// GraphML with all that is known of each vertex.
    Graphml,
    /// JSON Graph Format, version 1, which the reader reads back.
    Jgf,
}

/// Writes every vertex and every edge of a graph; `status` says which are down now. O(written bytes); needs 4 bytes of memory per vertex.
///
/// # Errors
/// Those of `out`.
pub fn write_graph(
    format: GraphFormat,
    graph: &Graph,
    status: &dyn Fn(VertexId) -> Status,
    out: &mut dyn fmt::Write,
) -> Result<(), fmt::Error> {
    let listing = Listing::new(graph, status);
    match format {
        GraphFormat::Dot => dot::write(&listing, out),
        GraphFormat::Graphml => graphml::write(&listing, out),
        GraphFormat::Jgf => jgf_graph::write(&listing, out),
    }
}

//! A whole graph as a file for other tools (chapter 07, section 13), streamed: the formats share the numbering of
//! the vertices, which is the order of loading without those that were removed.

use std::fmt;

use fluxion_graph::{Edge, EdgeId, Graph, Status, VertexId};

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
    let listing = Listing::of(graph, status);
    match format {
        GraphFormat::Dot => dot::write(&listing, out),
        GraphFormat::Graphml => graphml::write(&listing, out),
        GraphFormat::Jgf => jgf_graph::write(&listing, out),
    }
}

/// The vertices and edges of a graph with the numbers that they have in a file.
pub(super) struct Listing<'a> {
    pub(super) graph: &'a Graph,
    pub(super) status: &'a dyn Fn(VertexId) -> Status,
    vertices: Vec<VertexId>,
}

impl<'a> Listing<'a> {
    fn of(graph: &'a Graph, status: &'a dyn Fn(VertexId) -> Status) -> Self {
        Self { graph, status, vertices: graph.vertex_ids().collect() }
    }

    /// The vertices by number.
    pub(super) fn vertices(&self) -> impl Iterator<Item = (usize, VertexId)> + '_ {
        self.vertices.iter().copied().enumerate()
    }

    /// The edges by number, with the numbers of source and target.
    pub(super) fn edges(&self) -> impl Iterator<Item = (EdgeId, &Edge, [usize; 2])> + '_ {
        let numbered = self.graph.edges().iter().zip(0..).map(|(edge, n)| (EdgeId(n), edge));
        numbered.filter_map(|(id, edge)| {
            Some((id, edge, [self.number(edge.source)?, self.number(edge.target)?]))
        })
    }

    fn number(&self, vertex: VertexId) -> Option<usize> {
        self.vertices.binary_search(&vertex).ok()
    }
}

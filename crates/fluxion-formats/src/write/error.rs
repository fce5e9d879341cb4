//! Why a selection cannot be printed.

use fluxion_budget::{Exhausted, Stopped};
use fluxion_graph::{Graph, VertexId};

/// A selection that a format cannot express, or that is not wanted any more (`docs/semantics/formats.md`, What cannot be printed).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A node with cores or gpus has no rank.
    #[error("{vertex} has rank {rank}: resource set formats need a rank of 0 or more")]
    NegativeRank {
        /// Path of the node.
        vertex: String,
        /// Its rank.
        rank: i32,
    },
    /// A core or gpu has no id.
    #[error("{vertex} has id {id}: resource set formats need an id of 0 or more")]
    NegativeId {
        /// Path of the core or gpu.
        vertex: String,
        /// Its id.
        id: i64,
    },
    /// There are resources, but none that `rlite` can express.
    #[error("the resources contain no core or gpu below a node, and rlite lists nothing else")]
    NoCoreOrGpu,
    /// The text would be longer than the caller takes.
    #[error("the text would be longer than {most} bytes")]
    TooLarge {
        /// Bytes that it may have.
        most: usize,
    },
    /// There is no memory for the text.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
    /// Nobody waits for the text any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl WriteError {
    pub(super) fn negative_rank(graph: &Graph, vertex: VertexId) -> Self {
        Self::NegativeRank { vertex: address(graph, vertex), rank: graph.vertex(vertex).rank }
    }

    pub(super) fn negative_id(graph: &Graph, vertex: VertexId) -> Self {
        Self::NegativeId { vertex: address(graph, vertex), id: graph.vertex(vertex).id }
    }
}

fn address(graph: &Graph, vertex: VertexId) -> String {
    let known = graph.vertex(vertex);
    known.path.map_or_else(|| graph.text(known.name).to_owned(), |path| graph.path_text(path))
}

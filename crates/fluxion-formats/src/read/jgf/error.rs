//! Why a JGF document cannot be loaded.

use std::fmt;

use fluxion_graph::GraphError;

use super::excerpt::excerpt;
use crate::read::Position;
use crate::read::limits::{MAX_PATH_DEPTH, MAX_TEXT};

/// Why a JGF document cannot be loaded: what, and where in the text if that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JgfError {
    kind: JgfErrorKind,
    position: Option<Position>,
}

/// What is wrong. `vertex` is always the id string of the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JgfErrorKind {
    /// The text is not JSON.
    #[error("not JSON: {text}")]
    Syntax {
        /// What the JSON reader says.
        text: String,
    },
    /// The document, or its graph, lacks a key.
    #[error("expected a key `{0}`")]
    MissingKey(&'static str),
    /// An R object without a graph.
    #[error(
        "expected a key `graph`: this is an R object without a graph in its `scheduling`, which the load format \
         rv1exec reads"
    )]
    IsR,
    /// `free_ranks` is not an idset.
    #[error("`free_ranks` must be an idset such as \"0-3,7\"")]
    FreeRanks,
    /// A document of version 2 has hyperedges.
    #[error("`hyperedges` are not supported")]
    Hyperedges,
    /// A vertex is not an object, or has no id that is a string.
    #[error("a vertex must be an object with a string `id`")]
    VertexId,
    /// A vertex has no metadata.
    #[error("vertex `{vertex}`: expected an object with a key `metadata`")]
    MissingMetadata {
        /// The vertex.
        vertex: String,
    },
    /// A field of the metadata is missing or has a wrong type or value.
    #[error("vertex `{vertex}`: `{field}` must be {expected}")]
    MalformedMetadata {
        /// The vertex.
        vertex: String,
        /// The field.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// `properties` is not an object.
    #[error("vertex `{vertex}`: `properties` must be an object of strings")]
    Properties {
        /// The vertex.
        vertex: String,
    },
    /// No `uniq_id`, and the id does not start with a number.
    #[error("vertex `{vertex}`: expected a `uniq_id`, or an `id` that starts with a number")]
    UniqId {
        /// The vertex.
        vertex: String,
    },
    /// A size outside 0 to 2^32 − 1.
    #[error("vertex `{vertex}`: `size` must be within 0 to {}, not {size}", u32::MAX)]
    Size {
        /// The vertex.
        vertex: String,
        /// The size.
        size: i64,
    },
    /// Two vertices have the same id.
    #[error("vertex `{vertex}`: the id is used already")]
    DuplicateId {
        /// The vertex.
        vertex: String,
    },
    /// A vertex that names one that exists already (same path and rank) has an id that is used already.
    #[error("vertex `{vertex}`: the id is used already")]
    DuplicateAlias {
        /// The vertex.
        vertex: String,
    },
    /// A second vertex whose path makes it the root of a subsystem.
    #[error("vertex `{vertex}`: its path makes it a second root of subsystem `{subsystem}`")]
    DuplicateRoot {
        /// The vertex.
        vertex: String,
        /// The subsystem.
        subsystem: String,
    },
    /// An edge is not an object, or an end is not a string.
    #[error("an edge must be an object with strings `source` and `target`")]
    MalformedEdge,
    /// An end of an edge is no vertex of the document.
    #[error("edge `{edge_source}` -> `{target}`: both ends must be vertices of the document")]
    UnknownEnd {
        /// The id of the source.
        edge_source: String,
        /// The id of the target.
        target: String,
    },
    /// The metadata of an edge is not an object, or its subsystem is not a string.
    #[error(
        "edge `{edge_source}` -> `{target}`: `metadata` must be an object, its `subsystem` a string"
    )]
    EdgeMetadata {
        /// The id of the source.
        edge_source: String,
        /// The id of the target.
        target: String,
    },
    /// Two edges of one source lead to the same vertex, or to vertices with the same `uniq_id`.
    #[error(
        "edge {source_name} -> {target_name}: an earlier edge of the same source leads to the same \
         vertex, or to one with the same uniq_id"
    )]
    CollidingEdge {
        /// The name of the source.
        source_name: String,
        /// The name of the target.
        target_name: String,
    },
    /// A vertex to be attached to a graph cannot be reached from it. The reference accepts it and never finds it.
    #[error("vertex {name}: expected edges that lead to it from a vertex of the graph")]
    Unconnected {
        /// The name of the vertex.
        name: String,
    },
    /// No vertex of the graph has a path and the rank of the entry.
    #[error("vertex `{vertex}`: the graph has no vertex at {path} with its rank")]
    NoSuchVertex {
        /// The vertex.
        vertex: String,
        /// The path.
        path: String,
    },
    /// The paths of a vertex lead to different vertices of the graph.
    #[error("vertex `{vertex}`: {path} leads to another vertex than the path before")]
    PathsDisagree {
        /// The vertex.
        vertex: String,
        /// The first path that leads elsewhere.
        path: String,
    },
    /// Fields of a vertex are not those of the graph.
    #[error("vertex `{vertex}`: differs from the graph in {}", .differences.trim())]
    Inconsistent {
        /// The vertex.
        vertex: String,
        /// The fields, as `field=(graph, document)`.
        differences: String,
    },
    /// Two vertices of a document that names vertices have the same id.
    #[error("vertex `{vertex}`: the id is used already")]
    RepeatedId {
        /// The vertex.
        vertex: String,
    },
    /// The graph has no such edge.
    #[error("edge `{edge_source}` -> `{target}`: the graph has no such edge")]
    NoSuchEdge {
        /// The id of the source.
        edge_source: String,
        /// The id of the target.
        target: String,
    },
    /// The document names vertices but no edge.
    #[error("expected at least one edge")]
    NoEdges,
    /// The text is longer than the limit.
    #[error("the text is too long: at most {MAX_TEXT} bytes are supported")]
    TooLong,
    /// The graph cannot hold it.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl JgfError {
    pub(super) fn new(kind: JgfErrorKind, position: Option<Position>) -> Self {
        Self { kind, position }
    }

    /// What is wrong.
    pub fn kind(&self) -> &JgfErrorKind {
        &self.kind
    }

    /// Where: the place of a syntax error, else the start of the vertex or edge; not known for what is missing
    /// from the document as a whole, and for colliding edges.
    pub fn position(&self) -> Option<Position> {
        self.position
    }
}

impl fmt::Display for JgfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        match self.position {
            Some(position) => write!(f, " ({position})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for JgfError {}

impl JgfErrorKind {
    pub(super) fn malformed(vertex: &str, field: &'static str, expected: &'static str) -> Self {
        Self::MalformedMetadata { vertex: excerpt(vertex), field, expected }
    }

    pub(super) fn too_deep(vertex: &str) -> Self {
        const EXPECTED: &str = "an object of paths of at most 128 components";
        const { assert!(MAX_PATH_DEPTH == 128) };
        Self::malformed(vertex, "paths", EXPECTED)
    }
}

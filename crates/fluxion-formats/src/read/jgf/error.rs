//! Why a JGF document cannot be loaded.

use std::fmt;

use fluxion_graph::GraphError;

use super::excerpt::excerpt;
use crate::read::Position;
use crate::read::limits::{MAX_PATH_DEPTH, MAX_TEXT};

/// Why a JGF document cannot be loaded. `Display` prints the text of the reference (chapter 01, section 3.7)
/// without its final newline; [`JgfError::detail`] says more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JgfError {
    kind: JgfErrorKind,
    position: Option<Position>,
}

/// What is wrong. `vertex` is always the id string of the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JgfErrorKind {
    /// The text is not JSON.
    #[error("fetch_jgf: json_loads returned an error: {text}")]
    Syntax {
        /// What the JSON reader says.
        text: String,
    },
    /// The document, or its graph, lacks a key.
    #[error("fetch_jgf: JGF does not contain a required key ({0}).")]
    MissingKey(&'static str),
    /// `free_ranks` is not an idset.
    #[error("fetch_jgf: failed to decode ranks.")]
    FreeRanks,
    /// A document of version 2 has hyperedges.
    #[error("fetch_jgf: JGF hyperedges are not supported.")]
    Hyperedges,
    /// A vertex is not an object, or has no id that is a string.
    #[error("fill_fetcher: JGF vertex id key is not found in a node.")]
    VertexId,
    /// A vertex has no metadata.
    #[error("fill_fetcher: key (metadata) is not found in an JGF node for {vertex}.")]
    MissingMetadata {
        /// The vertex.
        vertex: String,
    },
    /// A field of the metadata is missing or has a wrong type or value.
    #[error("fill_fetcher: malformed metadata in an JGF node for {vertex}")]
    MalformedMetadata {
        /// The vertex.
        vertex: String,
        /// The field.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// `properties` is not an object.
    #[error("fill_fetcher: key (properties) must be an object or null for {vertex}.")]
    Properties {
        /// The vertex.
        vertex: String,
    },
    /// No `uniq_id`, and the id does not start with a number.
    #[error(
        "apply_defaults: value for key (uniq_id) could not be inferred from outer 'id' field {vertex}."
    )]
    UniqId {
        /// The vertex.
        vertex: String,
    },
    /// A size outside 0 to 2^32 − 1.
    #[error("create_vtx: planner_new returned NULL.")]
    Size {
        /// The vertex.
        vertex: String,
        /// The size.
        size: i64,
    },
    /// Two vertices have the same id.
    #[error("add_vtx: found duplicate JGF node id for {vertex}.")]
    DuplicateId {
        /// The vertex.
        vertex: String,
    },
    /// A vertex that names one that exists already (same path and rank) has an id that is used already.
    #[error("update_vmap: can't insert into vmap for {vertex}.")]
    DuplicateAlias {
        /// The vertex.
        vertex: String,
    },
    /// A second vertex whose path makes it the root of a subsystem.
    #[error(
        "add_graph_metadata: failed to add root metadata for {subsystem} subsystem. Possible duplicate root."
    )]
    DuplicateRoot {
        /// The vertex.
        vertex: String,
        /// The subsystem.
        subsystem: String,
    },
    /// An edge is not an object, or an end is not a string.
    #[error("unpack_edge: encountered a malformed edge.")]
    MalformedEdge,
    /// An end of an edge is no vertex of the document.
    #[error("unpack_edge: source and/or target vertex not found{edge_source} -> {target}.")]
    UnknownEnd {
        /// The id of the source.
        edge_source: String,
        /// The id of the target.
        target: String,
    },
    /// The metadata of an edge is not an object, or its subsystem is not a string.
    #[error("unpack_edge: could not unpack edge metadata.")]
    EdgeMetadata {
        /// The id of the source.
        edge_source: String,
        /// The id of the target.
        target: String,
    },
    /// Two edges of one source lead to the same vertex, or to vertices with the same `uniq_id`.
    #[error("error inserting an edge to outedge metadata map: {source_name} -> {target_name}; ")]
    CollidingEdge {
        /// The name of the source.
        source_name: String,
        /// The name of the target.
        target_name: String,
    },
    /// A vertex to be attached to a graph cannot be reached from it. The reference accepts it and never finds it.
    #[error("check_connected: vertex {name} is not connected to the graph.")]
    Unconnected {
        /// The name of the vertex.
        name: String,
    },
    /// No vertex of the graph has a path and the rank of the entry.
    #[error("exist: inconsistent input vertex: nonexistent path ({path}) {vertex}.")]
    NoSuchVertex {
        /// The vertex.
        vertex: String,
        /// The path.
        path: String,
    },
    /// The paths of a vertex lead to different vertices of the graph.
    #[error("find_vtx: inconsistent input vertex for {path} (id={vertex}).")]
    PathsDisagree {
        /// The vertex.
        vertex: String,
        /// The first path that leads elsewhere.
        path: String,
    },
    /// Fields of a vertex are not those of the graph.
    #[error("find_vtx: inconsistent input vertex for {vertex}.\n{differences}.")]
    Inconsistent {
        /// The vertex.
        vertex: String,
        /// The fields, as `field=(graph, document)`.
        differences: String,
    },
    /// Two vertices of a document that names vertices have the same id.
    #[error("find_vtx: found duplicate JGF node id for {vertex}.")]
    RepeatedId {
        /// The vertex.
        vertex: String,
    },
    /// The graph has no such edge.
    #[error(
        "update_tgt_edge: JGF edge from {edge_source} to {target} not found in resource graph."
    )]
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
    #[error("fetch_jgf: the text is too long: at most {MAX_TEXT} bytes are supported")]
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

    /// The text that the reference prints: `Display`, and a newline after all messages but one.
    pub fn reference_text(&self) -> String {
        if self.kind == JgfErrorKind::NoEdges {
            return String::new();
        }
        let end = if matches!(self.kind, JgfErrorKind::CollidingEdge { .. }) { "" } else { "\n" };
        format!("{self}{end}")
    }

    /// What is wrong and where, in a sentence for people.
    pub fn detail(&self) -> String {
        let what = self.kind.detail();
        match self.position {
            Some(position) => format!("{what} ({position})"),
            None => what,
        }
    }
}

impl fmt::Display for JgfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        if let (JgfErrorKind::Syntax { .. }, Some(Position { line, column })) =
            (&self.kind, self.position)
        {
            write!(f, ": <string>@{line}:{column}.")?;
        }
        Ok(())
    }
}

impl std::error::Error for JgfError {}

impl JgfErrorKind {
    fn detail(&self) -> String {
        match self {
            Self::Syntax { text } => format!("not JSON: {text}"),
            Self::MissingKey(key) => format!("expected a key `{key}`"),
            Self::FreeRanks => "`free_ranks` must be an idset such as \"0-3,7\"".to_owned(),
            Self::Hyperedges => "`hyperedges` are not supported".to_owned(),
            Self::VertexId => "a vertex must be an object with a string `id`".to_owned(),
            Self::MissingMetadata { vertex } => {
                format!("vertex `{vertex}`: expected an object with a key `metadata`")
            }
            Self::MalformedMetadata { vertex, field, expected } => {
                format!("vertex `{vertex}`: `{field}` must be {expected}")
            }
            Self::Properties { vertex } => {
                format!("vertex `{vertex}`: `properties` must be an object of strings")
            }
            Self::UniqId { vertex } => format!(
                "vertex `{vertex}`: expected a `uniq_id`, or an `id` that starts with a number"
            ),
            Self::Size { vertex, size } => {
                format!("vertex `{vertex}`: `size` must be within 0 to {}, not {size}", u32::MAX)
            }
            Self::DuplicateId { vertex } | Self::DuplicateAlias { vertex } => {
                format!("vertex `{vertex}`: the id is used already")
            }
            Self::DuplicateRoot { vertex, subsystem } => format!(
                "vertex `{vertex}`: its path makes it a second root of subsystem `{subsystem}`"
            ),
            Self::MalformedEdge => {
                "an edge must be an object with strings `source` and `target`".to_owned()
            }
            Self::UnknownEnd { edge_source, target } => {
                format!(
                    "edge `{edge_source}` -> `{target}`: both ends must be vertices of the document"
                )
            }
            Self::EdgeMetadata { edge_source, target } => format!(
                "edge `{edge_source}` -> `{target}`: `metadata` must be an object, its `subsystem` a string"
            ),
            Self::CollidingEdge { source_name, target_name } => format!(
                "edge {source_name} -> {target_name}: an earlier edge of the same source leads to the same \
                 vertex, or to one with the same uniq_id"
            ),
            Self::Unconnected { name } => {
                format!("vertex {name}: expected edges that lead to it from a vertex of the graph")
            }
            Self::NoSuchVertex { vertex, path } => {
                format!("vertex `{vertex}`: the graph has no vertex at {path} with its rank")
            }
            Self::PathsDisagree { vertex, path } => {
                format!("vertex `{vertex}`: {path} leads to another vertex than the path before")
            }
            Self::Inconsistent { vertex, differences } => {
                format!("vertex `{vertex}`: differs from the graph in {}", differences.trim())
            }
            Self::RepeatedId { vertex } => format!("vertex `{vertex}`: the id is used already"),
            Self::NoSuchEdge { edge_source, target } => {
                format!("edge `{edge_source}` -> `{target}`: the graph has no such edge")
            }
            Self::NoEdges | Self::TooLong | Self::Graph(_) => self.to_string(),
        }
    }

    pub(super) fn malformed(vertex: &str, field: &'static str, expected: &'static str) -> Self {
        Self::MalformedMetadata { vertex: excerpt(vertex), field, expected }
    }

    pub(super) fn too_deep(vertex: &str) -> Self {
        const EXPECTED: &str = "an object of paths of at most 128 components";
        const { assert!(MAX_PATH_DEPTH == 128) };
        Self::malformed(vertex, "paths", EXPECTED)
    }
}

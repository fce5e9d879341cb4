//! Growing and shrinking the graph while jobs run (chapter 06, sections 9 and 10). Each call is all or nothing.

use fluxion_engine::{SetupError, ShrinkError};
use fluxion_formats::read::jgf::{self, JgfError, JgfErrorKind};
use fluxion_graph::VertexId;
use fluxion_sets::Idset;
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::errors::Position;

/// Why a subgraph was not attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachErrorKind {
    /// The document is not valid, or does not fit the graph (EINVAL).
    Invalid,
    /// A child has the `uniq_id` of a sibling (EEXIST).
    Exists,
}

impl AttachErrorKind {
    /// The text of the errno.
    pub const fn strerror(self) -> &'static str {
        match self {
            Self::Invalid => "Invalid argument",
            Self::Exists => "File exists",
        }
    }
}

/// A subgraph was not attached; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct AttachError {
    /// What went wrong.
    pub kind: AttachErrorKind,
    /// What `resource-query` prints after `add_subgraph: ERROR: `, newlines included.
    pub message: String,
    /// What is wrong, and what was expected.
    pub detail: String,
    /// Where in the text, if the fault has a place.
    pub position: Option<Position>,
}

/// Nothing was removed, and nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RemoveError {
    /// No vertex has the path (ENOENT).
    #[error("no such path: {0}")]
    Path(String),
    /// The text is no set of ranks (EINVAL).
    #[error("invalid ranks `{0}`: expected a set such as 0-3,7")]
    Ranks(String),
    /// No vertex has the rank (ENOENT).
    #[error("no such rank: {0}")]
    Rank(u32),
    /// The root would go, or what remains cannot be served (EINVAL).
    #[error(transparent)]
    Engine(#[from] ShrinkError),
}

impl Context {
    /// Adds what a JGF text describes to the graph, whatever format the graph was loaded from (chapter 01,
    /// section 4). Jobs are not affected. O(text + graph).
    ///
    /// # Errors
    /// [`AttachError`]; nothing has changed.
    pub fn attach(&mut self, text: &str) -> Result<(), AttachError> {
        let graph = jgf::attach(text, self.engine.graph())?;
        Ok(self.engine.grow(graph)?)
    }

    /// Takes the vertex at a path out of the graph, with all that lies below it; of several, the last. Jobs lose
    /// what they held there; one that then holds nothing is cancelled. O(graph).
    ///
    /// # Errors
    /// [`RemoveError`]; nothing has changed.
    pub fn remove_path(&mut self, path: &str) -> Result<(), RemoveError> {
        let last = self.graph().vertices_at(path).last().copied();
        let vertex = last.ok_or_else(|| RemoveError::Path(path.to_owned()))?;
        Ok(self.engine.shrink(&[vertex])?)
    }

    /// Takes all vertices of some ranks (an idset, RFC 22) out of the graph, as [`Context::remove_path`] does.
    ///
    /// # Errors
    /// [`RemoveError`]; nothing has changed.
    pub fn remove_ranks(&mut self, ranks: &str) -> Result<(), RemoveError> {
        let ranks: Idset = ranks.parse().map_err(|_| RemoveError::Ranks(ranks.to_owned()))?;
        let graph = self.graph();
        let rank = |vertex: &VertexId| u32::try_from(graph.vertex(*vertex).rank).ok();
        let is_meant = |v: &VertexId| rank(v).is_some_and(|rank| ranks.contains(rank));
        let vertices: Vec<VertexId> = graph.vertex_ids().filter(is_meant).collect();
        let found: FxHashSet<u32> = vertices.iter().filter_map(rank).collect();
        if let Some(unknown) = ranks.iter().find(|rank| !found.contains(rank)) {
            return Err(RemoveError::Rank(unknown));
        }
        Ok(self.engine.shrink(&vertices)?)
    }
}

impl From<JgfError> for AttachError {
    fn from(error: JgfError) -> Self {
        let kind = match error.kind() {
            JgfErrorKind::CollidingEdge { .. } => AttachErrorKind::Exists,
            _ => AttachErrorKind::Invalid,
        };
        let position = error.position().map(|p| Position { line: p.line, column: p.column });
        let message = format!("reader returned error: {}", error.reference_text());
        Self { kind, message, detail: error.detail(), position }
    }
}

impl From<SetupError> for AttachError {
    fn from(error: SetupError) -> Self {
        let detail = error.to_string();
        let message = format!("reinitializing traverser after adding subgraph. {detail}\n");
        Self { kind: AttachErrorKind::Invalid, message, detail, position: None }
    }
}

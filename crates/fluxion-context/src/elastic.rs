//! Growing and shrinking the graph while jobs run (`docs/semantics/state.md`, Grow and Shrink). Each call is
//! all or nothing.

use fluxion_budget::{Budget, Exhausted};
use fluxion_engine::{JobId, Losses, SetupError, ShrinkError};
use fluxion_formats::read::Position;
use fluxion_formats::read::jgf::{self, JgfError, JgfErrorKind};
use fluxion_graph::{Graph, GraphError, Tree, VertexId};
use fluxion_sets::Idset;
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::decided::Decided;
use crate::status::StatusTarget;

/// What sort of failure an attach was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachErrorKind {
    /// The document is not valid, or does not fit the graph (EINVAL).
    Invalid,
    /// A child has the `uniq_id` of a sibling (EEXIST).
    Exists,
    /// The caller has left, or its time is over.
    Stopped,
    /// There is no memory for what would result.
    Exhausted,
}

/// A subgraph was not attached; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachError {
    /// The text is no JGF, or does not fit the graph.
    #[error(transparent)]
    Jgf(#[from] JgfError),
    /// What would result cannot be served.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

impl AttachError {
    /// What sort of failure it is.
    pub fn kind(&self) -> AttachErrorKind {
        match self {
            Self::Jgf(error) => match error.kind() {
                JgfErrorKind::CollidingEdge { .. } => AttachErrorKind::Exists,
                JgfErrorKind::Graph(GraphError::Stopped(_)) => AttachErrorKind::Stopped,
                JgfErrorKind::Graph(GraphError::Exhausted(_)) => AttachErrorKind::Exhausted,
                _ => AttachErrorKind::Invalid,
            },
            Self::Setup(SetupError::Graph(GraphError::Exhausted(_))) => AttachErrorKind::Exhausted,
            Self::Setup(_) => AttachErrorKind::Invalid,
        }
    }

    /// What memory there is, if that is the reason.
    pub fn exhausted(&self) -> Option<Exhausted> {
        match self {
            Self::Jgf(error) => match error.kind() {
                JgfErrorKind::Graph(GraphError::Exhausted(refusal)) => Some(*refusal),
                _ => None,
            },
            Self::Setup(SetupError::Graph(GraphError::Exhausted(refusal))) => Some(*refusal),
            Self::Setup(_) => None,
        }
    }

    /// Where in the text, if the fault has a place; `Display` tells it too.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Jgf(error) => error.position(),
            Self::Setup(_) => None,
        }
    }
}

/// Nothing was removed, and nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
    /// A live job holds something there, and was not to lose it.
    #[error("job {0} holds resources there")]
    Held(JobId),
    /// The root would go, or what remains cannot be served (EINVAL).
    #[error(transparent)]
    Engine(#[from] ShrinkError),
}

/// What becomes of jobs that hold something of what is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldResources {
    /// Nothing is removed.
    Refuse,
    /// The jobs lose what they held there; one that then holds nothing is cancelled.
    Release,
}

/// Resources that are taken out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// How many vertices go.
    pub vertices: usize,
    /// What jobs lose with them.
    pub losses: Losses,
}

impl Context {
    /// Adds what a JGF text describes to the graph, whatever format the graph was loaded from
    /// (`docs/semantics/state.md`, Grow). Jobs are not affected. O(text), or O(text + graph) (`Engine::decide_grow`).
    ///
    /// # Errors
    /// [`AttachError`]; nothing has changed.
    pub fn attach(&mut self, text: &str) -> Result<(), AttachError> {
        let decided = self.decide_attach(text, &Budget::UNLIMITED)?;
        self.perform(decided);
        Ok(())
    }

    /// What growing the graph comes to: how many vertices are added.
    ///
    /// # Errors
    /// [`AttachError`].
    pub fn decide_attach(
        &mut self,
        text: &str,
        budget: &Budget,
    ) -> Result<Decided<usize>, AttachError> {
        let mut added = 0;
        let read = |graph: &mut Graph, tree: Option<&Tree>| {
            let before = graph.vertex_count();
            jgf::attach(text, graph, tree, budget)?;
            added = graph.vertex_count() - before;
            Ok::<_, AttachError>(())
        };
        let change = self.engine.decide_grow(read, budget)?;
        Ok(Decided { answer: added, change })
    }

    /// Takes the vertex at a path out of the graph, with all that lies below it; of several, the last. Jobs lose
    /// what they held there; one that then holds nothing is cancelled. O(graph).
    ///
    /// # Errors
    /// [`RemoveError`]; nothing has changed.
    pub fn remove_path(&mut self, path: &str) -> Result<(), RemoveError> {
        let last = self.graph().vertices_at(path).last().copied();
        let vertex = last.ok_or_else(|| RemoveError::Path(path.to_owned()))?;
        self.shrink(&[vertex])
    }

    /// Takes all vertices of some ranks (an idset, RFC 22) out of the graph, as [`Context::remove_path`] does.
    ///
    /// # Errors
    /// [`RemoveError`]; nothing has changed.
    pub fn remove_ranks(&mut self, ranks: &str) -> Result<(), RemoveError> {
        let vertices = self.all_of_ranks(ranks)?;
        self.shrink(&vertices)
    }

    /// Takes all vertices at a path, or all of some ranks, out of the graph with all that lies below them; how
    /// many went. O(graph + what the jobs hold).
    ///
    /// # Errors
    /// [`RemoveError`]; nothing has changed.
    pub fn remove(
        &mut self,
        target: StatusTarget<'_>,
        held: HeldResources,
    ) -> Result<usize, RemoveError> {
        let decided = self.decide_remove(target, held)?;
        Ok(self.perform(decided).vertices)
    }

    /// What taking vertices out comes to.
    ///
    /// # Errors
    /// [`RemoveError`].
    pub fn decide_remove(
        &mut self,
        target: StatusTarget<'_>,
        held: HeldResources,
    ) -> Result<Decided<Removal>, RemoveError> {
        let vertices = match target {
            StatusTarget::Path(path) => match self.graph().vertices_at(path) {
                [] => return Err(RemoveError::Path(path.to_owned())),
                vertices => vertices.to_vec(),
            },
            StatusTarget::Ranks(ranks) => self.all_of_ranks(ranks)?,
        };
        if vertices.is_empty() {
            return Err(RemoveError::Ranks(String::new()));
        }
        let going = self.engine.with_all_below(&vertices);
        let keeps_root = going.binary_search(&self.engine.tree().root()).is_err();
        if held == HeldResources::Refuse
            && keeps_root
            && let Some(job) = self.engine.first_job_on(&going)
        {
            return Err(RemoveError::Held(job));
        }
        let change = self.engine.decide_shrink(&vertices)?;
        let losses = self.engine.losses(&going);
        Ok(Decided::changing(Removal { vertices: going.len(), losses }, change))
    }

    fn shrink(&mut self, vertices: &[VertexId]) -> Result<(), RemoveError> {
        let change = self.engine.decide_shrink(vertices)?;
        self.perform(Decided::changing((), change));
        Ok(())
    }

    fn all_of_ranks(&self, ranks: &str) -> Result<Vec<VertexId>, RemoveError> {
        let invalid = || RemoveError::Ranks(ranks.to_owned());
        let ranks: Idset = ranks.parse().map_err(|_| invalid())?;
        let graph = self.graph();
        let rank = |vertex: &VertexId| u32::try_from(graph.vertex(*vertex).rank).ok();
        let is_meant = |v: &VertexId| rank(v).is_some_and(|rank| ranks.contains(rank));
        let vertices: Vec<VertexId> = graph.vertex_ids().filter(is_meant).collect();
        let found: FxHashSet<u32> = vertices.iter().filter_map(rank).collect();
        if let Some(unknown) = ranks.iter().find(|rank| !found.contains(rank)) {
            return Err(RemoveError::Rank(unknown));
        }
        Ok(vertices)
    }
}

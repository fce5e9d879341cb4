//! Taking resources away while jobs run (`docs/semantics/state.md`, Shrink).

use fluxion_graph::VertexId;

use crate::change::action::{Action, Change};
use crate::change::prepared::Prepared;
use crate::engine::Engine;
use crate::site::SetupError;

/// Why resources cannot be taken away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShrinkError {
    /// The root would go.
    #[error("the root of the graph cannot be removed")]
    Root,
    /// What would remain cannot be served.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

impl Engine {
    /// The change that takes vertices out with all that lies below them. Jobs lose what they held there and keep the
    /// rest; a job that then holds nothing is cancelled. O(graph).
    ///
    /// # Errors
    /// [`ShrinkError`].
    pub fn decide_shrink(&mut self, vertices: &[VertexId]) -> Result<Change, ShrinkError> {
        let tree = &self.site.tree;
        let gone = self.site.graph.with_descendants(vertices, tree.subsystem());
        if gone.contains(&tree.root()) {
            return Err(ShrinkError::Root);
        }
        let mut gone: Vec<VertexId> = gone.into_iter().collect();
        gone.sort_unstable();
        let site = self.site_for(self.without(&gone))?;
        let action = Action::Shrink(gone.into());
        self.prepared = Some(Box::new(Prepared { action: action.clone(), site }));
        Ok(self.change(action))
    }
}
